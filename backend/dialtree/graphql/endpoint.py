"""/graphql over HTTP, WebSocket (graphql-transport-ws) and server-sent events."""

import json
from collections.abc import Mapping
from datetime import timedelta

import orjson
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.streaming import HTTPStreamTransport
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.unset import UNSET, UnsetType

from dialtree.accounts.graphql import SESSION_COOKIE
from dialtree.accounts.signing_in import Credentials
from dialtree.graphql.context import Context
from dialtree.graphql.schema import schema
from dialtree.language import preferred
from dialtree.refusals import Refusal, RefusalCode
from dialtree.settings import Settings
from dialtree.trunks.credentials import SipService

BEARER = "bearer "


class Endpoint(GraphQL[Context, None]):
    def __init__(self, settings: Settings) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            connection_init_wait_timeout=timedelta(seconds=5),
            allowed_origins=[settings.public_url] if settings.public_url else [],
        )
        self._settings = settings
        self.sip = SipService.of(settings)

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        credentials = _credentials(request)
        is_socket = isinstance(request, WebSocket)
        return Context(
            request=request,
            response=response if isinstance(response, Response) else None,
            settings=self._settings,
            sip=self.sip,
            credentials=credentials,
            # Who opens a socket is asked when it is initialised: a token may come only then.
            principal=None if is_socket else await credentials.principal(),
            browser_language=preferred(request.headers.get("accept-language")),
            is_socket=is_socket,
            is_lasting=is_socket
            or self._get_stream_transport_from_headers(request.headers) is not None,
        )

    def _get_stream_transport_from_headers(
        self, headers: Mapping[str, str]
    ) -> HTTPStreamTransport | None:
        """Streams only to those who ask for it first: many clients list every type they know
        behind JSON, and expect JSON."""
        accepted = headers.get("accept", "").lower()
        if "json" in accepted.partition("text/event-stream")[0]:
            return None
        return super()._get_stream_transport_from_headers(headers)

    async def on_ws_connect(self, context: Context) -> UnsetType:
        """Admits signed-in people; the payload of connection_init may carry the token:
        {"authorization": "Bearer …"}. Raises ConnectionRejectionError (close code 4403)."""
        token = _bearer((context.connection_params or {}).get("authorization"))
        if token is not None:
            context.credentials = Credentials(token=token)
        if await context.recognise_again() is None:
            refusal = Refusal(RefusalCode.NOT_AUTHENTICATED)
            raise ConnectionRejectionError(
                {"code": refusal.code.value, "message": refusal.message(context.language)}
            )
        # None would be sent as a payload, which the protocol does not allow.
        nothing: UnsetType = UNSET
        return nothing

    def decode_json(self, data: str | bytes) -> object:
        read = orjson.loads(data)
        if not isinstance(read, dict):
            # Strawberry would take any value for an object, and fail.
            raise json.JSONDecodeError("not an object", "", 0)
        return read

    def encode_json(self, data: object) -> str:
        # str, because bytes would become binary frames, which clients refuse.
        return orjson.dumps(data).decode()


def _credentials(connection: HTTPConnection) -> Credentials:
    token = _bearer(connection.headers.get("authorization"))
    if token is not None:
        return Credentials(token=token)
    return Credentials(session=connection.cookies.get(SESSION_COOKIE))


def _bearer(authorization: object) -> str | None:
    """The token in an Authorization value; None when it is of another kind."""
    if not isinstance(authorization, str) or not authorization.lower().startswith(BEARER):
        return None
    return authorization[len(BEARER) :].strip()
