"""The processes of an installation: each with a user of its own at the database, workers with their
own way there, too; killed and started."""

import asyncio
import json
import os
import random
import secrets
import signal
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx

from tests.chaos.proxy import Proxy
from tests.notifications.mail_server import MailServer
from tests.postgres_cluster import DURABLE_SETTINGS, Cluster, free_port
from tests.running import environment

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
DATABASE = "chaos"


class Forker:
    """The process from which all others are made (`tests.chaos.forking`)."""

    async def open(self) -> None:
        environ = environment()
        environ["PYTHONPATH"] = os.pathsep.join([environ["PYTHONPATH"], str(ROOT)])
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.chaos.forking"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=environ,
            cwd=ROOT,
        )
        self._one_at_a_time = asyncio.Lock()
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line == b"ready\n", "the processes cannot be prepared"

    async def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def start(self, arguments: list[str], log: Path, settings: dict[str, str]) -> int:
        """Returns the process id."""
        own = {
            "PORT" if name == "port" else f"DIALTREE_{name.upper()}": value
            for name, value in settings.items()
        }
        request = {"arguments": arguments, "log": str(log), "environment": own}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._one_at_a_time:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            return int(await self._process.stdout.readline())


@dataclass
class Process:
    """One that runs, or that was killed and not yet started again."""

    name: str
    command: str
    user: str
    """Of the database, by which its connections are told from those of others."""
    proxy: Proxy | None
    """A worker's way to the database."""
    url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    pid: int | None = None
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever kills or starts it."""

    @property
    def is_web(self) -> bool:
        return self.command == "serve"

    def signal(self, name: signal.Signals) -> None:
        """Nothing happens if it has ended by itself."""
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, name)

    def is_running(self) -> bool:
        if self.pid is None:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True


class Installation:
    """PostgreSQL, a mail server, web processes and workers on this machine."""

    def __init__(self, directory: Path, chance: random.Random, webs: int, workers: int) -> None:
        self.cluster = Cluster(DURABLE_SETTINGS, choice=os.environ.get("DIALTREE_TEST_PG", ""))
        self.mail_server = MailServer()
        self.processes: list[Process] = []
        self._directory = directory
        self._chance = chance
        self._webs, self._workers = webs, workers
        self._forker = Forker()

    async def open(self) -> None:
        await asyncio.to_thread(self.cluster.open)
        await self._forker.open()

    async def close(self) -> None:
        for process in self.processes:
            process.signal(signal.SIGKILL)
        await self._forker.close()
        for process in self.workers:
            if process.proxy is not None:
                await process.proxy.close()
        await self.mail_server.stop()
        await asyncio.to_thread(self.cluster.close)

    @property
    def url(self) -> str:
        """Of the database, past all proxies."""
        return urlunsplit(urlsplit(self.cluster.url)._replace(path=f"/{DATABASE}"))

    @property
    def webs(self) -> list[Process]:
        return [process for process in self.processes if process.is_web]

    @property
    def workers(self) -> list[Process]:
        return [process for process in self.processes if not process.is_web]

    def some_web(self) -> str:
        """The URL of one of the web processes, whether it runs at the moment or not."""
        return self._chance.choice(self.webs).url

    async def start_all(self) -> None:
        """Starts everything at once, and returns when all web processes answer."""
        await self.mail_server.start()
        for number in range(self._webs):
            await self._add(f"web-{number + 1}", "serve")
        for number in range(self._workers):
            await self._add(f"worker-{number + 1}", "worker", Proxy(self.cluster.port))
        await asyncio.gather(*(self.start(process) for process in self.processes))
        await asyncio.gather(*(self.answers(web) for web in self.webs))

    async def _add(self, name: str, command: str, proxy: Proxy | None = None) -> None:
        if proxy is not None:
            await proxy.open()
        user, password = name.replace("-", "_"), secrets.token_hex(8)
        await self._execute(f"CREATE ROLE {user} SUPERUSER LOGIN PASSWORD '{password}'")
        way = f"127.0.0.1:{proxy.port if proxy else self.cluster.port}"
        url = f"postgresql://{user}:{password}@{way}/{DATABASE}"
        port = free_port()
        process = Process(name, command, user, proxy)
        process.url = f"http://127.0.0.1:{port}" if process.is_web else ""
        process.settings = {
            "port": str(port),
            "database_url": url,
            "data_dir": str(self._directory / "data"),
            "smtp_url": f"smtp://127.0.0.1:{self.mail_server.port}",
            "mail_from": "dialtree <dialtree@chaos.example>",
            "worker": "false",
            "connections_per_user": "10000",
            "subscriptions_per_user": "10000",
            "log_format": "json",
        }
        self.processes.append(process)

    async def create_database(self) -> None:
        await self._execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'")

    async def _execute(self, sql: str) -> None:
        connection = await asyncpg.connect(self.cluster.url)
        await connection.execute(sql)
        await connection.close()

    async def start(self, process: Process) -> None:
        """Makes it run; its `changing` is held, so that nobody else starts it, too."""
        log = self._directory / f"{process.name}.log"
        process.pid = await self._forker.start([process.command], log, process.settings)

    async def supervise(self, figures: Counter[str]) -> None:
        """Starts again whatever ends by itself, such as a process that finds no database."""
        while True:
            for process in self.processes:
                async with process.changing:
                    if not process.is_running():
                        figures["ended by themselves and started again"] += 1
                        await self.start(process)
            # Nobody tells of the end of a process that is not a child of this one.
            await asyncio.sleep(0.2)

    async def answers(self, web: Process) -> None:
        """Returns when the web process can be used."""
        async with (
            asyncio.timeout(START_SECONDS),
            httpx.AsyncClient(base_url=web.url, trust_env=False) as http,
        ):
            while True:
                try:
                    if (await http.get("/readyz", timeout=5)).status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                # Nobody tells when a process begins to listen.
                await asyncio.sleep(0.1)
