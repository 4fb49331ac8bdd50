"""A client of GraphQL over server-sent events (distinct connections)."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.server import Api, Json
from tests.sockets import settled


@asynccontextmanager
async def events(
    api: Api, document: str, **variables: object
) -> AsyncIterator[AsyncIterator[Json]]:
    """The payloads of the events; the stream ends when the server says complete."""
    await settled()
    async with api.http.stream(
        "POST",
        "/graphql",
        json={"query": document, "variables": variables},
        headers={"Accept": "text/event-stream", "Authorization": f"Bearer {api.token}"},
    ) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in response.headers
        yield _payloads(response.aiter_lines())


async def _payloads(lines: AsyncIterator[str]) -> AsyncIterator[Json]:
    kind = None
    async for line in lines:
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data:") and kind == "next":
            yield json.loads(line.removeprefix("data:"))
        elif kind == "complete":
            return
    raise AssertionError("the stream broke off")
