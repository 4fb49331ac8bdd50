"""The real application under uvicorn in the event loop of the test, and a client for its API.

`server` has its worker at rest, so that a test decides when orders run (`dialtree.orders.worker`);
`working_server` executes them by itself. The application opens the database, so tests that use
these fixtures do not ask for `database`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from dialtree import clock
from dialtree.accounts.commands import create_customer
from dialtree.accounts.cookie import SESSION_COOKIE
from dialtree.accounts.models import ApiToken, User
from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import create_token, sign_in
from dialtree.asgi import create_app
from dialtree.ids import to_global_id
from dialtree.language import Language
from dialtree.settings import Settings
from dialtree.web import server_options
from tests.conftest import PASSWORD, People, make_people

Json = dict[str, Any]


class Refused(AssertionError):
    """The API answered with errors where data was expected."""


@dataclass
class Api:
    """Asks the API over HTTP as one person, or as nobody."""

    http: httpx.AsyncClient
    token: str | None = None
    language: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    async def post(self, document: str, variables: Json | None = None, **headers: str) -> Json:
        """The whole answer: {"data": …, "errors": …}."""
        response = await self.http.post(
            "/graphql",
            json={"query": document, "variables": variables or {}},
            headers=self._headers() | headers,
        )
        assert response.status_code == 200, (response.status_code, response.text)
        answer: Json = response.json()
        return answer

    async def __call__(self, document: str, **variables: object) -> Json:
        """The data of an operation that meets no error."""
        answer = await self.post(document, variables)
        if answer.get("errors"):
            raise Refused(answer["errors"])
        data: Json = answer["data"]
        return data

    async def codes(self, document: str, **variables: object) -> list[str | None]:
        """extensions.code of each error; None for mistakes in the document."""
        answer = await self.post(document, variables)
        return [error.get("extensions", {}).get("code") for error in answer.get("errors", [])]

    async def act(self, mutation: str, result: str, **input_: object) -> Json:
        """The result of one mutation: __typename, every field of a refusal, and `result`, a
        selection on the successful member such as "... on OrderAccepted { order { id } }"."""
        type_name = mutation[0].upper() + mutation[1:] + "Input"
        data = await self(
            f"mutation Act($input: {type_name}!) {{ {mutation}(input: $input) {{"
            f" __typename {result} {REFUSAL} }} }}",
            input=input_,
        )
        answer: Json = data[mutation]
        return answer

    async def order(self, mutation: str, **input_: object) -> Json:
        """The order that a mutation was accepted as."""
        answer = await self.act(mutation, ORDER_ACCEPTED, **input_)
        if answer["__typename"] != "OrderAccepted":
            raise Refused(answer)
        order: Json = answer["order"]
        return order

    async def refusal(self, mutation: str, **input_: object) -> Json:
        """The refusal that a mutation met: __typename, code, rule, message, fields."""
        answer = await self.act(mutation, "", **input_)
        assert "code" in answer, answer
        return answer

    def _headers(self) -> dict[str, str]:
        headers = dict(self.headers)
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.language is not None:
            headers["Accept-Language"] = self.language
        return headers


REFUSAL = """
    ... on Refusal { code rule message }
    ... on InvalidInput { fields { field line code rule message value } }
"""
ORDER_ACCEPTED = "... on OrderAccepted { order { id reference status executionDate } }"


@dataclass
class Server:
    url: str
    settings: Settings
    people: People
    http: httpx.AsyncClient
    administrator: Api
    viewer: Api
    stranger: Api
    service: Api
    """Works for the customer of `administrator`."""
    nobody: Api

    @property
    def socket_url(self) -> str:
        return self.url.replace("http://", "ws://") + "/graphql"

    async def token(self, principal: Principal, name: str = "test") -> str:
        token = await create_token(await User.get(id=principal.user_id), name, None)
        # A first use would be noted by a write, some time beside the first request.
        await ApiToken.all().update(last_used_at=clock.now())
        return token

    async def as_(self, principal: Principal) -> Api:
        return Api(self.http, await self.token(principal))

    async def signed_in(self, principal: Principal) -> Api:
        """As somebody who signed in by password at the page."""
        _principal, secret = await sign_in(principal.email, PASSWORD, timedelta(days=1))
        return Api(self.http, headers={"Cookie": f"{SESSION_COOKIE}={secret}"})

    async def speak(self, principal: Principal, language: Language) -> None:
        """From now on this person reads `language`."""
        await User.filter(id=principal.user_id).update(language=language)


async def revoke(token: str) -> None:
    """As `dialtree token revoke` does it."""
    revoked = ApiToken.filter(secret_hash=sha256(token.encode()).hexdigest())
    assert await revoked.update(revoked_at=clock.now()) == 1


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[str]:
    """The application with these settings on a free port; gives its URL."""
    async with answering(create_app(settings), **server_options(settings)) as url:
        yield url


@asynccontextmanager
async def answering(app: Starlette, **options: Any) -> AsyncIterator[str]:
    """As `serving`, with any application.

    The steps of uvicorn's own `serve`, without its signal handlers and its clock tick: when the
    first has returned the server answers.
    """
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        log_config=None,
        ws_per_message_deflate=False,
        ws_max_size=1024 * 1024,
        lifespan="on",
        timeout_graceful_shutdown=5,
        **options,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        [listener] = server.servers[0].sockets
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        await server.shutdown()


@asynccontextmanager
async def populated(settings: Settings) -> AsyncIterator[Server]:
    """As `serving`, with the people of `tests.conftest.People`, whom API tokens identify."""
    async with (
        serving(settings) as url,
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as http,
    ):
        ours = await create_customer("Nordlicht Werke GmbH", 30)
        theirs = await create_customer("Südwind AG", 12)
        people = await make_people(ours, theirs, await create_customer("Netz und Leitung"))
        nobody = Api(http)
        server = Server(url, settings, people, http, nobody, nobody, nobody, nobody, nobody)
        server.administrator = await server.as_(people.administrator)
        server.viewer = await server.as_(people.viewer)
        server.stranger = await server.as_(people.stranger)
        server.service = await server.as_(people.service)
        server.service.headers["Dialtree-Customer"] = to_global_id("Customer", ours.id)
        yield server


@pytest.fixture
async def server(settings: Settings) -> AsyncIterator[Server]:
    async with populated(settings) as running:
        yield running


@pytest.fixture
async def working_server(settings: Settings) -> AsyncIterator[Server]:
    async with populated(settings.model_copy(update={"worker": True})) as running:
        yield running
