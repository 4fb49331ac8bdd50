"""GraphQL over HTTP: what may be sent, which media type answers, and with which status."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum

from starlette.datastructures import Headers
from starlette.types import Message, Receive

from dialtree.refusals import Refusal, RefusalCode

BODY_BYTES = 1024 * 1024
"""The largest body that is read from anybody."""

PAUSE_SECONDS = 30.0
"""How long the next piece of a body may take."""


class MediaType(StrEnum):
    JSON = "application/json"
    """As of old: 200 whatever the document brought about."""

    RESPONSE = "application/graphql-response+json"
    """4xx where the operation did not begin, so that the status can be relied on."""

    STREAM = "text/event-stream"


class Unacceptable(Exception):
    """A request that is no GraphQL over HTTP: its status and what would help."""

    def __init__(
        self, status: int, reason: str | Refusal, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason
        self.headers = headers or {}


_MEDIA_TYPES = {media_type.value: media_type for media_type in MediaType}
_WILDCARDS = ("*/*", "application/*")


def negotiate(accept: str | None) -> MediaType | None:
    """The answer that the client likes best; between equals the one it names first, and JSON where
    it names none. None: it accepts nothing that there is."""
    if accept is None or not accept.strip():
        return MediaType.JSON
    liked: list[tuple[float, str]] = []
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        liked.append((_quality(parameters), name))
    refused = {name for quality, name in liked if quality <= 0}
    for _, name in sorted(
        (like for like in liked if like[0] > 0), key=lambda like: like[0], reverse=True
    ):
        if name in _WILDCARDS:
            for media_type in (MediaType.JSON, MediaType.RESPONSE):
                if media_type not in refused:
                    return media_type
        elif name in _MEDIA_TYPES:
            return _MEDIA_TYPES[name]
    return None


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0
    return 1


def check_sent(method: str, headers: Headers) -> None:
    """Raises Unacceptable. Only types that no HTML form can send are read, so that a page elsewhere
    has to ask first by CORS."""
    if method == "GET":
        return
    if method != "POST":
        raise Unacceptable(405, "Use POST, or GET for queries.", {"Allow": "GET, POST"})
    media_type, *parameters = (
        piece.strip() for piece in headers.get("content-type", "").lower().split(";")
    )
    if media_type not in ("application/json", "application/graphql+json"):
        raise Unacceptable(415, "Send JSON as Content-Type: application/json.")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "charset" and value.strip('"') not in ("utf-8", "utf8"):
            raise Unacceptable(415, "Send JSON in UTF-8.")


class LimitedBody:
    """`receive` of a request, which ends in Unacceptable when the body is larger than `limit`; so
    does making it, where the length is told before, or is not that of what comes out of it."""

    def __init__(self, receive: Receive, headers: Headers, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._size = 0
        told = headers.get("content-length", "")
        if told.isdecimal() and int(told) > limit:
            raise self._too_large()
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise Unacceptable(415, "Send the body without a Content-Encoding.")

    async def __call__(self) -> Message:
        try:
            async with asyncio.timeout(PAUSE_SECONDS):
                message = await self._receive()
        except TimeoutError:
            raise Unacceptable(408, "The body did not arrive.", {"Connection": "close"}) from None
        self._size += len(message.get("body", b""))
        if self._size > self._limit:
            raise self._too_large()
        return message

    def _too_large(self) -> Unacceptable:
        return Unacceptable(413, Refusal(RefusalCode.REQUEST_TOO_LARGE, {"limit": self._limit}))
