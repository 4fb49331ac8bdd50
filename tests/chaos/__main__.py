"""`python -m tests.chaos`: dialtree under load while everything around it fails.

KILLS: how many processes are killed (default 60). SEED: what happens when (default: another one
each time). The figures also go to .make/chaos.json, the logs to .make/chaos/. Ends with 1 and the
names of what is wrong if an order was lost or done twice, an e-mail is missing, somebody who
watches does not know how it ended, or nothing has happened.
"""

import asyncio
import json
import os
import random
import secrets
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import asyncpg

from dialtree import clock
from dialtree.database import connected
from tests.chaos.checks import Picture, all_wrong, mails_doubled, unseen
from tests.chaos.journal import Journal
from tests.chaos.load import Client, answered
from tests.chaos.post import Post
from tests.chaos.processes import ROOT, Installation
from tests.chaos.storm import Storm, endured
from tests.chaos.subscribers import Watching
from tests.chaos.world import Company, make
from tests.invariants import Rows, read_all

WEBS, WORKERS = 3, 3
CLIENTS = 8
"""Of each company."""
SUBSCRIBERS = 2
"""Of each company, besides those who follow one order."""
FOLLOWED, FOLLOWED_AT_ONCE = 0.3, 10
CLIENT_PAUSE = 0.05
LEAST_SECONDS = 8.0
MANY_KILLS = 100
QUIET_SECONDS = 90.0
SHOWN = 20
"""So many of the things that are wrong are printed; the file has them all."""


def pause_between(kills: int) -> float:
    """Seconds: a few kills have to leave time for everything else that goes wrong."""
    return max(0.9, LEAST_SECONDS / max(kills, 1)) if kills <= MANY_KILLS else 0.3


class Run:
    def __init__(self, kills: int, seed: int, directory: Path) -> None:
        self.journal = Journal()
        self._kills = kills
        self._chance = random.Random(seed)
        self._directory = directory
        self._installation = Installation(directory, self._part("webs"), WEBS, WORKERS)
        self._installation.mail_server = Post(self.journal, self._part("post"))
        self._watching = Watching(
            self.journal, self._installation.some_web, self._part("subscribers")
        )

    def _part(self, name: str) -> random.Random:
        """Chance of its own for each part, so that none depends on how quick the others are."""
        return random.Random(f"{name} {self._chance.getrandbits(64)}")

    async def run(self) -> tuple[Picture, dict[str, list[str]]]:
        installation = self._installation
        supervising = None
        try:
            await installation.open()
            companies, before = await self._prepare()
            await installation.start_all()
            supervising = asyncio.create_task(installation.supervise(self.journal.figures))
            for company in companies:
                for number in range(SUBSCRIBERS):
                    self._watching.start(company, number + 1)
            await self._storm(companies)
            await self._quiet(before)
            picture = await self._picture(before)
            return picture, all_wrong(picture)
        finally:
            if supervising is not None:
                supervising.cancel()
                await asyncio.wait([supervising])
            await self._watching.close()
            await installation.close()

    async def _prepare(self) -> tuple[list[Company], Rows]:
        await self._installation.create_database()
        return await make(self._installation.url)

    async def _storm(self, companies: list[Company]) -> None:
        stopping = asyncio.Event()
        clients = [
            asyncio.create_task(
                Client(
                    company,
                    self.journal,
                    self._installation.some_web,
                    self._part(f"client {company.name} {number}"),
                    self._follow,
                ).run(stopping, CLIENT_PAUSE)
            )
            for company in companies
            for number in range(CLIENTS)
        ]
        storm = Storm(
            self._installation,
            self._part("storm"),
            self.journal,
            self._kills,
            pause_between(self._kills),
        )
        try:
            await endured(storm.run(), clients)
            stopping.set()
            webs = self._installation.webs
            await asyncio.gather(*(self._installation.answers(web) for web in webs))
            await answered(clients, self.journal)
        finally:
            for client in clients:
                client.cancel()
            await asyncio.wait(clients)

    def _follow(self, company: Company, order_id: str) -> None:
        self._watching.follow(company, order_id, FOLLOWED_AT_ONCE, FOLLOWED)

    async def _quiet(self, before: Rows) -> None:
        """Returns when everything due is done, sent and seen, or has had the time for it."""
        connection = await asyncpg.connect(self._installation.url)
        try:
            await connection.add_listener("dialtree", lambda *_: self._watching.news.set())
            until = time.monotonic() + QUIET_SECONDS
            while time.monotonic() < until:
                self._watching.news.clear()
                if not await connection.fetchval(WAITING, clock.now()) and not unseen(
                    await self._orders(connection, before)
                ):
                    return
                try:
                    await asyncio.wait_for(self._watching.news.wait(), 0.5)
                    # Not after every single order.
                    await asyncio.sleep(0.2)
                except TimeoutError:
                    pass
            self.journal.figures["waited in vain for the end"] += 1
        finally:
            await connection.close()

    async def _orders(self, connection: asyncpg.Connection, before: Rows) -> Picture:
        rows = await connection.fetch("SELECT id, customer_id, status FROM order_request")
        return Picture(before, {"order_request": rows}, self.journal, clock.now())

    async def _picture(self, before: Rows) -> Picture:
        async with connected(self._installation.url):
            return Picture(before, await read_all(), self.journal, clock.now())


