"""Fills an empty database with an inventory of any size, for measuring and for trying by hand.

    python -m tests.bench.dataset --ranges 1000000 --database postgresql://…
    python -m tests.bench.dataset --ranges 1000000 --database sqlite:///tmp/big/dialtree.sqlite3

The database is migrated first. Rows go in by COPY on PostgreSQL and by `executemany` in one
transaction on SQLite; indexes are made afterwards. Beside it stands a yardstick: the rows of
number_range alone into a table without any key.
"""

import argparse
import asyncio
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import asyncpg

from dialtree.clock import stopwatch
from dialtree.database import connected, postgres_arguments
from dialtree.migrations import migrate
from tests.bench.columns import RANGE_COLUMNS
from tests.bench.places import MAIN, SMALL, Size, token_of
from tests.bench.rows import Inventory, Row

BATCH = 20_000
BARE = "bench_bare"
BARE_ROWS = 200_000
"""Enough to know how long one takes."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """`rows` of all tables; `yardstick_rows` of one bare table."""

    ranges: int
    rows: int
    seconds: float
    yardstick_rows: int
    yardstick_seconds: float

    @property
    def rate(self) -> float:
        return self.rows / self.seconds

    @property
    def yardstick_rate(self) -> float:
        return self.yardstick_rows / self.yardstick_seconds

    @property
    def ratio(self) -> float:
        """How many times as long as the yardstick a row takes."""
        return self.yardstick_rate / self.rate

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": self.ratio}


# What is kept of each customer's inventory; simplest told by the rows themselves.
SUMS = """
    UPDATE customer SET
        site_contract_count = (SELECT COUNT(*) FROM site_contract WHERE customer_id = customer.id),
        (block_count, single_number_count, number_count) = (
            SELECT SUM(CASE WHEN open_digits > 0 THEN 1 ELSE 0 END),
                SUM(CASE WHEN open_digits = 0 THEN 1 ELSE 0 END),
                SUM(free_count + assigned_count)
            FROM number_range WHERE customer_id = customer.id AND parent_id IS NULL
        )
