"""What holds for every answer of the web server: headers, masked bugs, whose word counts."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from tortoise.exceptions import OperationalError

from dialtree import asgi, web_protocol
from dialtree.accounts.signing_in import Credentials
from dialtree.graphql.endpoint import Endpoint
from dialtree.settings import Settings
from dialtree.web import UnexpectedErrors
from tests.server import Server, serving

WHO = {"query": "{ viewer { id } }"}
SECRET = "secret detail"


@asynccontextmanager
async def asking(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serving(settings) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as http,
    ):
        yield http


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "app"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<!doctype html><title>dialtree</title>")
    (root / "explorer.html").write_text('<meta property="csp-nonce" nonce="{{nonce}}" />')
    (root / "assets" / "index-abc123.js").write_text("1")
    monkeypatch.setattr(asgi, "PACKAGED_APP", root)


def directives(response: httpx.Response) -> dict[str, str]:
    policy = response.headers["content-security-policy"]
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


PATHS = ("/", "/orders", "/explorer", "/explorer.html", "/assets/index-abc123.js", "/assets/no.js")


# Headers ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("built")
async def test_every_answer_has_strict_headers(settings: Settings) -> None:
    async with asking(settings) as http:
        answers = [await http.get(path) for path in PATHS]
        answers += [
            await http.post("/graphql", json=WHO),
            await http.post("/graphql", content="x"),
            await http.put("/graphql"),
            await http.post("/orders"),
        ]
    for answer in answers:
        headers, policy = answer.headers, directives(answer)
        assert policy["default-src"] == "'none'"
        for name in ("base-uri", "form-action", "frame-ancestors"):
            assert policy[name] == "'none'"
        assert "unsafe-eval" not in str(policy)
        assert "http" not in str(policy)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "strict-transport-security" not in headers
        assert "server" not in headers
        assert len(headers.get_list("content-security-policy")) == 1
        assert len(headers.get_list("cache-control")) == 1
    assert [answer.headers["cache-control"] for answer in answers[-4:]] == ["no-store"] * 4


@pytest.mark.usefixtures("built")
async def test_the_app_needs_nothing_inline(settings: Settings) -> None:
    async with asking(settings) as http:
        for path in ("/", "/orders", "/explorer.html"):
            answer = await http.get(path)
            assert "dialtree" in answer.text
            assert "unsafe" not in answer.headers["content-security-policy"]
            assert directives(answer)["script-src"] == "'self'"
            assert directives(answer)["style-src"] == "'self'"


@pytest.mark.usefixtures("built")
async def test_the_explorer_has_a_nonce_for_its_styles(settings: Settings) -> None:
    """No script is admitted by it, and no style element without it."""
    async with asking(settings) as http:
        nonces = set()
        for _ in range(3):
            answer = await http.get("/explorer")
            policy = directives(answer)
            nonce = answer.text.split('nonce="')[1].split('"')[0]
            nonces.add(nonce)
            assert len(nonce) > 20
            assert policy["style-src-elem"] == f"'self' 'nonce-{nonce}'"
            assert policy["script-src"] == "'self'"
            assert [name for name in policy if "unsafe" in policy[name]] == ["style-src-attr"]
            assert answer.headers["cache-control"] == "no-store"
    assert len(nonces) == 3


@pytest.mark.usefixtures("built")
async def test_the_explorer_can_be_switched_off(settings: Settings) -> None:
    async with asking(settings.model_copy(update={"explorer": False})) as http:
        answer = await http.get("/explorer")
        assert answer.status_code == 404
        assert "csp-nonce" not in (await http.get("/explorer.html")).text
        assert (await http.get("/orders")).status_code == 200


async def test_https_is_remembered_where_it_is_used(settings: Settings) -> None:
    async with asking(settings.model_copy(update={"secure_cookie": True})) as http:
        for path in ("/", "/graphql"):
            hsts = (await http.get(path)).headers["strict-transport-security"]
            assert hsts == "max-age=31536000"


# Bugs ---------------------------------------------------------------------------------------------


async def failing(*_: object, **__: object) -> None:
    raise RuntimeError(SECRET)


class FailingPages:
    """In place of one of the middlewares."""

    def __init__(self, app: ASGIApp, **_: object) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if "half" in scope["path"]:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise RuntimeError(SECRET)


def assert_masked(answer: httpx.Response, caplog: pytest.LogCaptureFixture) -> None:
    assert answer.status_code == 500
    assert "json" in answer.headers["content-type"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL_ERROR"
    assert error["extensions"]["errorId"] in error["message"]
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    [logged] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert error["extensions"]["errorId"] in logged.getMessage()
    assert SECRET in str(logged.exc_info)


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_bug_before_any_resolver_is_masked(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, accept: str
) -> None:
    monkeypatch.setattr(Credentials, "principal", failing)
    answer = await server.http.post("/graphql", json=WHO, headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(accept)
    assert_masked(answer, caplog)


@pytest.mark.parametrize("where", ["get_context", "decode_json", "encode_json", "process_result"])
async def test_a_bug_of_the_endpoint_is_masked(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    real = getattr(Endpoint, where)
    calls = []

    def broken(*arguments: object, **named: object) -> object:
        calls.append(where)
        if len(calls) == 1:
            raise RuntimeError(SECRET)
        return real(*arguments, **named)

    monkeypatch.setattr(Endpoint, where, broken)
    assert_masked(await server.http.post("/graphql", json=WHO), caplog)
    assert (await server.http.post("/graphql", json=WHO)).status_code == 200


async def test_a_bug_elsewhere_is_masked(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(asgi, "GZipMiddleware", FailingPages)
    async with asking(settings) as http:
        assert_masked(await http.get("/", headers={"Accept-Language": "de"}), caplog)


async def test_a_bug_in_the_middle_of_an_answer_ends_the_connection(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A part must not be taken for the whole."""
    monkeypatch.setattr(asgi, "GZipMiddleware", FailingPages)
    async with asking(settings) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get("/half")
    assert SECRET in caplog.text


