"""Typed settings from environment variables that begin with DIALTREE_ (and PORT)."""

from enum import StrEnum
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SipTransport(StrEnum):
    TLS = "TLS"
    TCP = "TCP"
    UDP = "UDP"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="DIALTREE_", extra="ignore", populate_by_name=True)

    data_dir: Path = Path("data")
    """Where SQLite, and the e-mails of an installation without a mail server, are kept."""

    database_url: str | None = None
    """postgres://user:password@host/name; without it SQLite in `data_dir`."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, validation_alias=AliasChoices("DIALTREE_PORT", "PORT"))

    public_url: str | None = None
    """The address people reach the app at, for links in e-mails, and whose pages may open the
    WebSocket with a session cookie. Default: http://localhost:<port>."""

    smtp_url: str | None = None
    """smtp://, smtps:// or starttls:// with user:password@host:port; without it e-mails are
    written to `data_dir`/mail."""

    mail_from: str = "dialtree <dialtree@localhost>"
    demo_password: str | None = None
    """Password of the demo logins; made at random when absent."""

    session_days: int = 14
    """After how many days a sign-in ends."""

    secure_cookie: bool = False
    """Send the session cookie over HTTPS only. Set it wherever the app is reached by HTTPS."""

    customer_service_name: str | None = None
    customer_service_phone: str | None = None
    customer_service_email: str | None = None

    secret_key: SecretStr | None = None
    """Encrypts SIP passwords: a key of `dialtree secret-key generate`; several, divided by commas,
    while one replaces another. Without it a key is made and kept in `data_dir`/secret.key."""

    sip_realm: str = "dialtree"
    """Domain of user names and digests. Trunks keep the one they were created with."""

    sip_registrar: str | None = None
    sip_primary_proxy: str | None = None
    sip_secondary_proxy: str | None = None
    sip_transport: SipTransport = SipTransport.TLS
    """What every PBX is told beside its own credentials (T6)."""

    cloud_pbx_url: str | None = None
    """Where Cloud PBX are configured (H6); {id} and {name} stand for the one meant."""

    worker: bool = True
    """Whether the web process also runs the worker (always right on SQLite)."""

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite://{(self.data_dir / 'dialtree.sqlite3').absolute()}"

    @property
    def app_url(self) -> str:
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def mail_dir(self) -> Path:
        return self.data_dir / "mail"
