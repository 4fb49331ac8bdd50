"""What becomes of orders, told as it happens."""

from array import array
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Annotated

import strawberry

from dialtree import live
from dialtree.accounts.principal import Principal
from dialtree.graphql.context import Info
from dialtree.graphql.ids import id_of
from dialtree.graphql.lasting import changes
from dialtree.orders import models, queries
from dialtree.orders.graphql import Order
from dialtree.orders.models import OPEN_STATUSES
from dialtree.refusals import NotFound

BEHIND = 100
"""An order may be committed after some whose ids are higher, but not after so many."""


@strawberry.type
class OrdersSubscription:
    @strawberry.subscription(
        description="The order as it is now, then after each change; ends when it is finished. "
        "That it is RUNNING is told only where it takes longer than half a second. An id that "
        "names no order is an error with extensions.code NOT_FOUND."
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
            async for principal, change in seen:
                found = await _order(principal, order_id, change)
                if not found:
                    raise NotFound
                [order] = found
                yield Order.of(order)
                if order.status not in OPEN_STATUSES:
                    return

    @strawberry.subscription(
        description="All open orders as they are now, then every order of the customer after each "
        "change; that it is RUNNING only where it takes longer than half a second. Ends when the "
        "session or token does."
    )
    async def orders_updated(self, info: Info) -> AsyncGenerator[Order, None]:
        customer_id = info.context.signed_in().customer_id

        def is_ours(change: live.Change) -> bool:
            return isinstance(change, live.OrderChange) and change.customer_id == customer_id

        told: _Told | None = None
        async with aclosing(changes(info.context, is_ours)) as seen:
            async for principal, change in seen:
                told = told or _Told(await queries.newest_id())
                # Not kept in a name: what has been told would stay for as long as nothing happens.
                for order in await told.news(principal, change):
                    yield Order.of(order)
                    del order


async def _order(principal: Principal, id_: int, change: live.Change | None) -> list[models.Order]:
    """The order as it is after `change`, if it is the customer's."""

    async def read() -> list[models.Order]:
        return list(await principal.of(models.Order).filter(id=id_))

    return await live.once.ask(change, (principal.customer_id, id_), read)


class _Told:
    """What a watcher of all orders has heard, by which to find what it has not."""

    def __init__(self, newest: int) -> None:
        # Arrays, because there are as many of these as subscriptions.
        self._open = array("q")
        self._ended = array("q")
        self._before = self._newest = newest
        self._has_begun = False

    async def news(
        self, principal: Principal, change: live.Change | None
    ) -> Iterator[models.Order]:
        """What is to be told now, each noted when its turn comes."""
        if isinstance(change, live.OrderChange):
            found = await _order(principal, change.order_id, change)
        elif not self._has_begun:
            self._has_begun = True
            found = await queries.orders_for_watcher(principal)
        else:
            found = await self._missed(principal)
        return map(self._noted, found)

    def _noted(self, order: models.Order) -> models.Order:
        self._newest = max(self._newest, order.id)
        if order.id in self._open:
            self._open.remove(order.id)
        if order.status in OPEN_STATUSES:
            self._open.append(order.id)
        else:
            self._ended.append(order.id)
            del self._ended[:-BEHIND]
        return order

    async def _missed(self, principal: Principal) -> list[models.Order]:
        """The open orders again, and what has ended since without a word."""
        after = max(self._before, self._newest - BEHIND)
        found = await queries.orders_for_watcher(principal, self._open, after)
        return [order for order in found if order.id not in self._ended]
