"""The worker: executes orders as they become due, woken by what is announced."""

import asyncio
import logging
import math
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from dialtree import clock
from dialtree.calls.commands import forget_old_calls
from dialtree.database import hub
from dialtree.live import OrderChange, Watcher
from dialtree.operations.metrics import orders_finished
from dialtree.orders.claiming import Claim, claim_due, give_back, next_due_at, tell_running
from dialtree.orders.execution import execute
from dialtree.orders.models import OrderStatus
from dialtree.orders.reminding import remind_due
from dialtree.turns import Turns

SLOWEST_POLL = timedelta(seconds=30)
AFTER_A_FAULT = 1.0
FINISH_SECONDS = 5.0
"""How long a worker that stops waits for the order under way."""
LONG_SECONDS = 0.5
"""Of an order that takes longer watchers are told that it is running, and what was claimed together
with it is given back, for others to take."""
CHORES_SECONDS = 20.0
"""How often, at most, a worker looks for reminders and old calls, however many orders wait."""
GIVE_BACK_SECONDS = 1.0
"""On SQLite nothing can be given back while the order's own transaction is under way."""

log = logging.getLogger(__name__)


async def run_due(
    app_url: str,
    stopping: asyncio.Event | None = None,
    turns: Turns | None = None,
    between: Callable[[], Awaitable[None]] | None = None,
) -> int:
    """Executes everything that is due now, longest due first, or until `stopping`; returns how
    many orders it finished. `between` is called after those of each claim."""
    stop = asyncio.create_task((stopping or asyncio.Event()).wait())
    count = 0
    try:
        while not (stopping and stopping.is_set()) and (claims := await claim_due()):
            count += await _work_off(claims, app_url, stop, turns or Turns())
            if between is not None and not stop.done():
                await between()
    finally:
        stop.cancel()
    return count


async def _work_off(
    claims: Sequence[Claim], app_url: str, stop: asyncio.Task[bool], turns: Turns
) -> int:
    """Executes one after the other; returns how many it finished. What it does not come to, because
    it stops, meets a fault or is kept by one of them, is given back for other workers."""
    left = deque(claims)
    count = 0
    try:
        while left and not stop.done():
            turns.taken()
            claim = left.popleft()
            executing = asyncio.create_task(execute(claim, app_url))
            await _first_of(executing, stop, LONG_SECONDS)
            if not executing.done() or executing.exception() is not None:
                await _tell_running(claim)
                await _give_back(left)
                await _first_of(executing, stop)
            # Without a status somebody else has taken over this order; others may still wait.
            status = await _end_of(executing, claim)
            if status is not None:
                orders_finished.labels(status).inc()
                count += 1
    finally:
        turns.taken()
        await _give_back(left)
    return count


async def _first_of(
    executing: asyncio.Task[OrderStatus | None],
    stop: asyncio.Task[bool],
    seconds: float | None = None,
) -> None:
    await asyncio.wait([executing, stop], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)


async def _end_of(executing: asyncio.Task[OrderStatus | None], claim: Claim) -> OrderStatus | None:
    """The status of an order that has been executed. One that does not come to its end when the
    worker stops is given back."""
    if not executing.done():
        await asyncio.wait([executing], timeout=FINISH_SECONDS)
    if executing.done():
        return executing.result()
    # Its transaction goes on by itself, and finds the claim lost; nobody waits for it.
    executing.add_done_callback(lambda task: task.cancelled() or task.exception())
    try:
        async with asyncio.timeout(GIVE_BACK_SECONDS):
            given_back = await give_back(claim)
    except Exception:  # what is not given back is not lost either
        given_back = False
    until = "given back" if given_back else "taken again when its lease ends"
    log.warning("order %d was not finished in time: it is %s", claim.order_id, until)
    return None


async def _tell_running(claim: Claim) -> None:
    with suppress(Exception):  # nothing depends on it
        async with asyncio.timeout(GIVE_BACK_SECONDS):
            await tell_running(claim)


async def _give_back(claims: deque[Claim]) -> None:
    """Orders that were claimed and not begun. One that cannot be given back, be it because the
    database has gone, is taken again when its lease ends: the order under way goes before it."""
    try:
        async with asyncio.timeout(GIVE_BACK_SECONDS):
            while claims:
                await give_back(claims.popleft())
    except TimeoutError:
        pass
    except Exception as error:
        log.warning("orders that were not begun could not be given back: %r", error)


class _Chores:
    """What is to be done now and then, and must neither wait until no order does nor hold up orders
    when it fails."""

    def __init__(self, app_url: str) -> None:
        self._app_url = app_url
        self._begun = -math.inf

    async def do_if_due(self) -> None:
        if clock.stopwatch() - self._begun < CHORES_SECONDS:
            return
        self._begun = clock.stopwatch()
        await remind_due(self._app_url)
        await forget_old_calls()


async def run_worker(app_url: str, stopping: asyncio.Event, turns: Turns | None = None) -> None:
    """Works until `stopping`; the order under way is finished first."""
    chores = _Chores(app_url)
    while not stopping.is_set():
        with hub.watch() as watcher:
            while not stopping.is_set():
                try:
                    began = clock.now()
                    await run_due(app_url, stopping, turns, chores.do_if_due)
                    await chores.do_if_due()
                    pause = await _pause(began)
                except Exception:
                    log.exception("the worker met a fault and goes on")
                    pause = AFTER_A_FAULT
                if not await _wait(watcher, stopping, pause):
                    break


async def _pause(began: datetime) -> float:
    due_at = await next_due_at(began)
    if due_at is None:
        return SLOWEST_POLL.total_seconds()
    return max(0.05, min(due_at - clock.now(), SLOWEST_POLL).total_seconds())


async def _wait(watcher: Watcher, stopping: asyncio.Event, pause: float) -> bool:
    """Until an order is due, the pause is over or the worker stops; False: watch afresh."""

    async def hear() -> bool:
        async for change in watcher:
            if isinstance(change, OrderChange) and change.due:
                return True
        return False

    tasks = [asyncio.create_task(hear()), asyncio.create_task(stopping.wait())]
    done, waiting = await asyncio.wait(tasks, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    return tasks[0].result() if tasks[0] in done else True
