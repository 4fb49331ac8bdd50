"""Signing in by password, and recognising sessions and API tokens.

Secrets are random, given out once and stored as SHA-256: with 256 bits of chance in them a slow
hash would add nothing. Passwords are chosen by people and get Argon2id.
"""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from dialtree import clock
from dialtree.accounts.models import MAX_EMAIL_LENGTH, ApiToken, Session, User
from dialtree.accounts.principal import Principal
from dialtree.database import transaction
from dialtree.refusals import Refusal, RefusalCode, Refused

TOKEN_PREFIX = "dialtree_"  # noqa: S105 - lets secret scanners recognise a token
MAX_PASSWORD_LENGTH = 1000

_hasher = PasswordHasher()
_nobodys_hash = _hasher.hash(secrets.token_urlsafe())


async def hash_password(password: str) -> str:
    return await asyncio.to_thread(_hasher.hash, password)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerificationError:
        return False


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


async def sign_in(email: str, password: str, lasting: timedelta) -> tuple[Principal, str]:
    """Returns who signed in and the secret of the new session.

    Raises Refused(LOGIN_FAILED), the same and after the same time whether or not the account
    exists.
    """
    address = email.strip().lower()
    known = len(address) <= MAX_EMAIL_LENGTH and "\0" not in address
    user = await User.get_or_none(email=address, deactivated_at=None) if known else None
    password_hash = user.password_hash if user else _nobodys_hash
    fits = len(password) <= MAX_PASSWORD_LENGTH and await asyncio.to_thread(
        _matches, password_hash, password
    )
    if user is None or not fits:
        raise Refused(Refusal(RefusalCode.LOGIN_FAILED))
    secret = secrets.token_urlsafe(32)
    now = clock.now()

    async def work() -> None:
        await Session.filter(expires_at__lte=now).delete()
        await Session.create(
            user_id=user.id,
            secret_hash=_digest(secret),
            created_at=now,
            expires_at=now + lasting,
        )

    await transaction(work)
    return Principal.from_user(user), secret


async def sign_out(secret: str) -> None:
    await transaction(lambda: Session.filter(secret_hash=_digest(secret)).delete())


async def create_token(user: User, name: str, expires_at: datetime | None) -> str:
    """Returns the token, which cannot be shown again. Sent as `Authorization: Bearer …`."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)

    async def work() -> None:
        await ApiToken.create(
            user_id=user.id,
            name=name,
            secret_hash=_digest(secret),
            created_at=clock.now(),
            expires_at=expires_at,
        )

    await transaction(work)
    return secret


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request shows to prove who it is from; recognised anew for every event of a
    subscription, so that an ended session or revoked token ends it."""

    session: str | None = None
    token: str | None = None

    async def principal(self) -> Principal | None:
        if self.token is not None:
            owner = await self._token_owner(self.token)
        elif self.session is not None:
            owner = await self._session_owner(self.session)
        else:
            return None
        user = await User.get_or_none(id=owner, deactivated_at=None) if owner else None
        return Principal.from_user(user) if user else None

    async def _token_owner(self, secret: str) -> int | None:
        token = await ApiToken.get_or_none(secret_hash=_digest(secret), revoked_at=None)
        if token is None or (token.expires_at is not None and token.expires_at <= clock.now()):
            return None
        return token.user_id

    async def _session_owner(self, secret: str) -> int | None:
        session = await Session.get_or_none(secret_hash=_digest(secret), expires_at__gt=clock.now())
        return session.user_id if session else None
