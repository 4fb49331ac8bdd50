"""The worker: executes orders as they become due, woken by what is announced."""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime, timedelta

from dialtree import clock
from dialtree.calls.commands import forget_old_calls
from dialtree.database import hub
from dialtree.live import OrderChange, Watcher
from dialtree.operations.metrics import orders_finished
from dialtree.orders.claiming import Claim, claim_next, give_back, next_due_at
from dialtree.orders.execution import execute
from dialtree.orders.models import OrderStatus
from dialtree.orders.reminding import remind_due

SLOWEST_POLL = timedelta(seconds=30)
AFTER_A_FAULT = 1.0
FINISH_SECONDS = 5.0
"""How long a worker that stops waits for the order under way."""
GIVE_BACK_SECONDS = 1.0
"""On SQLite nothing can be given back while the order's own transaction is under way."""

log = logging.getLogger(__name__)


async def run_due(app_url: str, stopping: asyncio.Event | None = None) -> int:
    """Executes everything that is due now, longest due first, or until `stopping`; returns how
    many orders it finished."""
    count = 0
    while not (stopping and stopping.is_set()) and (claim := await claim_next()):
        # Without a status somebody else has taken over this order; others may still wait.
        status = await _execute(claim, app_url, stopping)
        if status is not None:
            orders_finished.labels(status).inc()
            count += 1
    return count


async def _execute(
    claim: Claim, app_url: str, stopping: asyncio.Event | None
) -> OrderStatus | None:
    """An order that does not come to its end when the worker stops is given back."""
    if stopping is None:
        return await execute(claim, app_url)
    executing = asyncio.create_task(execute(claim, app_url))
    stop = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait([executing, stop], return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait([executing], timeout=FINISH_SECONDS)
    finally:
        stop.cancel()
    if executing.done():
        return executing.result()
    # Its transaction goes on by itself, and finds the claim lost; nobody waits for it.
    executing.add_done_callback(lambda task: task.cancelled() or task.exception())
    try:
        async with asyncio.timeout(GIVE_BACK_SECONDS):
            given_back = await give_back(claim)
    except TimeoutError:
        given_back = False
    until = "given back" if given_back else "taken again when its lease ends"
    log.warning("order %d was not finished in time: it is %s", claim.order_id, until)
    return None


async def run_worker(app_url: str, stopping: asyncio.Event) -> None:
    """Works until `stopping`; the order under way is finished first."""
    while not stopping.is_set():
        with hub.watch() as watcher:
            while not stopping.is_set():
                try:
                    began = clock.now()
                    await run_due(app_url, stopping)
                    await remind_due(app_url)
                    await forget_old_calls()
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
