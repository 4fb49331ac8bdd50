"""Mails leave the outbox however often it takes (O7)."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.headerregistry import Address
from pathlib import Path
from time import monotonic

import pytest

from dialtree import clock
from dialtree.database import connection, hearing_other_processes, hub
from dialtree.notifications import outbox
from dialtree.notifications.models import OutboxMail
from dialtree.notifications.outbox import LEASE, PAUSES, next_due, run_outbox, send_due
from dialtree.notifications.sending import FolderMailer, SmtpMailer, SmtpServer
from dialtree.turns import Turns
from tests.notifications.conftest import Company, Time, enqueue
from tests.notifications.mail_server import MailServer

SENDER = Address("dialtree", addr_spec="dialtree@example.com")


def mailer_to(server: MailServer) -> SmtpMailer:
    return SmtpMailer(SmtpServer("smtp", "127.0.0.1", server.port), SENDER)


async def mail_to(company: Company, *emails: str) -> list[OutboxMail]:
    """A mail to each of these people, in this order."""
    return [
        await enqueue(await company.split(await company.person(email=email))) for email in emails
    ]


async def pause(mail: OutboxMail) -> timedelta:
    await mail.refresh_from_db()
    return mail.due_at - clock.now()


async def waited_enough(mail: OutboxMail, time: Time) -> None:
    """Moves the clock to when the next attempt may start."""
    time.move(await pause(mail))


def receivers(server: MailServer) -> list[str]:
    return [recipient for delivery in server.deliveries for recipient in delivery.recipients]


class TestOneRound:
    async def test_what_is_due_is_sent_once(
        self, company: Company, mail_server: MailServer, time: Time
    ) -> None:
        [mail, _] = await mail_to(company, "a@example.com", "b@example.com")

        assert await send_due(mailer_to(mail_server)) == 2
        assert await send_due(mailer_to(mail_server)) == 0

        time.move(timedelta(days=1))
        assert await send_due(mailer_to(mail_server)) == 0
        assert receivers(mail_server) == ["a@example.com", "b@example.com"]
        assert mail_server.connections == 1
        await mail.refresh_from_db()
        assert mail.sent_at == time.now - timedelta(days=1)
        assert await next_due() is None

    async def test_what_is_not_due_waits(
        self, company: Company, mail_server: MailServer, time: Time
    ) -> None:
        [mail] = await mail_to(company, "a@example.com")
        time.move(-timedelta(seconds=1))

        assert await send_due(mailer_to(mail_server)) == 0
        assert await next_due() == mail.due_at
        assert mail_server.connections == 0

    async def test_mails_give_way_to_orders(
        self, company: Company, mail_server: MailServer
    ) -> None:
        asked, quiet = asyncio.Event(), asyncio.Event()

        class Busy(Turns):
            async def quiet(self, until: float) -> None:
                asked.set()
                await quiet.wait()

        await mail_to(company, "a@example.com")
        sending = asyncio.create_task(send_due(mailer_to(mail_server), turns=Busy()))
        await asked.wait()
        assert await OutboxMail.filter(due_at__lte=clock.now(), sent_at=None).count() == 1
        quiet.set()
        assert await sending == 1
        assert receivers(mail_server) == ["a@example.com"]

    async def test_mails_do_not_give_way_for_ever(
        self, company: Company, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await mail_to(company, "a@example.com")
        turns = Turns()
        turns.taken()
        monkeypatch.setattr("dialtree.turns.QUIET_SECONDS", 3600)
        monkeypatch.setattr(outbox, "GIVE_WAY_SECONDS", 0.01)
        assert await send_due(mailer_to(mail_server), turns=turns) == 1

    async def test_mails_go_when_no_order_comes(
        self, company: Company, mail_server: MailServer
    ) -> None:
        await mail_to(company, "a@example.com")
        turns = Turns()
        turns.taken()
        assert await send_due(mailer_to(mail_server), turns=turns) == 1

    async def test_several_senders_share_the_work(
        self, company: Company, mail_server: MailServer
    ) -> None:
        emails = [f"{number:02d}@example.com" for number in range(12)]
        await mail_to(company, *emails)
        # Opens the connections of the pool, so that all senders really begin together.
        await asyncio.gather(*(next_due() for _ in range(5)))

        sent = await asyncio.gather(*(send_due(mailer_to(mail_server)) for _ in range(5)))

        assert sum(sent) == 12
        assert sorted(receivers(mail_server)) == emails

    async def test_a_sender_that_died_is_followed_after_its_lease(
        self, company: Company, mail_server: MailServer, time: Time
    ) -> None:
        class Dying(SmtpMailer):
            async def send(self, mail: OutboxMail) -> None:
                await super().send(mail)
                raise SystemError

        [mail] = await mail_to(company, "a@example.com")
        with pytest.raises(SystemError):
            await send_due(Dying(SmtpServer("smtp", "127.0.0.1", mail_server.port), SENDER))

        assert await send_due(mailer_to(mail_server)) == 0
        assert await pause(mail) == LEASE
        time.move(LEASE)
        assert await send_due(mailer_to(mail_server)) == 1

        first, second = mail_server.deliveries
        assert first.message["Message-ID"] == second.message["Message-ID"]
        assert first.content == second.content

    async def test_goes_to_the_folder_without_a_mail_server(
        self, company: Company, tmp_path: Path
    ) -> None:
        await mail_to(company, "a@example.com", "b@example.com")

        assert await send_due(FolderMailer(tmp_path / "mail", SENDER)) == 2

        assert len(list((tmp_path / "mail").glob("*.eml"))) == 2

    async def test_ends_between_two_mails(self, company: Company, mail_server: MailServer) -> None:
        await mail_to(company, "a@example.com")
        stopping = asyncio.Event()
        stopping.set()

        assert await send_due(mailer_to(mail_server), stopping) == 0

        assert mail_server.connections == 0


class TestServerDown:
    async def test_nothing_is_lost_and_everything_goes_out_when_it_is_back(
        self, company: Company, mail_server: MailServer, time: Time
    ) -> None:
        mails = await mail_to(company, "a@example.com", "b@example.com", "c@example.com")
        mailer = mailer_to(mail_server)
        await mail_server.stop()

        assert await send_due(mailer) == 0
        await waited_enough(mails[0], time)
        assert await send_due(mailer) == 0
        await mail_server.start()
        assert await send_due(mailer) == 0, "too early"
        await waited_enough(mails[0], time)
        assert await send_due(mailer) == 3

        assert receivers(mail_server) == ["a@example.com", "b@example.com", "c@example.com"]
        for mail in mails:
            await mail.refresh_from_db()
            assert mail.sent_at == time.now
            assert mail.last_error is None

    async def test_pauses_grow_up_to_ten_minutes(
        self, company: Company, mail_server: MailServer, time: Time
    ) -> None:
        [mail] = await mail_to(company, "a@example.com")
        await mail_server.stop()

        for expected in [10, 30, 120, 600, 600, 600]:
            assert await send_due(mailer_to(mail_server)) == 0
            seconds = (await pause(mail)).total_seconds()
            assert expected <= seconds <= expected * 1.2
            await waited_enough(mail, time)

        await mail.refresh_from_db()
        assert mail.attempts == 6
        assert mail.last_error is not None
        assert f"smtp://127.0.0.1:{mail_server.port}" in mail.last_error

    async def test_one_mail_tries_for_all(
        self, company: Company, mail_server: MailServer, time: Time
    ) -> None:
        mails = await mail_to(company, "a@example.com", "b@example.com")
        await mail_server.stop()

        await send_due(mailer_to(mail_server))

        assert await pause(mails[0]) == await pause(mails[1])
        assert [mail.attempts for mail in mails] == [1, 0]
        assert await next_due() == mails[0].due_at

    async def test_a_new_mail_tries_at_once(
        self, company: Company, mail_server: MailServer, time: Time
    ) -> None:
        await mail_to(company, "a@example.com")
        await mail_server.stop()
        await send_due(mailer_to(mail_server))
        await mail_server.start()

        await mail_to(company, "b@example.com")

        assert await send_due(mailer_to(mail_server)) == 1
        assert receivers(mail_server) == ["b@example.com"]


class TestRefusedRecipient:
    async def test_does_not_hold_up_the_others(
        self, company: Company, mail_server: MailServer
    ) -> None:
        mail_server.answers["gone@example.com"] = "550 5.1.1 No such user"
        [gone, other] = await mail_to(company, "gone@example.com", "b@example.com")

        assert await send_due(mailer_to(mail_server)) == 1

        assert receivers(mail_server) == ["b@example.com"]
        await gone.refresh_from_db()
        await other.refresh_from_db()
        assert gone.sent_at is None
        assert gone.attempts == 1
        assert gone.last_error is not None
        assert gone.last_error.endswith("550 5.1.1 No such user")
        assert other.sent_at is not None

    async def test_is_tried_for_ever_with_growing_pauses(
        self, company: Company, mail_server: MailServer, time: Time
    ) -> None:
        mail_server.answers["full@example.com"] = "452 4.2.2 Mailbox full"
        [mail] = await mail_to(company, "full@example.com")

        for expected in [*PAUSES, PAUSES[-1], PAUSES[-1]]:
            assert await send_due(mailer_to(mail_server)) == 0
            assert expected <= await pause(mail) <= expected * 1.2
            await waited_enough(mail, time)
        mail_server.answers.clear()

        assert await send_due(mailer_to(mail_server)) == 1

    async def test_a_long_answer_is_cut(self, company: Company, mail_server: MailServer) -> None:
        mail_server.answers["gone@example.com"] = "550 " + "no " * 160
        [mail] = await mail_to(company, "gone@example.com")

        for _ in range(2):
            await send_due(mailer_to(mail_server))

        await mail.refresh_from_db()
        assert mail.last_error is not None
        assert len(mail.last_error) <= 500


class Signalling(SmtpMailer):
    """Sets `idle` at the end of a round in which nothing was due."""

    def __init__(self, server: MailServer) -> None:
        super().__init__(SmtpServer("smtp", "127.0.0.1", server.port), SENDER)
        self.idle = asyncio.Event()
        self._busy = False

    async def send(self, mail: OutboxMail) -> None:
        self._busy = True
        await super().send(mail)

    async def close(self) -> None:
        await super().close()
        if not self._busy:
            self.idle.set()
        self._busy = False


async def repeat_silently(mail: OutboxMail) -> None:
    """Puts a sent mail back into the outbox without telling anybody."""
    await OutboxMail.filter(id=mail.id).update(sent_at=None, due_at=clock.now())


@asynccontextmanager
async def running(database: str, mailer: SmtpMailer) -> AsyncIterator[asyncio.Event]:
    """The outbox of a process that hears what is announced."""
    stopping = asyncio.Event()
    async with hearing_other_processes(database):
        task = asyncio.create_task(run_outbox(mailer, stopping))
        try:
            yield stopping
        finally:
            stopping.set()
            await asyncio.wait_for(task, 10)


@pytest.fixture
def logged() -> Iterator[Callable[[str], asyncio.Event]]:
    """Gives an event that is set when a message of the outbox begins with the given text."""
    logger = logging.getLogger(outbox.__name__)
    handlers: list[logging.Handler] = []

    def wait_for(text: str) -> asyncio.Event:
        seen = asyncio.Event()

        class Handler(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                if record.getMessage().startswith(text):
                    seen.set()

        logger.addHandler(handler := Handler())
        handlers.append(handler)
        return seen

    yield wait_for
    for handler in handlers:
        logger.removeHandler(handler)


class TestRunning:
    async def test_sends_at_once_what_is_announced(
        self, database: str, company: Company, mail_server: MailServer
    ) -> None:
        await mail_to(company, "a@example.com")

        async with running(database, mailer_to(mail_server)):
            await mail_server.arrived(1)
            await mail_to(company, "b@example.com")
            await mail_server.arrived(2)

        assert receivers(mail_server) == ["a@example.com", "b@example.com"]

    async def test_looks_again_after_a_gap_in_what_it_hears(
        self, database: str, company: Company, mail_server: MailServer
    ) -> None:
        mailer = Signalling(mail_server)
        [mail] = await mail_to(company, "a@example.com")

        async with running(database, mailer):
            await asyncio.wait_for(mailer.idle.wait(), 10)
            await repeat_silently(mail)
            hub.start_afresh()
            await mail_server.arrived(2)

    async def test_finds_in_time_what_nobody_announced(
        self,
        database: str,
        company: Company,
        mail_server: MailServer,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(outbox, "POLL_SECONDS", 0.1)
        mail_server.answers["gone@example.com"] = "550 5.1.1 No such user"
        mailer = Signalling(mail_server)
        [mail, _waiting] = await mail_to(company, "a@example.com", "gone@example.com")

        async with running(database, mailer):
            await asyncio.wait_for(mailer.idle.wait(), 10)
            await repeat_silently(mail)
            await mail_server.arrived(2)

    async def test_looks_again_when_the_next_mail_is_due(
        self,
        database: str,
        company: Company,
        mail_server: MailServer,
        time: Time,
        logged: Callable[[str], asyncio.Event],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(outbox, "PAUSES_UNREACHABLE", [timedelta(seconds=0.3)])
        await mail_to(company, "a@example.com")
        await mail_server.stop()
        failed = logged("e-mail cannot be sent at present")
        began = monotonic()

        with clock.reading(lambda: time.now + timedelta(seconds=monotonic() - began)):
            async with running(database, mailer_to(mail_server)):
                await asyncio.wait_for(failed.wait(), 10)
                await mail_server.start()
                await mail_server.arrived(1)

    async def test_outlives_a_fault_of_the_database(
        self,
        database: str,
        company: Company,
        mail_server: MailServer,
        logged: Callable[[str], asyncio.Event],
    ) -> None:
        await connection().execute_script("ALTER TABLE outbox_mail RENAME TO away")
        fault = logged("the outbox cannot be worked on")

        async with running(database, mailer_to(mail_server)):
            await asyncio.wait_for(fault.wait(), 10)
            await connection().execute_script("ALTER TABLE away RENAME TO outbox_mail")
            await mail_to(company, "a@example.com")
            await mail_server.arrived(1)

    async def test_stops_promptly_while_the_mail_server_hangs(
        self, database: str, company: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(outbox, "GRACE_SECONDS", 0.1)
        called, left = asyncio.Event(), asyncio.Event()

        async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            called.set()
            await reader.read()
            writer.close()
            await writer.wait_closed()
            left.set()

        [mail] = await mail_to(company, "a@example.com")
        async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as silent:
            port = silent.sockets[0].getsockname()[1]
            mailer = SmtpMailer(SmtpServer("smtp", "127.0.0.1", port), SENDER)
            async with running(database, mailer):
                await asyncio.wait_for(called.wait(), 10)
                began = asyncio.get_running_loop().time()
            assert asyncio.get_running_loop().time() - began < 3
            await asyncio.wait_for(left.wait(), 10)

        await mail.refresh_from_db()
        assert mail.sent_at is None

    async def test_finishes_the_mail_it_is_sending_when_it_stops(
        self, database: str, company: Company, mail_server: MailServer
    ) -> None:
        class Slow(SmtpMailer):
            async def send(self, mail: OutboxMail) -> None:
                await super().send(mail)
                stopping.set()

        mails = await mail_to(company, "a@example.com", "b@example.com")
        server = SmtpServer("smtp", "127.0.0.1", mail_server.port)
        async with running(database, Slow(server, SENDER)) as stopping:
            await asyncio.wait_for(stopping.wait(), 10)

        for mail in mails:
            await mail.refresh_from_db()
        assert [mail.sent_at is not None for mail in mails] == [True, False]
