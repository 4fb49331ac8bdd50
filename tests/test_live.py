"""What changed, told to whoever watches; on PostgreSQL also by other processes."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialtree.database import NOTIFY_CHANNEL, announce, hearing_other_processes, hub, transaction
from dialtree.live import (
    MAX_IDS,
    AccessChanged,
    Change,
    Hub,
    InventoryChange,
    MailWaiting,
    Once,
    OrderChange,
    Watcher,
    decode,
    encode,
    inventory_change,
)
from tests.conftest import ON_POSTGRES
from tests.subprocesses import at_once

A_WHILE = 20
"""Seconds after which a test has failed because something hangs."""

IDS = st.integers(1, 2**63 - 1)
SOME_IDS = st.sets(IDS, max_size=5)
CHANGES = st.one_of(
    st.builds(OrderChange, IDS, IDS, st.booleans()),
    st.builds(
        inventory_change,
        IDS,
        range_ids=SOME_IDS,
        removed_range_ids=SOME_IDS,
        holder_ids=SOME_IDS,
    ),
    st.builds(InventoryChange, IDS, everything=st.just(True)),
    st.just(MailWaiting()),
    st.builds(AccessChanged, IDS),
)


@given(st.lists(CHANGES))
def test_changes_survive_their_journey(changes: list[Change]) -> None:
    messages = encode(changes)
    assert [change for message in messages for change in decode(message)] == changes
    assert len(messages) == bool(changes), "these fit into one message"


def test_what_does_not_fit_into_one_message_goes_into_several() -> None:
    ids = tuple(range(10**18, 10**18 + MAX_IDS))
    changes = [InventoryChange(7, ids), OrderChange(7, 1), InventoryChange(7, ids), MailWaiting()]
    messages = encode(changes)
    assert [change for message in messages for change in decode(message)] == changes
    assert len(messages) == 2
    assert all(len(message) < 8000 for message in messages)


def test_a_change_of_too_many_ids_says_everything() -> None:
    ids = set(range(1, MAX_IDS + 1))
    assert inventory_change(7, range_ids=ids) == InventoryChange(7, tuple(sorted(ids)))
    for more in ({"range_ids": ids | {0}}, {"range_ids": ids, "holder_ids": {1}}):
        assert inventory_change(7, **more) == InventoryChange(7, everything=True)


# The hub -----------------------------------------------------------------------------------------


def waiting(watcher: Watcher) -> list[Change | None]:
    return [watcher.queue.get_nowait() for _ in range(watcher.queue.qsize())]


def test_every_watcher_hears_what_is_told_while_it_watches() -> None:
    hub = Hub()
    hub.tell(OrderChange(1, 1))
    with hub.watch() as one:
        hub.tell(OrderChange(1, 2))
        with hub.watch() as other:
            hub.tell(OrderChange(1, 3))
        hub.tell(OrderChange(1, 4))
    hub.tell(OrderChange(1, 5))
    assert waiting(one) == [OrderChange(1, n) for n in (2, 3, 4)]
    assert waiting(other) == [OrderChange(1, 3)]


async def test_a_watcher_who_does_not_keep_up_begins_afresh() -> None:
    """It is dropped rather than grow, hears what it has room for, and then reads anew."""
    hub = Hub()
    changes = hub.changes()
    assert await anext(changes) is None
    with hub.watch() as quick:
        room = quick.queue.maxsize
        for n in range(room + 50):
            hub.tell(OrderChange(1, n))
            if n < room:
                quick.queue.get_nowait()
        heard = [await anext(changes) for _ in range(room)]
        assert heard == [OrderChange(1, n) for n in range(1, room)] + [None]
        hub.tell(OrderChange(2, 2))
        assert await anext(changes) == OrderChange(2, 2)
        # Others were not disturbed.
        assert waiting(quick) == [OrderChange(1, n) for n in range(room, room + 50)] + [
            OrderChange(2, 2)
        ]
    await changes.aclose()


@pytest.mark.parametrize("told", [0, 5, 2000])
async def test_everybody_begins_afresh_when_something_may_have_been_missed(told: int) -> None:
    hub = Hub()
    changes = hub.changes()
    assert await anext(changes) is None
    for n in range(told):
        hub.tell(OrderChange(1, n))
    hub.start_afresh()
    hub.tell(OrderChange(9, 9))  # nobody watches at this moment: who reads anew sees its effect
    async with asyncio.timeout(A_WHILE):
        while await anext(changes) is not None:
            pass
        hub.tell(OrderChange(2, 2))
        assert await anext(changes) == OrderChange(2, 2)
    await changes.aclose()


async def test_who_stops_listening_is_forgotten() -> None:
    hub = Hub()
    changes = hub.changes()
    await anext(changes)
    assert len(hub._watchers) == 1
    await changes.aclose()
    assert not hub._watchers


# Other processes ---------------------------------------------------------------------------------

on_postgres = pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has one process")


@pytest.fixture
async def changes(database: str) -> AsyncIterator[AsyncIterator[Change | None]]:
    async with hearing_other_processes(database), asyncio.timeout(A_WHILE):
        changes = hub.changes()
        assert await anext(changes) is None
        yield changes
        await changes.aclose()


async def say(number: int) -> None:
    async def work() -> None:
        announce(OrderChange(number, number))

    await transaction(work)


async def test_what_this_process_announces_is_heard_once(
    changes: AsyncIterator[Change | None],
) -> None:
    for n in (1, 2):
        await say(n)
        assert await anext(changes) == OrderChange(n, n)


@on_postgres
async def test_what_another_process_announces_is_heard(
    changes: AsyncIterator[Change | None], database: str
) -> None:
    program = """
