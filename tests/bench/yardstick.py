"""What dialtree is compared with: the same answers from hand-written SQL, the driver (asyncpg,
aiosqlite) and orjson in a bare Starlette application.

    python -m tests.bench.yardstick URL PORT

It is the harsh reading: it asks nobody who they are, checks no input, knows no language and no
rule, writes no audit log, and serves nothing but these answers. `tests.bench.operations` says which
answer stands beside which operation of the API.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from dialtree.settings import Settings
from dialtree.web import server_options
from tests.bench.answers import HANDLERS
from tests.bench.drivers import Watchers, opened

WATCHED = "SELECT id, status FROM order_request WHERE id = $1"


def create_app(url: str) -> Starlette:
    watchers = Watchers()
    databases: list[Any] = []

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with opened(url, watchers) as database:
            databases.append(database)
            yield

    async def answer(request: Request) -> Response:
        handler = HANDLERS[request.path_params["name"]]
        data = await handler(databases[0], orjson.loads(await request.body()))
        return Response(orjson.dumps({"data": data}), media_type="application/json")

    async def watch(socket: WebSocket) -> None:
        """Sends each order that is told of, read anew; as often as there are `watches`, as if
        each were for itself."""
        await socket.accept()
        async with asyncio.TaskGroup() as group:
            watches = [
                group.create_task(watch_once(socket))
                for _ in range(int(socket.query_params.get("watches", 1)))
            ]
            try:
                while True:
                    await socket.receive_text()
            except WebSocketDisconnect:
                for task in watches:
                    task.cancel()

    async def watch_once(socket: WebSocket) -> None:
        async with watchers.watch() as queue:
            while True:
                [row] = await databases[0].rows(WATCHED, await queue.get())
                await socket.send_text(orjson.dumps(dict(row)).decode())

    return Starlette(
        routes=[Route("/{name}", answer, methods=["POST"]), WebSocketRoute("/watch", watch)],
        lifespan=lifespan,
    )


def main() -> None:
    url, port = sys.argv[1:]
    uvicorn.run(
        create_app(url),
        host="127.0.0.1",
        port=int(port),
        log_config=None,
        access_log=False,
        ws_per_message_deflate=False,
        **server_options(Settings()),
    )


if __name__ == "__main__":
    main()
