"""How a process comes to its end: first it is no longer ready, then it takes up nothing new, then
streams end, and what is under way is finished."""

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

log = logging.getLogger(__name__)

STREAMS_SECONDS = 2.0
"""How long streams may take to end before the server ends their connections."""


class Lifecycle:
    def __init__(self) -> None:
        self.stopping = asyncio.Event()
        """Set: the process takes up nothing new and is not ready."""
        self.closing = asyncio.Event()
        """Set: whatever would never end by itself ends now."""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._streams = 0
        self._no_streams = asyncio.Event()
        self._no_streams.set()

    def run(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Starts what works in the background until `stopping`."""
        task = asyncio.create_task(work)
        self._tasks[name] = task
        task.add_done_callback(lambda task: self._ended(name, task))

    def dead(self) -> list[str]:
        """What has ended although it should still be at work."""
        return [name for name, task in self._tasks.items() if task.done()]

    @contextmanager
    def stream(self) -> Iterator[None]:
        """Around a WebSocket or an event stream."""
        self._streams += 1
        self._no_streams.clear()
        try:
            yield
        finally:
            self._streams -= 1
            if not self._streams:
                self._no_streams.set()

    async def close(self) -> None:
        """Ends streams, and returns when they have ended."""
        self.stopping.set()
        self.closing.set()
        try:
            async with asyncio.timeout(STREAMS_SECONDS):
                await self._no_streams.wait()
        except TimeoutError:
            log.warning("%d streams do not end by themselves", self._streams)

    async def finish(self) -> None:
        """Returns when what worked in the background has ended."""
        self.stopping.set()
        if self._tasks:
            await asyncio.wait(self._tasks.values())

    def _ended(self, name: str, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None or not self.stopping.is_set():
            log.critical("the %s has ended", name, exc_info=error)
