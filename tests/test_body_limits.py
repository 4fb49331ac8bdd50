"""How large a request may be: little from anybody, an imported file from an administrator, and
nothing of what is larger is kept."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from dialtree.graphql import endpoint
from dialtree.graphql.over_http import BODY_BYTES
from tests.server import Server
from tests.subprocesses import BACKEND

HUGE = 100_000_000
PIECE = b"x" * 100_000
SECONDS = 60.0
SLACK = 8_000_000
"""Bytes that a server may grow by, whatever it is sent: buffers, and what Python keeps."""

QUERY = b'{"query": "{ viewer { email } }", "variables": {"padding": "%s"}}'


async def sent(server: Server, size: int, token: str | None) -> httpx.Response:
    """The answer to a query of `size` bytes."""
    body = QUERY % (b"x" * (size - len(QUERY) + 2))
    assert len(body) == size
    headers = {"Content-Type": "application/json", "Accept-Language": "de"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return await server.http.post("/graphql", content=body, headers=headers)


async def test_only_service_staff_may_send_as_much_as_an_import(server: Server) -> None:
    for api in (server.nobody, server.administrator, server.service):
        assert (await sent(server, BODY_BYTES, api.token)).status_code == 200
    for api in (server.nobody, server.administrator):
        answer = await sent(server, BODY_BYTES + 1, api.token)
        assert answer.status_code == 413
        [error] = answer.json()["errors"]
        assert error["extensions"]["code"] == "REQUEST_TOO_LARGE"
        assert str(BODY_BYTES) in error["message"]
        assert error["message"].startswith("Die Anfrage" if api is server.nobody else "The request")
    assert (await sent(server, BODY_BYTES + 1, server.service.token)).status_code == 200


async def test_even_an_import_has_its_limit(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "IMPORT_BODY_BYTES", BODY_BYTES + 10)
    assert (await sent(server, BODY_BYTES + 10, server.service.token)).status_code == 200
    assert (await sent(server, BODY_BYTES + 11, server.service.token)).status_code == 413


# In a process of its own, whose memory is that of the server alone -------------------------------


class Running:
    def __init__(self, pid: int, port: int) -> None:
        self._pid = pid
        self.port = port

    def begin(self) -> int:
        """How many bytes it holds now, from where `most_memory` begins to count."""
        Path(f"/proc/{self._pid}/clear_refs").write_text("5", "ascii")
        return self.most_memory

    @property
    def most_memory(self) -> int:
        """The most bytes it has held at once."""
        status = Path(f"/proc/{self._pid}/status").read_text("ascii")
        [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024


@asynccontextmanager
async def serving_alone(database_url: str, data_dir: Path) -> AsyncIterator[Running]:
    program = """
import asyncio, sys, uvicorn
from pathlib import Path
from dialtree.asgi import create_app
from dialtree.settings import Settings
from dialtree.web import server_options

settings = Settings(database_url=sys.argv[1], data_dir=Path(sys.argv[2]), worker=False)

class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)

Server(uvicorn.Config(create_app(settings), port=0, **server_options(settings))).run()
"""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, database_url, str(data_dir)),
        env={**os.environ, "PYTHONPATH": str(BACKEND)},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        port = await asyncio.wait_for(process.stdout.readline(), SECONDS)
        yield Running(process.pid, int(port))
    finally:
        process.kill()
        await process.wait()


@pytest.fixture
async def alone(database_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    async with serving_alone(database_url, tmp_path) as running:
        # What it holds once it has served anything at all.
        url = f"http://127.0.0.1:{running.port}/graphql"
        async with httpx.AsyncClient(trust_env=False, timeout=SECONDS) as http:
            assert (await http.post(url, json={"query": "{ viewer { id } }"})).status_code == 200
            large = {"query": "{ viewer { id } }", "variables": {"x": "y" * (BODY_BYTES - 100)}}
            assert (await http.post(url, json=large)).status_code == 200
        yield running


HEAD = b"POST /graphql HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
TOLD = HEAD + b"Content-Length: %d\r\n" % HUGE
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n"
GZIP = b"Content-Encoding: gzip\r\n"
CHUNK = b"%x\r\n%s\r\n" % (len(PIECE), PIECE)


HUGE_BODIES = [
    (TOLD, PIECE, b"413", 0),
    (TOLD + GZIP, PIECE, b"413", 0),
    (CHUNKED, CHUNK, b"413", BODY_BYTES + len(PIECE)),
    (CHUNKED + GZIP, CHUNK, b"415", 0),
]
"""The head, what follows again and again, the status, and how much is sent before that comes."""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
async def test_a_huge_body_is_refused_early_and_kept_nowhere(alone: Running) -> None:
    memory = alone.begin()
    for head, piece, status, before in HUGE_BODIES:
        reader, writer = await asyncio.open_connection("127.0.0.1", alone.port)
        try:
            async with asyncio.timeout(SECONDS):
                writer.write(head + b"\r\n" + piece * (before // len(PIECE)))
                assert (await reader.readline()).split()[1] == status
                with suppress(ConnectionError):
                    # Whoever does not listen goes on sending.
                    for _ in range(HUGE // len(PIECE) - before // len(PIECE)):
                        writer.write(piece)
                        await writer.drain()
        finally:
            writer.transport.abort()
    assert alone.most_memory - memory < SLACK
