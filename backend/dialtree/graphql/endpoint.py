"""/graphql over HTTP, WebSocket (graphql-transport-ws) and server-sent events."""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException, StarletteRequestAdapter
from graphql import GraphQLError, OperationType, get_operation_ast, parse
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.streaming import HTTPStreamTransport
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.unset import UNSET, UnsetType

from dialtree.accounts.cookie import session_cookie
from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import Credentials
from dialtree.graphql.context import Context, recognise
from dialtree.graphql.lasting import lasting
from dialtree.graphql.limits import MAX_TOKENS
from dialtree.graphql.origins import Origins
from dialtree.graphql.over_http import (
    BODY_BYTES,
    LimitedBody,
    MediaType,
    Unacceptable,
    check_sent,
    negotiate,
)
from dialtree.graphql.schema import schema
from dialtree.graphql.sockets import MAX_OPERATIONS, Adapter, Handler, TooManySockets
from dialtree.inventory.importing import MAX_BYTES
from dialtree.language import Language, preferred
from dialtree.masking import told
from dialtree.refusals import Refusal, RefusalCode, Refused
from dialtree.settings import Settings
from dialtree.trunks.credentials import SipService

log = logging.getLogger(__name__)

BEARER = "bearer "
CUSTOMER_HEADER = "dialtree-customer"
"""Whom service staff work for (P2); on a socket "customer" in the payload of connection_init."""
IMPORT_BODY_BYTES = 2 * MAX_BYTES
"""The largest body that is read from those who may import: a file, and what JSON adds to it."""


class _CheckedRequest(StarletteRequestAdapter):
    """A request whose type has been found to be JSON, in whatever spelling."""

    @property
    def content_type(self) -> str:
        return MediaType.JSON


