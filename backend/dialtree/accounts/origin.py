"""Where a request comes from, and how its browser is called in words."""

from dataclasses import dataclass

from dialtree.accounts.models import MAX_USER_AGENT_LENGTH

# What every browser pretends to be as well stands further back.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Origin:
    address: str | None = None
    user_agent: str | None = None

    @classmethod
    def of(cls, address: str | None, user_agent: str | None) -> "Origin":
        kept = "".join(character for character in user_agent or "" if character.isprintable())
        return cls(address, kept[:MAX_USER_AGENT_LENGTH] or None)


def browser_name(user_agent: str | None) -> str | None:
    """Such as "Firefox, Windows", for people to recognise their own; None where it says nothing."""
    text = user_agent or ""
    names = [
        next((name for mark, name in known if mark in text), None)
        for known in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(name for name in names if name) or None
