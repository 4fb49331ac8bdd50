"""Orders in the API: what became of a requested change."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from dialtree import refusals
from dialtree.graphql.context import Context, Info
from dialtree.graphql.ids import id_of
from dialtree.graphql.paging import After, Connection, First, Node, connect
from dialtree.graphql.refusals import (
    Availability,
    InvalidInput,
    NotAllowed,
    NotFound,
    RuleRefused,
    answer,
    availability,
    rule_refused,
)
from dialtree.graphql.sizes import at_most
from dialtree.graphql.together import together
from dialtree.ids import to_global_id
from dialtree.inventory.commands import merge_range, split_range
from dialtree.inventory.graphql import NumberRange, load_ranges
from dialtree.orders import models, queries, revising, rules
from dialtree.orders.models import ItemAction, OrderCreator, OrderKind, OrderStatus
from dialtree.paging import DEFAULT_PAGE
from dialtree.refusals import Refused

if TYPE_CHECKING:
    from dialtree.holders.graphql import Holder

strawberry.enum(OrderKind, description="What an order does.")
strawberry.enum(
    OrderStatus,
    description="PLANNED: its date is in the future. QUEUED: waits for a worker. SUCCEEDED, "
    "FAILED and CANCELLED are final; only SUCCEEDED has changed anything (O1).",
)
strawberry.enum(
    OrderCreator, description="Who ordered: the customer (K) or the provider's staff (T) (T2)."
)
strawberry.enum(ItemAction, description="What an order does to one range.")


@strawberry.type(
    description="What an order does to one range. Digits and display stay readable after a merge "
    "has removed the range."
)
class OrderItem:
    action: ItemAction = strawberry.field(description="What is done to it.")
    digits: str = strawberry.field(description="The fixed digits: E.164 without plus.")
    open_digits: int = strawberry.field(description="How many digits follow the fixed ones.")
    display: str = strawberry.field(description="The range by DIN 5008.")
    row: strawberry.Private[models.OrderItem]

    @classmethod
    def of(cls, row: models.OrderItem) -> "OrderItem":
        return cls(
            action=row.action,
            digits=row.digits,
            open_digits=row.open_digits,
            display=row.display(),
            row=row,
        )

    @together(description="The range; null when it has been removed by a merge.")
    @staticmethod
    async def range(items: list["OrderItem"], context: Context) -> list[NumberRange | None]:
        return await load_ranges(context, [item.row.range_id for item in items])


@strawberry.type(description="One requested change, executed in the background (O1-O6).")
class Order(Node):
    reference: str = strawberry.field(description="Short name for people, such as A-000123.")
    kind: OrderKind = strawberry.field(description="What it does.")
    status: OrderStatus = strawberry.field(description="What has become of it.")
    creator: OrderCreator = strawberry.field(description="Who ordered it, by role.")
    execution_date: date | None = strawberry.field(
        description="The day (Europe/Berlin) it takes effect at 00:00; null: at once."
    )
    created_at: datetime = strawberry.field(description="When it was accepted.")
    started_at: datetime | None = strawberry.field(description="When it first began to run.")
    finished_at: datetime | None = strawberry.field(description="When it reached a final status.")
    row: strawberry.Private[models.Order]

    @classmethod
    def of(cls, row: models.Order) -> "Order":
        return cls(
            id=strawberry.ID(to_global_id("Order", row.id)),
            reference=row.reference,
            kind=row.kind,
            status=row.status,
            creator=row.creator,
            execution_date=row.execution_date,
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            row=row,
        )

    @together(description="Name of the person who ordered it.")
    @staticmethod
    async def requested_by(orders: list["Order"], context: Context) -> list[str]:
        users = await context.loaders.users.many(order.row.requested_by_id for order in orders)
        requesters = [users[order.row.requested_by_id] for order in orders]
        return [user.name if user else "" for user in requesters]

    @strawberry.field(
        description="Why it FAILED (O3), or was CANCELLED by something else than a request; null "
        "otherwise."
    )
    def refusal(self, info: Info) -> RuleRefused | None:
        if self.row.refusal is None:
            return None
        return rule_refused(refusals.Refusal.from_json(self.row.refusal), info.context.language)

    @together(description="What it does to which range.", directives=[at_most(20)])
    @staticmethod
    async def items(orders: list["Order"], context: Context) -> list[list[OrderItem]]:
        items = await context.loaders.items.many(order.row.id for order in orders)
        return [[OrderItem.of(item) for item in items[order.row.id]] for order in orders]

    @together(description="The ranges of its items that still exist.", directives=[at_most(20)])
    @staticmethod
    async def ranges(orders: list["Order"], context: Context) -> list[list[NumberRange]]:
        items = await context.loaders.items.many(order.row.id for order in orders)
        ids = {id_: [item.range_id for item in found] for id_, found in items.items()}
        rows = await context.loaders.ranges.many(
            range_id for found in ids.values() for range_id in found if range_id is not None
        )
        ranges = {id_: NumberRange.of(row) for id_, row in rows.items() if row is not None}
        return [
            [ranges[id_] for id_ in ids[order.row.id] if id_ is not None and id_ in ranges]
            for order in orders
        ]

    @together(description="The holder whose numbers it changes; null for split and merge.")
    @staticmethod
    async def holder(
        orders: list["Order"], context: Context
    ) -> list[Annotated["Holder", strawberry.lazy("dialtree.holders.graphql")] | None]:
        from dialtree.graphql.holders import load_holders

        return await load_holders(context, [order.row.holder_id for order in orders])

    @strawberry.field(description="Whether it can be cancelled now (O4, H5).")
    def cancel(self, info: Info) -> Availability:
        return _availability(info.context, rules.why_not_cancel(self.reference, self.status))

    @strawberry.field(
        description="Whether its date can be moved now (O4, H5); null for kinds that run at once "
        "only."
    )
    def reschedule(self, info: Info) -> Availability | None:
        if not rules.has_reschedule(self.kind):
            return None
        return _availability(info.context, rules.why_not_reschedule(self.reference, self.status))

    @together(
        description="Whether it can be undone by a new order (O6, H5), as far as the order itself "
        "tells; null until it has SUCCEEDED. The rules of the new order are asked when it is "
        "requested."
    )
    @staticmethod
    async def undo(orders: list["Order"], context: Context) -> list[Availability | None]:
        done = [order.row for order in orders if order.status == OrderStatus.SUCCEEDED]
        ids = (row.holder_id for row in done if row.holder_id is not None)
        holders = await context.loaders.holders.many(ids)
        gone = {id_ for id_, holder in holders.items() if holder and holder.deleted_at is not None}
        return [
            _availability(
                context,
                rules.why_not_undo(
                    order.reference,
                    order.kind,
                    order.status,
                    order.row.merged_levels,
                    holder_is_gone=order.row.holder_id in gone,
                ),
            )
            if order.status == OrderStatus.SUCCEEDED
            else None
            for order in orders
        ]


async def load_orders(context: Context, ids: Sequence[int | None]) -> list[Order | None]:
    rows = await context.loaders.orders.many(id_ for id_ in ids if id_ is not None)
    orders = {id_: Order.of(row) for id_, row in rows.items() if row is not None}
    return [None if id_ is None else orders.get(id_) for id_ in ids]


def _availability(context: Context, refusal: refusals.Refusal | None) -> Availability:
    principal = context.signed_in()
    return availability(principal.why_not_change() or refusal, context.language)


@strawberry.type(description="The request was accepted as an order; its effect follows (O1).")
class OrderAccepted:
    order: Order = strawberry.field(description="The order as it stands now.")


def accepted(order: models.Order) -> OrderAccepted:
    return OrderAccepted(order=Order.of(order))


def _result(name: str) -> object:
    return strawberry.union(name, description="The order, or why there is none.")


SplitRangeResult = Annotated[
    OrderAccepted | RuleRefused | InvalidInput | NotAllowed | NotFound,
    _result("SplitRangeResult"),
]
MergeRangeResult = Annotated[
    OrderAccepted | RuleRefused | InvalidInput | NotAllowed | NotFound,
    _result("MergeRangeResult"),
]
CancelOrderResult = Annotated[
    OrderAccepted | RuleRefused | InvalidInput | NotAllowed | NotFound,
    _result("CancelOrderResult"),
]
RescheduleOrderResult = Annotated[
    OrderAccepted | RuleRefused | InvalidInput | NotAllowed | NotFound,
    _result("RescheduleOrderResult"),
]
UndoOrderResult = Annotated[
    OrderAccepted | RuleRefused | InvalidInput | NotAllowed | NotFound,
    _result("UndoOrderResult"),
]

_KEY = "Any text; a repeated key gives the same order (O5)."


@strawberry.input(description="Divides one free range.")
class SplitRangeInput:
    range_id: strawberry.ID = strawberry.field(description="The range.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.input(description="Removes everything below one split range.")
class MergeRangeInput:
    range_id: strawberry.ID = strawberry.field(description="The range.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.input(description="Cancels one order.")
class CancelOrderInput:
    order_id: strawberry.ID = strawberry.field(description="The order.")


@strawberry.input(description="Moves one planned order.")
class RescheduleOrderInput:
    order_id: strawberry.ID = strawberry.field(description="The order.")
    execution_date: date = strawberry.field(
        description="The new day (Europe/Berlin): today (which means now) or later, at most a year "
        "ahead (H3)."
    )


@strawberry.input(description="Orders the opposite of one succeeded order.")
class UndoOrderInput:
    order_id: strawberry.ID = strawberry.field(description="The order to undo.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.type
class OrdersQuery:
    @strawberry.field(description="Orders, the newest first.")
    async def orders(
        self,
        info: Info,
        status: Annotated[
            list[OrderStatus] | None,
            strawberry.argument(description="Only orders of these statuses; null: all."),
        ] = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> Connection[Order]:
        page = await queries.orders(info.context.signed_in(), status, first=first, after=after)
        return connect(page, Order.of)


@strawberry.type
class OrdersMutation:
    @strawberry.mutation(
        description="Orders the split of a free range into ten ranges of the next level (S1-S5)."
    )
    async def split_range(self, info: Info, input: SplitRangeInput) -> SplitRangeResult:
        try:
            order = await split_range(
                info.context.signed_in(),
                id_of(input.range_id, "NumberRange"),
                input.idempotency_key,
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return accepted(order)

    @strawberry.mutation(
        description="Orders that everything below a split range goes and it is free again (M1-M3)."
    )
    async def merge_range(self, info: Info, input: MergeRangeInput) -> MergeRangeResult:
        try:
            order = await merge_range(
                info.context.signed_in(),
                id_of(input.range_id, "NumberRange"),
                input.idempotency_key,
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return accepted(order)

    @strawberry.mutation(
        description="Cancels a planned or queued order and frees what it reserved (O4). Repeating "
        "it is harmless."
    )
    async def cancel_order(self, info: Info, input: CancelOrderInput) -> CancelOrderResult:
        try:
            order = await revising.cancel_order(
                info.context.signed_in(),
                id_of(input.order_id, "Order"),
                app_url=info.context.settings.app_url,
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return accepted(order)

    @strawberry.mutation(description="Moves a planned order to another day (O4, H2, H3).")
    async def reschedule_order(
        self, info: Info, input: RescheduleOrderInput
    ) -> RescheduleOrderResult:
        try:
            order = await revising.reschedule_order(
                info.context.signed_in(), id_of(input.order_id, "Order"), input.execution_date
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return accepted(order)

    @strawberry.mutation(
        description="Orders the opposite of a succeeded order, checked like any new order (O6)."
    )
    async def undo_order(self, info: Info, input: UndoOrderInput) -> UndoOrderResult:
        try:
            order = await revising.undo_order(
                info.context.signed_in(), id_of(input.order_id, "Order"), input.idempotency_key
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return accepted(order)
