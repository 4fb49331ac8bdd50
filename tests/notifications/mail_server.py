"""A real mail server (aiosmtpd) in the test's own event loop."""

import asyncio
import ssl
import warnings
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True)
class Delivery:
    sender: str
    recipients: list[str]
    content: bytes
    session: Session

    @property
    def message(self) -> EmailMessage:
        message = message_from_bytes(self.content, policy=policy.SMTP)
        assert isinstance(message, EmailMessage)
        return message

    @property
    def encrypted(self) -> bool:
        return self.session.ssl is not None


class MailServer:
    """Keeps what it is given in `deliveries`, in order.

    `certificate`: file with key and certificate, for STARTTLS or, with `wrapped`, for TLS from the
    beginning. `login`: user and password without which it takes nothing. `answers`: what it says
    to a recipient instead of taking the mail. `silence`: recipients whose mails it never answers.
    """

    def __init__(
        self,
        *,
        certificate: Path | None = None,
        wrapped: bool = False,
        login: tuple[str, str] | None = None,
    ) -> None:
        self.deliveries: list[Delivery] = []
        self.answers: dict[str, str] = {}
        self.silence: set[str] = set()
        self.connections = 0
        self.port = 0
        self._arrived = asyncio.Condition()
        self._tls: ssl.SSLContext | None = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate)
        self._wrapped = wrapped
        self._login = login
        self._server: asyncio.Server | None = None
        self._protocols: list[SMTP] = []

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _at: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listens, after a stop on the same port as before."""
        self._server = await asyncio.get_running_loop().create_server(
            self._protocol,
            "127.0.0.1",
            self.port,
            ssl=self._tls if self._wrapped else None,
            reuse_address=True,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        for protocol in self._protocols:
            if protocol.transport is not None:
                protocol.transport.close()
        await self._server.wait_closed()
        self._server = None

    async def arrived(self, count: int) -> None:
        """Returns once `count` mails have been taken."""
        async with asyncio.timeout(10), self._arrived:
            await self._arrived.wait_for(lambda: len(self.deliveries) >= count)

    def _protocol(self) -> SMTP:
        self.connections += 1
        starttls = self._tls is not None and not self._wrapped
        with warnings.catch_warnings():
            # It warns of passwords in the clear, also where the connection is encrypted already.
            warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")
            protocol = SMTP(
                self,
                hostname="mail.example.com",
                loop=asyncio.get_running_loop(),
                tls_context=self._tls if starttls else None,
                auth_required=self._login is not None,
                auth_require_tls=starttls,
                authenticator=self._authenticate if self._login else None,
            )
        self._protocols.append(protocol)
        return protocol

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._login, handled=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        assert envelope.mail_from is not None
        if self.silence & set(envelope.rcpt_tos):
            await asyncio.Event().wait()
        delivery = Delivery(envelope.mail_from, envelope.rcpt_tos, envelope.content, session)
        async with self._arrived:
            self.deliveries.append(delivery)
            self._arrived.notify_all()
        return "250 OK"
