"""Name and contact of a holder, as they are entered."""

from dataclasses import dataclass
from typing import Any

from dialtree.holders.models import NAME_KEY_LENGTH, Holder
from dialtree.inputs import Inputs
from dialtree.numbering.sites import fold
from dialtree.refusals import Refusal, RefusalCode

MAX_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Contact:
    name: str | None = None
    phone: str | None = None
    email: str | None = None


def check_contact(inputs: Inputs, contact: Contact) -> Contact:
    """The contact as it is kept; a name is required. Problems are noted."""
    return Contact(
        name=inputs.text("contact.name", contact.name, 200, required=True),
        phone=inputs.phone("contact.phone", contact.phone),
        email=inputs.email("contact.email", contact.email),
    )


def contact_columns(contact: Contact) -> dict[str, Any]:
    """As the columns of a holder."""
    return {
        "contact_name": contact.name,
        "contact_phone": contact.phone,
        "contact_email": contact.email,
    }


def logged_contact(holder: Holder) -> dict[str, str | int | None]:
    """As it stands in the audit log, by the names of the input."""
    return {
        "contact.name": holder.contact_name,
        "contact.phone": holder.contact_phone,
        "contact.email": holder.contact_email,
    }


def check_name(inputs: Inputs, value: str) -> str:
    """With at least one letter or digit, by which it can be found (H7). Problems are noted."""
    name = inputs.text("name", value, MAX_NAME_LENGTH, required=True) or ""
    key = fold(name)
    if name and not key:
        params = {"value": name, "expected": "A-Z, 0-9, …"}
        inputs.note("name", Refusal(RefusalCode.VALUE_NOT_UNDERSTOOD, params), value)
    if len(key) > NAME_KEY_LENGTH:
        # A ligature is folded to several letters.
        limit = Refusal(RefusalCode.VALUE_TOO_LONG, {"limit": MAX_NAME_LENGTH})
        inputs.note("name", limit, value)
    return name
