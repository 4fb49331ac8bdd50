"""What becomes of sockets, streams and the order under way when a server is told to stop."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from dialtree import clock
from dialtree.accounts.commands import create_customer
from dialtree.accounts.models import Role, User
from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import create_token
from dialtree.database import connected, is_postgres
from dialtree.inventory.commands import split_range
from dialtree.orders.claiming import LEASE
from dialtree.orders.models import Order, OrderStatus
from dialtree.orders.worker import run_due
from tests.conftest import ON_POSTGRES, person
from tests.invariants import check
from tests.running import Running, running
from tests.sockets import Stream, signed_in
from tests.stock import APP_URL, BLOCK, at, load

EMAIL = "admin@nordlicht.example"
SLOW = """
import asyncio
from dialtree.inventory import changes
split = changes.split
async def slow(order, range_):
    print("executing", flush=True)
    await asyncio.sleep({seconds})
    await split(order, range_)
changes.split = slow
"""
"""A split that takes its time, in the middle of its transaction."""
IMPATIENT = """
from dialtree import database
from dialtree.orders import worker
worker.FINISH_SECONDS = worker.GIVE_BACK_SECONDS = database.CLOSE_SECONDS = 0.5
"""


@pytest.fixture
async def token(database_url: str) -> str:
    """Of an administrator whose customer has one block."""
    async with connected(database_url):
        company = await create_customer("Nordlicht Werke GmbH", 30)
        administrator = await person(company, EMAIL, Role.ADMINISTRATOR)
        await load(administrator, BLOCK)
        return await create_token(await User.get(id=administrator.user_id), "test", None)


@asynccontextmanager
async def splitting(server: Running, token: str) -> AsyncIterator[httpx.AsyncClient]:
    """While the server executes the order to split 030 23125-3."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False) as http:
        roots = await http.post("/graphql", json={"query": ROOTS})
        [root] = roots.json()["data"]["numberRanges"]["nodes"]
        id_ = next(child["id"] for child in root["children"] if child["digits"].endswith("3"))
        answer = await http.post("/graphql", json={"query": SPLIT, "variables": {"id": id_}})
        assert answer.json()["data"]["splitRange"]["__typename"] == "OrderAccepted"
        await asyncio.to_thread(server.until, "executing")
        yield http


ROOTS = "{ numberRanges { nodes { children { id digits } } } }"
SPLIT = "mutation Split($id: ID!) { splitRange(input: {rangeId: $id}) { __typename } }"
LIVE = "subscription { ordersUpdated { status } }"


async def test_a_server_that_stops_finishes_its_work_and_says_goodbye(
    tmp_path: Path, database_url: str, token: str
) -> None:
    settings = {"data_dir": str(tmp_path), "database_url": database_url}
    with running(program=SLOW.format(seconds=1), drain_seconds="1", **settings) as server:
        async with splitting(server, token) as http, signed_in(server.socket_url, token) as socket:
            await socket.send({"type": "subscribe", "id": "1", "payload": {"query": LIVE}})
            live = Stream(socket, "1")
            assert (await live.next())["status"] == "RUNNING"
            events = asyncio.create_task(streamed(http))
            assert (await http.get("/readyz")).json() == {"ready": True, "notReady": []}
            server.stop()
            await asyncio.to_thread(server.until, '"stopping"')
            readiness = await http.get("/readyz")
            assert (readiness.status_code, readiness.json()) == (
                503, {"ready": False, "notReady": ["stopping"]},
            )  # fmt: skip
            assert (await http.get("/healthz")).status_code == 200
            assert await socket.closed() == 1012
            assert socket.connection.close_reason == "The server restarts."
            assert "RUNNING" in await events
        assert await asyncio.to_thread(server.ended) == 0
        assert "Traceback" not in server.text
    async with connected(database_url):
        await executed_once(attempts=1)


async def streamed(http: httpx.AsyncClient) -> str:
    """All that is said on an event stream; fails if it breaks off."""
    accept = {"Accept": "text/event-stream"}
    async with http.stream("POST", "/graphql", json={"query": LIVE}, headers=accept) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        return "".join([text async for text in response.aiter_text()])


async def executed_once(attempts: int) -> None:
    rows = await check()
    assert len([row for row in rows["number_range"] if row["level"] == 2]) == 10
    [order] = await Order.all()
    assert (order.status, order.attempt) == (OrderStatus.SUCCEEDED, attempts)


async def test_an_order_that_takes_too_long_is_left_to_others(
    tmp_path: Path, database_url: str, token: str
) -> None:
    settings = {"data_dir": str(tmp_path), "database_url": database_url}
    with running(program=IMPATIENT + SLOW.format(seconds=600), **settings) as server:
        async with splitting(server, token):
            server.stop()
        assert await asyncio.to_thread(server.ended) == 0
        assert "was not finished in time" in server.text
    async with connected(database_url):
        [order] = await Order.all()
        if is_postgres():
            assert order.status == OrderStatus.QUEUED
            assert await run_due(APP_URL) == 1
        else:
            assert order.status == OrderStatus.RUNNING
            later = clock.now() + LEASE + timedelta(seconds=1)
            with clock.reading(lambda: later):
                assert await run_due(APP_URL) == 1
        await executed_once(attempts=2)


@pytest.mark.skipif(not ON_POSTGRES, reason="on SQLite the server is the worker")
async def test_a_worker_that_stops_finishes_its_order(
    tmp_path: Path, database_url: str, token: str
) -> None:
    settings = {"data_dir": str(tmp_path), "database_url": database_url}
    async with connected(database_url):
        administrator = Principal.from_user(await User.get(email=EMAIL))
        await split_range(administrator, (await at("030 23125-3")).id)
        with running(command="worker", program=SLOW.format(seconds=1), **settings) as worker:
            await asyncio.to_thread(worker.until, "executing")
            worker.stop()
            assert await asyncio.to_thread(worker.ended) == 0
            assert "Traceback" not in worker.text
        await executed_once(attempts=1)


def test_a_server_at_rest_ends_at_once_and_well(tmp_path: Path) -> None:
    for name in (signal.SIGTERM, signal.SIGINT):
        with running(data_dir=str(tmp_path)) as server:
            server.stop(name)
            assert server.ended() == 0
            assert "Traceback" not in server.text


def test_a_second_signal_cuts_the_waiting_short(tmp_path: Path) -> None:
    with running(data_dir=str(tmp_path), drain_seconds="300") as server:
        server.stop()
        server.until('"stopping"')
        server.stop()
        assert server.ended() == 0


def test_a_server_that_cannot_start_ends_with_an_error(tmp_path: Path) -> None:
    with running(data_dir=str(tmp_path)) as server:
        port = server.url.rpartition(":")[2]
        with (
            pytest.raises(AssertionError, match="address already in use"),
            running(data_dir=str(tmp_path / "other"), port=port),
        ):
            pass
