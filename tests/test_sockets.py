"""Who gets in by WebSocket, and the protocol graphql-transport-ws spoken there."""

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from dialtree.accounts.cookie import SESSION_COOKIE
from dialtree.accounts.signing_in import Credentials
from dialtree.settings import Settings
from tests import sockets
from tests.conftest import PASSWORD
from tests.server import Server, populated, revoke
from tests.sockets import PROTOCOL, Socket

INIT = {"type": "connection_init"}
ACK = {"type": "connection_ack"}
WHO = "{ viewer { email } }"
EMAIL = "admin@nordlicht.example"
TRY_LATER = 1013


async def cookie(server: Server) -> str:
    """The Cookie header of a signed-in browser."""
    document = "mutation($i: LoginInput!) { login(input: $i) { __typename } }"
    variables = {"i": {"email": EMAIL, "password": PASSWORD}}
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        await http.post("/graphql", json={"query": document, "variables": variables})
        return f"{SESSION_COOKIE}={http.cookies[SESSION_COOKIE]}"


async def who(socket: Socket) -> str | None:
    viewer = (await socket.ask(WHO))["data"]["viewer"]
    return viewer and viewer["email"]


async def test_a_token_may_come_with_connection_init(server: Server) -> None:
    async with sockets.signed_in(server.socket_url, server.viewer.token) as socket:
        assert await who(socket) == "viewer@nordlicht.example"


async def test_a_token_may_come_with_the_handshake(server: Server) -> None:
    header = f"Bearer {server.viewer.token}"
    async with sockets.connected(server.socket_url, Authorization=header) as socket:
        await socket.send(INIT)
        assert await socket.receive() == ACK
        assert await who(socket) == "viewer@nordlicht.example"


async def test_a_session_cookie_opens_a_socket_for_ones_own_page(server: Server) -> None:
    headers = {"Cookie": await cookie(server), "Origin": server.url}
    async with sockets.connected(server.socket_url, **headers) as socket:
        await socket.send(INIT | {"payload": {}})
        assert await socket.receive() == ACK
        assert await who(socket) == EMAIL


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://127.0.0.1", "https://test.example", "garbage"],
)
async def test_a_page_elsewhere_cannot_use_the_cookie(server: Server, origin: str) -> None:
    headers = {"Cookie": await cookie(server), "Origin": origin}
    with pytest.raises(InvalidStatus) as refused:
        async with sockets.connected(server.socket_url, **headers):
            pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("public_url", ["http://test.example", "http://test.example/"])
async def test_the_public_address_is_ones_own_page(settings: Settings, public_url: str) -> None:
    """Behind a proxy the Host is another than the address people use."""
    async with populated(settings.model_copy(update={"public_url": public_url})) as server:
        headers = {"Cookie": await cookie(server), "Origin": "http://test.example"}
        async with sockets.connected(server.socket_url, **headers) as socket:
            await socket.send(INIT)
            assert await socket.receive() == ACK


@pytest.mark.parametrize(
    "payload", [{}, None, {"authorization": "Bearer dialtree_x"}, {"authorization": 5}]
)
async def test_nobody_is_shown_out(server: Server, payload: object) -> None:
    async with sockets.connected(server.socket_url) as socket:
        await socket.send(INIT if payload is None else INIT | {"payload": payload})
        assert await socket.closed() == 4403


async def test_a_revoked_token_opens_nothing(server: Server) -> None:
    assert server.viewer.token is not None
    await revoke(server.viewer.token)
    async with sockets.connected(server.socket_url) as socket:
        payload = {"authorization": f"Bearer {server.viewer.token}"}
        await socket.send(INIT | {"payload": payload})
        assert await socket.closed() == 4403


