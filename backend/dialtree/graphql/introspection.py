"""Questions about the schema itself, which an installation may refuse."""

from collections.abc import Iterator

from graphql import FieldNode, GraphQLError, Visitor, visit
from graphql.language.visitor import BREAK, VisitorAction
from strawberry.extensions import SchemaExtension

from dialtree.graphql.context import Context
from dialtree.refusals import Refusal, RefusalCode, Refused


class Introspection(SchemaExtension):
    """Refuses `__schema` and `__type` where DIALTREE_INTROSPECTION is off; `__typename` is no
    secret. Must stand behind ValidationCache, which sets what it knows of the document."""

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        context: Context = execution.context
        document = execution.graphql_document
        if not context.settings.introspection and document and not execution.pre_execution_errors:
            finder = _Finder()
            visit(document, finder)
            if finder.found is not None:
                execution.pre_execution_errors = [
                    GraphQLError(
                        "",
                        nodes=finder.found,
                        original_error=Refused(Refusal(RefusalCode.INTROSPECTION_OFF)),
                    )
                ]
        yield


class _Finder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: FieldNode | None = None

    def enter_field(self, node: FieldNode, *_: object) -> VisitorAction:
        if node.name.value in ("__schema", "__type"):
            self.found = node
            return BREAK
        return None
