"""A small OpenID Connect provider, strict about what it is asked, and as wrong as a test wants.

`python -m tests.oidc_provider PORT REDIRECT_URI` runs one for the browser tests: its page asks for
an e-mail address and believes it.
"""

import base64
import hashlib
import html
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import httpx
import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from dialtree import clock
from tests.server import answering

CLIENT_ID = "dialtree"
CLIENT_SECRET = "s3cret of dialtree"
FIRST_KEY = RSAKey.generate_key(2048, auto_kid=True)
Claims = dict[str, Any]


@dataclass
class Grant:
    """What a code stands for."""

    claims: Claims
    nonce: str
    challenge: str
    redirect_uri: str


@dataclass
class OidcProvider:
    redirect_uri: str
    issuer: str = ""
    """Set when it is served."""
    claims: Claims = field(
        default_factory=lambda: {
            "sub": "7f3a",
            "email": "admin@nordlicht.example",
            "email_verified": True,
        }
    )
    """Of the person who is signed in there."""
    in_user_info: tuple[str, ...] = ()
    """Claims that the ID token leaves out."""
    user_info: Claims = field(default_factory=dict)
    """What it says otherwise in the user info."""
    tamper: Callable[[Claims], Claims] = lambda claims: claims
    """Changes the claims of an ID token before it is signed."""
    sign: Callable[[Claims, RSAKey], str] = lambda claims, key: jwt.encode(
        {"alg": "RS256", "kid": key.kid}, claims, key
    )
    metadata: Claims = field(default_factory=dict)
    """What its metadata says otherwise."""
    down: tuple[str, ...] = ()
    """Paths that answer 503."""
    secret: str | None = CLIENT_SECRET
    """Null for a public client."""
    key: RSAKey = field(default_factory=lambda: FIRST_KEY)
    asked: list[str] = field(default_factory=list)
    """Paths, in order."""
    ways: list[str] = field(default_factory=list)
    """How clients authenticated."""
    _grants: dict[str, Grant] = field(default_factory=dict)

    def rotate(self) -> None:
        self.key = RSAKey.generate_key(2048, auto_kid=True)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._metadata),
                Route("/authorize", self._authorize),
                Route("/decide", self._decide, methods=["POST"]),
                Route("/token", self._token, methods=["POST"]),
                Route("/jwks", self._jwks),
                Route("/userinfo", self._user_info),
                Route("/favicon.ico", lambda _request: Response(status_code=204)),
            ]
        )

    async def decide(self, url: str, decision: str = "allow") -> str:
        """What a browser does there: opens the page, presses its button, and is led to this URL."""
        async with httpx.AsyncClient(trust_env=False, base_url=self.issuer) as http:
            page = await http.get(url)
            assert page.status_code == 200, page.text
            form = dict(parse_qsl(urlsplit(url).query)) | {"decision": decision}
            answer = await http.post("/decide", data=form)
            assert answer.status_code == 303, answer.text
            return answer.headers["location"]

    async def _metadata(self, request: Request) -> Response:
        return self._answer(
            request,
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
            | self.metadata,
        )

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(request.url.path)
        expected = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": self.redirect_uri,
            "code_challenge_method": "S256",
        }
        wrong = [name for name, value in expected.items() if asked.get(name) != value]
        wrong += [name for name in ("state", "nonce", "code_challenge") if not asked.get(name)]
        if wrong or "openid" not in asked.get("scope", "").split():
            return Response(f"wrong: {wrong} in {asked}", 400)
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in asked.items()
        )
        return HTMLResponse(
            f"""<!doctype html><html lang="en"><title>Provider</title><h1>Test provider</h1>
            <form method="post" action="/decide">{hidden}
            <p><label>Your e-mail <input name="email" type="email"></label></p>
            <button name="decision" value="allow">Continue</button>
            <button name="decision" value="access_denied">Cancel</button></form>"""
        )

    async def _decide(self, request: Request) -> Response:
        form = await _form(request)
        answer = {"state": form["state"], "iss": self.issuer}
        if form["decision"] == "allow":
            email = form.get("email")
            claims = (
                {"sub": f"sub of {email}", "email": email, "email_verified": True}
                if email
                else dict(self.claims)
            )
            answer["code"] = secrets.token_urlsafe()
            self._grants[answer["code"]] = Grant(
                claims, form["nonce"], form["code_challenge"], form["redirect_uri"]
            )
        else:
            answer |= {"error": form["decision"], "error_description": "<b>No!</b>"}
        return RedirectResponse(f"{self.redirect_uri}?{urlencode(answer)}", 303)

    async def _token(self, request: Request) -> Response:
        form = await _form(request)
        if not self._is_client(request, form):
            return self._answer(request, {"error": "invalid_client"}, 401)
        grant = self._grants.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            grant is None
            or form.get("grant_type") != "authorization_code"
            or (challenge, form.get("redirect_uri")) != (grant.challenge, grant.redirect_uri)
        ):
            return self._answer(request, {"error": "invalid_grant"}, 400)
        now = int(clock.now().timestamp())
        access_token = secrets.token_urlsafe()
        self._grants[access_token] = grant
        claims: Claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": grant.nonce,
            **{n: value for n, value in grant.claims.items() if n not in self.in_user_info},
        }
        id_token = self.sign(self.tamper(claims), self.key)
        return self._answer(
            request,
            {"access_token": access_token, "token_type": "Bearer", "id_token": id_token},
        )

    def _is_client(self, request: Request, form: dict[str, str]) -> bool:
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        if scheme == "Basic":
            way, given = "basic", base64.b64decode(encoded).decode()
        elif "client_secret" in form:
            way, given = "post", f"{form['client_id']}:{form['client_secret']}"
        else:
            way, given = "none", f"{form.get('client_id')}:"
        self.ways.append(way)
        return unquote(given) == f"{CLIENT_ID}:{self.secret or ''}"

    async def _jwks(self, request: Request) -> Response:
        return self._answer(request, {"keys": [self.key.as_dict(private=False, use="sig")]})

    async def _user_info(self, request: Request) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        grant = self._grants.get(token)
        if grant is None:
            return self._answer(request, {"error": "invalid_token"}, 401)
        return self._answer(request, grant.claims | self.user_info)

    def _answer(self, request: Request, content: Claims, status: int = 200) -> Response:
        path = request.url.path
        self.asked.append(path)
        if path in self.down:
            return Response("<h1>Service unavailable</h1>", 503)
        return JSONResponse(content, status)


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


@asynccontextmanager
async def providing(provider: OidcProvider) -> AsyncIterator[OidcProvider]:
    async with answering(provider.app()) as url:
        provider.issuer = url
        yield provider


def main() -> None:
    port, redirect_uri = sys.argv[1:]
    provider = OidcProvider(redirect_uri, issuer=f"http://127.0.0.1:{port}")
    uvicorn.run(provider.app(), host="127.0.0.1", port=int(port), log_level="info")


if __name__ == "__main__":
    main()
