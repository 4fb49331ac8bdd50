"""The PostgreSQL that tests stop and start keeps what was committed."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.postgres_cluster import DURABLE_SETTINGS, Cluster


async def execute(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "end",
    [Cluster.stop, lambda cluster: cluster.stop("immediate"), Cluster.kill],
    ids=["fast", "immediate", "kill -9"],
)
async def test_starts_again_with_its_data(end: Callable[[Cluster], None]) -> None:
    cluster = Cluster(DURABLE_SETTINGS)
    cluster.open()
    try:
        url = cluster.url
        await execute(url, "CREATE TABLE kept AS SELECT 7 AS value")
        end(cluster)
        cluster.start()
        assert cluster.url == url
        assert await execute(url, "SELECT value FROM kept") == 7
        assert await execute(url, "SHOW fsync") == "on"
    finally:
        cluster.close()
    assert not cluster.directory.exists()


async def test_data_in_a_named_directory_stay(open_directory: Path) -> None:
    directory = open_directory / "postgres"
    first = Cluster(directory=directory)
    first.open()
    await execute(first.url, "CREATE TABLE kept AS SELECT 7 AS value")
    first.close()
    again = Cluster(directory=directory)
    again.open()
    try:
        assert await execute(again.url, "SELECT value FROM kept") == 7
    finally:
        again.close()


async def test_data_that_were_made_by_half_are_made_anew(
    open_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = open_directory / "postgres"
    run = subprocess.run

    def interrupted(command: list[str | Path], **options: Any) -> Any:
        done = run(command, **options)
        if "--pgdata" in command:
            [control] = directory.glob("*/global/pg_control")
            control.unlink()
            raise KeyboardInterrupt
        return done

    cluster = Cluster(directory=directory)
    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "run", interrupted)
        with pytest.raises(KeyboardInterrupt):
            cluster.open()
    cluster.close()
    again = Cluster(directory=directory)
    again.open()
    try:
        assert await execute(again.url, "SELECT 7") == 7
    finally:
        again.close()
    assert sorted(path.name for path in directory.iterdir()) == ["data", "log", "password"]
