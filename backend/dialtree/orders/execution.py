"""Executing a claimed order: effect, final status and e-mail in one transaction (O2, O3)."""

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import uuid4

from dialtree import clock, live
from dialtree.database import announce, is_passing, transaction
from dialtree.holders import changes as holder_changes
from dialtree.holders.models import Holder
from dialtree.inventory import changes as inventory_changes
from dialtree.inventory.models import NumberRange
from dialtree.notifications.writing import enqueue_order_mail, withdraw_reminder
from dialtree.orders.cancelling import drop_planned_trunk, lock_what_it_names
from dialtree.orders.claiming import Claim
from dialtree.orders.history import log_effect, log_failed, requester
from dialtree.orders.models import ItemAction, Order, OrderItem, OrderKind, OrderStatus
from dialtree.orders.placing import release
from dialtree.refusals import Refusal, RefusalCode, Refused

MAX_ATTEMPTS = 3
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


async def execute(claim: Claim, app_url: str) -> OrderStatus | None:
    """Runs the claimed order to its end and returns its status; None if the claim was lost.

    An order that has become impossible FAILS with the refusal. After an unexpected error the
    order stays RUNNING until its lease ends and is tried again, at most MAX_ATTEMPTS times.
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
        if is_passing(error) or claim.attempt < MAX_ATTEMPTS:
            raise
        error_id = uuid4().hex
        log.exception("order %d failed, error id %s", claim.order_id, error_id)
        refusal = Refusal(RefusalCode.INTERNAL_ERROR, {"id": error_id})
        return await _fail(claim, refusal, app_url)
    return OrderStatus.SUCCEEDED


async def _fail(claim: Claim, refusal: Refusal, app_url: str) -> OrderStatus | None:
    async def work() -> None:
        order, _holder = await _locked(claim)
        if order.kind == OrderKind.CREATE_TRUNK:
            await drop_planned_trunk(order, await requester(order), app_url=app_url)
        await log_failed(order, refusal)
        await _finish(claim, order, OrderStatus.FAILED, Effect(), app_url, refusal)

    try:
        await transaction(work)
    except ClaimLost:
        return None
    return OrderStatus.FAILED


async def _succeed(claim: Claim, app_url: str) -> None:
    order, holder = await _locked(claim)
    items: dict[ItemAction, list[NumberRange]] = defaultdict(list)
    for item in await OrderItem.filter(order_id=order.id).order_by("id").prefetch_related("range"):
        if item.range is None:
            raise Refused(Refusal(RefusalCode.NOT_FOUND))
        items[item.action].append(item.range)
    effect = await _apply(order, holder, items)
    await log_effect(order, holder, items, len(effect.removed))
    await _finish(claim, order, OrderStatus.SUCCEEDED, effect, app_url)


async def _locked(claim: Claim) -> tuple[Order, Holder | None]:
    """The order and its holder, these and its trees locked in the common sequence."""
    order = await Order.get(id=claim.order_id)
    holder = await lock_what_it_names(order)
    if not await Order.filter(
        id=order.id, status=OrderStatus.RUNNING, attempt=claim.attempt
    ).exists():
        raise ClaimLost
    return order, holder


async def _apply(
    order: Order, holder: Holder | None, items: dict[ItemAction, list[NumberRange]]
) -> Effect:
    if order.kind == OrderKind.SPLIT:
        for range_ in items[ItemAction.SPLIT]:
            await inventory_changes.split(order, range_)
        return Effect()
    if order.kind == OrderKind.MERGE:
        [range_] = items[ItemAction.MERGE]
        levels, removed = await inventory_changes.merge(order, range_)
        return Effect(removed=removed, merged_levels=levels)
    assert holder is not None, f"order {order.id} changes a holder"
    if order.kind == OrderKind.CREATE_TRUNK:
        await holder_changes.activate(holder)
    changed = await holder_changes.change_numbers(
        order, holder, items[ItemAction.ADD], items[ItemAction.REMOVE]
    )
    return Effect(changed=changed)


async def _finish(
    claim: Claim,
    order: Order,
    status: OrderStatus,
    effect: Effect,
    app_url: str,
    refusal: Refusal | None = None,
) -> None:
    finished = await Order.filter(
        id=order.id, status=OrderStatus.RUNNING, attempt=claim.attempt
    ).update(
        status=status,
        finished_at=clock.now(),
        lease_until=None,
        refusal=refusal.to_json() if refusal else None,
        merged_levels=effect.merged_levels,
    )
    if not finished:
        raise ClaimLost
    changed = effect.changed | await release(order)
    await withdraw_reminder(order)
    order = await Order.get(id=order.id)
    await enqueue_order_mail(order, app_url=app_url)
    announce(
        live.inventory_change(
            order.customer_id,
            range_ids=changed - effect.removed,
            removed_range_ids=effect.removed,
            holder_ids={order.holder_id} if order.holder_id is not None else set(),
        )
    )
    announce(live.OrderChange(order.customer_id, order.id))
