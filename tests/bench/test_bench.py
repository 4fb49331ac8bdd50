"""Everything is measured once, for a moment: dialtree and the yardstick agree about every answer,
or nothing is measured at all."""

import math
from pathlib import Path

from tests.bench.bench import Bench, Options
from tests.bench.figures import Results, text
from tests.conftest import NewDatabase

READS = ("prefix", "nested", "contains", "site", "both", "children", "lookup", "orders", "holder")


async def test_reads_and_writes_are_measured_on_both_sides(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    parts = (*READS, "accepted", "done", "drained")
    options = Options(10_000, 0.02, 10, parts, concurrencies=(1, 2), workers=1)
    results = Results({})
    with new_database() as big, new_database() as small:
        await Bench(options, results).on("here", big, small, tmp_path)
    rows = {(row.row, row.concurrency) for row in results.compared}
    assert len(rows) == 2 * (len(READS) + 2)
    for row in results.compared:
        assert row.product.latencies
        assert row.yardstick.latencies
        assert math.isfinite(row.ratio)
    named = " ".join(figure.row for figure in results.figures)
    assert "orders by one worker" in named
    assert "split done" in text(results)
