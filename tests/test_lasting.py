"""Who stays connected: how many, for how long, and no longer than they have access."""

import asyncio
import json
import socket as sockets_of_the_system
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta

import httpx
import pytest
from websockets.client import ClientProtocol
from websockets.uri import parse_uri

from dialtree import clock
from dialtree.accounts.commands import deactivate, set_password
from dialtree.accounts.models import ApiToken, Session, User
from dialtree.accounts.signing_in import sign_in, sign_out
from dialtree.database import hub
from dialtree.graphql.lasting import lasting
from dialtree.live import InventoryChange
from dialtree.settings import Settings
from dialtree.socket_protocol import SocketProtocol
from tests import sockets
from tests.conftest import PASSWORD
from tests.server import Server, populated, revoke
from tests.sockets import PROTOCOL, SECONDS, Socket, settled

CHANGES = "subscription { inventoryChanged { everything } }"
EMAIL = "admin@nordlicht.example"
FORBIDDEN, TRY_LATER = 4403, 1013
LONG = 3600.0
"""So long that only what is told at once can be the reason."""


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
async def nobody_is_left() -> AsyncIterator[None]:
    yield
    await eventually(lambda: not lasting.connections and not lasting._subscriptions)
    await eventually(lambda: not hub._watchers)


@asynccontextmanager
async def stream(server: Server, **headers: str) -> AsyncIterator[AsyncIterator[str]]:
    """The lines of a subscription by server-sent events; its first event has come."""
    async with server.http.stream(
        "POST",
        "/graphql",
        json={"query": CHANGES},
        headers={"Accept": "text/event-stream", **headers},
    ) as response:
        lines = response.aiter_lines()
        async with asyncio.timeout(SECONDS):
            async for line in lines:
                if line.startswith("data:"):
                    break
        yield lines


async def rest(lines: AsyncIterator[str]) -> list[str]:
    async with asyncio.timeout(SECONDS):
        return [line.strip() async for line in lines if line and not line.startswith(":")]


