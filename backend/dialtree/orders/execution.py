"""Executing a claimed order: effect, final status and e-mail in one transaction (O2, O3)."""

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import uuid4

import orjson

from dialtree import clock, live
from dialtree.accounts.models import User
from dialtree.audit.writing import Actor
from dialtree.database import announce, is_passing, transaction
from dialtree.holders import changes as holder_changes
from dialtree.holders.models import Holder
from dialtree.instances import instance
from dialtree.inventory import changes as inventory_changes
from dialtree.inventory.models import NumberRange
from dialtree.inventory.tree import Delta, add_to_ancestors
from dialtree.notifications.writing import (
    Facts,
    Line,
    enqueue_finished,
    enqueue_order_mail,
    in_sequence,
    withdraw_reminder,
)
from dialtree.orders.cancelling import drop_planned_trunk, lock_what_it_names
from dialtree.orders.claiming import Claim
from dialtree.orders.history import acting, log_effect, log_failed
from dialtree.orders.models import ItemAction, Order, OrderKind, OrderStatus
from dialtree.orders.placing import release
from dialtree.refusals import Refusal, RefusalCode, Refused
from dialtree.statements import changed_rows, committed_rows, rows

MAX_FAULTS = 3
"""After so many unexpected errors an order FAILS instead of being tried for ever."""

log = logging.getLogger(__name__)


class ClaimLost(Exception):
    """Somebody else has claimed the order meanwhile; this attempt has no effect."""


@dataclass(slots=True)
class Effect:
    """What was changed, for those who watch; merged_levels as in Order."""

    changed: set[int] = field(default_factory=set)
    removed: set[int] = field(default_factory=set)
    merged_levels: int | None = None


@dataclass(frozen=True, slots=True)
class Locked:
    """A claimed order that may be executed: its holder and trees are locked, its claim stands."""

    order: Order
    holder: Holder | None
    requester: User
    customer: str
    """Name of the customer."""

    @property
    def actor(self) -> Actor:
        return acting(self.order, self.requester)


async def execute(claim: Claim, app_url: str) -> OrderStatus | None:
    """Runs the claimed order to its end and returns its status; None if the claim was lost.

    An order that has become impossible FAILS with the refusal. After an unexpected error the
    order stays RUNNING until its lease ends and is tried again, until there were MAX_FAULTS.
    """
    try:
        await transaction(lambda: _succeed(claim, app_url))
    except Refused as refused:
        if refused.refusal.code == RefusalCode.TRY_AGAIN:
            raise
        return await _fail(claim, refused.refusal, app_url)
    except ClaimLost:
        return None
    except Exception as error:
        if is_passing(error) or await _counted_fault(claim) < MAX_FAULTS:
            raise
        error_id = uuid4().hex
        log.exception("order %d failed, error id %s", claim.order_id, error_id)
        refusal = Refusal(RefusalCode.INTERNAL_ERROR, {"id": error_id})
        return await _fail(claim, refusal, app_url)
    return OrderStatus.SUCCEEDED


_COUNT_FAULT = """
    UPDATE order_request SET faults = faults + 1
    WHERE id = $1 AND status = 'RUNNING' AND attempt = $2 RETURNING faults
"""


async def _counted_fault(claim: Claim) -> int:
    """How many unexpected errors the order has met, with this one; 0 if the claim was lost. Claims
    are another matter: most that are not the first were given back before the order was begun."""
    found = await committed_rows(_COUNT_FAULT, claim.order_id, claim.attempt)
    return found[0]["faults"] if found else 0


async def _fail(claim: Claim, refusal: Refusal, app_url: str) -> OrderStatus | None:
    async def work() -> None:
        locked = await _locked(claim)
        order = locked.order
        if order.kind == OrderKind.CREATE_TRUNK:
            await drop_planned_trunk(order, locked.actor, app_url=app_url)
        await log_failed(locked.actor, order, refusal)
        await _finish(order, OrderStatus.FAILED, refusal=refusal)
        changed = await release(order)
        await enqueue_order_mail(order, app_url=app_url)
        _announce(order, Effect(changed))

    try:
        await transaction(work)
    except ClaimLost:
        return None
    return OrderStatus.FAILED


