"""A client that costs little itself: HTTP/1.1 kept alive and WebSockets over plain asyncio, for
requests that are ready as bytes. Not a general one: it knows answers with a Content-Length, and
frames of a server."""

import asyncio
import base64
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import orjson

SECONDS = 60.0


class Unexpected(Exception):
    """The answer is none that can be measured."""


def request(path: str, body: object, token: str | None = None) -> bytes:
    """A POST, from its first line to its body."""
    content = orjson.dumps(body)
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Accept: application/json\r\n{authorization}Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


class HttpConnection(asyncio.Protocol):
    """One request after the other."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._wanted: int | None = None
        self._begin = 0
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self, request: bytes) -> "asyncio.Future[bytes]":
        """The body of the answer."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._wanted is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._buffer[:end]).lower()
            place = head.find(b"\r\ncontent-length: ")
            if not head.startswith(b"http/1.1 200") or place < 0:
                self._fail(Unexpected(bytes(self._buffer[:2000])))
                return
            self._begin = end + 4
            self._wanted = self._begin + int(head[place + 18 :].split(b"\r\n", 1)[0])
        if len(self._buffer) >= self._wanted:
            body = bytes(self._buffer[self._begin : self._wanted])
            del self._buffer[: self._wanted]
            self._wanted = None
            if self._answer is not None and not self._answer.done():
                self._answer.set_result(body)

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(Unexpected(f"connection lost: {error}"))

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)

    def close(self) -> None:
        self._transport.close()


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname is not None and parts.port is not None  # noqa: PT018 - no test
    return parts.hostname, parts.port


async def connect(url: str) -> HttpConnection:
    _, connection = await asyncio.get_running_loop().create_connection(HttpConnection, *_place(url))
    return connection


class WebSocket(asyncio.Protocol):
    """Gives every text the server sends to `heard`."""

    def __init__(self, path: str, protocol: str | None, heard: Callable[[bytes], None]) -> None:
        self._path, self._protocol, self._heard = path, protocol, heard
        self._buffer = bytearray()
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        protocol = f"Sec-WebSocket-Protocol: {self._protocol}\r\n" if self._protocol else ""
        transport.write(
            f"GET {self._path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n{protocol}"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )

    def send(self, message: object) -> None:
        content = orjson.dumps(message)
        length = len(content)
        head = bytes((0x81, 0x80 | length)) if length < 126 else b"\x81\xfe" + length.to_bytes(2)
        # A mask of zeros leaves the content as it is.
        self._transport.write(head + bytes(4) + content)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.opened.done():
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if not self._buffer.startswith(b"HTTP/1.1 101"):
                self.opened.set_exception(Unexpected(bytes(self._buffer)))
                return
            del self._buffer[: end + 4]
            self.opened.set_result(None)
        while self._read_frame():
            pass

    def _read_frame(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        begin, length = 2, buffer[1] & 0x7F
        if length >= 126:
            begin = 4 if length == 126 else 10
            if len(buffer) < begin:
                return False
            length = int.from_bytes(buffer[2:begin])
        if len(buffer) < begin + length:
            return False
        operation, content = buffer[0] & 0x0F, bytes(buffer[begin : begin + length])
        del buffer[: begin + length]
        if operation == 1:
            self._heard(content)
        elif operation == 9:
            self._transport.write(bytes((0x8A, 0x80 | length)) + bytes(4) + content)
        return True

    def close(self) -> None:
        self._transport.abort()


async def open_socket(
    url: str, path: str, heard: Callable[[bytes], None], protocol: str | None = None
) -> WebSocket:
    _, socket = await asyncio.get_running_loop().create_connection(
        lambda: WebSocket(path, protocol, heard), *_place(url)
    )
    await asyncio.wait_for(socket.opened, SECONDS)
    return socket


def cpu_seconds(pid: int) -> float:
    """What the threads of the process have used so far; 0 where the system does not tell."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def memory(pid: int) -> int:
    """Bytes that the process has in memory (RSS); 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")), 0)
