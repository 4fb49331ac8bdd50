"""The schema: the nouns' parts put together."""

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry
from graphql import GraphQLError
from strawberry.extensions import (
    AddValidationRules,
    MaxAliasesLimiter,
    MaxTokensLimiter,
    ParserCache,
    QueryDepthLimiter,
    SchemaExtension,
    ValidationCache,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType
from tortoise.models import Model

from dialtree.accounts import graphql as accounts
from dialtree.accounts.models import Customer as CustomerRow
from dialtree.audit import graphql as audit
from dialtree.audit.models import AuditEntry as AuditEntryRow
from dialtree.cloud_pbx import graphql as cloud_pbx
from dialtree.graphql.context import Context, Info
from dialtree.graphql.errors import errors
from dialtree.graphql.holders import holder_of
from dialtree.graphql.paging import Node
from dialtree.holders import changing_graphql as number_changes
from dialtree.holders.models import TYPE_NAMES
from dialtree.holders.models import Holder as HolderRow
from dialtree.ids import from_global_id
from dialtree.inventory import graphql as inventory
from dialtree.inventory import import_graphql, summary_graphql
from dialtree.inventory.models import NumberRange as NumberRangeRow
from dialtree.inventory.models import SiteContract as SiteContractRow
from dialtree.orders import graphql as orders
from dialtree.orders import subscriptions
from dialtree.orders.models import Order as OrderRow
from dialtree.trunks import graphql as trunks
from dialtree.trunks import mutations_graphql as trunk_mutations
from dialtree.ucc import graphql as ucc

_NODES: dict[str, type[Model]] = {
    "AuditEntry": AuditEntryRow,
    "Customer": CustomerRow,
    "NumberRange": NumberRangeRow,
    "Order": OrderRow,
    "SiteContract": SiteContractRow,
    **dict.fromkeys(TYPE_NAMES.values(), HolderRow),
}


def _node(row: Model | None, type_name: str) -> Node | None:
    match row:
        case NumberRangeRow():
            return inventory.NumberRange.of(row)
        case OrderRow():
            return orders.Order.of(row)
        case SiteContractRow():
            return inventory.SiteContract.of(row)
        case HolderRow():
            return holder_of(row) if row.type_name == type_name else None
        case AuditEntryRow():
            return audit.AuditEntry.of(row)
        case CustomerRow():
            return accounts.Customer.of(row)
    return None


@strawberry.type(description="What can be read.")
class Query(
    accounts.AccountsQuery,
    summary_graphql.SummaryQuery,
    inventory.InventoryQuery,
    number_changes.NumberChangesQuery,
    trunks.TrunksQuery,
    cloud_pbx.CloudPbxQuery,
    ucc.UccQuery,
    orders.OrdersQuery,
    audit.AuditQuery,
):
    @strawberry.field(description="The object with this id; null if there is none.")
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Id of any object.")],
    ) -> Node | None:
        principal = info.context.signed_in()
        type_name, row_id = from_global_id(id) or ("", 0)
        model = _NODES.get(type_name)
        if model is None:
            return None
        rows = principal.of(model)
        if model is AuditEntryRow and principal.why_not_change() is not None:
            return None
        if model is HolderRow:
            rows = rows.filter(deleted_at=None)
        return _node(await rows.get_or_none(id=row_id), type_name)


@strawberry.type(description="What can be changed. Every answer is a union: done, or why not.")
class Mutation(
    accounts.AccountsMutation,
    import_graphql.ImportMutation,
    number_changes.NumberChangesMutation,
    trunk_mutations.TrunksMutation,
    cloud_pbx.CloudPbxMutation,
    orders.OrdersMutation,
):
    pass


@strawberry.type(
    description="What is told as it happens, over graphql-transport-ws or server-sent events."
)
class Subscription(subscriptions.OrdersSubscription, summary_graphql.InventorySubscription):
    pass


class _Operations(SchemaExtension):
    """What holds for every operation, whatever brought it."""

    async def on_operation(self) -> AsyncIterator[None]:
        execution = self.execution_context
        context: Context = execution.context
        if context.is_socket:
            # The token may have been revoked since the socket was opened.
            await context.recognise_again()
        if not context.is_lasting:
            execution.allowed_operations = set(execution.allowed_operations) - {
                OperationType.SUBSCRIPTION
            }
        yield


class _Schema(strawberry.Schema):
    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Nothing: `errors` logs what is unexpected, and refusals are no errors of ours."""


# Made once: the cache of validated documents compares the rules by identity.
_LIMITS = [
    *QueryDepthLimiter(max_depth=14).validation_rules,
    *MaxAliasesLimiter(max_alias_count=30).validation_rules,
]

schema = _Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[trunks.SipTrunk, cloud_pbx.CloudPbx, ucc.UccConnection],
    config=StrawberryConfig(disable_field_suggestions=True),
    extensions=[
        _Operations,
        lambda: AddValidationRules(_LIMITS),
        lambda: MaxTokensLimiter(max_token_count=2000),
        lambda: ParserCache(maxsize=200),
        lambda: ValidationCache(maxsize=200),
        errors,
    ],
)
