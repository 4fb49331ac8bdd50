"""The web application: /graphql, the built app, and the worker beside them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from dialtree.database import connected, hearing_other_processes
from dialtree.graphql.endpoint import Endpoint
from dialtree.inventory.importing import MAX_BYTES
from dialtree.migrations import migrate
from dialtree.notifications.outbox import run_outbox
from dialtree.notifications.sending import mailer_from
from dialtree.orders.worker import run_worker
from dialtree.settings import Settings
from dialtree.trunks.credentials import is_key_of_passwords

log = logging.getLogger(__name__)

PACKAGED_APP = Path(__file__).parent / "app"
BUILT_APP = Path(__file__).parents[2] / "frontend" / "dist"

MAX_BODY_BYTES = 2 * MAX_BYTES
"""The largest file to import, and what JSON adds to it."""


def create_app(settings: Settings) -> Starlette:
    endpoint = Endpoint(settings)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with running(settings):
            if not await is_key_of_passwords(endpoint.sip):
                log.warning(
                    "the SIP passwords in the database were encrypted with another key; restore "
                    "secret.key or DIALTREE_SECRET_KEY before anybody replaces them"
                )
            yield

    return Starlette(
        routes=[
            Route("/graphql", endpoint, methods=["GET", "POST"]),
            WebSocketRoute("/graphql", endpoint),
            *_app_routes(),
        ],
        middleware=[
            Middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY_BYTES),
            Middleware(GZipMiddleware, minimum_size=1000),
        ],
        lifespan=lifespan,
    )


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    """The database opened and up to date, and with `settings.worker` the worker and the outbox at
    work; at the end they finish what is under way."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(connected(settings.database))
        await migrate()
        await stack.enter_async_context(hearing_other_processes(settings.database))
        if settings.worker:
            await stack.enter_async_context(working(settings))
        yield


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    mailer = mailer_from(settings)
    log.info(mailer.describe())
    tasks = [
        asyncio.create_task(run_worker(settings.app_url, stopping)),
        asyncio.create_task(run_outbox(mailer, stopping)),
    ]
    try:
        yield
    finally:
        stopping.set()
        await asyncio.gather(*tasks)


class _CachedForEver(StaticFiles):
    """Built assets carry a hash of their content in their name."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _app_routes() -> list[Route | Mount]:
    root = PACKAGED_APP if PACKAGED_APP.is_dir() else BUILT_APP
    if not all((root / page).is_file() for page in ("index.html", "explorer.html")):
        return [Route("/{path:path}", _not_built)]
    beside = frozenset(file.name for file in root.iterdir() if file.is_file())
    return [
        Mount("/assets", _CachedForEver(directory=root / "assets")),
        Route("/explorer", _page(root / "explorer.html")),
        Route("/{path:path}", _page(root / "index.html", beside)),
    ]


def _page(
    page: Path, beside: frozenset[str] = frozenset()
) -> Callable[[Request], Awaitable[Response]]:
    """Serves `page` for every path of the app, or the file of that name `beside` it."""

    async def serve(request: Request) -> Response:
        name = request.path_params.get("path", "")
        file = page.with_name(name) if name in beside else page
        return FileResponse(file, headers={"Cache-Control": "no-cache"})

    return serve


async def _not_built(_request: Request) -> Response:
    return PlainTextResponse(
        "The app is not built. Run `npm ci && npm run build`, then start again.", 503
    )
