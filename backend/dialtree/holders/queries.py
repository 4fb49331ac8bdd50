"""Finding holders (H7)."""

from collections.abc import Sequence
from dataclasses import replace

from tortoise.queryset import QuerySet

from dialtree import paging
from dialtree.accounts.principal import Principal
from dialtree.holders.models import NAME_KEY_LENGTH, Holder, HolderKind, HolderStatus
from dialtree.inventory.conditions import START, Statement, Wanted, beginning, matches
from dialtree.inventory.models import RangeState
from dialtree.inventory.queries import Search
from dialtree.inventory.searching import elements_beneath
from dialtree.numbering.search import Unreadable
from dialtree.numbering.sites import search_keys
from dialtree.orders.models import OPEN_STATUSES
from dialtree.statements import all_of, among, fetch

BY_NAME = ("name_key", "id")
BATCHES = (64, 512)
"""Of how many holders the numbers are looked at together; the last one as often as needed."""
SPARSE, MANY = 250, 5_000
"""Held elements that match, up to which they tell their holders: before any holder is looked at,
and after the first of the list."""


async def holders(
    principal: Principal,
    kind: HolderKind,
    *,
    name: str | None = None,
    search: Search | None = None,
    status: HolderStatus | None = None,
    first: int | None,
    after: str | None,
) -> paging.Page[Holder]:
    """Holders of one kind by name; `name` is the beginning of it, `search` finds those that hold a
    matching number."""
    found = principal.of(Holder).filter(kind=kind, deleted_at=None)
    for key in search_keys(name or ""):
        found = found.filter(beginning("name_key", key, NAME_KEY_LENGTH))
    if status is not None:
        found = found.filter(status=status)
    if search is None or search.number is None:
        return await paging.page(found, BY_NAME, first=first, after=after)
    if isinstance(search.number, Unreadable):
        return paging.nothing()
    return await _with_number(found, search.wanted(principal), paging.length(first), after)


async def _with_number(
    found: QuerySet[Holder], wanted: Wanted, length: int, after: str | None
) -> paging.Page[Holder]:
    """Those that hold a matching number, and planned trunks that will start with one (T2).

    Where most do, the first of the list are enough; where few numbers match, these tell their
    holders; else all are looked at in turn.
    """
    starting = await _starting_with(wanted)
    few = await _holders_of_few(wanted, SPARSE)
    size = BATCHES[0]
    rest = found
    if after is not None:
        rest = found.filter(paging.behind(BY_NAME, paging.position(Holder, BY_NAME, after)))
    rows: list[Holder] = []
    while few is None:
        batch = await rest.order_by(*BY_NAME).limit(size)
        holding = starting | await _holding_among(wanted, [holder.id for holder in batch])
        rows += [holder for holder in batch if holder.id in holding]
        if len(rows) > length or len(batch) < size:
            return paging.page_of(rows, lambda: _count(found, wanted), BY_NAME, length, after)
        rest = found.filter(paging.behind(BY_NAME, (batch[-1].name_key, batch[-1].id)))
        if size == BATCHES[0]:
            few = await _holders_of_few(wanted, MANY)
        size = BATCHES[1]
    matching = found.filter(id__in=[*starting, *few])
    return await paging.page(matching, BY_NAME, first=length, after=after)


async def _count(found: QuerySet[Holder], wanted: Wanted) -> int:
    starting = await _starting_with(wanted)
    ids = {holder_id for (holder_id,) in await found.values_list("id")}
    return len(ids & (starting | await _holding_among(wanted, [*ids])))


async def _holders_of_few(wanted: Wanted, limit: int) -> list[int] | None:
    """Ids of all that hold an element which is found, where these are few; None where not."""
    if wanted.conditions:
        if not wanted.has_pieces:
            return None
        held = replace(wanted, state=RangeState.ASSIGNED)
        places = await elements_beneath(held, None, START, limit + 1)
        if len(places) > limit:
            return None
        rows = await fetch(
            f"SELECT DISTINCT holder_id FROM number_range WHERE {among('id', '$1')}",  # noqa: S608
            [all_of([id_ for _digits, id_ in places])],
        )
        return [row["holder_id"] for row in rows]
    sql = Statement()
    rows = await fetch(
        f"""
        SELECT held.holder_id FROM number_range AS held
        WHERE held.customer_id = {sql.put(wanted.principal.customer_id)} AND held.state = 'ASSIGNED'
            AND {matches(sql, wanted, "held")}
        LIMIT {limit + 1}
        """,  # noqa: S608 - names of values
        sql.values,
    )
    return None if len(rows) > limit else [*{row["holder_id"] for row in rows}]


async def _holding_among(wanted: Wanted, holder_ids: Sequence[int]) -> set[int]:
    """Those of the holders that hold an element which is found."""
    sql = Statement()
    ids = sql.put(all_of(holder_ids))
    rows = await fetch(
        f"""
        SELECT holder.id FROM holder WHERE {among("holder.id", ids)} AND (
            SELECT 1 FROM number_range AS held
            WHERE held.holder_id = holder.id AND {matches(sql, wanted, "held")} LIMIT 1
        ) <> 0
        """,  # noqa: S608 - names of values
        sql.values,
    )
    return {row["id"] for row in rows}


async def _starting_with(wanted: Wanted) -> set[int]:
    """Planned trunks that will start with a matching number."""
    sql = Statement()
    customer = sql.put(wanted.principal.customer_id)
    # Status by status: all of them together could as well be all orders, for what SQLite knows.
    creations = " UNION ALL ".join(
        "SELECT id, holder_id FROM order_request "  # noqa: S608 - names of values
        f"WHERE customer_id = {customer} AND status = {sql.put(status)} AND kind = 'CREATE_TRUNK'"
        for status in OPEN_STATUSES
    )
    rows = await fetch(
        f"""
        SELECT creation.holder_id FROM ({creations}) AS creation
        JOIN number_range AS reserved ON reserved.open_order_id = creation.id
        WHERE {matches(sql, wanted, "reserved")}
        """,  # noqa: S608 - names of values
        sql.values,
    )
    return {row["holder_id"] for row in rows}
