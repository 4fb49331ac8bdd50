"""Cancelling, moving and undoing orders (O4, O6)."""

from dataclasses import replace
from datetime import date

from dialtree import clock, live
from dialtree.accounts.principal import Principal
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import log
from dialtree.database import announce, transaction
from dialtree.holders import rules as holder_rules
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.facts import (
    change_of_order,
    elements_of_order,
    holder_facts,
    locked_holder,
    present_holder,
)
from dialtree.holders.limits import why_over_limit
from dialtree.inventory.commands import merge_range, split_range
from dialtree.inventory.models import NumberRange, RangeState
from dialtree.notifications.writing import withdraw_reminder
from dialtree.orders import rules
from dialtree.orders.cancelling import (
    cancel,
    drop_planned_trunk,
    lock_what_it_names,
    others_of_holder,
)
from dialtree.orders.models import (
    ItemAction,
    Order,
    OrderItem,
    OrderKind,
    OrderStatus,
)
from dialtree.orders.placing import due_from, without_reminder
from dialtree.refusals import NotFound, Refusal, RefusalCode, Refused, refuse


async def _locked_order(principal: Principal, order_id: int) -> Order:
    """The order, with its holder and trees locked before it. Raises NotFound."""
    order = await principal.of(Order).get_or_none(id=order_id)
    if order is None:
        raise NotFound
    await lock_what_it_names(order)
    return await principal.of(Order).select_for_update().get(id=order_id)


async def cancel_order(principal: Principal, order_id: int, *, app_url: str) -> Order:
    """Cancels a planned or waiting order and frees what it reserved; repeating it is harmless.

    With the order of a planned trunk the trunk goes, and its other open orders with it (T2).
    Raises Refused (running, finished, or other planned orders need it), NotFound.
    """

    async def work() -> Order:
        order = await _locked_order(principal, order_id)
        if order.status == OrderStatus.CANCELLED:
            return order
        refuse(rules.why_not_cancel(order.reference, order.status))
        if order.kind == OrderKind.CREATE_TRUNK:
            await drop_planned_trunk(order, principal, app_url=app_url)
        elif order.holder_id is not None:
            holder = await locked_holder(principal, order.holder_id)
            facts = await holder_facts(holder)
            refuse(await why_over_limit(holder, facts, [], apart_from_order=order.id))
        await cancel(order, principal, app_url=app_url)
        return await Order.get(id=order_id)

    principal.must_be_administrator()
    return await transaction(work)


async def reschedule_order(principal: Principal, order_id: int, execution_date: date) -> Order:
    """Moves a planned order to another day; today means now.

    Raises Refused (not planned, a date that does not do, a limit on the way), NotFound.
    """

    async def work() -> Order:
        order = await _locked_order(principal, order_id)
        refuse(rules.why_not_reschedule(order.reference, order.status))
        assert order.holder_id is not None, "only orders of holders are planned"
        holder = await locked_holder(principal, order.holder_id)
        facts = await holder_facts(holder)
        if order.kind == OrderKind.CREATE_TRUNK:
            facts = replace(facts, active_on=None)
        refuse(holder_rules.why_not_date(execution_date, facts, clock.today()))
        if order.kind == OrderKind.CREATE_TRUNK:
            earliest = min([o.due_at for o in await others_of_holder(order)], default=None)
            refuse(rules.why_not_after(order.reference, execution_date, earliest))
        added, removed = await elements_of_order(order)
        refuse(holder_rules.why_not_change(facts, added, removed, execution_date))
        own = await change_of_order(order)
        moved = replace(own, day=execution_date)
        refuse(await why_over_limit(holder, facts, [moved], apart_from_order=order.id))
        now = clock.now()
        due_at = due_from(execution_date, now)
        status = OrderStatus.QUEUED if due_at <= now else OrderStatus.PLANNED
        changed = await Order.filter(id=order_id, status=OrderStatus.PLANNED).update(
            execution_date=execution_date,
            due_at=due_at,
            status=status,
            reminded_for=without_reminder(execution_date),
        )
        if not changed:
            raise Refused(Refusal(RefusalCode.ORDER_NOT_PLANNED, {"order": order.reference}))
        await withdraw_reminder(order)
        await log(
            principal,
            AuditAction.ORDER_RESCHEDULED,
            holder,
            order_id=order.id,
            before={"executionDate": _text(order.execution_date)},
            after={"executionDate": _text(execution_date)},
        )
        announce(live.OrderChange(order.customer_id, order.id, due=True))
        return await Order.get(id=order_id)

    principal.must_be_administrator()
    return await transaction(work)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


async def undo_order(
    principal: Principal, order_id: int, idempotency_key: str | None = None
) -> Order:
    """Accepts a new order that does the opposite of a succeeded one, checked like any other.

    Raises Refused (not succeeded, not to be undone in one step, changed since, or the new order's
    own rule), NotFound.
    """
    principal.must_be_administrator()
    order = await principal.of(Order).get_or_none(id=order_id)
    if order is None:
        raise NotFound
    if idempotency_key is not None and (
        earlier := await principal.of(Order).get_or_none(
            idempotency_key=idempotency_key, undoes_id=order_id
        )
    ):
        return earlier
    gone = order.holder_id is not None and not await present_holder(order.holder_id)
    refuse(
        rules.why_not_undo(
            order.reference,
            order.kind,
            order.status,
            order.merged_levels,
            holder_is_gone=gone,
        )
    )
    items = await OrderItem.filter(order_id=order.id).order_by("id")
    refuse(rules.why_outdated(order.reference, is_outdated=await _is_outdated(order, items)))
    if order.kind == OrderKind.CHANGE_NUMBERS:
        assert order.holder_id is not None
        change = NumberChange(
            order.holder_id,
            add=_ranges(items, ItemAction.REMOVE),
            remove=_ranges(items, ItemAction.ADD),
        )
        return await change_numbers(
            principal, change, idempotency_key=idempotency_key, undoes_id=order.id
        )
    reverse = merge_range if order.kind == OrderKind.SPLIT else split_range
    [range_id] = [item.range_id for item in items if item.range_id is not None]
    return await reverse(principal, range_id, idempotency_key, undoes_id=order.id)


async def _is_outdated(order: Order, items: list[OrderItem]) -> bool:
    """Whether what the order made is gone or was changed by a later one: a range of it merged
    away, split or merged anew, or a part that a split made split further."""
    ids = [item.range_id for item in items if item.range_id is not None]
    if len(ids) != len(items):
        return True
    if order.kind == OrderKind.CHANGE_NUMBERS:
        return False
    later = OrderItem.filter(
        range_id__in=ids, order_id__gt=order.id, order__status=OrderStatus.SUCCEEDED
    )
    split_further = NumberRange.filter(parent_id__in=ids, state=RangeState.SPLIT)
    if order.kind == OrderKind.SPLIT and await split_further.exists():
        return True
    return await later.filter(action__in=(ItemAction.SPLIT, ItemAction.MERGE)).exists()


def _ranges(items: list[OrderItem], action: ItemAction) -> tuple[int, ...]:
    return tuple(
        item.range_id for item in items if item.action == action and item.range_id is not None
    )
