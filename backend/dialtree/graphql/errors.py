"""Errors that have no place in the schema: refused queries keep their code, bugs are masked."""

import logging
from uuid import uuid4

from graphql import GraphQLError
from strawberry.extensions import MaskErrors

from dialtree.database import UNSTORABLE, is_nul, is_passing
from dialtree.graphql.context import Context
from dialtree.refusals import Refusal, RefusalCode, Refused

log = logging.getLogger(__name__)


class Errors(MaskErrors):
    """A Refused becomes an error with extensions.code and the sentence; mistakes in the document
    pass; anything else is logged under an id, and only the id is shown."""

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        context: Context = self.execution_context.context
        original = error.original_error
        extensions: dict[str, object] = {}
        if isinstance(original, Refused):
            refusal = original.refusal
        elif original is not None and is_nul(original):
            refusal = UNSTORABLE
        elif original is not None and is_passing(original):
            refusal = Refusal(RefusalCode.TRY_AGAIN)
        else:
            error_id = uuid4().hex
            log.error("error %s at %s", error_id, error.path, exc_info=original)
            refusal = Refusal(RefusalCode.INTERNAL_ERROR, {"id": error_id})
            extensions["errorId"] = error_id
        extensions |= {"code": refusal.code.value, "rule": refusal.rule}
        return GraphQLError(
            refusal.message(context.language),
            nodes=error.nodes,
            source=error.source,
            positions=error.positions,
            path=error.path,
            extensions=extensions,
        )


def is_not_the_document(error: GraphQLError) -> bool:
    """Whether it arose while executing, not from a mistake in what the client sent."""
    return error.original_error is not None and not isinstance(error.original_error, GraphQLError)


def errors() -> Errors:
    return Errors(should_mask_error=is_not_the_document)
