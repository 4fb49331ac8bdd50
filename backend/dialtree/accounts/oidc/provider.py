"""Talking to the provider: its metadata and keys, and the code exchanged for who signed in."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ValidationError

from dialtree import clock
from dialtree.accounts.oidc.attempt import Attempt
from dialtree.accounts.oidc.problems import Problem, SignInFailed
from dialtree.accounts.oidc.tokens import BadToken, Expected, Identity, UnknownKey, identity
from dialtree.language import Language
from dialtree.settings import Settings

SCOPE = "openid email"
CALLBACK = "/oidc/callback"
REMEMBERED = timedelta(hours=1)
"""Metadata and keys; an unknown key is asked for at once."""
SECONDS_PER_STEP = 10.0
SECONDS_IN_ALL = 20.0
MAX_DETAIL_LENGTH = 300


class Metadata(BaseModel):
    """What of the provider's discovery document is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False

    @property
    def addresses(self) -> list[str]:
        return [
            self.authorization_endpoint,
            self.token_endpoint,
            self.jwks_uri,
            *([self.userinfo_endpoint] if self.userinfo_endpoint else []),
        ]


@dataclass(slots=True)
class _Known:
    metadata: Metadata
    keys: KeySet
    until: datetime


class Provider:
    """All methods raise SignInFailed."""

    def __init__(self, settings: Settings) -> None:
        assert settings.oidc_issuer is not None
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id or ""
        self._secret = (
            settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
        )
        self._redirect_uri = settings.app_url + CALLBACK
        # Else each request is a line in the log of every server that knows a provider.
        logging.getLogger("httpx2").setLevel(logging.WARNING)
        # Reading the certificates takes long enough to do it once only.
        self._trusted = httpx2.create_ssl_context()
        self._known: _Known | None = None
        self._reading = asyncio.Lock()

    async def authorization_url(self, attempt: Attempt, language: Language) -> str:
        """Where the browser has to go."""
        async with self._session() as http:
            metadata = (await self._current(http)).metadata
            url, _state = http.create_authorization_url(
                metadata.authorization_endpoint,
                state=attempt.state,
                code_verifier=attempt.verifier,
                nonce=attempt.nonce,
                ui_locales=language.value.lower(),
            )
        return str(url)

    async def identity(self, attempt: Attempt, code: str, issuer: str | None) -> Identity:
        """Who signed in, by the `code` that the browser brought; `issuer`: who it says gave it
        (RFC 9207)."""
        async with self._session() as http:
            known = await self._current(http)
            metadata = known.metadata
            must_say = metadata.authorization_response_iss_parameter_supported
            if issuer != self._issuer and (must_say or issuer is not None):
                raise BadToken("the answer comes from another issuer")
            http.token_endpoint_auth_method = self._way_to_authenticate(metadata)
            tokens = await http.fetch_token(
                metadata.token_endpoint, code=code, code_verifier=attempt.verifier
            )
            access_token = str(tokens.get("access_token", ""))
            expected = Expected(self._issuer, self._client_id, attempt.nonce)

            def checked() -> Identity:
                id_token = tokens.get("id_token")
                return identity(id_token, known.keys, expected, access_token, clock.now())

            try:
                person = checked()
            except UnknownKey:
                known.keys = await _keys(http, metadata)
                person = checked()
            if person.email is None and metadata.userinfo_endpoint is not None:
                # Where the ID token carries the least, the address is told here.
                headers = {"Authorization": f"Bearer {access_token}"}
                person = person.with_email_of(
                    await _read(http, metadata.userinfo_endpoint, headers)
                )
            return person

    def _way_to_authenticate(self, metadata: Metadata) -> str:
        if self._secret is None:
            return "none"
        offered = metadata.token_endpoint_auth_methods_supported
        basic, post = "client_secret_basic", "client_secret_post"
        return post if post in offered and basic not in offered else basic

    async def _current(self, http: AsyncOAuth2Client) -> _Known:
        """Read by one for all: a provider that is down must not be asked by everybody."""
        async with self._reading:
            return await self._read_current(http)

    async def _read_current(self, http: AsyncOAuth2Client) -> _Known:
        if self._known is None or self._known.until <= clock.now():
            where = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
            metadata = Metadata.model_validate(await _read(http, where))
            if metadata.issuer != self._issuer:
                raise BadToken(f"the provider calls itself {metadata.issuer[:100]!r}")
            if self._issuer.startswith("https:") and not all(
                address.startswith("https://") for address in metadata.addresses
            ):
                raise BadToken("the provider names an address without https")
            keys = await _keys(http, metadata)
            self._known = _Known(metadata, keys, clock.now() + REMEMBERED)
        return self._known

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncOAuth2Client]:
        """A client for a few requests. What goes wrong in the block is told as SignInFailed."""
        try:
            async with (
                asyncio.timeout(SECONDS_IN_ALL),
                AsyncOAuth2Client(
                    self._client_id,
                    self._secret,
                    scope=SCOPE,
                    redirect_uri=self._redirect_uri,
                    code_challenge_method="S256",
                    verify=self._trusted,
                    timeout=SECONDS_PER_STEP,
                    follow_redirects=False,
                ) as http,
            ):
                yield http
        except (httpx2.HTTPError, TimeoutError) as error:
            raise _failed(Problem.UNAVAILABLE, error) from error
        except OAuthError as error:
            late = error.error == "invalid_grant"
            raise _failed(Problem.EXPIRED if late else Problem.REJECTED, error) from error
        except (BadToken, JoseError, ValidationError, httpx2.InvalidURL, ValueError) as error:
            raise _failed(Problem.REJECTED, error) from error


async def _keys(http: AsyncOAuth2Client, metadata: Metadata) -> KeySet:
    document = await _read(http, metadata.jwks_uri)
    usable = [
        key
        for key in document.get("keys", [])
        # A shared secret in public would let anybody sign.
        if isinstance(key, dict) and key.get("kty") != "oct" and key.get("use", "sig") == "sig"
    ]
    return KeySet.import_key_set({"keys": usable})


async def _read(
    http: AsyncOAuth2Client, url: str, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    response = await http.request("GET", url, withhold_token=True, headers=headers)
    response.raise_for_status()
    if response.status_code != 200:
        raise BadToken(f"{url} answered {response.status_code}")
    document = response.json()
    if not isinstance(document, dict):
        raise BadToken(f"{url} answered something else than an object")
    return document


def _failed(problem: Problem, error: Exception) -> SignInFailed:
    text = f"{type(error).__name__}: {error}"
    detail = "".join(c if c.isprintable() else " " for c in text)
    return SignInFailed(problem, detail[:MAX_DETAIL_LENGTH])
