"""The yardstick asks the database as sparingly as dialtree does."""

import pytest

from tests.bench.drivers import Watchers, opened
from tests.conftest import ON_POSTGRES


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has no pool")
async def test_a_connection_comes_back_to_the_pool_as_it_is(database_url: str) -> None:
    async with opened(database_url, Watchers()) as database:
        await database.rows("SET application_name = 'kept'")
        [row] = await database.rows("SHOW application_name")
    assert row["application_name"] == "kept"
