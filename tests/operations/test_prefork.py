"""Several processes behind one port, and workers beside them: they are one to whoever looks."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from dialtree.accounts.commands import create_customer
from dialtree.accounts.models import Role, User
from dialtree.accounts.signing_in import create_token
from dialtree.database import connected
from tests.conftest import ON_POSTGRES, person
from tests.invariants import check
from tests.running import SECONDS, Running, dialtree, environment, free_port, running
from tests.server import Json
from tests.sockets import Stream, signed_in
from tests.stock import BLOCK, load

METRICS_TOKEN = "token of the metrics"

on_sqlite = pytest.mark.skipif(ON_POSTGRES, reason="once is enough")
on_postgres = pytest.mark.skipif(not ON_POSTGRES, reason="on SQLite one process serves")


@pytest.fixture
async def token(database_url: str) -> str:
    """Of an administrator whose customer has one block."""
    async with connected(database_url):
        company = await create_customer("Nordlicht Werke GmbH", 30)
        administrator = await person(company, "admin@nordlicht.example", Role.ADMINISTRATOR)
        await load(administrator, BLOCK)
        return await create_token(await User.get(id=administrator.user_id), "test", None)


@contextmanager
def asleep(pid: int) -> Iterator[None]:
    """Meanwhile the process does nothing: whatever happens, others do it."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def samples(url: str) -> dict[tuple[str, str], float]:
    """By name and the one label that matters here, if any."""
    headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=SECONDS) as http:
        answer = await http.get("/metrics", headers=headers)
    assert answer.status_code == 200
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def web_processes(server: Running) -> list[int]:
    pids = [
        int(pid) for name, pid in await samples(server.url) if name == "process_start_time_seconds"
    ]
    assert len(pids) == len(set(pids))
    return sorted(set(pids) - {server.process.pid})


async def ask(server: Running, token: str, document: str, **variables: str) -> Json:
    """Over a connection of its own, which any process may accept."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=SECONDS) as http:
        answer = await http.post(
            "/graphql", json={"query": document, "variables": variables}, headers=headers
        )
    data: Json = answer.json()["data"]
    return data


ROOTS = "{ numberRanges { nodes { children { id digits } } } }"
SPLIT = """
mutation Split($id: ID!) {
    splitRange(input: {rangeId: $id}) { ... on OrderAccepted { order { id } } }
}
"""
FOLLOWED = "subscription($id: ID!) { orderUpdated(id: $id) { status } }"


@on_postgres
async def test_processes_behind_one_port_and_a_worker_are_one(
    tmp_path: Path, database_url: str, token: str
) -> None:
    settings = {
        "data_dir": str(tmp_path), "database_url": database_url, "metrics_token": METRICS_TOKEN,
    }  # fmt: skip
    worker_port = str(free_port())
    async with AsyncExitStack() as stack:
        server = stack.enter_context(running("--workers", "2", worker="false", **settings))
        worker = stack.enter_context(
            running(command="worker", metrics_port=worker_port, **settings)
        )
        assert sum("dialtree is at" in line for line in server.lines) == 1
        first, second = await web_processes(server)
        with asleep(worker.process.pid):
            with asleep(second):
                [root] = (await ask(server, token, ROOTS))["numberRanges"]["nodes"]
                socket = await stack.enter_async_context(signed_in(server.socket_url, token))
            with asleep(first):
                [range_] = [it["id"] for it in root["children"] if it["digits"].endswith("3")]
                order = (await ask(server, token, SPLIT, id=range_))["splitRange"]["order"]
                other = await stack.enter_async_context(signed_in(server.socket_url, token))
            payload = {"query": FOLLOWED, "variables": {"id": order["id"]}}
            streams = [Stream(it, "1") for it in (socket, other)]
            for it in (socket, other):
                await it.send({"type": "subscribe", "id": "1", "payload": payload})
            for stream in streams:
                assert (await stream.next())["status"] == "QUEUED"
        for stream in streams:
            await stream.until(lambda event: event["status"] == "SUCCEEDED")
            await stream.completed()

        found = await samples(server.url)
        assert found["dialtree_sockets", ""] == 2
        assert ("dialtree_orders_finished_total", "SUCCEEDED") not in found
        assert found["dialtree_operations_total", "splitRange"] == 1
        worker_url = f"http://127.0.0.1:{worker_port}"
        found = await samples(worker_url)
        assert found["dialtree_orders_finished_total", "SUCCEEDED"] == 1
        async with httpx.AsyncClient(base_url=worker_url, trust_env=False) as http:
            assert (await http.get("/readyz")).json() == {"ready": True, "notReady": []}

        os.kill(first, signal.SIGKILL)
        await asyncio.to_thread(server.until, f"process {first} has ended")
        assert await socket.closed() == 1006
        with asleep(second):
            assert (await ask(server, token, ROOTS))["numberRanges"]["nodes"]
            found = await samples(server.url)
            # What has happened stays counted; what was open is not.
            assert found["dialtree_operations_total", "splitRange"] == 1
            assert found["dialtree_sockets", ""] == 1
        assert second in await web_processes(server)
        assert len(await web_processes(server)) == 2

        server.stop()
        assert await other.closed() == 1012
        assert await asyncio.to_thread(server.ended) == 0
        assert "Traceback" not in server.text
        worker.stop()
        assert await asyncio.to_thread(worker.ended) == 0
        assert "Traceback" not in worker.text
    async with connected(database_url):
        await check()


@on_postgres
def test_processes_do_not_outlive_their_parent(tmp_path: Path, database_url: str) -> None:
    with running("--workers", "2", data_dir=str(tmp_path), database_url=database_url) as server:
        server.stop(signal.SIGKILL)
        assert server.ended() == -signal.SIGKILL
        # All has been read that was written, hence nobody holds the other end any more.
        assert sum("the parent process has gone" in line for line in server.lines) == 2
        assert "Traceback" not in server.text


@on_postgres
def test_where_a_process_cannot_begin_none_goes_on(tmp_path: Path, database_url: str) -> None:
    broken = "import dialtree.asgi; dialtree.asgi.migrate = lambda: 1 / 0\n"
    settings = {"data_dir": str(tmp_path), "database_url": database_url}
    with (
        pytest.raises(AssertionError, match="could not begin"),
        running("--workers", "2", program=broken, **settings) as server,
    ):
        assert server.ended() != 0


LOADED_LATER = """
import sys
from dialtree.operations.prefork import Prefork
init = Prefork.__init__
def __init__(self, work, *arguments, **options):
    before = set(sys.modules)
    def telling(begun):
        def tell():
            names = {name for name in sys.modules if name.startswith("dialtree")}
            print("loaded later:", *(names - before), flush=True)
            begun()
        work(tell)
    init(self, telling, *arguments, **options)