class Endpoint(GraphQL[Context, None]):
    request_adapter_class = _CheckedRequest
    graphql_transport_ws_handler_class = Handler
    websocket_adapter_class = Adapter

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            connection_init_wait_timeout=timedelta(seconds=5),
            max_subscriptions_per_connection=MAX_OPERATIONS,
            allowed_origins=[
                *([settings.public_url] if settings.public_url else []),
                *settings.cors_origins,
            ],
        )
        self._settings = settings
        self._origins = Origins.of(settings)
        self._cookie = session_cookie(secure=settings.secure_cookie)
        self.sip = SipService.of(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            response = await self._answer(Request(scope, receive))
            await response(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        """Every answer is JSON, also where the request is none or breaks something of ours."""
        state = request.state
        state.principal = state.refused = None
        state.status = 200
        try:
            state.media_type = negotiate(request.headers.get("accept"))
            if state.media_type is None:
                raise Unacceptable(406, f"Accept one of {', '.join(MediaType)}.")
            check_sent(request.method, request.headers)
            state.credentials = self.credentials(request)
            state.principal, state.refused = await recognise(state.credentials)
            limit = IMPORT_BODY_BYTES if _may_import(state.principal) else BODY_BYTES
            body = LimitedBody(request.receive, request.headers, limit)
            response = await self.run(Request(request.scope, body))
        except Unacceptable as problem:
            return self._refuse(request, problem)
        except HTTPException as problem:
            return self._refuse(request, _in_our_words(problem, request.method))
        except ClientDisconnect:
            raise
        except Refused as refused:
            return self._refuse(request, Unacceptable(403, refused.refusal))
        except Exception as error:
            masked = told(error, request.url.path)
            again = masked.refusal.code == RefusalCode.TRY_AGAIN
            return self._refuse(
                request,
                Unacceptable(503 if again else 500, masked.refusal),
                masked.extensions,
            )
        if state.media_type is not MediaType.STREAM:
            response.headers["Content-Type"] = f"{state.media_type}; charset=utf-8"
            if state.media_type is MediaType.RESPONSE and response.status_code == 200:
                response.status_code = state.status
        return response

    def _refuse(
        self, request: Request, problem: Unacceptable, extensions: dict[str, object] | None = None
    ) -> Response:
        error: dict[str, object] = {"message": problem.reason}
        if isinstance(problem.reason, Refusal):
            error["message"] = problem.reason.message(self._language(request))
            error["extensions"] = extensions or {
                "code": problem.reason.code.value,
                "rule": problem.reason.rule,
            }
        media_type = request.state.media_type
        if media_type is not MediaType.RESPONSE:
            media_type = MediaType.JSON
        return Response(
            self.encode_json({"errors": [error]}),
            problem.status,
            problem.headers,
            f"{media_type}; charset=utf-8",
        )

    def _language(self, request: Request) -> Language:
        principal: Principal | None = request.state.principal
        if principal is not None:
            return principal.language
        return preferred(request.headers.get("accept-language"))

    def should_render_graphql_ide(self, request: object) -> bool:
        """Never: the explorer is a page of its own."""
        return False

    async def parse_http_body(
        self, request: AsyncHTTPRequestAdapter
    ) -> GraphQLRequestData | list[GraphQLRequestData]:
        data = await super().parse_http_body(request)
        assert isinstance(data, GraphQLRequestData), "decode_json admits no batch"
        if not isinstance(data.operation_name, str | None):
            raise Unacceptable(400, "`operationName` must be a string or null.")
        if request.method == "GET" and _is_mutation(data):
            raise Unacceptable(405, "Mutations need POST.", {"Allow": "POST"})
        return data

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        """Without `data` where the operation did not begin, as the specification has it."""
        answer = await super().process_result(request, result)
        if result.data is None and result.errors and not any(e.path for e in result.errors):
            answer.pop("data", None)
            request.state.status = _status(result.errors)
        return answer

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        is_socket = isinstance(request, WebSocket)
        return Context(
            request=request,
            response=response if isinstance(response, Response) else None,
            settings=self._settings,
            sip=self.sip,
            credentials=self.credentials(request) if is_socket else request.state.credentials,
            # Who opens a socket is asked when it is initialised: a token may come only then.
            principal=None if is_socket else request.state.principal,
            refused=None if is_socket else request.state.refused,
            browser_language=preferred(request.headers.get("accept-language")),
            is_socket=is_socket,
            is_lasting=is_socket
            or self._get_stream_transport_from_headers(request.headers) is not None,
        )

    def _get_stream_transport_from_headers(
        self, headers: Mapping[str, str]
    ) -> HTTPStreamTransport | None:
        """Streams only to those who like them best: many clients list every type they know
        behind JSON, and expect JSON."""
        if negotiate(headers.get("accept")) is not MediaType.STREAM:
            return None
        return super()._get_stream_transport_from_headers(headers)

    async def on_ws_connect(self, context: Context) -> UnsetType:
        """Admits signed-in people; the payload of connection_init may carry the token:
        {"authorization": "Bearer …", "customer": "id"}. Raises ConnectionRejectionError (close code
        4403) and TooManySockets (1013)."""
        given = context.connection_params or {}
        token = _bearer(given.get("authorization"))
        if token is not None:
            context.credentials = replace(context.credentials, token=token, session=None)
        customer = given.get("customer")
        if isinstance(customer, str):
            context.credentials = replace(context.credentials, customer=customer)
        principal = await context.recognise_again()
        if principal is None:
            refused = context.refused or Refused(Refusal(RefusalCode.NOT_AUTHENTICATED))
            refusal = refused.refusal
            raise ConnectionRejectionError(
                {"code": refusal.code.value, "message": refusal.message(context.language)}
            )
        if lasting.sockets_of(principal.user_id) >= self._settings.connections_per_user:
            raise TooManySockets
        # None would be sent as a payload, which the protocol does not allow.
        nothing: UnsetType = UNSET
        return nothing

    def credentials(self, connection: HTTPConnection) -> Credentials:
        """What a request shows, whatever it is for: a token, else the session. Raises
        Refused(CROSS_SITE_REQUEST) where a page elsewhere asks with that."""
        nobody = Credentials(
            customer=connection.headers.get(CUSTOMER_HEADER),
            address=connection.client.host if connection.client else None,
        )
        token = _bearer(connection.headers.get("authorization"))
        if token is not None:
            return replace(nobody, token=token)
        session = connection.cookies.get(self._cookie)
        if session is None or self._origins.is_ours(connection):
            return replace(nobody, session=session)
        if isinstance(connection, WebSocket):
            # It may still bring a token in connection_init.
            return nobody
        log.warning(
            "refused a request with a session from a page at %r to %r; if that is this "
            "installation, set DIALTREE_PUBLIC_URL",
            connection.headers.get("origin"),
            connection.headers.get("host"),
        )
        raise Refused(Refusal(RefusalCode.CROSS_SITE_REQUEST))

    def decode_json(self, data: str | bytes) -> object:
        read = orjson.loads(data)
        if not isinstance(read, dict):
            # Strawberry would take any value for an object, and fail.
            raise json.JSONDecodeError("not an object", "", 0)
        return read

    def encode_json(self, data: object) -> str:
        # str, because bytes would become binary frames, which clients refuse.
        return orjson.dumps(data).decode()


def _may_import(principal: Principal | None) -> bool:
    return principal is not None and principal.why_not_serve() is None


def _is_mutation(data: GraphQLRequestData) -> bool:
    """Whether the operation asked for is one; a mistake in the document is told elsewhere."""
    try:
        document = parse(data.query or "", max_tokens=MAX_TOKENS)
    except GraphQLError:
        return False
    operation = get_operation_ast(document, data.operation_name)
    return operation is not None and operation.operation is OperationType.MUTATION


def _in_our_words(problem: HTTPException, method: str) -> Unacceptable:
    if isinstance(problem.__cause__, InvalidOperationTypeError):
        return Unacceptable(
            400,
            "Subscriptions need a WebSocket of graphql-transport-ws, or Accept: text/event-stream.",
        )
    return Unacceptable(problem.status_code, problem.reason)


_STATUS: dict[object, int] = {RefusalCode.INTERNAL_ERROR: 500, RefusalCode.TRY_AGAIN: 503}


def _status(errors: list[GraphQLError]) -> int:
    """Of an operation that did not begin."""
    codes = [(error.extensions or {}).get("code") for error in errors]
    return max((_STATUS.get(code, 400) for code in codes), default=400)


def _bearer(authorization: object) -> str | None:
    """The token in an Authorization value; None when it is of another kind."""
    if not isinstance(authorization, str) or not authorization.lower().startswith(BEARER):
        return None
    return authorization[len(BEARER) :].strip()
