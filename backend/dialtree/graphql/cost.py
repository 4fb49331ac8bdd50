"""What an operation would cost, computed from its document before anything is executed.

A cost is about the number of values that the answer may have: each field counts once for every
object it is asked of, and lists count as many entries as their page may have. A field with a
resolver of its own counts more, one that asks the database for each object most.
"""

from collections.abc import Mapping
from functools import cache

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_list_type,
    value_from_ast_untyped,
    visit,
)
from strawberry.types.field import StrawberryField

from dialtree.graphql.documents import Document
from dialtree.graphql.sizes import Cost, ListSize
from dialtree.paging import DEFAULT_PAGE, MAX_PAGE

RESOLVER = 3
"""A field that asks who asks, or for other objects: three times the work of an attribute,
measured. A method that only looks at its object is as good as one."""
QUERY = 50
"""A field that asks the database by itself for each object: a page, a count."""
PAGED_BY = "first"
REMEMBERED_COSTS = 50
"""Of one document, with different lengths of pages."""
INTROSPECTION_SHARE = 0.5
"""Of what introspection shows all is in memory, and the same for everybody."""


def size_of(field: GraphQLField) -> int | None:
    """How many entries the schema says the list has; None where its page says it."""
    return next((d.assumed_size for d in _directives(field) if isinstance(d, ListSize)), None)


def _directives(field: GraphQLField) -> list[object]:
    definition = field.extensions.get("strawberry-definition")
    return list(definition.directives) if isinstance(definition, StrawberryField) else []


def _weight(field: GraphQLField) -> float:
    for directive in _directives(field):
        if isinstance(directive, Cost):
            return directive.weight
    if PAGED_BY in field.args:
        return QUERY
    definition = field.extensions.get("strawberry-definition")
    return 1 if definition is None or _looks_at_its_object(definition) else RESOLVER


def _looks_at_its_object(definition: StrawberryField) -> bool:
    resolver = definition.base_resolver
    return resolver is None or not (resolver.is_async or resolver.info_parameter)


class _Reader:
    """Adds up one operation; every fragment is added up once for each length of page."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, sizes: Mapping[str, object]):
        self._schema = schema
        self._sizes = sizes
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._known: dict[tuple[str, int], float] = {}

    def selections(
        self, node: SelectionSetNode, type_: GraphQLNamedType | None, page: int
    ) -> float:
        """`page`: how many entries the connection has that this selects from."""
        total = 0.0
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                total += self._field(selection, type_, page)
            elif isinstance(selection, FragmentSpreadNode):
                total += self._fragment(selection.name.value, page)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                within = self._schema.get_type(condition.name.value) if condition else type_
                total += self.selections(selection.selection_set, within, page)
        return total

    def _fragment(self, name: str, page: int) -> float:
        key = (name, page)
        if key not in self._known:
            fragment = self._fragments[name]
            within = self._schema.get_type(fragment.type_condition.name.value)
            self._known[key] = self.selections(fragment.selection_set, within, page)
        return self._known[key]

    def _field(self, node: FieldNode, type_: GraphQLNamedType | None, page: int) -> float:
        field = (
            self._schema.get_field(type_, node.name.value)
            if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
            else None
        )
        if field is None:  # validation has refused it already
            return 0
        inner = 0.0
        times = 1.0
        if is_list_type(get_nullable_type(field.type)):
            times = self._entries(type_, node.name.value, field, page)
        if PAGED_BY in field.args:
            page = self._page(node)
        if node.selection_set is not None:
            inner = self.selections(node.selection_set, get_named_type(field.type), page)
        cost = _weight(field) + times * inner
        if type_ is self._schema.query_type and node.name.value in ("__schema", "__type"):
            return INTROSPECTION_SHARE * cost
        return cost

    def _entries(
        self, type_: GraphQLNamedType | None, name: str, field: GraphQLField, page: int
    ) -> float:
        if type_ is not None and type_.name.startswith("__"):
            return _introspected(self._schema)[name]
        size = size_of(field)
        return page if size is None else size

    def _page(self, node: FieldNode) -> int:
        given: object = None
        for argument in node.arguments or ():
            if argument.name.value == PAGED_BY:
                if isinstance(argument.value, VariableNode):
                    given = self._sizes.get(argument.value.name.value)
                elif isinstance(argument.value, IntValueNode):
                    given = int(argument.value.value)
        return _length(given)


def _length(given: object) -> int:
    if given is None:
        return DEFAULT_PAGE
    # What is no number, or too large a one, is refused later.
    return int(max(1, min(given, MAX_PAGE))) if isinstance(given, int | float) else MAX_PAGE


@cache
def _introspected(schema: GraphQLSchema) -> Mapping[str, float]:
    """How many entries the lists of the introspection have, on average."""
    types = list(schema.type_map.values())
    fields = [
        field
        for type_ in types
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
        for field in type_.fields.values()
    ]
    inputs = [len(t.fields) for t in types if isinstance(t, GraphQLInputObjectType)]
    values = [len(t.values) for t in types if isinstance(t, GraphQLEnumType)]
    members = [len(t.types) for t in types if isinstance(t, GraphQLUnionType)]
    return {
        "types": len(types),
        "directives": len(schema.directives),
        "fields": len(fields) / len(types),
        "args": sum(len(field.args) for field in fields) / len(fields),
        "inputFields": sum(inputs) / len(types),
        "enumValues": sum(values) / len(types),
        "possibleTypes": sum(members) / len(types),
        "interfaces": 1,
        "locations": 3,
    }


def cost_of(
    schema: GraphQLSchema,
    document: Document,
    operation_name: str | None,
    variables: Mapping[str, object] | None,
) -> int:
    """The cost of a valid operation with these variables; remembered with the document."""
    given = variables or {}
    if document.page_variables is None:
        document.page_variables = _page_variables(document.node)
    sizes = {name: _length(given[name]) for name in document.page_variables if name in given}
    key = (operation_name, tuple(sizes.items()))
    if key not in document.costs:
        if len(document.costs) > REMEMBERED_COSTS:
            document.costs.clear()
        document.costs[key] = _cost(schema, document.node, operation_name, sizes)
    return document.costs[key]


def _page_variables(document: DocumentNode) -> frozenset[str]:
    """The variables that say how long a page is."""
    found: set[str] = set()

    class Finder(Visitor):
        def enter_argument(self, node: ArgumentNode, *_: object) -> None:
            if node.name.value == PAGED_BY and isinstance(node.value, VariableNode):
                found.add(node.value.name.value)

    visit(document, Finder())
    return frozenset(found)


def _cost(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation_name: str | None,
    sizes: Mapping[str, object],
) -> int:
    operation = next(
        node
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
        and (operation_name is None or (node.name and node.name.value == operation_name))
    )
    defaults = {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }
    reader = _Reader(schema, document, {**defaults, **sizes})
    root = schema.get_root_type(operation.operation)
    return round(reader.selections(operation.selection_set, root, 1))
