"""How many elements a trunk holds on which day, its planned orders included (H2)."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from dialtree import clock
from dialtree.holders import rules
from dialtree.holders.facts import (
    held_by_block,
    held_by_blocks,
    open_changes,
    open_changes_of,
)
from dialtree.holders.models import Holder, HolderKind
from dialtree.holders.rules import Change, Element, HolderFacts
from dialtree.inventory.models import NumberRange
from dialtree.refusals import Refusal


def has_limits(holder: Holder) -> bool:
    """Only SIP trunks are limited in elements."""
    return holder.kind == HolderKind.SIP_TRUNK


async def held_on(holder: Holder, day: date) -> Counter[int | None]:
    """Elements of each block (None: single numbers) that it will hold on `day`, once the orders
    of that day are done."""
    return (await all_held_on([holder.id], day))[holder.id]


async def all_held_on(holder_ids: Collection[int], day: date) -> dict[int, Counter[int | None]]:
    """As `held_on`, of each holder by its id."""
    held = await held_by_blocks(holder_ids)
    changes = await open_changes_of(holder_ids)
    for id_, counter in held.items():
        for change in changes[id_]:
            if change.day <= day:
                counter.update(change.added)
                counter.subtract(change.removed)
    return {id_: +counter for id_, counter in held.items()}


def change_of(day: date, add: Sequence[Element], remove: Sequence[Element]) -> Change:
    return Change(day, Counter(element.block for element in add), Counter(e.block for e in remove))


async def why_over_limit(
    holder: Holder,
    facts: HolderFacts,
    changes: Sequence[Change],
    *,
    apart_from_order: int | None = None,
) -> Refusal | None:
    """Whether the holder would exceed a limit on some day with `changes` besides its open orders
    (H2); `apart_from_order` is left out of these, as if it were cancelled."""
    if not has_limits(holder):
        return None
    planned = await open_changes(holder, apart_from_order=apart_from_order)
    return await why_exceeded(facts, await held_by_block(holder), [*planned, *changes])


async def why_exceeded(
    facts: HolderFacts, held: Counter[int | None], changes: Sequence[Change]
) -> Refusal | None:
    """Whether a trunk that holds `held` now would exceed a limit on some day with `changes`."""
    excess = rules.first_excess(held, changes, clock.today())
    if excess is None:
        return None
    block = await NumberRange.get(id=excess.block) if excess.block is not None else None
    return rules.why_exceeded(facts, excess, block.display() if block else None)
