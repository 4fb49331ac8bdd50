"""What people do about their own password and the places where they are signed in.

Only a person who is signed in does it: whoever finds a token shall not lock its owner out.
"""

import asyncio
from dataclasses import replace

from dialtree import live
from dialtree.accounts import limiting
from dialtree.accounts.links import end_links
from dialtree.accounts.models import Session, User
from dialtree.accounts.passwords import hash_password, is_password
from dialtree.accounts.principal import Principal
from dialtree.accounts.rules import SIGN_IN_LIMITS, why_not_password
from dialtree.accounts.signing_in import digest
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import log
from dialtree.database import announce, transaction
from dialtree.notifications.account_writing import enqueue_password_changed
from dialtree.refusals import FieldProblem, Invalid, NotFound, Refusal, RefusalCode, refuse

WRONG = Invalid([FieldProblem("current", Refusal(RefusalCode.PASSWORD_WRONG))])


async def change_password(
    principal: Principal, current: str, new: str, session: str | None, *, app_url: str
) -> None:
    """Ends every session but that of the secret `session`.

    Raises Invalid (PASSWORD_WRONG and what is wrong with the new one), TOO_MANY_ATTEMPTS,
    NOT_WITH_TOKEN.
    """
    refuse(principal.why_not_with_token())
    user = await User.get(id=principal.user_id)
    attempt = await limiting.begin(user.email, principal.address, SIGN_IN_LIMITS)
    if not await is_password(current, user.password_hash):
        raise WRONG
    refusal = await asyncio.to_thread(why_not_password, new, email=user.email, name=user.name)
    if refusal:
        await transaction(attempt.forgive)
        raise Invalid([FieldProblem("new", refusal)])
    password_hash = await hash_password(new)

    async def work() -> None:
        # Another change may have been faster; its password is the present one then.
        same = User.filter(id=user.id, password_hash=user.password_hash, deactivated_at=None)
        if not await same.update(password_hash=password_hash):
            raise WRONG
        await attempt.forgive()
        await end_links(user)
        await _end_others(principal, session)
        await log(_at_home(principal), AuditAction.USER_PASSWORD_CHANGED, user)
        await enqueue_password_changed(user, app_url=app_url)

    await transaction(work)


async def end_session(principal: Principal, session_id: int) -> None:
    """Signs the person out there. Raises NotFound, NOT_WITH_TOKEN."""
    refuse(principal.why_not_with_token())

    async def work() -> None:
        own = Session.filter(id=session_id, user_id=principal.user_id)
        if not await own.delete():
            raise NotFound
        await _log_ended(principal, 1)
        announce(live.AccessChanged(principal.user_id))

    await transaction(work)


async def end_other_sessions(principal: Principal, session: str | None) -> int:
    """Signs the person out everywhere but in the session of this secret; returns how many ended.
    Raises NOT_WITH_TOKEN."""
    refuse(principal.why_not_with_token())

    async def work() -> int:
        ended = await _end_others(principal, session)
        if ended:
            await _log_ended(principal, ended)
        return ended

    return await transaction(work)


async def _end_others(principal: Principal, session: str | None) -> int:
    others = Session.filter(user_id=principal.user_id)
    if session is not None:
        others = others.exclude(secret_hash=digest(session))
    announce(live.AccessChanged(principal.user_id))
    return await others.delete()


async def _log_ended(principal: Principal, count: int) -> None:
    user = await User.get(id=principal.user_id)
    ended = {"sessions": count}
    await log(_at_home(principal), AuditAction.SESSIONS_ENDED, user, before=ended)


def _at_home(principal: Principal) -> Principal:
    """What people do about their own account is no matter of the customer they work for."""
    return replace(principal, customer_id=principal.home_customer_id)
