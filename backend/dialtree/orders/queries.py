"""Listing orders, and the figures of their queue."""

from collections.abc import Collection, Sequence
from datetime import datetime

from tortoise.expressions import Q
from tortoise.functions import Count

from dialtree import paging
from dialtree.accounts.principal import Principal
from dialtree.orders.models import OPEN_STATUSES, Order, OrderKind, OrderStatus
from dialtree.statements import select

NEWEST_FIRST = ("-id",)
MAX_ID = 2**63 - 1


async def orders(
    principal: Principal,
    statuses: Sequence[OrderStatus] | None,
    *,
    first: int | None,
    after: str | None,
) -> paging.Page[Order]:
    """The newest first; `statuses` null: all."""
    found = principal.of(Order)
    if statuses is None:
        return await paging.page(found, NEWEST_FIRST, first=first, after=after)
    length = paging.length(first)
    if not statuses:
        return paging.nothing()
    before: paging.Value = MAX_ID
    if after is not None:
        [before] = paging.position(Order, NEWEST_FIRST, after)
    # Each status is in order in the index, all together are not.
    values: list[object] = [principal.customer_id, before]
    newest = []
    for status in dict.fromkeys(statuses):
        values.append(status)
        newest.append(
            f"SELECT * FROM (SELECT id FROM order_request WHERE customer_id = $1 AND id < $2 "  # noqa: S608
            f"AND status = ${len(values)} ORDER BY id DESC LIMIT {length + 1}) AS newest"
        )
    rest = (
        f"JOIN ({' UNION ALL '.join(newest)}) AS found ON found.id = order_request.id "
        f"ORDER BY order_request.id DESC LIMIT {length + 1}"
    )
    rows = await select(Order, rest, values)
    count = found.filter(status__in=list(statuses)).count
    return paging.page_of(rows, count, NEWEST_FIRST, length, after)


async def newest_id() -> int:
    """Of all orders there are; 0 if there is none."""
    newest = await Order.all().order_by("-id").first()
    return newest.id if newest else 0


async def orders_for_watcher(
    principal: Principal, known: Collection[int] = (), after: int | None = None
) -> list[Order]:
    """The open orders, in the sequence of their ids; with those of the ids `known`, and all that
    were placed `after` the one with this id, whatever has become of them."""
    found = Q(status__in=OPEN_STATUSES)
    if known:
        found |= Q(id__in=list(known))
    if after is not None:
        found |= Q(id__gt=after)
    return await principal.of(Order).filter(found).order_by("id")


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
