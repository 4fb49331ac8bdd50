"""What must be true when all is quiet again. Each check reads rows and the journal, and names what
is wrong; none asks the product."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.chaos.journal import Asked, Journal, Told
from tests.chaos.replay import differences
from tests.invariants import OPEN, Row, Rows, problems

FINISHED_TOPIC = "order_finished"
SURE_TO_HIT = 20
"""Among so many, some hit a running transaction."""


@dataclass(frozen=True)
class Picture:
    """All rows as they were before the first order, and as they are; and what was seen."""

    before: Rows
    rows: Rows
    journal: Journal
    now: datetime

    @property
    def orders(self) -> dict[int, Row]:
        return {row["id"]: row for row in self.rows["order_request"]}


def lost(picture: Picture) -> list[str]:
    """Every order that a client was told of is there, and has ended or waits for its day (O2)."""
    orders = picture.orders
    wrong = [f"order {id_} is gone" for id_ in sorted(picture.journal.accepted() - orders.keys())]
    for order in orders.values():
        due_at = _utc(order["due_at"])
        if order["status"] in ("QUEUED", "RUNNING") or (
            order["status"] == "PLANNED" and due_at <= picture.now
        ):
            wrong.append(f"order {order['id']} is {order['status']} and was due at {due_at}")
    return wrong


def _utc(at: datetime | str) -> datetime:
    found = datetime.fromisoformat(str(at))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def keys(picture: Picture) -> list[str]:
    """Each key that was accepted has exactly the order that was told, each refused one none, and
    no order is there that nobody asked for (O5)."""
    by_key: dict[str, set[int]] = {}
    wrong = []
    for order in picture.orders.values():
        key = order["idempotency_key"]
        if key not in picture.journal.asked:
            wrong.append(f"order {order['id']} has the unknown key {key}")
        else:
            by_key.setdefault(key, set()).add(order["id"])
    for asked in picture.journal.asked.values():
        wrong += _of_key(asked, by_key.get(asked.key, set()))
    return wrong


def _of_key(asked: Asked, found: set[int]) -> Iterator[str]:
    if len(found) > 1 or len(asked.order_ids) > 1:
        yield f"{asked.key} has the orders {sorted(found)}, told were {sorted(asked.order_ids)}"
    elif asked.told == Told.ACCEPTED and found != asked.order_ids:
        yield f"{asked.key} was told {sorted(asked.order_ids)}, there is {sorted(found)}"
    elif asked.told == Told.REFUSED and found and not asked.overdue:
        yield f"{asked.key} was refused ({asked.code}), there is {sorted(found)}"
    elif asked.told == Told.NOTHING:
        yield f"{asked.key} was never answered"


def doubled(picture: Picture) -> list[str]:
    """What has succeeded is done once, and what has not is not done: the same orders, carried out
    one after the other on paper, lead to the same numbers (O2)."""
    return differences(picture.before, picture.rows)


def broken(picture: Picture) -> list[str]:
    """The tree tiles, the counts are right, only open orders reserve, each order has one end in
    the audit log and one e-mail to be sent: `tests.invariants`."""
    return problems(picture.rows)


def mails_missing(picture: Picture) -> list[str]:
    """The mail server has taken the e-mail of each finished order, and of no other (O7)."""
    taken = Counter(mail.message_id for mail in picture.journal.mails)
    written = {row["id"]: row for row in picture.rows["outbox_mail"]}
    subjects = {mail.message_id: mail.subject for mail in picture.journal.mails}
    told: Counter[int] = Counter()
    wrong = []
    for message_id in taken:
        order_id, mail_id = ids_of(message_id)
        row = written.get(mail_id)
        if row is None or row["order_id"] != order_id or row["subject"] != subjects[message_id]:
            wrong.append(f"the mail {message_id} ({subjects[message_id]}) was never written")
        elif row["topic"] == FINISHED_TOPIC:
            told[order_id] += 1
    for order in picture.orders.values():
        ended = order["status"] not in OPEN
        if ended and not told[order["id"]]:
            wrong.append(f"nobody was told of order {order['id']} ({order['status']})")
        if told[order["id"]] > ended:
            wrong.append(
                f"of order {order['id']} ({order['status']}) {told[order['id']]} ends were told"
            )
    return wrong


def ids_of(message_id: str) -> tuple[int, int]:
    """Order and mail, from <order-12-34-…@host>; zeros where it is none."""
    parts = message_id.strip("<>").split("-")
    if len(parts) < 4 or parts[0] != "order":
        return 0, 0
    return int(parts[1]), int(parts[2])


def mails_doubled(picture: Picture) -> int:
    """How often a mail was taken again: allowed, where a process died before it could note it."""
    taken = Counter(mail.message_id for mail in picture.journal.mails)
    return sum(taken.values()) - len(taken)


def unseen(picture: Picture) -> list[str]:
    """Everybody who watches has seen the last state of each order of theirs."""
    wrong = []
    of_customer: dict[int, list[Row]] = {}
    for order in picture.orders.values():
        of_customer.setdefault(order["customer_id"], []).append(order)
    for subscriber in picture.journal.subscribers:
        for order in of_customer.get(subscriber.customer_id, []):
            seen = subscriber.last.get(order["id"])
            if seen != order["status"]:
                wrong.append(
                    f"{subscriber.name} saw order {order['id']} as {seen}, it is {order['status']}"
                )
    for follower in picture.journal.followers:
        order = picture.orders.get(follower.order_id, {"status": None})
        ended = order["status"] not in OPEN
        if follower.last != order["status"] or follower.completed != ended:
            wrong.append(
                f"who follows order {follower.order_id} saw {follower.last}, "
                f"it is {order['status']}"
            )
    return wrong


def faults(picture: Picture) -> list[str]:
    """No client was given an answer that nobody should get, or waits in vain for one."""
    return list(picture.journal.faults)


def idle(picture: Picture) -> list[str]:
    """Something has happened at all: where nothing does, nothing else is wrong either."""
    wrong = []
    if not picture.journal.accepted():
        wrong.append("no order was accepted")
    if not any(order["status"] == "SUCCEEDED" for order in picture.orders.values()):
        wrong.append("no order has succeeded")
    figures = picture.journal.figures
    if figures["kills"] >= SURE_TO_HIT and not figures["kills that hit a running transaction"]:
        wrong.append(f"none of {figures['kills']} kills hit a running transaction")
    return wrong


CHECKS = (lost, keys, doubled, broken, mails_missing, unseen, faults, idle)


def all_wrong(picture: Picture) -> dict[str, list[str]]:
    """By the name of each check, what it has found."""
    return {check.__name__: check(picture) for check in CHECKS}
