"""Listing orders, and the figures of their queue."""

from collections.abc import Sequence
from datetime import datetime

from tortoise.functions import Count

from dialtree import paging
from dialtree.accounts.principal import Principal
from dialtree.orders.models import OPEN_STATUSES, Order, OrderKind, OrderStatus


async def orders(
    principal: Principal,
    statuses: Sequence[OrderStatus] | None,
    *,
    first: int | None,
    after: str | None,
) -> paging.Page[Order]:
    """The newest first; `statuses` null: all."""
    found = principal.of(Order)
    if statuses is not None:
        found = found.filter(status__in=list(statuses))
    return await paging.page(found, ("-id",), first=first, after=after)


async def open_counts() -> dict[tuple[OrderKind, OrderStatus], int]:
    """How many open orders the installation has; only those are counted, which an index finds."""
    rows = (
        await Order.filter(status__in=OPEN_STATUSES)
        .annotate(count=Count("id"))
        .group_by("kind", "status")
        .values_list("kind", "status", "count")
    )
    return {(OrderKind(kind), OrderStatus(status)): count for kind, status, count in rows}


async def oldest_due(now: datetime) -> datetime | None:
    """Since when the open order has been due that was due first; None if none is due."""
    due = Order.filter(status__in=OPEN_STATUSES, due_at__lte=now)
    first = await due.order_by("due_at").first()
    return first.due_at if first else None
