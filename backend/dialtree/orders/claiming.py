"""Taking an order to work on, with a lease: a crashed worker's order is taken again (O2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.expressions import F, Q, RawSQL
from tortoise.queryset import QuerySet

from dialtree import clock, live
from dialtree.database import announce, transaction
from dialtree.orders.models import Order, OrderStatus

LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Claim:
    """`attempt` proves that nobody has claimed the order since."""

    order_id: int
    attempt: int


_BEHIND_ANOTHER = RawSQL(
    """
    CASE WHEN EXISTS (
        SELECT 1 FROM order_request AS earlier
        WHERE earlier.holder_id = order_request.holder_id
        AND earlier.status IN ('PLANNED', 'QUEUED', 'RUNNING')
        AND (earlier.due_at, earlier.id) < (order_request.due_at, order_request.id)
    ) THEN 1 ELSE 0 END
    """
)


def _in_turn() -> QuerySet[Order]:
    """All orders but those whose holder has an open one that is due earlier: it was accepted
    before them, and they may count on what it removes (H2)."""
    return Order.annotate(behind_another=_BEHIND_ANOTHER).filter(behind_another=0)


def _due(now: datetime) -> Q:
    waiting = Q(status__in=(OrderStatus.QUEUED, OrderStatus.PLANNED), due_at__lte=now)
    abandoned = Q(status=OrderStatus.RUNNING, lease_until__lte=now)
    return waiting | abandoned


async def claim_next() -> Claim | None:
    """Claims the order that has been due longest, of each holder in turn, and sets it RUNNING."""

    async def work() -> Claim | None:
        now = clock.now()
        order = (
            await _in_turn()
            .filter(_due(now))
            .order_by("due_at", "id")
            .select_for_update(skip_locked=True)
            .first()
        )
        if order is None:
            return None
        claimed = await Order.filter(_due(now), id=order.id, attempt=order.attempt).update(
            status=OrderStatus.RUNNING,
            attempt=F("attempt") + 1,
            started_at=order.started_at or now,
            lease_until=now + LEASE,
        )
        if not claimed:
            return None
        announce(live.OrderChange(order.customer_id, order.id))
        return Claim(order.id, order.attempt + 1)

    return await transaction(work)


async def give_back(claim: Claim) -> bool:
    """Lets another worker take the order at once; what this attempt still does has no effect.
    False if it was finished or taken over meanwhile."""

    async def work() -> bool:
        order = await Order.get(id=claim.order_id)
        given_back = await Order.filter(
            id=claim.order_id, status=OrderStatus.RUNNING, attempt=claim.attempt
        ).update(status=OrderStatus.QUEUED, lease_until=None)
        if given_back:
            announce(live.OrderChange(order.customer_id, order.id, due=True))
        return bool(given_back)

    return await transaction(work)


async def next_due_at(after: datetime) -> datetime | None:
    """When the next order is due after the given time, or the lease of a running one ends. What
    was due before waits for another order of its holder, and is taken up after that."""
    waiting = Order.filter(status__in=(OrderStatus.PLANNED, OrderStatus.QUEUED), due_at__gt=after)
    running = Order.filter(status=OrderStatus.RUNNING)
    planned = await waiting.order_by("due_at").first()
    leased = await running.order_by("lease_until").first()
    times = [planned.due_at if planned else None, leased.lease_until if leased else None]
    return min((time for time in times if time is not None), default=None)
