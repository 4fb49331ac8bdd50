"""Typed settings from environment variables that begin with DIALTREE_ (and PORT)."""

from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class SipTransport(StrEnum):
    TLS = "TLS"
    TCP = "TCP"
    UDP = "UDP"


class LogFormat(StrEnum):
    AUTO = "auto"
    JSON = "json"
    TEXT = "text"


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def _divided(value: object) -> object:
    """What stands between the commas of an environment variable."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


def _origin(value: str) -> str:
    """As browsers send it. Raises ValueError."""
    parts = urlsplit(value.lower())
    beyond = parts.path not in ("", "/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in ("http", "https") or not parts.hostname or beyond:
        raise ValueError("an origin is like https://tools.example.com, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def _network(value: str) -> str:
    """An address or network. Raises ValueError."""
    ip_network(value)
    return value


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="DIALTREE_",
        extra="ignore",
        populate_by_name=True,
        # A mistake in one setting must not print the secrets of others.
        hide_input_in_errors=True,
    )

    data_dir: Path = Path("data")
    """Where SQLite, and the e-mails of an installation without a mail server, are kept."""

    database_url: str | None = Field(default=None, repr=False)
    """postgres://user:password@host/name; without it SQLite in `data_dir`."""

    database_connections: int = Field(default=10, ge=2)
    """How many connections to PostgreSQL one process holds at most, besides one that listens."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, validation_alias=AliasChoices("DIALTREE_PORT", "PORT"))

    public_url: str | None = None
    """The address people reach the app at, for links in e-mails, and whose pages may open the
    WebSocket with a session cookie. Default: http://localhost:<port>."""

    smtp_url: str | None = Field(default=None, repr=False)
    """smtp://, smtps:// or starttls:// with user:password@host:port; without it e-mails are
    written to `data_dir`/mail."""

    mail_from: str = "dialtree <dialtree@localhost>"
    demo_password: str | None = Field(default=None, repr=False)
    """Password of the demo logins; made at random when absent."""

    session_days: int = 14
    """After how many days a sign-in ends."""

    secure_cookie: bool = False
    """Send the session cookie over HTTPS only, and have browsers remember to use nothing else.
    Default: whether `public_url` is HTTPS."""

    cors_origins: Annotated[
        list[Annotated[str, AfterValidator(_origin)]], NoDecode, BeforeValidator(_divided)
    ] = []
    """Origins whose pages may use the API, with a token and never with the session cookie."""

    trusted_proxies: Annotated[
        list[Annotated[str, AfterValidator(_network)]], NoDecode, BeforeValidator(_divided)
    ] = ["127.0.0.1", "::1"]
    """Addresses and networks of reverse proxies: what they say of the client's address counts."""

    introspection: bool = True
    """Whether the API tells its schema."""

    explorer: bool = True
    """Whether there is /explorer."""

    customer_service_name: str | None = None
    customer_service_phone: str | None = None
    customer_service_email: str | None = None

    secret_key: SecretStr | None = None
    """Encrypts SIP passwords, and what a browser carries while it is at the provider: a key of
    `dialtree secret-key generate`; several, divided by commas, while one replaces another. Without
    it a key is made and kept in `data_dir`/secret.key."""

    sip_realm: str = "dialtree"
    """Domain of user names and digests. Trunks keep the one they were created with."""

    sip_registrar: str | None = None
    sip_primary_proxy: str | None = None
    sip_secondary_proxy: str | None = None
    sip_transport: SipTransport = SipTransport.TLS
    """What every PBX is told beside its own credentials (T6)."""

    cloud_pbx_url: str | None = None
    """Where Cloud PBX are configured (H6); {id} and {name} stand for the one meant."""

    oidc_issuer: str | None = None
    """People may sign in at this OpenID Connect provider: the issuer exactly as it names itself,
    with https:// (http:// only on this machine)."""

    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    """What the provider knows dialtree by; no secret for a public client."""

    oidc_name: str = "OpenID Connect"
    """What people call the provider, for the button of the sign-in page."""

    oidc_only: bool = False
    """Nobody signs in with a password any more. API tokens work as ever."""

    oidc_trust_email: bool = False
    """Believe e-mail addresses of which the provider does not say whether it has verified them."""

    query_seconds: float = Field(default=10, gt=0)
    """How long a query may take. Mutations are not ended."""

    subscriptions_per_connection: int = Field(default=50, gt=0)
    subscriptions_per_user: int = Field(default=200, gt=0)
    connections_per_user: int = Field(default=50, gt=0)
    """WebSockets. All three are counted by each process for itself."""

    idle_socket_seconds: float = Field(default=900, gt=0)
    """After how long a WebSocket on which nothing runs is closed."""

    access_check_seconds: float = Field(default=15, gt=0)
    """How often it is asked whether the sessions and tokens of open sockets and streams still hold;
    most ends are told at once, but nobody tells that one has expired."""

    worker: bool = True
    """Whether the web process also runs the worker (always right on SQLite)."""

    log_format: LogFormat = LogFormat.AUTO
    """auto: `serve` and `worker` write JSON when standard error is no terminal."""

    log_level: LogLevel = LogLevel.INFO

    metrics_token: SecretStr | None = None
    """What Prometheus sends as `Authorization: Bearer …`; without it there is no /metrics."""

    metrics_port: int | None = Field(default=None, gt=0, lt=65536)
    """Where `dialtree worker` answers /metrics, /healthz and /readyz; nowhere without."""

    drain_seconds: float = Field(default=0, ge=0, le=300)
    """How long a process that was told to stop goes on answering, while /readyz says that it is
    not ready: as long as the load balancer needs to notice."""

    @property
    def only_provider(self) -> str | None:
        """What people call it, where they sign in nowhere else."""
        return self.oidc_name if self.oidc_only else None

    @model_validator(mode="after")
    def _oidc_is_whole(self) -> Self:
        if self.oidc_issuer is None:
            if self.oidc_only:
                raise ValueError("DIALTREE_OIDC_ONLY needs DIALTREE_OIDC_ISSUER")
            return self
        parts = urlsplit(self.oidc_issuer)
        local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
        if not parts.hostname or not (parts.scheme == "https" or local):
            raise ValueError("DIALTREE_OIDC_ISSUER has to begin with https://")
        if not self.oidc_client_id:
            raise ValueError("DIALTREE_OIDC_ISSUER needs DIALTREE_OIDC_CLIENT_ID")
        return self

    @model_validator(mode="after")
    def _secure_where_public_url_is(self) -> Self:
        if "secure_cookie" not in self.model_fields_set and self.public_url is not None:
            self.secure_cookie = self.public_url.lower().startswith("https:")
        return self

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite://{(self.data_dir / 'dialtree.sqlite3').absolute()}"

    @property
    def app_url(self) -> str:
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def mail_dir(self) -> Path:
        return self.data_dir / "mail"
