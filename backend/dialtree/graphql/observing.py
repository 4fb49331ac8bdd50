"""What is logged and counted of every operation: its name, type, duration and outcome, and who
asked. Never its document, variables or answer."""

import logging
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass

from graphql import FieldNode, GraphQLError, GraphQLSchema, OperationDefinitionNode
from graphql.utilities import get_operation_ast
from prometheus_client import Gauge
from strawberry.extensions import SchemaExtension

from dialtree import clock
from dialtree.graphql.context import Context
from dialtree.operations import metrics
from dialtree.refusals import RefusalCode

log = logging.getLogger("dialtree.operation")

UNKNOWN = "unknown"
SEVERAL = "several"
INTROSPECTION = "introspection"
MAX_NAME_LENGTH = 100


@dataclass(slots=True)
class _Noted:
    refusal: str | None = None


_noted: ContextVar[_Noted | None] = ContextVar("noted", default=None)


def note_refusal(code: RefusalCode) -> None:
    """A mutation answers with this refusal: a member of its union, hence no error."""
    if noted := _noted.get():
        noted.refusal = code.value


class Observing(SchemaExtension):
    """Comes first among the extensions, so that it sees errors as the client does: masked."""

    _subscription: Gauge | None = None

    def on_operation(self) -> Iterator[None]:
        # Not reset: whatever runs an operation has a context of its own.
        _noted.set(noted := _Noted())
        began = clock.stopwatch()
        try:
            yield
        finally:
            if self._subscription is not None:
                self._subscription.dec()
            self._finished(noted, clock.stopwatch() - began)

    def on_execute(self) -> Iterator[None]:
        operation = self._operation()
        if operation is not None and operation.operation.value == "subscription":
            self._subscription = metrics.subscriptions.labels(self._root_field(operation))
            self._subscription.inc()
        yield

    def _operation(self) -> OperationDefinitionNode | None:
        execution = self.execution_context
        if execution.graphql_document is None:
            return None
        return get_operation_ast(execution.graphql_document, execution.operation_name)

    def _root_field(self, operation: OperationDefinitionNode) -> str:
        return _root_field(operation, self.execution_context.schema._schema)

    def _finished(self, noted: _Noted, seconds: float) -> None:
        operation = self._operation()
        kind = operation.operation.value if operation else UNKNOWN
        field = self._root_field(operation) if operation else UNKNOWN
        outcome, code = self._outcome(noted)
        metrics.operations.labels(kind, field, outcome).inc()
        if kind in ("query", "mutation"):
            metrics.operation_seconds.labels(kind, field).observe(seconds)
        context: Context = self.execution_context.context
        principal = context.principal
        # Of a document that was not understood the name would be any text.
        name = operation.name.value[:MAX_NAME_LENGTH] if operation and operation.name else None
        log.info(
            "%s %s %s in %.1f ms",
            kind,
            field,
            f"{outcome} ({code})" if code else outcome,
            seconds * 1000,
            extra={
                "operation": name,
                "operation_type": kind,
                "field": field,
                "outcome": outcome,
                "code": code,
                "duration_ms": round(seconds * 1000, 1),
                "user_id": principal.user_id if principal else None,
                "customer_id": principal.customer_id if principal else None,
                "address": context.credentials.address,
                "transport": "websocket" if context.is_socket else "http",
            },
        )

    def _outcome(self, noted: _Noted) -> tuple[str, str | None]:
        """ok, refused, error (ours), invalid (a mistake in the document) or cancelled; and the
        code of what was refused or went wrong."""
        result = self.execution_context.result
        errors: list[GraphQLError] = getattr(result, "errors", None) or []
        codes = [str((error.extensions or {}).get("code", "")) for error in errors]
        for code in codes:
            if code in _OURS:
                return "error", code
        if errors:
            return ("refused", codes[0]) if codes[0] else ("invalid", None)
        if self.execution_context.graphql_document is None:
            return "invalid", None
        if noted.refusal:
            return "refused", noted.refusal
        return ("ok" if result is not None else "cancelled"), None


_OURS = (RefusalCode.INTERNAL_ERROR.value, RefusalCode.TRY_AGAIN.value)


def _root_field(operation: OperationDefinitionNode, schema: GraphQLSchema) -> str:
    """The name of the only root field, if it is one of the schema: clients must not be able to
    make up new ones without end."""
    fields = {
        node.name.value if isinstance(node, FieldNode) else SEVERAL
        for node in operation.selection_set.selections
    }
    if len(fields) != 1:
        return SEVERAL
    [name] = fields
    if name.startswith("__"):
        return INTROSPECTION
    root = schema.get_root_type(operation.operation)
    return name if root is not None and name in root.fields else UNKNOWN
