"""Commands of `dialtree` that go on until they are stopped."""

import argparse
import asyncio
import gc
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from dialtree.asgi import create_app, telling
from dialtree.cli_support import Stop, database_up_to_date, with_database
from dialtree.database import hearing_other_processes
from dialtree.demo import load_demo
from dialtree.operations import metrics
from dialtree.operations.lifecycle import Lifecycle
from dialtree.operations.logs import configure, writes_json
from dialtree.operations.prefork import STOP_SIGNALS, Prefork
from dialtree.settings import Settings
from dialtree.trunks.vault import Vault
from dialtree.web import server_options

log = logging.getLogger(__name__)

BACKLOG = 2048
"""Connections that may wait to be accepted; uvicorn's own number."""
METRICS_PREFIX = "dialtree-metrics-"
PATIENCE = 30.0
"""Seconds beside the drain time after which a process that was told to end is killed."""


def serve(arguments: argparse.Namespace, settings: Settings) -> None:
    """Serve the API and the app on one port."""
    if arguments.workers > 1:
        _serve_by_many(arguments, settings)
        return
    if arguments.demo:
        with_database(lambda: load_demo(settings), settings)
    _Server(settings, lambda: _announce(settings)).run()


def _serve_by_many(arguments: argparse.Namespace, settings: Settings) -> None:
    if not settings.database.startswith("postgres"):
        raise Stop("on SQLite one process serves; set DIALTREE_DATABASE_URL to have --workers")
    with _metrics_together(settings):
        Vault.of(settings)  # makes the key, or says what is wrong with it, once for all of them

        async def prepare() -> None:
            if arguments.demo:
                await load_demo(settings)

        with_database(prepare, settings)
        if settings.worker:
            import dialtree.work  # noqa: F401, PLC0415 - once, and in memory that they share
        listener, parent = _listener(settings), os.getpid()

        def work(begun: Callable[[], None]) -> None:
            configure(settings, is_service=True, pid=os.getpid())
            metrics.sockets.set(0)
            _Server(settings, begun, parent).run([listener])

        code = Prefork(
            work,
            arguments.workers,
            begun=lambda: _announce(settings),
            ended=metrics.forget_process,
            patience=settings.drain_seconds + PATIENCE,
        ).run()
    sys.exit(code)


@contextmanager
def _metrics_together(settings: Settings) -> Iterator[None]:
    """Has processes count in files of one directory, which is removed at the end.

    The library decides where it counts when it is imported, so the program begins once more when
    it has not been told yet.
    """
    if settings.metrics_token is None:
        yield
        return
    directory = os.environ.get(metrics.DIRECTORY, "")
    if not Path(directory).name.startswith(METRICS_PREFIX):
        os.environ[metrics.DIRECTORY] = tempfile.mkdtemp(prefix=METRICS_PREFIX)
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves
    try:
        yield
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _listener(settings: Settings) -> socket.socket:
    """Not uvicorn's own, which says at the wrong level why it ends the process."""
    try:
        return socket.create_server(
            (settings.host, settings.port),
            family=socket.AF_INET6 if ":" in settings.host else socket.AF_INET,
            backlog=BACKLOG,
        )
    except OSError as error:
        raise Stop(f"{settings.host}:{settings.port} cannot be served: {error}") from error


def _announce(settings: Settings) -> None:
    if writes_json(settings, is_service=True):
        log.info("dialtree is at %s", settings.app_url)
    else:
        print(f"dialtree is at {settings.app_url}  (stop with Ctrl-C)", flush=True)


def _config(app: Any, settings: Settings, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=port,
        log_config=None,
        log_level="warning",
        access_log=False,
        ws_per_message_deflate=False,
        ws_max_size=1024 * 1024,
        timeout_graceful_shutdown=10,
        **server_options(settings),
    )


class _Server(uvicorn.Server):
    """Says when the app can be reached, and comes to its end in good order."""

    def __init__(
        self, settings: Settings, begun: Callable[[], None], parent: int | None = None
    ) -> None:
        """`parent`: the process without which this one ends."""
        self._lifecycle = Lifecycle()
        super().__init__(_config(create_app(settings, self._lifecycle), settings, settings.port))
        self._settings = settings
        self._begun = begun
        self._parent = parent

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn raises again what has stopped it: a stop that went well ends with exit code 0. And
        # what arrives before it listens to signals counts, too.
        for name in STOP_SIGNALS:
            signal.signal(name, self.handle_exit)
        super().run(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            # What has been loaded stays: the collector need not look at it ever again.
            gc.collect()
            gc.freeze()
            self._begun()

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._is_orphan()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # A second signal cuts the time short in which load balancers notice.
        waiting, signals = self._settings.drain_seconds, len(self._captured_signals)
        if self._is_orphan():
            log.warning("the parent process has gone")
            waiting = 0.0  # whoever starts the next one needs the port
        self._lifecycle.stopping.set()
        log.info("stopping")
        while waiting > 0 and len(self._captured_signals) == signals:
            await asyncio.sleep(min(waiting, 0.1))
            waiting -= 0.1
        await self._lifecycle.close()
        await super().shutdown(sockets)

    def _is_orphan(self) -> bool:
        return self._parent is not None and os.getppid() != self._parent


def worker(_arguments: argparse.Namespace, settings: Settings) -> None:
    """Execute orders and send e-mails, beside web processes on the same PostgreSQL."""
    if not settings.database.startswith("postgres"):
        raise Stop("on SQLite the web process is the worker; set DIALTREE_DATABASE_URL first")

    from dialtree.work import working  # noqa: PLC0415 - for web processes it is a burden

    async def run() -> None:
        lifecycle = Lifecycle()
        for name in STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(name, lifecycle.stopping.set)
        async with (
            database_up_to_date(settings, settings.database_connections),
            hearing_other_processes(settings.database),
            _seen(settings, lifecycle),
            working(settings, lifecycle),
        ):
            await lifecycle.stopping.wait()

    asyncio.run(run())


@asynccontextmanager
async def _seen(settings: Settings, lifecycle: Lifecycle) -> AsyncIterator[None]:
    """Where Prometheus sees the worker, if there is a port for it."""
    if settings.metrics_port is None:
        yield
        return
    config = _config(telling(settings, lifecycle), settings, settings.metrics_port)
    config.load()
    # The steps of uvicorn's `serve` without its signal handlers.
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        yield
    finally:
        await server.shutdown()


SERVICES = (serve, worker)


def add_commands(commands: object, add: Callable[..., argparse.ArgumentParser]) -> None:
    serving = add(commands, "serve", serve)
    serving.add_argument(
        "--demo", action="store_true", help="load the demo data first, if there is none"
    )
    serving.add_argument(
        "--workers",
        type=_count,
        default=1,
        metavar="N",
        help="web processes behind the one port (more than 1: PostgreSQL only)",
    )
    add(commands, "worker", worker)


def _count(text: str) -> int:
    """Raises ArgumentTypeError."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("a number from 1 on")
    return int(text)
