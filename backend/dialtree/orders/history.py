"""What orders leave in the audit log when they are placed, end and are executed (P3)."""

from collections.abc import Mapping, Sequence

from dialtree.accounts.models import Role, User
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import Actor, Named, Subject, Values, Who, log
from dialtree.holders.models import Holder, HolderStatus
from dialtree.inventory.models import NumberRange, RangeState
from dialtree.orders.models import (
    ItemAction,
    Order,
    OrderCreator,
    OrderItem,
    OrderKind,
    OrderStatus,
    order_reference,
)
from dialtree.refusals import Refusal

_PLACED = {
    OrderKind.SPLIT: AuditAction.SPLIT_ORDERED,
    OrderKind.MERGE: AuditAction.MERGE_ORDERED,
    OrderKind.CHANGE_NUMBERS: AuditAction.NUMBERS_ORDERED,
}

Items = Mapping[ItemAction, Sequence[NumberRange]]


def named(ranges: Sequence[NumberRange]) -> str | None:
    return ", ".join(range_.display() for range_ in ranges) or None


def changed_numbers(items: Items) -> Values:
    return {
        "added": named(items.get(ItemAction.ADD, ())),
        "removed": named(items.get(ItemAction.REMOVE, ())),
    }


async def log_placed(who: Who, order: Order, subject: Subject, items: Items) -> None:
    """That a split, a merge or a change of numbers was ordered; it has no effect yet."""
    asked = {
        "executionDate": order.execution_date.isoformat() if order.execution_date else None,
        "undoes": order_reference(order.undoes_id) if order.undoes_id else None,
    }
    after = {**changed_numbers(items), **asked}
    await log(who, _PLACED[order.kind], subject, order_id=order.id, after=after)


async def log_cancelled(who: Who, order: Order, reason: Refusal | None) -> None:
    await log(
        who,
        AuditAction.ORDER_CANCELLED,
        await _subject(order),
        order_id=order.id,
        before={"status": order.status},
        after={"status": OrderStatus.CANCELLED, "refusal": reason.code if reason else None},
    )


async def log_effect(
    who: Who, order: Order, holder: Holder | None, items: Items, removed: int
) -> None:
    """What the execution of the order has changed; `holder` as it was before, `removed`: how many
    ranges a merge took away."""
    if holder is None:
        action, before, after = (
            (AuditAction.RANGE_SPLIT, RangeState.FREE, RangeState.SPLIT)
            if order.kind == OrderKind.SPLIT
            else (AuditAction.RANGE_MERGED, RangeState.SPLIT, RangeState.FREE)
        )
        for ranges in items.values():
            for range_ in ranges:
                await log(
                    who,
                    action,
                    range_,
                    order_id=order.id,
                    before={"state": before, "rangesBelow": removed},
                    after={"state": after, "rangesBelow": 10 * (after == RangeState.SPLIT)},
                )
        return
    added, taken = items.get(ItemAction.ADD, ()), items.get(ItemAction.REMOVE, ())
    old: dict[str, str | int | None]
    new: dict[str, str | int | None]
    if order.kind == OrderKind.CREATE_TRUNK:
        action = AuditAction.TRUNK_ACTIVATED
        old = {"status": HolderStatus.PLANNED, "elementCount": 0}
        new = {"status": HolderStatus.ACTIVE, "elementCount": len(added)}
    else:
        action = AuditAction.NUMBERS_CHANGED
        old = {"elementCount": holder.element_count}
        new = {"elementCount": holder.element_count + len(added) - len(taken)}
    after_all = {**changed_numbers(items), **new}
    await log(who, action, holder, order_id=order.id, before=old, after=after_all)


async def log_failed(who: Who, order: Order, refusal: Refusal) -> None:
    await log(
        who,
        AuditAction.ORDER_FAILED,
        await _subject(order),
        order_id=order.id,
        before={"status": order.status},
        after={"status": OrderStatus.FAILED, "refusal": refusal.code},
    )


def acting(order: Order, user: User) -> Actor:
    """Who does what the execution of the order does; `user` has requested it."""
    return Actor(
        order.customer_id,
        user.name,
        user.id,
        Role.SERVICE if order.creator == OrderCreator.SERVICE else user.role,
        via=order.reference,
    )


async def _subject(order: Order) -> Subject:
    """The holder, or the range that is split or merged."""
    if order.holder_id is not None:
        return await Holder.get(id=order.holder_id)
    item = await OrderItem.filter(order_id=order.id).order_by("id").first()
    if item is None or item.range_id is None:
        return Named("Order", order.id, order.reference)
    return Named("NumberRange", item.range_id, item.display())
