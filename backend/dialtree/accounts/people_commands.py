"""Administrators look after the people of their company; service staff after everybody's (P2)."""

from dataclasses import dataclass

from dialtree import clock, live
from dialtree.accounts import limiting, rules
from dialtree.accounts.links import end_links, make_link
from dialtree.accounts.models import (
    MAX_NAME_LENGTH,
    NO_PASSWORD,
    ApiToken,
    Customer,
    LinkPurpose,
    Role,
    Session,
    User,
)
from dialtree.accounts.principal import Principal, lesser
from dialtree.accounts.queries import asker_of, changing, person_of
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import Who, log
from dialtree.database import announce, transaction
from dialtree.inputs import Inputs
from dialtree.language import Language
from dialtree.notifications.account_writing import enqueue_invitation, enqueue_welcome
from dialtree.refusals import NotFound, Refusal, RefusalCode, refuse


@dataclass(frozen=True, slots=True)
class Invitation:
    email: str
    name: str
    role: Role
    language: Language


async def invite_user(
    principal: Principal, invitation: Invitation, *, app_url: str, provider: str | None = None
) -> User:
    """Makes an account without a password and sends a link to set one. `provider`: name of the
    only way to sign in; then there is no password to set.

    Raises Invalid (EMAIL_NOT_INVITABLE for every taken address, whosever it is), NOT_ADMINISTRATOR,
    NOT_SERVICE_STAFF, SERVICE_ROLE_ELSEWHERE.
    """
    principal.must_be_administrator()
    refuse(principal.why_not_with_token())
    inputs = Inputs()
    email = (inputs.email("email", invitation.email) or "").lower()
    if not email and not inputs.problems:
        inputs.note("email", Refusal(RefusalCode.VALUE_MISSING), invitation.email)
    name = inputs.text("name", invitation.name, MAX_NAME_LENGTH, required=True) or ""
    inputs.done()
    refuse(rules.why_not_grant(asker_of(principal), invitation.role))
    await _not_too_often(principal, email)

    async def work() -> User:
        await _still_may(principal)
        if await User.exists(email=email):
            taken = Refusal(RefusalCode.EMAIL_NOT_INVITABLE, {"email": email})
            inputs.note("email", taken, invitation.email)
            inputs.done()
        user = await User.create(
            customer_id=principal.customer_id,
            email=email,
            name=name,
            role=invitation.role,
            language=invitation.language,
            password_hash=NO_PASSWORD,
            created_at=clock.now(),
        )
        after = {"email": email, "name": name, "role": invitation.role}
        await log(principal, AuditAction.USER_INVITED, user, after=after)
        await _send(principal, user, app_url, provider)
        return user

    return await transaction(work)


async def resend_invitation(
    principal: Principal, user_id: int, *, app_url: str, provider: str | None = None
) -> User:
    """With a new link; the old one does not work any more.

    Raises NotFound, NOT_ADMINISTRATOR, NOT_SERVICE_STAFF, USER_DEACTIVATED, INVITATION_ACCEPTED.
    """
    principal.must_be_administrator()
    refuse(principal.why_not_with_token())

    invited = await principal.of(User).get_or_none(id=user_id)
    if invited is None:
        raise NotFound
    await _not_too_often(principal, invited.email)

    async def work() -> User:
        user = await _locked(principal, user_id)
        refuse(rules.why_not_invite_again(asker_of(principal), person_of(user)))
        await end_links(user)
        await log(principal, AuditAction.INVITATION_SENT_AGAIN, user)
        await _send(principal, user, app_url, provider)
        return user

    return await transaction(work)


