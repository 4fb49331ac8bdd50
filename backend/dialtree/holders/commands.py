"""Ordering a change of a holder's numbers (H1-H5, S6, T2)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.database import transaction
from dialtree.holders import rules
from dialtree.holders.facts import creation_of, elements_of, holder_facts, locked_holder
from dialtree.holders.limits import change_of, has_limits, held_on, why_over_limit
from dialtree.holders.models import Holder
from dialtree.inventory.models import NumberRange
from dialtree.inventory.tree import locked_ranges, ranges_of
from dialtree.orders.history import log_placed
from dialtree.orders.models import ItemAction, Order, OrderKind
from dialtree.orders.placing import OrderRequest, place, repeated
from dialtree.refusals import NotFound, Refusal, refuse
from dialtree.trunks.planned import (
    PlannedChange,
    change_plan,
    planned_change,
    why_not_change_plan,
)


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

    For a planned trunk, without a date or with the trunk's own: changes what it will start with,
    and returns the order that makes it active (T2). Repeating that is harmless.

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
        if plan := await _change_of_plan(holder, added, removed, change.execution_date):
            refuse(await why_not_change_plan(holder, plan))
            return await change_plan(principal, holder, plan)
        refuse(await why_not_change(holder, added, removed, change.execution_date))
        order = await place(principal, request, ranges)
        named = {ItemAction.ADD: added, ItemAction.REMOVE: removed}
        await log_placed(principal, order, holder, named)
        return order

    principal.must_be_administrator()
    refuse(rules.why_too_large(len(items)))
    return await transaction(work)


async def _change_of_plan(
    holder: Holder,
    added: Sequence[NumberRange],
    removed: Sequence[NumberRange],
    execution_date: date | None,
) -> PlannedChange | None:
    creation = await creation_of(holder)
    if creation is None or execution_date not in (None, creation.execution_date):
        return None
    return planned_change(creation, added, removed)


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


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would meet: its refusal, and the elements per block held after it on its day,
    with what other orders have changed by then.
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
        return Preview(
            has_limits(holder), refusal or too_large, await held_on(holder, clock.today())
        )
    ranges = await ranges_of(principal, ids)
    added, removed = ranges[: len(change.add)], ranges[len(change.add) :]
    plan = await _change_of_plan(holder, added, removed, change.execution_date)
    if plan is not None:
        if refusal is None and ids:
            refusal = await why_not_change_plan(holder, plan)
        day = plan.creation.execution_date
        added, removed = plan.added, plan.removed
    else:
        if refusal is None and ids:
            refusal = await why_not_change(holder, added, removed, change.execution_date)
        day = change.execution_date
    held = await held_on(holder, day or clock.today())
    held.update(range_.root_id for range_ in added)
    held.subtract(range_.root_id for range_ in removed)
    return Preview(has_limits(holder), refusal, +held)
