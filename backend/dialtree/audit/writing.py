"""Adding to the audit log, inside the transaction of what is logged (P3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import orjson

from dialtree import clock
from dialtree.accounts.models import MAX_ADDRESS_LENGTH, Role
from dialtree.audit.models import AuditAction
from dialtree.statements import insert

Values = Mapping[str, str | int | bool | None]

MAX_NAME_LENGTH = 200
COMMAND_LINE = "command line"


class Who(Protocol):
    """Who did it, for which customer: a `Principal`, or an `Actor`."""

    @property
    def customer_id(self) -> int: ...
    @property
    def user_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Role | None: ...
    @property
    def address(self) -> str | None: ...
    @property
    def via(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, where nobody is signed in at that moment."""

    customer_id: int
    name: str
    user_id: int | None = None
    role: Role | None = None
    address: str | None = None
    via: str | None = None


def operator(customer_id: int) -> Actor:
    """Whoever runs commands on the server, for this customer."""
    return Actor(customer_id, "operator", via=COMMAND_LINE)


class Subject(Protocol):
    """What something was done to; rows of most models are such."""

    @property
    def type_name(self) -> str: ...
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Named:
    """A subject that is no row, or whose row has no name."""

    type_name: str
    """Type of its global id."""
    id: int
    name: str


async def log(
    who: Who,
    action: AuditAction,
    subject: Subject,
    *,
    order_id: int | None = None,
    before: Values | None = None,
    after: Values | None = None,
) -> None:
    """Notes that `who` did `action` to `subject`, by the order or with it; of `before` and `after`
    what differs. Neither may hold a secret."""
    old, new = before or {}, after or {}
    changes = [
        {"field": field, "before": _text(old.get(field)), "after": _text(new.get(field))}
        for field in dict.fromkeys((*old, *new))
        if old.get(field) != new.get(field)
    ]
    entry = {
        "customer_id": who.customer_id,
        "user_id": who.user_id,
        "actor_name": who.name[:MAX_NAME_LENGTH],
        "actor_role": who.role,
        # A proxy may hand on more than an address.
        "address": who.address[:MAX_ADDRESS_LENGTH] if who.address else None,
        "via": who.via,
        "at": clock.now(),
        "action": action,
        "subject_type": subject.type_name,
        "subject_id": subject.id,
        "subject_name": subject.name[:MAX_NAME_LENGTH],
        "order_id": order_id,
        "changes": orjson.dumps(changes).decode(),
    }
    await insert("audit_entry", entry)


def _text(value: str | int | bool | None) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
