"""Passwords, sessions and API tokens."""

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from dialtree import clock
from dialtree.accounts import passwords
from dialtree.accounts.models import ApiToken, Role, Session, SignInFailure, User
from dialtree.accounts.passwords import hash_password
from dialtree.accounts.rules import MAX_PASSWORD_LENGTH
from dialtree.accounts.signing_in import (
    TOKEN_PREFIX,
    Credentials,
    create_token,
    no_longer_valid,
    sign_in,
    sign_out,
)
from dialtree.ids import to_global_id
from dialtree.refusals import RefusalCode, Refused
from tests.conftest import PASSWORD, People
from tests.invariants import Unchanged
from tests.stock import set_clock

EMAIL = "admin@nordlicht.example"
TWO_WEEKS = timedelta(days=14)


async def user_of(email: str) -> User:
    return await User.get(email=email)


async def test_a_session_stands_for_who_signed_in(people: People) -> None:
    principal, secret = await sign_in(f"  {EMAIL.upper()} ", PASSWORD, TWO_WEEKS)
    assert principal == people.administrator
    assert await Credentials(session=secret).principal() == people.administrator
    # Neither the secret nor the password is kept.
    [session] = await Session.all()
    assert secret not in str(dict(session))
    assert PASSWORD not in (await user_of(EMAIL)).password_hash


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "wrong"),
        (EMAIL, ""),
        (EMAIL, PASSWORD.upper()),
        (EMAIL, f"{PASSWORD} "),
        ("nobody@nordlicht.example", PASSWORD),
        ("", ""),
        ("x" * 300, PASSWORD),
        (f"{EMAIL}\0", PASSWORD),
        (EMAIL, f"{PASSWORD}\0"),
        (EMAIL, "x" * 1_000_000),
    ],
    ids=lambda text: text[:30],
)
async def test_who_does_not_know_both_is_told_nothing_more(
    people: People, email: str, password: str
) -> None:
    async with Unchanged():
        with pytest.raises(Refused) as caught:
            await sign_in(email, password, TWO_WEEKS)
        # But for the failure itself, which names nobody.
        assert await SignInFailure.all().delete() == 1
    assert caught.value.refusal.code == RefusalCode.LOGIN_FAILED
    assert caught.value.refusal.params == {}


