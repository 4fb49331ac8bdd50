"""How large a document may be, looked at before it is parsed and before it is validated.

The rules of the language compare fields and fragments in pairs, so a document that repeats itself
costs far more to validate than to refuse. All of this is about the document alone and is remembered
with it; `cost` looks at what it asks for.
"""

from collections import Counter
from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    IntValueNode,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    Visitor,
    visit,
)

MAX_CHARACTERS = 50_000
"""Of the document. What is long, such as a file to import, belongs into variables."""
MAX_TOKENS = 2000
MAX_DEPTH = 14
MAX_ALIASES = 30
MAX_FIELDS = 1500
"""Fields of the whole document, with every fragment counted wherever it is spread."""
MAX_REPETITIONS = 20
"""How often one field may be asked for in one place."""
MAX_ROOT_FIELDS = 20
MAX_MUTATIONS = 10
"""Root fields of a mutation: they are executed one after the other."""
MAX_OPERATIONS = 10
MAX_FRAGMENTS = 50
MAX_DIGITS = 400
"""Of a number; Python refuses to read very long ones with an error of its own."""
MAX_DIRECTIVES = 50
MAX_DIRECTIVES_AT_ONE_PLACE = 4

Path = tuple[str, ...]


Definition = OperationDefinitionNode | FragmentDefinitionNode


class _TooLarge(Exception):
    """Carries the error; ends the inspection of a document."""


def why_too_large(document: DocumentNode) -> GraphQLError | None:
    """The first limit that the document exceeds."""
    try:
        _inspect(document)
    except _TooLarge as problem:
        return GraphQLError(str(problem))
    return None


def _allow(count: int, limit: int, what: str) -> None:
    if count > limit:
        raise _TooLarge(f"{count} {what} found. Allowed: {limit}")


def _inspect(document: DocumentNode) -> None:
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    _allow(len(operations), MAX_OPERATIONS, "operations")
    _allow(len(document.definitions) - len(operations), MAX_FRAGMENTS, "fragments")
    details = _Details()
    visit(document, details)
    _allow(details.digits, MAX_DIGITS, "digits in one number")
    _allow(details.directives_at_one_place, MAX_DIRECTIVES_AT_ONE_PLACE, "directives at one place")
    _allow(details.directives, MAX_DIRECTIVES, "directives")
    sizes = _Sizes(fragments)
    # Fragments that no operation spreads are validated as well.
    definitions: list[Definition] = [*operations, *fragments.values()]
    for definition in definitions:
        sizes.allow(definition.selection_set)
    for definition in definitions:
        _Expansion(fragments).allow(definition)


class _Details(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.directives = 0
        self.directives_at_one_place = 0
        self.digits = 0

    def enter(self, node: Node, *_: object) -> None:
        here = len(getattr(node, "directives", None) or ())
        self.directives += here
        self.directives_at_one_place = max(self.directives_at_one_place, here)
        if isinstance(node, IntValueNode | FloatValueNode):
            self.digits = max(self.digits, len(node.value))


class _Sizes:
    """Counts fields with fragments expanded, without expanding them: each fragment is counted
    once, so that fragments which spread others twice, over and over, make no work."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, tuple[int, int]] = {}
        self._open: list[str] = []
        self._total = 0

    def allow(self, selections: SelectionSetNode) -> None:
        fields, depth = self._of(selections)
        self._total += fields
        _allow(self._total, MAX_FIELDS, "fields")
        _allow(depth, MAX_DEPTH, "levels of depth")

    def _of(self, selections: SelectionSetNode) -> tuple[int, int]:
        """Fields, and levels of fields that have fields."""
        fields = depth = 0
        for selection in selections.selections:
            more, deeper = self._of_one(selection)
            fields += more
            depth = max(depth, deeper)
        return fields, depth

    def _of_one(self, selection: SelectionNode) -> tuple[int, int]:
        if isinstance(selection, FragmentSpreadNode):
            return self._of_fragment(selection.name.value)
        inner: SelectionSetNode | None = selection.selection_set  # type: ignore[attr-defined]
        fields, depth = self._of(inner) if inner is not None else (0, 0)
        if isinstance(selection, FieldNode):
            # The introspection is deep by nature; how far it may nest is a matter of its cost.
            shown = selection.name.value.startswith("__")
            return fields + 1, 0 if shown or inner is None else depth + 1
        return fields, depth

    def _of_fragment(self, name: str) -> tuple[int, int]:
        if name in self._open:
            raise _TooLarge(f"Cannot spread fragment '{name}' within itself.")
        if name not in self._known:
            fragment = self._fragments.get(name)
            if fragment is None:
                return 0, 0  # validation names it
            self._open.append(name)
            self._known[name] = self._of(fragment.selection_set)
            self._open.pop()
        return self._known[name]


class _Expansion:
    """Walks a definition with its fragments expanded; `_Sizes` has made sure that it is short."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._aliases = 0

    def allow(self, definition: Definition) -> None:
        paths = Counter(self._paths(definition.selection_set, ()))
        _allow(self._aliases, MAX_ALIASES, "aliases")
        _allow(max(paths.values(), default=0), MAX_REPETITIONS, "repetitions of one field")
        if isinstance(definition, OperationDefinitionNode):
            roots = sum(1 for path in paths if len(path) == 1)
            changes = definition.operation == OperationType.MUTATION
            _allow(roots, MAX_MUTATIONS if changes else MAX_ROOT_FIELDS, "root fields")

    def _paths(self, selections: SelectionSetNode, above: Path) -> Iterator[Path]:
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                self._aliases += selection.alias is not None
                path = (*above, (selection.alias or selection.name).value)
                yield path
                if selection.selection_set is not None:
                    yield from self._paths(selection.selection_set, path)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments.get(selection.name.value)
                if fragment is not None:
                    yield from self._paths(fragment.selection_set, above)
            else:
                yield from self._paths(selection.selection_set, above)  # type: ignore[attr-defined]
