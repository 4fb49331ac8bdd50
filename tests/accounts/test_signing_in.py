"""Passwords, sessions and API tokens."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from dialtree import clock
from dialtree.accounts import signing_in
from dialtree.accounts.models import ApiToken, Role, Session, User
from dialtree.accounts.signing_in import (
    MAX_PASSWORD_LENGTH,
    TOKEN_PREFIX,
    Credentials,
    create_token,
    hash_password,
    sign_in,
    sign_out,
)
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
    assert caught.value.refusal.code == RefusalCode.LOGIN_FAILED
    assert caught.value.refusal.params == {}


async def test_an_unknown_account_costs_the_same_hash(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the time would tell which addresses have an account."""
    hashes: list[str] = []
    matches = signing_in._matches

    def note(password_hash: str, password: str) -> bool:
        hashes.append(password_hash)
        return matches(password_hash, password)

    monkeypatch.setattr(signing_in, "_matches", note)
    for email in ("nobody@nordlicht.example", EMAIL, "x" * 300):
        with pytest.raises(Refused):
            await sign_in(email, "wrong", TWO_WEEKS)
    assert len(hashes) == 3
    # The hash of nobody is as expensive as those that are made today.
    assert not PasswordHasher().check_needs_rehash(hashes[0])


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
        for token in (for_ever, for_a_day):
            assert await Credentials(token=token).principal() == people.viewer
        time.forward(timedelta(days=1))
        assert await Credentials(token=for_a_day).principal() is None
        time.forward(timedelta(days=10_000))
        assert await Credentials(token=for_ever).principal() == people.viewer
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
