"""Links sent by e-mail that work once: accepting an invitation, setting a forgotten password."""

import asyncio
import secrets
from datetime import datetime, timedelta

from dialtree import clock, live
from dialtree.accounts import limiting
from dialtree.accounts.models import NO_PASSWORD, AccountLink, LinkPurpose, Session, User
from dialtree.accounts.origin import Origin
from dialtree.accounts.passwords import hash_password
from dialtree.accounts.principal import Principal
from dialtree.accounts.rules import LINK_LIMITS, RESET_LIMITS, why_not_password
from dialtree.accounts.signing_in import digest, open_session
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import log
from dialtree.database import announce, transaction
from dialtree.inputs import Inputs
from dialtree.notifications.account_writing import (
    enqueue_password_changed,
    enqueue_password_reset,
    give_up,
    withdraw,
)
from dialtree.refusals import FieldProblem, Invalid, Refusal, RefusalCode, Refused

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)
RESET_ANSWER_SECONDS = 0.5
"""Longer than writing the e-mail takes, so that the time does not tell whether there is one."""


async def make_link(user: User, purpose: LinkPurpose) -> tuple[str, datetime]:
    """A new secret and until when it works, in the transaction that runs."""
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    lasts = INVITATION_LASTS if purpose == LinkPurpose.INVITATION else RESET_LASTS
    await AccountLink.filter(expires_at__lte=now).delete()
    await give_up(now - INVITATION_LASTS)
    await AccountLink.create(
        user_id=user.id,
        purpose=purpose,
        secret_hash=digest(secret),
        created_at=now,
        expires_at=now + lasts,
    )
    return secret, now + lasts


async def end_links(user: User) -> None:
    """In the transaction that runs."""
    await AccountLink.filter(user_id=user.id).delete()
    await withdraw(user)


async def find_link(secret: str) -> tuple[AccountLink, User] | None:
    """The link and whom it was sent to, while it works."""
    links = AccountLink.filter(secret_hash=digest(secret), expires_at__gt=clock.now())
    link = await links.first()
    user = await User.get_or_none(id=link.user_id, deactivated_at=None) if link else None
    return (link, user) if link and user else None


async def request_password_reset(email: str, origin: Origin, *, app_url: str) -> None:
    """Sends a link if there is an active account with a password; whether there is cannot be
    seen, neither in the answer nor in its time. Raises Invalid, TOO_MANY_ATTEMPTS."""
    inputs = Inputs()
    entered = inputs.email("email", email)
    if entered is None and not inputs.problems:
        inputs.note("email", Refusal(RefusalCode.VALUE_MISSING), email)
    inputs.done()
    address = (entered or "").lower()
    await limiting.begin(f"reset {address}", origin.address, RESET_LIMITS)

    async def work() -> None:
        found = User.filter(email=address, deactivated_at=None).exclude(password_hash=NO_PASSWORD)
        if user := await found.first():
            secret, until = await make_link(user, LinkPurpose.PASSWORD_RESET)
            await enqueue_password_reset(user, secret, until, app_url=app_url)

    await asyncio.gather(transaction(work), asyncio.sleep(RESET_ANSWER_SECONDS))


async def accept_invitation(
    secret: str, password: str, lasting: timedelta, origin: Origin
) -> tuple[Principal, str]:
    """Sets the first password and signs in. Raises LINK_NOT_VALID, Invalid, TOO_MANY_ATTEMPTS."""
    link, user, attempt, password_hash = await _opened(
        secret, LinkPurpose.INVITATION, password, origin
    )

    async def work() -> str:
        await _use(link)
        invited = User.filter(id=user.id, password_hash=NO_PASSWORD, deactivated_at=None)
        if not await invited.update(password_hash=password_hash):
            raise Refused(Refusal(RefusalCode.LINK_NOT_VALID))
        await attempt.forgive()
        await end_links(user)
        principal = Principal.from_user(user, address=origin.address)
        await log(principal, AuditAction.INVITATION_ACCEPTED, user)
        return await open_session(user, lasting, origin)

    session = await transaction(work)
    return Principal.from_user(user, address=origin.address), session


async def reset_password(secret: str, password: str, origin: Origin, *, app_url: str) -> User:
    """Sets a new password in place of a forgotten one and ends every session. Raises
    LINK_NOT_VALID, Invalid, TOO_MANY_ATTEMPTS."""
    link, user, attempt, password_hash = await _opened(
        secret, LinkPurpose.PASSWORD_RESET, password, origin
    )

    async def work() -> None:
        await _use(link)
        if not await User.filter(id=user.id, deactivated_at=None).update(
            password_hash=password_hash
        ):
            raise Refused(Refusal(RefusalCode.LINK_NOT_VALID))
        await attempt.forgive()
        await limiting.forgive_account(user.email)
        await end_links(user)
        await Session.filter(user_id=user.id).delete()
        principal = Principal.from_user(user, address=origin.address)
        await log(principal, AuditAction.USER_PASSWORD_RESET, user)
        await enqueue_password_changed(user, app_url=app_url)
        announce(live.AccessChanged(user.id))

    await transaction(work)
    return user


async def _opened(
    secret: str, purpose: LinkPurpose, password: str, origin: Origin
) -> tuple[AccountLink, User, limiting.Attempt, str]:
    """What a link leads to, and the hash of a password that may be used there."""
    attempt = await limiting.begin("link", origin.address, LINK_LIMITS)
    found = await find_link(secret)
    if found is None or found[0].purpose != purpose:
        raise Refused(Refusal(RefusalCode.LINK_NOT_VALID))
    link, user = found
    refusal = await asyncio.to_thread(why_not_password, password, email=user.email, name=user.name)
    if refusal:
        # Whoever has the link may try passwords as long as they like.
        await transaction(attempt.forgive)
        raise Invalid([FieldProblem("password", refusal)])
    return link, user, attempt, await hash_password(password)


async def _use(link: AccountLink) -> None:
    """One of many at the same time succeeds."""
    if not await AccountLink.filter(id=link.id, expires_at__gt=clock.now()).delete():
        raise Refused(Refusal(RefusalCode.LINK_NOT_VALID))
