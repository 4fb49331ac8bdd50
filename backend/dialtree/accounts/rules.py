"""What makes a password, and who may do what with whose account (P2). Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

from dialtree.accounts.models import MAX_ADDRESS_LENGTH, Role
from dialtree.refusals import Refusal, RefusalCode

MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 1000
MIN_GUESSES = 1e8
"""What a common, repeated or keyboard pattern takes to guess is far below."""
_JUDGED = 48
"""Judging takes longer with the square of the length, and says no more beyond this."""

ATTEMPTS_WINDOW = timedelta(minutes=15)

_WITH_PORT = re.compile(r"^(?:\[([^\]]*)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$")

CHANGING_ROLES = (Role.ADMINISTRATOR, Role.SERVICE)


def why_not_password(password: str, *, email: str, name: str) -> Refusal | None:
    """As NIST SP 800-63B has it: long enough and not a common one; no rules of composition."""
    if len(password) < MIN_PASSWORD_LENGTH:
        return Refusal(RefusalCode.PASSWORD_TOO_SHORT, {"minimum": MIN_PASSWORD_LENGTH})
    if len(password) > MAX_PASSWORD_LENGTH:
        return Refusal(RefusalCode.VALUE_TOO_LONG, {"limit": MAX_PASSWORD_LENGTH})
    if _letters(password) in _names(email, name):
        return Refusal(RefusalCode.PASSWORD_LIKE_PERSON)
    from zxcvbn import zxcvbn  # noqa: PLC0415 - 11 MB of words, seldom needed

    known = [*name.split(), *email.replace("@", ".").split("."), "dialtree"]
    if zxcvbn(password[:_JUDGED], user_inputs=known)["guesses"] < MIN_GUESSES:
        return Refusal(RefusalCode.PASSWORD_TOO_EASY)
    return None


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _names(email: str, name: str) -> set[str]:
    """The person's names in every order that comes to mind."""
    local = email.partition("@")[0]
    backwards = " ".join(reversed(name.split()))
    return {_letters(text) for text in (email, local, name, backwards, name + local, local + name)}


@dataclass(frozen=True, slots=True)
class AttemptLimits:
    """How many attempts in ATTEMPTS_WINDOW may fail before the next ones are refused."""

    together: int
    """For one account from one address."""
    address: int
    account: int
    """From any address: generous, so that nobody is easily locked out by others."""


SIGN_IN_LIMITS = AttemptLimits(together=10, address=50, account=100)
RESET_LIMITS = AttemptLimits(together=3, address=50, account=10)
INVITATION_LIMITS = AttemptLimits(together=5, address=200, account=10)
"""Here the person who invites stands for the address."""
LINK_LIMITS = AttemptLimits(together=20, address=50, account=1_000_000)
"""Links hold secrets that cannot be guessed; there is no account to protect."""


def network_of(address: str | None) -> str:
    """What counts as one address: of IPv6 the network that a single line is given. Some proxies
    add the port, which is another one each time."""
    text = _WITH_PORT.sub(r"\1\2", address or "")
    try:
        ip = ip_address(text)
    except ValueError:
        return text[:MAX_ADDRESS_LENGTH]
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip_network((ip, 64), strict=False).network_address
    return str(ip)


def wait_until(earlier: list[datetime], limit: int) -> datetime | None:
    """When one more attempt is admitted after the `limit` newest of the `earlier` ones, the newest
    first; None: now."""
    return earlier[limit - 1] + ATTEMPTS_WINDOW if len(earlier) >= limit else None


class UserState(StrEnum):
    ACTIVE = "ACTIVE"
    INVITED = "INVITED"
    DEACTIVATED = "DEACTIVATED"


@dataclass(frozen=True, slots=True)
class Person:
    """A user whose account is to be changed."""

    id: int
    name: str
    role: Role
    state: UserState


@dataclass(frozen=True, slots=True)
class Asker:
    """`serves_home`: works for the company they belong to."""

    id: int
    role: Role
    serves_home: bool


def grantable_roles(asker: Asker) -> list[Role]:
    """Only service staff make service staff, of people of the provider's own company (P2)."""
    roles = [Role.VIEWER, Role.ADMINISTRATOR, Role.SERVICE]
    if asker.role not in CHANGING_ROLES:
        return []
    return [role for role in roles if why_not_grant(asker, role) is None]


def why_not_grant(asker: Asker, role: Role) -> Refusal | None:
    if role != Role.SERVICE:
        return None
    if asker.role != Role.SERVICE:
        return Refusal(RefusalCode.NOT_SERVICE_STAFF)
    return None if asker.serves_home else Refusal(RefusalCode.SERVICE_ROLE_ELSEWHERE)


def why_not_touch(asker: Asker, person: Person) -> Refusal | None:
    """Whether anything about the account may be changed. NOT_ADMINISTRATOR, NOT_SERVICE_STAFF."""
    if asker.role not in CHANGING_ROLES:
        return Refusal(RefusalCode.NOT_ADMINISTRATOR)
    if person.role == Role.SERVICE and asker.role != Role.SERVICE:
        return Refusal(RefusalCode.NOT_SERVICE_STAFF)
    return None


def why_not_change_role(asker: Asker, person: Person) -> Refusal | None:
    if refusal := why_not_touch(asker, person):
        return refusal
    return Refusal(RefusalCode.OWN_ACCOUNT) if person.id == asker.id else None


def why_not_lose(person: Person, administrators: int) -> Refusal | None:
    """Somebody active must be left who may change anything. `administrators`: how many there are,
    this person among them."""
    is_one = person.state == UserState.ACTIVE and person.role in CHANGING_ROLES
    if is_one and administrators <= 1:
        return Refusal(RefusalCode.LAST_ADMINISTRATOR, {"user": person.name})
    return None


def why_not_deactivate(asker: Asker, person: Person, administrators: int) -> Refusal | None:
    return why_not_change_role(asker, person) or why_not_lose(person, administrators)


def why_not_invite_again(asker: Asker, person: Person) -> Refusal | None:
    if refusal := why_not_touch(asker, person):
        return refusal
    if person.state == UserState.DEACTIVATED:
        return Refusal(RefusalCode.USER_DEACTIVATED, {"user": person.name})
    if person.state == UserState.ACTIVE:
        return Refusal(RefusalCode.INVITATION_ACCEPTED, {"user": person.name})
    return None
