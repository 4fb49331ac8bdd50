"""What is measured of changes: accepted, done, told to many."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson

from dialtree.clock import stopwatch
from dialtree.database import postgres_arguments
from dialtree.ids import to_global_id
from tests.bench.client import (
    Unexpected,
    WebSocket,
    connect,
    memory,
    open_socket,
    request,
)
from tests.bench.drivers import CHANNEL
from tests.bench.figures import Compared, Figure
from tests.bench.places import MAIN, SMALL, token_of
from tests.bench.servers import Database, Server
from tests.bench.timing import (
    Slice,
    asking,
    by_turns,
    connections,
    quiet,
    slice_of,
)

PROTOCOL = "graphql-transport-ws"
SOCKETS, WATCHES = 250, 4
SPLIT = """
mutation Split($input: SplitRangeInput!) { splitRange(input: $input) {
    __typename ... on OrderAccepted { order { id status } }
} }
"""
UPDATES = "subscription Updates { ordersUpdated { id status } }"
SECONDS = 120


def split_request(range_id: int, customer_id: int = MAIN) -> bytes:
    variables = {"input": {"rangeId": to_global_id("NumberRange", range_id)}}
    return request("/graphql", {"query": SPLIT, "variables": variables}, token_of(customer_id))


class Ranges:
    """Free ranges of the first level, each of another block, that nothing has been ordered for."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = iter(rows)

    @classmethod
    async def of(cls, database: Database, customer_id: int) -> "Ranges":
        return cls(
            await database.rows(
                f"""
                SELECT * FROM number_range WHERE id IN (
                    SELECT MIN(id) FROM number_range
                    WHERE customer_id = {customer_id} AND level = 1 AND state = 'FREE'
                    AND open_digits > 0 AND open_order_id IS NULL GROUP BY root_id
                ) ORDER BY id
                """
            )
        )

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def take(self, count: int) -> list[Any]:
        return [row for row, _ in zip(self._rows, range(count), strict=False)]


async def accepted(
    name: str,
    product: Server,
    yardstick: Server,
    ranges: Ranges,
    seconds: float,
    concurrencies: Sequence[int],
) -> list[Compared]:
    found = []
    for concurrency in concurrencies:
        async with (
            connections(product, concurrency) as ours,
            connections(yardstick, concurrency) as theirs,
        ):
            one = asking(ours, (split_request(row["id"]) for row in ranges), b'"OrderAccepted"')
            other = asking(theirs, (request("/accept", {"id": row["id"]}) for row in ranges))
            sides = await by_turns(
                (product, one), (yardstick, other), seconds, slice_seconds=slice_of(concurrency)
            )
        found.append(Compared(name, "split accepted", concurrency, *sides))
    return found


# Done --------------------------------------------------------------------------------------------


