"""Handing e-mails over: to a mail server, or to a folder where there is none."""

import asyncio
import os
import re
from dataclasses import dataclass, field
from datetime import UTC
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

from dialtree.notifications.letter import one_line
from dialtree.notifications.models import OutboxMail
from dialtree.settings import Settings

CONNECT_SECONDS = 20
COMMAND_SECONDS = 20
SEND_SECONDS = 45
"""Connecting and sending together stay below the lease of the outbox."""

DEFAULT_PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}
MAX_NAME_LENGTH = 60
_NAME_SPECIALS = re.compile(r'[()<>\[\]:;@\\,"]|=\?|\?=')


class NotTaken(Exception):
    """This mail was not taken; others may be."""


class Unreachable(Exception):
    """No mail can be handed over at present."""


class Mailer(Protocol):
    def describe(self) -> str:
        """Where e-mails go, for the start-up line; without a password."""

    async def send(self, mail: OutboxMail) -> None:
        """Returns once the mail has been taken. Raises NotTaken, Unreachable."""

    async def close(self) -> None:
        """Ends the connection that `send` keeps open for the next mail."""


def mailer_from(settings: Settings) -> Mailer:
    """Raises ValueError with a sentence for the administrator if a setting cannot be read."""
    sender = parse_sender(settings.mail_from)
    if settings.smtp_url:
        return SmtpMailer(parse_smtp_url(settings.smtp_url), sender)
    return FolderMailer(settings.mail_dir, sender)


def parse_sender(text: str) -> Address:
    """The name and address of "Name <name@example.com>". Raises ValueError."""
    name, address = parseaddr(text)
    try:
        found = Address(header_name(name), addr_spec=address)
    except (ValueError, IndexError, MessageError):
        found = Address()
    if not found.username or not found.domain or not text.isprintable():
        raise ValueError(f"DIALTREE_MAIL_FROM is “{text}”; expected: Name <name@example.com>")
    return found


@dataclass(frozen=True, slots=True)
class SmtpServer:
    scheme: str
    """smtp: no encryption; starttls: encryption required; smtps: encrypted from the start."""
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def parse_smtp_url(url: str) -> SmtpServer:
    """Raises ValueError with a sentence that never shows any part of the URL but its scheme."""
    # What urlsplit complains about may contain the password, hence no error of its is passed on.
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    scheme = url.partition("://")[0].lower()
    if scheme not in DEFAULT_PORTS:
        raise ValueError("DIALTREE_SMTP_URL begins with none of smtp://, starttls:// and smtps://")
    extra = parts.path.strip("/") or parts.query or parts.fragment
    if not host or port == 0 or extra or re.search(r"\s", url):
        raise ValueError(
            f"DIALTREE_SMTP_URL cannot be read; expected: {scheme}://user:password@host:port, "
            "with special characters in user and password percent-encoded (# as %23)"
        )
    if bool(parts.username) != bool(parts.password):
        raise ValueError("DIALTREE_SMTP_URL names a user without password, or the reverse")
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return SmtpServer(scheme, host, port or DEFAULT_PORTS[scheme], user, password)


class SmtpMailer:
    def __init__(self, server: SmtpServer, sender: Address) -> None:
        self._server = server
        self._sender = sender
        self._client: aiosmtplib.SMTP | None = None

    def describe(self) -> str:
        open_to_all = " (not encrypted)" if self._server.scheme == "smtp" else ""
        return f"E-mails go to {self._server}{open_to_all}"

    async def send(self, mail: OutboxMail) -> None:
        client = await self._connected()
        try:
            message = message_for(mail, self._sender)
            async with asyncio.timeout(SEND_SECONDS):
                await client.send_message(
                    message, sender=self._sender.addr_spec, recipients=[mail.recipient]
                )
        except Exception as error:
            if _answer(error) is None:
                # The conversation is lost or out of step; after a plain "no" it goes on.
                client.close()
            raise NotTaken(self._explain(error)) from error

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.scheme == "smtps",
            start_tls=server.scheme == "starttls",
            # Verified against the system's authorities, or those in the file SSL_CERT_FILE.
            validate_certs=True,
            timeout=COMMAND_SECONDS,
        )
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.connect()
        except Exception as error:
            client.close()
            raise Unreachable(self._explain(error)) from error
        self._client = client
        return client

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            async with asyncio.timeout(2):
                await client.quit()
        except (OSError, aiosmtplib.SMTPException):
            pass
        finally:
            client.close()

    def _explain(self, error: Exception) -> str:
        if isinstance(error, aiosmtplib.SMTPAuthenticationError):
            # Some servers repeat the command, and with it the password.
            return f"{self._server} refuses the login ({error.code})"
        if answer := _answer(error):
            return one_line(f"{self._server} answers {answer.code} {answer.message}")
        if isinstance(error, TimeoutError):
            return f"{self._server} does not answer in time"
        return one_line(f"{self._server}: {type(error).__name__}: {error}")


def _answer(error: Exception) -> aiosmtplib.SMTPResponseException | None:
    """The server's own "no", if that is what `error` is."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return error.recipients[0]
    return error if isinstance(error, aiosmtplib.SMTPResponseException) else None


class FolderMailer:
    def __init__(self, folder: Path, sender: Address) -> None:
        self._folder = folder
        self._sender = sender

    def describe(self) -> str:
        return f"E-mails are written to {self._folder}"

    async def send(self, mail: OutboxMail) -> None:
        try:
            content = message_for(mail, self._sender).as_bytes()
        except Exception as error:
            raise NotTaken(one_line(str(error))) from error
        try:
            await asyncio.to_thread(self._write, file_name(mail), content)
        except OSError as error:
            raise Unreachable(f"{self._folder}: {error.strerror}") from error

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f".{name}.{os.getpid()}"
        unfinished.write_bytes(content)
        unfinished.replace(self._folder / name)

    async def close(self) -> None:
        """Nothing is kept open."""


def file_name(mail: OutboxMail) -> str:
    """Sorts by time, then by id; the same for every attempt."""
    return f"{mail.created_at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}-{mail.id:09d}.eml"


def message_for(mail: OutboxMail, sender: Address) -> EmailMessage:
    """The same bytes at every attempt, so that a mail sent twice can be recognised by its id.

    Raises ValueError and the like for an address that is none.
    """
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = sender
    message["To"] = Address(header_name(mail.recipient_name), addr_spec=mail.recipient)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = mail.created_at
    message["Message-ID"] = _message_id(mail, sender.domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    # Not made at random; "=_" stands in no quoted-printable text.
    message.set_boundary(f"=_dialtree_{mail.id}")
    # Before there were two parts it would have become a header of the first one.
    message["Content-Language"] = mail.language.value.lower()
    return message


def _message_id(mail: OutboxMail, host: str) -> str:
    # The time keeps ids apart when a database is set up anew and counts from 1 again.
    written = int(mail.created_at.timestamp() * 1_000_000)
    about = f"order-{mail.order_id}" if mail.order_id else mail.topic
    return f"<{about}-{mail.id}-{written:x}@{host}>"


def header_name(name: str) -> str:
    """A person's name as it can stand before an address, whatever the name contains.

    Python drops the quotes of a long quoted name when it folds the header; "Beispiel, Erika"
    would become two recipients. So the characters that need quotes are left out.
    """
    return one_line(_NAME_SPECIALS.sub(" ", one_line(name)))[:MAX_NAME_LENGTH].strip()
