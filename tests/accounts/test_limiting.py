"""Whoever guesses is slowed down, also many at once; whoever owns the account is not locked out
for long."""

import asyncio
import threading
from datetime import timedelta

import pytest

from dialtree.accounts import passwords
from dialtree.accounts.models import SignInFailure
from dialtree.accounts.origin import Origin
from dialtree.accounts.passwords import HASHES_AT_ONCE, MAX_WAITING, is_password
from dialtree.accounts.rules import ATTEMPTS_WINDOW, SIGN_IN_LIMITS
from dialtree.accounts.signing_in import sign_in
from dialtree.refusals import RefusalCode, Refused
from tests.conftest import PASSWORD, People
from tests.stock import set_clock

R = RefusalCode
DAY = timedelta(days=1)
EMAIL = "viewer@nordlicht.example"
ONE, OTHER = Origin("192.0.2.7"), Origin("192.0.2.8")
TOGETHER = SIGN_IN_LIMITS.together


async def guess(email: str = EMAIL, origin: Origin = ONE, entered: str = "wrong") -> Refused:
    with pytest.raises(Refused) as caught:
        await sign_in(email, entered, DAY, origin)
    return caught.value


async def test_after_so_many_failures_even_the_right_password_waits(people: People) -> None:
    with set_clock(2026, 11, 25) as time:
        for _ in range(TOGETHER):
            assert (await guess()).refusal.code == R.LOGIN_FAILED
            time.forward(timedelta(minutes=1))
        refusal = (await guess(entered=PASSWORD)).refusal
        # The first failure was ten minutes ago, and counts for fifteen.
        assert (refusal.code, refusal.params) == (R.TOO_MANY_ATTEMPTS, {"minutes": 5})
        await sign_in(EMAIL, PASSWORD, DAY, OTHER)
        time.forward(timedelta(minutes=5))
        await sign_in(EMAIL, PASSWORD, DAY, ONE)


async def test_being_refused_does_not_make_the_wait_longer(people: People) -> None:
    with set_clock(2026, 11, 25) as time:
        for _ in range(TOGETHER + 5):
            await guess()
        assert await SignInFailure.all().count() == TOGETHER
        time.forward(ATTEMPTS_WINDOW)
        await sign_in(EMAIL, PASSWORD, DAY, ONE)


async def test_a_success_forgives_what_failed_from_there(people: People) -> None:
    await guess(origin=OTHER)
    await guess(people.administrator.email)
    for _ in range(3):
        for _ in range(TOGETHER - 1):
            await guess()
        await sign_in(EMAIL, PASSWORD, DAY, ONE)
    assert await SignInFailure.all().count() == 2


async def test_the_answer_is_the_same_for_an_account_that_there_is_not(people: People) -> None:
    for email in (EMAIL, "nobody@nordlicht.example"):
        codes = [(await guess(email)).refusal.code for _ in range(TOGETHER + 1)]
        assert codes == [R.LOGIN_FAILED] * TOGETHER + [R.TOO_MANY_ATTEMPTS]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash of nobody takes its time, which does not matter here."""
    monkeypatch.setattr(passwords, "_matches", lambda _hash, password: password == PASSWORD)


@pytest.mark.usefixtures("quick")
async def test_one_address_does_not_try_many_accounts(people: People) -> None:
    for number in range(SIGN_IN_LIMITS.address):
        assert (await guess(f"{number}@nordlicht.example")).refusal.code == R.LOGIN_FAILED
    assert (await guess()).refusal.code == R.TOO_MANY_ATTEMPTS
    same_line = [Origin("2001:db8::1"), Origin("2001:db8::2")]
    for number in range(SIGN_IN_LIMITS.address):
        await guess(f"{number}@nordlicht.example", same_line[number % 2])
    assert (await guess(origin=Origin("2001:db8::3"))).refusal.code == R.TOO_MANY_ATTEMPTS
    await sign_in(EMAIL, PASSWORD, DAY, OTHER)


@pytest.mark.usefixtures("quick")
async def test_one_account_is_not_tried_from_many_addresses(people: People) -> None:
    for number in range(SIGN_IN_LIMITS.account):
        assert (await guess(origin=Origin(f"192.0.2.{number}"))).refusal.code == R.LOGIN_FAILED
    assert (await guess(origin=Origin("198.51.100.1"))).refusal.code == R.TOO_MANY_ATTEMPTS


@pytest.mark.usefixtures("quick")
async def test_many_at_once_do_not_get_past_the_limit(people: People) -> None:
    refusals = await asyncio.gather(*(guess() for _ in range(3 * TOGETHER)))
    tried = [refusal for refusal in refusals if refusal.refusal.code == R.LOGIN_FAILED]
    assert len(tried) <= TOGETHER
    assert {refusal.refusal.code for refusal in refusals} <= {R.LOGIN_FAILED, R.TOO_MANY_ATTEMPTS}


async def test_few_hashes_run_at_once_and_few_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0
    release = threading.Event()

    def matches(_hash: str, _password: str) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        release.wait(10)
        running -= 1
        return True

    monkeypatch.setattr(passwords, "_matches", matches)
    waiting = [asyncio.create_task(is_password("x", "y")) for _ in range(MAX_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Refused) as caught:
        await is_password("x", "y")
    assert caught.value.refusal.code == R.TOO_MANY_ATTEMPTS
    release.set()
    assert all(await asyncio.gather(*waiting))
    assert most <= HASHES_AT_ONCE
    assert await is_password("x", "y")
