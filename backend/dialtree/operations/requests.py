"""Around every request: its id, what is counted of it, and the end of streams when the process
ends."""

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dialtree.operations import metrics
from dialtree.operations.lifecycle import Lifecycle
from dialtree.operations.logs import request_id, request_id_from

SERVICE_RESTART = 1012
"""Close code of a socket whose server stops: clients connect again, unlike after 1000 or 44xx."""


class Requests:
    """The outermost middleware. Not one of Starlette's, which would run each request in a task of
    its own."""

    def __init__(self, app: ASGIApp, lifecycle: Lifecycle) -> None:
        self._app = app
        self._lifecycle = lifecycle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        id_ = request_id_from(headers)
        # Not reset: the server runs each request in a context of its own, in which it also logs.
        request_id.set(id_)
        if scope["type"] == "websocket":
            with self._lifecycle.stream():
                await self._socket(scope, receive, send, id_)
        elif b"text/event-stream" in headers.get(b"accept", b""):
            with self._lifecycle.stream():
                await self._streamed(scope, receive, _noted(send, id_))
        else:
            await self._app(scope, receive, _noted(send, id_))

    async def _streamed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """To whom streams the process comes to its end like a client that has gone; then the
        response is completed, so that clients see an end and not a fault."""
        is_asked = is_streaming = is_ended = False

        async def receive_or_end() -> Message:
            nonlocal is_asked
            if not is_asked:
                message = await receive()
                is_asked = not message.get("more_body", False)
                return message
            ended = await self._first(receive)
            return {"type": "http.disconnect"} if ended is None else ended

        async def noted(message: Message) -> None:
            nonlocal is_streaming, is_ended
            if message["type"] == "http.response.start":
                is_streaming = True
            elif not message.get("more_body", False):
                is_ended = True
            await send(message)

        await self._app(scope, receive_or_end, noted)
        if is_streaming and not is_ended:
            with suppress(OSError):
                await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _first(self, receive: Receive) -> Message | None:
        """The next message, or None if the process ends first."""
        message = asyncio.create_task(_next(receive))
        closing = asyncio.create_task(self._lifecycle.closing.wait())
        try:
            await asyncio.wait([message, closing], return_when=asyncio.FIRST_COMPLETED)
            return message.result() if message.done() else None
        finally:
            message.cancel()
            closing.cancel()

    async def _socket(self, scope: Scope, receive: Receive, send: Send, id_: str) -> None:
        socket = _Socket(send, id_, self._lifecycle)
        goodbye = asyncio.create_task(socket.say_goodbye())
        try:
            await self._app(scope, receive, socket.send)
        finally:
            goodbye.cancel()
            if socket.is_accepted:
                metrics.sockets.dec()


class _Socket:
    """A WebSocket that closes when the process ends, and then lets nothing more out."""

    def __init__(self, send: Send, id_: str, lifecycle: Lifecycle) -> None:
        self._send = send
        self._id = id_
        self._closing = lifecycle.closing
        self.is_accepted = False
        self._is_closed = False

    async def send(self, message: Message) -> None:
        if self._is_closed:
            return
        if message["type"] == "websocket.accept":
            self.is_accepted = True
            metrics.sockets.inc()
            message = {**message, "headers": [*message.get("headers", ()), _header(self._id)]}
        elif message["type"] == "websocket.close":
            self._is_closed = True
        await self._send(message)
        if self._closing.is_set():
            await self.say_goodbye()

    async def say_goodbye(self) -> None:
        await self._closing.wait()
        if self.is_accepted and not self._is_closed:
            self._is_closed = True
            with suppress(OSError):
                await self._send(
                    {
                        "type": "websocket.close",
                        "code": SERVICE_RESTART,
                        "reason": "The server restarts.",
                    }
                )


async def _next(receive: Receive) -> Message:
    return await receive()


def _header(id_: str) -> tuple[bytes, bytes]:
    return (b"x-request-id", id_.encode())


def _noted(send: Send, id_: str) -> Send:
    async def noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            metrics.responses.labels(str(message["status"])).inc()
            message = {**message, "headers": [*message.get("headers", ()), _header(id_)]}
        await send(message)

    return noted
