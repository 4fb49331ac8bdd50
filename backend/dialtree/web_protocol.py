"""uvicorn's HTTP with a limit to what comes before and between bodies.

Bodies are limited by who reads them. The head of a request and the trailers of a chunked body
uvicorn would keep at any length and wait for at any time.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 30.0


class LimitedHttp(HttpToolsProtocol):
    _unspent = 0
    """Bytes received since there was last a whole head, a piece of a body or its end."""

    _waiting: asyncio.TimerHandle | None = None
    """Set while a head is awaited or incomplete."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._await_no_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unspent += len(data)
        super().data_received(data)
        if self._unspent > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response(f"More than {HEAD_BYTES} bytes of headers.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        self._unspent = 0
        self._await_no_head()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unspent = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unspent = 0
        super().on_message_complete()

    def _await_head(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(HEAD_SECONDS, self.timeout_keep_alive_handler)

    def _await_no_head(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