async def test_a_database_that_is_away_is_worth_another_try(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("dialtree.masking.is_passing", lambda error: "locked" in str(error))
    monkeypatch.setattr(Credentials, "principal", away)
    answer = await server.http.post("/graphql", json=WHO)
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["extensions"]["code"] == "TRY_AGAIN"


async def test_who_leaves_in_the_middle_of_a_request_is_no_bug(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reading, left = asyncio.Event(), asyncio.Event()
    principal = Credentials.principal
    watched = UnexpectedErrors.__call__

    async def noticing(credentials: Credentials) -> object:
        reading.set()
        return await principal(credentials)

    async def watching(self: UnexpectedErrors, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await watched(self, scope, receive, send)
        finally:
            if scope["type"] == "http":
                left.set()

    monkeypatch.setattr(Credentials, "principal", noticing)
    monkeypatch.setattr(UnexpectedErrors, "__call__", watching)
    async with serving(settings) as url:
        address = httpx.URL(url)
        _, writer = await asyncio.open_connection(address.host, address.port)
        writer.write(
            b"POST /graphql HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
            b'Content-Length: 100\r\n\r\n{"query":'
        )
        await asyncio.wait_for(reading.wait(), 10)
        writer.close()
        await asyncio.wait_for(left.wait(), 10)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


# The client's address -----------------------------------------------------------------------------


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of those who asked."""
    seen: list[str] = []
    answer: Callable[[Endpoint, Request], object] = Endpoint._answer

    async def noting(self: Endpoint, request: Request) -> Response:
        assert request.client is not None
        seen.append(f"{request.url.scheme} {request.client.host}")
        return await answer(self, request)  # type: ignore[misc,no-any-return]

    monkeypatch.setattr(Endpoint, "_answer", noting)
    return seen


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (["127.0.0.1"], "203.0.113.7", "https 203.0.113.7"),
        (["127.0.0.0/8"], "198.51.100.1, 203.0.113.7", "https 203.0.113.7"),
        (["127.0.0.1", "203.0.113.0/24"], "198.51.100.1, 203.0.113.7", "https 198.51.100.1"),
        (["192.0.2.1"], "203.0.113.7", "http 127.0.0.1"),
        ([], "203.0.113.7", "http 127.0.0.1"),
    ],
)
async def test_only_a_trusted_proxy_says_who_asks(
    settings: Settings, clients: list[str], trusted: list[str], forwarded: str, expected: str
) -> None:
    """What stands before the last address that is no proxy of ours, anybody may have written."""
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
    async with asking(settings.model_copy(update={"trusted_proxies": trusted})) as http:
        assert (await http.post("/graphql", json=WHO, headers=headers)).status_code == 200
    assert clients == [expected]


# Heads of requests --------------------------------------------------------------------------------


async def raw(url: str, *pieces: bytes) -> bytes:
    """What the server answers before it closes the connection."""
    address = httpx.URL(url)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    try:
        async with asyncio.timeout(20):
            writer.writelines(pieces)
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


LONG = b"a" * (web_protocol.HEAD_BYTES + 1)
CHUNKED = (
    b"POST /graphql HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /graphql?x=" + LONG,
        b"GET /graphql HTTP/1.1\r\nHost: test\r\nX-Long: " + LONG,
        b"GET /graphql HTTP/1.1\r\nHost: test\r\n" + b"X-Many: 1\r\n" * 10_000,
        CHUNKED + b"1\r\n{\r\n0\r\nX-Trailer: " + LONG,
        CHUNKED + b"1;" + LONG,
    ],
    ids=["address", "header", "headers", "trailer", "chunk extension"],
)
async def test_a_head_without_end_is_refused(server: Server, request_: bytes) -> None:
    """Else it would be kept at any length, and read ever more slowly."""
    answer = await raw(server.url, request_, *[LONG] * 8)
    # Whoever still sends may find the connection closed before the answer can be read.
    assert answer.startswith(b"HTTP/1.1 400") or answer == b""


async def test_who_connects_and_says_nothing_is_let_go(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_protocol, "HEAD_SECONDS", 0.05)
    async with serving(settings) as url:
        assert await raw(url) == b""
        assert await raw(url, b"GET / HTTP/1.1\r\nHost: ") == b""


async def test_a_body_that_stops_coming_is_given_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialtree.graphql.over_http.PAUSE_SECONDS", 0.05)
    async with serving(settings) as url:
        answer = await raw(url, CHUNKED, b"1\r\n{\r\n")
    assert answer.startswith(b"HTTP/1.1 408")


async def test_many_requests_on_one_connection_are_answered(server: Server) -> None:
    """The limit is that of each request."""
    for _ in range(60):
        answer = await server.http.post("/graphql", json=WHO, headers={"X-Padding": "a" * 4000})
        assert answer.status_code == 200
