"""The worker: executes orders as they become due, woken by what is announced."""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime, timedelta

from dialtree import clock
from dialtree.database import hub
from dialtree.live import OrderChange, Watcher
from dialtree.orders.claiming import claim_next, next_due_at
from dialtree.orders.execution import execute
from dialtree.orders.reminding import remind_due

SLOWEST_POLL = timedelta(seconds=30)
AFTER_A_FAULT = 1.0

log = logging.getLogger(__name__)


async def run_due(app_url: str, stopping: asyncio.Event | None = None) -> int:
    """Executes everything that is due now, longest due first, or until `stopping`; returns how
    many orders it finished."""
    count = 0
    while not (stopping and stopping.is_set()) and (claim := await claim_next()):
        # Without a status somebody else has taken over this order; others may still wait.
        count += await execute(claim, app_url) is not None
    return count


async def run_worker(app_url: str, stopping: asyncio.Event) -> None:
    """Works until `stopping`; the order under way is finished first."""
    while not stopping.is_set():
        with hub.watch() as watcher:
            while not stopping.is_set():
                try:
                    began = clock.now()
                    await run_due(app_url, stopping)
                    await remind_due(app_url)
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
