"""Documents that have been read and checked once, by their text."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from graphql import ASTValidationRule, DocumentNode, GraphQLError, parse
from strawberry import Schema
from strawberry.schema.schema import validate_document

from dialtree.graphql import limits

REMEMBERED = 200
Rules = tuple[type[ASTValidationRule], ...]


@dataclass(eq=False)
class Document:
    """Compared by identity, so that it is a cheap key for what is found out about it."""

    node: DocumentNode
    rules_it_keeps: list[Rules] = field(default_factory=list)
    page_variables: frozenset[str] | None = None
    costs: dict[tuple[str | None, tuple[tuple[str, int], ...]], int] = field(default_factory=dict)

    def errors(self, schema: Schema, rules: Rules) -> list[GraphQLError]:
        """What is wrong with it: too large, or against the rules of the language."""
        if rules in self.rules_it_keeps:
            return []
        if error := limits.why_too_large(self.node):
            return [error]
        errors: list[GraphQLError] = validate_document(schema._schema, self.node, rules)
        if not errors:
            self.rules_it_keeps.append(rules)
        return errors


class Documents:
    """Remembers valid documents only: what is refused must not push out what is in use."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Document] = OrderedDict()

    def read(self, text: str, **options: Any) -> Document:
        """Raises GraphQLError where the text is no document."""
        known = self._known.get(text)
        if known is None:
            return Document(parse(text, **options))
        self._known.move_to_end(text)
        return known

    def remember(self, text: str, document: Document) -> None:
        self._known[text] = document
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def __contains__(self, text: str) -> bool:
        return text in self._known


documents = Documents()
