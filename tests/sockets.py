"""A client of the protocol graphql-transport-ws, for tests that watch its messages."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect

from dialtree.database import announce, hub, transaction
from dialtree.live import InventoryChange
from tests.server import Json

PROTOCOL = "graphql-transport-ws"
SECONDS = 10.0
"""How long a message that must come may take on a slow machine."""


_markers = itertools.count(1)


async def settled() -> None:
    """Returns when everything announced so far has been told: on PostgreSQL it travels by NOTIFY,
    in order, and may still be under way when the transaction has returned."""
    marker = InventoryChange(customer_id=0, range_ids=(next(_markers),))

    async def work() -> None:
        announce(marker)

    with hub.watch() as watcher:
        await transaction(work)
        async with asyncio.timeout(SECONDS):
            async for change in watcher:
                if change == marker:
                    return


class Stream:
    """One operation on a socket."""

    def __init__(self, socket: "Socket", id_: str) -> None:
        self._socket = socket
        self._id = id_

    async def message(self) -> Json:
        """The next message of this operation: next, error or complete."""
        return await self._socket.receive(self._id)

    async def next(self) -> Json:
        """The data of the next event, which must meet no error."""
        message = await self.message()
        assert message["type"] == "next", message
        payload: Json = message["payload"]
        assert not payload.get("errors"), payload
        data: Json = payload["data"]
        [value] = data.values()
        assert isinstance(value, dict), data
        return value

    async def until(self, wanted: Callable[[Json], bool]) -> Json:
        """The first event that is as wanted; those before it are passed over."""
        while not wanted(event := await self.next()):
            pass
        return event

    async def error(self) -> Json:
        """The only error of the next message."""
        message = await self.message()
        payload = message["payload"]
        errors = payload if message["type"] == "error" else payload["errors"]
        [error] = errors
        assert isinstance(error, dict)
        return error

    async def completed(self) -> None:
        message = await self.message()
        assert message["type"] == "complete", message

    async def stop(self) -> None:
        await self._socket.send({"type": "complete", "id": self._id})


class Socket:
    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._ids = map(str, itertools.count(1))
        self._waiting: list[Json] = []

    async def send(self, message: Json) -> None:
        await self.connection.send(json.dumps(message))

    async def receive(self, id_: str | None = None) -> Json:
        """The next message of the operation `id_`; None: of the connection itself. Messages of
        other operations are kept for those who ask for them."""
        for message in self._waiting:
            if message.get("id") == id_:
                self._waiting.remove(message)
                return message
        while True:
            text = await asyncio.wait_for(self.connection.recv(), SECONDS)
            assert isinstance(text, str), "browsers' clients refuse binary frames"
            message = json.loads(text)
            if message.get("id") == id_:
                return message  # type: ignore[no-any-return]
            self._waiting.append(message)

    async def subscribe(self, document: str, **variables: object) -> Stream:
        """Starts any operation: subscription, query or mutation. What was announced before is
        not among its events."""
        await settled()
        id_ = next(self._ids)
        payload = {"query": document, "variables": variables}
        await self.send({"type": "subscribe", "id": id_, "payload": payload})
        return Stream(self, id_)

    async def ask(self, document: str, **variables: object) -> Json:
        """The payload of an operation that has one answer: {"data": …, "errors": …}."""
        stream = await self.subscribe(document, **variables)
        message = await stream.message()
        assert message["type"] == "next", message
        await stream.completed()
        payload: Json = message["payload"]
        return payload

    async def closed(self) -> int:
        """The code with which the server closes the connection."""
        await asyncio.wait_for(self.connection.wait_closed(), SECONDS)
        code = self.connection.close_code
        assert code is not None, "closed without a code"
        return code


@asynccontextmanager
async def connected(
    url: str, *, subprotocol: str | None = PROTOCOL, **headers: str
) -> AsyncIterator[Socket]:
    """A connection that has not been initialised."""
    async with connect(
        url,
        subprotocols=[subprotocol] if subprotocol else None,  # type: ignore[list-item]
        additional_headers={name.replace("_", "-"): value for name, value in headers.items()},
        proxy=None,
        compression=None,
        open_timeout=SECONDS,
    ) as connection:
        yield Socket(connection)


@asynccontextmanager
async def signed_in(url: str, token: str | None) -> AsyncIterator[Socket]:
    """A connection on which operations can be started; the token travels in connection_init."""
    async with connected(url) as socket:
        await socket.send(
            {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
        )
        assert await socket.receive() == {"type": "connection_ack"}
        yield socket
