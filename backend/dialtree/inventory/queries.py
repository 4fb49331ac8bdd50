"""Finding roots, elements and contracts (F1-F4), and which element a number belongs to (B7)."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tortoise.expressions import Q, RawSQL, Subquery
from tortoise.queryset import QuerySet

from dialtree import paging
from dialtree.accounts.principal import Principal
from dialtree.inventory.models import (
    KEY_LENGTH,
    NumberRange,
    NumberSuffix,
    RangeKind,
    RangeState,
    SiteContract,
    SiteKey,
)
from dialtree.numbering.e164 import BadNumber, parse_number
from dialtree.numbering.ranges import next_prefix
from dialtree.numbering.search import (
    ContainsCondition,
    MatchPlace,
    SearchKind,
    SearchPattern,
    Unreadable,
    contains_conditions,
    matches,
    read_pattern,
)
from dialtree.numbering.sites import search_keys
from dialtree.refusals import Refused, why_bad_number

BY_DIGITS = ("digits", "id")


@dataclass(frozen=True, slots=True)
class Search:
    """What a list is narrowed to. `number` as read; an unreadable text finds nothing."""

    number: SearchPattern | Unreadable | None = None
    site: str | None = None
    state: RangeState | None = None

    @classmethod
    def read(
        cls, number: str | None = None, site: str | None = None, state: RangeState | None = None
    ) -> "Search":
        return cls(read_pattern(number) if number else None, site, state)


async def number_ranges(
    principal: Principal, search: Search, *, first: int | None, after: str | None
) -> paging.Page[NumberRange]:
    """The roots that match. `state` FREE or ASSIGNED: those that contain such numbers."""
    if isinstance(search.number, Unreadable):
        return paging.nothing()
    roots = _at_site(principal, principal.of(NumberRange).filter(parent_id__isnull=True), search)
    if search.number is not None:
        roots = await _matching_roots(principal, roots, search.number)
    if search.state == RangeState.FREE:
        roots = roots.filter(free_count__gt=0)
    elif search.state == RangeState.ASSIGNED:
        roots = roots.filter(assigned_count__gt=0)
    elif search.state == RangeState.SPLIT:
        roots = roots.filter(state=RangeState.SPLIT)
    return await paging.page(roots, BY_DIGITS, first=first, after=after)


@dataclass(frozen=True, slots=True)
class PageOfContract:
    contract_id: int
    first: int | None
    after: str | None


async def roots_of_contracts(
    asked: Sequence[PageOfContract],
) -> list[paging.Page[NumberRange] | Refused]:
    """A page of the roots of each contract; the beginnings of all that are as long by one
    statement."""
    by_length: dict[int, set[int]] = {}
    for page in asked:
        with suppress(Refused):
            if page.after is None:
                by_length.setdefault(paging.length(page.first), set()).add(page.contract_id)
    beginnings: dict[tuple[int, int], list[NumberRange]] = {}
    for length, contract_ids in by_length.items():
        rows: list[NumberRange] = await NumberRange.raw(_beginnings(contract_ids, length + 1))
        for root in rows:
            beginnings.setdefault((root.contract_id, length), []).append(root)
    return [await _roots_of_contract(page, beginnings) for page in asked]


async def _roots_of_contract(
    asked: PageOfContract, beginnings: dict[tuple[int, int], list[NumberRange]]
) -> paging.Page[NumberRange] | Refused:
    roots = NumberRange.filter(contract_id=asked.contract_id, parent_id__isnull=True)
    try:
        length = paging.length(asked.first)
        if asked.after is not None:
            return await paging.page(roots, BY_DIGITS, first=length, after=asked.after)
    except Refused as refused:
        return refused
    rows = beginnings.get((asked.contract_id, length), [])
    return paging.page_of(rows, roots, BY_DIGITS, length, None)


def _beginnings(contract_ids: Iterable[int], rows: int) -> str:
    """The first `rows` roots of each contract, in order of digits."""
    ids = ", ".join(str(int(id_)) for id_ in contract_ids)
    return f"""
        SELECT * FROM (
            SELECT *, row_number() OVER (PARTITION BY contract_id ORDER BY digits, id) AS place
            FROM number_range WHERE parent_id IS NULL AND contract_id IN ({ids})
        ) AS roots WHERE place <= {int(rows)} ORDER BY contract_id, place
    """  # noqa: S608 - nothing but whole numbers is put in


async def number_elements(
    principal: Principal,
    search: Search,
    *,
    holder_id: int | None = None,
    open_order_id: int | None = None,
    first: int | None,
    after: str | None,
) -> paging.Page[NumberRange]:
    """The elements that match: of one holder, of those that one order reserves, or of all."""
    if isinstance(search.number, Unreadable) or search.state == RangeState.SPLIT:
        return paging.nothing()
    elements = _at_site(principal, principal.of(NumberRange), search)
    if holder_id is not None:
        elements = elements.filter(holder_id=holder_id)
    if open_order_id is not None:
        elements = elements.filter(open_order_id=open_order_id)
    if search.state is not None:
        elements = elements.filter(state=search.state)
    elif holder_id is None:
        elements = elements.exclude(state=RangeState.SPLIT)
    if search.number is not None:
        elements = await matching_elements(elements, search.number)
    return await paging.page(elements, BY_DIGITS, first=first, after=after)


async def site_contracts(
    principal: Principal, site: str | None, *, first: int | None, after: str | None
) -> paging.Page[SiteContract]:
    contracts = principal.of(SiteContract)
    for key in search_keys(site or ""):
        contracts = contracts.filter(id__in=_contracts_at(principal, key))
    return await paging.page(contracts, ("number", "id"), first=first, after=after)


def _at_site(
    principal: Principal, ranges: QuerySet[NumberRange], search: Search
) -> QuerySet[NumberRange]:
    for key in search_keys(search.site or ""):
        ranges = ranges.filter(contract_id__in=_contracts_at(principal, key))
    return ranges


def _contracts_at(principal: Principal, key: str) -> Subquery:
    """Contracts whose street, postcode or town begins with the folded `key` (F3)."""
    return Subquery(
        principal.of(SiteKey).filter(beginning("key", key, KEY_LENGTH)).values("contract_id")
    )


def beginning(column: str, key: str, length: int) -> Q:
    """Rows whose `column`, of at most `length` characters, begins with `key`."""
    if len(key) > length:
        return Q(id__in=[])
    bounds: dict[str, Any] = {f"{column}__gte": key, f"{column}__lt": next_prefix(key)}
    return Q(**bounds)


async def _starting(ranges: QuerySet[NumberRange], digits: str) -> Q:
    """Those of `ranges` with a number that starts with `digits`: those inside, and those that
    reach it with their open digits. The latter are few and are read first, so that the list
    itself is one stretch of the index."""
    prefixes = [digits[:length] for length in range(1, len(digits))]
    shorter = await ranges.filter(digits__in=prefixes)
    reaching = [range_.id for range_ in shorter if range_.pattern.covers_prefix(digits)]
    inside = Q(digits__gte=digits, digits__lt=next_prefix(digits))
    return Q(inside, Q(id__in=reaching), join_type="OR") if reaching else inside


async def _matching_roots(
    principal: Principal, roots: QuerySet[NumberRange], pattern: SearchPattern
) -> QuerySet[NumberRange]:
    if pattern.kind == SearchKind.STARTS_WITH:
        return roots.filter(await _starting(roots, pattern.digits))
    conditions = []
    for condition in contains_conditions(pattern.digits):
        suffixes = principal.of(NumberSuffix)
        if condition.place == MatchPlace.FIXED:
            suffixes = suffixes.filter(
                suffix__gte=condition.fixed, suffix__lt=next_prefix(condition.fixed)
            )
        elif condition.place == MatchPlace.ACROSS:
            suffixes = suffixes.filter(suffix=condition.fixed)
        where = _open_enough(condition)
        if condition.place != MatchPlace.OPEN:
            where &= Q(id__in=Subquery(suffixes.values("root_id")))
        conditions.append(where)
    return roots.filter(Q(*conditions, join_type="OR"))


async def matching_elements(
    elements: QuerySet[NumberRange], pattern: SearchPattern
) -> QuerySet[NumberRange]:
    if pattern.kind == SearchKind.STARTS_WITH:
        return elements.filter(await _starting(elements, pattern.digits))
    conditions = []
    for condition in contains_conditions(pattern.digits):
        where = _open_enough(condition)
        if condition.place == MatchPlace.FIXED:
            where &= Q(national__contains=condition.fixed)
        elif condition.place == MatchPlace.ACROSS:
            where &= Q(national__endswith=condition.fixed)
        conditions.append(where)
    return elements.annotate(national=RawSQL("'0' || substr(\"digits\", 3)")).filter(
        Q(*conditions, join_type="OR")
    )


def _open_enough(condition: ContainsCondition) -> Q:
    where = Q(open_digits__gte=condition.min_open)
    if condition.first_digit is not None:
        where &= Q(first_digits__contains=condition.first_digit)
    return where


class LookupOutcome(StrEnum):
    ASSIGNED = "ASSIGNED"
    FREE = "FREE"
    INCOMPLETE = "INCOMPLETE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Lookup:
    """`digits`: the number as read; `range_`: the element that covers it, or for an INCOMPLETE
    number the smallest range that all its continuations stand in."""

    outcome: LookupOutcome
    digits: str
    range_: NumberRange | None = None


async def lookup(principal: Principal, number: str) -> Lookup:
    """Which element a call to `number` reaches. Raises Refused if it is no German number."""
    try:
        digits = parse_number(number)
    except BadNumber as bad:
        raise Refused(why_bad_number(bad)) from bad
    prefixes = [digits[:length] for length in range(1, len(digits) + 1)]
    candidates = await principal.of(NumberRange).filter(digits__in=prefixes).order_by("-level")
    for range_ in candidates:
        if range_.pattern.contains(digits) and range_.state != RangeState.SPLIT:
            outcome = (
                LookupOutcome.ASSIGNED
                if range_.state == RangeState.ASSIGNED
                else LookupOutcome.FREE
            )
            return Lookup(outcome, digits, range_)
    reaching = [
        range_
        for range_ in candidates
        if range_.kind != RangeKind.SINGLE_NUMBER and range_.pattern.covers_prefix(digits)
    ]
    if reaching:
        # Blocks sold in parts of one stem have the same digits: neither holds all continuations.
        alone = [range_.level for range_ in reaching].count(reaching[0].level) == 1
        return Lookup(LookupOutcome.INCOMPLETE, digits, reaching[0] if alone else None)
    longer = (
        principal.of(NumberRange).filter(digits__gt=digits, digits__lt=next_prefix(digits)).exists()
    )
    return Lookup(LookupOutcome.INCOMPLETE if await longer else LookupOutcome.UNKNOWN, digits)


def children_matching(children: Sequence[NumberRange], search: Search) -> list[NumberRange]:
    """Those of `children` that contain a match of the same search (roots were narrowed by)."""
    if isinstance(search.number, Unreadable):
        return []
    return [
        child
        for child in children
        if (search.number is None or matches(search.number, child.pattern))
        and _contains_state(child, search.state)
    ]


def _contains_state(range_: NumberRange, state: RangeState | None) -> bool:
    if state == RangeState.FREE:
        return bool(range_.free_count > 0)
    if state == RangeState.ASSIGNED:
        return bool(range_.assigned_count > 0)
    return state is None or range_.state == state
