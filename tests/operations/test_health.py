"""What a load balancer is told, and that strangers are told no more."""

import asyncio

import pytest

from dialtree.database import connection
from dialtree.operations import health
from dialtree.operations.lifecycle import Lifecycle
from dialtree.settings import Settings
from tests.server import Server, populated


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "REMEMBERED_SECONDS", 0.0)


async def readiness(server: Server) -> tuple[int, list[str]]:
    answer = await server.http.get("/readyz")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json().keys() == {"ready", "notReady"}
    assert answer.json()["ready"] == (not answer.json()["notReady"])
    return answer.status_code, answer.json()["notReady"]


async def test_a_process_that_works_lives_and_is_ready(working_server: Server) -> None:
    alive = await working_server.http.get("/healthz")
    assert (alive.status_code, alive.json()) == (200, {"alive": True})
    assert await readiness(working_server) == (200, [])


async def test_without_its_migrations_a_process_is_not_ready(server: Server) -> None:
    await connection().execute_query("DELETE FROM migration WHERE name = '0002_holders'")
    assert await readiness(server) == (503, ["migrations"])


async def test_a_database_that_does_not_answer_is_named_without_a_word_of_it(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never() -> list[str]:
        await asyncio.Event().wait()
        return []

    async def fail() -> list[str]:
        raise OSError("postgres://dialtree:geheim@db.example")

    monkeypatch.setattr(health, "DATABASE_SECONDS", 0.05)
    for ask in (never, fail):
        monkeypatch.setattr(health, "missing", ask)
        assert await readiness(server) == (503, ["database"])
        assert (await server.http.get("/healthz")).status_code == 200


async def test_the_database_is_asked_once_for_many_who_ask_at_once(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def count() -> list[str]:
        nonlocal asked
        asked += 1
        return []

    monkeypatch.setattr(health, "missing", count)
    monkeypatch.setattr(health, "REMEMBERED_SECONDS", 60.0)
    answers = await asyncio.gather(*(readiness(server) for _ in range(20)))
    assert answers == [(200, [])] * 20
    assert asked == 1


async def test_a_worker_that_has_ended_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def dies(*_args: object) -> None:
        raise RuntimeError("dead")

    monkeypatch.setattr("dialtree.work.run_worker", dies)
    async with populated(settings.model_copy(update={"worker": True})) as server:
        assert await readiness(server) == (503, ["worker"])
        assert "the worker has ended" in caplog.text


async def test_a_process_that_stops_is_not_ready_whatever_else_holds() -> None:
    lifecycle = Lifecycle()
    await lifecycle.close()
    assert await health.Health(lifecycle).not_ready() == ["stopping"]


async def test_only_reading_is_answered(server: Server) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await server.http.post(path)).status_code == 405
