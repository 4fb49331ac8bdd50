"""The limits of WebSockets: how many, for how long, and for whom."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack, suppress

from starlette.websockets import WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    SubscribeMessage,
)

from dialtree.database import is_passing
from dialtree.graphql.context import Context
from dialtree.graphql.lasting import Connection, lasting

MAX_OPERATIONS = 100
"""Of any kind, running at once on one socket."""
MAX_WAITING = 50
"""Sockets of one address that have not said who they are; each may take five seconds for it."""
TRY_AGAIN_LATER = 1013
FORBIDDEN = 4403

_waiting: Counter[str] = Counter()


class TooManySockets(Exception):
    """The user has as many as are allowed."""


class Adapter(ASGIWebSocketAdapter):
    async def send_json(self, message: Mapping[str, object]) -> None:
        """What comes after the end is nobody's business any more, and no error."""
        if self.ws.application_state != WebSocketState.DISCONNECTED:
            with suppress(WebSocketDisconnected):
                await super().send_json(message)


class Handler(BaseGraphQLTransportWSHandler[Context, None]):
    """One socket from its handshake to its end."""

    _begun = 0

    async def handle(self) -> None:
        client = self.context.request.client
        address = client.host if client else ""
        if _waiting[address] >= MAX_WAITING:
            await self.websocket.close(TRY_AGAIN_LATER, "Too many connections")
            return
        idle = asyncio.create_task(self._close_when_idle())
        with ExitStack() as self._lasting, ExitStack() as self._waits:
            _waiting[address] += 1
            self._waits.callback(_leave, address)
            try:
                await super().handle()
            finally:
                idle.cancel()

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        try:
            await super().handle_connection_init(message)
        except TooManySockets:
            await self.websocket.close(TRY_AGAIN_LATER, "Too many connections")
            return
        except Exception as error:
            if not is_passing(error):
                raise
            await self.websocket.close(TRY_AGAIN_LATER, "Try again")
            return
        principal = self.context.principal
        if self.connection_acknowledged and principal is not None:
            self._waits.close()
            here = Connection(self.context.credentials, principal.user_id, self._show_out)
            self._lasting.enter_context(lasting.connected(here))

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        self._begun += 1
        await super().handle_subscribe(message)

    async def _show_out(self) -> None:
        await self.websocket.close(FORBIDDEN, "Forbidden")

    async def _close_when_idle(self) -> None:
        """After one to two pauses in which nothing ran."""
        begun = -1
        while self.operations or begun != self._begun:
            begun = self._begun
            await asyncio.sleep(self.context.settings.idle_socket_seconds)
        await self.websocket.close(1000, "Idle")


def _leave(address: str) -> None:
    _waiting[address] -= 1
    if not _waiting[address]:
        del _waiting[address]
