"""One's own password, and the places where one is signed in."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from dialtree.accounts import own_account_commands, queries, signing_in
from dialtree.accounts.models import AccountLink, Session, User
from dialtree.accounts.origin import Origin
from dialtree.accounts.own_account_commands import (
    change_password,
    end_other_sessions,
    end_session,
)
from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import Credentials, create_token, sign_in, sign_out
from dialtree.audit.models import AuditAction, AuditEntry
from dialtree.live import AccessChanged
from dialtree.notifications.models import OutboxMail
from dialtree.refusals import Invalid, NotFound, RefusalCode, Refused
from tests.conftest import PASSWORD, People
from tests.stock import APP_URL, set_clock

R = RefusalCode
DAY = timedelta(days=1)
NEW = "drei wackelige Leitern"


async def change(principal: Principal, current: str, new: str, session: str | None = None) -> None:
    await change_password(principal, current, new, session, app_url=APP_URL)


async def signed_in(principal: Principal) -> str:
    return (await sign_in(principal.email, PASSWORD, DAY, Origin("192.0.2.7", "curl")))[1]


async def is_there(session: str) -> bool:
    return await Credentials(session=session).principal() is not None


async def test_a_new_password_ends_the_other_sessions(people: People) -> None:
    here, elsewhere = await signed_in(people.viewer), await signed_in(people.viewer)
    token = await create_token(await User.get(id=people.viewer.user_id), "backup", None)
    others = await signed_in(people.administrator)
    await change(people.viewer, PASSWORD, NEW, here)
    assert [await is_there(session) for session in (here, elsewhere, others)] == [True, False, True]
    assert await Credentials(token=token).principal() is not None
    await sign_in(people.viewer.email, NEW, DAY)
    mail = await OutboxMail.get()
    assert (mail.topic, mail.recipient) == ("password_changed", people.viewer.email)
    entry = await AuditEntry.get(action=AuditAction.USER_PASSWORD_CHANGED)
    assert (entry.user_id, entry.changes) == (people.viewer.user_id, [])
    assert not await AccountLink.exists()


async def test_a_token_does_nothing_about_it(people: People) -> None:
    session = await signed_in(people.viewer)
    program = replace(people.viewer, via="backup")
    for attempt in (
        change(program, PASSWORD, NEW),
        end_session(program, (await Session.get()).id),
        end_other_sessions(program, None),
    ):
        with pytest.raises(Refused) as caught:
            await attempt
        assert caught.value.refusal.code == R.NOT_WITH_TOKEN
    assert await is_there(session)


async def test_p2_service_staff_change_theirs_at_home(people: People) -> None:
    await change(people.service, PASSWORD, NEW)
    entry = await AuditEntry.get(action=AuditAction.USER_PASSWORD_CHANGED)
    assert entry.customer_id == people.service.home_customer_id != people.service.customer_id


@pytest.mark.parametrize(
    ("current", "new", "field", "code"),
    [
        ("wrong", NEW, "current", R.PASSWORD_WRONG),
        ("", NEW, "current", R.PASSWORD_WRONG),
        (PASSWORD, "short", "new", R.PASSWORD_TOO_SHORT),
        (PASSWORD, "viewer@nordlicht.example", "new", R.PASSWORD_LIKE_PERSON),
    ],
)
async def test_what_is_wrong_stands_at_its_field(
    people: People, current: str, new: str, field: str, code: RefusalCode
) -> None:
    session = await signed_in(people.viewer)
    with pytest.raises(Invalid) as caught:
        await change(people.viewer, current, new)
    [problem] = caught.value.problems
    assert (problem.field, problem.refusal.code, problem.value) == (field, code, None)
    assert await is_there(session)
    await signed_in(people.viewer)


async def test_guessing_the_present_password_is_slowed_down(people: People) -> None:
    for _ in range(10):
        with pytest.raises(Invalid):
            await change(people.viewer, "wrong", NEW)
    with pytest.raises(Refused) as caught:
        await change(people.viewer, PASSWORD, NEW)
    assert caught.value.refusal.code == R.TOO_MANY_ATTEMPTS


async def test_one_of_two_changes_at_the_same_time(people: People) -> None:
    results = await asyncio.gather(
        change(people.viewer, PASSWORD, f"{NEW} 1"),
        change(people.viewer, PASSWORD, f"{NEW} 2"),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Invalid", "NoneType"]


async def test_sessions_are_listed_with_where_they_are(people: People) -> None:
    await signed_in(people.administrator)
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    await sign_in(people.viewer.email, PASSWORD, DAY, Origin("192.0.2.9", firefox))
    await sign_in(people.viewer.email, PASSWORD, DAY)
    page = await queries.sessions(people.viewer, first=None, after=None)
    assert [(row.address, row.user_agent) for row in page.rows] == [
        (None, None),
        ("192.0.2.9", firefox),
    ]
    with set_clock(2036, 1, 1):
        assert (await queries.sessions(people.viewer, first=None, after=None)).rows == []


async def test_one_session_ends(people: People) -> None:
    here, elsewhere = await signed_in(people.viewer), await signed_in(people.viewer)
    theirs = await signed_in(people.administrator)
    row, _here, other = await Session.all().order_by("-id")
    with pytest.raises(NotFound):
        await end_session(people.viewer, row.id)
    await end_session(people.viewer, other.id)
    assert [await is_there(session) for session in (here, elsewhere, theirs)] == [
        False,
        True,
        True,
    ]
    with pytest.raises(NotFound):
        await end_session(people.viewer, other.id)
    assert await AuditEntry.filter(action=AuditAction.SESSIONS_ENDED).count() == 1


async def test_all_others_end(people: People) -> None:
    sessions = [await signed_in(people.viewer) for _ in range(3)]
    theirs = await signed_in(people.administrator)
    assert await end_other_sessions(people.viewer, sessions[1]) == 2
    assert [await is_there(session) for session in sessions] == [False, True, False]
    assert await end_other_sessions(people.viewer, sessions[1]) == 0
    entry = await AuditEntry.get(action=AuditAction.SESSIONS_ENDED)
    assert entry.changes == [{"field": "sessions", "before": "2", "after": None}]
    assert await end_other_sessions(people.viewer, None) == 1
    assert await is_there(theirs)


async def test_the_last_use_is_noted_to_the_minute_beside_the_request(people: People) -> None:
    with set_clock(2026, 11, 25) as time:
        session = await signed_in(people.viewer)
        began = time.now

        async def used() -> timedelta:
            await asyncio.gather(*(Credentials(session=session).principal() for _ in range(3)))
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                await task
            [row] = await Session.all()
            assert row.last_used_at is not None
            return row.last_used_at - began

        time.forward(timedelta(seconds=59))
        assert await used() == timedelta(0)
        time.forward(timedelta(seconds=1))
        assert await used() == timedelta(seconds=60)
        time.forward(timedelta(seconds=30))
        assert await used() == timedelta(seconds=60)


async def test_whoever_serves_the_person_is_told(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that subscriptions end with the access."""
    told: list[object] = []
    for module in (own_account_commands, signing_in):
        monkeypatch.setattr(module, "announce", told.append)
    sessions = [await signed_in(people.viewer) for _ in range(2)]
    last = await Session.all().order_by("-id").first()
    assert last is not None
    await end_session(people.viewer, last.id)
    await sign_out(sessions[0])
    await change(people.viewer, PASSWORD, NEW)
    assert told == [AccessChanged(people.viewer.user_id)] * 3
