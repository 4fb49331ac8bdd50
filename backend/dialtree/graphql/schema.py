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
from dialtree.graphql.context import Context, Info
from dialtree.graphql.errors import errors
from dialtree.graphql.paging import Node
from dialtree.holders import graphql as holders
from dialtree.holders.models import Holder as HolderRow
from dialtree.ids import from_global_id
from dialtree.inventory import graphql as inventory
from dialtree.inventory import import_graphql, summary_graphql
from dialtree.inventory.models import NumberRange as NumberRangeRow
from dialtree.inventory.models import SiteContract as SiteContractRow
from dialtree.orders import graphql as orders
from dialtree.orders import subscriptions
from dialtree.orders.models import Order as OrderRow

_NODES: dict[str, type[Model]] = {
    "Customer": CustomerRow,
    "NumberRange": NumberRangeRow,
    "Order": OrderRow,
    "SiteContract": SiteContractRow,
    **dict.fromkeys(holders.HOLDER_TYPES, HolderRow),
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
            return holders.holder_of(row) if holders.type_name(row) == type_name else None
        case CustomerRow():
            return accounts.Customer.of(row)
    return None


@strawberry.type(description="What can be read.")
class Query(
    accounts.AccountsQuery,
    summary_graphql.SummaryQuery,
    inventory.InventoryQuery,
    holders.HoldersQuery,
    orders.OrdersQuery,
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
        if model is HolderRow:
            rows = rows.filter(deleted_at=None)
        return _node(await rows.get_or_none(id=row_id), type_name)


@strawberry.type(description="What can be changed. Every answer is a union: done, or why not.")
class Mutation(
    accounts.AccountsMutation,
    import_graphql.ImportMutation,
    holders.HoldersMutation,
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
    types=[holders.SipTrunk, holders.CloudPbx, holders.UccConnection],
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
