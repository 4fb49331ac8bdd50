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


async def change_numbers(
    order: Order, holder: Holder, added: Sequence[NumberRange], removed: Sequence[NumberRange]
) -> set[int]:
    """Assigns and releases the elements, all or nothing; returns the ids of the ranges whose
    counts changed. Raises Refused if it has become impossible."""
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
    await _release(removed, holder)
    await _assign(added, holder)
    sizes = sum(r.pattern.size for r in added) - sum(r.pattern.size for r in removed)
    await Holder.filter(id=holder.id).update(
        element_count=F("element_count") + (len(added) - len(removed)),
        number_count=F("number_count") + sizes,
    )
    above = await add_to_ancestors(
        [(r, Delta(free=-r.pattern.size, assigned=r.pattern.size)) for r in added]
        + [(r, Delta(free=r.pattern.size, assigned=-r.pattern.size)) for r in removed]
    )
    return above | {range_.id for range_ in (*added, *removed)}


async def release_all(holder: Holder, held: Sequence[NumberRange]) -> None:
    """Frees everything a holder has."""
    await _release(held, holder)
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


async def _assign(ranges: Sequence[NumberRange], holder: Holder) -> None:
    changed = await NumberRange.filter(
        id__in=[range_.id for range_ in ranges], state=RangeState.FREE
    ).update(
        state=RangeState.ASSIGNED,
        holder_id=holder.id,
        assigned_count=F("free_count"),
        free_count=0,
    )
    must_have_changed(changed, len(ranges), f"assign to holder {holder.id}")


async def _release(ranges: Sequence[NumberRange], holder: Holder) -> None:
    changed = await NumberRange.filter(
        id__in=[range_.id for range_ in ranges], state=RangeState.ASSIGNED, holder_id=holder.id
    ).update(
        state=RangeState.FREE,
        holder_id=None,
        free_count=F("assigned_count"),
        assigned_count=0,
    )
    must_have_changed(changed, len(ranges), f"release from holder {holder.id}")
