"""What the harness was told and has seen, to be compared with what is in the database."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Told(StrEnum):
    """What a client was told of a request in the end."""

    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    NOTHING = "NOTHING"


@dataclass
class Asked:
    """One request for an order, under its idempotency key; sent again until it was answered."""

    key: str
    customer_id: int
    mutation: str
    told: Told = Told.NOTHING
    order_ids: set[int] = field(default_factory=set)
    """Of which orders the answers spoke: there must be one."""
    code: str | None = None
    """Of the refusal."""
    sent: int = 0
    overdue: bool = False
    """Whether an earlier sending may still be under way, so that a refusal is not the last word."""


@dataclass
class Subscriber:
    """Who was told of all orders of a customer, by whichever process."""

    name: str
    customer_id: int
    last: dict[int, str] = field(default_factory=dict)
    """The status that was heard last of each order, from the stream or on coming back."""
    known_to: int = 0
    """The newest order that was heard of while no connection was lost without catching up since."""
    events: int = 0
    connections: int = 0
    caught_up: int = 0
    """Orders whose end was only learnt by asking after a connection was lost."""


@dataclass
class Follower:
    """Who was told of one order until its end."""

    order_id: int
    last: str | None = None
    completed: bool = False
    connections: int = 0


@dataclass(frozen=True)
class Mail:
    """What the mail server has taken."""

    message_id: str
    subject: str
    recipient: str


@dataclass
class Journal:
    asked: dict[str, Asked] = field(default_factory=dict)
    subscribers: list[Subscriber] = field(default_factory=list)
    followers: list[Follower] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """Answers that nobody should ever get, whatever is down."""
    figures: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    accepted_by_kind: Counter[str] = field(default_factory=Counter)
    executed: set[int] = field(default_factory=set)
    """Orders of which somebody was told that a worker has finished them."""

    def accepted(self) -> set[int]:
        return {id_ for asked in self.asked.values() for id_ in asked.order_ids}
