"""Writing e-mails about finished and planned orders into the outbox (O7, S5, M3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dialtree import clock, live
from dialtree.accounts.models import Customer, User
from dialtree.database import announce
from dialtree.holders.models import Holder
from dialtree.ids import to_global_id
from dialtree.inventory.models import NumberRange
from dialtree.language import format_date
from dialtree.notifications import wording
from dialtree.notifications.letter import Letter, Section, one_line
from dialtree.notifications.models import OutboxMail
from dialtree.numbering.display import display
from dialtree.orders.models import (
    ItemAction,
    Order,
    OrderItem,
    OrderKind,
    OrderStatus,
    order_reference,
)
from dialtree.refusals import Refusal
from dialtree.statements import insert

ORDER_FINISHED = "order_finished"
ORDER_REMINDER = "order_reminder"
"""Followed by the day, so that an order that was moved is reminded of again."""
MAX_LINES = 60
"""So many ranges are listed per section; the page that the e-mail links to has them all."""

_SIGNS = {ItemAction.ADD: "+ ", ItemAction.REMOVE: "\N{MINUS SIGN} "}


async def enqueue_order_mail(order: Order, *, app_url: str) -> None:
    """Tells the requester of `order`, which has just finished, in their language.

    Runs in the transaction that finishes the order, so that there is a mail exactly if the order
    is finished. Repeating it writes nothing more. Somebody whose account was deactivated since
    is not told: what the order says is no longer theirs to know.
    """
    await enqueue_finished(await _read_facts(order), app_url=app_url)


async def enqueue_finished(facts: "Facts", *, app_url: str) -> None:
    """As `enqueue_order_mail`, where everything that the mail says has been read already."""
    if facts.requester.deactivated_at is None:
        await _enqueue(facts, ORDER_FINISHED, _letter(facts, app_url))


async def enqueue_reminder(order: Order, *, app_url: str) -> None:
    """Reminds the requester of a planned order the day before, unless they want none (O7)."""
    facts = await _read_facts(order)
    if facts.requester.deactivated_at is None and facts.requester.order_reminders:
        topic = f"{ORDER_REMINDER} {order.execution_date}"
        await _enqueue(facts, topic, _letter(facts, app_url))


async def withdraw_reminder(order: Order) -> None:
    """Takes back a reminder that has not been sent: the order has ended or was moved."""
    if order.execution_date is None:
        return  # only what is planned is reminded of
    reminders = OutboxMail.filter(order_id=order.id, sent_at__isnull=True)
    await reminders.exclude(topic=ORDER_FINISHED).delete()


async def _enqueue(facts: "Facts", topic: str, letter: Letter) -> None:
    now, requester = clock.now(), facts.requester
    mail = {
        "customer_id": facts.order.customer_id,
        "order_id": facts.order.id,
        "topic": topic,
        "recipient": requester.email,
        "recipient_name": requester.name,
        "language": requester.language,
        "subject": letter.subject,
        "text": letter.text(),
        "html": letter.html(),
        "created_at": now,
        "due_at": now,
        "attempts": 0,
    }
    # A violated constraint would abort the whole transaction on PostgreSQL.
    await insert("outbox_mail", mail, unless_there=True)
    announce(live.MailWaiting())


def order_link(order_id: int, app_url: str) -> str:
    return f"{app_url}/orders/{to_global_id('Order', order_id)}"


@dataclass(frozen=True, slots=True)
class Line:
    """What the order does to one range. `named`: the range, or the order's item that outlives
    it."""

    action: ItemAction
    named: NumberRange | OrderItem

    def display(self) -> str:
        return self.named.display()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a mail about an order says. `items`: by their digits; `customer`: its name."""

    order: Order
    items: Sequence[Line]
    requester: User
    customer: str
    holder: Holder | None

    @property
    def done(self) -> bool:
        return self.order.status == OrderStatus.SUCCEEDED

    @property
    def planned(self) -> bool:
        """A reminder of what is still to come."""
        return self.order.status == OrderStatus.PLANNED

    @property
    def is_about_one_range(self) -> bool:
        """A split or merge whose range the title names, so that it needs no list."""
        return len(self.items) == 1 and self.order.kind in wording.CONSEQUENCES


async def _read_facts(order: Order) -> Facts:
    items = await OrderItem.filter(order_id=order.id)
    return Facts(
        order,
        in_sequence(Line(item.action, item) for item in items),
        await User.get(id=order.requested_by_id),
        (await Customer.get(id=order.customer_id)).name,
        await Holder.get_or_none(id=order.holder_id) if order.holder_id else None,
    )


