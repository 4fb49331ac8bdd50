"""The storm ends when somebody breaks down, and lets those whom it hits do something before."""

import asyncio
import random
from types import SimpleNamespace
from typing import Any

import pytest

from tests.chaos import storm
from tests.chaos.__main__ import pause_between
from tests.chaos.journal import Journal
from tests.chaos.load import Unanswered
from tests.chaos.storm import Storm, endured


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def _break_down() -> None:
    raise Unanswered("a client")


async def test_a_client_that_breaks_down_ends_the_storm_and_is_told_of() -> None:
    well = asyncio.create_task(_for_ever())
    broken = asyncio.create_task(_break_down())
    with pytest.raises(Unanswered, match="a client"):
        await endured(_for_ever(), [well, broken])
    assert not well.done()
    well.cancel()


async def test_a_storm_that_breaks_down_is_told_of_too() -> None:
    well = asyncio.create_task(_for_ever())
    with pytest.raises(Unanswered):
        await endured(_break_down(), [well])
    well.cancel()


class Killing(Storm):
    """Kills nobody, and notes whom it would have after how many orders. If it `goes_on`, the next
    order comes a moment later."""

    def __init__(self, kills: int) -> None:
        installation: Any = Installed()
        super().__init__(installation, random.Random(1), Journal(), kills, 0)
        self.killed_at: list[tuple[str, int]] = []
        self.goes_on = False

    async def _kill(self, process: Any) -> None:
        self.killed_at.append((process.name, self._done(process.name == "worker")))
        self._figures["kills"] += 1
        if self.goes_on:
            asyncio.get_running_loop().call_later(0.001, self.order)

    def order(self) -> None:
        self._journal.executed.add(len(self._journal.executed))
        self._journal.accepted_by_kind["splitRange"] += 1


class Installed:
    workers = (SimpleNamespace(name="worker"),)
    webs = (SimpleNamespace(name="web"),)


async def test_whoever_is_killed_has_done_something_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storm, "PATIENCE_SECONDS", 60)
    killing = Killing(kills=10)
    killing.goes_on = True
    killing.order()
    async with asyncio.timeout(10):
        await killing.kill_all()
    assert len(set(killing.killed_at)) == len(killing.killed_at) == 10


async def test_whoever_does_nothing_is_killed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storm, "PATIENCE_SECONDS", 0)
    killing = Killing(kills=3)
    async with asyncio.timeout(10):
        await killing.kill_all()
    assert [done for _, done in killing.killed_at] == [0] * 3


def test_a_run_without_kills_is_one() -> None:
    assert pause_between(0) > 0
