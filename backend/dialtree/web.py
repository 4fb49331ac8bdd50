"""What holds for every answer of the web server: its security headers, and that a bug shows
nothing but its id."""

from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dialtree.language import preferred
from dialtree.masking import told
from dialtree.settings import Settings
from dialtree.socket_protocol import SocketProtocol
from dialtree.web_protocol import LimitedHttp


def server_options(settings: Settings) -> dict[str, Any]:
    """For uvicorn: whose word counts on who the client is, how much is read, and to not say what
    serves."""
    return {
        "http": LimitedHttp,
        "ws": SocketProtocol,
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": settings.trusted_proxies,
        "server_header": False,
    }


def policy(**directives: str) -> str:
    """A Content-Security-Policy of these directives beside the strictest of the others."""
    strictest = {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    given = {name.replace("_", "-"): value for name, value in directives.items()}
    return "; ".join(f"{name} {value}" for name, value in (strictest | given).items())


_OWN = {
    "script_src": "'self'",
    "connect_src": "'self'",
    "font_src": "'self'",
}
APP_POLICY = policy(**_OWN, style_src="'self'", img_src="'self' data:")
ASSET_POLICY = policy(**_OWN)
"""Of a script that runs as a worker: it has a policy of its own."""


def explorer_policy(nonce: str) -> str:
    """GraphiQL's editor positions each line by a style attribute in HTML that it writes, which no
    nonce and no hash can allow. Its style elements have the nonce."""
    return policy(
        script_src="'self'",
        connect_src="'self'",
        font_src="'self' data:",
        style_src="'self'",
        style_src_elem=f"'self' 'nonce-{nonce}'",
        style_src_attr="'unsafe-inline'",
        img_src="'self' data:",
        worker_src="'self'",
    )


_HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "browsing-topics",
            "camera",
            "display-capture",
            "geolocation",
            "gyroscope",
            "hid",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "publickey-credentials-get",
            "serial",
            "usb",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HSTS = "max-age=31536000"
"""Without the domains beneath, which are not ours to decide about."""


class SecurityHeaders:
    """Adds what the answer does not say itself."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        headers = _HEADERS | ({"Strict-Transport-Security": HSTS} if https else {})
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = list(message.get("headers", ()))
                named = {name.lower() for name, _ in own}
                message["headers"] = own + [pair for pair in self._headers if pair[0] not in named]
            await send(message)

        await self.app(scope, receive, send_with_headers)


class UnexpectedErrors:
    """Answers a bug with its id, as a GraphQL error; a client that has gone is no bug."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched_send)
        except ClientDisconnect:
            return
        except Exception as error:
            answer = told(error, scope["path"])
            if started:
                # The server closes the connection, so that nobody takes a part for the whole.
                return
            language = preferred(Headers(scope=scope).get("accept-language"))
            problem = {
                "message": answer.refusal.message(language),
                "extensions": answer.extensions,
            }
            response = Response(
                orjson.dumps({"errors": [problem]}), 500, media_type="application/json"
            )
            await response(scope, receive, send)