WAITING = """
SELECT (SELECT count(*) FROM order_request
        WHERE status IN ('QUEUED', 'RUNNING') OR (status = 'PLANNED' AND due_at <= $1))
    + (SELECT count(*) FROM outbox_mail WHERE sent_at IS NULL)
"""


def figures(picture: Picture, wrong: dict[str, list[str]]) -> dict[str, int]:
    journal = picture.journal
    orders = list(picture.orders.values())
    counted = journal.figures
    statuses = Counter(order["status"] for order in orders)
    names = (
        "kills",
        "kills that hit a running transaction",
        *sorted(name for name in counted if name.startswith("kills of")),
        *sorted(name for name in counted if name.startswith(("restarts", "workers"))),
        *sorted(name for name in counted if name.startswith(("answers", "asked"))),
        *sorted(name for name in counted if name.startswith(("cancelOrder", "rescheduleOrder"))),
    )
    return {
        "orders asked for": len(journal.asked),
        "orders accepted": len(journal.accepted()),
        **{f"orders {status}": statuses[status] for status in sorted(statuses)},
        "orders claimed more than once": sum(order["attempt"] > 1 for order in orders),
        **{name: counted[name] for name in names},
        **{
            name: counted[name]
            for name in ("ended by themselves and started again", "waited in vain for the end")
            if counted[name]
        },
        "connections of subscribers": sum(s.connections for s in journal.subscribers),
        "events they were told": sum(s.events for s in journal.subscribers),
        "ends they asked for on coming back": sum(s.caught_up for s in journal.subscribers),
        "orders followed one by one": len(journal.followers),
        "connections of their followers": sum(f.connections for f in journal.followers),
        "mails taken": len(journal.mails),
        "mails refused for the moment": counted["mails refused"],
        "mails taken again (allowed)": mails_doubled(picture),
        "lost": len(wrong["lost"]) + len(wrong["keys"]),
        "doubled": len(wrong["doubled"]) + len(wrong["broken"]),
        "mails missing": len(wrong["mails_missing"]),
        "ends not seen": len(wrong["unseen"]),
        "faulty answers": len(wrong["faults"]),
    }


def setting(name: str, default: Callable[[], int]) -> int:
    return int(os.environ.get(name) or default())


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    kills = setting("KILLS", lambda: 60)
    seed = setting("SEED", lambda: secrets.randbelow(1_000_000))
    say(f"chaos: KILLS={kills} SEED={seed}")
    directory = ROOT / ".make" / "chaos"
    report_file = ROOT / ".make" / "chaos.json"
    report_file.unlink(missing_ok=True)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    with asyncio.Runner() as runner:
        picture, wrong = runner.run(Run(kills, seed, directory).run())
    result = figures(picture, wrong)
    for name, count in result.items():
        say(f"{count:>8} {name}")
    found = {name: problems for name, problems in wrong.items() if problems}
    report = {
        "kills": kills,
        "seed": seed,
        "figures": result,
        "acceptedByMutation": dict(picture.journal.accepted_by_kind),
        "refusals": dict(picture.journal.refusals),
        "wrong": found,
    }
    report_file.write_text(json.dumps(report, indent=2) + "\n")
    for name, problems in found.items():
        say(f"WRONG: {name} ({len(problems)})")
        for problem in problems[:SHOWN]:
            say(f"  {problem}")
    if found:
        say(f"SEED={seed}; logs of all processes: {directory}; all figures: .make/chaos.json")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
