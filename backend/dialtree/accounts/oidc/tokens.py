"""Checking an ID token: pure, so that every way of forging one can be tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
)  # fmt: skip
"""Signed with a key that only the provider has; neither unsigned nor with a shared secret."""
LEEWAY_SECONDS = 60
MAX_SUBJECT_LENGTH = 255


class BadToken(Exception):
    """It was not made by this provider, for this attempt, now."""


class UnknownKey(BadToken):
    """Signed with a key that is not in the set: the provider may have a new one."""


@dataclass(frozen=True, slots=True)
class Expected:
    issuer: str
    client_id: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says signed in."""

    issuer: str
    subject: str
    """Never given to another person by this issuer, as an e-mail address may be."""
    email: str | None
    email_verified: bool | None
    """None: the provider does not say."""

    def with_email_of(self, claims: Mapping[str, Any]) -> "Identity":
        """With the address that the provider told separately, for the same subject only."""
        if claims.get("sub") != self.subject:
            raise BadToken("the user info is about somebody else")
        email, verified = _email(claims)
        return Identity(self.issuer, self.subject, email, verified)


def identity(
    id_token: object, keys: KeySet, expected: Expected, access_token: str, now: datetime
) -> Identity:
    """Raises BadToken."""
    if not isinstance(id_token, str):
        raise BadToken("the answer holds no ID token")
    try:
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        token = jwt.decode(id_token, keys, algorithms=ALGORITHMS, registry=registry)
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": expected.issuer},
                "sub": {"essential": True},
                "aud": {"essential": True, "value": expected.client_id},
                "exp": {"essential": True},
                "nonce": {"essential": True, "value": expected.nonce},
            },
            {
                "client_id": expected.client_id,
                "nonce": expected.nonce,
                "access_token": access_token,
            },
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
    except InvalidKeyIdError as error:
        raise UnknownKey(str(error)) from error
    except (JoseError, ValueError, TypeError) as error:
        raise BadToken(f"{type(error).__name__}: {error}") from error
    subject = claims["sub"]
    if not (0 < len(subject) <= MAX_SUBJECT_LENGTH and subject.isascii() and subject.isprintable()):
        raise BadToken("the subject is no text of 1 to 255 ASCII characters")
    email, verified = _email(claims)
    return Identity(expected.issuer, subject, email, verified)


def _email(claims: Mapping[str, Any]) -> tuple[str | None, bool | None]:
    email, said = claims.get("email"), claims.get("email_verified")
    # Some providers send the word.
    verified = None if said is None else said is True or said == "true"
    return (email if isinstance(email, str) else None), verified