async def update_user(
    principal: Principal, user_id: int, name: str | None = None, role: Role | None = None
) -> User:
    """Null leaves a value as it is.

    Raises NotFound, Invalid, NOT_ADMINISTRATOR, NOT_SERVICE_STAFF, OWN_ACCOUNT,
    SERVICE_ROLE_ELSEWHERE, LAST_ADMINISTRATOR.
    """
    principal.must_be_administrator()
    refuse(principal.why_not_with_token())
    inputs = Inputs()
    if name is not None:
        name = inputs.text("name", name, MAX_NAME_LENGTH, required=True)
    inputs.done()
    asker = asker_of(principal)

    async def work() -> User:
        user = await _locked(principal, user_id)
        before = {"name": user.name, "role": user.role}
        refuse(rules.why_not_touch(asker, person_of(user)))
        if role is not None and role != user.role:
            refuse(rules.why_not_change_role(asker, person_of(user)))
            refuse(rules.why_not_grant(asker, role))
            if role not in rules.CHANGING_ROLES:
                refuse(rules.why_not_lose(person_of(user), await _administrators(principal)))
            user.role = role
        user.name = name or user.name
        after = {"name": user.name, "role": user.role}
        if after != before:
            await user.save(update_fields=["name", "role"])
            await log(principal, AuditAction.USER_UPDATED, user, before=before, after=after)
            announce(live.AccessChanged(user.id))
        return user

    return await transaction(work)


async def deactivate_user(principal: Principal, user_id: int) -> User:
    """As `end_access`; repeating it is harmless.

    Raises NotFound, NOT_ADMINISTRATOR, NOT_SERVICE_STAFF, OWN_ACCOUNT, LAST_ADMINISTRATOR.
    """
    principal.must_be_administrator()

    async def work() -> User:
        user = await _locked(principal, user_id)
        refuse(
            rules.why_not_deactivate(
                asker_of(principal), person_of(user), await _administrators(principal)
            )
        )
        await end_access(principal, user)
        return user

    return await transaction(work)


async def reactivate_user(principal: Principal, user_id: int) -> User:
    """With the password the person had; sessions and tokens stay ended. Repeating it is harmless.

    Raises NotFound, NOT_ADMINISTRATOR, NOT_SERVICE_STAFF.
    """
    principal.must_be_administrator()
    refuse(principal.why_not_with_token())

    async def work() -> User:
        user = await _locked(principal, user_id)
        refuse(rules.why_not_touch(asker_of(principal), person_of(user)))
        if user.deactivated_at is not None:
            user.deactivated_at = None
            await user.save(update_fields=["deactivated_at"])
            await log(principal, AuditAction.USER_REACTIVATED, user)
        return user

    return await transaction(work)


async def end_access(by: Who, user: User) -> None:
    """In the transaction that runs: the account stays, for its orders; its sessions and links end
    and its tokens are revoked."""
    if user.deactivated_at is not None:
        return
    now = clock.now()
    user.deactivated_at = now
    await user.save(update_fields=["deactivated_at"])
    await Session.filter(user_id=user.id).delete()
    await ApiToken.filter(user_id=user.id, revoked_at=None).update(revoked_at=now)
    await end_links(user)
    await log(by, AuditAction.USER_DEACTIVATED, user)
    announce(live.AccessChanged(user.id))


async def _locked(principal: Principal, user_id: int) -> User:
    """The user, with the people of the company held for this transaction: who is its last
    administrator must not change meanwhile. Raises NotFound and what `_still_may` raises."""
    await Customer.select_for_update().get(id=principal.customer_id)
    await _still_may(principal)
    user = await principal.of(User).select_for_update().get_or_none(id=user_id)
    if user is None:
        raise NotFound
    return user


async def _still_may(principal: Principal) -> None:
    """Whoever asks may have been demoted or deactivated while this waited for its turn."""
    present = await User.get_or_none(id=principal.user_id, deactivated_at=None)
    if present is None or present.role not in rules.CHANGING_ROLES:
        refuse(Refusal(RefusalCode.NOT_ADMINISTRATOR))
    elif lesser(present.role, principal.role) != principal.role:
        refuse(Refusal(RefusalCode.NOT_SERVICE_STAFF))


async def _administrators(principal: Principal) -> int:
    return await changing([principal.customer_id]).count()


async def _not_too_often(principal: Principal, email: str) -> None:
    """Nobody's mailbox is filled by this. Raises Refused(TOO_MANY_ATTEMPTS)."""
    inviter = f"user {principal.user_id}"
    await limiting.begin(f"invitation {email}", inviter, rules.INVITATION_LIMITS)


async def _send(principal: Principal, user: User, app_url: str, provider: str | None) -> None:
    if provider is not None:
        await enqueue_welcome(user, principal.name, provider, app_url=app_url)
        return
    secret, until = await make_link(user, LinkPurpose.INVITATION)
    await enqueue_invitation(user, principal.name, secret, until, app_url=app_url)
