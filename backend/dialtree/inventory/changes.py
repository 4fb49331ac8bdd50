"""What a split or merge order does to the tree when it is executed (S4, M2).

The effect takes the order's reservation with it, in the same statement that asks for it: what is
not reserved by this order cannot be changed by it.
"""

from collections.abc import Sequence

from dialtree.database import must_have_changed
from dialtree.inventory import rules
from dialtree.inventory.models import NumberRange
from dialtree.inventory.tree import beneath, blockers_beneath, facts_of
from dialtree.orders.models import Order
from dialtree.refusals import refuse
from dialtree.statements import changed_rows, rows

_CHILDREN = """
    INSERT INTO number_range (
        customer_id, contract_id, root_id, parent_id, kind, level, digits, open_digits,
        first_digits, area_length, extension_at, state, free_count, assigned_count, reserved_beneath
    )
    WITH digit (digit) AS (
        VALUES ('0'), ('1'), ('2'), ('3'), ('4'), ('5'), ('6'), ('7'), ('8'), ('9')
    )
    SELECT customer_id, contract_id, root_id, id, 'RANGE', level + 1, digits || digit,
        open_digits - 1, '0123456789', area_length, extension_at, 'FREE', free_count / 10, 0, 0
    FROM number_range CROSS JOIN digit WHERE open_order_id = $1
    ORDER BY digits, digit
"""
_SPLIT = """
    UPDATE number_range SET state = 'SPLIT', open_order_id = NULL
    WHERE open_order_id = $1 AND state = 'FREE' AND root_id IS NOT NULL
"""
_REMOVE = "DELETE FROM number_range WHERE parent_id = $1"
_MERGE = """
    UPDATE number_range SET state = 'FREE', open_order_id = NULL
    WHERE id = $1 AND open_order_id = $2 AND state = 'SPLIT'
"""


async def split(order: Order, ranges: Sequence[NumberRange]) -> None:
    """Divides the ranges, which are all that the order names, each into its ten free children.
    Raises Refused if that has become impossible."""
    facts = await facts_of(ranges, apart_from_order=order.id)
    for range_ in ranges:
        refuse(rules.why_not_split(facts[range_.id]))
    await rows(_CHILDREN, order.id)
    must_have_changed(await changed_rows(_SPLIT, order.id), len(ranges), f"splits of {order.id}")


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
    await changed_rows(_REMOVE, range_.id)
    must_have_changed(await changed_rows(_MERGE, range_.id, order.id), 1, f"merge of {range_.id}")
    return levels, {id_ for id_, _level in removed}
