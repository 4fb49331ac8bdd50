"""Taking an order to work on, with a lease: a crashed worker's order is taken again (O2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dialtree import clock, live
from dialtree.database import announce, tell, transaction
from dialtree.instances import instance
from dialtree.orders.models import Order, OrderStatus
from dialtree.statements import committed_rows, rows, skip_locked

LEASE = timedelta(seconds=30)
PASSED_OVER = timedelta(seconds=1)
"""How soon to look again for an order that is due and was held by somebody else."""

AT_ONCE = 4
"""How many orders a worker claims at a time where so many wait: few enough that they are begun
long before their lease ends, and that others find something to do."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An order as it was when it was claimed, RUNNING. Its `attempt` proves that nobody has claimed
    it since."""

    order: Order

    @property
    def order_id(self) -> int:
        id_: int = self.order.id
        return id_

    @property
    def attempt(self) -> int:
        return self.order.attempt


# The first open order of the holder: those due later were accepted after it, and may count on what
# it removes (H2).
_FIRST_OF_ITS_HOLDER = """(
    holder_id IS NULL OR id = (
        SELECT id FROM order_request AS first
        WHERE first.holder_id = waiting.holder_id AND finished_at IS NULL
        ORDER BY due_at, id LIMIT 1
    )
)"""

# Those in front come from an index of what is not finished, so that what is finished or planned
# costs nothing; they are taken out of it before anything else is asked of them, and the states are
# told by what they are not, lest the database think of another way.
_CLAIM = """
    WITH front (id) AS MATERIALIZED (
        SELECT id FROM order_request
        WHERE finished_at IS NULL AND (status <> 'RUNNING' OR lease_until <= $1)
        {due} ORDER BY due_at, id LIMIT {in_front}
    ), due (id) AS (
        SELECT id FROM order_request AS waiting
        WHERE id IN (SELECT id FROM front) AND due_at <= $1
        AND (status <> 'RUNNING' OR lease_until <= $1)
        AND {first_of_its_holder}
        ORDER BY due_at, id LIMIT {at_most} {skip_locked}
    )
    UPDATE order_request SET status = 'RUNNING', attempt = attempt + 1,
        started_at = COALESCE(started_at, $1), lease_until = $2
    WHERE id IN (SELECT id FROM due) AND finished_at IS NULL
    AND status NOT IN ('SUCCEEDED', 'FAILED', 'CANCELLED')
    RETURNING *
"""
IN_FRONT = 64
MANY = 1_000_000_000


def claim_statement(at_most: int, in_front: int = IN_FRONT) -> str:
    """$1: now; $2: when the lease ends. `in_front`: how many that wait are looked at."""
    due = "" if in_front == IN_FRONT else "AND due_at <= $1"
    return _CLAIM.format(
        at_most=at_most,
        in_front=in_front,
        due=due,
        skip_locked=skip_locked(),
        first_of_its_holder=_FIRST_OF_ITS_HOLDER,
    )


async def claim_due(at_most: int = AT_ONCE) -> list[Claim]:
    """Claims the orders that have been due longest, of each holder in turn, and sets them RUNNING.
    The longest due comes first. Watchers are not told: see `tell_running`."""
    now = clock.now()
    found: list[dict[str, Any]] = []
    # More than those in front only if all of these wait for an order of their holder.
    for in_front in (IN_FRONT, MANY):
        if not found:
            found = await committed_rows(claim_statement(at_most, in_front), now, now + LEASE)
    orders = sorted(
        (instance(Order, row) for row in found), key=lambda order: (order.due_at, order.id)
    )
    return [Claim(order) for order in orders]


async def tell_running(claim: Claim) -> None:
    """Tells watchers that the order is RUNNING. Most orders come to their end so soon that this
    would be no news, and would only make everybody read the order once more."""
    await tell([live.OrderChange(claim.order.customer_id, claim.order_id)])


async def claim_next() -> Claim | None:
    """Claims the order that has been due longest, if any is due."""
    claims = await claim_due(1)
    return claims[0] if claims else None


async def give_back(claim: Claim) -> bool:
    """Lets another worker take the order at once; what this attempt still does has no effect.
    False if it was finished or taken over meanwhile."""

    async def work() -> bool:
        given_back = await Order.filter(
            id=claim.order_id, status=OrderStatus.RUNNING, attempt=claim.attempt
        ).update(status=OrderStatus.QUEUED, lease_until=None)
        if given_back:
            announce(live.OrderChange(claim.order.customer_id, claim.order_id, due=True))
        return bool(given_back)

    return await transaction(work)


_NEXT = f"""
    SELECT * FROM (
        SELECT * FROM order_request
        WHERE finished_at IS NULL AND status <> 'RUNNING' AND due_at > $1
        ORDER BY due_at, id LIMIT 1
    ) AS planned
    UNION ALL
    SELECT * FROM (
        SELECT * FROM order_request AS waiting
        WHERE finished_at IS NULL AND status <> 'RUNNING' AND due_at <= $1
        AND {_FIRST_OF_ITS_HOLDER} ORDER BY due_at, id LIMIT 1
    ) AS passed_over
    UNION ALL
    SELECT * FROM (
        SELECT * FROM order_request WHERE status = 'RUNNING' ORDER BY lease_until LIMIT 1
    ) AS leased
"""  # noqa: S608 - a condition of our own


async def next_due_at(after: datetime) -> datetime | None:
    """When to look for an order again: when the next one is due after the given time or the lease
    of a running one ends; soon, if one that was due before could have been claimed: somebody else
    held it at that moment. What waits for another order of its holder is taken up after that."""

    def when(order: Order) -> datetime | None:
        if order.status == OrderStatus.RUNNING:
            return order.lease_until
        return order.due_at if order.due_at > after else clock.now() + PASSED_OVER

    orders = [instance(Order, row) for row in await rows(_NEXT, after)]
    return min((time for time in map(when, orders) if time is not None), default=None)
