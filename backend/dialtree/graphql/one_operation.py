"""Which operation of a document is meant."""

from collections.abc import Iterator

from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import SchemaExtension


class OneOperation(SchemaExtension):
    """Refuses a document of several operations without a name, where Strawberry would execute the
    first. Must stand behind what sets the errors of validation."""

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        document = execution.graphql_document
        if execution._provided_operation_name is None and document is not None:
            operations = sum(
                isinstance(definition, OperationDefinitionNode)
                for definition in document.definitions
            )
            if operations > 1 and not execution.pre_execution_errors:
                execution.pre_execution_errors = [
                    GraphQLError("Of several operations, `operationName` must choose one.")
                ]
        yield
