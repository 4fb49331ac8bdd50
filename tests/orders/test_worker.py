"""The worker is woken by what is announced and by the clock, not by polling."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.database import hearing_other_processes, hub
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import Holder
from dialtree.inventory.commands import split_range
from dialtree.live import OrderChange
from dialtree.orders import worker
from dialtree.orders.claiming import AT_ONCE, Claim
from dialtree.orders.models import Order, OrderStatus
from dialtree.orders.worker import SLOWEST_POLL, run_due, run_worker
from dialtree.refusals import Refusal, RefusalCode, Refused
from tests.invariants import check
from tests.stock import APP_URL, at, ids

PATIENCE = SLOWEST_POLL.total_seconds() / 3
"""Seconds after which only polling could still help."""


@pytest.fixture
async def idle(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator["asyncio.Queue[float]"]:
    """A worker at work; gets the length of each pause as it begins."""
    pauses: asyncio.Queue[float] = asyncio.Queue()
    pause = worker._pause

    async def begin_pause(_began: object) -> float:
        seconds = await pause(_began)
        pauses.put_nowait(seconds)
        return seconds

    monkeypatch.setattr(worker, "_pause", begin_pause)
    stopping = asyncio.Event()
    async with hearing_other_processes(database):
        task = asyncio.create_task(run_worker(APP_URL, stopping))
        yield pauses
        stopping.set()
        async with asyncio.timeout(PATIENCE):
            await task


@asynccontextmanager
async def finishing() -> AsyncIterator["asyncio.Future[Order]"]:
    """Becomes the next order that is finished, as soon as that is announced."""

    async def finished() -> Order:
        async for change in hub.changes():
            if change is None:
                watching.set()
            elif isinstance(change, OrderChange):
                order = await Order.get(id=change.order_id)
                if order.finished_at is not None:
                    return order
        raise AssertionError("unreachable")

    watching = asyncio.Event()
    task = asyncio.create_task(finished())
    await watching.wait()
    try:
        async with asyncio.timeout(PATIENCE):
            yield task
            await task
    finally:
        task.cancel()


async def test_o1_an_order_is_executed_when_it_is_announced(
    admin: Principal, idle: "asyncio.Queue[float]"
) -> None:
    for digit in "37":
        async with asyncio.timeout(PATIENCE):
            assert await idle.get() == SLOWEST_POLL.total_seconds()
        while not idle.empty():
            idle.get_nowait()
        async with finishing() as finished:
            order = await split_range(admin, (await at(f"030 23125-{digit}")).id)
        assert (await finished).id == order.id
        assert (await finished).status == OrderStatus.SUCCEEDED
    await check()


async def test_a_planned_order_is_executed_when_its_day_begins(
    admin: Principal, trunk: Holder, idle: "asyncio.Queue[float]"
) -> None:
    day = (datetime(2027, 3, 28, 12, tzinfo=UTC)).date()
    lead = clock.midnight(day) - timedelta(milliseconds=500) - datetime.now(UTC)
    with clock.reading(lambda: datetime.now(UTC) + lead):
        async with finishing() as finished:
            change = NumberChange(trunk.id, await ids("030 23125-1"), execution_date=day)
            planned = await change_numbers(admin, change)
            # A planned order is nothing to wake for; another makes the worker look at the clock.
            await split_range(admin, (await at("030 23125-3")).id)
            assert (await finished).status == OrderStatus.SUCCEEDED
        while (order := await Order.get(id=planned.id)).finished_at is None:
            async with finishing() as finished:
                pass
        assert order.finished_at >= clock.midnight(day)
    await check()


async def test_the_worker_goes_on_after_a_fault(
    admin: Principal,
    idle: "asyncio.Queue[float]",
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with asyncio.timeout(PATIENCE):
        await idle.get()
    failed = asyncio.Event()
    execute = worker.execute

    async def fail_once(*arguments: object) -> OrderStatus | None:
        monkeypatch.setattr(worker, "execute", execute)
        failed.set()
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(worker, "execute", fail_once)
    await split_range(admin, (await at("030 23125-3")).id)
    async with asyncio.timeout(PATIENCE):
        await failed.wait()
    # The order that met the fault waits for its lease; others do not wait for it.
    async with finishing() as finished:
        order = await split_range(admin, (await at("030 23125-4")).id)
    assert (await finished).id == order.id
    assert "the disk is full" in caplog.text


async def test_a_worker_that_is_told_to_stop_finishes_what_is_under_way(
    admin: Principal, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    execute = worker.execute

    async def slow(*arguments: object) -> OrderStatus | None:
        begun.set()
        await go_on.wait()
        return await execute(*arguments)

    monkeypatch.setattr(worker, "execute", slow)
    stopping = asyncio.Event()
    order = await split_range(admin, (await at("030 23125-3")).id)
    task = asyncio.create_task(run_worker(APP_URL, stopping))
    async with asyncio.timeout(PATIENCE):
        await begun.wait()
        stopping.set()
        go_on.set()
        await task
    assert (await Order.get(id=order.id)).status == OrderStatus.SUCCEEDED


async def test_a_lost_claim_does_not_keep_the_others_waiting(
    admin: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = worker.execute

    async def lose_once(*_arguments: object) -> None:
        monkeypatch.setattr(worker, "execute", execute)

    lost = await split_range(admin, (await at("030 23125-3")).id)
    order = await split_range(admin, (await at("030 23125-4")).id)
    monkeypatch.setattr(worker, "execute", lose_once)
    assert await run_due(APP_URL) == 1
    assert (await Order.get(id=order.id)).status == OrderStatus.SUCCEEDED
    assert (await Order.get(id=lost.id)).status == OrderStatus.RUNNING


async def test_a_worker_that_is_told_to_stop_begins_no_other_order(admin: Principal) -> None:
    for number in ("030 23125-1", "030 23125-2"):
        await split_range(admin, (await at(number)).id)
    stopping = asyncio.Event()
    stopping.set()
    assert await run_due(APP_URL, stopping) == 0
    assert await run_due(APP_URL) == 2


# What is claimed together -------------------------------------------------------------------------


async def _three_splits(admin: Principal) -> list[int]:
    numbers = ("030 23125-1", "030 23125-2", "040 66969-3")
    return [(await split_range(admin, (await at(number)).id)).id for number in numbers]


async def _statuses(order_ids: list[int]) -> list[OrderStatus]:
    return [(await Order.get(id=id_)).status for id_ in order_ids]


async def test_a_fault_with_one_order_does_not_keep_those_claimed_with_it(
    admin: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = worker.execute

    async def fail_once(*_arguments: object) -> None:
        monkeypatch.setattr(worker, "execute", execute)
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(worker, "execute", fail_once)
    order_ids = await _three_splits(admin)
    with pytest.raises(RuntimeError, match="the disk is full"):
        await run_due(APP_URL)
    assert await _statuses(order_ids) == ["RUNNING", "QUEUED", "QUEUED"]
    assert await run_due(APP_URL) == 2
    await check()


async def test_an_order_that_takes_long_does_not_hold_up_those_claimed_with_it(
    admin: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker executes them meanwhile, and watchers are told that it is running."""
    monkeypatch.setattr(worker, "LONG_SECONDS", 0.01)
    begun, go_on = asyncio.Event(), asyncio.Event()
    execute = worker.execute

    async def slow(claim: Claim, app_url: str) -> OrderStatus | None:
        if claim.order_id == order_ids[0]:
            begun.set()
            await go_on.wait()
        return await execute(claim, app_url)

    monkeypatch.setattr(worker, "execute", slow)
    told: list[int] = []
    has_told = asyncio.Event()
    tell = worker.tell_running

    async def tell_running(claim: Claim) -> None:
        await tell(claim)
        told.append(claim.order_id)
        has_told.set()

    monkeypatch.setattr(worker, "tell_running", tell_running)
    order_ids = await _three_splits(admin)
    one = asyncio.create_task(run_due(APP_URL))
    async with asyncio.timeout(PATIENCE):
        await begun.wait()
        await has_told.wait()
        while await _statuses(order_ids) != ["RUNNING", "SUCCEEDED", "SUCCEEDED"]:
            await run_due(APP_URL)
        go_on.set()
        assert await one == 1
    assert told[0] == order_ids[0]
    assert await _statuses(order_ids) == ["SUCCEEDED"] * 3
    await check()


