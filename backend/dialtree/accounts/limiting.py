"""Slowing down whoever guesses: failed attempts are counted in the database, for all processes.

An attempt is noted before it is made and counted together with all others that are noted by then,
so that many at the same time do not get past the limit. What is counted is what was entered: the
answer says nothing about whether there is such an account.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from tortoise.queryset import QuerySet

from dialtree import clock
from dialtree.accounts.models import SignInFailure
from dialtree.accounts.rules import ATTEMPTS_WINDOW, AttemptLimits, network_of, wait_until
from dialtree.database import transaction
from dialtree.refusals import Refusal, RefusalCode, Refused


@dataclass(frozen=True, slots=True)
class Attempt:
    """Counts as failed until it is forgiven."""

    id: int
    account: str
    address: str

    async def forgive(self) -> None:
        """It succeeded, in the transaction that runs: it and the failures before it, of this
        account from this address, no longer count."""
        await SignInFailure.filter(account=self.account, address=self.address).delete()


async def begin(account: str, address: str | None, limits: AttemptLimits) -> Attempt:
    """Notes an attempt. `account`: what was entered, with a prefix for other purposes than signing
    in. Raises Refused(TOO_MANY_ATTEMPTS); such an attempt does not make the wait longer."""
    account, address = _account_key(account), network_of(address)
    now = clock.now()

    async def note() -> SignInFailure:
        await SignInFailure.filter(at__lte=now - ATTEMPTS_WINDOW).delete()
        return await SignInFailure.create(account=account, address=address, at=now)

    noted = await transaction(note)
    others = SignInFailure.filter(at__gt=now - ATTEMPTS_WINDOW).exclude(id=noted.id)
    waits = [
        wait_until(await _newest(found, limit), limit)
        for found, limit in (
            (others.filter(account=account, address=address), limits.together),
            (others.filter(address=address), limits.address),
            (others.filter(account=account), limits.account),
        )
    ]
    until = max((wait for wait in waits if wait is not None), default=None)
    if until is not None:
        await transaction(lambda: SignInFailure.filter(id=noted.id).delete())
        minutes = max(1, ceil((until - now).total_seconds() / 60))
        raise Refused(Refusal(RefusalCode.TOO_MANY_ATTEMPTS, {"minutes": minutes}))
    return Attempt(noted.id, account, address)


async def forgive_account(account: str) -> None:
    """Whoever owns the account has shown it otherwise, in the transaction that runs."""
    await SignInFailure.filter(account=_account_key(account)).delete()


async def _newest(found: QuerySet[SignInFailure], limit: int) -> list[datetime]:
    rows = await found.order_by("-at").limit(limit)
    return [row.at for row in rows]


def _account_key(account: str) -> str:
    return hashlib.sha256(account.encode()).hexdigest()
