"""What every resolver finds in `info.context`: who asks, in which language, and the loaders."""

from dataclasses import dataclass, field

import strawberry
from starlette.requests import HTTPConnection
from starlette.responses import Response

from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import Credentials
from dialtree.graphql.loaders import Loaders
from dialtree.language import Language
from dialtree.refusals import Refusal, RefusalCode, Refused
from dialtree.settings import Settings
from dialtree.trunks.credentials import SipService


@dataclass
class Context:
    request: HTTPConnection
    response: Response | None
    settings: Settings
    sip: SipService
    credentials: Credentials
    principal: Principal | None
    browser_language: Language
    is_socket: bool
    is_lasting: bool
    """Whether it may serve a subscription: it then outlives what its loaders would remember."""
    connection_params: dict[str, object] | None = None
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.loaders = Loaders(remember=not self.is_lasting)

    @property
    def language(self) -> Language:
        return self.principal.language if self.principal else self.browser_language

    def signed_in(self) -> Principal:
        """Who asks. Raises Refused(NOT_AUTHENTICATED)."""
        if self.principal is None:
            raise Refused(Refusal(RefusalCode.NOT_AUTHENTICATED))
        return self.principal

    async def recognise_again(self) -> Principal | None:
        """Who asks now: a session may have ended and a role changed since the last event."""
        self.principal = await self.credentials.principal()
        return self.principal


Info = strawberry.Info[Context, None]
