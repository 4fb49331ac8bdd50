"""The answers of the yardstick, by hand-written SQL."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from dialtree.ids import to_global_id
from dialtree.numbering.ranges import next_prefix
from tests.bench.drivers import Connection, Database
from tests.bench.places import MAIN

Json = dict[str, Any]
Handler = Callable[[Database, Json], Awaitable[Json]]

# Reads -------------------------------------------------------------------------------------------

_DISPLAY = """
    CASE WHEN extension_at IS NULL
    THEN '0' || substr(digits, 3, area_length) || ' ' || substr(digits, 3 + area_length)
    WHEN first_digits = '0123456789' OR kind <> 'BLOCK'
    THEN '0' || substr(digits, 3, area_length) || ' '
        || substr(digits, 3 + area_length, extension_at - 2 - area_length) || '-'
        || substr(digits, extension_at + 1) || substr('xxxxxxx', 1, open_digits)
    ELSE '0' || substr(digits, 3, area_length) || ' '
        || substr(digits, 3 + area_length) || '-'
        || substr(first_digits, 1, 1) || substr('xxxxxxx', 1, open_digits - 1) || '…'
        || substr(first_digits, length(first_digits), 1) || substr('xxxxxxx', 1, open_digits - 1)
    END AS display
"""
_FIELDS = f"""
    id, kind, digits, open_digits AS "openDigits", {_DISPLAY}, state,
    free_count AS "freeCount", assigned_count AS "assignedCount"
