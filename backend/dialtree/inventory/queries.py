"""Finding roots, elements and contracts (F1-F4), and which element a number belongs to (B7)."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from dialtree import paging
from dialtree.accounts.principal import Principal
from dialtree.inventory import summary
from dialtree.inventory.conditions import (
    START,
    Place,
    Statement,
    Wanted,
    at_sites,
    behind,
)
from dialtree.inventory.models import (
    KEY_LENGTH,
    NumberRange,
    RangeKind,
    RangeState,
    SiteContract,
)
from dialtree.inventory.owned import (
    count_of_each,
    count_roots_of_each,
    elements_of_each,
    roots_of_each,
)
from dialtree.inventory.searching import (
    contracts_at_few_sites,
    count_elements,
    count_elements_by_pieces,
    count_roots_by_pieces,
    count_walk,
    elements_beneath,
    has_state,
    roots_at_few_sites,
    roots_by_pieces,
    walk,
)
from dialtree.numbering.e164 import BadNumber, parse_number
from dialtree.numbering.ranges import next_prefix
from dialtree.numbering.search import (
    SearchPattern,
    Unreadable,
    matches,
    read_pattern,
)
from dialtree.numbering.sites import search_keys
from dialtree.refusals import Refused, why_bad_number
from dialtree.statements import fetch, select, where_among

BY_DIGITS = ("digits", "id")
BY_NUMBER = ("number", "id")


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

    def wanted(self, principal: Principal) -> Wanted:
        """As the modules that search take it; the number is readable."""
        assert not isinstance(self.number, Unreadable)
        keys = search_keys(self.site or "")
        return Wanted(principal, self.number, keys[0] if keys else None, self.state)


async def number_ranges(
    principal: Principal, search: Search, *, first: int | None, after: str | None
) -> paging.Page[NumberRange]:
    """The roots that match. `state` FREE or ASSIGNED: those that contain such numbers."""
    if isinstance(search.number, Unreadable) or _is_too_long(search):
        return paging.nothing()
    length, at = paging.length(first), _place(after)
    wanted = search.wanted(principal)
    few = await roots_at_few_sites(wanted) if wanted.site_key else None
    if few is not None:
        places = [place for place in few if place > at][: length + 1]
        return await _page_at(places, partial(_length_of, few), length, after)
    if wanted.has_pieces:
        rows = await roots_by_pieces(wanted, at, length + 1)
        count = partial(count_roots_by_pieces, wanted)
        return paging.page_of(rows, count, BY_DIGITS, length, after)
    rows = await walk(wanted, at, length + 1, roots=True)
    count = partial(_count_roots, wanted)
    return paging.page_of(rows, count, BY_DIGITS, length, after)


async def _count_roots(wanted: Wanted) -> int:
    if wanted.number is None and wanted.site_key is None and wanted.state is None:
        return sum((await summary.roots(wanted.principal)).values())
    return await count_walk(wanted, roots=True)


def _is_too_long(search: Search) -> bool:
    """No stored key begins with a longer text."""
    return any(len(key) > KEY_LENGTH for key in search_keys(search.site or ""))


def _place(after: str | None) -> Place:
    """Where a cursor stands. Raises Refused."""
    if after is None:
        return START
    digits, id_ = paging.position(NumberRange, BY_DIGITS, after)
    assert isinstance(digits, str)
    assert isinstance(id_, int)
    return digits, id_


async def _length_of(places: Sequence[object]) -> int:
    return len(places)


async def _page_at(
    places: Sequence[Place],
    count: Callable[[], Awaitable[int]],
    length: int,
    after: str | None,
) -> paging.Page[NumberRange]:
    """The page from the places of its rows."""
    ids = [id_ for _digits, id_ in places]
    rows = await where_among(NumberRange, "id", ids, "ORDER BY digits, id")
    return paging.page_of(rows, count, BY_DIGITS, length, after)


@dataclass(frozen=True, slots=True)
class PageOfContract:
    contract_id: int
    first: int | None
    after: str | None


async def roots_of_contracts(
    asked: Sequence[PageOfContract],
) -> list[paging.Page[NumberRange]]:
    """A page of the roots of each contract, all that are alike by one statement. Raises
    Refused(PAGE_TOO_LARGE, CURSOR_NOT_UNDERSTOOD)."""
    alike: dict[tuple[int, str | None], list[int]] = defaultdict(list)
    for page in asked:
        alike[paging.length(page.first), page.after].append(page.contract_id)
    rows = {
        (length, after): await roots_of_each(ids, _place(after), length + 1)
        for (length, after), ids in alike.items()
    }
    ids = list(dict.fromkeys(page.contract_id for page in asked))
    count = paging.counted_together(partial(count_roots_of_each, ids))
    return [
        paging.page_of(
            rows[paging.length(page.first), page.after].get(page.contract_id, []),
            partial(count, page.contract_id),
            BY_DIGITS,
            paging.length(page.first),
            page.after,
        )
        for page in asked
    ]


async def number_elements(
    principal: Principal, search: Search, *, first: int | None, after: str | None
) -> paging.Page[NumberRange]:
    """The elements that match, whoever holds them."""
    if isinstance(search.number, Unreadable) or search.state == RangeState.SPLIT:
        return paging.nothing()
    if _is_too_long(search):
        return paging.nothing()
    length, at = paging.length(first), _place(after)
    wanted = search.wanted(principal)
    few = await roots_at_few_sites(wanted) if wanted.site_key else None
    if few is None and not wanted.has_pieces:
        rows = await walk(wanted, at, length + 1, roots=False)
        count_all = partial(count_walk, wanted, roots=False)
        return paging.page_of(rows, count_all, BY_DIGITS, length, after)
    places = await elements_beneath(wanted, few, at, length + 1)

    async def count() -> int:
        if few is None:
            return await count_elements_by_pieces(wanted)
        return await count_elements(wanted, few)

    return await _page_at(places, count, length, after)


async def elements_by(
    principal: Principal,
    column: str,
    ids: Sequence[int],
    search: Search,
    *,
    first: int | None,
    after: str | None,
) -> dict[int, paging.Page[NumberRange]]:
    """A page of the matching elements of each holder or of each order that reserves them, by the
    id in `column`: all pages by one statement."""
    length, at = paging.length(first), _place(after)
    if not ids:
        return {}
    if isinstance(search.number, Unreadable) or _is_too_long(search):
        return {id_: paging.nothing() for id_ in ids}
    wanted = search.wanted(principal)
    pages = await elements_of_each(wanted, column, ids, at, length + 1)
    count = paging.counted_together(partial(count_of_each, wanted, column, ids))
    return {
        id_: paging.page_of(pages.get(id_, []), partial(count, id_), BY_DIGITS, length, after)
        for id_ in ids
    }


async def site_contracts(
    principal: Principal, site: str | None, *, first: int | None, after: str | None
) -> paging.Page[SiteContract]:
    search = Search(site=site)
    if _is_too_long(search):
        return paging.nothing()
    wanted = search.wanted(principal)
    if wanted.site_key is None:
        contracts = principal.of(SiteContract)
        return await paging.page(contracts, BY_NUMBER, first=first, after=after)
    length = paging.length(first)
    at: tuple[Any, ...] = ("", 0)
    if after is not None:
        at = tuple(paging.position(SiteContract, BY_NUMBER, after))
    ids = await contracts_at_few_sites(wanted)
    if ids is not None:
        found = await where_among(SiteContract, "id", ids)
        found.sort(key=lambda contract: (contract.number, contract.id))
        rows = [contract for contract in found if (contract.number, contract.id) > at]
        return paging.page_of(rows, partial(_length_of, ids), BY_NUMBER, length, after)
    sql = Statement()
    customer = sql.put(principal.customer_id)
    where = (
        f"WHERE site_contract.customer_id = {customer} "
        f"AND {at_sites(sql, wanted, 'site_contract.id')} "
        f"AND {behind(sql, at, 'site_contract.number', 'site_contract.id')}"
    )
    rest = f"{where} ORDER BY site_contract.number, site_contract.id LIMIT {length + 1}"
    rows = await select(SiteContract, rest, sql.values)
    return paging.page_of(rows, partial(_count_contracts, wanted), BY_NUMBER, length, after)


async def _count_contracts(wanted: Wanted) -> int:
    assert wanted.site_key is not None
    [row] = await fetch(
        "SELECT count(DISTINCT contract_id) AS count FROM site_key "
        "WHERE customer_id = $1 AND key >= $2 AND key < $3",
        [wanted.principal.customer_id, wanted.site_key, next_prefix(wanted.site_key)],
    )
    return int(row["count"])


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
    sql = Statement()
    customer = sql.put(principal.customer_id)
    prefixes = ", ".join(sql.put(digits[:length]) for length in range(1, len(digits) + 1))
    candidates = await select(
        NumberRange,
        f"WHERE customer_id = {customer} AND digits IN ({prefixes}) ORDER BY level DESC",
        sql.values,
    )
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
    longer = await fetch(
        "SELECT 1 FROM number_range WHERE customer_id = $1 AND digits > $2 AND digits < $3 LIMIT 1",
        [principal.customer_id, digits, next_prefix(digits)],
    )
    return Lookup(LookupOutcome.INCOMPLETE if longer else LookupOutcome.UNKNOWN, digits)


def children_matching(children: Sequence[NumberRange], search: Search) -> list[NumberRange]:
    """Those of `children` that contain a match of the same search (roots were narrowed by)."""
    if isinstance(search.number, Unreadable):
        return []
    return [
        child
        for child in children
        if (search.number is None or matches(search.number, child.pattern))
        and has_state(child, search.state)
    ]