class Finished:
    """Which orders are known to be finished, and who waits for one to be."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self.heard = 0

    def tell(self, order_id: str) -> None:
        self._known.add(order_id)
        if order_id in self._waiting:
            self._waiting.pop(order_id).set_result(None)

    async def wait(self, order_id: str) -> None:
        if order_id not in self._known:
            self._waiting[order_id] = asyncio.get_running_loop().create_future()
            async with asyncio.timeout(SECONDS):
                await self._waiting[order_id]


async def _signed_in(server: Server, customer_id: int, heard: Any) -> WebSocket:
    acknowledged = asyncio.get_running_loop().create_future()

    def hear(text: bytes) -> None:
        if not acknowledged.done():
            acknowledged.set_result(text)
        else:
            heard(text)

    socket = await open_socket(server.url, "/graphql", hear, PROTOCOL)
    authorization = f"Bearer {token_of(customer_id)}"
    socket.send({"type": "connection_init", "payload": {"authorization": authorization}})
    if b"connection_ack" not in await asyncio.wait_for(acknowledged, SECONDS):
        raise Unexpected(acknowledged.result())
    return socket


@asynccontextmanager
async def _told_by_product(server: Server) -> AsyncIterator[Finished]:
    finished = Finished()

    def heard(text: bytes) -> None:
        message = orjson.loads(text)
        order = message["payload"]["data"]["ordersUpdated"]
        if order["status"] in ("SUCCEEDED", "FAILED"):
            assert order["status"] == "SUCCEEDED", order
            finished.tell(order["id"])

    socket = await _signed_in(server, MAIN, heard)
    socket.send({"type": "subscribe", "id": "1", "payload": {"query": UPDATES}})
    await quiet(server)
    try:
        yield finished
    finally:
        socket.close()


@asynccontextmanager
async def _told_by_yardstick(server: Server, url: str) -> AsyncIterator[Finished]:
    """By NOTIFY itself; on SQLite by a bare WebSocket."""
    finished = Finished()
    if url.startswith("sqlite:"):
        socket = await open_socket(
            server.url, "/watch", lambda text: finished.tell(str(orjson.loads(text)["id"]))
        )
        yield finished
        socket.close()
    else:
        listener = await asyncpg.connect(**postgres_arguments(url))
        await listener.add_listener(CHANNEL, lambda _c, _pid, _n, text: finished.tell(text))
        yield finished
        await listener.close()


def _until_done(
    opened: list[Any], requests: Iterator[bytes], finished: Finished, order_id: Any
) -> Slice:
    async def one(connection: Any, end: float) -> list[float]:
        times = []
        while (began := stopwatch()) < end and (asked := next(requests, None)) is not None:
            await finished.wait(str(order_id(orjson.loads(await connection.ask(asked))["data"])))
            times.append(stopwatch() - began)
        return times

    async def work(seconds: float) -> tuple[list[float], float]:
        began = stopwatch()
        found = await asyncio.gather(*(one(c, began + seconds) for c in opened))
        return [time for times in found for time in times], stopwatch() - began

    return work


async def done(
    name: str,
    url: str,
    product: Server,
    yardstick: Server,
    ranges: Ranges,
    seconds: float,
    concurrencies: Sequence[int],
) -> list[Compared]:
    """From the request sent to the event received; the worker is at work."""
    found = []
    async with (
        _told_by_product(product) as ours_finished,
        _told_by_yardstick(yardstick, url) as theirs_finished,
    ):
        for concurrency in concurrencies:
            async with (
                connections(product, concurrency) as ours,
                connections(yardstick, concurrency) as theirs,
            ):
                one = _until_done(
                    ours,
                    (split_request(row["id"]) for row in ranges),
                    ours_finished,
                    lambda data: data["splitRange"]["order"]["id"],
                )
                other = _until_done(
                    theirs,
                    (request("/split", {"id": row["id"]}) for row in ranges),
                    theirs_finished,
                    lambda data: data["id"],
                )
                sides = await by_turns(
                    (product, one), (yardstick, other), seconds, slice_seconds=slice_of(concurrency)
                )
            reach = 5 if concurrency == 1 else None
            found.append(Compared(name, "split done", concurrency, *sides, reach=reach))
    return found


# Told to many ------------------------------------------------------------------------------------


class Counting:
    """Counts messages, and waits for as many as there must be."""

    def __init__(self) -> None:
        self.count = 0
        self._wanted = 0
        self._reached: asyncio.Future[None] | None = None

    def __call__(self, _text: bytes) -> None:
        self.count += 1
        if self._reached is not None and self.count >= self._wanted and not self._reached.done():
            self._reached.set_result(None)

    def more(self, wanted: int) -> "asyncio.Future[None]":
        self._wanted = self.count + wanted
        self._reached = asyncio.get_running_loop().create_future()
        return self._reached


async def told(
    name: str, product: Server, yardstick: Server, database: Database, sockets: int
) -> tuple[Figure, Figure]:
    """Many subscriptions of a small customer over some sockets; no worker is at work, so that each
    is told once, of the order that was accepted."""
    ranges = await Ranges.of(database, SMALL)
    [row, other] = ranges.take(2)
    ours = await _told(
        product,
        sockets,
        lambda heard: _subscribed(product, heard),
        split_request(row["id"], SMALL),
        b'"OrderAccepted"',
    )
    theirs = await _told(
        yardstick,
        sockets,
        lambda heard: open_socket(yardstick.url, f"/watch?watches={WATCHES}", heard),
        request("/accept", {"id": other["id"]}),
        b'"id"',
    )
    count, remark = sockets * WATCHES, f"{sockets} sockets with {WATCHES} subscriptions each"
    each = [side[0] / count / 1024 for side in (ours, theirs)]
    return (
        Figure(name, "memory of an open subscription", each[0], "KiB", each[0] / each[1])
        if each[1] > 0
        else Figure(name, "memory of an open subscription", each[0], "KiB"),
        Figure(
            name,
            f"time until {count} subscriptions are told",
            ours[1] * 1e3,
            "ms",
            ours[1] / theirs[1],
            remark=remark,
        ),
    )


async def _subscribed(server: Server, heard: Counting) -> WebSocket:
    socket = await _signed_in(server, SMALL, heard)
    for number in range(WATCHES):
        socket.send({"type": "subscribe", "id": str(number), "payload": {"query": UPDATES}})
    return socket


async def _told(
    server: Server, count: int, open_one: Any, change: bytes, proof: bytes
) -> tuple[int, float]:
    """How many bytes the server's process has grown by, and the seconds until all are told."""
    counting = Counting()
    before = memory(server.pid)
    sockets = [await open_one(counting) for _ in range(count)]
    await quiet(server)
    grown = memory(server.pid) - before
    connection = await connect(server.url)
    all_told = counting.more(count * WATCHES)
    began = stopwatch()
    answer = await connection.ask(change)
    if proof not in answer:
        raise Unexpected(answer)
    async with asyncio.timeout(SECONDS):
        await all_told
    seconds = stopwatch() - began
    connection.close()
    for socket in sockets:
        socket.close()
    await quiet(server)
    return grown, seconds