"""
_ROOTS = f"SELECT {_FIELDS} FROM number_range WHERE customer_id = $1 AND parent_id IS NULL"
_PAGE = "ORDER BY digits, id LIMIT 50"


def _ranges(rows: Sequence[Any]) -> list[Json]:
    found = [dict(row) for row in rows]
    for row in found:
        row["id"] = to_global_id("NumberRange", row["id"])
    return found


def _bounds(text: str) -> tuple[str, str]:
    return text, next_prefix(text)


async def prefix(database: Database, asked: Json) -> Json:
    rows = await database.rows(
        f"{_ROOTS} AND digits >= $2 AND digits < $3 {_PAGE}", MAIN, *_bounds(asked["digits"])
    )
    return {"numberRanges": {"nodes": _ranges(rows)}}


async def nested(database: Database, asked: Json) -> Json:
    rows = await database.rows(
        f"""
        SELECT r.*, c.number AS contract_number, c.town, h.name AS holder_name,
            h.element_count AS holder_elements
        FROM (
            SELECT {_FIELDS}, contract_id, holder_id FROM number_range
            WHERE customer_id = $1 AND parent_id IS NULL AND digits >= $2 AND digits < $3 {_PAGE}
        ) AS r
        JOIN site_contract AS c ON c.id = r.contract_id LEFT JOIN holder AS h ON h.id = r.holder_id
        ORDER BY r.digits, r.id
        """,
        MAIN,
        *_bounds(asked["digits"]),
    )
    found = _ranges(rows)
    for row in found:
        del row["contract_id"]
        row["siteContract"] = {"number": row.pop("contract_number"), "town": row.pop("town")}
        name, elements = row.pop("holder_name"), row.pop("holder_elements")
        held = row.pop("holder_id") is not None
        row["holder"] = {"name": name, "elementCount": elements} if held else None
    return {"numberRanges": {"nodes": found}}


# Here the values stand in the statement: with parameters PostgreSQL goes over to a plan for any
# values after some executions, which for these is a hundred times slower.


def _literal(sql: str) -> str:
    return f"{_ROOTS.replace('$1', str(MAIN))} AND {sql} {_PAGE}"


def _stretch(column: str, beginning: str) -> str:
    return f"{column} >= '{beginning}' AND {column} < '{next_prefix(beginning)}'"


def _at_site(key: str) -> str:
    return f"""
        +contract_id IN (
            SELECT contract_id FROM site_key
            WHERE customer_id = {MAIN} AND {_stretch("key", key)}
        )
    """


async def contains(database: Database, asked: Json) -> Json:
    """Of each way to match a page in the order of the list, from the index of `number_piece`; of
    these the first page."""
    wanted = asked["wanted"]
    length = len(wanted)
    ways = {
        wanted[-3:]: f"r.digits LIKE '%{wanted}%'",
        **{
            f"{wanted[:cut][-3:]}+{length - cut}": f"r.first_digits LIKE '%{wanted[cut]}%' "
            f"AND r.digits LIKE '%{wanted[:cut]}'"
            for cut in range(length)
        },
        f"+{length + 1}": "true",
    }
    pages = (
        f"""
        SELECT id FROM (
            SELECT r.id FROM number_piece AS p JOIN number_range AS r ON r.id = p.root_id
            WHERE p.customer_id = {MAIN} AND p.piece = '{key}' AND {way} ORDER BY p.digits LIMIT 50
        ) AS page
        """
        for key, way in ways.items()
    )
    rows = await database.rows(
        f"SELECT {_FIELDS} FROM number_range WHERE id IN ({' UNION '.join(pages)}) {_PAGE}"
    )
    return {"numberRanges": {"nodes": _ranges(rows)}}


async def site(database: Database, asked: Json) -> Json:
    rows = await database.rows(_literal(_at_site(asked["key"])))
    return {"numberRanges": {"nodes": _ranges(rows)}}


async def both(database: Database, asked: Json) -> Json:
    where = f"{_stretch('digits', asked['digits'])} AND {_at_site(asked['key'])}"
    return {"numberRanges": {"nodes": _ranges(await database.rows(_literal(where)))}}


def _no(code: str | None) -> Json:
    return {"allowed": code is None, "refusal": {"code": code} if code else None}


def _split(row: Any) -> Json | None:
    if row["openDigits"] == 0 or row["state"] == "SPLIT":
        return None
    if row["open_order_id"] is not None:
        return _no("RANGE_IN_OPEN_ORDER")
    return _no("RANGE_ASSIGNED" if row["state"] == "ASSIGNED" else None)


def _merge(row: Any) -> Json | None:
    if row["state"] != "SPLIT":
        return None
    if row["open_order_id"] is not None:
        return _no("RANGE_IN_OPEN_ORDER")
    if row["assignedCount"]:
        return _no("MERGE_BENEATH_ASSIGNED")
    return _no("MERGE_BENEATH_IN_OPEN_ORDER" if row["reserved_beneath"] else None)


async def children(database: Database, asked: Json) -> Json:
    [root] = await database.rows(
        f"SELECT {_FIELDS} FROM number_range WHERE id = $1 AND customer_id = $2",
        asked["id"],
        MAIN,
    )
    rows = await database.rows(
        f"SELECT {_FIELDS}, open_order_id, reserved_beneath FROM number_range "
        "WHERE parent_id = $1 ORDER BY digits",
        asked["id"],
    )
    found = _ranges(rows)
    for row in found:
        row["split"], row["merge"] = _split(row), _merge(row)
        del row["open_order_id"], row["reserved_beneath"]
    counts = {name: root[name] for name in ("display", "freeCount", "assignedCount")}
    return {"node": {**counts, "children": found}}


async def lookup(database: Database, asked: Json) -> Json:
    digits = asked["digits"]
    prefixes = ", ".join(f"'{digits[:length]}'" for length in range(1, len(digits) + 1))
    [row] = await database.rows(
        f"""
        SELECT r.*, h.name FROM (
            SELECT id, {_DISPLAY}, state, area_length, extension_at, holder_id FROM number_range
            WHERE customer_id = $1 AND digits IN ({prefixes}) AND state <> 'SPLIT'
            AND length(digits) + open_digits = {len(digits)} ORDER BY level DESC LIMIT 1
        ) AS r LEFT JOIN holder AS h ON h.id = r.holder_id
        """,
        MAIN,
    )
    area, extension = 2 + row["area_length"], row["extension_at"]
    number = f"0{digits[2:area]} {digits[area:extension]}"
    return {
        "lookup": {
            "outcome": row["state"],
            "number": digits,
            "display": f"{number}-{digits[extension:]}" if extension else number,
            "range": {
                "id": to_global_id("NumberRange", row["id"]),
                "display": row["display"],
            },
            "holder": {"name": row["name"]} if row["name"] else None,
        }
    }


def _time(value: datetime | str | None) -> datetime | str | None:
    return value.replace(" ", "T") if isinstance(value, str) else value


async def orders(database: Database, _asked: Json) -> Json:
    rows = await database.rows(
        """
        SELECT o.id, o.kind, o.status, o.created_at, o.finished_at, u.name
        FROM order_request AS o JOIN user_account AS u ON u.id = o.requested_by_id
        WHERE o.customer_id = $1 ORDER BY o.id DESC LIMIT 50
        """,
        MAIN,
    )
    ids = ", ".join(str(row["id"]) for row in rows)
    items: dict[int, list[Json]] = defaultdict(list)
    for row in await database.rows(
        f'SELECT order_id, action, digits, open_digits AS "openDigits" FROM order_item '
        f"WHERE order_id IN ({ids}) ORDER BY id"
    ):
        item = dict(row)
        items[item.pop("order_id")].append(item)
    return {
        "orders": {
            "nodes": [
                {
                    "id": to_global_id("Order", row["id"]),
                    "reference": f"A-{row['id']:06d}",
                    "kind": row["kind"],
                    "status": row["status"],
                    "createdAt": _time(row["created_at"]),
                    "finishedAt": _time(row["finished_at"]),
                    "requestedBy": row["name"],
                    "items": items[row["id"]],
                }
                for row in rows
            ]
        }
    }


async def holder(database: Database, asked: Json) -> Json:
    [trunk] = await database.rows(
        'SELECT name, element_count AS "elementCount" FROM holder '
        "WHERE id = $1 AND customer_id = $2",
        asked["id"],
        MAIN,
    )
    rows = await database.rows(
        f"SELECT {_FIELDS} FROM number_range WHERE holder_id = $1 ORDER BY digits, id LIMIT 60",
        asked["id"],
    )
    return {"node": {**dict(trunk), "numbers": {"nodes": _ranges(rows)}}}


# Writes ------------------------------------------------------------------------------------------

_ORDER = """
    INSERT INTO order_request (
        customer_id, kind, status, creator, requested_by_id, due_at, created_at, finished_at,
        fingerprint, attempt
    ) VALUES ($1, 'SPLIT', 'SUCCEEDED', 'CUSTOMER', 1, $2, $2, $2, '', 1) RETURNING id
