"""When a token was used, noted to the minute and beside the request."""

import asyncio
from datetime import timedelta

import pytest

from dialtree import database
from dialtree.accounts.models import ApiToken, User
from dialtree.accounts.signing_in import Credentials, create_token
from dialtree.accounts.usage import EXACT_TO
from tests.conftest import People
from tests.stock import set_clock


async def used(token: str, times: int = 1) -> None:
    asked = [Credentials(token=token).principal() for _ in range(times)]
    assert None not in await asyncio.gather(*asked)
    while database._running:
        await asyncio.wait(database._running)


async def test_a_use_is_noted_once_a_minute(people: People) -> None:
    owner = await User.get(id=people.viewer.user_id)
    with set_clock(2026, 11, 23) as time:
        token = await create_token(owner, "report", None)
        assert (await ApiToken.get()).last_used_at is None
        await used(token, 5)
        first = time.now
        assert (await ApiToken.get()).last_used_at == first
        time.forward(EXACT_TO - timedelta(seconds=1))
        await used(token)
        assert (await ApiToken.get()).last_used_at == first
        time.forward(timedelta(seconds=1))
        await used(token, 5)
        assert (await ApiToken.get()).last_used_at == time.now


async def test_one_that_does_not_work_is_not_used(people: People) -> None:
    owner = await User.get(id=people.viewer.user_id)
    with set_clock(2026, 11, 23) as time:
        token = await create_token(owner, "report", time.now + timedelta(days=1))
        time.forward(timedelta(days=1))
        assert await Credentials(token=token).principal() is None
        assert not database._running
        assert (await ApiToken.get()).last_used_at is None


async def test_a_note_that_fails_harms_no_request(
    people: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("no room")

    owner = await User.get(id=people.viewer.user_id)
    token = await create_token(owner, "report", None)
    with monkeypatch.context() as patch:
        patch.setattr(database, "_once", broken)
        await used(token)
    assert "no room" in caplog.text
    await used(token)
    assert (await ApiToken.get()).last_used_at is not None
