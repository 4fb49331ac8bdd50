"""Signing in by password, and recognising sessions and API tokens.

Secrets are random, given out once and stored as SHA-256: with 256 bits of chance in them a slow
hash would add nothing. Passwords are chosen by people and get Argon2id.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.expressions import Q

from dialtree import clock, live
from dialtree.accounts import limiting
from dialtree.accounts.models import (
    MAX_ADDRESS_LENGTH,
    ApiToken,
    Customer,
    Role,
    Session,
    User,
    ViewMode,
)
from dialtree.accounts.origin import Origin
from dialtree.accounts.passwords import is_password
from dialtree.accounts.principal import Principal, lesser
from dialtree.accounts.rules import SIGN_IN_LIMITS
from dialtree.accounts.usage import note_use
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import Who, log, operator
from dialtree.database import announce, transaction
from dialtree.ids import from_global_id
from dialtree.inputs import MAX_EMAIL_LENGTH
from dialtree.language import Language
from dialtree.refusals import Refusal, RefusalCode, Refused
from dialtree.statements import rows

TOKEN_PREFIX = "dialtree_"  # noqa: S105 - lets secret scanners recognise a token
BATCH = 500
HERE = Origin()
"""The machine itself."""


def digest(secret: str) -> str:
    """As which a secret is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def sign_in(
    email: str, password: str, lasting: timedelta, origin: Origin = HERE
) -> tuple[Principal, str]:
    """Returns who signed in and the secret of the new session.

    Raises Refused(LOGIN_FAILED), the same and after the same time whether or not the account
    exists, and TOO_MANY_ATTEMPTS.
    """
    entered = email.strip().lower()
    attempt = await limiting.begin(entered, origin.address, SIGN_IN_LIMITS)
    known = len(entered) <= MAX_EMAIL_LENGTH and "\0" not in entered
    user = await User.get_or_none(email=entered, deactivated_at=None) if known else None
    fits = await is_password(password, user.password_hash if user else None)
    if user is None or not fits:
        raise Refused(Refusal(RefusalCode.LOGIN_FAILED))

    async def work() -> str:
        # The password may have been changed meanwhile, or the person deactivated; this also holds
        # the row, so that whoever does it next ends the new session too.
        same = User.filter(id=user.id, password_hash=user.password_hash, deactivated_at=None)
        if not await same.update(password_hash=user.password_hash):
            raise Refused(Refusal(RefusalCode.LOGIN_FAILED))
        await attempt.forgive()
        return await open_session(user, lasting, origin)

    secret = await transaction(work)
    return Principal.from_user(user, address=origin.address), secret


async def open_session(user: User, lasting: timedelta, origin: Origin) -> str:
    """Signs `user` in, in the transaction that runs; returns the secret of the new session."""
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    await Session.filter(expires_at__lte=now).delete()
    await Session.create(
        user_id=user.id,
        secret_hash=digest(secret),
        created_at=now,
        expires_at=now + lasting,
        last_used_at=now,
        address=origin.address[:MAX_ADDRESS_LENGTH] if origin.address else None,
        user_agent=origin.user_agent,
    )
    principal = Principal.from_user(user, address=origin.address)
    await log(principal, AuditAction.SIGNED_IN, user)
    return secret


async def sign_out(secret: str) -> None:
    async def work() -> None:
        session = await Session.get_or_none(secret_hash=digest(secret))
        if session is not None:
            await session.delete()
            announce(live.AccessChanged(session.user_id))

    await transaction(work)


async def create_token(
    user: User,
    name: str,
    expires_at: datetime | None,
    role: Role | None = None,
    *,
    by_operator: bool = False,
) -> str:
    """Returns the token, which cannot be shown again. Sent as `Authorization: Bearer …`. It may
    do what `role` may; null: what its owner may now. `by_operator`: as which it is logged."""

    async def work() -> str:
        token, secret = await add_token(user, name, expires_at, role or user.role)
        if by_operator:
            await log_token(operator(user.customer_id), AuditAction.API_TOKEN_CREATED, token, user)
        return secret

    return await transaction(work)


