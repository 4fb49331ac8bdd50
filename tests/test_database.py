"""Transactions: whole or not at all whatever happens to the caller, and one after the other where
they meet."""

import asyncio
import logging
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from dialtree import clock, live
from dialtree.accounts.models import Customer
from dialtree.accounts.principal import Principal
from dialtree.database import (
    ATTEMPTS,
    InvariantBroken,
    announce,
    connected,
    connection,
    hearing_other_processes,
    hub,
    is_passing,
    must_have_changed,
    transaction,
)
from dialtree.live import Watcher
from dialtree.refusals import NotFound, RefusalCode, Refused
from tests.conftest import ON_POSTGRES, People
from tests.subprocesses import at_once

A_WHILE = 20
"""Seconds after which a test has failed because something hangs."""

pytestmark = pytest.mark.usefixtures("database")


async def add(name: str) -> Customer:
    return await Customer.create(name=name, created_at=clock.now())


async def names() -> set[str]:
    return {customer.name for customer in await Customer.all()}


@pytest.fixture
async def heard(database: str) -> AsyncIterator[Watcher]:
    """What is announced, on PostgreSQL by way of the server."""
    async with hearing_other_processes(database):
        with hub.watch() as watcher:
            yield watcher


# Whole or not at all -----------------------------------------------------------------------------


async def test_the_result_of_a_committed_transaction_is_returned() -> None:
    customer = await transaction(lambda: add("ours"))
    assert await Customer.get(id=customer.id) == customer


async def test_an_error_undoes_everything_and_is_raised() -> None:
    async def work() -> None:
        await add("ours")
        raise LookupError

    with pytest.raises(LookupError):
        await transaction(work)
    assert await names() == set()


async def test_a_cancelled_caller_neither_interrupts_nor_leaks() -> None:
    """More of them than the pool has connections; on SQLite one would be enough to block all."""
    for n in range(12):
        inside, go_on = asyncio.Event(), asyncio.Event()

        async def work(
            name: str = f"customer {n}",
            inside: asyncio.Event = inside,
            go_on: asyncio.Event = go_on,
        ) -> None:
            await add(f"{name} a")
            inside.set()
            await go_on.wait()
            await add(f"{name} b")

        async with asyncio.timeout(A_WHILE):
            caller = asyncio.create_task(transaction(work))
            await inside.wait()
            caller.cancel()
            with pytest.raises(asyncio.CancelledError):
                await caller
            go_on.set()
            await transaction(lambda: add("the next"))
    async with asyncio.timeout(A_WHILE):
        while len(await names()) < 12 * 2 + 1:  # on PostgreSQL they run beside each other
            await transaction(Customer.exists)
    assert await names() == {"the next"} | {f"customer {n} {x}" for n in range(12) for x in "ab"}


@pytest.mark.parametrize(
    ("error", "logged"), [(LookupError("where?"), 1), (NotFound(), 0)], ids=["error", "refusal"]
)
async def test_an_error_nobody_waits_for_any_more_is_logged(
    error: Exception, logged: int, caplog: pytest.LogCaptureFixture
) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        inside.set()
        await go_on.wait()
        raise error

    before = asyncio.all_tasks()
    caller = asyncio.create_task(transaction(work))
    await inside.wait()
    [running] = asyncio.all_tasks() - before - {caller}
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    async with asyncio.timeout(A_WHILE):
        await asyncio.wait([running])
        await transaction(lambda: add("later"))
    assert [record.name for record in caplog.records] == ["dialtree.database"] * logged


async def test_closing_waits_for_transactions_under_way(database: str) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        inside.set()
        await go_on.wait()
        await add("at the last moment")

    async with asyncio.timeout(A_WHILE):
        async with connected(database):
            caller = asyncio.create_task(transaction(work))
            await inside.wait()
            caller.cancel()
            asyncio.get_running_loop().call_soon(go_on.set)
        async with connected(database):
            assert await names() == {"at the last moment"}


# Announcements -----------------------------------------------------------------------------------


async def test_what_is_announced_is_told_after_the_commit(heard: Watcher) -> None:
    async def work() -> None:
        await add("ours")
        announce(live.OrderChange(1, 2))
        announce(live.MailWaiting())
        announce(live.OrderChange(1, 2))  # said already
        assert heard.queue.empty()

    async with asyncio.timeout(A_WHILE):
        await transaction(work)
        assert [await heard.queue.get() for _ in range(2)] == [
            live.OrderChange(1, 2),
            live.MailWaiting(),
        ]
        assert await names() == {"ours"}
        await transaction(lambda: _announce(3))
        assert await heard.queue.get() == live.OrderChange(3, 3)