def bearer(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


# Numbers -----------------------------------------------------------------------------------------


@pytest.fixture
async def narrow(settings: Settings) -> AsyncIterator[Server]:
    """Three subscriptions on a connection, four for a user, two sockets for a user."""
    update = {
        "subscriptions_per_connection": 3,
        "subscriptions_per_user": 4,
        "connections_per_user": 2,
    }
    async with populated(settings.model_copy(update=update)) as server:
        yield server


async def test_a_connection_has_so_many_subscriptions(narrow: Server) -> None:
    async with sockets.signed_in(narrow.socket_url, narrow.viewer.token) as socket:
        streams = [await socket.subscribe(CHANGES) for _ in range(3)]
        for running in streams:
            await running.next()
        refused = await (await socket.subscribe(CHANGES)).error()
        assert refused["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
        assert "3" in refused["message"]
        assert (await socket.ask("{ viewer { email } }"))["data"]["viewer"]
        await streams[0].stop()
        await eventually(lambda: lasting._subscriptions.total() == 2)
        await (await socket.subscribe(CHANGES)).next()


async def test_a_user_has_so_many_subscriptions_on_all_connections(narrow: Server) -> None:
    viewer, administrator = narrow.viewer.token, narrow.administrator.token
    async with AsyncExitStack() as stack:
        for _ in range(2):
            signed_in = sockets.signed_in(narrow.socket_url, viewer)
            socket = await stack.enter_async_context(signed_in)
            await (await socket.subscribe(CHANGES)).next()
        for _ in range(2):
            await stack.enter_async_context(stream(narrow, **bearer(viewer)))
        refused = await (await socket.subscribe(CHANGES)).error()
        assert refused["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
        response = await narrow.http.post(
            "/graphql",
            json={"query": CHANGES},
            headers={"Accept": "text/event-stream", **bearer(viewer)},
        )
        assert "TOO_MANY_SUBSCRIPTIONS" in response.text
        async with stream(narrow, **bearer(administrator)):
            pass


async def test_a_user_has_so_many_sockets(narrow: Server) -> None:
    url, token = narrow.socket_url, narrow.viewer.token
    async with sockets.signed_in(url, token), sockets.signed_in(url, token) as second:
        async with sockets.connected(url, **bearer(token)) as third:
            await third.send({"type": "connection_init"})
            assert await third.closed() == TRY_LATER
        async with sockets.signed_in(url, narrow.administrator.token):
            pass
        await second.connection.close()
        await eventually(lambda: len(lasting.connections) == 1)
        async with sockets.signed_in(url, token):
            pass


async def test_an_address_has_so_many_sockets_of_nobody(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialtree.graphql.sockets.MAX_WAITING", 3)
    async with AsyncExitStack() as stack:
        for _ in range(3):
            waiting = await stack.enter_async_context(sockets.connected(server.socket_url))
        async with sockets.connected(server.socket_url) as one_more:
            assert await one_more.closed() == TRY_LATER
        await waiting.send(
            {
                "type": "connection_init",
                "payload": {"authorization": bearer(server.viewer.token)["Authorization"]},
            }
        )
        assert await waiting.receive() == {"type": "connection_ack"}
        async with sockets.signed_in(server.socket_url, server.administrator.token):
            pass


async def test_an_idle_socket_is_closed(settings: Settings) -> None:
    async with (
        populated(settings.model_copy(update={"idle_socket_seconds": 0.2})) as server,
        sockets.signed_in(server.socket_url, server.viewer.token) as busy,
    ):
        running = await busy.subscribe(CHANGES)
        await running.next()
        async with sockets.signed_in(server.socket_url, server.viewer.token) as idle:
            await idle.ask("{ viewer { email } }")
            assert await idle.closed() == 1000
        hub.tell(InventoryChange(server.people.viewer.customer_id, everything=True))
        await running.next()
        await running.stop()
        assert await busy.closed() == 1000


# Access ------------------------------------------------------------------------------------------


@pytest.fixture
async def slow(settings: Settings) -> AsyncIterator[Server]:
    """Where nobody looks by themselves whether access has ended."""
    async with populated(settings.model_copy(update={"access_check_seconds": LONG})) as server:
        yield server


@pytest.fixture
async def eager(settings: Settings) -> AsyncIterator[Server]:
    async with populated(settings.model_copy(update={"access_check_seconds": 0.1})) as server:
        yield server


async def session(server: Server) -> str:
    _, secret = await sign_in(EMAIL, PASSWORD, timedelta(days=1))
    return secret


def cookie(secret: str) -> dict[str, str]:
    return {"Cookie": f"dialtree_session={secret}"}


@asynccontextmanager
async def with_cookie(server: Server, secret: str) -> AsyncIterator[Socket]:
    async with sockets.connected(server.socket_url, **cookie(secret)) as socket:
        await socket.send({"type": "connection_init"})
        assert await socket.receive() == {"type": "connection_ack"}
        yield socket


async def user(server: Server) -> User:
    return await User.get(id=server.people.administrator.user_id)


async def sign_the_session_out(server: Server, secret: str) -> None:
    await sign_out(secret)


async def log_out(server: Server, secret: str) -> None:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        document = {"query": "mutation { logout { __typename } }"}
        answer = await http.post("/graphql", json=document, headers=cookie(secret))
        assert answer.json() == {"data": {"logout": {"__typename": "LoggedOut"}}}


async def change_the_password(server: Server, secret: str) -> None:
    await set_password(await user(server), "another long password")


async def deactivate_the_user(server: Server, secret: str) -> None:
    await deactivate(await user(server))


@pytest.mark.parametrize(
    "end", [sign_the_session_out, log_out, change_the_password, deactivate_the_user]
)
async def test_the_end_of_a_session_is_told_at_once(
    slow: Server, end: Callable[[Server, str], Awaitable[None]]
) -> None:
    secret = await session(slow)
    async with (
        with_cookie(slow, secret) as socket,
        with_cookie(slow, secret) as idle,
        stream(slow, **cookie(secret)) as lines,
        sockets.signed_in(slow.socket_url, slow.viewer.token) as other,
    ):
        await (await socket.subscribe(CHANGES)).next()
        running = await other.subscribe(CHANGES)
        await running.next()
        await settled()
        await end(slow, secret)
        assert await socket.closed() == FORBIDDEN
        assert await idle.closed() == FORBIDDEN
        assert await rest(lines) == ["event: complete", "data:"]
        await settled()
        hub.tell(InventoryChange(slow.people.viewer.customer_id, everything=True))
        await running.next()


async def test_another_session_of_the_same_user_goes_on(slow: Server) -> None:
    ended, kept = await session(slow), await session(slow)
    async with with_cookie(slow, ended) as socket, with_cookie(slow, kept) as other:
        running = await other.subscribe(CHANGES)
        await running.next()
        await sign_out(ended)
        assert await socket.closed() == FORBIDDEN
        hub.tell(InventoryChange(slow.people.viewer.customer_id, everything=True))
        await running.next()


async def revoke_the_token(server: Server) -> None:
    """As another program does it, which tells nobody."""
    assert server.administrator.token is not None
    await revoke(server.administrator.token)


async def let_the_token_expire(server: Server) -> None:
    await ApiToken.filter(user_id=server.people.administrator.user_id).update(
        expires_at=clock.now()
    )


async def lock_the_user(server: Server) -> None:
    await User.filter(id=server.people.administrator.user_id).update(deactivated_at=clock.now())


@pytest.mark.parametrize("end", [revoke_the_token, let_the_token_expire, lock_the_user])
async def test_what_nobody_tells_is_found_out(
    eager: Server, end: Callable[[Server], Awaitable[None]]
) -> None:
    token = eager.administrator.token
    async with (
        sockets.signed_in(eager.socket_url, token) as socket,
        sockets.signed_in(eager.socket_url, token) as idle,
        stream(eager, **bearer(token)) as lines,
        sockets.signed_in(eager.socket_url, eager.viewer.token) as other,
    ):
        await (await socket.subscribe(CHANGES)).next()
        await end(eager)
        assert await socket.closed() == FORBIDDEN
        assert await idle.closed() == FORBIDDEN
        assert await rest(lines) == ["event: complete", "data:"]
        assert (await other.ask("{ viewer { email } }"))["data"]["viewer"]


async def test_a_session_that_expires_is_over(eager: Server) -> None:
    secret = await session(eager)
    async with with_cookie(eager, secret) as socket:
        await Session.all().update(expires_at=clock.now())
        assert await socket.closed() == FORBIDDEN


async def test_the_watch_goes_on_after_a_fault(
    eager: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failed = asyncio.Event()

    async def broken(*_: object) -> None:
        failed.set()
        raise OSError("the database is gone")

    async with sockets.signed_in(eager.socket_url, eager.administrator.token) as socket:
        with monkeypatch.context() as patch:
            patch.setattr("dialtree.graphql.lasting.no_longer_valid", broken)
            await asyncio.wait_for(failed.wait(), SECONDS)
        await revoke_the_token(eager)
        assert await socket.closed() == FORBIDDEN
    assert "access could not be checked" in caplog.text


# Peers that do not read --------------------------------------------------------------------------


class Deaf:
    """A client of the protocol that sends, and never reads again once it is signed in."""

    def __init__(self, url: str) -> None:
        self._protocol = ClientProtocol(parse_uri(url), subprotocols=[PROTOCOL])  # type: ignore[list-item]
        self._socket = sockets_of_the_system.socket()
        self._socket.setsockopt(
            sockets_of_the_system.SOL_SOCKET, sockets_of_the_system.SO_RCVBUF, 4096
        )
        self._socket.setblocking(False)

    async def open(self, url: str, token: str | None) -> None:
        uri = parse_uri(url)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self._socket, (uri.host, uri.port))
        self._protocol.send_request(self._protocol.connect())
        await self._send()
        while not self._protocol.events_received():
            self._protocol.receive_data(await loop.sock_recv(self._socket, 4096))
        await self.say({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})

    async def say(self, message: object) -> None:
        self._protocol.send_text(json.dumps(message).encode())
        await self._send()

    async def ping(self) -> None:
        self._protocol.send_ping(b"x" * 120)
        await self._send()

    async def _send(self) -> None:
        for data in self._protocol.data_to_send():
            await asyncio.get_running_loop().sock_sendall(self._socket, data)

    def __enter__(self) -> "Deaf":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[SocketProtocol]:
    """The server's side of every socket, with little room in its system's buffers; pings go out
    every half second."""
    made: list[SocketProtocol] = []
    connection_made = SocketProtocol.connection_made

    def spy(self: SocketProtocol, transport: asyncio.BaseTransport) -> None:
        self.ping_interval = self.ping_timeout = 0.5
        made.append(self)
        system = transport.get_extra_info("socket")
        system.setsockopt(sockets_of_the_system.SOL_SOCKET, sockets_of_the_system.SO_SNDBUF, 4096)
        connection_made(self, transport)

    monkeypatch.setattr(SocketProtocol, "connection_made", spy)
    return made


async def test_who_does_not_read_is_dropped(served: list[SocketProtocol], server: Server) -> None:
    with Deaf(server.socket_url) as deaf:
        await deaf.open(server.socket_url, server.viewer.token)
        for i in range(20):
            await deaf.say({"type": "subscribe", "id": str(i), "payload": {"query": CHANGES}})
        await eventually(lambda: len(lasting.connections) == 21)
        [protocol] = served
        protocol.stop_keepalive()
        most_written = most_queued = 0
        beginning = False
        news = InventoryChange(server.people.viewer.customer_id, everything=True)
        async with asyncio.timeout(4 * SECONDS):
            while lasting.connections:
                for _ in range(200):
                    hub.tell(news)
                await asyncio.sleep(0.005)
                if not beginning and most_queued > 500 and not protocol.writable.is_set():
                    beginning = True
                    protocol.start_keepalive()
                most_written = max(most_written, protocol.transport.get_write_buffer_size())
                most_queued = max([most_queued, *(w.queue.qsize() for w in hub._watchers)])
        # Every operation has one message at most that waits for room.
        assert beginning
        assert most_written < 300_000
        assert 500 < most_queued <= 1000
        assert protocol.transport.is_closing()


async def test_pings_of_who_does_not_read_do_not_pile_up(
    served: list[SocketProtocol], server: Server
) -> None:
    with Deaf(server.socket_url) as deaf:
        await deaf.open(server.socket_url, server.viewer.token)
        await eventually(lambda: bool(lasting.connections))
        [protocol] = served
        most = 0
        with suppress(ConnectionError):
            async with asyncio.timeout(4 * SECONDS):
                while lasting.connections:
                    await deaf.ping()
                    most = max(most, protocol.transport.get_write_buffer_size())
        assert most < 300_000


async def test_who_reads_and_answers_stays(served: list[SocketProtocol], server: Server) -> None:
    async with sockets.signed_in(server.socket_url, server.viewer.token) as socket:
        [protocol] = served
        protocol.ping_interval = 0.05
        answered = 0
        handle_pong = protocol.handle_pong

        def count(event: object) -> None:
            nonlocal answered
            answered += 1
            handle_pong(event)  # type: ignore[arg-type]

        protocol.handle_pong = count  # type: ignore[method-assign]
        await eventually(lambda: answered >= 3)
        assert (await socket.ask("{ viewer { email } }"))["data"]["viewer"]