async def add_token(
    user: User, name: str, expires_at: datetime | None, role: Role
) -> tuple[ApiToken, str]:
    """As `create_token`, inside a transaction, unlogged; with the row."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = await ApiToken.create(
        user_id=user.id,
        name=name,
        role=role,
        secret_hash=digest(secret),
        created_at=clock.now(),
        expires_at=expires_at,
    )
    return token, secret


async def log_token(by: Who, action: AuditAction, token: ApiToken, owner: User) -> None:
    """That it was made or revoked; `by` acts for whom the owner belongs to."""
    values = {
        "owner": owner.name,
        "role": token.role.value,
        "expiresAt": token.expires_at.isoformat() if token.expires_at else None,
    }
    if action == AuditAction.API_TOKEN_CREATED:
        await log(by, action, token, after=values)
    else:
        await log(by, action, token, before=values)


_OWNER = """
    owner.id AS user_id, owner.customer_id, owner.name AS user_name, owner.email,
    owner.role AS user_role, owner.language, owner.order_reminders, owner.view_mode
"""
# One statement, because every request begins with it.
_TOKEN = f"""
    SELECT shown.id AS shown_id, shown.name, shown.role, shown.expires_at, shown.last_used_at,
    {_OWNER} FROM api_token AS shown JOIN user_account AS owner ON owner.id = shown.user_id
    WHERE shown.secret_hash = $1 AND shown.revoked_at IS NULL AND owner.deactivated_at IS NULL
"""  # noqa: S608 - made of constants
_SESSION = f"""
    SELECT shown.id AS shown_id, NULL AS name, owner.role, shown.expires_at, shown.last_used_at,
    {_OWNER} FROM session AS shown JOIN user_account AS owner ON owner.id = shown.user_id
    WHERE shown.secret_hash = $1 AND owner.deactivated_at IS NULL
"""  # noqa: S608 - made of constants


def _moment(stored: object) -> datetime | None:
    """A time as the model reads it."""
    moment: datetime | None = Session._meta.fields_map["expires_at"].to_python_value(stored)
    return moment


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request shows to prove who it is from; recognised anew for every event of a
    subscription, so that an ended session or revoked token ends it."""

    session: str | None = None
    token: str | None = None
    customer: str | None = None
    """Global id of the customer that service staff want to work for; null: their own."""
    address: str | None = None
    """Where the request comes from."""

    async def principal(self) -> Principal | None:
        """Raises Refused(CUSTOMER_NOT_AVAILABLE)."""
        shown = _TOKEN if self.token is not None else _SESSION
        secret = self.token if self.token is not None else self.session
        found = await rows(shown, digest(secret)) if secret is not None else []
        if not found:
            return None
        row = found[0]
        expires_at = _moment(row["expires_at"])
        if expires_at is not None and expires_at <= clock.now():
            return None
        model = ApiToken if self.token is not None else Session
        note_use(model, row["shown_id"], _moment(row["last_used_at"]))
        role = lesser(Role(row["role"]), Role(row["user_role"]))
        return Principal(
            user_id=row["user_id"],
            customer_id=await self._customer(row["customer_id"], role),
            home_customer_id=row["customer_id"],
            name=row["user_name"],
            email=row["email"],
            role=role,
            language=Language(row["language"]),
            order_reminders=bool(row["order_reminders"]),
            view_mode=ViewMode(row["view_mode"]),
            address=self.address,
            via=row["name"],
        )

    async def _customer(self, home: int, role: Role) -> int:
        if self.customer is None:
            return home
        type_name, id_ = from_global_id(self.customer) or ("", 0)
        known = type_name == "Customer" and (
            id_ == home or (role == Role.SERVICE and await Customer.exists(id=id_))
        )
        if not known:
            raise Refused(Refusal(RefusalCode.CUSTOMER_NOT_AVAILABLE))
        return id_


async def no_longer_valid(shown: Collection[Credentials]) -> set[Credentials]:
    """Those that nobody would be recognised by any more, found by few statements."""
    lost: set[Credentials] = set()
    every = list(shown)
    for start in range(0, len(every), BATCH):
        # The same secret is shown from several addresses and for several customers.
        shown_by = {c: digest(c.token or c.session or "") for c in every[start : start + BATCH]}
        tokens = {secret for c, secret in shown_by.items() if c.token is not None}
        sessions = {secret for c, secret in shown_by.items() if c.token is None and c.session}
        now = clock.now()
        valid: set[object] = set()
        valid |= set(
            await ApiToken.filter(
                Q(expires_at=None) | Q(expires_at__gt=now),
                secret_hash__in=list(tokens),
                revoked_at=None,
                user__deactivated_at=None,
            ).values_list("secret_hash", flat=True)
        )
        valid |= set(
            await Session.filter(
                secret_hash__in=list(sessions), expires_at__gt=now, user__deactivated_at=None
            ).values_list("secret_hash", flat=True)
        )
        lost |= {c for c, secret in shown_by.items() if secret not in valid}
    return lost
