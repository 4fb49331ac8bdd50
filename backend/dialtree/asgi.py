"""The web application: /graphql, the built app, and the worker beside them."""

import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from dialtree.accounts.oidc import oidc_routes
from dialtree.audit.export import csv_export
from dialtree.database import connected, hearing_other_processes
from dialtree.graphql.endpoint import CUSTOMER_HEADER, Endpoint
from dialtree.graphql.lasting import watching_access
from dialtree.migrations import migrate
from dialtree.operations.health import Health
from dialtree.operations.lifecycle import Lifecycle
from dialtree.operations.metrics_page import MetricsPage
from dialtree.operations.requests import Requests
from dialtree.settings import Settings
from dialtree.trunks.credentials import is_key_of_passwords
from dialtree.web import (
    APP_POLICY,
    ASSET_POLICY,
    SecurityHeaders,
    UnexpectedErrors,
    explorer_policy,
)

log = logging.getLogger(__name__)

PACKAGED_APP = Path(__file__).parent / "app"
BUILT_APP = Path(__file__).parents[2] / "frontend" / "dist"

NONCE = "{{nonce}}"
"""Stands in the explorer's page for the value that is made anew for every answer."""


def create_app(settings: Settings, lifecycle: Lifecycle | None = None) -> Starlette:
    """`lifecycle`: by which a server tells the application that its end has come."""
    lifecycle = lifecycle or Lifecycle()
    endpoint = Endpoint(settings)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with running(settings, lifecycle), watching_access(settings.access_check_seconds):
            if not await is_key_of_passwords(endpoint.sip):
                log.warning(
                    "the SIP passwords in the database were encrypted with another key; restore "
                    "secret.key or DIALTREE_SECRET_KEY before anybody replaces them"
                )
            yield

    return Starlette(
        routes=[
            Route("/graphql", endpoint),
            WebSocketRoute("/graphql", endpoint),
            *oidc_routes(settings),
            *Health(lifecycle).routes(),
            Route("/metrics", MetricsPage(settings.metrics_token).show),
            Route("/audit-log.csv", csv_export(endpoint.credentials)),
            *_app_routes(explorer=settings.explorer),
        ],
        middleware=[
            Middleware(Requests, lifecycle),
            Middleware(SecurityHeaders, https=settings.secure_cookie),
            Middleware(UnexpectedErrors),
            *_cors(settings),
            Middleware(GZipMiddleware, minimum_size=1000),
        ],
        lifespan=lifespan,
    )


def telling(settings: Settings, lifecycle: Lifecycle) -> Starlette:
    """What a worker answers: how it is, and what it counts."""
    return Starlette(
        routes=[
            *Health(lifecycle).routes(),
            Route("/metrics", MetricsPage(settings.metrics_token).show),
        ],
        middleware=[Middleware(SecurityHeaders, https=False), Middleware(UnexpectedErrors)],
    )


def _cors(settings: Settings) -> list[Middleware]:
    """Pages elsewhere may ask where the operator names them, by token: never with credentials, so
    that the browser adds no session."""
    if not settings.cors_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", CUSTOMER_HEADER],
            allow_credentials=False,
        )
    ]


@asynccontextmanager
async def running(settings: Settings, lifecycle: Lifecycle) -> AsyncIterator[None]:
    """The database opened and up to date, and with `settings.worker` the worker and the outbox at
    work; at the end they finish what is under way."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(connected(settings.database, settings.database_connections))
        await migrate()
        await stack.enter_async_context(hearing_other_processes(settings.database))
        if settings.worker:
            from dialtree.work import working  # noqa: PLC0415 - many web processes do no such work

            await stack.enter_async_context(working(settings, lifecycle))
        yield


class _CachedForEver(StaticFiles):
    """Built assets carry a hash of their content in their name."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Content-Security-Policy"] = ASSET_POLICY
        return response


def _app_routes(*, explorer: bool) -> list[Route | Mount]:
    root = PACKAGED_APP if PACKAGED_APP.is_dir() else BUILT_APP
    if not all((root / page).is_file() for page in ("index.html", "explorer.html")):
        return [Route("/{path:path}", _not_built)]
    beside = frozenset(file.name for file in root.iterdir() if file.is_file())
    beside -= {"explorer.html"}
    return [
        Mount("/assets", _CachedForEver(directory=root / "assets")),
        Route("/explorer", _explorer(root / "explorer.html") if explorer else _not_there),
        Route("/{path:path}", _page(root / "index.html", beside)),
    ]


Handler = Callable[[Request], Awaitable[Response]]


def _page(page: Path, beside: frozenset[str]) -> Handler:
    """Serves `page` for every path of the app, or the file of that name `beside` it."""

    async def serve(request: Request) -> Response:
        name = request.path_params["path"]
        file = page.with_name(name) if name in beside else page
        headers = {"Cache-Control": "no-cache"}
        if file.suffix == ".html":
            headers["Content-Security-Policy"] = APP_POLICY
        return FileResponse(file, headers=headers)

    return serve


def _explorer(page: Path) -> Handler:
    """Serves the page with another nonce each time, hence never from a cache."""
    text = page.read_text("utf-8")

    async def serve(_request: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        return HTMLResponse(
            text.replace(NONCE, nonce),
            headers={"Content-Security-Policy": explorer_policy(nonce)},
        )

    return serve


async def _not_there(_request: Request) -> Response:
    return PlainTextResponse("There is no explorer here.", 404)


async def _not_built(_request: Request) -> Response:
    return PlainTextResponse(
        "The app is not built. Run `npm ci && npm run build`, then start again.", 503
    )
