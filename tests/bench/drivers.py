"""The two drivers of the yardstick, side by side: questions, transactions, watchers."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

import aiosqlite
import asyncpg

from dialtree.database import POOL_SIZE, leave_as_it_is, postgres_arguments

CHANNEL = "bench"


class Connection(Protocol):
    """A transaction under way. `for_update`: how a statement locks its rows."""

    for_update: str

    async def rows(self, sql: str, *values: object) -> Sequence[Any]: ...


class Database(Protocol):
    def now(self) -> object:
        """As the database takes it."""

    async def rows(self, sql: str, *values: object) -> Sequence[Any]: ...
    async def write(self, work: Callable[[Connection], Awaitable[int]]) -> int:
        """Runs `work` in a transaction, tells watchers the id it returns, and returns it."""


class Watchers:
    """One queue for each open watch."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[int]] = set()

    def tell(self, order_id: int) -> None:
        for queue in self._queues:
            queue.put_nowait(order_id)

    @asynccontextmanager
    async def watch(self) -> AsyncIterator["asyncio.Queue[int]"]:
        queue: asyncio.Queue[int] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)


class _InPostgres:
    for_update = "FOR UPDATE"

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def rows(self, sql: str, *values: object) -> Sequence[Any]:
        found: Sequence[Any] = await self._connection.fetch(sql, *values)
        return found


class Postgres:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    def now(self) -> object:
        return datetime.now(UTC)

    async def rows(self, sql: str, *values: object) -> Sequence[Any]:
        found: Sequence[Any] = await self._pool.fetch(sql, *values)
        return found

    async def write(self, work: Callable[[Connection], Awaitable[int]]) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            order_id = await work(_InPostgres(connection))
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, str(order_id))
        return order_id


@asynccontextmanager
async def _postgres(url: str, watchers: Watchers) -> AsyncIterator[Postgres]:
    arguments = postgres_arguments(url)
    listener = await asyncpg.connect(**arguments)
    await listener.add_listener(CHANNEL, lambda _c, _pid, _n, text: watchers.tell(int(text)))
    # As dialtree's pool: asyncpg's own reset would make two round trips of each question.
    async with asyncpg.create_pool(
        **arguments, min_size=1, max_size=POOL_SIZE, reset=leave_as_it_is
    ) as pool:
        yield Postgres(pool)
    await listener.close()


_NUMBERED = re.compile(r"\$(\d+)")


async def _fetch(connection: aiosqlite.Connection, sql: str, values: Sequence[object]) -> Any:
    # LIKE without regard to case is no trouble among digits.
    return await connection.execute_fetchall(_NUMBERED.sub(r"?\1", sql), values)


class _InSqlite:
    for_update = ""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def rows(self, sql: str, *values: object) -> Sequence[Any]:
        found: Sequence[Any] = await _fetch(self._connection, sql, values)
        return found


class Sqlite:
    def __init__(
        self, reader: aiosqlite.Connection, writer: aiosqlite.Connection, watchers: Watchers
    ) -> None:
        self._reader, self._writer, self._watchers = reader, writer, watchers
        self._lock = asyncio.Lock()

    def now(self) -> object:
        return datetime.now(UTC).isoformat(" ")

    async def rows(self, sql: str, *values: object) -> Sequence[Any]:
        found: Sequence[Any] = await _fetch(self._reader, sql, values)
        return found

    async def write(self, work: Callable[[Connection], Awaitable[int]]) -> int:
        async with self._lock:
            await self._writer.execute("BEGIN IMMEDIATE")
            order_id = await work(_InSqlite(self._writer))
            await self._writer.execute("COMMIT")
        self._watchers.tell(order_id)
        return order_id


@asynccontextmanager
async def _sqlite(url: str, watchers: Watchers) -> AsyncIterator[Sqlite]:
    path = url.removeprefix("sqlite://")
    async with (
        aiosqlite.connect(path, isolation_level=None) as reader,
        aiosqlite.connect(path, isolation_level=None) as writer,
    ):
        for connection in (reader, writer):
            connection.row_factory = aiosqlite.Row
            for pragma in ("busy_timeout=10000", "synchronous=NORMAL", "foreign_keys=ON"):
                await connection.execute(f"PRAGMA {pragma}")
        yield Sqlite(reader, writer, watchers)


@asynccontextmanager
async def opened(url: str, watchers: Watchers) -> AsyncIterator[Any]:
    async with (_sqlite if url.startswith("sqlite:") else _postgres)(url, watchers) as database:
        yield database
