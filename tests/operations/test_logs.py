"""What is written for machines: one JSON object a line, with the id of the request in each."""

import logging
import os
import pty
import subprocess
import sys
from pathlib import Path

import httpx
import orjson
import pytest

from dialtree.graphql import observing
from dialtree.operations.logs import request_id_from
from tests.running import MAIN, dialtree, environment, running
from tests.server import Server
from tests.sockets import signed_in


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (b"7f3a-1.b:C_d", True),
        (b"x" * 64, True),
        (b"x" * 65, False),
        (b"", False),
        (b'a"b', False),
        (b"a b", False),
        (b"a\nb", False),
        ("ü".encode(), False),
    ],
)
def test_a_sane_id_of_the_proxy_is_kept(given: bytes, kept: bool) -> None:
    id_ = request_id_from({b"x-request-id": given})
    assert (id_ == given.decode()) == kept
    assert id_.isascii()
    assert 1 <= len(id_) <= 64
    assert request_id_from({}) != request_id_from({})


def operation(caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    """The line of the last operation."""
    return [record for record in caplog.records if record.name == observing.log.name][-1]


async def test_a_line_says_what_was_done_by_whom_and_how_it_ended(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "dialtree")
    await server.administrator("query Mine { viewer { email } }")
    line = operation(caplog)
    assert (
        line.__dict__.items()
        >= {
            "operation": "Mine",
            "operation_type": "query",
            "field": "viewer",
            "outcome": "ok",
            "code": None,
            "user_id": server.people.administrator.user_id,
            "customer_id": server.people.administrator.customer_id,
            "address": "127.0.0.1",
            "transport": "http",
        }.items()
    )
    assert line.duration_ms > 0

    async def outcome(document: str, api=server.viewer, **variables: object) -> tuple:
        await api.post(document, variables)
        line = operation(caplog)
        return line.operation, line.operation_type, line.field, line.outcome, line.code

    split = 'mutation Split { splitRange(input: {rangeId: "x"}) { __typename } }'
    assert await outcome(split) == (
        "Split", "mutation", "splitRange", "refused", "NOT_FOUND",
    )  # fmt: skip
    refused = ("query", "orders", "refused", "NOT_AUTHENTICATED")
    assert await outcome("{ orders { totalCount } }", server.nobody) == (None, *refused)
    assert await outcome("{ nonsense }") == (None, "query", "unknown", "invalid", None)
    assert await outcome("{") == (None, "unknown", "unknown", "invalid", None)
    assert await outcome("{ __typename }") == (None, "query", "introspection", "ok", None)
    assert await outcome("{ viewer { id } inventory { freeCount } }") == (
        None, "query", "several", "ok", None,
    )  # fmt: skip


async def test_an_error_of_ours_is_found_by_its_id(
    server: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("dialtree.orders.queries.orders", fail)
    answer = await server.administrator.post("{ orders { nodes { id } } }")
    [error] = answer["errors"]
    [line] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert error["extensions"]["errorId"] in line.getMessage()


async def test_an_operation_on_a_socket_has_a_line(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "dialtree")
    token = await server.token(server.people.viewer)
    async with signed_in(server.socket_url, token) as socket:
        await socket.ask("query Mine { viewer { id } }")
        stream = await socket.subscribe("subscription Live { inventoryChanged { everything } }")
        await stream.next()
        await stream.stop()
        await socket.ask("{ viewer { id } }")
    lines = [record for record in caplog.records if record.name == observing.log.name]
    assert [(line.operation, line.transport) for line in lines] == [
        ("Mine", "websocket"), ("Live", "websocket"), (None, "websocket"),
    ]  # fmt: skip
    assert {line.user_id for line in lines} == {server.people.viewer.user_id}
    assert lines[1].operation_type == "subscription"


def test_every_line_is_json_with_the_id_of_its_request(tmp_path: Path) -> None:
    with running(data_dir=str(tmp_path), log_level="debug") as server:
        query = {"query": "{ viewer { id } }"}
        answer = httpx.post(
            f"{server.url}/graphql", json=query, headers={"X-Request-Id": "from-proxy"}
        )
        assert answer.headers["x-request-id"] == "from-proxy"
        line = orjson.loads(server.until("dialtree.operation"))
        server.stop()
        assert server.ended() == 0
    assert line["request_id"] == "from-proxy"
    for written in server.logged():
        assert {"time", "level", "logger", "message", "request_id"} <= written.keys()
        # What libraries say at that level holds values of statements.
        assert written["level"] != "DEBUG" or written["logger"].startswith("dialtree")
    assert server.output == []


def test_lines_are_for_people_where_they_are_set_so(tmp_path: Path) -> None:
    with running(data_dir=str(tmp_path), log_format="text") as server:
        httpx.post(
            f"{server.url}/graphql",
            json={"query": "{ viewer { id } }"},
            headers={"X-Request-Id": "abc"},
        )
        line = server.until("dialtree.operation")
        assert line.startswith("INFO dialtree.operation: query viewer ok in ")
        assert line.endswith(" ms [abc]\n")


def test_on_a_terminal_lines_are_for_people(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "serve"],
        env=environment(data_dir=str(tmp_path), port="0"),
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    with open(ours, errors="replace") as terminal:
        assert terminal.readline().startswith("INFO dialtree.work: E-mails are written to ")
        process.terminate()
        assert process.wait(30) == 0


def test_commands_speak_to_people(tmp_path: Path) -> None:
    ended = dialtree("token", "revoke", "7", data_dir=str(tmp_path))
    assert ended.returncode == 1
    assert ended.stderr.startswith("dialtree: there is no valid token 7")
