"""What all commands of `dialtree` need."""

import asyncio
from collections.abc import Awaitable, Callable

from dialtree.database import connected
from dialtree.migrations import migrate
from dialtree.settings import Settings


class Stop(Exception):
    """Ends the command with this line and exit code 1."""


def with_database(work: Callable[[], Awaitable[None]], settings: Settings) -> None:
    """Runs `work` with the database opened and up to date."""

    async def run() -> None:
        async with connected(settings.database):
            await migrate()
            await work()

    asyncio.run(run())
