"""Programs as customers write them, in processes of their own, against the real server."""

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.server import Server
from tests.world import World, build

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SECONDS = 60.0


async def run(*command: str, token: str | None) -> tuple[int, str, str]:
    """Exit code and what it wrote."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"DIALTREE_TOKEN": token or ""},
        cwd=ROOT,
    )
    try:
        out, error = await asyncio.wait_for(process.communicate(), SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode is not None
    return process.returncode, out.decode(), error.decode()


@pytest.fixture
async def world(working_server: Server) -> World:
    return await build(working_server)


def node() -> str:
    """The program `node`; its packages come with `npm ci`."""
    program = shutil.which("node")
    assert program is not None, "Node.js is needed"
    packages = ROOT / "node_modules"
    for name in ("graphql-http", "graphql-ws", "ws"):
        assert (packages / name).is_dir(), "run: npm ci"
    return program


CHILDREN = "".join(f"030 23125-3{digit}x\n" for digit in range(10))


async def test_a_python_program_splits_a_range_and_polls(world: World) -> None:
    command = (sys.executable, str(HERE / "http_client.py"), world.server.url, "030 23125-3")
    code, out, error = await run(*command, token=world.api.token)
    assert (code, error) == (0, "")
    assert out == f"A-000001 accepted\nA-000001 SUCCEEDED\n{CHILDREN}"
    code, out, error = await run(*command, token=world.server.viewer.token)
    assert code == 1
    assert error.startswith("NOT_ADMINISTRATOR: ")
    code, out, error = await run(*command, token="dialtree_x")
    assert code == 1
    assert error.startswith("You are not signed in.")


async def test_a_node_program_splits_a_range_and_listens(world: World) -> None:
    command = (
        node(),
        str(HERE / "graphql_ws_client.mjs"),
        world.server.socket_url,
        "030 23125-3",
    )
    code, out, error = await run(*command, token=world.api.token)
    assert (code, error) == (0, "")
    assert out == f"A-000001 accepted\nA-000001 SUCCEEDED\n{CHILDREN}"
    code, out, error = await run(*command, token=world.server.viewer.token)
    assert code == 1
    assert "NOT_ADMINISTRATOR: " in error
    code, out, error = await run(*command, token="dialtree_x")
    assert code == 1
    assert "4403" in error


async def test_it_is_graphql_over_http(server: Server) -> None:
    """All that the specification's own audits say a server must, should and may do."""
    command = (node(), str(HERE / "http_audits.mjs"), f"{server.url}/graphql")
    code, out, error = await run(*command, token=None)
    assert (code, error) == (0, "")
    audits = json.loads(out)
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len({audit["id"] for audit in audits}) == 61
