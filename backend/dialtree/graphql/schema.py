"""The schema: the nouns' parts put together."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType
from tortoise.models import Model

from dialtree import clock
from dialtree.accounts import graphql as accounts
from dialtree.accounts import links_graphql as links
from dialtree.accounts import own_account_graphql as own_account
from dialtree.accounts import people_graphql as people
from dialtree.accounts.models import Customer as CustomerRow
from dialtree.accounts.models import User as UserRow
from dialtree.audit import graphql as audit
from dialtree.audit.models import AuditEntry as AuditEntryRow
from dialtree.calls import graphql as calls
from dialtree.calls import reporting_graphql as call_reports
from dialtree.calls.models import RejectedCall as RejectedCallRow
from dialtree.calls.rules import KEPT
from dialtree.cloud_pbx import graphql as cloud_pbx
from dialtree.customers import graphql as customers
from dialtree.database import is_passing
from dialtree.graphql.context import Context, Info
from dialtree.graphql.errors import errors
from dialtree.graphql.holders import holder_of
from dialtree.graphql.levels import Levels
from dialtree.graphql.limiting import Limits, QueryDeadline, refused
from dialtree.graphql.observing import Observing
from dialtree.graphql.paging import Node
from dialtree.holders import changing_graphql as number_changes
from dialtree.holders.models import TYPE_NAMES
from dialtree.holders.models import Holder as HolderRow
from dialtree.ids import from_global_id
from dialtree.inventory import contracts_graphql, import_graphql, summary_graphql
from dialtree.inventory import graphql as inventory
from dialtree.inventory.models import NumberRange as NumberRangeRow
from dialtree.inventory.models import SiteContract as SiteContractRow
from dialtree.orders import graphql as orders
from dialtree.orders import subscriptions
from dialtree.orders.models import Order as OrderRow
from dialtree.refusals import Refusal, RefusalCode
from dialtree.tokens import graphql as tokens
from dialtree.trunks import graphql as trunks
from dialtree.trunks import mutations_graphql as trunk_mutations
from dialtree.ucc import graphql as ucc

_NODES: dict[str, type[Model]] = {
    "AuditEntry": AuditEntryRow,
    "Customer": CustomerRow,
    "NumberRange": NumberRangeRow,
    "Order": OrderRow,
    "RejectedCall": RejectedCallRow,
    "SiteContract": SiteContractRow,
    "User": UserRow,
    **dict.fromkeys(TYPE_NAMES.values(), HolderRow),
}

_FOR_ADMINISTRATORS = (AuditEntryRow, UserRow)


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
        case RejectedCallRow():
            return calls.RejectedCall.of(row)
        case UserRow():
            return people.User.of(row)
    return None


@strawberry.type(description="What can be read.")
class Query(
    accounts.AccountsQuery,
    links.LinksQuery,
    own_account.OwnAccountQuery,
    people.PeopleQuery,
    summary_graphql.SummaryQuery,
    inventory.InventoryQuery,
    number_changes.NumberChangesQuery,
    trunks.TrunksQuery,
    cloud_pbx.CloudPbxQuery,
    ucc.UccQuery,
    orders.OrdersQuery,
    audit.AuditQuery,
    customers.CustomersQuery,
    tokens.TokensQuery,
    calls.CallsQuery,
):
    @strawberry.field(description="Whether this installation has a GraphQL explorer at /explorer.")
    def explorer(self, info: Info) -> bool:
        return info.context.settings.explorer

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
        rows = principal.customers() if model is CustomerRow else principal.of(model)
        if model in _FOR_ADMINISTRATORS and principal.why_not_change() is not None:
            return None
        if model is HolderRow:
            rows = rows.filter(deleted_at=None)
        if model is RejectedCallRow:
            rows = rows.filter(at__gt=clock.now() - KEPT)
        return _node(await rows.get_or_none(id=row_id), type_name)


@strawberry.type(description="What can be changed. Every answer is a union: done, or why not.")
class Mutation(
    accounts.AccountsMutation,
    links.LinksMutation,
    own_account.OwnAccountMutation,
    people.PeopleMutation,
    import_graphql.ImportMutation,
    number_changes.NumberChangesMutation,
    trunk_mutations.TrunksMutation,
    cloud_pbx.CloudPbxMutation,
    orders.OrdersMutation,
    customers.CustomersMutation,
    contracts_graphql.ContractsMutation,
    tokens.TokensMutation,
    call_reports.CallsMutation,
):
    pass


@strawberry.type(
    description="What is told as it happens, over graphql-transport-ws or server-sent events."
)
class Subscription(subscriptions.OrdersSubscription, summary_graphql.InventorySubscription):
    pass


class _Operations(SchemaExtension):
    """What holds for every operation, whatever brought it. Must stand behind what sets the errors
    of validation."""

    _database_is_away = False

    async def on_operation(self) -> AsyncIterator[None]:
        execution = self.execution_context
        context: Context = execution.context
        if context.is_socket:
            # The token may have been revoked since the socket was opened.
            try:
                await context.recognise_again()
            except Exception as error:
                # Raised here it would end the operation without a word, as if all had been told.
                if not is_passing(error):
                    raise
                self._database_is_away = True
        if not context.is_lasting:
            execution.allowed_operations = set(execution.allowed_operations) - {
                OperationType.SUBSCRIPTION
            }
        yield

    def on_validate(self) -> Iterator[None]:
        if self._database_is_away and not self.execution_context.pre_execution_errors:
            again = refused(Refusal(RefusalCode.TRY_AGAIN))
            self.execution_context.pre_execution_errors = [again]
        yield


class _Schema(QueryDeadline):
    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Nothing: `errors` logs what is unexpected, and refusals are no errors of ours."""


schema = _Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[trunks.SipTrunk, cloud_pbx.CloudPbx, ucc.UccConnection],
    config=StrawberryConfig(disable_field_suggestions=True),
    execution_context_class=Levels,
    extensions=[
        Observing,
        Limits,
        _Operations,
        errors,
    ],
)
