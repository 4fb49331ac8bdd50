"""Errors that have no place in the schema: refused queries keep their code, bugs are masked."""

from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import MaskErrors
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from dialtree.graphql.context import Context
from dialtree.masking import told

_MISTAKES = (
    GraphQLError,
    MissingQueryError,
    CannotGetOperationTypeError,
    InvalidOperationTypeError,
)


class Errors(MaskErrors):
    """A Refused becomes an error with extensions.code and the sentence; mistakes in the document
    pass; anything else is logged under an id, and only the id is shown."""

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        context: Context = self.execution_context.context
        answer = told(error.original_error, error.path)
        return GraphQLError(
            answer.refusal.message(context.language),
            nodes=error.nodes,
            source=error.source,
            positions=error.positions,
            path=error.path,
            extensions=answer.extensions,
        )


def is_not_the_document(error: GraphQLError) -> bool:
    """Whether it arose while executing, not from a mistake in what the client sent."""
    return error.original_error is not None and not isinstance(error.original_error, _MISTAKES)


def errors() -> Errors:
    return Errors(should_mask_error=is_not_the_document)