"""
"""Finished in any case, so that no worker takes it up."""
_ITEM = """
    INSERT INTO order_item (
        order_id, range_id, tree_id, action, digits, open_digits, area_length, extension_at
    ) VALUES ($1, $2, $3, 'SPLIT', $4, $5, $6, $7)
"""


async def _locked(connection: Connection, range_id: int) -> Any:
    [range_] = await connection.rows("SELECT * FROM number_range WHERE id = $1", range_id)
    await connection.rows(
        f"SELECT id FROM number_range WHERE id = $1 {connection.for_update}",
        range_["root_id"],
    )
    return range_


async def _order(connection: Connection, range_: Any, now: object) -> int:
    [order] = await connection.rows(_ORDER, range_["customer_id"], now)
    values = [range_[n] for n in ("digits", "open_digits", "area_length", "extension_at")]
    await connection.rows(_ITEM, order["id"], range_["id"], range_["root_id"], *values)
    return int(order["id"])


async def accept(database: Database, asked: Json) -> Json:
    """The rows of an accepted split: order, item, reservation, counts above."""

    async def work(connection: Connection) -> int:
        range_ = await _locked(connection, asked["id"])
        order_id = await _order(connection, range_, database.now())
        taken = await connection.rows(
            "UPDATE number_range SET open_order_id = $1 WHERE id = $2 AND open_order_id IS NULL "
            "RETURNING id",
            order_id,
            range_["id"],
        )
        assert taken
        await connection.rows(
            "UPDATE number_range SET reserved_beneath = reserved_beneath + 1 WHERE id = $1",
            range_["root_id"],
        )
        return order_id

    return {"id": await database.write(work)}


async def split(database: Database, asked: Json) -> Json:
    """The rows of an executed split: order, item, state, ten children."""

    async def work(connection: Connection) -> int:
        range_ = await _locked(connection, asked["id"])
        order_id = await _order(connection, range_, database.now())
        changed = await connection.rows(
            "UPDATE number_range SET state = 'SPLIT' WHERE id = $1 AND state = 'FREE' RETURNING id",
            range_["id"],
        )
        assert changed
        ten = ", ".join(f"('{digit}')" for digit in range(10))
        await connection.rows(
            f"""
            INSERT INTO number_range (
                customer_id, contract_id, root_id, parent_id, kind, level, digits, open_digits,
                first_digits, area_length, extension_at, state, free_count, assigned_count,
                reserved_beneath
            )
            WITH extension(digit) AS (VALUES {ten})
            SELECT customer_id, contract_id, root_id, id, 'RANGE', level + 1, digits || digit,
                open_digits - 1, '0123456789', area_length, extension_at, 'FREE', free_count / 10,
                0, 0
            FROM number_range CROSS JOIN extension WHERE id = $1
            """,
            range_["id"],
        )
        return order_id

    return {"id": await database.write(work)}


HANDLERS: dict[str, Handler] = {
    handler.__name__: handler
    for handler in (
        prefix, nested, contains, site, both, children, lookup, orders, holder, accept, split
    )
}  # fmt: skip
