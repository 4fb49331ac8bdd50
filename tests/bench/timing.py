"""Sending requests for a while and taking the time, the two servers by turns."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from itertools import cycle

from dialtree.clock import stopwatch
from tests.bench.client import HttpConnection, Unexpected, connect, cpu_seconds
from tests.bench.figures import Side
from tests.bench.servers import Server

SLICE = 0.1
"""Seconds. The two are measured in short slices by turns: what else the machine does at the time
then meets both."""
CROWDED_SLICE = 0.25
"""With many requests at once, of which the last of a slice run alone."""
WARM_UP = 0.15
CONCURRENCIES = (1, 16)

Slice = Callable[[float], Awaitable[tuple[list[float], float]]]
"""Does the work for so many seconds; the time of each piece, and the time that has passed."""


@asynccontextmanager
async def connections(server: Server, count: int) -> AsyncIterator[list[HttpConnection]]:
    opened = [await connect(server.url) for _ in range(count)]
    try:
        yield opened
    finally:
        for connection in opened:
            connection.close()


def asking(
    opened: list[HttpConnection], requests: Iterable[bytes], proof: bytes = b'{"data":{'
) -> Slice:
    """Sends `requests` over all connections, each as soon as its last answer has come. An answer
    without `proof` is none."""
    waiting = iter(requests)

    async def one(connection: HttpConnection, end: float) -> list[float]:
        times = []
        while (began := stopwatch()) < end and (request := next(waiting, None)) is not None:
            answer = await connection.ask(request)
            times.append(stopwatch() - began)
            if proof not in answer:
                raise Unexpected(answer[:2000])
        return times

    async def work(seconds: float) -> tuple[list[float], float]:
        began = stopwatch()
        found = await asyncio.gather(*(one(c, began + seconds) for c in opened))
        return [time for times in found for time in times], stopwatch() - began

    return work


def over_and_over(requests: list[bytes]) -> Iterator[bytes]:
    return cycle(requests)


async def by_turns(
    one: tuple[Server, Slice],
    other: tuple[Server, Slice],
    seconds: float,
    *,
    slice_seconds: float = SLICE,
) -> tuple[Side, Side]:
    """Both for `seconds` in all, after a warm-up that does not count."""
    rounds = max(2, round(seconds / slice_seconds))
    sides = Side(), Side()
    for _, work in (one, other):
        await work(min(WARM_UP, seconds))
    gc.collect()
    gc.disable()
    try:
        for turn in range(rounds):
            both = list(zip((one, other), sides, strict=True))
            for (server, work), side in reversed(both) if turn % 2 else both:
                cpu = cpu_seconds(server.pid)
                latencies, passed = await work(seconds / rounds)
                side.add(latencies, passed, cpu_seconds(server.pid) - cpu)
    finally:
        gc.enable()
    return sides


def slice_of(concurrency: int) -> float:
    return SLICE if concurrency == 1 else CROWDED_SLICE


async def quiet(server: Server, seconds: float = 0.4) -> None:
    """Returns when the process has hardly computed for that long."""
    before = cpu_seconds(server.pid)
    async with asyncio.timeout(120):
        while True:
            await asyncio.sleep(seconds)
            now = cpu_seconds(server.pid)
            if now - before < seconds / 20:
                return
            before = now
