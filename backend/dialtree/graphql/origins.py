"""Whose page asks. Browsers send the session cookie by themselves, also when a page of somebody
else asks; so it counts only for our own pages, and for programs that are no browser."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection
from strawberry.http.websocket_origin import is_same_origin, normalize_origin

from dialtree.settings import Settings


@dataclass(frozen=True, slots=True)
class Origins:
    public: str | None
    """The origin of `public_url`: behind a proxy the Host may be another one."""

    @classmethod
    def of(cls, settings: Settings) -> "Origins":
        return cls(normalize_origin(settings.public_url) if settings.public_url else None)

    def is_ours(self, connection: HTTPConnection) -> bool:
        """Whether one of our own pages asks, or no page at all.

        Sec-Fetch-Site is the browser's own word: no page can forge it. Browsers leave it out on
        plain HTTP except for localhost; then Origin is compared with the Host that was asked.
        """
        origin = connection.headers.get("origin")
        site = connection.headers.get("sec-fetch-site")
        if origin is None:
            return site in (None, "same-origin", "none")
        if site == "same-origin" or (self.public and normalize_origin(origin) == self.public):
            return True
        return site is None and is_same_origin(origin, connection.headers.get("host"))
