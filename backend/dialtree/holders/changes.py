"""What an order does to the numbers of a holder when it is executed (H1, T1)."""

from collections.abc import Sequence

from tortoise.expressions import F

from dialtree import clock
from dialtree.database import must_have_changed
from dialtree.holders import rules
from dialtree.holders.facts import elements_of, held_by_block, holder_facts
from dialtree.holders.limits import change_of, has_limits, why_exceeded
from dialtree.holders.models import Holder, HolderStatus
from dialtree.inventory.models import NumberRange, RangeState
from dialtree.inventory.tree import Delta, add_to_ancestors
from dialtree.orders.models import Order, OrderKind
from dialtree.refusals import refuse
from dialtree.statements import changed_rows


async def change_numbers(
    order: Order, holder: Holder, added: Sequence[NumberRange], removed: Sequence[NumberRange]
) -> None:
    """Assigns and releases the elements, which are all that the order names, all or nothing, and
    takes the order's reservation from them. The counts above them are left to the caller, who
    takes the reservations out of these too. Raises Refused if it has become impossible."""
    facts = await holder_facts(holder)
    today = clock.today()
    elements = await elements_of([*added, *removed], apart_from_order=order.id)
    add, remove = elements[: len(added)], elements[len(added) :]
    refuse(rules.why_not_change(facts, add, remove, today))
    if has_limits(holder):
        change = change_of(today, add, remove)
        refuse(await why_exceeded(facts, await held_by_block(holder), [change]))
    if order.kind != OrderKind.CREATE_TRUNK:
        refuse(rules.why_not_date(None, facts, today))
    if removed:
        freed = await changed_rows(_RELEASE, order.id, holder.id)
        must_have_changed(freed, len(removed), f"release from holder {holder.id}")
    if added:
        assigned = await changed_rows(_ASSIGN, order.id, holder.id)
        must_have_changed(assigned, len(added), f"assign to holder {holder.id}")
    sizes = sum(r.pattern.size for r in added) - sum(r.pattern.size for r in removed)
    await changed_rows(_COUNT, len(added) - len(removed), sizes, holder.id)


_RELEASE = """
    UPDATE number_range SET state = 'FREE', holder_id = NULL, open_order_id = NULL,
        free_count = assigned_count, assigned_count = 0
    WHERE open_order_id = $1 AND state = 'ASSIGNED' AND holder_id = $2
"""
_ASSIGN = """
    UPDATE number_range SET state = 'ASSIGNED', holder_id = $2, open_order_id = NULL,
        assigned_count = free_count, free_count = 0
    WHERE open_order_id = $1 AND state = 'FREE'
"""
_COUNT = """
    UPDATE holder SET element_count = element_count + $1, number_count = number_count + $2
    WHERE id = $3
"""


async def release_all(holder: Holder, held: Sequence[NumberRange]) -> None:
    """Frees everything a holder has, reserved or not."""
    freed = await NumberRange.filter(
        id__in=[range_.id for range_ in held], state=RangeState.ASSIGNED, holder_id=holder.id
    ).update(
        state=RangeState.FREE,
        holder_id=None,
        free_count=F("assigned_count"),
        assigned_count=0,
    )
    must_have_changed(freed, len(held), f"release from holder {holder.id}")
    await add_to_ancestors(
        [(r, Delta(free=r.pattern.size, assigned=-r.pattern.size)) for r in held]
    )


async def activate(holder: Holder) -> None:
    """Makes a planned trunk active; that it was planned is checked by the update itself. From now
    on it counts what it holds, which is nothing yet."""
    changed = await Holder.filter(id=holder.id, status=HolderStatus.PLANNED).update(
        status=HolderStatus.ACTIVE, element_count=0, number_count=0
    )
    must_have_changed(changed, 1, f"activate holder {holder.id}")
