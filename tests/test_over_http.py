"""GraphQL over HTTP: which type answers, with which status, and who may ask with a session.
The specification's own audits run in tests/clients."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from dialtree.accounts.cookie import SESSION_COOKIE
from dialtree.accounts.signing_in import sign_in
from dialtree.graphql.over_http import MediaType, negotiate
from dialtree.settings import Settings
from tests import sockets
from tests.conftest import PASSWORD
from tests.server import Json, Server, populated

EMAIL = "admin@nordlicht.example"
WHO = "{ viewer { email } }"
LOGOUT = "mutation { logout { __typename } }"
RESPONSE = "application/graphql-response+json"
URQL = f"{RESPONSE}, application/graphql+json, application/json, text/event-stream, multipart/mixed"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FOREIGN = "http://evil.example"


async def post(server: Server, document: object, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await server.http.post("/graphql", json={"query": document}, headers=named)


def message(response: httpx.Response) -> str:
    """Of the only error, in an answer that is JSON whatever went wrong."""
    assert "json" in response.headers["content-type"]
    [error] = response.json()["errors"]
    assert "data" not in response.json()
    return str(error["message"])


def code(response: httpx.Response) -> str:
    message(response)
    return str(response.json()["errors"][0]["extensions"]["code"])


# What answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, MediaType.JSON),
        ("", MediaType.JSON),
        ("*/*", MediaType.JSON),
        ("application/*", MediaType.JSON),
        ("application/json", MediaType.JSON),
        ("Application/JSON; charset=utf-8", MediaType.JSON),
        (BROWSER, MediaType.JSON),
        (RESPONSE, MediaType.RESPONSE),
        (URQL, MediaType.RESPONSE),
        (f"application/json, {RESPONSE}", MediaType.JSON),
        (f"application/json;q=0.9, {RESPONSE}", MediaType.RESPONSE),
        (f"{RESPONSE};q=0.5, */*;q=0.1", MediaType.RESPONSE),
        ("application/json;q=0, */*", MediaType.RESPONSE),
        ("text/event-stream", MediaType.STREAM),
        ("text/event-stream, */*", MediaType.STREAM),
        ("text/event-stream, application/json", MediaType.STREAM),
        ("application/json, text/event-stream", MediaType.JSON),
        ("text/event-stream;q=0.5, application/json", MediaType.JSON),
        ("text/event-stream, multipart/mixed", MediaType.STREAM),
        ("text/html", None),
        ("multipart/mixed", None),
        ("application/json;q=0", None),
        ("application/json;q=nonsense", None),
        (",;,=", None),
    ],
)
def test_the_client_chooses_the_type(accept: str | None, expected: MediaType | None) -> None:
    assert negotiate(accept) == expected


DOCUMENTS: list[tuple[object, int, int]] = [
    (WHO, 200, 200),
    ("{ orders { totalCount } }", 200, 200),
    ("{", 200, 400),
    ("{ nothing }", 200, 400),
    ("query($id: ID!) { node(id: $id) { id } }", 200, 400),
    ("{ viewer { " + "id " * 2100 + "} }", 200, 400),
    ("", 400, 400),
    (5, 400, 400),
    ("query a { viewer { id } } query b { viewer { id } }", 200, 400),
    ("query a { viewer { id } } mutation b { logout { __typename } }", 200, 400),
    ("subscription { ordersUpdated { id } }", 400, 400),
]
"""With the status as JSON, which says little, and as the type of the specification."""


@pytest.mark.parametrize(("document", "as_json", "as_response"), DOCUMENTS)
async def test_the_status_tells_whether_the_operation_began(
    server: Server, document: object, as_json: int, as_response: int
) -> None:
    for accept, status in (("application/json", as_json), (RESPONSE, as_response)):
        response = await post(server, document, Accept=accept)
        assert response.status_code == status
        assert response.headers["content-type"] == f"{accept}; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        answer = response.json()
        assert ("data" in answer) == (as_response == 200)
        assert "errors" in answer or as_response == 200


async def test_an_operation_that_began_is_a_success_whatever_it_met(server: Server) -> None:
    """A field that failed has a path, and null beside it is an answer."""
    response = await post(server, "{ orders { totalCount } }", Accept=RESPONSE)
    assert response.status_code == 200
    assert response.json()["data"] is None
    assert response.json()["errors"][0]["path"] == ["orders"]


async def test_nothing_is_answered_that_is_not_accepted(server: Server) -> None:
    response = await post(server, WHO, Accept="image/png")
    assert response.status_code == 406
    assert RESPONSE in message(response)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("application/json;charset=utf-8", 200),
        ('Application/JSON; charset="UTF-8"', 200),
        ("application/graphql+json", 200),
        ("application/json; charset=latin-1", 415),
        ("text/plain", 415),
        ("text/plain; x=application/json", 415),
        ("application/json-seq", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("", 415),
    ],
)
async def test_only_json_is_read(server: Server, content_type: str, status: int) -> None:
    """No HTML form can send it, and a page elsewhere has to ask first by CORS."""
    response = await post(server, WHO, Content_Type=content_type)
    assert response.status_code == status
    if status != 200:
        assert "Send JSON" in message(response)


async def test_a_compressed_body_is_not_read(server: Server) -> None:
    """A few of its bytes could become very many."""
    response = await post(server, WHO, Content_Encoding="gzip")
    assert response.status_code == 415
    assert "Content-Encoding" in message(response)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
async def test_other_methods_are_refused(server: Server, method: str) -> None:
    response = await server.http.request(method, "/graphql", json={"query": WHO})
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")
    assert "POST" in message(response)


async def test_head_is_no_way_to_ask(server: Server) -> None:
    response = await server.http.head("/graphql", params={"query": WHO})
    assert (response.status_code, response.content) == (405, b"")


@pytest.mark.parametrize("accept", ["application/json", RESPONSE, "text/event-stream"])
async def test_get_only_asks(server: Server, accept: str) -> None:
    headers = {"Accept": accept, "Authorization": f"Bearer {server.viewer.token}"}
    change = "{ updateViewer(input: {language: DE}) { __typename } }"
    for question in (
        {"query": f"mutation {change}"},
        {"query": f"query a {WHO} mutation b {change}", "operationName": "b"},
    ):
        response = await server.http.get("/graphql", params=question, headers=headers)
        assert (response.status_code, response.headers["allow"]) == (405, "POST")
        assert message(response) == "Mutations need POST."
    for name in ("", "c"):
        question = {"query": f"mutation b {change}", "operationName": name}
        response = await server.http.get("/graphql", params=question, headers=headers)
        assert '"data"' not in response.text
        assert "INTERNAL_ERROR" not in response.text
    data = await server.viewer("{ viewer { language } }")
    assert data == {"viewer": {"language": "EN"}}
    query = {"query": "query b { viewer { email } }", "operationName": "b"}
    response = await server.http.get("/graphql", params=query, headers=headers)
    assert response.status_code == 200
    assert '"email":"viewer@nordlicht.example"' in response.text


@pytest.mark.parametrize(
    "parameters",
    [{}, {"query": ""}, {"query": WHO, "variables": "5"}, {"query": WHO, "variables": "{"}],
)
async def test_a_bad_question_by_get_is_a_bad_request(server: Server, parameters: Json) -> None:
    for accept in ("application/json", BROWSER, RESPONSE):
        headers = {"Accept": accept}
        response = await server.http.get("/graphql", params=parameters, headers=headers)
        assert response.status_code == 400
        assert message(response)


async def test_a_query_can_be_streamed(server: Server) -> None:
    response = await post(server, WHO, Accept="text/event-stream")
    assert response.headers["content-type"].startswith("text/event-stream")
    assert "no-cache" in response.headers["cache-control"]
    assert 'data: {"data":{"viewer":null}}' in response.text
    assert "event: complete" in response.text


# Whose page asks ----------------------------------------------------------------------------------


async def session() -> str:
    """The Cookie header of a signed-in browser."""
    _, secret = await sign_in(EMAIL, PASSWORD, timedelta(days=1))
    return f"{SESSION_COOKIE}={secret}"


OURS: list[dict[str, str]] = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "{url}"},
    {"Origin": "{url}", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://test.example"},
    {"Origin": "HTTP://Test.Example:80"},
    {"Origin": "http://elsewhere.example", "Sec-Fetch-Site": "same-origin"},
]
"""The last: behind a proxy that keeps neither Host nor tells of itself; browsers know better."""

THEIRS: list[dict[str, str]] = [
    {"Origin": FOREIGN},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "https://test.example"},
    {"Origin": FOREIGN, "Sec-Fetch-Site": "cross-site"},
    {"Origin": "{url}", "Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


def at(server: Server, headers: dict[str, str]) -> dict[str, str]:
    return {name: value.format(url=server.url) for name, value in headers.items()}


@pytest.mark.parametrize("headers", OURS)
async def test_our_own_pages_ask_with_the_session(server: Server, headers: dict[str, str]) -> None:
    cookie = {"Cookie": await session()}
    response = await post(server, WHO, **cookie, **at(server, headers))
    assert response.json() == {"data": {"viewer": {"email": EMAIL}}}


@pytest.mark.parametrize("headers", THEIRS)
async def test_a_page_elsewhere_cannot_ask_with_the_session(
    server: Server, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    cookie = {"Cookie": await session()}
    named = at(server, headers)
    for response in (
        await post(server, LOGOUT, **cookie, **named),
        await server.http.get("/graphql", params={"query": WHO}, headers=cookie | named),
    ):
        assert response.status_code == 403
        assert code(response) == "CROSS_SITE_REQUEST"
        assert "access-control-allow-origin" not in response.headers
    assert "DIALTREE_PUBLIC_URL" in caplog.text
    assert (await post(server, WHO, **cookie)).json()["data"]["viewer"] == {"email": EMAIL}
    # Without the session it is nobody's request, and a token has been given on purpose.
    assert (await post(server, WHO, **named)).json() == {"data": {"viewer": None}}
    token = {"Authorization": f"Bearer {server.viewer.token}"}
    answer = (await post(server, WHO, **cookie, **token, **named)).json()
    assert answer["data"]["viewer"] == {"email": "viewer@nordlicht.example"}


async def test_without_a_public_address_the_host_decides(settings: Settings) -> None:
    async with populated(settings.model_copy(update={"public_url": None})) as server:
        cookie = {"Cookie": await session()}
        assert (await post(server, WHO, **cookie, Origin=server.url)).status_code == 200
        for origin in (FOREIGN, "http://test.example", f"{server.url}0"):
            assert (await post(server, WHO, **cookie, Origin=origin)).status_code == 403
            with pytest.raises(InvalidStatus) as refused:
                async with sockets.connected(server.socket_url, **cookie, Origin=origin):
                    pass
            assert refused.value.response.status_code == 403


# Pages elsewhere that the operator names ----------------------------------------------------------

TOOLS = "https://tools.example"
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
}


@asynccontextmanager
async def open_to_tools(settings: Settings) -> AsyncIterator[Server]:
    async with populated(settings.model_copy(update={"cors_origins": [TOOLS]})) as server:
        yield server


async def test_cors_is_closed(server: Server) -> None:
    response = await server.http.options("/graphql", headers=PREFLIGHT | {"Origin": TOOLS})
    assert response.status_code == 405
    asked = await post(server, WHO, Origin=TOOLS)
    for headers in (response.headers, asked.headers):
        assert not [name for name in headers if name.startswith("access-control")]


async def test_a_page_that_the_operator_names_may_ask_by_token(settings: Settings) -> None:
    async with open_to_tools(settings) as server:
        preflight = await server.http.options("/graphql", headers=PREFLIGHT | {"Origin": TOOLS})
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == TOOLS
        assert "access-control-allow-credentials" not in preflight.headers
        token = {"Authorization": f"Bearer {server.viewer.token}"}
        response = await post(server, WHO, Origin=TOOLS, **token)
        assert response.headers["access-control-allow-origin"] == TOOLS
        assert "access-control-allow-credentials" not in response.headers
        assert response.json()["data"]["viewer"] == {"email": "viewer@nordlicht.example"}
        cookie = {"Cookie": await session()}
        for site in ({}, {"Sec-Fetch-Site": "same-site"}):
            response = await post(server, WHO, Origin=TOOLS, **cookie, **site)
            assert code(response) == "CROSS_SITE_REQUEST"
        other = await server.http.options("/graphql", headers=PREFLIGHT | {"Origin": FOREIGN})
        assert other.status_code == 400
        assert "access-control-allow-origin" not in other.headers


async def test_its_sockets_are_opened_by_token_only(settings: Settings) -> None:
    async with open_to_tools(settings) as server:
        headers = {"Cookie": await session(), "Origin": TOOLS}
        async with sockets.connected(server.socket_url, **headers) as socket:
            await socket.send({"type": "connection_init"})
            assert await socket.closed() == 4403
        async with sockets.connected(server.socket_url, **headers) as socket:
            payload = {"authorization": f"Bearer {server.viewer.token}"}
            await socket.send({"type": "connection_init", "payload": payload})
            assert await socket.receive() == {"type": "connection_ack"}
            answer = await socket.ask(WHO)
            assert answer["data"]["viewer"] == {"email": "viewer@nordlicht.example"}


# What may be known of the schema ------------------------------------------------------------------

INTROSPECTIONS = (
    "{ __schema { types { name } } }",
    '{ x: __type(name: "Query") { name } }',
    "query { ...a } fragment a on Query { viewer { id } ... { __schema { description } } }",
)


async def test_the_schema_can_be_kept_back(settings: Settings) -> None:
    async with populated(settings.model_copy(update={"introspection": False})) as server:
        for document in INTROSPECTIONS:
            for _ in range(2):
                for api in (server.nobody, server.administrator):
                    assert await api.codes(document) == ["INTROSPECTION_OFF"]
            assert (await post(server, document, Accept=RESPONSE)).status_code == 400
            async with sockets.signed_in(server.socket_url, server.viewer.token) as socket:
                stream = await socket.subscribe(document)
                assert (await stream.error())["extensions"]["code"] == "INTROSPECTION_OFF"
        data = await server.administrator("{ __typename viewer { __typename email } }")
        assert data["__typename"] == "Query"
        assert await server.nobody.codes("{ __schema { nothing } }") == [None]


async def test_the_schema_can_be_asked_for(server: Server) -> None:
    for document in INTROSPECTIONS:
        assert await server.nobody.codes(document) == []