def in_sequence(lines: Iterable[Line]) -> list[Line]:
    """As they stand in a mail."""
    return sorted(lines, key=lambda line: (line.named.digits, line.named.id))


def _letter(facts: Facts, app_url: str) -> Letter:
    language = facts.requester.language
    order = facts.order
    title = _titles(facts)[order.kind].say(
        language,
        range=_in_short(facts.items),
        holder=one_line(facts.holder.name) if facts.holder else "",
    )
    return Letter(
        language=language,
        subject=wording.SUBJECT.say(language, title=title, order=order.reference),
        title=title,
        greeting=wording.GREETING.say(language, name=one_line(facts.requester.name)),
        paragraphs=tuple(_paragraphs(facts)),
        sections=tuple(_sections(facts)),
        facts=tuple(_table(facts)),
        link_text=wording.OPEN_ORDER.say(language),
        link=order_link(order.id, app_url),
        footer=wording.FOOTER.say(language, customer=one_line(facts.customer)),
    )


def _titles(facts: Facts) -> Mapping[OrderKind, wording.Phrase]:
    if facts.planned:
        return wording.REMINDER_TITLES
    return wording.DONE_TITLES if facts.done else wording.UNDONE_TITLES


def _headings(facts: Facts) -> Mapping[ItemAction, wording.Phrase]:
    if facts.planned:
        return wording.PLANNED_HEADINGS
    return wording.DONE_HEADINGS if facts.done else wording.UNDONE_HEADINGS


def _in_short(items: Sequence[Line]) -> str:
    if not items:
        return ""
    return items[0].display() + (", …" if len(items) > 1 else "")


def _paragraphs(facts: Facts) -> list[str]:
    language, order = facts.requester.language, facts.order
    if facts.planned:
        assert order.execution_date is not None, "what is planned has a day"
        day = format_date(order.execution_date, language)
        return [
            wording.REMINDER.say(language, order=order.reference, date=day),
            wording.NO_REMINDERS.say(language),
        ]
    said = [wording.RESULTS[order.status].say(language, order=order.reference)]
    if order.refusal is not None:
        reason = Refusal.from_json(order.refusal).message(language)
        said.append(wording.REASON.say(language, reason=one_line(reason)))
    if facts.done and facts.is_about_one_range:
        [item] = facts.items
        consequence = wording.CONSEQUENCES[order.kind]
        first, last = (_child(item, digit) for digit in "09")
        said.append(consequence.say(language, range=item.display(), first=first, last=last))
    return said


def _child(item: Line, digit: str) -> str:
    range_ = item.named
    digits, open_digits = range_.digits + digit, range_.open_digits - 1
    return display(digits, range_.area_length, range_.extension_at, open_digits)


def _sections(facts: Facts) -> list[Section]:
    language = facts.requester.language
    if facts.is_about_one_range:
        return []
    sections = []
    for action, heading in _headings(facts).items():
        lines = [
            _SIGNS.get(action, "") + item.display() for item in facts.items if item.action == action
        ]
        if not lines:
            continue
        count = wording.format_count(len(lines), language)
        # "… and 1 more" would take the line of the one it hides.
        if len(lines) > MAX_LINES + 1:
            hidden = wording.format_count(len(lines) - MAX_LINES, language)
            lines[MAX_LINES:] = [wording.MORE.say(language, count=hidden)]
        sections.append(Section(heading.say(language, count=count), tuple(lines)))
    return sections


def _table(facts: Facts) -> list[tuple[str, str]]:
    language, order, holder = facts.requester.language, facts.order, facts.holder
    values: list[tuple[wording.Phrase, str]] = []
    if holder is not None:
        values.append((wording.HOLDER[holder.kind], one_line(holder.name)))
    if order.undoes_id is not None:
        values.append((wording.UNDOES, order_reference(order.undoes_id)))
    day = order.execution_date
    values += [
        (
            wording.EXECUTION_DATE,
            format_date(day, language) if day else wording.AT_ONCE.say(language),
        ),
        (wording.REQUESTED_BY, one_line(facts.requester.name)),
        (wording.REQUESTED_AT, wording.format_moment(order.created_at, language)),
    ]
    if order.finished_at is not None:
        values.append((wording.FINISHED_AT, wording.format_moment(order.finished_at, language)))
    return [(label.say(language), value) for label, value in values]