async def _announce(number: int) -> None:
    announce(live.OrderChange(number, number))


async def test_nothing_is_told_of_what_was_rolled_back(heard: Watcher) -> None:
    async def work() -> None:
        await _announce(1)
        raise LookupError

    async with asyncio.timeout(A_WHILE):
        with pytest.raises(LookupError):
            await transaction(work)
        await transaction(lambda: _announce(2))
        assert await heard.queue.get() == live.OrderChange(2, 2)


async def test_an_attempt_that_failed_tells_nothing(heard: Watcher) -> None:
    attempts = 0

    async def work() -> None:
        nonlocal attempts
        attempts += 1
        await _announce(attempts)
        if attempts == 1:
            raise IntegrityError

    async with asyncio.timeout(A_WHILE):
        await transaction(work)
        await transaction(lambda: _announce(3))
        told = [await heard.queue.get() for _ in range(2)]
    assert told == [live.OrderChange(2, 2), live.OrderChange(3, 3)]


async def test_the_largest_named_change_fits_into_a_notification(heard: Watcher) -> None:
    ids = set(range(2**63 - live.MAX_IDS, 2**63))
    change = live.inventory_change(2**63 - 1, removed_range_ids=ids)
    assert not change.everything

    async def work() -> None:
        announce(change)

    async with asyncio.timeout(A_WHILE):
        await transaction(work)
        assert await heard.queue.get() == change


# Side by side ------------------------------------------------------------------------------------


async def test_reads_go_on_while_a_transaction_is_open() -> None:
    await transaction(lambda: add("before"))
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def work() -> set[str]:
        await add("inside")
        inside.set()
        await go_on.wait()
        return await names()

    async with asyncio.timeout(A_WHILE):
        writing = asyncio.create_task(transaction(work))
        await inside.wait()
        assert await names() == {"before"}
        go_on.set()
        assert await writing == {"before", "inside"}
    assert await names() == {"before", "inside"}


async def test_no_update_is_lost_within_a_process(people: People) -> None:
    async with asyncio.timeout(A_WHILE):
        await asyncio.gather(*(transaction(_one_more(people.viewer)) for _ in range(40)))
    [customer] = await people.viewer.of(Customer)
    assert customer.booked_concurrent_calls == 30 + 40


def _one_more(principal: Principal) -> Callable[[], Awaitable[None]]:
    async def work() -> None:
        customer = await principal.of(Customer).select_for_update().get()
        customer.booked_concurrent_calls += 1
        await customer.save()

    return work


async def test_no_update_is_lost_and_no_database_is_locked_among_processes(
    database: str, people: People
) -> None:
    program = """
async def one_more():
    customer = await Customer.select_for_update().order_by("id").first()
    customer.booked_concurrent_calls += 1
    await customer.save()

async def main():
    async with connected(url):
        for _ in range(50):
            await transaction(one_more)

asyncio.run(main())
"""
    count = 4 if ON_POSTGRES else 8  # SQLite has one lock for all of them
    ended = await asyncio.to_thread(at_once, program, database, count)
    assert [process.errors for process in ended] == [""] * count
    [customer] = await people.viewer.of(Customer)
    assert customer.booked_concurrent_calls == 30 + count * 50


# Faults of the moment ----------------------------------------------------------------------------


async def test_a_lost_race_for_a_unique_key_is_run_again() -> None:
    attempts = 0

    async def work() -> str:
        nonlocal attempts
        attempts += 1
        await add(f"attempt {attempts}")
        if attempts < ATTEMPTS:
            raise IntegrityError("somebody was faster")
        return "done"

    assert await transaction(work) == "done"
    assert await names() == {f"attempt {ATTEMPTS}"}


async def test_a_constraint_that_is_broken_every_time_is_an_error() -> None:
    async def work() -> None:
        await Customer.create(id=1, name="ours", created_at=clock.now())
        await Customer.create(id=1, name="again", created_at=clock.now())

    with pytest.raises(IntegrityError):
        await transaction(work)
    assert await names() == set()


async def _break(database: str) -> None:
    """Meets a real fault of the moment inside a transaction."""
    if ON_POSTGRES:
        await connection().execute_query("SELECT pg_terminate_backend(pg_backend_pid())")
    else:
        raise OperationalError(sqlite3.OperationalError("database is locked"))


