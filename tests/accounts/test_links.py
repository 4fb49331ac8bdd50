"""Invitations and forgotten passwords: links that work once and for a while."""

import asyncio
from datetime import timedelta

import pytest

from dialtree import clock
from dialtree.accounts import links
from dialtree.accounts.links import (
    INVITATION_LASTS,
    RESET_LASTS,
    accept_invitation,
    find_link,
    request_password_reset,
    reset_password,
)
from dialtree.accounts.models import AccountLink, Role, Session, SignInFailure, User
from dialtree.accounts.origin import Origin
from dialtree.accounts.people_commands import Invitation, deactivate_user, invite_user
from dialtree.accounts.signing_in import Credentials, sign_in
from dialtree.audit.models import AuditAction, AuditEntry
from dialtree.language import Language
from dialtree.notifications.models import OutboxMail
from dialtree.notifications.outbox import send_due
from dialtree.refusals import Invalid, RefusalCode, Refused
from tests.conftest import PASSWORD, People
from tests.invariants import Unchanged, read_all
from tests.stock import APP_URL, set_clock

R = RefusalCode
DAY = timedelta(days=1)
NEW = "drei wackelige Leitern"
HERE = Origin("192.0.2.7", "curl")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "RESET_ANSWER_SECONDS", 0)


async def last_secret() -> str:
    """What stands behind # in the newest e-mail."""
    mail = await OutboxMail.all().order_by("-id").first()
    assert mail is not None
    return mail.text.partition("#")[2].split()[0]


async def invited(people: People) -> str:
    invitation = Invitation("nele@nordlicht.example", "Nele Neu", Role.VIEWER, Language.DE)
    await invite_user(people.administrator, invitation, app_url=APP_URL)
    return await last_secret()


async def forgot(email: str) -> str:
    await request_password_reset(email, HERE, app_url=APP_URL)
    return await last_secret()


async def accept(secret: str, password: str = NEW) -> str:
    _principal, session = await accept_invitation(secret, password, DAY, HERE)
    return session


async def reset(secret: str, password: str = NEW) -> User:
    return await reset_password(secret, password, HERE, app_url=APP_URL)


async def is_refused(command: object, code: RefusalCode = R.LINK_NOT_VALID) -> None:
    with pytest.raises(Refused) as caught:
        await command  # type: ignore[misc]
    assert caught.value.refusal.code == code


async def test_an_accepted_invitation_signs_in_and_is_used_up(people: People) -> None:
    secret = await invited(people)
    found = await find_link(secret)
    assert found is not None
    assert found[1].name == "Nele Neu"
    session = await accept(secret)
    principal = await Credentials(session=session).principal()
    assert principal is not None
    assert (principal.email, principal.role) == ("nele@nordlicht.example", Role.VIEWER)
    assert await find_link(secret) is None
    await is_refused(accept(secret))
    assert (await sign_in("nele@nordlicht.example", NEW, DAY))[0].name == "Nele Neu"
    entry = await AuditEntry.get(action=AuditAction.INVITATION_ACCEPTED)
    assert (entry.user_id, entry.address) == (principal.user_id, "192.0.2.7")
    assert NEW not in str(await read_all())


async def test_links_that_were_not_given_out_or_are_of_the_other_kind(people: People) -> None:
    invitation = await invited(people)
    forgotten = await forgot(people.viewer.email)
    for secret in ("", "x", "\0", "ü", invitation[:-1], forgotten):
        await is_refused(accept(secret))
    for secret in ("", "x", forgotten.upper(), invitation):
        await is_refused(reset(secret))
    assert await AccountLink.all().count() == 2


async def test_links_expire(people: People) -> None:
    with set_clock(2026, 11, 25) as time:
        invitation = await invited(people)
        time.forward(INVITATION_LASTS - RESET_LASTS)
        forgotten = await forgot(people.viewer.email)
        time.forward(RESET_LASTS - timedelta(seconds=1))
        assert await find_link(invitation) is not None
        assert await find_link(forgotten) is not None
        time.forward(timedelta(seconds=1))
        for secret in (invitation, forgotten):
            assert await find_link(secret) is None
        await is_refused(accept(invitation))
        await is_refused(reset(forgotten))
        # The next one clears them away, and the mail that nobody could be sent.
        await forgot(people.viewer.email)
        assert await AccountLink.all().count() == 1
        assert not await OutboxMail.filter(recipient="nele@nordlicht.example").exists()


async def test_one_of_many_at_the_same_time_uses_a_link(people: People) -> None:
    secret = await invited(people)
    passwords = [f"{NEW} {number}" for number in range(5)]
    results = await asyncio.gather(
        *(accept(secret, password) for password in passwords), return_exceptions=True
    )
    winners = [index for index, result in enumerate(results) if isinstance(result, str)]
    assert len(winners) == 1
    assert {r.refusal.code for r in results if isinstance(r, Refused)} == {R.LINK_NOT_VALID}
    assert await Session.all().count() == 1
    await sign_in("nele@nordlicht.example", passwords[winners[0]], DAY)

    secret = await forgot(people.viewer.email)
    results = await asyncio.gather(
        *(reset(secret, password) for password in passwords), return_exceptions=True
    )
    assert sum(isinstance(result, User) for result in results) == 1


