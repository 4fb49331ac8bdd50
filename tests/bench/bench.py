"""Measuring on one database after the other."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from tests.bench import draining, servers, writes
from tests.bench.client import connect, memory
from tests.bench.figures import Compared, Figure, Results, Side
from tests.bench.operations import Read, reads
from tests.bench.places import MAIN
from tests.bench.servers import ROOT, Database, Server
from tests.bench.timing import (
    CONCURRENCIES,
    asking,
    by_turns,
    connections,
    over_and_over,
    quiet,
    slice_of,
)
from tests.bench.writes import Ranges

READS = ("prefix", "nested", "contains", "site", "both", "children", "lookup", "orders", "holder")
PARTS = (*READS, "growth", "accepted", "told", "done", "drained", "in_process")
SMALL_SIZE = 10_000
GROWTH = 1.5
WEB_MEMORY = 120
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Options:
    rows: int
    seconds: float
    orders: int
    only: tuple[str, ...] = ()
    """Of PARTS, which to measure; empty: all."""
    concurrencies: tuple[int, ...] = CONCURRENCIES
    workers: int = 2
    """How many drain orders together, on PostgreSQL."""
    sockets: int = writes.SOCKETS
    """With the subscriptions that are told."""

    def wants(self, part: str) -> bool:
        assert part in PARTS, part
        return not self.only or part in self.only


@dataclass
class Bench:
    """Measures on one database after the other."""

    options: Options
    results: Results
    _running: list[Server] = field(default_factory=list)

    async def on(self, name: str, big: str, small: str, directory: Path) -> None:
        """`big`, `small`: URLs of two empty databases."""
        await self._load(name, big, self.options.rows)
        if self.options.wants("growth"):
            await self._load(name, small, SMALL_SIZE)
        try:
            await self._measure(name, big, small, directory)
        except BaseException:
            log = directory / "log"
            if log.exists():
                _say(log.read_text()[-3000:])
            raise
        finally:
            for server in self._running:
                server.stop()
            self._running.clear()

    async def _load(self, name: str, url: str, ranges: int) -> None:
        loaded = await _program(
            "tests.bench.dataset", "--ranges", str(ranges), "--database", url, "--json"
        )
        self._figure(
            Figure(
                name,
                f"loading {loaded['ranges']:,} ranges, {loaded['rows']:,} rows",
                loaded["seconds"],
                "s",
                loaded["ratio"],
                remark=f"{loaded['rows'] / loaded['seconds']:,.0f} rows a second with all keys; "
                "the ratio is to rows of a bare table",
            )
        )

    async def _measure(self, name: str, big: str, small: str, directory: Path) -> None:
        async with asyncio.TaskGroup() as starting:
            ours = starting.create_task(self._start(servers.product(big, directory)))
            theirs = starting.create_task(self._start(servers.yardstick(big, directory)))
        product, yardstick = ours.result(), theirs.result()
        async with servers.opened(big) as database:
            asked = await reads(database.rows)
            await self._reads(name, product, yardstick, asked)
            if self.options.wants("growth"):
                await self._growth(name, product, asked, small, directory)
            await self._writes(name, big, product, yardstick, database, directory)
        if self.options.wants("in_process"):
            await self._in_process(name, big)

    # Reads ---------------------------------------------------------------------------------------

    async def _reads(
        self, name: str, product: Server, yardstick: Server, asked: list[Read]
    ) -> None:
        for read in asked:
            if not self.options.wants(read.handler):
                continue
            await _agree(read, product, yardstick)
            for concurrency in self.options.concurrencies:
                async with (
                    connections(product, concurrency) as ours,
                    connections(yardstick, concurrency) as theirs,
                ):
                    sides = await by_turns(
                        (product, asking(ours, over_and_over(read.of_product()))),
                        (yardstick, asking(theirs, over_and_over(read.of_yardstick()))),
                        self.options.seconds,
                        slice_seconds=slice_of(concurrency),
                    )
                reach = read.reach if concurrency == 1 else None
                self._compared(Compared(name, read.name, concurrency, *sides, reach=reach))
        await self._against_prefix(name, product, asked)

    async def _against_prefix(self, name: str, product: Server, asked: list[Read]) -> None:
        """Contains and site may take five times as long as the search by prefix."""
        by_handler = {read.handler: read for read in asked}
        prefix = by_handler["prefix"].of_product()
        for read in (by_handler["contains"], by_handler["site"]):
            if not (self.options.wants("prefix") and self.options.wants(read.handler)):
                continue
            async with connections(product, 1) as opened:
                sides = await by_turns(
                    (product, asking(opened, over_and_over(read.of_product()))),
                    (product, asking(opened, over_and_over(prefix))),
                    self.options.seconds,
                )
            self._figure(_times(name, f"{read.name}, against the search by prefix", sides, 5))

    async def _growth(
        self, name: str, big: Server, asked: list[Read], small_url: str, directory: Path
    ) -> None:
        async with servers.opened(small_url) as database:
            asked_small = await reads(database.rows)
        small = await self._start(servers.product(small_url, directory))
        for read, same in zip(asked, asked_small, strict=True):
            if not read.grows:
                continue
            async with connections(big, 1) as one, connections(small, 1) as other:
                sides = await by_turns(
                    (big, asking(one, over_and_over(read.of_product()))),
                    (small, asking(other, over_and_over(same.of_product()))),
                    self.options.seconds,
                )
            row = f"{read.name}: {self.options.rows:,} ranges against {SMALL_SIZE:,}"
            self._figure(_times(name, row, sides, GROWTH))
        self._stop(small)

    # Writes --------------------------------------------------------------------------------------

    async def _writes(
        self,
        name: str,
        url: str,
        product: Server,
        yardstick: Server,
        database: Database,
        directory: Path,
    ) -> None:
        options = self.options
        ranges = await Ranges.of(database, MAIN)
        if options.wants("accepted"):
            for row in await writes.accepted(
                name, product, yardstick, ranges, options.seconds, options.concurrencies
            ):
                self._compared(row)
        if options.wants("told"):
            for figure in await writes.told(name, product, yardstick, database, options.sockets):
                self._figure(figure)
        if not (options.wants("done") or options.wants("drained")):
            return
        self._memory(name, "web process, before orders were executed", product)
        if url.startswith("sqlite:"):
            self._stop(product)
            product = await self._start(servers.product(url, directory, worker=True))
            workers = [product]
        else:
            workers = [self._run(servers.worker(url, directory))]
        await draining.emptied(database)
        await quiet(product)
        if options.wants("done"):
            for row in await writes.done(
                name, url, product, yardstick, ranges, options.seconds, options.concurrencies
            ):
                self._compared(row)
        if options.wants("drained"):
            await self._drained(name, url, product, workers, database, ranges, directory)
        self._memory(name, "web process at the end", product, reach=WEB_MEMORY)
        if workers[0] is not product:
            self._memory(name, "worker at the end", workers[0])
        self._memory(name, "yardstick at the end", yardstick)

    async def _drained(
        self,
        name: str,
        url: str,
        product: Server,
        workers: list[Server],
        database: Database,
        ranges: Ranges,
        directory: Path,
    ) -> None:
        one = await draining.drained(database, product, workers, ranges, self.options.orders)
        self._figure(
            Figure(
                name,
                "orders by one worker",
                one.rate,
                "per second",
                reach=200,
                at_least=True,
                remark=f"CPU {one.cpu * 1e3:.1f} ms for each",
            )
        )
        if workers[0] is product or self.options.workers < 2:
            return
        workers.append(self._run(servers.worker(url, directory)))
        await asyncio.sleep(1)
        await quiet(workers[1])
        two = await draining.drained(database, product, workers, ranges, self.options.orders)
        self._figure(
            Figure(
                name,
                "orders by two workers",
                two.rate,
                "per second",
                two.rate / one.rate,
                reach=1.7,
                at_least=True,
                of_ratio=True,
                remark=f"the ratio is to one worker; CPU {two.cpu * 1e3:.1f} ms for each",
            )
        )

    async def _in_process(self, name: str, url: str) -> None:
        found = await _program("tests.bench.lookup", url)
        self._figure(
            Figure(
                name,
                "lookup in the process, without the driver",
                found["own_us"],
                "µs",
                found["lookup_us"] / found["driver_us"],
                reach=100,
                remark=f"the ratio is of all {found['lookup_us']:.0f} µs to a bare fetch by the "
                "driver",
            )
        )

    # What was found ------------------------------------------------------------------------------

    def _memory(self, name: str, what: str, server: Server, reach: float | None = None) -> None:
        self._figure(
            Figure(name, f"memory, {what}", memory(server.pid) / MEBIBYTE, "MiB", reach=reach)
        )

    def _compared(self, row: Compared) -> None:
        self.results.compared.append(row)
        _say(f"{row.database}: {row.row} at {row.concurrency}: {row.ratio:.1f}")

    def _figure(self, figure: Figure) -> None:
        self.results.figures.append(figure)
        _say(f"{figure.database}: {figure.row}: {figure.value:.4g} {figure.unit}")

    async def _start(self, starting: Awaitable[Server]) -> Server:
        return self._run(await starting)

    def _run(self, server: Server) -> Server:
        self._running.append(server)
        return server

    def _stop(self, server: Server) -> None:
        self._running.remove(server)
        server.stop()


def _times(name: str, row: str, sides: tuple[Side, Side], reach: float) -> Figure:
    """How many times as long the one takes as the other."""
    one, other = sides
    remark = f"CPU {one.cpu_each / other.cpu_each:.2f} times" if other.cpu else ""
    return Figure(name, row, one.p50 / other.p50, "times", reach=reach, remark=remark)


async def _agree(read: Read, product: Server, yardstick: Server) -> None:
    """Nothing is measured that is not the same work."""
    ours, theirs = await connect(product.url), await connect(yardstick.url)
    for one, other in zip(read.of_product(), read.of_yardstick(), strict=True):
        answer = orjson.loads(await ours.ask(one))
        if answer != orjson.loads(await theirs.ask(other)):
            raise AssertionError(f"{read.name}: the answers differ")
    ours.close()
    theirs.close()


async def _program(module: str, *arguments: str) -> dict[str, Any]:
    """What another process prints as JSON: the ORM knows one kind of database in each."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", module, *arguments),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'backend'}:{ROOT}"},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"{module} ended with {process.returncode}")
    found: dict[str, Any] = json.loads(output)
    return found


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