async def test_a_token_revoked_later_starts_nothing_more(server: Server) -> None:
    async with sockets.signed_in(server.socket_url, server.administrator.token) as socket:
        assert await who(socket) == EMAIL
        assert server.administrator.token is not None
        await revoke(server.administrator.token)
        assert await who(socket) is None
        answer = await socket.ask("{ orders { totalCount } }")
        assert answer["errors"][0]["extensions"]["code"] == "NOT_AUTHENTICATED"
        answer = await socket.ask(
            "mutation { updateViewer(input: {language: DE}) { ... on Refusal { code } } }"
        )
        assert answer["data"]["updateViewer"] == {"code": "NOT_AUTHENTICATED"}
        stream = await socket.subscribe("subscription { ordersUpdated { id } }")
        assert (await stream.error())["extensions"]["code"] == "NOT_AUTHENTICATED"
        stream = await socket.subscribe("subscription { inventoryChanged { everything } }")
        assert (await stream.error())["extensions"]["code"] == "NOT_AUTHENTICATED"


@pytest.mark.parametrize("subprotocol", ["graphql-ws", None, "soap"])
async def test_other_protocols_are_refused(server: Server, subprotocol: str | None) -> None:
    headers = {"Authorization": f"Bearer {server.viewer.token}"}
    url = server.socket_url
    async with sockets.connected(url, subprotocol=subprotocol, **headers) as socket:
        assert socket.connection.subprotocol is None
        assert await socket.closed() == 4406


async def test_the_protocol_is_agreed(server: Server) -> None:
    async with sockets.connected(server.socket_url) as socket:
        assert socket.connection.subprotocol == PROTOCOL


async def test_an_operation_before_connection_init_closes_the_socket(server: Server) -> None:
    headers = {"Authorization": f"Bearer {server.viewer.token}"}
    async with sockets.connected(server.socket_url, **headers) as socket:
        await socket.subscribe(WHO)
        assert await socket.closed() == 4401


@pytest.mark.parametrize("text", ["{", "5", "null", "[]", '"x"', "{}", '{"type": "start"}'])
async def test_what_is_no_message_closes_the_socket(server: Server, text: str) -> None:
    async with sockets.signed_in(server.socket_url, server.viewer.token) as socket:
        await socket.connection.send(text)
        assert await socket.closed() == 4400


async def test_a_binary_frame_closes_the_socket(server: Server) -> None:
    async with sockets.signed_in(server.socket_url, server.viewer.token) as socket:
        await socket.connection.send(b'{"type": "ping"}')
        assert await socket.closed() == 4400


async def test_a_ping_is_answered(server: Server) -> None:
    async with sockets.signed_in(server.socket_url, server.viewer.token) as socket:
        await socket.send({"type": "ping"})
        assert await socket.receive() == {"type": "pong"}


async def test_a_mistake_in_the_document_is_an_error_of_that_operation(server: Server) -> None:
    async with sockets.signed_in(server.socket_url, server.viewer.token) as socket:
        stream = await socket.subscribe("subscription { nothing { id } }")
        message = await stream.message()
        assert message["type"] == "error"
        [error] = message["payload"]
        assert "nothing" in error["message"]
        assert "extensions" not in error
        assert await who(socket) is not None


async def test_a_bug_is_masked_here_too(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("dialtree.inventory.summary_graphql._as_seen_by", broken)
    async with sockets.signed_in(server.socket_url, server.viewer.token) as socket:
        stream = await socket.subscribe("subscription { inventoryChanged { everything } }")
        error = await stream.error()
        await stream.completed()
    assert error["extensions"]["code"] == "INTERNAL_ERROR"
    assert "secret detail" not in str(error)
    assert error["extensions"]["errorId"] in error["message"]
    assert error["extensions"]["errorId"] in caplog.text


async def test_who_comes_while_the_database_is_away_is_told_to_try_again(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And nothing else: that an operation is complete would say that there is nothing to tell."""

    async def lost(_self: Credentials) -> None:
        raise ConnectionResetError("Connection reset by peer")

    async with sockets.signed_in(server.socket_url, server.viewer.token) as socket:
        with monkeypatch.context() as patch:
            patch.setattr(Credentials, "principal", lost)
            for document in ("subscription { ordersUpdated { id } }", WHO):
                stream = await socket.subscribe(document)
                message = await stream.message()
                assert message["type"] == "error"
                assert message["payload"][0]["extensions"]["code"] == "TRY_AGAIN"
            async with sockets.connected(server.socket_url) as other:
                await other.send(INIT)
                assert await other.closed() == TRY_LATER
        assert await who(socket) is not None
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
