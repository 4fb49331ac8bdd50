"""Which roots and elements a search finds, page by page: however large the inventory is, about as
many rows are read as a page shows.

"Contains" finds roots by the keys of `numbering.search.pieces`: each way to match is one stretch of
an index in the order of the list, and the page is merged from their beginnings. Elements are found
by a walk down from such roots. What stands at few sites is read and sorted. Everything else is one
stretch of an index, in which most rows are found.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, repeat

from dialtree.inventory.conditions import (
    MIN_ROOT_DIGITS,
    START,
    Place,
    Statement,
    Wanted,
    at_sites,
    begins,
    behind,
    contains_state,
    first_digit,
    fixed_digits,
    holds,
    holds_any,
    matches,
)
from dialtree.inventory.models import NumberRange, RangeState
from dialtree.numbering.ranges import next_prefix
from dialtree.numbering.search import ContainsCondition, MatchPlace, piece_of
from dialtree.statements import all_of, among, columns, fetch, select

FEW_CONTRACTS, FEW_ROOTS = 250, 1_000
"""At the sites looked for: up to so many are read and sorted. With more, a walk through all in
order meets enough of them soon."""
BATCHES = (8, 64, 512)
"""Of how many roots the elements are looked for at once; the last one as often as needed."""
MAX_ID = 2**63 - 1


# Roots -------------------------------------------------------------------------------------------


async def contracts_at_few_sites(wanted: Wanted) -> list[int] | None:
    """Ids of the contracts at the sites looked for (F3), where they are few; None where not."""
    assert wanted.site_key is not None
    found = await fetch(
        "SELECT DISTINCT contract_id FROM site_key "
        "WHERE customer_id = $1 AND key >= $2 AND key < $3 LIMIT $4",
        [
            wanted.principal.customer_id,
            wanted.site_key,
            next_prefix(wanted.site_key),
            FEW_CONTRACTS + 1,
        ],
    )
    return None if len(found) > FEW_CONTRACTS else [row["contract_id"] for row in found]


async def roots_at_few_sites(wanted: Wanted) -> list[Place] | None:
    """All roots that are found, where few are at the sites; None where they are not."""
    contracts = await contracts_at_few_sites(wanted)
    if contracts is None:
        return None
    sql = Statement()
    # The contract tells the customer: named here, PostgreSQL would rather read all its roots.
    at = among("site_contract.id", sql.put(all_of(contracts)))
    number = f"{matches(sql, wanted, 'root')} AND {contains_state(wanted.state, 'root')}"
    found = await fetch(
        f"""
        SELECT root.digits, root.id, {number} AS found
        FROM site_contract JOIN number_range AS root
            ON root.customer_id = site_contract.customer_id
            AND root.contract_id = site_contract.id AND root.parent_id IS NULL
        WHERE {at} LIMIT {FEW_ROOTS + 1}
        """,  # noqa: S608 - names of values
        sql.values,
    )
    if len(found) > FEW_ROOTS:
        return None
    return sorted((row["digits"], row["id"]) for row in found if row["found"])


def _by_piece(
    sql: Statement, wanted: Wanted, condition: ContainsCondition, after: Place, limit: int | None
) -> str:
    """Roots for which `condition` holds, in order."""
    where = [
        f"piece.customer_id = {sql.put(wanted.principal.customer_id)}",
        f"piece.piece = {sql.put(piece_of(condition))}",
        behind(sql, after, "piece.digits", "piece.root_id"),
    ]
    if condition.place != MatchPlace.OPEN:
        where.append(fixed_digits(sql, condition, "piece"))
    joined = condition.first_digit is not None or wanted.site_key or wanted.state
    if condition.first_digit is not None:
        where.append(first_digit(sql, condition.first_digit, "root"))
    where.append(at_sites(sql, wanted, "root.contract_id"))
    where.append(contains_state(wanted.state, "root"))
    join = "JOIN number_range AS root ON root.id = piece.root_id" if joined else ""
    pages = f"ORDER BY piece.digits, piece.root_id LIMIT {limit}" if limit is not None else ""
    return f"""
        SELECT * FROM (
            SELECT piece.digits AS digits, piece.root_id AS id FROM number_piece AS piece {join}
            WHERE {" AND ".join(where)} {pages}
        ) AS found
    """  # noqa: S608 - names of values


def _by_pieces(sql: Statement, wanted: Wanted, after: Place, limit: int | None) -> str:
    return " UNION ".join(
        _by_piece(sql, wanted, condition, after, limit) for condition in wanted.conditions
    )


async def roots_by_pieces(wanted: Wanted, after: Place, limit: int) -> list[NumberRange]:
    """The first `limit` roots behind `after` that contain the digits looked for."""
    sql = Statement()
    found = f"{_by_pieces(sql, wanted, after, limit)} ORDER BY digits, id LIMIT {limit}"
    return await select(
        NumberRange,
        f"JOIN ({found}) AS found ON found.id = number_range.id ORDER BY found.digits, found.id",
        sql.values,
    )


async def _places_by_pieces(wanted: Wanted, after: Place, limit: int) -> list[Place]:
    sql = Statement()
    union = _by_pieces(sql, wanted, after, limit)
    found = await fetch(f"{union} ORDER BY digits, id LIMIT {limit}", sql.values)
    return [(row["digits"], row["id"]) for row in found]


async def count_roots_by_pieces(wanted: Wanted) -> int:
    sql = Statement()
    union = _by_pieces(sql, wanted, START, None)
    [row] = await fetch(f"SELECT count(*) AS count FROM ({union}) AS roots", sql.values)  # noqa: S608
    return int(row["count"])


async def _roots_around(wanted: Wanted, place: Place) -> list[Place]:
    """Those at the beginning of the digits of `place`: what they hold stands on both sides."""
    sql = Statement()
    customer = sql.put(wanted.principal.customer_id)
    lengths = range(MIN_ROOT_DIGITS, len(place[0]) + 1)
    beginnings = [sql.put(place[0][:length]) for length in lengths] or ["NULL"]
    found = await fetch(
        f"""
        SELECT root.digits, root.id FROM number_range AS root
        WHERE root.customer_id = {customer} AND root.parent_id IS NULL
            AND root.digits IN ({", ".join(beginnings)})
            AND {at_sites(sql, wanted, "root.contract_id")}
            AND {matches(sql, wanted, "root")} AND {contains_state(wanted.state, "root")}
        ORDER BY root.digits, root.id
        """,  # noqa: S608 - names of values
        sql.values,
    )
    return [(row["digits"], row["id"]) for row in found]


# Roots and elements in order ---------------------------------------------------------------------


def _in_order(sql: Statement, wanted: Wanted, *, roots: bool) -> str:
    """The condition on what a walk finds: all that match, or their stretch of the index."""
    row = "number_range"
    number = "TRUE"
    if wanted.conditions:
        # PostgreSQL takes LIKE for seldom true and `<>` for nearly always, as it is here.
        number = f"CASE WHEN {holds_any(sql, wanted.conditions, row)} THEN 1 ELSE 0 END <> 0"
    elif wanted.number is not None:
        number = begins(sql, wanted.number.digits, row)
    if roots:
        which = f"{row}.parent_id IS NULL AND {contains_state(wanted.state, row)}"
    elif wanted.state is not None:
        which = f"{row}.state = {sql.put(wanted.state)}"
    else:
        which = f"{row}.state <> 'SPLIT'"
    return (
        f"{row}.customer_id = {sql.put(wanted.principal.customer_id)} AND {which} AND {number} "
        f"AND {at_sites(sql, wanted, f'{row}.contract_id')}"
    )


async def walk(wanted: Wanted, after: Place, limit: int, *, roots: bool) -> list[NumberRange]:
    """The first `limit` roots or elements behind `after`, where most in their stretch are found;
    before them those that reach it, by the same statement."""
    sql = Statement()
    shorter = _shorter(sql, wanted, roots=roots)
    condition = _in_order(sql, wanted, roots=roots)
    at = behind(sql, after, "number_range.digits", "number_range.id")
    stretch = (
        f"WHERE {condition} AND {at} ORDER BY number_range.digits, number_range.id LIMIT {limit}"
    )
    if shorter is None:
        return await select(NumberRange, stretch, sql.values)
    both = (
        f"WHERE {shorter} UNION ALL SELECT * FROM "  # noqa: S608 - names of values
        f"(SELECT {columns(NumberRange)} FROM number_range {stretch}) AS stretch"
    )
    rows = await select(NumberRange, both, sql.values)
    assert wanted.number is not None
    first = len(wanted.number.digits)
    reaching = _that_reach(wanted, [row for row in rows if len(row.digits) < first], roots=roots)
    found = [row for row in reaching if (row.digits, row.id) > after]
    found += [row for row in rows if len(row.digits) >= first]
    return sorted(found, key=lambda row: (row.digits, row.id))[:limit]


async def count_walk(wanted: Wanted, *, roots: bool) -> int:
    sql = Statement()
    condition = _in_order(sql, wanted, roots=roots)
    if not roots:
        # So that the index of states has all that is asked.
        condition = condition.replace("state <> 'SPLIT'", "state IN ('FREE', 'ASSIGNED')")
    [row] = await fetch(f"SELECT count(*) AS count FROM number_range WHERE {condition}", sql.values)  # noqa: S608
    return len(await _reaching(wanted, roots=roots)) + int(row["count"])


async def _reaching(wanted: Wanted, *, roots: bool) -> list[NumberRange]:
    """Those that reach the beginning looked for with their open digits."""
    sql = Statement()
    shorter = _shorter(sql, wanted, roots=roots)
    if shorter is None:
        return []
    rows = await select(NumberRange, f"WHERE {shorter}", sql.values)
    return _that_reach(wanted, rows, roots=roots)


def _shorter(sql: Statement, wanted: Wanted, *, roots: bool) -> str | None:
    """The condition of those that may reach the beginning looked for. Their own digits are shorter,
    so that they stand before the others; in one condition with them these would be no stretch."""
    if wanted.number is None or wanted.conditions:
        return None
    digits = wanted.number.digits
    lengths = range(MIN_ROOT_DIGITS, len(digits))
    if not lengths:
        return None
    customer = sql.put(wanted.principal.customer_id)
    shorter = ", ".join(sql.put(digits[:length]) for length in lengths)
    which = "parent_id IS NULL" if roots else "state <> 'SPLIT'"
    return (
        f"customer_id = {customer} AND digits IN ({shorter}) AND {which} "
        f"AND {at_sites(sql, wanted, 'number_range.contract_id')}"
    )


def _that_reach(wanted: Wanted, rows: Iterable[NumberRange], *, roots: bool) -> list[NumberRange]:
    assert wanted.number is not None
    return [
        row
        for row in rows
        if row.pattern.covers_prefix(wanted.number.digits)
        and (has_state(row, wanted.state) if roots else wanted.state in (None, row.state))
    ]


def has_state(row: NumberRange, state: RangeState | None) -> bool:
    """Whether it contains numbers of this state; SPLIT: whether it is divided."""
    if state == RangeState.FREE:
        return bool(row.free_count > 0)
    if state == RangeState.ASSIGNED:
        return bool(row.assigned_count > 0)
    return state is None or row.state == state


# Elements ----------------------------------------------------------------------------------------


def _beneath(sql: Statement, wanted: Wanted, roots: str) -> str:
    """A walk from `roots` (a condition on them as "node") down to what contains the digits looked
    for: it goes on only where they may stand in open digits. What stands beneath a node with them
    in its fixed digits is found without it."""
    conditions = wanted.conditions
    fixed = [c for c in conditions if c.place == MatchPlace.FIXED]
    complete = f"({holds(sql, fixed[0], 'walk')})" if fixed else "TRUE"
    matching = holds_any(sql, conditions, "node") if conditions else "TRUE"
    state = f"= {sql.put(wanted.state)}" if wanted.state else "<> 'SPLIT'"
    holding = contains_state(wanted.state, "node")
    here, below = (
        ("TRUE", "TRUE")
        if conditions
        else (matches(sql, wanted, "walk"), matches(sql, wanted, "node"))
    )
    return f"""
        WITH RECURSIVE walk(id, root_id, digits, state, open_digits, first_digits) AS (
            SELECT node.id, node.id, node.digits, node.state, node.open_digits, node.first_digits
            FROM number_range AS node WHERE {roots}
            UNION ALL
            SELECT node.id, walk.root_id, node.digits, node.state, node.open_digits,
                node.first_digits
            FROM walk JOIN number_range AS node ON node.parent_id = walk.id
            WHERE walk.state = 'SPLIT' AND NOT {complete} AND {matching} AND {holding}
        ), element(digits, id) AS (
            SELECT digits, id FROM walk WHERE state {state} AND {here}
            UNION ALL
            SELECT node.digits, node.id
            FROM walk JOIN number_range AS node ON node.root_id = walk.root_id
                AND node.digits > walk.digits AND node.digits < walk.digits || ':'
            WHERE walk.state = 'SPLIT' AND {complete} AND node.state {state} AND {below}
        )
    """  # noqa: S608 - names of values


async def _elements_of(
    wanted: Wanted, roots: Sequence[Place], size: int, after: Place, limit: int
) -> list[Place]:
    """The first `limit` elements of `roots`, at most `size` of them."""
    sql = Statement()
    ids = [id_ for _digits, id_ in roots]
    named = ", ".join(sql.put(id_) for id_ in [*ids, *ids[-1:] * (size - len(ids))])
    beneath = _beneath(sql, wanted, f"node.id IN ({named})")
    at = behind(sql, after, "digits", "id")
    found = await fetch(
        f"{beneath} SELECT digits, id FROM element WHERE {at} ORDER BY digits, id LIMIT {limit}",  # noqa: S608
        sql.values,
    )
    return [(row["digits"], row["id"]) for row in found]


async def elements_beneath(
    wanted: Wanted, roots: Sequence[Place] | None, after: Place, limit: int
) -> list[Place]:
    """The first `limit` elements behind `after` of `roots`; None: of those found by pieces."""
    elements: list[Place] = []
    waiting: list[Place] = []
    more = roots is None
    at = after
    if roots is not None:
        waiting = [root for root in roots if root[0] > after[0] or after[0].startswith(root[0])]
    elif after != START:
        waiting = await _roots_around(wanted, after)
        at = (after[0], MAX_ID)
    for size in chain(BATCHES, repeat(BATCHES[-1])):
        if more and len(waiting) <= size:
            found = await _places_by_pieces(wanted, at, size + 1)
            more = len(found) == size + 1
            waiting += found
            at = found[-1] if found else at
        batch, waiting = waiting[:size], waiting[size:]
        if batch:
            elements += await _elements_of(wanted, batch, size, after, limit)
            elements.sort()
        # An element begins with the digits of its root: none of later roots stands before these.
        if not waiting or sum(digits < waiting[0][0] for digits, _id in elements) >= limit:
            return elements[:limit]
    raise AssertionError("unreachable")


async def count_elements(wanted: Wanted, roots: Sequence[Place]) -> int:
    """How many elements of `roots` are found."""
    sql = Statement()
    ids = ", ".join(str(int(id_)) for _digits, id_ in roots) or "NULL"
    return await _count(sql, _beneath(sql, wanted, f"node.id IN ({ids})"))


async def count_elements_by_pieces(wanted: Wanted) -> int:
    sql = Statement()
    roots = _by_pieces(sql, wanted, START, None)
    found = f"node.id IN (SELECT id FROM ({roots}) AS roots)"  # noqa: S608 - names of values
    return await _count(sql, _beneath(sql, wanted, found))


async def _count(sql: Statement, beneath: str) -> int:
    [row] = await fetch(f"{beneath} SELECT count(*) AS count FROM element", sql.values)  # noqa: S608
    return int(row["count"])
