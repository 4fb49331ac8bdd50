"""Orders come first: within a process, what can wait gives way to them."""

import asyncio
import math

from dialtree import clock

QUIET_SECONDS = 0.1
"""Without an order for so long a worker has nothing to do, or not much."""


class Turns:
    """Shared by those who work side by side in one process."""

    def __init__(self) -> None:
        self._last = -math.inf

    def taken(self) -> None:
        """By an order."""
        self._last = clock.stopwatch()

    async def quiet(self, until: float) -> None:
        """Until no order takes a turn, at most until the stopwatch shows `until`."""
        while (now := clock.stopwatch()) < min(self._last + QUIET_SECONDS, until):  # noqa: ASYNC110 - of time itself
            await asyncio.sleep(min(self._last + QUIET_SECONDS, until) - now)
