"""A mail server that does not always want to."""

import random

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.chaos.journal import Journal, Mail
from tests.notifications.mail_server import MailServer

REFUSED = 0.05
"""How often it asks to come back later."""
TAKEN_SILENTLY = 0.02
"""How often it takes the mail and hangs up before it says so: then it is sent again."""


class Post(MailServer):
    """Notes what it takes."""

    def __init__(self, journal: Journal, chance: random.Random) -> None:
        super().__init__()
        self._journal = journal
        self._chance = chance

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = self._chance.random()
        if answer < REFUSED:
            self._journal.figures["mails refused"] += 1
            return "451 Come back later"
        taken = await super().handle_DATA(server, session, envelope)
        message = self.deliveries.pop().message
        self._journal.mails.append(
            Mail(message["Message-ID"].strip(), message["Subject"], message["To"])
        )
        if answer < REFUSED + TAKEN_SILENTLY:
            assert server.transport is not None
            server.transport.close()
        return taken
