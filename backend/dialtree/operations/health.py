"""/healthz: the process lives. /readyz: it can do its work; a load balancer asks this one.

Both are open to strangers, so they say no more than names of parts, and ask the database at most
once a second.
"""

import asyncio
import logging

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dialtree import clock
from dialtree.migrations import missing
from dialtree.operations.lifecycle import Lifecycle

log = logging.getLogger(__name__)

DATABASE_SECONDS = 2.0
REMEMBERED_SECONDS = 1.0

_NOT_STORED = {"Cache-Control": "no-store"}


class Health:
    def __init__(self, lifecycle: Lifecycle) -> None:
        self._lifecycle = lifecycle
        self._lock = asyncio.Lock()
        self._database: list[str] = []
        self._asked_at: float | None = None

    def routes(self) -> list[Route]:
        return [Route("/healthz", self._lives), Route("/readyz", self._ready)]

    async def not_ready(self) -> list[str]:
        """The parts that are not ready: stopping, worker, outbox, database, migrations."""
        if self._lifecycle.stopping.is_set():
            return ["stopping"]
        return self._lifecycle.dead() + await self._of_database()

    async def _lives(self, _request: Request) -> Response:
        return JSONResponse({"alive": True}, headers=_NOT_STORED)

    async def _ready(self, _request: Request) -> Response:
        parts = await self.not_ready()
        return JSONResponse(
            {"ready": not parts, "notReady": parts}, 503 if parts else 200, headers=_NOT_STORED
        )

    async def _of_database(self) -> list[str]:
        async with self._lock:
            present = clock.stopwatch()
            if self._asked_at is None or present - self._asked_at >= REMEMBERED_SECONDS:
                self._database = await _ask_database()
                self._asked_at = present
            return self._database


async def _ask_database() -> list[str]:
    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            return ["migrations"] if await missing() else []
    except Exception as error:
        log.warning("the database does not answer: %s", type(error).__name__)
        return ["database"]