async def test_a_lost_connection_is_replaced_and_the_work_run_again(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    attempts = 0

    async def work() -> None:
        nonlocal attempts
        attempts += 1
        await add(f"attempt {attempts}")
        if attempts < ATTEMPTS:
            await _break(database)

    async with asyncio.timeout(A_WHILE):
        await transaction(work)
    assert await names() == {f"attempt {ATTEMPTS}"}
    assert "passing fault" in caplog.text


async def test_a_fault_that_does_not_pass_is_a_refusal_to_try_again(database: str) -> None:
    async with asyncio.timeout(A_WHILE):
        with pytest.raises(Refused) as caught:
            await transaction(lambda: _break(database))
        assert caught.value.refusal.code == RefusalCode.TRY_AGAIN
        await transaction(lambda: add("later"))


@pytest.mark.skipif(ON_POSTGRES, reason="SQLite's write lock")
async def test_a_file_that_another_program_keeps_locked_is_a_refusal_to_try_again(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    await connection().execute_query("PRAGMA busy_timeout=5")
    other = sqlite3.connect(database.removeprefix("sqlite://"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with asyncio.timeout(A_WHILE):
        with pytest.raises(Refused) as caught:
            await transaction(lambda: add("too early"))
        assert caught.value.refusal.code == RefusalCode.TRY_AGAIN
        assert await names() == set()
        other.execute("ROLLBACK")
        await transaction(lambda: add("later"))
    other.close()
    assert await names() == {"later"}


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has no row locks")
async def test_of_a_deadlock_both_sides_succeed_in_the_end(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    ours, theirs = people.viewer.customer_id, people.stranger.customer_id
    both_hold_one = asyncio.Barrier(2)

    def add_ten(first: int, second: int) -> Callable[[], Awaitable[None]]:
        attempts = 0

        async def work() -> None:
            nonlocal attempts
            attempts += 1
            for customer_id in (first, second):
                customer = await Customer.select_for_update().get(id=customer_id)
                if attempts == 1 and customer_id == first:
                    await both_hold_one.wait()
                customer.booked_concurrent_calls += 10
                await customer.save()

        return work

    async with asyncio.timeout(A_WHILE):
        await asyncio.gather(transaction(add_ten(ours, theirs)), transaction(add_ten(theirs, ours)))
    both = await Customer.filter(id__in=(ours, theirs))
    assert [customer.booked_concurrent_calls for customer in both] == [50, 50]
    assert "deadlock detected" in caplog.text


async def test_other_errors_are_not_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    attempts = 0

    async def work() -> None:
        nonlocal attempts
        attempts += 1
        await connection().execute_query("SELECT something FROM nowhere")

    with pytest.raises(OperationalError), caplog.at_level(logging.WARNING, "dialtree.database"):
        await transaction(work)
    assert attempts == 1
    assert not caplog.records


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.DeadlockDetectedError("deadlock detected"),
        asyncpg.SerializationError("could not serialize"),
        asyncpg.ConnectionDoesNotExistError("connection was closed"),
        asyncpg.AdminShutdownError("terminating connection"),
        asyncpg.CannotConnectNowError("the database system is starting up"),
        ConnectionRefusedError(111, "Connect call failed"),
        ConnectionResetError(104, "Connection reset by peer"),
        OSError("Multiple exceptions: [Errno 111] …, [Errno 111] …"),  # a name with two addresses
        socket.gaierror(-2, "Name or service not known"),  # its container is being replaced
        TimeoutError(),
        OperationalError(sqlite3.OperationalError("database is locked")),
    ],
    ids=repr,
)
def test_what_passes(error: Exception) -> None:
    assert is_passing(error)
    assert is_passing(OperationalError(error))


@pytest.mark.parametrize(
    "error",
    [
        LookupError(),
        FileNotFoundError(2, "No such file"),
        OperationalError(sqlite3.OperationalError("no such table: nowhere")),
        OperationalError("no such table: nowhere"),
        OperationalError(),
        IntegrityError("UNIQUE constraint failed"),
    ],
    ids=repr,
)
def test_what_does_not_pass(error: Exception) -> None:
    assert not is_passing(error)


def test_the_last_guard_of_a_state_change() -> None:
    must_have_changed(2, 2, "assign")
    with pytest.raises(InvariantBroken, match="assign: 1 rows changed, 2 expected"):
        must_have_changed(1, 2, "assign")


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has no pool")
async def test_a_process_holds_no_more_connections_than_it_may(database: str) -> None:
    async def backend() -> int:
        [row] = await connection().execute_query_dict("SELECT pg_backend_pid() AS pid")
        pid: int = row["pid"]
        return pid

    async with connected(database, 2):
        pids = await asyncio.gather(*(transaction(backend) for _ in range(8)))
    assert 1 <= len(set(pids)) <= 2
