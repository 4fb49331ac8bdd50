"""Inviting people, their roles, and the end of an account (P2), on the command's side."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta

import pytest

from dialtree.accounts import people_commands, queries
from dialtree.accounts.models import AccountLink, Role, Session, SignInFailure, User
from dialtree.accounts.people_commands import (
    Invitation,
    deactivate_user,
    invite_user,
    reactivate_user,
    resend_invitation,
    update_user,
)
from dialtree.accounts.principal import Principal
from dialtree.accounts.queries import state_of
from dialtree.accounts.rules import UserState
from dialtree.accounts.signing_in import Credentials, create_token, sign_in
from dialtree.audit.models import AuditAction, AuditEntry
from dialtree.language import Language
from dialtree.notifications.models import OutboxMail
from dialtree.refusals import Invalid, NotFound, RefusalCode, Refused
from tests.conftest import PASSWORD, PASSWORD_HASH, People
from tests.invariants import Unchanged
from tests.stock import APP_URL

R = RefusalCode
DAY = timedelta(days=1)


def invitation(
    email: str = "nele@nordlicht.example",
    role: Role = Role.VIEWER,
    language: Language = Language.DE,
    name: str = "Nele Neu",
) -> Invitation:
    return Invitation(email, name, role, language)


async def invited(principal: Principal, **given: object) -> User:
    return await invite_user(principal, invitation(**given), app_url=APP_URL)  # type: ignore[arg-type]


async def another(
    people: People, email: str = "ada@nordlicht.example", role: Role = Role.ADMINISTRATOR
) -> User:
    """A further active person of the same company."""
    user = await invited(people.administrator, email=email, role=role)
    user.password_hash = PASSWORD_HASH
    await user.save()
    return user


async def refused(command: Awaitable[object]) -> RefusalCode:
    noted = await SignInFailure.all().values_list("id", flat=True)
    async with Unchanged():
        with pytest.raises(Refused) as caught:
            await command
        # That there was an attempt is noted, so that there are not too many.
        await SignInFailure.exclude(id__in=list(noted)).delete()
    refusal = caught.value
    if isinstance(refusal, Invalid):
        [problem] = refusal.problems
        return problem.refusal.code
    return refusal.refusal.code


async def logged(action: AuditAction) -> AuditEntry:
    return await AuditEntry.get(action=action)


async def test_an_invitation_makes_an_account_and_sends_a_link(people: People) -> None:
    user = await invited(people.administrator, email=" Nele@Nordlicht.example ")
    assert (user.email, user.role, user.customer_id) == (
        "nele@nordlicht.example",
        Role.VIEWER,
        people.administrator.customer_id,
    )
    assert state_of(user) == UserState.INVITED
    mail = await OutboxMail.get()
    assert (mail.recipient, mail.recipient_name) == (user.email, "Nele Neu")
    assert mail.subject == "Willkommen bei dialtree"
    secret = mail.text.partition(f"{APP_URL}/welcome#")[2].split()[0]
    assert f'href="{APP_URL}/welcome#{secret}"' in mail.html
    assert "Nordlicht Werke GmbH" in mail.text
    link = await AccountLink.get()
    assert link.secret_hash not in (secret, "")
    assert secret not in str(dict(link))
    entry = await logged(AuditAction.USER_INVITED)
    assert (entry.user_id, entry.subject_id) == (people.administrator.user_id, user.id)
    assert {change["field"]: change["after"] for change in entry.changes} == {
        "email": user.email,
        "name": "Nele Neu",
        "role": "VIEWER",
    }


async def test_an_invitation_speaks_english_too(people: People) -> None:
    await invited(people.administrator, language=Language.EN)
    mail = await OutboxMail.get()
    assert mail.subject == "Welcome to dialtree"
    assert "Admin@Nordlicht has invited you" in mail.text or "has invited you" in mail.text


async def test_taken_addresses_all_look_the_same(people: People) -> None:
    ours = invited(people.administrator, email=people.viewer.email)
    theirs = invited(people.administrator, email=people.stranger.email.upper())
    assert await refused(ours) == await refused(theirs) == R.EMAIL_NOT_INVITABLE


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"email": ""}, R.VALUE_MISSING),
        ({"email": "nele"}, R.VALUE_NOT_UNDERSTOOD),
        ({"name": " "}, R.VALUE_MISSING),
        ({"name": "x" * 201}, R.VALUE_TOO_LONG),
        ({"role": Role.SERVICE}, R.NOT_SERVICE_STAFF),
    ],
)
async def test_what_cannot_be_invited(
    people: People, given: dict[str, str], code: RefusalCode
) -> None:
    assert await refused(invited(people.administrator, **given)) == code


async def test_p2_service_staff_are_made_at_home_only(people: People) -> None:
    elsewhere = invited(people.service, role=Role.SERVICE)
    assert await refused(elsewhere) == R.SERVICE_ROLE_ELSEWHERE
    at_home = replace(people.service, customer_id=people.service.home_customer_id)
    user = await invited(at_home, role=Role.SERVICE)
    assert (user.role, user.customer_id) == (Role.SERVICE, at_home.home_customer_id)
    # Whoever is an administrator there does not touch them.
    await User.filter(id=user.id).update(password_hash=PASSWORD_HASH)
    administrator = await invited(at_home, email="adm@netz.example", role=Role.ADMINISTRATOR)
    principal = Principal.from_user(administrator)
    for command in (
        update_user(principal, user.id, role=Role.VIEWER),
        deactivate_user(principal, user.id),
        update_user(principal, principal.user_id, role=Role.SERVICE),
    ):
        assert await refused(command) in (R.NOT_SERVICE_STAFF, R.OWN_ACCOUNT)
    # And at another company nobody is made one afterwards either.
    ours = await invited(people.administrator, email="no@nordlicht.example")
    promote = update_user(people.service, ours.id, role=Role.SERVICE)
    assert await refused(promote) == R.SERVICE_ROLE_ELSEWHERE


async def test_viewers_look_after_nobody(people: People) -> None:
    user = await invited(people.administrator)
    for command in (
        invited(people.viewer, email="x@nordlicht.example"),
        resend_invitation(people.viewer, user.id, app_url=APP_URL),
        update_user(people.viewer, user.id, role=Role.ADMINISTRATOR),
        deactivate_user(people.viewer, user.id),
        reactivate_user(people.viewer, user.id),
        queries.users(people.viewer, first=None, after=None),
    ):
        assert await refused(command) == R.NOT_ADMINISTRATOR


async def test_p2_people_of_another_company_are_not_there(people: People) -> None:
    for command in (
        resend_invitation(people.stranger, people.viewer.user_id, app_url=APP_URL),
        update_user(people.stranger, people.viewer.user_id, role=Role.ADMINISTRATOR),
        deactivate_user(people.stranger, people.viewer.user_id),
        reactivate_user(people.stranger, people.viewer.user_id),
    ):
        async with Unchanged():
            with pytest.raises(NotFound):
                await command


async def test_another_invitation_replaces_the_first(people: People) -> None:
    user = await invited(people.administrator)
    [first] = await AccountLink.all()
    await resend_invitation(people.administrator, user.id, app_url=APP_URL)
    [second] = await AccountLink.all()
    assert second.secret_hash != first.secret_hash
    # The mail that had not been sent yet would lead nowhere.
    assert await OutboxMail.all().count() == 1
    assert (await logged(AuditAction.INVITATION_SENT_AGAIN)).subject_id == user.id
    viewer = people.viewer.user_id
    again = resend_invitation(people.administrator, viewer, app_url=APP_URL)
    assert await refused(again) == R.INVITATION_ACCEPTED


async def test_a_role_is_changed_at_once(people: People) -> None:
    _principal, session = await sign_in(people.viewer.email, PASSWORD, DAY)
    user = await update_user(people.administrator, people.viewer.user_id, role=Role.ADMINISTRATOR)
    assert user.role == Role.ADMINISTRATOR
    principal = await Credentials(session=session).principal()
    assert principal is not None
    assert principal.role == Role.ADMINISTRATOR
    entry = await logged(AuditAction.USER_UPDATED)
    assert entry.changes == [{"field": "role", "before": "VIEWER", "after": "ADMINISTRATOR"}]
    # The same again changes nothing and is not logged.
    await update_user(people.administrator, user.id, " Viewer ", Role.ADMINISTRATOR)
    await update_user(people.administrator, user.id)
    assert (await User.get(id=user.id)).name == "Viewer"
    assert await AuditEntry.filter(action=AuditAction.USER_UPDATED).count() == 1


async def test_nobody_changes_their_own_role(people: People) -> None:
    await another(people)
    own = people.administrator.user_id
    demote = update_user(people.administrator, own, role=Role.VIEWER)
    assert await refused(demote) == R.OWN_ACCOUNT
    assert await refused(deactivate_user(people.administrator, own)) == R.OWN_ACCOUNT
    assert (await update_user(people.administrator, own, name="Anna")).name == "Anna"


async def test_the_last_administrator_stays(people: People) -> None:
    administrator = people.administrator.user_id
    for command in (
        update_user(people.service, administrator, role=Role.VIEWER),
        deactivate_user(people.service, administrator),
    ):
        assert await refused(command) == R.LAST_ADMINISTRATOR
    # One who has not accepted yet, or is deactivated, is none.
    await invited(people.administrator, role=Role.ADMINISTRATOR)
    gone = await another(people)
    await deactivate_user(people.administrator, gone.id)
    assert await refused(deactivate_user(people.service, administrator)) == R.LAST_ADMINISTRATOR
    await reactivate_user(people.administrator, gone.id)
    await deactivate_user(people.service, administrator)
    assert await queries.administrators([people.administrator.customer_id, 0]) == [1, 0]


async def test_two_who_take_the_last_two_at_the_same_time(people: People) -> None:
    """One of them comes second, and finds that only one is left."""
    other = await another(people)
    results = await asyncio.gather(
        update_user(people.service, people.administrator.user_id, role=Role.VIEWER),
        deactivate_user(people.service, other.id),
        return_exceptions=True,
    )
    [refusal] = [result for result in results if isinstance(result, Refused)]
    assert refusal.refusal.code == R.LAST_ADMINISTRATOR
    assert await queries.administrators([people.administrator.customer_id]) == [1]


async def test_two_administrators_who_deactivate_each_other(people: People) -> None:
    other = await another(people)
    results = await asyncio.gather(
        deactivate_user(people.administrator, other.id),
        deactivate_user(Principal.from_user(other), people.administrator.user_id),
        return_exceptions=True,
    )
    [refusal] = [result for result in results if isinstance(result, Refused)]
    assert refusal.refusal.code == R.NOT_ADMINISTRATOR
    assert await queries.administrators([people.administrator.customer_id]) == [1]


async def test_deactivating_ends_everything_and_can_be_repeated(people: People) -> None:
    user = await User.get(id=people.viewer.user_id)
    _principal, session = await sign_in(user.email, PASSWORD, DAY)
    token = await create_token(user, "backup", None)
    for _ in range(2):
        assert state_of(await deactivate_user(people.administrator, user.id)) == (
            UserState.DEACTIVATED
        )
    assert await Credentials(session=session).principal() is None
    assert (await logged(AuditAction.USER_DEACTIVATED)).user_id == people.administrator.user_id
    for _ in range(2):
        assert state_of(await reactivate_user(people.administrator, user.id)) == UserState.ACTIVE
    assert (await logged(AuditAction.USER_REACTIVATED)).subject_id == user.id
    assert await Credentials(token=token).principal() is None
    assert not await Session.exists()
    await sign_in(user.email, PASSWORD, DAY)


async def test_an_invitation_ends_with_the_account(people: People) -> None:
    user = await invited(people.administrator)
    await deactivate_user(people.administrator, user.id)
    assert not await AccountLink.exists()
    assert not await OutboxMail.exists()
    again = resend_invitation(people.administrator, user.id, app_url=APP_URL)
    assert await refused(again) == R.USER_DEACTIVATED
    user = await reactivate_user(people.administrator, user.id)
    assert state_of(user) == UserState.INVITED


async def test_people_are_found_by_name_address_role_and_state(people: People) -> None:
    jorn = await invited(people.administrator, name="Jörn Özdemir", email="jo@nordlicht.example")
    gone = await another(people)
    await deactivate_user(people.administrator, gone.id)

    async def found(**given: object) -> list[str]:
        page = await queries.users(people.administrator, first=None, after=None, **given)  # type: ignore[arg-type]
        assert len(page.rows) == await page.total_count()
        return [row.email.partition("@")[0] for row in page.rows]

    assert await found() == ["admin", "jo", "ada", "viewer"]
    for search in ("jörn", "OEZDEMIR", "ozdemir", "dem jo@", "jo@nordlicht"):
        assert await found(search=search) == ["jo"], search
    assert await found(search="nobody") == []
    assert await found(search=" . ") == await found()
    assert await found(role=Role.VIEWER) == ["jo", "viewer"]
    assert await found(state=UserState.INVITED) == ["jo"]
    assert await found(state=UserState.DEACTIVATED) == ["ada"]
    assert await found(state=UserState.ACTIVE, search="nordlicht") == ["admin", "viewer"]
    # Whoever signs in at the company's own sign-in needs no password.
    await User.filter(id=jorn.id).update(oidc_subject="https://sso.nordlicht.example 7")
    assert await found(state=UserState.INVITED) == []
    page = await queries.users(people.administrator, first=2, after=None)
    rest = await queries.users(people.administrator, first=2, after=page.cursors[-1])
    assert [*page.rows, *rest.rows] == await User.filter(
        customer_id=people.administrator.customer_id
    ).order_by("name", "id")


async def test_when_somebody_was_last_seen(people: People) -> None:
    ids = [people.administrator.user_id, people.viewer.user_id]
    assert await queries.last_used(ids) == [None, None]
    await sign_in(people.viewer.email, PASSWORD, DAY)
    session = await Session.get()
    assert await queries.last_used(ids) == [None, session.last_used_at]


def test_a_name_is_as_long_as_its_column() -> None:
    assert User._meta.fields_map["name"].constraints["max_length"] == (
        people_commands.MAX_NAME_LENGTH
    )


async def test_p2_who_serves_no_more_makes_no_service_staff(people: People) -> None:
    at_home = replace(people.service, customer_id=people.service.home_customer_id)
    await User.filter(id=at_home.user_id).update(role=Role.ADMINISTRATOR)
    with pytest.raises(Refused) as caught:
        await invited(at_home, role=Role.SERVICE)
    assert caught.value.refusal.code == RefusalCode.NOT_SERVICE_STAFF
    assert not await User.exists(role=Role.SERVICE)
