"""Questions about the schema itself, which an installation may refuse."""

from graphql import DocumentNode, FieldNode, GraphQLError, Visitor, visit
from graphql.language.visitor import BREAK, VisitorAction

from dialtree.refusals import Refusal, RefusalCode, Refused


def why_not_introspect(document: DocumentNode) -> GraphQLError | None:
    """Refuses `__schema` and `__type`; `__typename` is no secret."""
    finder = _Finder()
    visit(document, finder)
    if finder.found is None:
        return None
    off = Refused(Refusal(RefusalCode.INTROSPECTION_OFF))
    return GraphQLError("", nodes=finder.found, original_error=off)


class _Finder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: FieldNode | None = None

    def enter_field(self, node: FieldNode, *_: object) -> VisitorAction:
        if node.name.value in ("__schema", "__type"):
            self.found = node
            return BREAK
        return None
