"""What becomes of orders, told as it happens."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry

from dialtree import live
from dialtree.graphql.context import Info
from dialtree.graphql.ids import id_of
from dialtree.graphql.lasting import changes
from dialtree.orders import models
from dialtree.orders.graphql import Order
from dialtree.orders.models import OPEN_STATUSES
from dialtree.refusals import NotFound


@strawberry.type
class OrdersSubscription:
    @strawberry.subscription(
        description="The order as it is now, then after each change; ends when it is finished. An "
        "id that names no order is an error with extensions.code NOT_FOUND."
    )
    async def order_updated(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The order.")],
    ) -> AsyncGenerator[Order, None]:
        order_id = id_of(id, "Order")

        def is_it(change: live.Change) -> bool:
            return isinstance(change, live.OrderChange) and change.order_id == order_id

        async with aclosing(changes(info.context, is_it)) as seen:
            async for principal, _ in seen:
                order = await principal.of(models.Order).get_or_none(id=order_id)
                if order is None:
                    raise NotFound
                yield Order.of(order)
                if order.status not in OPEN_STATUSES:
                    return

    @strawberry.subscription(
        description="All open orders as they are now, then every order of the customer after each "
        "change. Ends when the session or token does."
    )
    async def orders_updated(self, info: Info) -> AsyncGenerator[Order, None]:
        customer_id = info.context.signed_in().customer_id

        def is_ours(change: live.Change) -> bool:
            return isinstance(change, live.OrderChange) and change.customer_id == customer_id

        async with aclosing(changes(info.context, is_ours)) as seen:
            async for principal, change in seen:
                orders = principal.of(models.Order)
                if isinstance(change, live.OrderChange):
                    found = orders.filter(id=change.order_id)
                else:
                    found = orders.filter(status__in=OPEN_STATUSES)
                for order in await found.order_by("id"):
                    yield Order.of(order)
