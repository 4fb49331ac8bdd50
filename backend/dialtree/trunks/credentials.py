"""Making, showing and replacing telephony credentials (T3, T4, T6)."""

import hashlib
import re
import secrets
from collections import Counter
from dataclasses import dataclass
from typing import Any

from dialtree import clock, live
from dialtree.accounts.models import Customer
from dialtree.accounts.principal import Principal
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import log, operator
from dialtree.database import announce, connection, transaction
from dialtree.holders.facts import locked_holder
from dialtree.holders.models import Holder, HolderKind
from dialtree.refusals import Refusal, RefusalCode, Refused, refuse
from dialtree.settings import Settings, SipTransport
from dialtree.trunks.models import SipCredentials
from dialtree.trunks.vault import Unreadable, Vault

ALPHABET = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"
"""Without what is taken for something else when it is read out or typed: 0 O o, 1 l I i, 2 Z, 5 S,
8 B. No special characters: forms of PBXs stumble over them."""
PASSWORD_LENGTH = 24
NAME_ALPHABET = "abcdefghjkmnpqrstuvwxyz34679"
_USER_NAME = re.compile(r"[a-z0-9-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class SipService:
    """What all trunks of an installation have in common, and the key to their passwords."""

    vault: Vault
    realm: str
    registrar: str | None = None
    primary_proxy: str | None = None
    secondary_proxy: str | None = None
    transport: SipTransport = SipTransport.TLS

    @classmethod
    def of(cls, settings: Settings) -> "SipService":
        return cls(
            Vault.of(settings),
            settings.sip_realm,
            settings.sip_registrar,
            settings.sip_primary_proxy,
            settings.sip_secondary_proxy,
            settings.sip_transport,
        )


@dataclass(frozen=True, slots=True)
class Digests:
    """What a registrar compares with: HA1 by RFC 8760 (MD5 and SHA-256), and by MD5 for PBXs that
    send name@realm as their user name."""

    ha1: str
    ha1b: str
    ha1_sha256: str


def new_password() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(PASSWORD_LENGTH))


def new_user_name() -> str:
    return "trunk-" + "".join(secrets.choice(NAME_ALPHABET) for _ in range(10))


def digests(user_name: str, realm: str, password: str) -> Digests:
    plain = f"{user_name}:{realm}:{password}".encode()
    with_realm = f"{user_name}@{realm}:{realm}:{password}".encode()
    return Digests(
        ha1=hashlib.md5(plain, usedforsecurity=False).hexdigest(),
        ha1b=hashlib.md5(with_realm, usedforsecurity=False).hexdigest(),
        ha1_sha256=hashlib.sha256(plain).hexdigest(),
    )


async def issue(holder: Holder, service: SipService) -> str:
    """Writes credentials for a trunk that has none, in the running transaction; returns the
    password."""
    name, password = new_user_name(), new_password()
    await SipCredentials.create(
        customer_id=holder.customer_id,
        holder_id=holder.id,
        user_name=name,
        realm=service.realm,
        **_columns(name, service.realm, password, service.vault),
    )
    return password


def _columns(user_name: str, realm: str, password: str, vault: Vault) -> dict[str, Any]:
    """What is stored of a password."""
    made = digests(user_name, realm, password)
    return {
        "password_encrypted": vault.encrypt(password),
        "password_set_at": clock.now(),
        "ha1": made.ha1,
        "ha1b": made.ha1b,
        "ha1_sha256": made.ha1_sha256,
    }


async def show_password(principal: Principal, holder_id: int, service: SipService) -> str:
    """The password of a trunk; that it was looked at is logged in the same transaction (P3).

    Raises Refused (not an administrator, not readable), NotFound.
    """

    async def work() -> str:
        holder = await locked_holder(principal, holder_id, HolderKind.SIP_TRUNK)
        credentials = await principal.of(SipCredentials).get_or_none(holder_id=holder.id)
        unreadable = Refusal(RefusalCode.CREDENTIALS_UNREADABLE, {"holder": holder.name})
        if credentials is None:
            raise Refused(unreadable)
        try:
            password = service.vault.decrypt(credentials.password_encrypted)
        except Unreadable as error:
            raise Refused(unreadable) from error
        await log(principal, AuditAction.PASSWORD_SHOWN, holder)
        return password

    refuse(principal.why_not_see_credentials())
    return await transaction(work)


async def regenerate_password(
    principal: Principal, holder_id: int, service: SipService
) -> tuple[Holder, str]:
    """Replaces the password at once (T4) and returns the trunk and the new one; a trunk without
    credentials gets some. Raises Refused (NOT_ADMINISTRATOR), NotFound."""

    async def work() -> tuple[Holder, str]:
        holder = await locked_holder(principal, holder_id, HolderKind.SIP_TRUNK)
        credentials = await principal.of(SipCredentials).get_or_none(holder_id=holder.id)
        if credentials is None:
            password = await issue(holder, service)
        else:
            password = new_password()
            stored = _columns(credentials.user_name, credentials.realm, password, service.vault)
            await SipCredentials.filter(id=credentials.id).update(**stored)
        await log(principal, AuditAction.PASSWORD_REGENERATED, holder)
        announce(live.inventory_change(principal.customer_id, holder_ids={holder.id}))
        return holder, password

    principal.must_be_administrator()
    return await transaction(work)


async def is_key_of_passwords(service: SipService) -> bool:
    """Whether the newest password can be read with the keys at hand; true where there is none."""
    newest = await SipCredentials.all().order_by("-password_set_at", "-id").first()
    if newest is None:
        return True
    try:
        service.vault.decrypt(newest.password_encrypted)
    except Unreadable:
        return False
    return True


async def encrypt_anew(service: SipService) -> tuple[int, int]:
    """Encrypts every password with the first key; returns how many, and how many could not be
    read."""
    renewed = unreadable = 0
    by_customer: Counter[int] = Counter()
    for credentials in await SipCredentials.all().order_by("id"):
        try:
            encrypted = service.vault.renew(credentials.password_encrypted)
        except Unreadable:
            unreadable += 1
            continue
        replaced = await _replace(credentials, encrypted)
        renewed += replaced
        by_customer[credentials.customer_id] += replaced
    await transaction(lambda: _log_rotation(+by_customer))
    return renewed, unreadable


async def _log_rotation(by_customer: Counter[int]) -> None:
    for customer in await Customer.filter(id__in=list(by_customer)).order_by("id"):
        after = {"passwords": by_customer[customer.id]}
        await log(operator(customer.id), AuditAction.SECRET_KEY_ROTATED, customer, after=after)


async def _replace(credentials: SipCredentials, encrypted: str) -> int:
    """Not over a password that was generated meanwhile."""
    mine = SipCredentials.filter(
        id=credentials.id, password_encrypted=credentials.password_encrypted
    )
    return await transaction(lambda: mine.update(password_encrypted=encrypted))


async def would_register(name: str, password: str) -> bool:
    """Whether a registrar would accept these at this moment: asked of what registrars read. `name`:
    the user name or the authentication name."""
    user_name, _, _realm = name.partition("@")
    if not _USER_NAME.fullmatch(user_name):
        return False
    # In the text itself: the databases write parameters differently, and the name is harmless.
    rows = await connection().execute_query_dict(
        f"SELECT domain, ha1_sha256 FROM sip_subscriber WHERE username = '{user_name}'"  # noqa: S608
    )
    return any(
        secrets.compare_digest(
            digests(user_name, row["domain"], password).ha1_sha256, row["ha1_sha256"]
        )
        for row in rows
    )
