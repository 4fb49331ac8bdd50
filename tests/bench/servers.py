"""The processes that are measured, on free ports: dialtree as it is installed, the yardstick."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import aiosqlite
import asyncpg

from dialtree.database import postgres_arguments

ROOT = Path(__file__).parents[2]
MAIN_PROGRAM = "from dialtree.cli import main; main()"
SECONDS = 60
MANY = "5000"


@dataclass(frozen=True, slots=True)
class Server:
    process: "subprocess.Popen[bytes]"
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _environment(**settings: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k != "PORT" and not k.startswith("DIALTREE_")}
    own = {f"DIALTREE_{name.upper()}": value for name, value in settings.items()}
    return {**kept, "PYTHONPATH": f"{ROOT / 'backend'}:{ROOT}", **own}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _started(command: Sequence[str], directory: Path, **settings: str) -> "subprocess.Popen[bytes]":
    with (directory / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, *command],
            env=_environment(data_dir=str(directory), **settings),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _settings(database_url: str) -> dict[str, str]:
    return {
        "database_url": database_url,
        "log_level": "warning",
        "log_format": "json",
        # One user opens all the subscriptions that are measured.
        "subscriptions_per_user": MANY,
        "connections_per_user": MANY,
        "drain_seconds": "0",
    }


async def product(database_url: str, directory: Path, *, worker: bool = False) -> Server:
    """`dialtree serve`."""
    port = _free_port()
    process = _started(
        ("-c", MAIN_PROGRAM, "serve"),
        directory,
        port=str(port),
        worker=str(worker).lower(),
        **_settings(database_url),
    )
    return await _answering(Server(process, port), directory)


async def yardstick(database_url: str, directory: Path) -> Server:
    port = _free_port()
    process = _started(("-m", "tests.bench.yardstick", database_url, str(port)), directory)
    return await _answering(Server(process, port), directory)


def worker(database_url: str, directory: Path) -> Server:
    """`dialtree worker`. It is at work when its first order is."""
    process = _started(("-c", MAIN_PROGRAM, "worker"), directory, **_settings(database_url))
    return Server(process, 0)


async def _answering(server: Server, directory: Path) -> Server:
    """The server, once it can be asked; one that does not come so far is stopped."""
    try:
        await _listening(server, directory)
    except BaseException:
        server.stop()
        raise
    return server


async def _listening(server: Server, directory: Path) -> None:
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", server.port)
            except OSError:
                if server.process.poll() is not None:
                    log = (directory / "log").read_text()[-2000:]
                    raise RuntimeError(f"a server ended: {log}") from None
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


class Database(Protocol):
    """Asked by SQL, beside the servers."""

    async def rows(self, sql: str) -> Sequence[Any]: ...
    async def many(self, sql: str, values: Sequence[Sequence[object]]) -> None:
        """Runs the statement, with $1, $2, … for the values, for each of them."""

    def transaction(self) -> AbstractAsyncContextManager[object]: ...
    def time(self, moment: datetime) -> object:
        """As the database takes it."""


class _Postgres:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def rows(self, sql: str) -> Sequence[Any]:
        found: Sequence[Any] = await self.connection.fetch(sql)
        return found

    async def many(self, sql: str, values: Sequence[Sequence[object]]) -> None:
        await self.connection.executemany(sql, values)

    def transaction(self) -> AbstractAsyncContextManager[object]:
        return self.connection.transaction()  # type: ignore[no-any-return]

    def time(self, moment: datetime) -> object:
        return moment


class _Sqlite:
    def __init__(self, connection: aiosqlite.Connection) -> None:
        self.connection = connection

    async def rows(self, sql: str) -> Sequence[Any]:
        found: Sequence[Any] = await self.connection.execute_fetchall(sql)  # type: ignore[assignment]
        return found

    async def many(self, sql: str, values: Sequence[Sequence[object]]) -> None:
        await self.connection.executemany(sql.replace("$", "?"), values)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        await self.connection.execute("BEGIN IMMEDIATE")
        yield
        await self.connection.execute("COMMIT")

    def time(self, moment: datetime) -> object:
        return moment.isoformat(" ")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    if url.startswith("sqlite:"):
        path = url.removeprefix("sqlite://")
        async with aiosqlite.connect(path, isolation_level=None) as connection:
            connection.row_factory = aiosqlite.Row
            await connection.execute("PRAGMA busy_timeout=10000")
            yield _Sqlite(connection)
    else:
        raw = await asyncpg.connect(**postgres_arguments(url))
        try:
            yield _Postgres(raw)
        finally:
            await raw.close()
