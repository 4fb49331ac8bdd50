"""Ordering a change of a holder's numbers (H1-H5, S6)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.database import transaction
from dialtree.holders import rules
from dialtree.holders.facts import (
    elements_of,
    has_limits,
    held_by_block,
    holder_facts,
    locked_holder,
    open_changes,
)
from dialtree.holders.models import Holder
from dialtree.holders.rules import Change, Element, HolderFacts
from dialtree.inventory.models import NumberRange
from dialtree.inventory.tree import locked_ranges
from dialtree.orders.models import ItemAction, Order, OrderKind
from dialtree.orders.placing import OrderRequest, place, repeated
from dialtree.refusals import NotFound, Refusal, refuse


@dataclass(frozen=True, slots=True)
class NumberChange:
    """What is to change at a holder; `execution_date` null: at once."""

    holder_id: int
    add: tuple[int, ...] = ()
    remove: tuple[int, ...] = ()
    execution_date: date | None = None


async def change_numbers(
    principal: Principal,
    change: NumberChange,
    *,
    idempotency_key: str | None = None,
    undoes_id: int | None = None,
) -> Order:
    """Accepts one order that adds and removes all named elements, all or nothing.

    Raises Refused with the rule's refusal, NotFound, or NOT_ADMINISTRATOR.
    """
    items = tuple((ItemAction.ADD, id_) for id_ in change.add) + tuple(
        (ItemAction.REMOVE, id_) for id_ in change.remove
    )
    request = OrderRequest(
        OrderKind.CHANGE_NUMBERS,
        items,
        holder_id=change.holder_id,
        execution_date=change.execution_date,
        undoes_id=undoes_id,
        key=idempotency_key,
    )

    async def work() -> Order:
        if earlier := await repeated(principal, request):
            return earlier
        holder = await locked_holder(principal, change.holder_id)
        ranges = await locked_ranges(principal, change.add + change.remove)
        added, removed = ranges[: len(change.add)], ranges[len(change.add) :]
        refuse(rules.why_empty(len(items)))
        refuse(await why_not_change(holder, added, removed, change.execution_date))
        return await place(principal, request, ranges)

    principal.must_be_administrator()
    refuse(rules.why_too_large(len(items)))
    return await transaction(work)


async def why_not_change(
    holder: Holder,
    added: Sequence[NumberRange],
    removed: Sequence[NumberRange],
    execution_date: date | None,
) -> Refusal | None:
    """Everything the rules say against this change at this moment (H1-H3, S6)."""
    facts = await holder_facts(holder)
    today = clock.today()
    if refusal := rules.why_not_date(execution_date, facts, today):
        return refusal
    elements = await elements_of([*added, *removed])
    add, remove = elements[: len(added)], elements[len(added) :]
    day = execution_date or today
    if refusal := rules.why_not_change(facts, add, remove, day):
        return refusal
    return await why_over_limit(holder, facts, [change_of(day, add, remove)])


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
    excess = rules.first_excess(await held_by_block(holder), [*planned, *changes], clock.today())
    if excess is None:
        return None
    block = await NumberRange.get(id=excess.block) if excess.block is not None else None
    return rules.why_exceeded(facts, excess, block.display() if block else None)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would meet: its refusal, and the elements per block held after it.
    `limited`: whether the limits of H2 apply to the holder."""

    limited: bool
    refusal: Refusal | None
    held: Counter[int | None]


async def preview_change(principal: Principal, change: NumberChange) -> Preview:
    """Asks the same rules as `change_numbers` without ordering anything. Raises NotFound."""
    holder = await principal.of(Holder).get_or_none(id=change.holder_id, deleted_at=None)
    if holder is None:
        raise NotFound
    ids = change.add + change.remove
    refusal = principal.why_not_change()
    if too_large := rules.why_too_large(len(ids)):
        return Preview(has_limits(holder), refusal or too_large, await held_by_block(holder))
    found = {range_.id: range_ for range_ in await principal.of(NumberRange).filter(id__in=ids)}
    if len(found) != len(set(ids)):
        raise NotFound
    added, removed = [found[id_] for id_ in change.add], [found[id_] for id_ in change.remove]
    if refusal is None and ids:
        refusal = await why_not_change(holder, added, removed, change.execution_date)
    held = await held_by_block(holder)
    held.update(range_.root_id for range_ in added)
    held.subtract(range_.root_id for range_ in removed)
    return Preview(has_limits(holder), refusal, +held)
