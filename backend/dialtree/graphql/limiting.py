"""Holds every operation to the limits: of its document, its cost and its time."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLError, OperationDefinitionNode
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType

from dialtree.graphql import limits
from dialtree.graphql.context import Context
from dialtree.graphql.cost import cost_of
from dialtree.graphql.documents import Document, documents
from dialtree.graphql.introspection import why_not_introspect
from dialtree.graphql.sizes import MAX_COST
from dialtree.refusals import Refusal, RefusalCode, Refused


def refused(refusal: Refusal) -> GraphQLError:
    return GraphQLError(refusal.code.value, original_error=Refused(refusal))


class Limits(SchemaExtension):
    """Reads and validates an operation, unless it is too large or too dear, or not to be asked.
    One extension for all of it: each takes its time, also where it has nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self._document: Document | None = None
        self._too_long: GraphQLError | None = None

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        context.parse_options["max_tokens"] = limits.MAX_TOKENS
        length = len(context.query or "")
        if length > limits.MAX_CHARACTERS:
            self._too_long = GraphQLError(
                f"{length} characters found. Allowed: {limits.MAX_CHARACTERS}"
            )
            # An error raised here would count as one of the server; validation reports it.
            context.query = "{ __typename }"
        with suppress(GraphQLError):  # it is read once more, where the mistake is reported
            self._document = documents.read(context.query or "", **context.parse_options)
            context.graphql_document = self._document.node
        yield

    def on_validate(self) -> Iterator[None]:
        self.execution_context.pre_execution_errors = self._errors()
        yield

    def _errors(self) -> list[GraphQLError]:
        context = self.execution_context
        assert self._document is not None, "what was not read is not validated"
        if self._too_long is not None:
            return [self._too_long]
        if errors := self._document.errors(context.schema, context.validation_rules):
            return errors
        documents.remember(context.query or "", self._document)
        if error := self._why_not_this_one(self._document.node):
            return [error]
        cost = cost_of(
            context.schema._schema, self._document, context.operation_name, context.variables
        )
        if cost > MAX_COST:
            params = {"cost": cost, "limit": MAX_COST}
            return [refused(Refusal(RefusalCode.QUERY_TOO_EXPENSIVE, params))]
        return []

    def _why_not_this_one(self, document: DocumentNode) -> GraphQLError | None:
        execution = self.execution_context
        context: Context = execution.context
        if execution._provided_operation_name is None and len(document.definitions) > 1:
            operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
            if len(operations) > 1:
                # Strawberry would execute the first.
                return GraphQLError("Of several operations, `operationName` must choose one.")
        return None if context.settings.introspection else why_not_introspect(document)


class QueryDeadline(Schema):
    """Ends queries that take too long. Mutations are left to finish: a transaction goes on without
    whoever waited for it, so that an answer "too slow" would be a wrong one."""

    async def _execute_operation(self, execution_context: ExecutionContext, *arguments: Any) -> Any:
        run = super()._execute_operation
        if execution_context.operation_type is not OperationType.QUERY:
            return await run(execution_context, *arguments)
        context: Context = execution_context.context
        seconds = context.settings.query_seconds
        deadline = asyncio.timeout(seconds)
        try:
            async with deadline:
                return await run(execution_context, *arguments)
        except TimeoutError:
            if not deadline.expired():
                raise
        error = refused(Refusal(RefusalCode.QUERY_TOO_SLOW, {"seconds": f"{seconds:g}"}))
        execution_context.result = ExecutionResult(None, [error])
        return execution_context.result
