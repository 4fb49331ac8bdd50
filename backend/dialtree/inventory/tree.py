"""Reading and keeping the tree consistent inside a transaction.

A tree (one root and all beneath it) is the unit of consistency: whoever changes anything in it
first locks its root. Locks are always taken in the order holders, trees by id, order rows, so
that no two transactions wait for each other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from dialtree.accounts.principal import Principal
from dialtree.database import must_have_changed
from dialtree.holders.models import Holder
from dialtree.instances import instance
from dialtree.inventory.models import NumberRange
from dialtree.inventory.rules import Blocker, RangeFacts
from dialtree.numbering.ranges import next_prefix
from dialtree.orders.models import order_reference
from dialtree.refusals import NotFound
from dialtree.statements import lock_rows, locked_rows, places, rows


@dataclass(frozen=True, slots=True)
class Delta:
    """What changes in the counts of everything above a range."""

    free: int = 0
    assigned: int = 0
    reserved: int = 0


async def lock_trees(tree_ids: Iterable[int]) -> None:
    """Holds the trees for this transaction. On SQLite the write transaction itself does."""
    await lock_rows(_TREES, sorted(set(tree_ids)))


_TREES = "SELECT id FROM number_range WHERE id = ANY($1) ORDER BY id"


async def locked_ranges(principal: Principal, ids: Sequence[int]) -> list[NumberRange]:
    """The ranges in the order of `ids`, with their trees locked. Raises NotFound."""
    if not ids:
        return []
    wanted = places(len(ids), 2)
    # A root is older than what is beneath it, so that it is locked before. Whatever had to be
    # waited for is given as it is after that.
    sql = f"""
        SELECT * FROM number_range WHERE id IN (
            SELECT id FROM number_range WHERE customer_id = $1 AND id IN ({wanted})
            UNION SELECT root_id FROM number_range WHERE customer_id = $1 AND id IN ({wanted})
        ) ORDER BY id
    """  # noqa: S608 - places for values
    return _in_order(ids, await locked_rows(sql, principal.customer_id, *ids))


def _in_order(ids: Sequence[int], found: Iterable[dict[str, Any]]) -> list[NumberRange]:
    """Raises NotFound if one is missing."""
    by_id = {row["id"]: row for row in found}
    if not by_id.keys() >= set(ids):
        raise NotFound
    ranges = {id_: instance(NumberRange, by_id[id_]) for id_ in set(ids)}
    return [ranges[id_] for id_ in ids]


async def lock_trees_of_orders(order_ids: Sequence[int]) -> None:
    """Holds the trees of everything that the orders name."""
    await lock_rows(_TREES_OF_ORDERS, order_ids)


_TREES_OF_ORDERS = """
    SELECT id FROM number_range WHERE id IN (
        SELECT tree_id FROM order_item WHERE order_id = ANY($1)
    ) ORDER BY id