async def _cannot_be_given_back(_claim: Claim) -> bool:
    raise Refused(Refusal(RefusalCode.TRY_AGAIN))


async def test_an_order_that_takes_long_is_finished_though_nothing_can_be_given_back(
    admin: Principal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As when the database goes for a moment."""
    monkeypatch.setattr(worker, "LONG_SECONDS", 0.01)
    go_on = asyncio.Event()
    execute = worker.execute

    async def slow(claim: Claim, app_url: str) -> OrderStatus | None:
        await go_on.wait()
        return await execute(claim, app_url)

    async def give_back(claim: Claim) -> bool:
        go_on.set()
        monkeypatch.setattr(worker, "LONG_SECONDS", PATIENCE)
        return await _cannot_be_given_back(claim)

    monkeypatch.setattr(worker, "execute", slow)
    monkeypatch.setattr(worker, "give_back", give_back)
    order_ids = await _three_splits(admin)
    async with asyncio.timeout(PATIENCE):
        assert await run_due(APP_URL) == 2
    # The one in the middle was let go, and waits for the end of its lease.
    assert await _statuses(order_ids) == ["SUCCEEDED", "RUNNING", "SUCCEEDED"]
    assert "could not be given back" in caplog.text
    await check()


async def test_a_worker_stops_though_its_order_cannot_be_given_back(
    admin: Principal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "FINISH_SECONDS", 0.01)
    monkeypatch.setattr(worker, "give_back", _cannot_be_given_back)
    stopping = asyncio.Event()

    async def endless(*_arguments: object) -> None:
        stopping.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(worker, "execute", endless)
    order = await split_range(admin, (await at("030 23125-3")).id)
    async with asyncio.timeout(PATIENCE):
        assert await run_due(APP_URL, stopping) == 0
    assert f"order {order.id} was not finished in time" in caplog.text
    assert "taken again when its lease ends" in caplog.text


async def test_chores_do_not_wait_until_no_order_does_and_do_not_hold_up_orders(
    admin: Principal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """They are done between two claims; when they fail, it is not at once tried again."""
    monkeypatch.setattr(worker, "AFTER_A_FAULT", 0.01)
    waiting: list[int] = []

    async def remind(_app_url: str) -> int:
        waiting.append(await Order.filter(status=OrderStatus.QUEUED).count())
        raise RuntimeError("no reminder can be written")

    idle = asyncio.Event()
    pause = worker._pause

    async def begin_pause(began: datetime) -> float:
        idle.set()
        return await pause(began)

    monkeypatch.setattr(worker, "remind_due", remind)
    monkeypatch.setattr(worker, "_pause", begin_pause)
    for digit in range(2 * AT_ONCE + 1):
        await split_range(admin, (await at(f"030 23125-{digit}")).id)
    stopping = asyncio.Event()
    task = asyncio.create_task(run_worker(APP_URL, stopping))
    async with asyncio.timeout(PATIENCE):
        await idle.wait()
        stopping.set()
        await task
    assert waiting == [AT_ONCE + 1]
    assert "no reminder can be written" in caplog.text
    assert {order.status for order in await Order.all()} == {OrderStatus.SUCCEEDED}


async def test_a_worker_that_is_told_to_stop_gives_back_what_it_has_not_begun(
    admin: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = asyncio.Event()
    execute = worker.execute

    async def stop_then(*arguments: object) -> OrderStatus | None:
        stopping.set()
        return await execute(*arguments)

    monkeypatch.setattr(worker, "execute", stop_then)
    order_ids = await _three_splits(admin)
    assert await run_due(APP_URL, stopping) == 1
    assert await _statuses(order_ids) == ["SUCCEEDED", "QUEUED", "QUEUED"]
    assert await run_due(APP_URL) == 2
    await check()
