"""Everything is measured once, for a moment: dialtree and the yardstick agree about every answer,
or nothing is measured at all."""

import asyncio
import gc
import math
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bench import servers
from tests.bench.bench import PARTS, READS, Bench, Options
from tests.bench.figures import Results, text
from tests.conftest import ON_POSTGRES, NewDatabase

FIGURES = (
    "loading",
    "number contains *4711, against the search by prefix",
    "lookup: 10,000 ranges against 10,000",
    "memory of an open subscription",
    "time until 20 subscriptions are told",
    "orders by one worker",
    "web process at the end",
    "lookup in the process",
)


@pytest.fixture
def little_garbage() -> Iterator[None]:
    """What the tests have loaded need not be looked through before each row."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("little_garbage")
async def test_all_is_measured_on_both_sides(new_database: NewDatabase, tmp_path: Path) -> None:
    options = Options(10_000, 0.02, 10, concurrencies=(1, 2), sockets=5)
    results = Results({})
    with new_database() as big, new_database() as small:
        await Bench(options, results).on("here", big, small, tmp_path)
    rows = {(row.row, row.concurrency) for row in results.compared}
    assert len(rows) == 2 * (len(READS) + len(("split accepted", "split done")))
    for row in results.compared:
        assert row.product.latencies
        assert row.yardstick.latencies
        assert math.isfinite(row.ratio)
    for figure in results.figures:
        assert math.isfinite(figure.value), figure
    named = [figure.row for figure in results.figures]
    for start in (*FIGURES, *(["orders by two workers"] if ON_POSTGRES else [])):
        assert any(start in row for row in named), start
    assert "split done" in text(results)


def test_a_part_that_nobody_knows_is_asked_for_in_vain() -> None:
    options = Options(1, 1, 1, ("prefix",))
    assert [part for part in PARTS if options.wants(part)] == ["prefix"]
    with pytest.raises(AssertionError):
        options.wants("prefixes")


async def test_when_one_server_does_not_start_the_other_does_not_stay(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    one_has_started = asyncio.Event()
    start: Any = servers._started

    def noted(*arguments: Any, **settings: Any) -> "subprocess.Popen[bytes]":
        started.append(start(*arguments, **settings))
        one_has_started.set()
        return started[-1]

    async def fails(*_: object) -> servers.Server:
        await one_has_started.wait()
        raise RuntimeError("a server ended")

    monkeypatch.setattr(servers, "_started", noted)
    monkeypatch.setattr(servers, "MAIN_PROGRAM", "import time; time.sleep(60)")
    monkeypatch.setattr(servers, "yardstick", fails)
    bench = Bench(Options(1, 1, 1), Results({}))
    with pytest.raises(ExceptionGroup):
        await bench._measure("here", "", "", tmp_path)
    [product] = started
    assert product.poll() is not None
