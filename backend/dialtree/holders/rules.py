"""Whether the numbers of a holder may be changed on a day (H1-H4, S6). Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from dialtree.holders.models import HolderKind, HolderStatus
from dialtree.inventory.models import RangeState
from dialtree.inventory.rules import RangeFacts, why_not_touch
from dialtree.refusals import Param, Refusal, RefusalCode

ELEMENTS_PER_TRUNK = 60
ELEMENTS_PER_BLOCK = 10
ELEMENTS_PER_ORDER = 500


@dataclass(frozen=True, slots=True)
class HolderFacts:
    """`active_on`: the day a planned trunk becomes active, null for an active holder."""

    id: int
    kind: HolderKind
    status: HolderStatus
    name: str
    active_on: date | None = None
    partner: str | None = None
    takes_split_ranges: bool = True
    takes_execution_date: bool = True

    @property
    def label(self) -> str:
        """The name for sentences, with the partner where there is one."""
        return f"{self.name} ({self.partner})" if self.partner else self.name


@dataclass(frozen=True, slots=True)
class Element:
    """One number element of a change. `block`: id of its block, null for a single number.
    `contract_starts`: the day its site contract starts, null when it has started."""

    id: int
    facts: RangeFacts
    holder_id: int | None
    block: int | None
    contract: str
    contract_starts: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What one order adds to and removes from a trunk on a day: counts per block (None: single
    numbers)."""

    day: date
    added: Counter[int | None] = field(default_factory=Counter)
    removed: Counter[int | None] = field(default_factory=Counter)

    def net(self, block: int | None) -> int:
        return self.added[block] - self.removed[block]

    @property
    def net_total(self) -> int:
        return self.added.total() - self.removed.total()


@dataclass(frozen=True, slots=True)
class Excess:
    """The first day on which a trunk would hold too much; `block` null: in total."""

    day: date
    count: int
    limit: int
    block: int | None


def why_not_date(execution_date: date | None, holder: HolderFacts, today: date) -> Refusal | None:
    """`execution_date` null: at once."""
    if execution_date is not None:
        if not holder.takes_execution_date:
            return Refusal(RefusalCode.CHANGES_AT_ONCE_ONLY, {"holder": holder.label})
        if execution_date < today:
            return Refusal(
                RefusalCode.EXECUTION_DATE_PAST, {"date": execution_date, "today": today}
            )
        latest = latest_execution_date(today)
        if execution_date > latest:
            return Refusal(
                RefusalCode.EXECUTION_DATE_TOO_FAR, {"date": execution_date, "latest": latest}
            )
    if holder.active_on is not None and (execution_date or today) < holder.active_on:
        return Refusal(
            RefusalCode.TRUNK_NOT_ACTIVE, {"holder": holder.name, "date": holder.active_on}
        )
    return None


def latest_execution_date(today: date) -> date:
    """The same day next year; after 29 February that is 1 March."""
    try:
        return today.replace(year=today.year + 1)
    except ValueError:
        return today.replace(year=today.year + 1, month=3, day=1)


def why_empty(count: int) -> Refusal | None:
    """A change of numbers names at least one element; a new trunk need not (T1)."""
    return None if count else Refusal(RefusalCode.CHANGE_EMPTY)


def why_too_large(count: int) -> Refusal | None:
    """Asked before the elements are read: no statement takes any number of ids."""
    if count <= ELEMENTS_PER_ORDER:
        return None
    return Refusal(RefusalCode.CHANGE_TOO_LARGE, {"count": count, "limit": ELEMENTS_PER_ORDER})


def why_not_change(
    holder: HolderFacts, add: Sequence[Element], remove: Sequence[Element], day: date
) -> Refusal | None:
    """Whether these elements may go to and leave `holder` on `day`, limits apart."""
    if refusal := why_too_large(len(add) + len(remove)):
        return refusal
    if refusal := why_named_twice([*add, *remove]):
        return refusal
    for element in (*add, *remove):
        if element.facts.state == RangeState.SPLIT:
            return Refusal(RefusalCode.NOT_AN_ELEMENT, {"range": element.facts.display})
    for element in remove:
        if refusal := _why_not_remove(holder, element):
            return refusal
    for element in add:
        if refusal := _why_not_add(holder, element, day):
            return refusal
    return None


def why_named_twice(elements: Sequence[Element]) -> Refusal | None:
    seen: set[int] = set()
    for element in elements:
        if element.id in seen:
            return Refusal(RefusalCode.ELEMENT_NAMED_TWICE, {"range": element.facts.display})
        seen.add(element.id)
    return None


def _why_not_remove(holder: HolderFacts, element: Element) -> Refusal | None:
    if element.holder_id != holder.id:
        return Refusal(
            RefusalCode.ELEMENT_NOT_HELD, {"range": element.facts.display, "holder": holder.name}
        )
    if element.facts.open_order is not None:
        return why_not_touch(element.facts)
    return None


def _why_not_add(holder: HolderFacts, element: Element, day: date) -> Refusal | None:
    if refusal := why_not_touch(element.facts):
        return refusal
    if element.facts.level >= 2 and not holder.takes_split_ranges:
        return Refusal(
            RefusalCode.PARTNER_TAKES_NO_SPLIT_RANGES,
            {"partner": holder.partner or holder.name, "range": element.facts.display},
        )
    if element.contract_starts is not None and day < element.contract_starts:
        return Refusal(
            RefusalCode.CONTRACT_NOT_STARTED,
            {
                "range": element.facts.display,
                "contract": element.contract,
                "date": element.contract_starts,
            },
        )
    return None


def first_excess(
    held: Counter[int | None], changes: Iterable[Change], from_day: date
) -> Excess | None:
    """The first day from `from_day` on which a trunk that holds `held` now exceeds a limit (H2).

    Orders of one day may run in any order, so the most that can stand at any moment of the day
    counts: every order that adds more than it removes, before any that does the opposite.
    """
    now = Counter(held)
    by_day: dict[date, list[Change]] = {}
    for change in changes:
        by_day.setdefault(max(change.day, from_day), []).append(change)
    for day in sorted(by_day):
        todays = by_day[day]
        total = now.total() + sum(max(0, change.net_total) for change in todays)
        if total > ELEMENTS_PER_TRUNK and any(change.net_total > 0 for change in todays):
            return Excess(day, total, ELEMENTS_PER_TRUNK, None)
        for block in sorted({b for change in todays for b in change.added if b is not None}):
            count = now[block] + sum(max(0, change.net(block)) for change in todays)
            if count > ELEMENTS_PER_BLOCK and any(change.net(block) > 0 for change in todays):
                return Excess(day, count, ELEMENTS_PER_BLOCK, block)
        for change in todays:
            now.update(change.added)
            now.subtract(change.removed)
    return None


def why_exceeded(holder: HolderFacts, excess: Excess, block: str | None) -> Refusal:
    """`block`: how the block of the excess is displayed."""
    params: dict[str, Param] = {
        "holder": holder.name,
        "count": excess.count,
        "limit": excess.limit,
        "date": excess.day,
    }
    if block is None:
        return Refusal(RefusalCode.TRUNK_ELEMENT_LIMIT, params)
    return Refusal(RefusalCode.TRUNK_BLOCK_LIMIT, {**params, "block": block})