async def test_an_unknown_account_costs_the_same_hash(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the time would tell which addresses have an account."""
    hashes: list[str] = []
    matches = passwords._matches

    def note(password_hash: str, password: str) -> bool:
        hashes.append(password_hash)
        return matches(password_hash, password)

    monkeypatch.setattr(passwords, "_matches", note)
    for email in ("nobody@nordlicht.example", EMAIL, "x" * 300):
        with pytest.raises(Refused):
            await sign_in(email, "wrong", TWO_WEEKS)
    assert len(hashes) == 3
    # The hash of nobody is as expensive as those that are made today.
    assert not PasswordHasher().check_needs_rehash(hashes[0])


async def test_an_account_without_a_password_is_nobodys(people: People) -> None:
    """Of somebody who was invited, or who signs in elsewhere."""
    await User.filter(email=EMAIL).update(password_hash="")
    for password in ("", PASSWORD):
        with pytest.raises(Refused) as caught:
            await sign_in(EMAIL, password, TWO_WEEKS)
        assert caught.value.refusal.code == RefusalCode.LOGIN_FAILED


async def test_a_password_that_is_changed_meanwhile_opens_nothing(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    matches = passwords._matches

    def wait(password_hash: str, password: str) -> bool:
        checking.set()
        changed.wait(10)
        return matches(password_hash, password)

    checking, changed = threading.Event(), threading.Event()
    monkeypatch.setattr(passwords, "_matches", wait)
    signing_in = asyncio.create_task(sign_in(EMAIL, PASSWORD, TWO_WEEKS))
    await asyncio.to_thread(checking.wait, 10)
    await User.filter(email=EMAIL).update(password_hash="another one by now")
    changed.set()
    with pytest.raises(Refused):
        await signing_in
    assert not await Session.exists()


async def test_the_longest_password(people: People) -> None:
    user = await user_of(EMAIL)
    password = "ü" * MAX_PASSWORD_LENGTH
    user.password_hash = await hash_password(password)
    await user.save()
    assert (await sign_in(EMAIL, password, TWO_WEEKS))[0] == people.administrator


async def test_a_session_ends_with_its_time(people: People) -> None:
    with set_clock(2026, 11, 23) as time:
        _principal, secret = await sign_in(EMAIL, PASSWORD, TWO_WEEKS)
        time.forward(TWO_WEEKS - timedelta(microseconds=1))
        assert await Credentials(session=secret).principal() is not None
        time.forward(timedelta(microseconds=1))
        assert await Credentials(session=secret).principal() is None
        # The next one that is made clears it away.
        await sign_in(EMAIL, PASSWORD, TWO_WEEKS)
        assert await Session.all().count() == 1


async def test_signing_out_ends_one_session(people: People) -> None:
    _principal, here = await sign_in(EMAIL, PASSWORD, TWO_WEEKS)
    _principal, elsewhere = await sign_in(EMAIL, PASSWORD, TWO_WEEKS)
    for _ in range(2):
        await sign_out(here)
        assert await Credentials(session=here).principal() is None
    assert await Credentials(session=elsewhere).principal() == people.administrator


async def test_a_token_stands_for_its_owner_until_it_expires_or_is_revoked(
    people: People,
) -> None:
    with set_clock(2026, 11, 23) as time:
        viewer = await user_of(people.viewer.email)
        for_ever = await create_token(viewer, "backup", None)
        for_a_day = await create_token(viewer, "trial", time.now + timedelta(days=1))
        assert for_ever.startswith(TOKEN_PREFIX)
        for token, name in ((for_ever, "backup"), (for_a_day, "trial")):
            expected = replace(people.viewer, via=name)
            assert await Credentials(token=token).principal() == expected
        time.forward(timedelta(days=1))
        assert await Credentials(token=for_a_day).principal() is None
        time.forward(timedelta(days=10_000))
        assert await Credentials(token=for_ever).principal() == replace(people.viewer, via="backup")
        await ApiToken.filter(name="backup").update(revoked_at=time.now)
        assert await Credentials(token=for_ever).principal() is None


async def test_a_deactivated_account_neither_signs_in_nor_is_recognised(people: People) -> None:
    _principal, secret = await sign_in(EMAIL, PASSWORD, TWO_WEEKS)
    token = await create_token(await user_of(EMAIL), "backup", None)
    await User.filter(email=EMAIL).update(deactivated_at=clock.now())
    assert await Credentials(session=secret).principal() is None
    assert await Credentials(token=token).principal() is None
    with pytest.raises(Refused):
        await sign_in(EMAIL, PASSWORD, TWO_WEEKS)


async def test_the_role_of_now_counts(people: People) -> None:
    _principal, secret = await sign_in(EMAIL, PASSWORD, TWO_WEEKS)
    await User.filter(email=EMAIL).update(role=Role.VIEWER)
    principal = await Credentials(session=secret).principal()
    assert principal is not None
    assert principal.role == Role.VIEWER


@pytest.mark.parametrize("secret", ["", "x", "ü", "\0", "x" * 100_000], ids=lambda s: s[:5])
async def test_secrets_that_were_not_given_out(people: People, secret: str) -> None:
    assert await Credentials(session=secret).principal() is None
    assert await Credentials(token=secret).principal() is None
    assert await Credentials().principal() is None


async def test_a_token_is_no_session_and_a_session_no_token(people: People) -> None:
    _principal, secret = await sign_in(EMAIL, PASSWORD, TWO_WEEKS)
    token = await create_token(await user_of(EMAIL), "backup", None)
    assert await Credentials(session=token).principal() is None
    assert await Credentials(token=secret).principal() is None
    # Where both are shown the token counts, also when it is wrong.
    assert await Credentials(session=secret, token="wrong").principal() is None


async def test_a_token_may_do_no_more_than_its_owner(people: People) -> None:
    administrator = await user_of(people.administrator.email)
    reading = await create_token(administrator, "report", None, Role.VIEWER)
    full = await create_token(administrator, "sync", None)
    assert await role_of(reading) == Role.VIEWER
    assert await role_of(full) == Role.ADMINISTRATOR
    await User.filter(id=administrator.id).update(role=Role.VIEWER)
    assert await role_of(full) == Role.VIEWER


async def role_of(token: str) -> Role:
    principal = await Credentials(token=token).principal()
    assert principal is not None
    return principal.role


async def test_a_secret_that_ended_is_lost_wherever_it_was_shown(people: People) -> None:
    token = await create_token(await User.get(id=people.viewer.user_id), "sync", None)
    _principal, secret = await sign_in(people.viewer.email, PASSWORD, timedelta(days=1))
    shown = {
        Credentials(**{kind: value}, customer=customer, address=address)
        for kind, value in (("token", token), ("session", secret))
        for customer in (None, "one", "other")
        for address in ("192.0.2.1", "192.0.2.2")
    }
    assert await no_longer_valid(shown) == set()
    await sign_out(secret)
    assert await no_longer_valid(shown) == {c for c in shown if c.session}
    await ApiToken.all().update(revoked_at=clock.now())
    assert await no_longer_valid(shown) == shown


async def test_p2_service_staff_work_for_the_customer_they_name(people: People) -> None:
    _principal, session = await sign_in(people.service.email, PASSWORD, TWO_WEEKS)
    own = await Credentials(session=session).principal()
    assert own is not None
    assert own.customer_id == own.home_customer_id == people.service.home_customer_id
    for other in (people.administrator, people.stranger):
        customer = to_global_id("Customer", other.customer_id)
        principal = await Credentials(session=session, customer=customer).principal()
        assert principal is not None
        assert principal.customer_id == other.customer_id
        assert principal.home_customer_id == people.service.home_customer_id


async def test_p2_nobody_else_works_for_another_customer(people: People) -> None:
    """Nor does a token that may do less than its owner of the service staff."""
    theirs = to_global_id("Customer", people.stranger.customer_id)
    for principal in (people.administrator, people.viewer):
        _principal, session = await sign_in(principal.email, PASSWORD, TWO_WEEKS)
        with pytest.raises(Refused) as caught:
            await Credentials(session=session, customer=theirs).principal()
        assert caught.value.refusal.code == RefusalCode.CUSTOMER_NOT_AVAILABLE
        ours = to_global_id("Customer", principal.customer_id)
        assert await Credentials(session=session, customer=ours).principal() == principal
    service = await user_of(people.service.email)
    token = await create_token(service, "less", None, Role.ADMINISTRATOR)
    with pytest.raises(Refused):
        await Credentials(token=token, customer=theirs).principal()


@pytest.mark.parametrize("customer", ["", "x", "\0", "Q3VzdG9tZXI6OTk5", to_global_id("User", 1)])
async def test_p2_service_staff_name_a_customer_that_there_is(
    people: People, customer: str
) -> None:
    _principal, session = await sign_in(people.service.email, PASSWORD, TWO_WEEKS)
    with pytest.raises(Refused) as caught:
        await Credentials(session=session, customer=customer).principal()
    assert caught.value.refusal.code == RefusalCode.CUSTOMER_NOT_AVAILABLE
