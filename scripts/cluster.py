"""Serves dialtree from several processes on one PostgreSQL: web processes behind one port, and
workers. What ends is started again; Ctrl-C stops all of it.

Everything lives in DIALTREE_DATA_DIR, by default data/cluster, and is found again by the next
start: the PostgreSQL of the wheel, which this starts and stops, the key and the e-mails. With
DIALTREE_DATABASE_URL that database is used instead. CLUSTER_WEB and CLUSTER_WORKERS say how many
processes there are.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit, urlunsplit

import asyncpg

ROOT = Path(__file__).resolve().parent.parent
# The tests know how to find a PostgreSQL and how to start it, also as root.
sys.path.insert(0, str(ROOT))

from tests.postgres_cluster import (  # noqa: E402
    DURABLE_SETTINGS,
    Cluster,
    PostgresUnavailableError,
)

DIALTREE = [sys.executable, "-c", "from dialtree.cli import main; main()"]
DATABASE = "dialtree"
SOON = 5.0
"""What fails within so many seconds would fail again."""
TRIES = 5
"""So often may fail what has worked before: of killed web processes some may hold the port yet."""
STOP_SECONDS = 60
STOP_SIGNALS = [signal.SIGINT, signal.SIGTERM]
PR_SET_PDEATHSIG = 1


class _FailedError(Exception):
    """Something does not work, so that everything stops."""

    def __init__(self, arguments: list[str], code: int) -> None:
        super().__init__(f"dialtree {' '.join(arguments)} has ended ({_meaning(code)})")
        self.code = code if code > 0 else 1


def main() -> int:
    """The exit code: 0 after Ctrl-C, SIGTERM or the closing of the terminal."""
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        STOP_SIGNALS.append(signal.SIGHUP)
    for name in STOP_SIGNALS:
        signal.signal(name, _stop)
    directory = Path(os.environ.get("DIALTREE_DATA_DIR") or ROOT / "data" / "cluster").absolute()
    given = os.environ.get("DIALTREE_DATABASE_URL")
    try:
        with nullcontext(given) if given else postgres(directory / "postgres") as url:
            _serve(
                {**os.environ, "DIALTREE_DATA_DIR": str(directory), "DIALTREE_DATABASE_URL": url}
            )
    except PostgresUnavailableError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except _FailedError as error:
        print(f"error: {error}; everything has been stopped", file=sys.stderr)
        return error.code
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def _stop(*_: object) -> NoReturn:
    # Only the first one counts: what follows is the stopping itself.
    for name in STOP_SIGNALS:
        signal.signal(name, signal.SIG_IGN)
    sys.exit(0)


@contextmanager
def postgres(directory: Path) -> Iterator[str]:
    """The URL of a database on a server whose data stay in `directory`.

    Raises PostgresUnavailableError."""
    if _is_running(directory):
        raise PostgresUnavailableError(f"the PostgreSQL in {directory} is running already")
    cluster = Cluster(DURABLE_SETTINGS, directory, "wheel")
    try:
        cluster.open()
        asyncio.run(_create_database(cluster.url))
        yield urlunsplit(urlsplit(cluster.url)._replace(path=f"/{DATABASE}"))
    finally:
        cluster.close()


def _is_running(directory: Path) -> bool:
    """Whether somebody listens where a server said that it did."""
    try:
        port = int((directory / "data" / "postmaster.pid").read_text().splitlines()[3])
    except (OSError, ValueError, IndexError):
        return False
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def _create_database(server: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        with suppress(asyncpg.DuplicateDatabaseError):
            await connection.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        await connection.close()


def _serve(environ: dict[str, str]) -> None:
    """Until SystemExit. Raises _FailedError."""
    for preparation in (["migrate"], ["demo", "load"]):
        if code := subprocess.run([*DIALTREE, *preparation], env=environ, check=False).returncode:
            raise _FailedError(preparation, code)
    web_count, worker_count = (
        environ.get(name) or "2" for name in ("CLUSTER_WEB", "CLUSTER_WORKERS")
    )
    print(f"web processes: {web_count}, workers: {worker_count}, on one PostgreSQL", flush=True)
    kept: list[_Kept] = []
    try:
        kept.append(
            _Kept(["serve", "--workers", web_count], {**environ, "DIALTREE_WORKER": "false"})
        )
        kept.extend(_Kept(["worker"], environ) for _ in range(int(worker_count)))
        while True:
            for it in kept:
                it.replace()
            time.sleep(0.2)
    finally:
        for together in (kept[:1], kept[1:]):
            for it in together:
                it.process.terminate()
            for it in together:
                it.process.wait(STOP_SECONDS)


class _Kept:
    """A process in whose place there is another one once it has ended."""

    def __init__(self, arguments: list[str], environ: dict[str, str]) -> None:
        self._arguments = arguments
        self._environ = environ
        self._tries = 0
        """How often it may fail soon after its start: never before it has worked."""
        self._start()
        print(f"dialtree {arguments[0]}: process {self.process.pid}", flush=True)

    def _start(self) -> None:
        self._started_at = time.monotonic()
        self.process = subprocess.Popen(
            [*DIALTREE, *self._arguments],
            env=self._environ,
            stdin=subprocess.DEVNULL,
            # In a session of its own: Ctrl-C is for this script only, which stops all in order.
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - there is one thread
        )

    def replace(self) -> None:
        """Nothing while it runs. Raises _FailedError when another one would not help."""
        if (code := self.process.poll()) is None:
            return
        # Whom somebody has ended, politely or not, has not failed.
        if code <= 0 or time.monotonic() - self._started_at >= SOON:
            self._tries = TRIES
        else:
            self._tries -= 1
        if self._tries < 0:
            raise _FailedError(self._arguments, code)
        before = self.process.pid
        self._start()
        print(
            f"dialtree {self._arguments[0]}: process {before} has ended ({_meaning(code)}), "
            f"process {self.process.pid} replaces it",
            file=sys.stderr,
        )


def _meaning(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"


def _end_with_parent() -> None:
    """In a new process: has it end when this script is killed, where the system can do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