"""


async def load(url: str, ranges: int, *, yardstick: bool = True) -> Loaded:
    """Migrates the empty database at `url` and fills it; indexes and statistics are part of the
    time, the migrations are not."""
    async with connected(url):
        await migrate()
    if url.startswith("sqlite:"):
        return await asyncio.to_thread(
            _load_sqlite, url.removeprefix("sqlite://"), ranges, yardstick
        )
    return await _load_postgres(url, ranges, yardstick)


def _bare_rows(ranges: int) -> Iterable[Row]:
    return islice(Inventory(Size(ranges)).ranges(), BARE_ROWS)


# PostgreSQL --------------------------------------------------------------------------------------


async def _load_postgres(url: str, ranges: int, yardstick: bool) -> Loaded:
    connection = await asyncpg.connect(**postgres_arguments(url))
    try:
        began = stopwatch()
        inventory = Inventory(Size(ranges))
        rows = 0
        # Whatever asks for the keys of other tables asks later: rows come in any order.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("SET maintenance_work_mem = '256MB'")
        indexes = await connection.fetch(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() "
            "AND indexname ~ '^(idx|uid)_' AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint)"
        )
        async with connection.transaction():
            for index in indexes:
                await connection.execute(f'DROP INDEX "{index["indexname"]}"')
            for table, columns, records in inventory.tables():
                copied = await connection.copy_records_to_table(
                    table, columns=columns, records=records
                )
                rows += int(copied.split()[-1])
                await connection.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "
                    f'(SELECT COALESCE(MAX(id), 1) FROM "{table}"))'
                )
            for index in indexes:
                await connection.execute(index["indexdef"])
            await connection.execute(SUMS)
        await connection.execute("VACUUM (ANALYZE)")
        seconds = stopwatch() - began
        bare_rows, bare_seconds = 0, 1.0
        if yardstick:
            names = ", ".join(RANGE_COLUMNS)
            await connection.execute(
                f"CREATE TABLE {BARE} AS SELECT {names} FROM number_range WHERE false"
            )
            began = stopwatch()
            copied = await connection.copy_records_to_table(
                BARE, columns=RANGE_COLUMNS, records=_bare_rows(ranges)
            )
            bare_seconds = stopwatch() - began
            bare_rows = int(copied.split()[-1])
            await connection.execute(f"DROP TABLE {BARE}")
    finally:
        await connection.close()
    return Loaded(inventory.range_count, rows, seconds, bare_rows, bare_seconds)


# SQLite ------------------------------------------------------------------------------------------


def _load_sqlite(path: str, ranges: int, yardstick: bool) -> Loaded:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        began = stopwatch()
        inventory = Inventory(Size(ranges))
        rows = 0
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-262144"):
            connection.execute(f"PRAGMA {pragma}")
        with _transaction(connection):
            indexes = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            ).fetchall()
            # The figures of the migrations, by which SQLite plans, go with their indexes. There is
            # no ANALYZE here: hardly an installation has seen one.
            figures = connection.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall()
            for name, _sql in indexes:
                connection.execute(f'DROP INDEX "{name}"')
            for table, columns, records in inventory.tables():
                rows += _insert(connection, table, columns, records)
            for _name, sql in indexes:
                connection.execute(sql)
            connection.execute("DELETE FROM sqlite_stat1")
            connection.executemany("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", figures)
            connection.execute(SUMS)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        seconds = stopwatch() - began
    bare_rows, bare_seconds = 0, 1.0
    if yardstick:
        bare = Path(f"{path}.{BARE}")
        with closing(sqlite3.connect(bare, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"CREATE TABLE {BARE} ({', '.join(RANGE_COLUMNS)})")
            began = stopwatch()
            with _transaction(connection):
                bare_rows = _insert(connection, BARE, RANGE_COLUMNS, _bare_rows(ranges))
            bare_seconds = stopwatch() - began
        bare.unlink()
    return Loaded(inventory.range_count, rows, seconds, bare_rows, bare_seconds)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("COMMIT")


def _insert(
    connection: sqlite3.Connection, table: str, columns: tuple[str, ...], records: Iterable[Row]
) -> int:
    sql = f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({", ".join("?" * len(columns))})'
    rows = 0
    records = iter(records)
    while batch := list(islice(records, BATCH)):
        rows += len(batch)
        if any(isinstance(value, date) for value in batch[0]):
            batch = [tuple(map(_text, row)) for row in batch]
        connection.executemany(sql, batch)
    return rows


def _text(value: object) -> object:
    """As Tortoise writes times into SQLite."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value


def main() -> None:
    parser = argparse.ArgumentParser(description="Fills an empty database with an inventory.")
    parser.add_argument("--ranges", type=int, default=1_000_000, help="how many at least")
    parser.add_argument(
        "--database", required=True, metavar="URL", help="sqlite://… or postgres://…"
    )
    parser.add_argument("--no-yardstick", action="store_true", help="only load")
    parser.add_argument("--json", action="store_true", help="print figures for a program")
    arguments = parser.parse_args()
    loaded = asyncio.run(
        load(arguments.database, arguments.ranges, yardstick=not arguments.no_yardstick)
    )
    if arguments.json:
        print(json.dumps(loaded.as_json()))
        return
    size = Size(arguments.ranges)
    print(
        f"{loaded.ranges} ranges of {size.contracts} contracts and {size.customers} customers: "
        f"{loaded.rows} rows in {loaded.seconds:.1f} s, {loaded.rate:.0f} a second"
    )
    if not arguments.no_yardstick:
        print(
            f"yardstick, a bare table: {loaded.yardstick_rate:.0f} rows a second; "
            f"a row takes {loaded.ratio:.1f} times as long"
        )
    print(f"token of the customer with half of everything: {token_of(MAIN)}")
    print(f"token of a small one: {token_of(SMALL)}")


if __name__ == "__main__":
    main()
