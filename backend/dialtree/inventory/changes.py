"""What a split or merge order does to the tree when it is executed (S4, M2)."""

from dialtree.database import must_have_changed
from dialtree.inventory import rules
from dialtree.inventory.models import NumberRange, RangeKind, RangeState
from dialtree.inventory.tree import beneath, blockers_beneath, facts_of
from dialtree.orders.models import Order
from dialtree.refusals import refuse


async def split(order: Order, range_: NumberRange) -> None:
    """Divides `range_` into its ten free children. Raises Refused if it has become impossible."""
    facts = await facts_of([range_], apart_from_order=order.id)
    refuse(rules.why_not_split(facts[range_.id]))
    await _guarded(range_, RangeState.FREE, RangeState.SPLIT)
    await NumberRange.bulk_create(
        NumberRange(
            customer_id=range_.customer_id,
            contract_id=range_.contract_id,
            root_id=range_.tree_id,
            parent_id=range_.id,
            kind=RangeKind.RANGE,
            level=range_.level + 1,
            digits=child.digits,
            open_digits=child.open_digits,
            area_length=range_.area_length,
            extension_at=range_.extension_at,
            state=RangeState.FREE,
            free_count=child.size,
        )
        for child in range_.pattern.children()
    )


async def merge(order: Order, range_: NumberRange) -> tuple[int, set[int]]:
    """Removes everything below `range_` and makes it free again.

    Returns how many levels were removed, and the ids of what was. Raises Refused if it has become
    impossible.
    """
    facts = await facts_of([range_], apart_from_order=order.id)
    blockers = await blockers_beneath([range_], apart_from_order=order.id)
    refuse(rules.why_not_merge(facts[range_.id], blockers[range_.id]))
    removed = await beneath(range_).values_list("id", "level")
    levels = max(level for _id, level in removed) - range_.level
    await NumberRange.filter(parent_id=range_.id).delete()
    await _guarded(range_, RangeState.SPLIT, RangeState.FREE)
    return levels, {id_ for id_, _level in removed}


async def _guarded(range_: NumberRange, before: RangeState, after: RangeState) -> None:
    changed = await NumberRange.filter(id=range_.id, state=before).update(state=after)
    must_have_changed(changed, 1, f"range {range_.id} from {before} to {after}")
