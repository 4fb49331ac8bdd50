"""Handing an e-mail to a mail server or into a folder (O7)."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from dialtree.language import Language
from dialtree.notifications import sending
from dialtree.notifications.models import OutboxMail
from dialtree.notifications.sending import (
    FolderMailer,
    NotTaken,
    SmtpMailer,
    SmtpServer,
    Unreachable,
    mailer_from,
    message_for,
    parse_sender,
    parse_smtp_url,
)
from dialtree.settings import Settings
from tests.notifications.mail_server import MailServer

SENDER = Address("dialtree", addr_spec="dialtree@example.com")
SECRET = "p#ss:w/rd"

needs_models = pytest.mark.usefixtures("database")
"""Models know their columns only while a database is connected."""


def mail(**values: Any) -> OutboxMail:
    written = datetime(2026, 11, 23, 13, 30, 15, 123456, tzinfo=UTC)
    return OutboxMail(
        **{
            "id": 7,
            "customer_id": 1,
            "order_id": 123,
            "topic": "order_finished",
            "recipient": "erika@example.com",
            "recipient_name": "Erika Müller",
            "language": Language.DE,
            "subject": "Durchwahlbereich 030 23125-3xx nicht zusammengeführt (Auftrag A-000123)",
            "text": "Grüße an Größe ÄÖÜ → “x”\n" + "lang " * 300 + "\n.\nEnde\n",
            "html": "<p>Grüße</p>\n",
            "created_at": written,
            "due_at": written,
            **values,
        }
    )


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    return message


def smtp_mailer(server: MailServer, scheme: str = "smtp", login: bool = False) -> SmtpMailer:
    user, password = ("dialtree", SECRET) if login else (None, None)
    return SmtpMailer(SmtpServer(scheme, "127.0.0.1", server.port, user, password), SENDER)


@needs_models
class TestMessage:
    def test_headers(self) -> None:
        message = parsed(message_for(mail(), SENDER).as_bytes())

        assert message["From"] == "dialtree <dialtree@example.com>"
        assert message["To"] == "Erika Müller <erika@example.com>"
        assert message["Subject"] == mail().subject
        assert message["Date"].datetime == mail().created_at.replace(microsecond=0)
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Content-Language"] == "de"
        assert message.defects == []

    def test_text_and_html(self) -> None:
        content = message_for(mail(), SENDER).as_bytes()

        message = parsed(content)
        assert message.get_content_type() == "multipart/alternative"
        text, html = message.iter_parts()
        assert isinstance(text, EmailMessage)
        assert isinstance(html, EmailMessage)
        assert text.get_content_type() == "text/plain"
        assert text.get_content().replace("\r\n", "\n") == mail().text
        assert html.get_content_type() == "text/html"
        assert html.get_content().replace("\r\n", "\n") == mail().html
        assert content.isascii()
        assert max(map(len, content.split(b"\r\n"))) <= 78

    def test_every_attempt_sends_the_same_message_under_the_same_id(self) -> None:
        first, second = (message_for(mail(), SENDER) for _ in range(2))
        assert first.as_bytes() == second.as_bytes()
        other = message_for(mail(id=8), SENDER)
        of_a_new_database = message_for(
            mail(created_at=mail().created_at + timedelta(days=1)), SENDER
        )

        assert len({m["Message-ID"] for m in (first, other, of_a_new_database)}) == 3
        assert first["Message-ID"].startswith("<order-123-7-")
        assert first["Message-ID"].endswith("@example.com>")

    @pytest.mark.parametrize(
        "name",
        [
            "Eve\r\nBcc: mallory@example.com",
            "Eve\nSubject: bought",
            "mallory@example.com, Eve",
            "Beispiel, Erika" + " long" * 40,
            "Eve <mallory@example.com>",
            '"Eve" <mallory@example.com>, "',
            "=?utf-8?q?Eve_=3Cmallory=40example.com=3E=2C?=",
            "Ü, " * 66,
            "Dr. J. Beispiel",
            "undisclosed: mallory@example.com;",
            "(comment) \\",
            "\x00\x1b\u2028\u0085",
            "",
        ],
    )
    def test_a_name_adds_neither_headers_nor_recipients(self, name: str) -> None:
        usual = message_for(mail(), SENDER)
        nasty = message_for(mail(recipient_name=name, subject=f"x {name}"), SENDER)

        message = parsed(nasty.as_bytes())

        assert message.keys() == usual.keys()
        [recipient] = message["To"].addresses
        assert recipient.addr_spec == "erika@example.com"
        assert message["To"].defects == ()
        assert message["Bcc"] is None

    def test_the_name_is_kept_where_it_can_be(self) -> None:
        message = parsed(message_for(mail(recipient_name="Dr. Jörg O'Neil"), SENDER).as_bytes())

        assert message["To"].addresses[0].display_name == "Dr. Jörg O'Neil"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", SmtpServer("smtp", "mail.example", 25)),
        ("smtp://mail.example:2525/", SmtpServer("smtp", "mail.example", 2525)),
        ("starttls://mail.example", SmtpServer("starttls", "mail.example", 587)),
        ("SMTPS://mail.example", SmtpServer("smtps", "mail.example", 465)),
        ("smtp://[::1]:26", SmtpServer("smtp", "::1", 26)),
        (
            "starttls://erika%40example.com:p%23ss%3Aw%2Frd@mail.example",
            SmtpServer("starttls", "mail.example", 587, "erika@example.com", SECRET),
        ),
    ],
)
def test_reads_the_address_of_a_mail_server(url: str, expected: SmtpServer) -> None:
    assert parse_smtp_url(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "user:geheim@mail.example",
        "smtp://",
        "smtp://user:geheim@",
        "smtp://user:geheim@:25",
        "smtp://user:ge/heim@mail.example",
        "smtp://user:ge#heim@mail.example",
        "smtp://user:ge?heim@mail.example",
        "smtp://user:[geheim@mail.example",
        "smtp://user:geheim℀@mail.example",
        "smtp://user:geheim@mail.example:port",
        "smtp://user:geheim@mail.example:99999",
        "smtp://user:geheim@mail.example:0",
        "smtp://user:geheim@mail.example/inbox",
        "smtp://user@mail.example",
        "smtp://:geheim@mail.example",
        "smtp://user:geheim@mail example",
    ],
)
def test_a_bad_address_is_named_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="DIALTREE_SMTP_URL") as caught:
        parse_smtp_url(url)

    error: BaseException | None = caught.value
    assert "heim" not in str(error)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_passwords_are_not_printed() -> None:
    server = parse_smtp_url("smtps://user:geheim@mail.example")

    assert "geheim" not in f"{server} {server!r} {SmtpMailer(server, SENDER).describe()}"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"smtp_url": "starttls://u:p@mail.example"}, "E-mails go to starttls://mail.example:587"),
        ({"smtp_url": "smtps://[::1]"}, "E-mails go to smtps://[::1]:465"),
        (
            {"smtp_url": "smtp://mail.example"},
            "E-mails go to smtp://mail.example:25 (not encrypted)",
        ),
        ({}, "E-mails are written to data/mail"),
    ],
)
def test_says_where_mails_go(settings: dict[str, str], expected: str) -> None:
    assert mailer_from(Settings(**settings)).describe() == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("dialtree <dialtree@localhost>", "dialtree", "dialtree@localhost"),
        ("noreply@example.com", "", "noreply@example.com"),
        ('"Müller, Söhne" <numbers@example.com>', "Müller Söhne", "numbers@example.com"),
    ],
)
def test_reads_the_sender(text: str, name: str, address: str) -> None:
    sender = parse_sender(text)

    assert (sender.display_name, sender.addr_spec) == (name, address)


@pytest.mark.parametrize("text", ["", "dialtree", "dialtree <>", "a@", "@b", "a@b\r\nBcc: c@d"])
def test_an_unreadable_sender_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="DIALTREE_MAIL_FROM"):
        parse_sender(text)


@needs_models
class TestSmtp:
    async def test_hands_the_mail_over(self, mail_server: MailServer) -> None:
        mailer = smtp_mailer(mail_server)

        await mailer.send(mail())
        await mailer.close()

        [delivery] = mail_server.deliveries
        assert delivery.sender == "dialtree@example.com"
        assert delivery.recipients == ["erika@example.com"]
        assert not delivery.encrypted
        text = delivery.message.get_body(("plain",))
        assert text is not None
        assert text.get_content().replace("\r\n", "\n") == mail().text

    async def test_one_connection_serves_many_mails(self, mail_server: MailServer) -> None:
        mailer = smtp_mailer(mail_server)

        for number in range(3):
            await mailer.send(mail(id=number))
        await mailer.close()

        assert len(mail_server.deliveries) == 3
        assert mail_server.connections == 1

    async def test_a_refused_recipient_does_not_disturb_the_next(
        self, mail_server: MailServer
    ) -> None:
        mail_server.answers["gone@example.com"] = "550 5.1.1 No such user"
        mailer = smtp_mailer(mail_server)

        with pytest.raises(NotTaken, match=r"answers 550 5\.1\.1 No such user$"):
            await mailer.send(mail(recipient="gone@example.com"))
        await mailer.send(mail())
        await mailer.close()

        assert [delivery.recipients for delivery in mail_server.deliveries] == [
            ["erika@example.com"]
        ]
        assert mail_server.connections == 1

    async def test_a_mail_that_is_never_answered_does_not_disturb_the_next(
        self, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sending, "SEND_SECONDS", 0.2)
        mail_server.silence.add("slow@example.com")
        mailer = smtp_mailer(mail_server)

        with pytest.raises(NotTaken, match="does not answer in time"):
            await mailer.send(mail(recipient="slow@example.com"))
        await mailer.send(mail())
        await mailer.close()

        assert [delivery.recipients for delivery in mail_server.deliveries] == [
            ["erika@example.com"]
        ]
        assert mail_server.connections == 2

    async def test_a_closing_server_is_left_and_called_again(self, mail_server: MailServer) -> None:
        mail_server.answers["late@example.com"] = "421 4.3.2 Shutting down"
        mailer = smtp_mailer(mail_server)

        with pytest.raises(NotTaken, match="421"):
            await mailer.send(mail(recipient="late@example.com"))
        await mailer.send(mail())
        await mailer.close()

        assert len(mail_server.deliveries) == 1
        assert mail_server.connections == 2

    @pytest.mark.parametrize(
        "recipient",
        [
            "erika@example.com\r\nRCPT TO:<mallory@example.com>",
            "erika@example.com> <mallory@example.com",
            "erika@example.com, mallory@example.com",
            "no address",
            "",
        ],
    )
    async def test_an_address_that_is_none_reaches_nobody(
        self, mail_server: MailServer, recipient: str
    ) -> None:
        mailer = smtp_mailer(mail_server)

        with pytest.raises(NotTaken):
            await mailer.send(mail(recipient=recipient))
        await mailer.send(mail())
        await mailer.close()

        assert [delivery.recipients for delivery in mail_server.deliveries] == [
            ["erika@example.com"]
        ]

    async def test_a_server_that_is_down(self, mail_server: MailServer) -> None:
        await mail_server.stop()

        with pytest.raises(Unreachable, match=r"smtp://127\.0\.0\.1"):
            await smtp_mailer(mail_server).send(mail())

    async def test_a_server_that_never_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sending, "CONNECT_SECONDS", 0.1)
        left = asyncio.Event()

        async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()
            await writer.wait_closed()
            left.set()

        async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as silent:
            port = silent.sockets[0].getsockname()[1]
            with pytest.raises(Unreachable, match="does not answer in time"):
                await SmtpMailer(SmtpServer("smtp", "127.0.0.1", port), SENDER).send(mail())
            await asyncio.wait_for(left.wait(), 10)

    async def test_signs_in(self, servers: AsyncExitStack) -> None:
        server = await servers.enter_async_context(MailServer(login=("dialtree", SECRET)))
        mailer = smtp_mailer(server, login=True)

        await mailer.send(mail())
        await mailer.close()

        assert len(server.deliveries) == 1

    async def test_a_refused_login_is_told_without_the_password(
        self, servers: AsyncExitStack
    ) -> None:
        server = await servers.enter_async_context(MailServer(login=("dialtree", "other")))

        with pytest.raises(Unreachable, match=r"refuses the login \(535\)") as caught:
            await smtp_mailer(server, login=True).send(mail())

        assert SECRET not in str(caught.value)

    @pytest.mark.parametrize("wrapped", [False, True])
    async def test_encrypts(
        self,
        servers: AsyncExitStack,
        certificate: Path,
        monkeypatch: pytest.MonkeyPatch,
        wrapped: bool,
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        server = await servers.enter_async_context(
            MailServer(certificate=certificate, wrapped=wrapped, login=("dialtree", SECRET))
        )
        mailer = smtp_mailer(server, "smtps" if wrapped else "starttls", login=True)

        await mailer.send(mail())
        await mailer.close()

        [delivery] = server.deliveries
        assert wrapped or delivery.encrypted

    @pytest.mark.parametrize("wrapped", [False, True])
    async def test_trusts_no_unknown_certificate(
        self, servers: AsyncExitStack, certificate: Path, wrapped: bool
    ) -> None:
        server = await servers.enter_async_context(
            MailServer(certificate=certificate, wrapped=wrapped)
        )

        with pytest.raises(Unreachable, match="certificate"):
            await smtp_mailer(server, "smtps" if wrapped else "starttls").send(mail())

        assert server.deliveries == []

    async def test_sends_nothing_in_the_clear_where_encryption_is_required(
        self, mail_server: MailServer
    ) -> None:
        with pytest.raises(Unreachable, match="STARTTLS"):
            await smtp_mailer(mail_server, "starttls", login=True).send(mail())

        assert mail_server.deliveries == []


@needs_models
class TestFolder:
    async def test_writes_one_file_per_mail(self, tmp_path: Path) -> None:
        mailer = FolderMailer(tmp_path / "new" / "mail", SENDER)
        later = mail().created_at + timedelta(seconds=1)

        await mailer.send(mail(id=9, recipient_name="Zweite", created_at=later))
        await mailer.send(mail(id=10, recipient_name="Dritte", created_at=later))
        await mailer.send(mail(id=11, recipient_name="Erste"))
        await mailer.send(mail(id=11, recipient_name="Erste"))
        await mailer.close()

        files = sorted((tmp_path / "new" / "mail").iterdir())
        assert files[0].name == "20261123T133015.123456Z-000000011.eml"
        messages = [parsed(file.read_bytes()) for file in files]
        names = [message["To"].addresses[0].display_name for message in messages]
        assert names == ["Erste", "Zweite", "Dritte"]
        text = messages[0].get_body(("plain",))
        assert text is not None
        assert text.get_content().replace("\r\n", "\n") == mail().text

    async def test_a_folder_that_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "mail").write_text("a file")

        with pytest.raises(Unreachable, match="mail"):
            await FolderMailer(tmp_path / "mail", SENDER).send(mail())

    async def test_an_address_that_is_none_writes_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(NotTaken):
            await FolderMailer(tmp_path / "mail", SENDER).send(mail(recipient="a@b\r\nBcc: c@d"))

        assert not (tmp_path / "mail").exists()
