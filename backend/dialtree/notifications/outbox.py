"""Sending what waits in the outbox until it is taken (O7).

Any number of processes may do this at once: a row is claimed by pushing on its `due_at`. If a
process dies after handing a mail over and before noting it, the mail is sent again with the same
Message-ID: at least once.
"""

import asyncio
import logging
import random
from asyncio import FIRST_COMPLETED
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from dialtree import clock, live
from dialtree.database import hub, transaction
from dialtree.instances import instance
from dialtree.notifications.models import OutboxMail
from dialtree.notifications.sending import Mailer, NotTaken, Unreachable
from dialtree.operations.metrics import mails
from dialtree.statements import changed_rows, committed_rows, skip_locked
from dialtree.turns import Turns

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""Longer than a mailer takes for one mail at most."""

PAUSES = (
    timedelta(seconds=10),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
"""After the first, second, … failed attempt; the last one again and again."""

PAUSES_UNREACHABLE = PAUSES[:4]
"""While no mail can be sent at all, one mail tries for all; when the server is back, everything
goes out within ten minutes."""

GIVE_WAY_SECONDS = 10.0
"""For how long the mails of a round give way to orders. A mail takes about as much computing as an
order, and nobody waits for it with the page open."""

POLL_SECONDS = 30.0
FAULT_SECONDS = 5.0
GRACE_SECONDS = 5.0
MAX_ERROR_LENGTH = 500


async def send_due(
    mailer: Mailer, stopping: asyncio.Event | None = None, turns: Turns | None = None
) -> int:
    """Hands over every mail that is due, one by one; returns how many were taken.

    Ends early when the mailer cannot be reached or `stopping` is set. No transaction is open
    while a mail is being sent.
    """
    sent = 0
    turns = turns or Turns()
    patience = clock.stopwatch() + GIVE_WAY_SECONDS
    try:
        while not (stopping and stopping.is_set()):
            await turns.quiet(patience)
            mail = await _claim()
            if mail is None:
                break
            try:
                await mailer.send(mail)
            except Unreachable as error:
                mails.labels("failed").inc()
                log.warning("e-mail cannot be sent at present: %s", error)
                await _note_unreachable(mail, str(error))
                break
            except NotTaken as error:
                mails.labels("failed").inc()
                log.warning("e-mail %d was not taken: %s", mail.id, error)
                await _note_failure(mail, str(error), PAUSES)
            else:
                mails.labels("sent").inc()
                await _note_sent(mail)
                sent += 1
    finally:
        await mailer.close()
    return sent


async def next_due() -> datetime | None:
    """When the next attempt may start; None if nothing waits."""
    waiting = OutboxMail.filter(sent_at__isnull=True)
    first = await waiting.order_by("due_at").first()
    return first.due_at if first else None


async def run_outbox(mailer: Mailer, stopping: asyncio.Event, turns: Turns | None = None) -> None:
    """Sends mails as they come, until `stopping` is set; outlives faults of the database.

    A mail that is being sent then has five seconds to finish.
    """
    stop = asyncio.create_task(stopping.wait())
    try:
        async with _woken() as wake:
            while not stopping.is_set():
                wake.clear()
                pause = await _round_until(stop, mailer, stopping, turns)
                woken = asyncio.create_task(wake.wait())
                await asyncio.wait([woken, stop], timeout=pause, return_when=FIRST_COMPLETED)
                woken.cancel()
    finally:
        stop.cancel()


async def _round_until(
    stop: asyncio.Task[bool], mailer: Mailer, stopping: asyncio.Event, turns: Turns | None
) -> float:
    """One round, which loses its patience with the mail server once `stop` has ended."""
    sending = asyncio.create_task(_round(mailer, stopping, turns))
    try:
        await asyncio.wait([sending, stop], return_when=FIRST_COMPLETED)
        await asyncio.wait([sending], timeout=GRACE_SECONDS)
        return sending.result() if sending.done() else 0.0
    finally:
        sending.cancel()
        await asyncio.wait([sending])


async def _round(mailer: Mailer, stopping: asyncio.Event, turns: Turns | None) -> float:
    """Sends what is due; returns after how many seconds to look again."""
    try:
        await send_due(mailer, stopping, turns)
        due_at = await next_due()
    except Exception:
        log.exception("the outbox cannot be worked on at present")
        return FAULT_SECONDS
    if due_at is None:
        return POLL_SECONDS
    # At least a little, so that nothing can make this spin; new mails wake it anyway.
    return min(max((due_at - clock.now()).total_seconds(), 0.2), POLL_SECONDS)


@asynccontextmanager
async def _woken() -> AsyncIterator[asyncio.Event]:
    """An event that is set whenever the outbox has got something to send."""
    wake = asyncio.Event()

    async def listen() -> None:
        async for change in hub.changes():
            if change is None or isinstance(change, live.MailWaiting):
                wake.set()

    listening = asyncio.create_task(listen())
    try:
        yield wake
    finally:
        listening.cancel()
        await asyncio.wait([listening])


_CLAIM = """
    WITH due (id) AS (
        SELECT id FROM outbox_mail WHERE sent_at IS NULL AND due_at <= $1
        ORDER BY due_at, id LIMIT 1 {skip_locked}
    )
    UPDATE outbox_mail SET due_at = $2
    WHERE id IN (SELECT id FROM due) AND sent_at IS NULL AND due_at <= $1
    RETURNING *
"""


def claim_statement() -> str:
    """$1: now; $2: when the lease ends."""
    return _CLAIM.format(skip_locked=skip_locked())


async def _claim() -> OutboxMail | None:
    """The mail that has been due longest, now out of reach of other processes for the lease."""

    now = clock.now()
    found = await committed_rows(claim_statement(), now, now + LEASE)
    return instance(OutboxMail, found[0]) if found else None


async def _note_sent(mail: OutboxMail) -> None:
    """With all patience of a transaction: what is not noted is sent again."""
    now = clock.now()
    await transaction(lambda: changed_rows(_SENT, now, mail.id))


# Of a mail about an account the link is a secret that nobody needs here any more.
_SENT = """
    UPDATE outbox_mail SET sent_at = $1, last_error = NULL,
        text = CASE WHEN order_id IS NULL THEN '' ELSE text END,
        html = CASE WHEN order_id IS NULL THEN '' ELSE html END
    WHERE id = $2
"""


async def _note_failure(mail: OutboxMail, error: str, pauses: Sequence[timedelta]) -> datetime:
    """Counts the attempt and returns when the next one may start."""
    pause = pauses[min(mail.attempts, len(pauses) - 1)]
    # What failed together shall not come back together.
    due_at = clock.now() + pause * random.uniform(1.0, 1.2)  # noqa: S311 - not a secret

    async def work() -> None:
        await OutboxMail.filter(id=mail.id, sent_at__isnull=True).update(
            attempts=mail.attempts + 1, last_error=error[:MAX_ERROR_LENGTH], due_at=due_at
        )

    await transaction(work)
    return due_at


async def _note_unreachable(mail: OutboxMail, error: str) -> None:
    """Lets everything that is due wait for the next attempt of `mail`, uncounted."""
    due_at = await _note_failure(mail, error, PAUSES_UNREACHABLE)

    async def work() -> None:
        await OutboxMail.filter(sent_at__isnull=True, due_at__lte=clock.now()).update(due_at=due_at)

    await transaction(work)