async def test_a_bad_password_leaves_the_link(people: People) -> None:
    secret = await invited(people)
    for password, code in (("short", R.PASSWORD_TOO_SHORT), ("passwort1234", R.PASSWORD_TOO_EASY)):
        async with Unchanged():
            with pytest.raises(Invalid) as caught:
                await accept(secret, password)
        [problem] = caught.value.problems
        assert (problem.field, problem.refusal.code) == ("password", code)
    await accept(secret)


async def test_a_new_password_ends_every_session_and_every_link(people: People) -> None:
    email = people.viewer.email
    _principal, session = await sign_in(email, PASSWORD, DAY)
    first, second = await forgot(email), await forgot(email)
    assert (await reset(first)).email == email
    assert await Credentials(session=session).principal() is None
    assert await find_link(second) is None
    await is_refused(sign_in(email, PASSWORD, DAY), R.LOGIN_FAILED)
    await sign_in(email, NEW, DAY)
    mail = await OutboxMail.all().order_by("-id").first()
    assert mail is not None
    assert (mail.topic, mail.recipient) == ("password_changed", email)
    assert "#" not in mail.text
    entry = await AuditEntry.get(action=AuditAction.USER_PASSWORD_RESET)
    assert (entry.user_id, entry.changes) == (people.viewer.user_id, [])


async def test_who_was_locked_out_gets_in_by_a_new_password(people: People) -> None:
    email = people.viewer.email
    for _ in range(10):
        await is_refused(sign_in(email, "wrong", DAY, HERE), R.LOGIN_FAILED)
    await is_refused(sign_in(email, PASSWORD, DAY, HERE), R.TOO_MANY_ATTEMPTS)
    await reset(await forgot(email))
    await sign_in(email, NEW, DAY, HERE)


async def test_nobody_learns_who_has_an_account(people: People) -> None:
    await invited(people)
    await User.filter(id=people.stranger.user_id).update(deactivated_at=clock.now())
    await OutboxMail.all().delete()
    links_before = await AccountLink.all().count()
    for email in ("nobody@nordlicht.example", people.stranger.email, "nele@nordlicht.example"):
        await request_password_reset(email, HERE, app_url=APP_URL)
    assert await AccountLink.all().count() == links_before
    assert not await OutboxMail.exists()
    for email, code in (("", R.VALUE_MISSING), ("nobody", R.VALUE_NOT_UNDERSTOOD)):
        with pytest.raises(Invalid) as caught:
            await request_password_reset(email, HERE, app_url=APP_URL)
        assert caught.value.problems[0].refusal.code == code


async def test_asking_takes_as_long_for_anybody(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wait runs beside the work, so that the longer of both is what is seen."""
    monkeypatch.setattr(links, "RESET_ANSWER_SECONDS", 1.5)
    loop = asyncio.get_running_loop()
    for email in (people.viewer.email, "nobody@nordlicht.example"):
        began = loop.time()
        await request_password_reset(email, HERE, app_url=APP_URL)
        assert loop.time() - began > 1.4


async def test_nobody_is_flooded_with_mails(people: People) -> None:
    for email in (people.viewer.email, "nobody@nordlicht.example"):
        for _ in range(3):
            await request_password_reset(email, HERE, app_url=APP_URL)
        asked = request_password_reset(email.upper(), HERE, app_url=APP_URL)
        await is_refused(asked, R.TOO_MANY_ATTEMPTS)
    assert await OutboxMail.all().count() == 3


async def test_a_deactivated_person_has_no_link(people: People) -> None:
    secret = await forgot(people.viewer.email)
    await deactivate_user(people.administrator, people.viewer.user_id)
    await is_refused(reset(secret))


async def test_guessing_links_is_slowed_down(people: People) -> None:
    secret = await invited(people)
    for number in range(20):
        await is_refused(accept(f"guess {number}"))
    await is_refused(accept(secret), R.TOO_MANY_ATTEMPTS)
    _principal, _session = await accept_invitation(secret, NEW, DAY, Origin("192.0.2.8"))


class Taker:
    """A mailer that takes everything."""

    async def send(self, mail: OutboxMail) -> None:
        assert "#" in mail.text

    async def close(self) -> None:
        pass

    def describe(self) -> str:
        return ""


async def test_a_sent_link_is_not_kept(people: People) -> None:
    secrets = [await invited(people), await forgot(people.viewer.email)]
    assert await send_due(Taker()) == 2  # type: ignore[arg-type]
    everything = str(await read_all())
    assert not [secret for secret in secrets if secret in everything]
    await accept(secrets[0])
    await reset(secrets[1])
    assert await SignInFailure.filter(address="192.0.2.7").count() == 1  # the reset's request