"""


async def ranges_of(principal: Principal, ids: Sequence[int]) -> list[NumberRange]:
    """The ranges in the order of `ids`. Raises NotFound."""
    if not ids:
        return []
    sql = f"SELECT * FROM number_range WHERE customer_id = $1 AND id IN ({places(len(ids), 2)})"  # noqa: S608
    return _in_order(ids, await rows(sql, principal.customer_id, *ids))


def beneath(range_: NumberRange) -> QuerySet[NumberRange]:
    """Everything below `range_` in its tree."""
    return NumberRange.filter(
        customer_id=range_.customer_id,
        root_id=range_.tree_id,
        digits__gt=range_.digits,
        digits__lt=next_prefix(range_.digits),
    )


async def add_to_ancestors(changes: Sequence[tuple[NumberRange, Delta]]) -> set[int]:
    """Adds each delta to the counts of all nodes above its range, whose trees are locked; returns
    their ids."""
    sums: dict[tuple[int, str | None], Counter[str]] = defaultdict(Counter)
    for range_, delta in changes:
        for place in _places_above(range_):
            sums[place].update(free=delta.free, assigned=delta.assigned, reserved=delta.reserved)
    places_by_sum: dict[tuple[int, int, int], list[tuple[int, str | None]]] = defaultdict(list)
    for place, total in sums.items():
        places_by_sum[total["free"], total["assigned"], total["reserved"]].append(place)
    changed: set[int] = set()
    for delta_sum, equal in places_by_sum.items():
        changed |= await _add_at(equal, delta_sum)
    return changed


def _places_above(range_: NumberRange) -> Iterator[tuple[int, str | None]]:
    """Where the nodes above the range stand: their tree and digits; None for the root, which
    shares its digits with no range beneath it but is not one of them."""
    if range_.root_id is None or range_.extension_at is None:
        return
    yield range_.root_id, None
    for end in range(range_.extension_at + 1, len(range_.digits)):
        yield range_.root_id, range_.digits[:end]


async def _add_at(nodes: Iterable[tuple[int, str | None]], delta: tuple[int, int, int]) -> set[int]:
    digits_by_tree: dict[int, list[str]] = defaultdict(list)
    roots: list[int] = []
    for tree_id, digits in nodes:
        if digits is None:
            roots.append(tree_id)
        else:
            digits_by_tree[tree_id].append(digits)
    values: list[object] = list(delta)

    def named(some: Iterable[object]) -> str:
        first = len(values) + 1
        values.extend(some)
        return places(len(values) + 1 - first, first)

    where = [f"id IN ({named(roots)})"] if roots else []
    for tree_id, some in digits_by_tree.items():
        where.append(f"root_id = {named([tree_id])} AND digits IN ({named(some)})")
    changed = await rows(_ADD + " OR ".join(where) + " RETURNING id", *values)
    must_have_changed(len(changed), len(values) - len(delta) - len(digits_by_tree), "counts above")
    return {row["id"] for row in changed}


_ADD = """
    UPDATE number_range SET free_count = free_count + $1, assigned_count = assigned_count + $2,
        reserved_beneath = reserved_beneath + $3
    WHERE """


async def facts_of(
    ranges: Sequence[NumberRange], *, apart_from_order: int | None = None
) -> dict[int, RangeFacts]:
    """The facts for the rules, by range id; a reservation by `apart_from_order` is left out."""
    holder_ids = {range_.holder_id for range_ in ranges if range_.holder_id is not None}
    names: dict[int, str] = (
        dict(await Holder.filter(id__in=holder_ids).values_list("id", "name")) if holder_ids else {}
    )
    return {
        range_.id: range_facts(range_, names, apart_from_order=apart_from_order)
        for range_ in ranges
    }


def range_facts(
    range_: NumberRange, holder_names: dict[int, str], *, apart_from_order: int | None = None
) -> RangeFacts:
    reserved = range_.open_order_id is not None and range_.open_order_id != apart_from_order
    return RangeFacts(
        kind=range_.kind,
        state=range_.state,
        open_digits=range_.open_digits,
        level=range_.level,
        display=range_.display(),
        holder=holder_names.get(range_.holder_id) if range_.holder_id is not None else None,
        open_order=order_reference(range_.open_order_id)
        if reserved and range_.open_order_id is not None
        else None,
    )


async def blockers_beneath(
    ranges: Sequence[NumberRange], *, apart_from_order: int | None = None
) -> dict[int, list[Blocker]]:
    """What keeps each of `ranges` from being merged, by its id, in one query for all."""
    result: dict[int, list[Blocker]] = {range_.id: [] for range_ in ranges}
    suspects = [r for r in ranges if r.assigned_count or r.reserved_beneath]
    if not suspects:
        return result
    places = Q(
        *(
            Q(root_id=r.tree_id, digits__gt=r.digits, digits__lt=next_prefix(r.digits))
            for r in suspects
        ),
        join_type="OR",
    )
    found = await NumberRange.filter(
        places, Q(holder_id__isnull=False) | Q(open_order_id__isnull=False)
    ).order_by("digits")
    facts = await facts_of(found, apart_from_order=apart_from_order)
    for blocker in found:
        fact = facts[blocker.id]
        if fact.holder is None and fact.open_order is None:
            continue
        for range_ in suspects:
            if blocker.root_id == range_.tree_id and blocker.digits.startswith(range_.digits):
                result[range_.id].append(Blocker(fact.display, fact.holder, fact.open_order))
    return result
