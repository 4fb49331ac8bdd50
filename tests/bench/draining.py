"""How quickly workers execute what is due."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialtree import clock
from tests.bench.client import connect, cpu_seconds
from tests.bench.servers import Database, Server
from tests.bench.writes import SECONDS, Ranges, split_request


@dataclass(frozen=True, slots=True)
class Drained:
    """`rate`: orders a second, from the first that begins to the last that ends; `cpu`: seconds
    that the workers computed for each; 0 where the system does not tell."""

    rate: float
    cpu: float


async def drained(
    database: Database, product: Server, workers: Sequence[Server], ranges: Ranges, count: int
) -> Drained:
    """What the workers, which are running, make of `count` orders that are there at once."""
    cpu = sum(cpu_seconds(worker.pid) for worker in workers)
    first, last = await _backlog(database, ranges.take(count))
    connection = await connect(product.url)
    # Accepting one more wakes the workers.
    [row] = ranges.take(1)
    await connection.ask(split_request(row["id"]))
    connection.close()
    await emptied(database)
    [times] = await database.rows(
        "SELECT MIN(started_at) AS began, MAX(finished_at) AS ended, COUNT(*) AS number "
        f"FROM order_request WHERE id BETWEEN {first} AND {last} AND status = 'SUCCEEDED'"
    )
    assert times["number"] == count, f"{times['number']} of {count} orders succeeded"
    seconds = (_time(times["ended"]) - _time(times["began"])).total_seconds()
    cpu = sum(cpu_seconds(worker.pid) for worker in workers) - cpu
    return Drained(count / seconds, cpu / count)


def _time(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


async def emptied(database: Database) -> None:
    """Returns when nothing waits to be executed any more."""
    async with asyncio.timeout(SECONDS * 2):
        while True:
            [row] = await database.rows(
                "SELECT COUNT(*) AS number FROM order_request WHERE status IN ('QUEUED', 'RUNNING')"
            )
            if not row["number"]:
                return
            await asyncio.sleep(0.1)


async def _backlog(database: Database, rows: Sequence[Any]) -> tuple[int, int]:
    """Orders to split these ranges, as if accepted; their first and last id."""
    [largest] = await database.rows("SELECT MAX(id) AS id FROM order_request")
    first = largest["id"] + 1_000_000
    moment = database.time(clock.now())
    async with database.transaction():
        await database.many(
            "INSERT INTO order_request (id, customer_id, kind, status, creator, requested_by_id, "
            "due_at, created_at, fingerprint, attempt) "
            "VALUES ($1, $2, 'SPLIT', 'QUEUED', 'CUSTOMER', 1, $3, $3, '', 0)",
            [(first + place, row["customer_id"], moment) for place, row in enumerate(rows)],
        )
        names = ("id", "root_id", "digits", "open_digits", "area_length", "extension_at")
        await database.many(
            "INSERT INTO order_item (order_id, range_id, tree_id, digits, open_digits, "
            "area_length, extension_at, action) VALUES ($1, $2, $3, $4, $5, $6, $7, 'SPLIT')",
            [(first + place, *(row[n] for n in names)) for place, row in enumerate(rows)],
        )
        await database.many(
            "UPDATE number_range SET reserved_beneath = reserved_beneath + 1 WHERE id = $1",
            [(row["root_id"],) for row in rows],
        )
        await database.many(
            "UPDATE number_range SET open_order_id = $1 WHERE id = $2",
            [(first + place, row["id"]) for place, row in enumerate(rows)],
        )
    return first, first + len(rows) - 1