Prefork.__init__ = __init__
"""


@on_postgres
def test_what_all_processes_need_is_loaded_once(tmp_path: Path, database_url: str) -> None:
    settings = {"data_dir": str(tmp_path), "database_url": database_url, "worker": "true"}
    with running("--workers", "2", program=LOADED_LATER, **settings) as server:
        server.stop()
        assert server.ended() == 0
    later = [line for line in server.output if line.startswith("loaded later:")]
    assert later == ["loaded later:\n"] * 2


PREFORK = """
import errno, logging, os, signal, sys
from dialtree.operations.prefork import Prefork
logging.basicConfig()
fork, tries = os.fork, []
def numbered():
    tries.append(None)
    if len(tries) in failing:
        raise BlockingIOError(errno.EAGAIN, "no process")
    return fork()
os.fork, failing = numbered, ()
def say(text):
    print(text, flush=True)
def run(count, begun=lambda: None, ended=lambda pid: None):
    sys.exit(Prefork(work, count, begun=begun, ended=ended, patience=9).run())
"""
"""`len(tries)` is the number of a process; forking those in `failing` fails."""


@contextmanager
def parent(program: str) -> Iterator["subprocess.Popen[str]"]:
    """Of the processes that `program` runs."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", PREFORK + program]
    with subprocess.Popen(
        command, env=environment(), stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def pauses(process: "subprocess.Popen[str]", count: int) -> list[str]:
    """Those of which the next `count` lines of the log tell."""
    assert process.stderr is not None
    lines = [process.stderr.readline() for _ in range(count)]
    return [line.rpartition(" in ")[2].strip() for line in lines]


DYING = """
def work(begun):
    begun()
    sys.exit(7)
run(1)
"""


@on_sqlite
def test_a_process_that_ends_again_and_again_is_replaced_more_and_more_slowly() -> None:
    with parent(DYING) as process:
        assert pauses(process, 4) == ["0 s", "0.25 s", "0.5 s", "1 s"]
        process.terminate()
        assert process.wait(SECONDS) == 0


UNFORKED = """
failing = 2, 3, 4
def work(begun):
    say(len(os.listdir("/dev/fd")))
    begun()
    if len(tries) == 1:
        sys.exit(7)
    signal.pause()
run(1)
"""


@on_sqlite
def test_a_process_that_cannot_be_forked_is_tried_again() -> None:
    with parent(UNFORKED) as process:
        assert pauses(process, 4) == ["0 s", "0.25 s", "0.5 s", "1 s"]
        assert process.stdout is not None
        first, second = (process.stdout.readline() for _ in range(2))
        assert second == first  # in vain, but nothing was left open
        process.terminate()
        assert process.wait(SECONDS) == 0


FAULTY = """
def work(begun):
    begun()
    if len(tries) == 1:
        sys.exit(7)
    signal.pause()
def ended(pid):
    raise ArithmeticError("a fault of the parent")
run(2, ended=ended)
"""


@on_sqlite
def test_a_fault_of_the_parent_ends_all() -> None:
    with parent(FAULTY) as process:
        # Whoever goes on would hold the other end of what is read here.
        _, errors = process.communicate(timeout=SECONDS)
        assert process.returncode == 1
        assert "a fault of the parent" in errors


SLOW = """
def work(begun):
    if len(tries) == 2:
        sys.stdin.readline()
        say("the second begins")
    begun()
    if len(tries) in (1, 3):
        sys.exit(7)
    signal.pause()
run(2, begun=lambda: say("all have begun"))
"""


@on_sqlite
def test_all_have_begun_when_all_of_the_present_ones_have() -> None:
    with parent(SLOW) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        # The first and the third, which has replaced it, have begun, but do not work any more.
        assert pauses(process, 2) == ["0 s", "0.25 s"]
        process.stdin.write("\n")
        process.stdin.flush()
        lines = [process.stdout.readline().strip() for _ in range(2)]
        assert lines == ["the second begins", "all have begun"]
        process.terminate()
        assert process.wait(SECONDS) == 0


@on_sqlite
def test_only_one_process_serves_sqlite(tmp_path: Path) -> None:
    refused = dialtree("serve", "--workers", "2", data_dir=str(tmp_path))
    assert refused.returncode == 1
    assert refused.stderr.startswith("dialtree: on SQLite one process serves")
    refused = dialtree("serve", "--workers", "0", data_dir=str(tmp_path))
    assert refused.returncode == 2
    assert "a number from 1 on" in refused.stderr
