"""What makes a password, how attempts are counted, and who may change whose account (P2)."""

from datetime import UTC, datetime, timedelta

import pytest

from dialtree.accounts.models import Role
from dialtree.accounts.origin import Origin, browser_name
from dialtree.accounts.rules import (
    ATTEMPTS_WINDOW,
    Asker,
    Person,
    UserState,
    grantable_roles,
    network_of,
    wait_until,
    why_not_change_role,
    why_not_deactivate,
    why_not_grant,
    why_not_invite_again,
    why_not_lose,
    why_not_password,
    why_not_touch,
)
from dialtree.refusals import Refusal, RefusalCode

EMAIL, NAME = "anna.brandt@nordlicht.example", "Anna Brandt"


def code(refusal: Refusal | None) -> str | None:
    return refusal.code if refusal else None


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("", "PASSWORD_TOO_SHORT"),
        ("gF7#kq!x2Lm", "PASSWORD_TOO_SHORT"),
        ("x" * 1001, "VALUE_TOO_LONG"),
        ("anna.brandt@nordlicht.example", "PASSWORD_LIKE_PERSON"),
        ("Anna Brandt Anna.Brandt", "PASSWORD_LIKE_PERSON"),
        ("passwort12345", "PASSWORD_TOO_EASY"),
        ("123456789012", "PASSWORD_TOO_EASY"),
        ("qwertzuiop12", "PASSWORD_TOO_EASY"),
        ("aaaaaaaaaaaaaaaaaaaa", "PASSWORD_TOO_EASY"),
        ("brandtbrandt", "PASSWORD_TOO_EASY"),
        ("dialtree1234", "PASSWORD_TOO_EASY"),
        ("gF7#kq!x2Lm9", None),
        ("so lang, so gut", None),
        ("grünkohl mit brille", None),
        ("ü" * 3 + " wackelige Leiter", None),
        ("ein Satz " * 111, None),
    ],
)
def test_passwords(password: str, expected: str | None) -> None:
    assert code(why_not_password(password, email=EMAIL, name=NAME)) == expected


def test_another_persons_name_is_not_ones_own() -> None:
    assert code(why_not_password(EMAIL, email="x@y.example", name="X")) is None
    assert code(why_not_password("Brandt, Anna", email=EMAIL, name=NAME)) is not None


NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_the_oldest_of_the_newest_attempts_says_when() -> None:
    earlier = [NOW - timedelta(minutes=minutes) for minutes in (1, 2, 5)]
    assert wait_until(earlier, 4) is None
    assert wait_until(earlier, 3) == NOW - timedelta(minutes=5) + ATTEMPTS_WINDOW
    assert wait_until([], 1) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        (None, ""),
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("unix socket" * 10, ("unix socket" * 10)[:45]),
        ("192.0.2.7:51234", "192.0.2.7"),
        ("[2001:db8:1:2:3:4:5:6]:51234", "2001:db8:1:2::"),
        ("[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::"),
    ],
)
def test_one_line_counts_as_one_address(address: str | None, network: str) -> None:
    assert network_of(address) == network


ADMINISTRATOR = Asker(1, Role.ADMINISTRATOR, True)
VIEWER = Asker(2, Role.VIEWER, True)
SERVICE = Asker(3, Role.SERVICE, False)
SERVICE_AT_HOME = Asker(3, Role.SERVICE, True)


def person(id_: int = 7, role: Role = Role.VIEWER, state: UserState = UserState.ACTIVE) -> Person:
    return Person(id_, "Pia", role, state)


def test_p2_roles_to_give() -> None:
    both = [Role.VIEWER, Role.ADMINISTRATOR]
    assert grantable_roles(VIEWER) == []
    assert grantable_roles(ADMINISTRATOR) == both
    assert grantable_roles(SERVICE) == both
    assert grantable_roles(SERVICE_AT_HOME) == [*both, Role.SERVICE]
    assert code(why_not_grant(ADMINISTRATOR, Role.SERVICE)) == RefusalCode.NOT_SERVICE_STAFF
    assert code(why_not_grant(SERVICE, Role.SERVICE)) == RefusalCode.SERVICE_ROLE_ELSEWHERE


def test_p2_whose_account() -> None:
    service = person(role=Role.SERVICE)
    assert code(why_not_touch(VIEWER, person())) == RefusalCode.NOT_ADMINISTRATOR
    assert code(why_not_touch(ADMINISTRATOR, service)) == RefusalCode.NOT_SERVICE_STAFF
    assert why_not_touch(SERVICE_AT_HOME, service) is None
    assert why_not_touch(ADMINISTRATOR, person(1)) is None
    assert code(why_not_change_role(ADMINISTRATOR, person(1))) == RefusalCode.OWN_ACCOUNT
    assert code(why_not_deactivate(ADMINISTRATOR, person(1), 5)) == RefusalCode.OWN_ACCOUNT


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SERVICE])
def test_p2_somebody_is_left_who_may_change_something(role: Role) -> None:
    last = Refusal(RefusalCode.LAST_ADMINISTRATOR, {"user": "Pia"})
    assert why_not_lose(person(role=role), 1) == last
    assert why_not_lose(person(role=role), 2) is None
    assert why_not_lose(person(role=role, state=UserState.INVITED), 1) is None
    assert why_not_lose(person(), 1) is None


def test_who_can_be_invited_again() -> None:
    assert why_not_invite_again(ADMINISTRATOR, person(state=UserState.INVITED)) is None
    for state, expected in (
        (UserState.ACTIVE, RefusalCode.INVITATION_ACCEPTED),
        (UserState.DEACTIVATED, RefusalCode.USER_DEACTIVATED),
    ):
        assert code(why_not_invite_again(ADMINISTRATOR, person(state=state))) == expected


WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (WINDOWS + "Chrome/126.0.0.0 Safari/537.36", "Chrome, Windows"),
        (WINDOWS + "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Firefox, Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
            "like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 "
            "Mobile Safari/537.36",
            "Chrome, Android",
        ),
        ("curl/8.5.0", None),
        (None, None),
    ],
)
def test_browsers_in_words(user_agent: str | None, name: str | None) -> None:
    assert browser_name(user_agent) == name


def test_what_a_browser_says_is_kept_in_part() -> None:
    assert Origin.of("192.0.2.7", "a\0b\n" + "x" * 400).user_agent == "ab" + "x" * 298
    assert Origin.of(None, "\n") == Origin()
