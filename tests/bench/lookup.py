"""What `lookup` costs in the process itself, beside what the driver costs.

    python -m tests.bench.lookup URL

The time that the thread of the event loop computes for one `inventory.queries.lookup`, less the
same for one bare question to the driver; the database is another process (PostgreSQL) or another
thread (SQLite) and counts for neither. Prints microseconds as JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiosqlite
import asyncpg

from dialtree.accounts.models import User
from dialtree.accounts.principal import Principal
from dialtree.database import connected, postgres_arguments
from dialtree.inventory.models import NumberRange, RangeState
from dialtree.inventory.queries import lookup
from tests.bench.places import MAIN

TIMES = 2000
ROUNDS = 5


async def _computed(work: Callable[[str], Awaitable[object]], numbers: list[str]) -> float:
    """Microseconds of this thread for one call."""
    began = time.thread_time()
    for place in range(TIMES // ROUNDS):
        await work(numbers[place % len(numbers)])
    return (time.thread_time() - began) / (TIMES // ROUNDS) * 1e6


async def measure(url: str) -> dict[str, float]:
    async with connected(url):
        principal = Principal.from_user(await User.get(id=2 * MAIN - 1))
        elements = await principal.of(NumberRange).filter(
            state=RangeState.ASSIGNED, level=1, open_digits=1
        ).order_by("id").limit(50)  # fmt: skip
        numbers = [f"{element.digits}7" for element in elements]
        ask, close = await _driver(url)

        async def whole(digits: str) -> object:
            return await lookup(principal, f"+{digits}")

        found: dict[str, list[float]] = {"lookup": [], "driver": []}
        for _ in range(ROUNDS + 1):
            found["lookup"].append(await _computed(whole, numbers))
            found["driver"].append(await _computed(ask, numbers))
        await close()
    # The first round is a warm-up; the least of the others is what it takes undisturbed.
    lookup_us, driver_us = (min(found[name][1:]) for name in ("lookup", "driver"))
    return {"lookup_us": lookup_us, "driver_us": driver_us, "own_us": lookup_us - driver_us}


async def _driver(url: str) -> tuple[Callable[[str], Awaitable[Any]], Callable[[], Awaitable[Any]]]:
    """One row by one index, and the end."""
    sql = "SELECT * FROM number_range WHERE customer_id = $1 AND digits = $2"
    if url.startswith("sqlite:"):
        connection = await aiosqlite.connect(url.removeprefix("sqlite://"))
        sql = sql.replace("$", "?")

        async def ask_sqlite(digits: str) -> Any:
            return await connection.execute_fetchall(sql, (MAIN, digits[:-1]))

        return ask_sqlite, connection.close
    raw = await asyncpg.connect(**postgres_arguments(url))

    async def ask_postgres(digits: str) -> Any:
        return await raw.fetchrow(sql, MAIN, digits[:-1])

    return ask_postgres, raw.close


def main() -> None:
    print(json.dumps(asyncio.run(measure(sys.argv[1]))))


if __name__ == "__main__":
    main()
