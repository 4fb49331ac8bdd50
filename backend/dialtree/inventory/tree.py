"""Reading and keeping the tree consistent inside a transaction.

A tree (one root and all beneath it) is the unit of consistency: whoever changes anything in it
first locks its root. Locks are always taken in the order holders, trees by id, order rows, so
that no two transactions wait for each other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tortoise.expressions import F, Q
from tortoise.queryset import QuerySet

from dialtree.accounts.principal import Principal
from dialtree.holders.models import Holder
from dialtree.inventory.models import NumberRange
from dialtree.inventory.rules import Blocker, RangeFacts
from dialtree.numbering.ranges import next_prefix
from dialtree.orders.models import order_reference
from dialtree.refusals import NotFound


@dataclass(frozen=True, slots=True)
class Delta:
    """What changes in the counts of everything above a range."""

    free: int = 0
    assigned: int = 0
    reserved: int = 0


async def lock_trees(tree_ids: Iterable[int]) -> None:
    """Holds the trees for this transaction. On SQLite the write transaction itself does."""
    await NumberRange.filter(id__in=sorted(set(tree_ids))).order_by("id").select_for_update()


async def locked_ranges(principal: Principal, ids: Sequence[int]) -> list[NumberRange]:
    """The ranges in the order of `ids`, with their trees locked. Raises NotFound."""
    trees = await principal.of(NumberRange).filter(id__in=set(ids)).values_list("id", "root_id")
    await lock_trees(root_id or id_ for id_, root_id in trees)
    return await ranges_of(principal, ids)


async def ranges_of(principal: Principal, ids: Sequence[int]) -> list[NumberRange]:
    """The ranges in the order of `ids`. Raises NotFound."""
    found = {range_.id: range_ for range_ in await principal.of(NumberRange).filter(id__in=ids)}
    if len(found) != len(set(ids)):
        raise NotFound
    return [found[id_] for id_ in ids]


def beneath(range_: NumberRange) -> QuerySet[NumberRange]:
    """Everything below `range_` in its tree."""
    return NumberRange.filter(
        customer_id=range_.customer_id,
        root_id=range_.tree_id,
        digits__gt=range_.digits,
        digits__lt=next_prefix(range_.digits),
    )


async def add_to_ancestors(changes: Sequence[tuple[NumberRange, Delta]]) -> set[int]:
    """Adds each delta to the counts of all nodes above its range; returns their ids."""
    paths: dict[int, set[str]] = defaultdict(set)
    for range_, _delta in changes:
        if range_.root_id is not None:
            paths[range_.root_id] |= {range_.digits[:n] for n in range(1, len(range_.digits))}
    if not paths:
        return set()
    places = [Q(Q(id=t) | Q(root_id=t), digits__in=sorted(p)) for t, p in paths.items()]
    nodes = await NumberRange.filter(Q(*places, join_type="OR")).values_list(
        "id", "root_id", "digits"
    )
    by_place = {(root_id or id_, digits): id_ for id_, root_id, digits in nodes}
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for range_, delta in changes:
        for n in range(1, len(range_.digits)):
            node = by_place.get((range_.tree_id, range_.digits[:n]))
            if node is not None and node != range_.id:
                sums[node].update(free=delta.free, assigned=delta.assigned, reserved=delta.reserved)
    nodes_by_sum: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for node, total in sums.items():
        nodes_by_sum[total["free"], total["assigned"], total["reserved"]].append(node)
    for (free, assigned, reserved), ids in nodes_by_sum.items():
        await NumberRange.filter(id__in=ids).update(
            free_count=F("free_count") + free,
            assigned_count=F("assigned_count") + assigned,
            reserved_beneath=F("reserved_beneath") + reserved,
        )
    return set(sums)


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
