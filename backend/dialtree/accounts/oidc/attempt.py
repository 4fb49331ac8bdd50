"""One attempt to sign in: what ties the provider's answer to the browser that asked."""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from dialtree.trunks.vault import Unreadable, Vault

LASTING = timedelta(minutes=10)
"""For as long as that a person may take at the provider."""
MAX_RETURN_LENGTH = 1500
"""So that the cookie stays below the 4096 bytes that browsers keep."""
START = "/"


@dataclass(frozen=True, slots=True)
class Attempt:
    state: str
    """Comes back with the answer: it belongs to this browser."""
    nonce: str
    """Comes back in the ID token: it was made for this attempt."""
    verifier: str
    """Proves to the provider that whoever brings the code also asked for it (PKCE)."""
    return_to: str
    """Path of the app that was asked for."""
    ends_at: float

    @classmethod
    def begun(cls, return_to: str, now: datetime) -> "Attempt":
        return cls(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            return_to=return_to,
            ends_at=(now + LASTING).timestamp(),
        )

    def sealed(self, vault: Vault) -> str:
        """For the browser to keep; it can neither read nor change it."""
        return vault.encrypt(json.dumps(asdict(self)))

    @classmethod
    def opened(cls, sealed: str, vault: Vault) -> "Attempt | None":
        """None where it is not one of ours."""
        try:
            return cls(**json.loads(vault.decrypt(sealed)))
        except (Unreadable, ValueError, TypeError):
            return None

    def expects(self, state: str, now: datetime) -> bool:
        """Whether an answer with this state is the one to this attempt, and in time."""
        own = secrets.compare_digest(self.state.encode(), state.encode())
        return own and now.timestamp() < self.ends_at


def own_path(wanted: str | None) -> str:
    """`wanted` if it is a path of the app, with its query; else the start page. So a link to the
    sign-in cannot lead to another site afterwards, nor in a circle."""
    if wanted is None or len(wanted) > MAX_RETURN_LENGTH:
        return START
    # Browsers read a backslash as a slash and drop tabs and line breaks: //host is another site.
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return START
    if not wanted.isascii() or not wanted.isprintable() or " " in wanted:
        return START
    path = urlsplit(wanted).path
    if path == "/login" or path.startswith(("//", "/oidc/")):
        return START
    return wanted
