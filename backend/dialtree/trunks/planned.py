"""Changing what a planned trunk will start with (T2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tortoise.expressions import F

from dialtree import live
from dialtree.accounts.principal import Principal
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import log
from dialtree.database import announce
from dialtree.holders import rules
from dialtree.holders.facts import (
    change_of_order,
    elements_of,
    holder_facts,
)
from dialtree.holders.limits import change_of, why_over_limit
from dialtree.holders.models import Holder
from dialtree.inventory.models import NumberRange
from dialtree.orders.history import changed_numbers
from dialtree.orders.models import ItemAction, Order, OrderItem, OrderStatus
from dialtree.orders.placing import add_items, release, reserve
from dialtree.refusals import Refusal, RefusalCode


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """`named`: all that was asked for; `added` and `removed`: what really changes, without what
    is so already, so that a repeated request is harmless."""

    creation: Order
    named: list[NumberRange]
    added: list[NumberRange]
    removed: list[NumberRange]


def planned_change(
    creation: Order, add: Sequence[NumberRange], remove: Sequence[NumberRange]
) -> PlannedChange:
    return PlannedChange(
        creation,
        named=[*add, *remove],
        added=[range_ for range_ in add if range_.open_order_id != creation.id],
        # Free and nobody's: taken out already. Anything else never was this trunk's.
        removed=[range_ for range_ in remove if range_.open_order_id or range_.holder_id],
    )


async def why_not_change_plan(holder: Holder, change: PlannedChange) -> Refusal | None:
    """Everything the rules say against it at this moment (H1-H4, T2)."""
    creation = change.creation
    if creation.status == OrderStatus.RUNNING:
        return Refusal(RefusalCode.ORDER_STARTED, {"order": creation.reference})
    facts = await holder_facts(holder)
    own = await change_of_order(creation)
    if refusal := rules.why_named_twice(await elements_of(change.named)):
        return refusal
    for range_ in change.removed:
        if range_.open_order_id != creation.id:
            params = {"range": range_.display(), "holder": holder.name}
            return Refusal(RefusalCode.ELEMENT_NOT_HELD, params)
    added = await elements_of(change.added)
    if refusal := rules.why_not_change(facts, added, [], own.day):
        return refusal
    more = change_of(own.day, added, await elements_of(change.removed))
    changed = replace(own, added=own.added + more.added - more.removed)
    return await why_over_limit(holder, facts, [changed], apart_from_order=creation.id)


async def change_plan(principal: Principal, holder: Holder, change: PlannedChange) -> Order:
    """Changes the elements of the trunk's own order and what it reserves, under the locks of the
    holder and the trees of what is named. The caller has asked the rules."""
    creation, added, removed = change.creation, change.added, change.removed
    gone = [range_.id for range_ in removed]
    changed = await release(creation, removed)
    await OrderItem.filter(order_id=creation.id, range_id__in=gone).delete()
    changed |= await reserve(creation, added)
    await add_items(creation, [(ItemAction.ADD, range_.id) for range_ in added], added)
    sizes = sum(r.pattern.size for r in added) - sum(r.pattern.size for r in removed)
    await Holder.filter(id=holder.id).update(
        element_count=F("element_count") + (len(added) - len(removed)),
        number_count=F("number_count") + sizes,
    )
    if added or removed:
        await log(
            principal,
            AuditAction.PLANNED_NUMBERS_CHANGED,
            holder,
            order_id=creation.id,
            after=changed_numbers({ItemAction.ADD: added, ItemAction.REMOVE: removed}),
        )
    announce(live.inventory_change(holder.customer_id, range_ids=changed, holder_ids={holder.id}))
    announce(live.OrderChange(creation.customer_id, creation.id))
    return await Order.get(id=creation.id)
