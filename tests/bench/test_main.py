"""The command line: what it takes, and what it writes."""

import json
import re
import sys
from pathlib import Path

import pytest

from tests.bench import __main__ as command
from tests.bench.bench import PARTS, Options
from tests.bench.figures import Compared, Results, Side

Asked = list[tuple[Options, tuple[str, ...]]]
DOCUMENT = Path(__file__).parents[2] / "docs" / "performance.md"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asked:
    """What it would have measured; results go to where the test has its files."""
    found: Asked = []

    async def run(options: Options, databases: tuple[str, ...]) -> Results:
        found.append((options, databases))
        side = Side()
        side.add([0.002], 0.002, 0.001)
        return Results(
            {"processors": 2, "load": 0.5}, [Compared("SQLite", "lookup", 1, side, side, reach=0.5)]
        )

    monkeypatch.setattr(command, "run", run)
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "RESULTS", tmp_path / ".make" / "bench.json")
    monkeypatch.setattr(sys, "argv", ["bench"])
    for name in ("ROWS", "DATABASE", "SECONDS", "ORDERS", "ONLY"):
        monkeypatch.delenv(f"BENCH_{name}", raising=False)
    return found


def test_without_settings_all_is_measured(
    asked: Asked, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command.main()
    assert asked == [(Options(1_000_000, 0.5, 400), ("postgres", "sqlite"))]
    written = json.loads((tmp_path / ".make" / "bench.json").read_bytes())
    assert written["compared"][0]["row"] == "lookup"
    said = capsys.readouterr().out
    assert "out of reach:\n  SQLite: lookup at 1" in said
    assert ".make/bench.json" in said


def test_settings_come_from_the_environment_and_the_tables_go_into_a_document(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"before\n{command.BEGIN}\nold\n{command.END}\nafter\n")
    monkeypatch.setenv("BENCH_DATABASE", "sqlite")
    monkeypatch.setenv("BENCH_ONLY", "prefix, told")
    monkeypatch.setattr(sys, "argv", ["bench", "--rows", "5", "--markdown", str(document)])
    command.main()
    assert asked == [(Options(5, 0.5, 400, ("prefix", "told")), ("sqlite",))]
    written = document.read_text()
    assert written.startswith("before\n<!-- figures -->\n| database")
    assert written.endswith("<!-- /figures -->\nafter\n")
    assert "old" not in written


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE", "postgress"), ("ONLY", "prefix,loookup"), ("ROWS", "many"), ("SECONDS", "x")],
)
def test_what_is_misspelt_is_refused_and_leaves_the_last_results(
    asked: Asked,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
) -> None:
    results = tmp_path / ".make" / "bench.json"
    results.parent.mkdir()
    results.write_text("the last ones")
    monkeypatch.setenv(f"BENCH_{name}", value)
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 2
    assert f"--{name.lower()}" in capsys.readouterr().err
    assert not asked
    assert results.read_text() == "the last ones"


def test_the_document_names_the_parts_there_are() -> None:
    [line] = [it for it in DOCUMENT.read_text().splitlines() if it.startswith("| `BENCH_ONLY`")]
    assert tuple(re.findall(r"`([a-z_]+)`", line)) == PARTS
