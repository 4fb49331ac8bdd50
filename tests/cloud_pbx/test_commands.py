"""Editing and deleting a Cloud PBX (H6)."""

import pytest

from dialtree.accounts.principal import Principal
from dialtree.audit.models import AuditAction, AuditEntry
from dialtree.cloud_pbx.commands import delete_cloud_pbx, update_cloud_pbx
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.contacts import Contact
from dialtree.holders.models import Holder, HolderKind
from dialtree.refusals import Invalid, RefusalCode, Refused
from tests.conftest import People
from tests.invariants import Unchanged, check
from tests.stock import BLOCK, assign, done, holder, ids, load


@pytest.fixture
async def admin(people: People) -> Principal:
    await load(people.administrator, BLOCK)
    return people.administrator


@pytest.fixture
async def cloud_pbx(admin: Principal) -> Holder:
    return await holder(admin, HolderKind.CLOUD_PBX, "Zentrale")


async def test_h6_the_contact_has_two_addresses(admin: Principal, cloud_pbx: Holder) -> None:
    contact = Contact("Betrieb", "+49 30 23125-100", "buchung@nordlicht.example")
    row = await update_cloud_pbx(admin, cloud_pbx.id, contact, "hilfe@nordlicht.example")
    assert (row.contact_name, row.contact_phone, row.contact_email, row.support_email) == (
        "Betrieb",
        "+49 30 23125-100",
        "buchung@nordlicht.example",
        "hilfe@nordlicht.example",
    )
    entry = await AuditEntry.get(action=AuditAction.CLOUD_PBX_UPDATED)
    assert entry.subject_type == "CloudPbx"
    assert {change["field"] for change in entry.changes} == {
        "contact.name",
        "contact.phone",
        "contact.email",
        "supportEmail",
    }
    async with Unchanged():
        await update_cloud_pbx(admin, cloud_pbx.id, contact, "hilfe@nordlicht.example")


async def test_what_is_wrong_is_named_at_its_field(admin: Principal, cloud_pbx: Holder) -> None:
    async with Unchanged():
        with pytest.raises(Invalid) as caught:
            await update_cloud_pbx(admin, cloud_pbx.id, Contact("", None, "a@b"), "c")
    assert [problem.field for problem in caught.value.problems] == [
        "contact.name",
        "contact.email",
        "supportEmail",
    ]


async def test_h6_it_can_be_deleted_only_when_it_holds_no_number(
    admin: Principal, cloud_pbx: Holder
) -> None:
    await assign(admin, cloud_pbx, "030 23125-1")

    async def refused() -> RefusalCode:
        async with Unchanged():
            with pytest.raises(Refused) as caught:
                await delete_cloud_pbx(admin, cloud_pbx.id)
        return caught.value.refusal.code

    assert await refused() == RefusalCode.CLOUD_PBX_HOLDS_NUMBERS
    await done(
        await change_numbers(admin, NumberChange(cloud_pbx.id, (), await ids("030 23125-1")))
    )
    order = await change_numbers(admin, NumberChange(cloud_pbx.id, await ids("030 23125-2")))
    assert await refused() == RefusalCode.HOLDER_IN_OPEN_ORDER
    await done(order)
    await done(
        await change_numbers(admin, NumberChange(cloud_pbx.id, (), await ids("030 23125-2")))
    )
    await delete_cloud_pbx(admin, cloud_pbx.id)
    assert (await Holder.get(id=cloud_pbx.id)).deleted_at is not None
    assert await AuditEntry.filter(action=AuditAction.CLOUD_PBX_DELETED).count() == 1
    assert await refused() == RefusalCode.NOT_FOUND
    await check()


async def test_only_ones_own_cloud_pbx(admin: Principal, cloud_pbx: Holder, people: People) -> None:
    trunk = await holder(admin)
    for principal, holder_id in (
        (people.stranger, cloud_pbx.id),
        (people.viewer, cloud_pbx.id),
        (admin, trunk.id),
    ):
        with pytest.raises(Refused):
            await update_cloud_pbx(principal, holder_id, Contact("Betrieb"), None)
        with pytest.raises(Refused):
            await delete_cloud_pbx(principal, holder_id)
    assert (await Holder.get(id=cloud_pbx.id)).deleted_at is None
