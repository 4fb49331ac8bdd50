"""Every document of the app, as its pages send them: with the fragments they spread."""

import re
from collections.abc import Iterator
from pathlib import Path

from graphql import (
    FragmentDefinitionNode,
    OperationDefinitionNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

SOURCE = Path(__file__).parents[1] / "frontend" / "src"
WRITTEN = re.compile(r"graphql\(\s*`([^`]*)`")
EXAMPLES = re.compile(r"(?:document|query): `([^`]*)`")


def _spread_in(node: object) -> set[str]:
    names: set[str] = set()

    class Finder(Visitor):
        def enter_fragment_spread(self, spread: object, *_: object) -> None:
            names.add(spread.name.value)  # type: ignore[attr-defined]

    visit(node, Finder())  # type: ignore[arg-type]
    return names


def app_documents() -> Iterator[tuple[str, str]]:
    """Name and text of each operation of the app."""
    fragments: dict[str, FragmentDefinitionNode] = {}
    operations: dict[str, OperationDefinitionNode] = {}
    for file in sorted(SOURCE.rglob("*.ts*")):
        if ".test." in file.name or file.parent.name == "test":
            continue
        for text in WRITTEN.findall(file.read_text("utf-8")):
            for definition in parse(text).definitions:
                if isinstance(definition, FragmentDefinitionNode):
                    fragments[definition.name.value] = definition
                else:
                    assert isinstance(definition, OperationDefinitionNode)
                    assert definition.name is not None
                    operations[definition.name.value] = definition
    for name, operation in operations.items():
        needed: set[str] = set()
        found = _spread_in(operation)
        while found - needed:
            needed |= found
            found = set().union(*(_spread_in(fragments[fragment]) for fragment in found))
        yield name, "\n".join(print_ast(n) for n in (operation, *(fragments[f] for f in needed)))
