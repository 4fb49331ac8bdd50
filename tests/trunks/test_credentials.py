"""Telephony credentials (T3-T6, P3)."""

import hashlib
import re

import pytest

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.audit.models import AuditAction, AuditEntry
from dialtree.holders.models import HolderKind
from dialtree.refusals import NotFound, RefusalCode, Refused
from dialtree.trunks.credentials import (
    ALPHABET,
    SipService,
    digests,
    encrypt_anew,
    is_key_of_passwords,
    new_password,
    regenerate_password,
    show_password,
    would_register,
)
from dialtree.trunks.models import SipCredentials
from dialtree.trunks.vault import Vault, new_key
from tests.conftest import People
from tests.stock import SERVICE, create_trunk, done, holder


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def test_passwords_are_long_random_and_without_look_alikes() -> None:
    made = {new_password() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"[A-Za-z0-9]{24}", password) for password in made)
    assert not set("".join(made)) & set("0Oo1lIi2Z5S8B")
    assert set("".join(made)) == set(ALPHABET)


def test_digests_are_those_of_the_standards() -> None:
    """RFC 7616, 3.9.1 (SHA-256) and RFC 2617, 3.5 (MD5): HA1 over user:realm:password."""
    made = digests("Mufasa", "http-auth@example.org", "Circle of Life")
    plain = "Mufasa:http-auth@example.org:Circle of Life"
    assert made.ha1_sha256 == hashlib.sha256(plain.encode()).hexdigest()
    assert made.ha1 == "3d78807defe7de2157e2b0b6573a855f"
    assert made.ha1b == md5("Mufasa@http-auth@example.org:http-auth@example.org:Circle of Life")


async def test_t3_a_new_trunk_has_credentials_that_work_from_its_day_on(admin: Principal) -> None:
    order = await create_trunk(admin, "Neubau")
    assert order.holder_id is not None
    stored = await SipCredentials.get(holder_id=order.holder_id)
    password = await show_password(admin, order.holder_id, SERVICE)
    assert password not in str(await SipCredentials.all().values())
    assert not await would_register(stored.user_name, password)
    await done(order)
    assert await would_register(stored.user_name, password)
    assert await would_register(stored.authentication_name, password)
    assert not await would_register(stored.user_name, password + "x")
    for name in ("somebody", "", "x' OR '1'='1", "TRUNK"):
        assert not await would_register(name, password)


async def test_t6_a_user_name_is_no_phone_number(admin: Principal) -> None:
    for name in ("A", "B"):
        await create_trunk(admin, name)
    names = {row.user_name for row in await SipCredentials.all()}
    assert len(names) == 2
    assert all(re.fullmatch(r"trunk-[a-z0-9]{10}", name) for name in names)


async def test_t4_a_new_password_ends_the_old_one_at_once(admin: Principal) -> None:
    order = await done(await create_trunk(admin, "Neubau"))
    assert order.holder_id is not None
    name = (await SipCredentials.get()).user_name
    old = await show_password(admin, order.holder_id, SERVICE)
    before = clock.now()
    trunk, new = await regenerate_password(admin, order.holder_id, SERVICE)
    assert trunk.id == order.holder_id
    assert (await SipCredentials.get()).user_name == name
    assert (await SipCredentials.get()).password_set_at >= before
    assert not await would_register(name, old)
    assert await would_register(name, new)
    assert await show_password(admin, order.holder_id, SERVICE) == new


async def test_a_trunk_without_credentials_gets_some(admin: Principal) -> None:
    trunk = await holder(admin)
    with pytest.raises(Refused) as caught:
        await show_password(admin, trunk.id, SERVICE)
    assert caught.value.refusal.code == RefusalCode.CREDENTIALS_UNREADABLE
    _, password = await regenerate_password(admin, trunk.id, SERVICE)
    assert await would_register((await SipCredentials.get()).user_name, password)


async def test_p3_every_look_is_in_the_audit_log_and_no_password(
    admin: Principal, people: People
) -> None:
    order = await create_trunk(admin, "Neubau")
    assert order.holder_id is not None
    passwords = [await show_password(admin, order.holder_id, SERVICE)]
    passwords.append((await regenerate_password(admin, order.holder_id, SERVICE))[1])
    for stranger in (people.viewer, people.stranger):
        with pytest.raises(Refused):
            await show_password(stranger, order.holder_id, SERVICE)
    entries = await AuditEntry.filter(subject_type="SipTrunk").order_by("id")
    assert [entry.action for entry in entries] == [
        AuditAction.TRUNK_ORDERED,
        AuditAction.PASSWORD_SHOWN,
        AuditAction.PASSWORD_REGENERATED,
    ]
    assert {(entry.user_id, entry.subject_name) for entry in entries} == {(admin.user_id, "Neubau")}
    log = str(await AuditEntry.all().values())
    assert not [password for password in passwords if password in log]


async def test_only_trunks_have_credentials(admin: Principal) -> None:
    cloud_pbx = await holder(admin, HolderKind.CLOUD_PBX)
    with pytest.raises(NotFound):
        await regenerate_password(admin, cloud_pbx.id, SERVICE)
    with pytest.raises(NotFound):
        await show_password(admin, cloud_pbx.id, SERVICE)


async def test_another_key_is_noticed_at_the_start(admin: Principal) -> None:
    other = SipService(Vault(keys=(new_key(),)), SERVICE.realm)
    assert await is_key_of_passwords(other)
    await create_trunk(admin, "Neubau")
    assert await is_key_of_passwords(SERVICE)
    assert not await is_key_of_passwords(other)


async def test_a_new_key_encrypts_every_password_anew(admin: Principal) -> None:
    order = await create_trunk(admin, "Neubau")
    lost = await create_trunk(admin, "Verloren")
    assert order.holder_id is not None
    await SipCredentials.filter(holder_id=lost.holder_id).update(password_encrypted="?")
    password = await show_password(admin, order.holder_id, SERVICE)
    new = new_key()
    both = SipService(Vault(keys=(new, *SERVICE.vault.keys)), SERVICE.realm)
    assert await encrypt_anew(both) == (1, 1)
    after = SipService(Vault(keys=(new,)), SERVICE.realm)
    assert await show_password(admin, order.holder_id, after) == password
    with pytest.raises(Refused) as caught:
        await show_password(admin, order.holder_id, SERVICE)
    assert caught.value.refusal.code == RefusalCode.CREDENTIALS_UNREADABLE
