"""Connections to PostgreSQL that break, or lead nowhere any more without anybody telling."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from tortoise.backends.asyncpg.client import TransactionWrapper

from dialtree import clock
from dialtree import database as database_module
from dialtree.accounts.models import Customer
from dialtree.database import (
    POOL_SIZE,
    announce,
    connected,
    hearing_other_processes,
    hub,
    transaction,
)
from dialtree.live import OrderChange
from tests.chaos.proxy import Proxy
from tests.conftest import ON_POSTGRES

A_WHILE = 20
"""Seconds after which a test has failed because something hangs."""

pytestmark = pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has no connections to lose")


@pytest.fixture
async def way(database_url: str) -> AsyncIterator[Proxy]:
    """A way to the database that can be cut."""
    port = urlsplit(database_url).port
    assert port is not None
    proxy = Proxy(port)
    await proxy.open()
    yield proxy
    await proxy.close()


def by(way: Proxy, url: str) -> str:
    parts = urlsplit(url)
    user = parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{user}@127.0.0.1:{way.port}"))


async def add(name: str) -> Customer:
    return await Customer.create(name=name, created_at=clock.now())


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("moment", ["begin", "release"])
async def test_connections_that_break_at_any_moment_are_no_hindrance(
    monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Not even for the other attempts of the same transaction, and however often it happens."""
    owner = TransactionWrapper if moment == "begin" else asyncpg.Pool
    original = getattr(owner, moment)

    async def once(*arguments: object, **named: object) -> object:
        monkeypatch.setattr(owner, moment, original)
        if moment == "release":
            await original(*arguments, **named)
        raise ConnectionResetError("Connection reset by peer")

    async with asyncio.timeout(A_WHILE):
        for number in range(POOL_SIZE + 2):
            monkeypatch.setattr(owner, moment, once)
            await transaction(lambda name=str(number): add(name))
    names = {customer.name for customer in await Customer.all()}
    assert names == {str(number) for number in range(POOL_SIZE + 2)}


async def test_who_falls_silent_keeps_no_locks_and_does_nothing_twice(
    database_url: str, way: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "IDLE_SECONDS", 1)
    locked, go_on = asyncio.Event(), asyncio.Event()
    async with connected(by(way, database_url)), asyncio.timeout(A_WHILE):
        await transaction(lambda: add("before"))

        async def work() -> None:
            row = await Customer.select_for_update().get()
            locked.set()
            await go_on.wait()
            await Customer.filter(id=row.id).update(name=f"{row.name}, silent")

        silent = asyncio.create_task(transaction(work))
        await locked.wait()
        way.cut()
        other = await asyncpg.connect(database_url)
        await other.execute("UPDATE customer SET name = 'other'")
        await other.close()
        go_on.set()
        way.heal()
        await silent
        assert (await Customer.get()).name == "other, silent"


async def test_a_listening_connection_that_leads_nowhere_is_noticed(
    database_url: str, way: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "LISTENING_SECONDS", 0.2)

    async def say() -> None:
        announce(OrderChange(1, 1))

    async with (
        connected(database_url),
        hearing_other_processes(by(way, database_url)),
        asyncio.timeout(A_WHILE),
    ):
        changes = hub.changes()
        assert await anext(changes) is None
        way.strand()
        await transaction(say)  # into the void
        while await anext(changes) is not None:
            pass
        await transaction(say)
        assert await anext(changes) == OrderChange(1, 1)
        await changes.aclose()
