"""Measures dialtree beside the yardstick: `make bench`, `python -m tests.bench --help`."""

import argparse
import asyncio
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from dialtree.clock import stopwatch
from tests.bench.bench import PARTS, Bench, Options
from tests.bench.figures import Results, markdown, over, text
from tests.bench.servers import ROOT
from tests.postgres import PostgresServer
from tests.postgres_cluster import MEMORY_DIRECTORY, MEMORY_NEEDED

BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
"""Between them stand the tables in a document."""
RESULTS = ROOT / ".make" / "bench.json"


@contextmanager
def _scratch() -> Iterator[Path]:
    """In memory, where there is room, as PostgreSQL's files are."""
    roomy = os.access(MEMORY_DIRECTORY, os.W_OK) and (
        shutil.disk_usage(MEMORY_DIRECTORY).free >= 2 * MEMORY_NEEDED
    )
    directory = Path(
        tempfile.mkdtemp(prefix="dialtree-bench-", dir=MEMORY_DIRECTORY if roomy else None)
    )
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


async def run(options: Options, databases: tuple[str, ...]) -> Results:
    results = Results(
        {
            "processors": os.cpu_count(),
            "load": os.getloadavg()[0],
            "python": platform.python_version(),
            "ranges": options.rows,
            "seconds": options.seconds,
            "orders": options.orders,
        }
    )
    bench = Bench(options, results)
    if "postgres" in databases:
        with _scratch() as directory, PostgresServer() as server:
            big, small = server.create_database("big"), server.create_database("small")
            await bench.on("PostgreSQL", big, small, directory)
    if "sqlite" in databases:
        with _scratch() as directory:
            big, small = (f"sqlite://{directory / name}.sqlite3" for name in ("big", "small"))
            await bench.on("SQLite", big, small, directory)
    return results


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measures dialtree beside hand-written SQL."
    )

    def add(name: str, default: str, about: str, type_: Any = str) -> None:
        variable = f"BENCH_{name.upper()}"
        parser.add_argument(
            f"--{name}",
            default=os.environ.get(variable) or default,
            type=type_,
            help=f"{about} ({variable}, else {default or 'all'})",
        )

    add("rows", "1000000", "ranges of the large inventory, at least", int)
    add("database", "both", "postgres, sqlite or both", _databases)
    add("seconds", "0.5", "how long each of the two is measured for a row", float)
    add("orders", "400", "how many orders the workers drain", int)
    add("only", "", f"what to measure, divided by commas: {', '.join(PARTS)}", _parts)
    parser.add_argument(
        "--markdown",
        metavar="FILE",
        help="write the tables of ratios there: between the lines "
        f"{BEGIN} and {END} where the file has them",
    )
    return parser.parse_args()


# Checked as types, not as choices, which argparse does not ask of a default: of the environment.


def _databases(text: str) -> tuple[str, ...]:
    known = {"both": ("postgres", "sqlite"), "postgres": ("postgres",), "sqlite": ("sqlite",)}
    if text not in known:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(known)}")
    return known[text]


def _parts(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    if unknown := [part for part in parts if part not in PARTS]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: none of {', '.join(PARTS)}")
    return parts


def _write_markdown(file: Path, tables: str) -> None:
    """Into the place that an existing file has for them, else as the whole file."""
    written = file.read_text("utf-8") if file.exists() else ""
    if BEGIN in written and END in written:
        before, after = written.split(BEGIN)[0], written.split(END)[1]
        file.write_text(f"{before}{BEGIN}\n{tables}\n{END}{after}", "utf-8")
    else:
        file.write_text(f"{tables}\n", "utf-8")


def main() -> None:
    arguments = _options()
    options = Options(
        arguments.rows,
        arguments.seconds,
        arguments.orders,
        arguments.only,
    )
    began = stopwatch()
    results = asyncio.run(run(options, arguments.database))
    results.machine["took_seconds"] = round(stopwatch() - began)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_bytes(orjson.dumps(results.as_json(), option=orjson.OPT_INDENT_2))
    if arguments.markdown:
        _write_markdown(Path(arguments.markdown), markdown(results))
    print(text(results))
    if beyond := over(results):
        print("\nout of reach:", *beyond, sep="\n  ")
    machine = results.machine
    print(
        f"\n{machine['processors']} processors with a load of {machine['load']:.1f} before: what "
        "others compute disturbs the times, less their ratios, and those of the CPU least.\n"
        f"{machine['took_seconds']} s; all figures are in {RESULTS.relative_to(ROOT)}"
    )


if __name__ == "__main__":
    main()
