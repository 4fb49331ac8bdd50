"""What all commands of `dialtree` need."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from dialtree.database import POOL_SIZE, UNREACHABLE, connected
from dialtree.migrations import migrate
from dialtree.settings import Settings


class Stop(Exception):
    """Ends the command with this line and exit code 1."""


@asynccontextmanager
async def database_up_to_date(
    settings: Settings, pool_size: int = POOL_SIZE
) -> AsyncIterator[list[str]]:
    """The database, opened for the whole process; gives the names of the migrations that were
    applied. Raises Stop when it cannot be reached."""
    async with connected(settings.database, pool_size):
        try:
            applied = await migrate()
        except UNREACHABLE as error:
            raise Stop(f"no connection to the database: {error or type(error).__name__}") from error
        yield applied


def with_database(work: Callable[[], Awaitable[None]], settings: Settings) -> None:
    """Runs `work` with the database opened and up to date."""

    async def run() -> None:
        async with database_up_to_date(settings):
            await work()

    asyncio.run(run())