async def _succeed(claim: Claim, app_url: str) -> None:
    locked = await _locked(claim)
    order, holder = locked.order, locked.holder
    items = await _items(order)
    effect = await _apply(order, holder, items)
    await log_effect(locked.actor, order, holder, items, len(effect.removed))
    await _finish(order, OrderStatus.SUCCEEDED, merged_levels=effect.merged_levels)
    lines = [Line(action, range_) for action, ranges in items.items() for range_ in ranges]
    facts = Facts(order, in_sequence(lines), locked.requester, locked.customer, holder)
    await enqueue_finished(facts, app_url=app_url)
    _announce(order, effect)


_CLAIM_STANDS = """
    SELECT user_account.*, customer.name AS name_of_customer
    FROM order_request JOIN user_account ON user_account.id = order_request.requested_by_id
    JOIN customer ON customer.id = order_request.customer_id
    WHERE order_request.id = $1 AND order_request.status = 'RUNNING' AND attempt = $2
"""


async def _locked(claim: Claim) -> Locked:
    """The order with its holder and trees locked in the common sequence. What a running order asks
    for is not changed by anybody, so that it is not read again; but its claim may have been lost
    before the locks were there."""
    holder = await lock_what_it_names(claim.order)
    found = await rows(_CLAIM_STANDS, claim.order_id, claim.attempt)
    if not found:
        raise ClaimLost
    [row] = found
    return Locked(claim.order, holder, instance(User, row), row["name_of_customer"])


_ITEMS = """
    SELECT number_range.*, order_item.action
    FROM order_item LEFT JOIN number_range ON number_range.id = order_item.range_id
    WHERE order_item.order_id = $1 ORDER BY order_item.id
"""


async def _items(order: Order) -> dict[ItemAction, list[NumberRange]]:
    """The ranges that the order names, by what it does to them."""
    items: dict[ItemAction, list[NumberRange]] = defaultdict(list)
    for row in await rows(_ITEMS, order.id):
        if row["id"] is None:
            raise Refused(Refusal(RefusalCode.NOT_FOUND))
        items[ItemAction(row["action"])].append(instance(NumberRange, row))
    return items


async def _apply(
    order: Order, holder: Holder | None, items: dict[ItemAction, list[NumberRange]]
) -> Effect:
    """Does what the order is for, and takes back its reservations."""
    ranges = [range_ for named in items.values() for range_ in named]
    effect = Effect({range_.id for range_ in ranges})
    if order.kind == OrderKind.SPLIT:
        await inventory_changes.split(order, ranges)
    elif order.kind == OrderKind.MERGE:
        [range_] = ranges
        effect.merged_levels, effect.removed = await inventory_changes.merge(order, range_)
    else:
        assert holder is not None, f"order {order.id} changes a holder"
        if order.kind == OrderKind.CREATE_TRUNK:
            await holder_changes.activate(holder)
        added, removed = items[ItemAction.ADD], items[ItemAction.REMOVE]
        await holder_changes.change_numbers(order, holder, added, removed)
    effect.changed |= await add_to_ancestors(
        [
            (
                range_,
                Delta(-size, +size, -1)
                if action == ItemAction.ADD
                else Delta(+size, -size, -1)
                if action == ItemAction.REMOVE
                else Delta(reserved=-1),
            )
            for action, named in items.items()
            for range_ in named
            for size in [range_.pattern.size]
        ]
    )
    return effect


_FINISH = """
    UPDATE order_request SET status = $1, finished_at = $2, lease_until = NULL, refusal = $3,
        merged_levels = $4
    WHERE id = $5 AND status = 'RUNNING' AND attempt = $6
"""


async def _finish(
    order: Order,
    status: OrderStatus,
    *,
    merged_levels: int | None = None,
    refusal: Refusal | None = None,
) -> None:
    """Ends the order, if its claim still stands: what was done before, in this transaction, has
    happened only then."""
    now = clock.now()
    reason = refusal.to_json() if refusal else None
    finished = await changed_rows(
        _FINISH,
        status,
        now,
        orjson.dumps(reason).decode() if reason else None,
        merged_levels,
        order.id,
        order.attempt,
    )
    if not finished:
        raise ClaimLost
    order.status, order.finished_at, order.lease_until = status, now, None
    order.refusal, order.merged_levels = reason, merged_levels
    await withdraw_reminder(order)


def _announce(order: Order, effect: Effect) -> None:
    announce(
        live.inventory_change(
            order.customer_id,
            range_ids=effect.changed - effect.removed,
            removed_range_ids=effect.removed,
            holder_ids={order.holder_id} if order.holder_id is not None else set(),
        )
    )
    announce(live.OrderChange(order.customer_id, order.id))
