"""Writing e-mails about accounts into the outbox.

They may hold the secret of a link, so their text is removed once they are sent, and they are given
up when the link has expired.
"""

from datetime import datetime

from dialtree import clock, live
from dialtree.accounts.models import Customer, User
from dialtree.database import announce
from dialtree.notifications import account_wording as says
from dialtree.notifications import wording
from dialtree.notifications.letter import Letter, one_line
from dialtree.notifications.models import OutboxMail

INVITATION = "invitation"
PASSWORD_RESET = "password_reset"  # noqa: S105 - the topic of a mail
PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the topic of a mail


async def enqueue_invitation(
    user: User, inviter: str, secret: str, until: datetime, *, app_url: str
) -> None:
    """Runs in the transaction that makes the link; replaces an invitation not yet sent."""
    await withdraw(user)
    customer = (await Customer.get(id=user.customer_id)).name
    language = user.language
    moment = wording.format_moment(until, language)
    paragraphs = (
        says.INVITATION.say(language, inviter=one_line(inviter), customer=one_line(customer)),
        says.INVITATION_LINK.say(language, until=moment),
        says.NOT_EXPECTED.say(language),
    )
    link = f"{app_url}/welcome#{secret}"
    letter = _letter(user, customer, says.INVITATION_TITLE, paragraphs, says.ACCEPT, link)
    await _enqueue(user, INVITATION, letter)


async def enqueue_welcome(user: User, inviter: str, provider: str, *, app_url: str) -> None:
    """An invitation where people only sign in at `provider`: there is no secret in it."""
    await withdraw(user)
    customer = (await Customer.get(id=user.customer_id)).name
    language = user.language
    paragraphs = (
        says.INVITATION.say(language, inviter=one_line(inviter), customer=one_line(customer)),
        says.INVITATION_PROVIDER.say(language, provider=one_line(provider)),
        says.NOT_EXPECTED.say(language),
    )
    link = f"{app_url}/login"
    letter = _letter(user, customer, says.INVITATION_TITLE, paragraphs, says.SIGN_IN, link)
    await _enqueue(user, INVITATION, letter)


async def enqueue_password_reset(user: User, secret: str, until: datetime, *, app_url: str) -> None:
    """Runs in the transaction that makes the link."""
    customer = (await Customer.get(id=user.customer_id)).name
    language = user.language
    paragraphs = (
        says.RESET.say(language, until=wording.format_moment(until, language)),
        says.RESET_UNASKED.say(language),
    )
    link = f"{app_url}/reset-password#{secret}"
    letter = _letter(user, customer, says.RESET_TITLE, paragraphs, says.RESET_LINK, link)
    await _enqueue(user, PASSWORD_RESET, letter)


async def enqueue_password_changed(user: User, *, app_url: str) -> None:
    """Tells the owner, who may not have been the one who did it."""
    customer = (await Customer.get(id=user.customer_id)).name
    language = user.language
    paragraphs = (
        says.CHANGED.say(language, moment=wording.format_moment(clock.now(), language)),
        says.CHANGED_UNASKED.say(language),
    )
    link = f"{app_url}/forgot-password"
    letter = _letter(user, customer, says.CHANGED_TITLE, paragraphs, says.FORGOTTEN, link)
    await _enqueue(user, PASSWORD_CHANGED, letter)


async def withdraw(user: User) -> None:
    """Takes back links to this person that have not been sent: they do not work any more."""
    waiting = OutboxMail.filter(order_id=None, recipient=user.email, sent_at=None)
    await waiting.filter(topic__in=(INVITATION, PASSWORD_RESET)).delete()


async def give_up(made_before: datetime) -> None:
    """Takes back links that could not be sent before they expired."""
    waiting = OutboxMail.filter(order_id=None, sent_at=None, created_at__lte=made_before)
    await waiting.delete()


def _letter(
    user: User,
    customer: str,
    title: wording.Phrase,
    paragraphs: tuple[str, ...],
    link_text: wording.Phrase,
    link: str,
) -> Letter:
    language = user.language
    return Letter(
        language=language,
        subject=title.say(language),
        title=title.say(language),
        greeting=wording.GREETING.say(language, name=one_line(user.name)),
        paragraphs=paragraphs,
        sections=(),
        facts=(),
        link_text=link_text.say(language),
        link=link,
        footer=wording.FOOTER.say(language, customer=one_line(customer)),
    )


async def _enqueue(user: User, topic: str, letter: Letter) -> None:
    now = clock.now()
    await OutboxMail.create(
        customer_id=user.customer_id,
        order_id=None,
        topic=topic,
        recipient=user.email,
        recipient_name=user.name,
        language=user.language,
        subject=letter.subject,
        text=letter.text(),
        html=letter.html(),
        created_at=now,
        due_at=now,
    )
    announce(live.MailWaiting())
