"""Everything that goes wrong: processes killed, cut off and frozen, the database and the mail
server stopped. All of it at moments that `chance` chooses."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from tests.chaos.forking import LEASE_SECONDS
from tests.chaos.journal import Journal
from tests.chaos.processes import Installation, Process

SHARE_OF_WORKERS = 0.6
"""How many of those killed are workers; the others are web processes."""
PATIENCE_SECONDS = 1.0
"""How long workers have to execute an order, and web processes to accept one, before the next of
them is killed all the same."""
LOOKING_SECONDS = 1.0
"""How long a harassed worker is watched for a moment in which it has a transaction open."""

IN_TRANSACTION = """
SELECT count(*) FROM pg_stat_activity
WHERE usename = $1 AND xact_start IS NOT NULL
AND state IN ('active', 'idle in transaction', 'idle in transaction (aborted)')
"""


async def endured(storm: Coroutine[Any, Any, None], clients: Sequence[asyncio.Task[None]]) -> None:
    """Returns when `storm` is over. A client that breaks down ends it: raises what broke it."""
    raging = asyncio.create_task(storm)
    try:
        await asyncio.wait([raging, *clients], return_when=asyncio.FIRST_COMPLETED)
    finally:
        raging.cancel()
        await asyncio.wait([raging])
    for client in clients:
        if client.done():
            client.result()
    raging.result()


class Storm:
    """Counts what it has done in `figures`."""

    def __init__(
        self,
        installation: Installation,
        chance: random.Random,
        journal: Journal,
        kills: int,
        pause: float,
    ) -> None:
        self._installation = installation
        self._chance = chance
        self._figures = journal.figures
        self._journal = journal
        self._kills = kills
        self._pause = pause
        self._seen = {True: 0, False: 0}
        """What workers, and what web processes had done when one of them was killed last."""
        self._spared: set[str] = set()
        """Processes to which something else happens at the moment."""
        self._database = asyncio.Lock()
        """Held while PostgreSQL is down."""
        self._observer: asyncpg.Connection | None = None

    async def run(self) -> None:
        """Returns when all kills are done, and everything is as it was."""
        killing = asyncio.create_task(self.kill_all())
        over = asyncio.Event()
        killing.add_done_callback(lambda _task: over.set())
        await asyncio.gather(
            killing,
            self._now_and_then(over, 15, self._restart_postgres),
            self._now_and_then(over, 4, self._stop_mail_server),
            self._now_and_then(over, 6, self._cut_off_or_freeze),
        )
        if self._observer is not None:
            self._observer.terminate()

    async def _now_and_then(
        self, over: asyncio.Event, seconds: float, do: Callable[[], Awaitable[None]]
    ) -> None:
        """Once in any case, near the beginning."""
        await self._passing(over, seconds * self._chance.uniform(0.1, 0.6))
        while True:
            await do()
            if await self._passing(over, seconds * self._chance.uniform(0.5, 1.5)):
                return

    @staticmethod
    async def _passing(over: asyncio.Event, seconds: float) -> bool:
        """Whether it is over before so many seconds have passed."""
        try:
            await asyncio.wait_for(over.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def kill_all(self) -> None:
        while self._figures["kills"] < self._kills:
            await asyncio.sleep(self._pause * self._chance.uniform(0.2, 1.8))
            of_workers = self._chance.random() < SHARE_OF_WORKERS
            await self._something_done(of_workers)
            among = self._installation.workers if of_workers else self._installation.webs
            spared = [process for process in among if process.name not in self._spared]
            await self._kill(self._chance.choice(spared))

    async def _something_done(self, of_workers: bool) -> None:
        """Lets whoever is to be killed do something before, if it can: where processes are killed
        more quickly than they start nothing happens at all."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_SECONDS
        while self._done(of_workers) == self._seen[of_workers]:
            if loop.time() > until:
                break
            await asyncio.sleep(0.01)
        self._seen[of_workers] = self._done(of_workers)

    def _done(self, of_workers: bool) -> int:
        journal = self._journal
        return len(journal.executed) if of_workers else journal.accepted_by_kind.total()

    async def _kill(self, process: Process) -> None:
        async with process.changing:
            if not process.is_running():
                return
            # Frozen first, so that what is asked next still holds when it is killed.
            process.signal(signal.SIGSTOP)
            hit = await self._open_transactions(process) > 0
            process.signal(signal.SIGKILL)
            await self._installation.start(process)
        kind = "web processes" if process.is_web else "workers"
        self._figures["kills"] += 1
        self._figures[f"kills of {kind}"] += 1
        if hit:
            self._figures["kills that hit a running transaction"] += 1
            self._figures[f"kills of {kind} that hit a running transaction"] += 1

    async def _open_transactions(self, process: Process) -> int:
        """How many the database has open for the process; 0 while the database is down."""
        if self._database.locked():
            return 0
        try:
            if self._observer is None or self._observer.is_closed():
                self._observer = await asyncpg.connect(self._installation.url, timeout=2)
            found: int = await self._observer.fetchval(IN_TRANSACTION, process.user, timeout=2)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            self._observer = None
            return 0
        return found

    async def _restart_postgres(self) -> None:
        cluster = self._installation.cluster
        name, stop = self._chance.choice(
            [
                ("fast", cluster.stop),
                ("immediate", lambda: cluster.stop("immediate")),
                ("kill -9", cluster.kill),
            ]
        )
        away = asyncio.create_task(self._away(stop))
        try:
            await asyncio.shield(away)
        finally:
            # Whoever closes PostgreSQL must not meet a thread that starts it.
            await asyncio.wait([away])
        self._figures["restarts of PostgreSQL"] += 1
        self._figures[f"restarts of PostgreSQL ({name})"] += 1

    async def _away(self, stop: Callable[[], None]) -> None:
        async with self._database:
            await asyncio.to_thread(stop)
            await asyncio.sleep(self._chance.uniform(0.1, 1.5))
            await asyncio.to_thread(self._installation.cluster.start)

    async def _stop_mail_server(self) -> None:
        await self._installation.mail_server.stop()
        await asyncio.sleep(self._chance.uniform(0.2, 2))
        await self._installation.mail_server.start()
        self._figures["restarts of the mail server"] += 1

    async def _cut_off_or_freeze(self) -> None:
        """One worker, for longer than a lease lasts; if possible in the middle of its work."""
        async with self._harassed() as worker:
            busy = await self._until_busy(worker)
            what = self._chance.choice((self._cut_off, self._freeze))
            name = await what(worker, LEASE_SECONDS + self._chance.uniform(0.5, 2))
            self._figures[name] += 1
            self._figures[f"{name} in a running transaction"] += busy

    @asynccontextmanager
    async def _harassed(self) -> AsyncIterator[Process]:
        """Some worker, which is not killed meanwhile."""
        worker = self._chance.choice(self._installation.workers)
        self._spared.add(worker.name)
        try:
            yield worker
        finally:
            self._spared.discard(worker.name)

    async def _until_busy(self, worker: Process) -> bool:
        loop = asyncio.get_running_loop()
        until = loop.time() + LOOKING_SECONDS
        while loop.time() < until:
            if await self._open_transactions(worker):
                return True
            await asyncio.sleep(0.002)
        return False

    async def _cut_off(self, worker: Process, seconds: float) -> str:
        assert worker.proxy is not None
        worker.proxy.cut()
        await asyncio.sleep(seconds)
        if self._chance.random() < 0.5:
            worker.proxy.heal()
            return "workers cut off, what was held back came late"
        worker.proxy.drop()
        return "workers cut off, what was held back was lost"

    async def _freeze(self, worker: Process, seconds: float) -> str:
        worker.signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        worker.signal(signal.SIGCONT)
        return "workers frozen"