from dialtree.database import announce
from dialtree.live import OrderChange

async def say():
    announce(OrderChange(4, 2, due=True))

async def main():
    async with connected(url):
        await transaction(say)

asyncio.run(main())
"""
    await asyncio.to_thread(at_once, program, database, 1)
    assert await anext(changes) == OrderChange(4, 2, due=True)


@on_postgres
async def test_watchers_begin_afresh_when_the_listening_connection_was_lost(
    changes: AsyncIterator[Change | None], database: str, caplog: pytest.LogCaptureFixture
) -> None:
    other = await asyncpg.connect(database)
    listening = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query = $1"
    [row] = await other.fetch(listening, f'LISTEN "{NOTIFY_CHANNEL}"') or await other.fetch(
        listening, f"LISTEN {NOTIFY_CHANNEL}"
    )
    await other.fetch("SELECT pg_terminate_backend($1)", row["pid"])
    await other.close()
    await say(1)  # into the void, or to the new connection
    while await anext(changes) is not None:
        pass
    await say(2)
    async for change in changes:
        if change == OrderChange(2, 2):
            break


async def test_what_a_change_raises_is_asked_once() -> None:
    once = Once()
    asked: list[str] = []

    async def ask(what: str) -> str:
        asked.append(what)
        await asyncio.sleep(0)
        return f"{what} {len(asked)}"

    change = OrderChange(1, 1)
    same = await asyncio.gather(*(once.ask(change, "a", lambda: ask("a")) for _ in range(3)))
    assert same == ["a 1"] * 3
    assert await once.ask(change, "b", lambda: ask("b")) == "b 2"
    # An equal change is another one: something has happened in between.
    assert await once.ask(OrderChange(1, 1), "a", lambda: ask("a")) == "a 3"
    assert await once.ask(change, "a", lambda: ask("a")) == "a 4"
    assert await once.ask(None, "a", lambda: ask("a")) == "a 5"
    assert await once.ask(None, "a", lambda: ask("a")) == "a 6"


async def test_a_fault_is_not_kept_as_the_answer() -> None:
    once = Once()
    change = OrderChange(1, 1)
    answers = iter([OSError("away"), "there"])

    async def ask() -> str:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    with pytest.raises(OSError, match="away"):
        await once.ask(change, "a", ask)
    assert await once.ask(change, "a", ask) == "there"


async def test_whoever_leaves_takes_nobodys_answer_along() -> None:
    once = Once()
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    change = OrderChange(1, 1)

    async def ask() -> str:
        return await answer

    leaves, stays = (asyncio.create_task(once.ask(change, "a", ask)) for _ in range(2))
    await asyncio.sleep(0)
    leaves.cancel()
    await asyncio.wait([leaves])
    answer.set_result("there")
    assert await stays == "there"
