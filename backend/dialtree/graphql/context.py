"""What every resolver finds in `info.context`: who asks, in which language, and the loaders."""

from dataclasses import dataclass, field

import strawberry
from starlette.requests import HTTPConnection
from starlette.responses import Response

from dialtree.accounts.origin import Origin
from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import Credentials
from dialtree.graphql.loaders import Loaders
from dialtree.language import Language
from dialtree.live import Change, once
from dialtree.refusals import Refusal, RefusalCode, Refused
from dialtree.settings import Settings
from dialtree.trunks.credentials import SipService


async def recognise(credentials: Credentials) -> tuple[Principal | None, Refused | None]:
    """Whose they are, or why they make no principal although they are good."""
    try:
        return await credentials.principal(), None
    except Refused as refused:
        return None, refused


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
    refused: Refused | None = None
    """Why the credentials make no principal although they are good."""
    subscriptions: int = 0
    """How many are running on this connection."""
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.loaders = Loaders(remember=not self.is_lasting)

    @property
    def language(self) -> Language:
        return self.principal.language if self.principal else self.browser_language

    @property
    def origin(self) -> Origin:
        return Origin.of(self.credentials.address, self.request.headers.get("user-agent"))

    def signed_in(self) -> Principal:
        """Who asks. Raises Refused(NOT_AUTHENTICATED, CUSTOMER_NOT_AVAILABLE)."""
        if self.principal is None:
            raise self.refused or Refused(Refusal(RefusalCode.NOT_AUTHENTICATED))
        return self.principal

    def must_take_passwords(self) -> None:
        """Raises Refused(PASSWORD_SIGN_IN_OFF) where people only sign in at the provider."""
        if self.settings.oidc_only:
            raise Refused(Refusal(RefusalCode.PASSWORD_SIGN_IN_OFF))

    async def recognise_again(self, change: Change | None = None) -> Principal | None:
        """Who asks now, or after `change`: a session may have ended and a role changed since the
        last event."""
        self.principal, self.refused = await once.ask(
            change, self.credentials, lambda: recognise(self.credentials)
        )
        return self.principal


Info = strawberry.Info[Context, None]
