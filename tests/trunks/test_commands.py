"""The life of a SIP trunk: ordered, planned, changed, active, deleted (T1-T5, O5)."""

import asyncio
from datetime import timedelta

import pytest

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.audit.models import AuditAction, AuditEntry
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.contacts import Contact
from dialtree.holders.models import Holder, HolderKind, HolderStatus, TrunkProfile
from dialtree.inventory.models import NumberRange, RangeState
from dialtree.notifications.models import OutboxMail
from dialtree.orders.claiming import claim_next
from dialtree.orders.execution import execute
from dialtree.orders.models import Order, OrderItem, OrderKind, OrderStatus
from dialtree.orders.revising import reschedule_order
from dialtree.orders.worker import run_due
from dialtree.refusals import Invalid, NotFound, RefusalCode, Refused
from dialtree.trunks.commands import (
    NewTrunk,
    TrunkUpdate,
    create_sip_trunk,
    delete_sip_trunk,
    preview_sip_trunk,
    update_sip_trunk,
)
from dialtree.trunks.models import SipCredentials
from dialtree.trunks.rules import CallLimits
from tests.conftest import People
from tests.invariants import Unchanged, check
from tests.stock import (
    APP_URL,
    SERVICE,
    assign,
    at,
    cancel,
    create_trunk,
    done,
    holder,
    ids,
    set_clock,
    split,
)

CONTACT = Contact("Technik", "030 23125-100", "technik@nordlicht.example")


async def refused(work: object) -> RefusalCode:
    async with Unchanged():
        with pytest.raises(Refused) as caught:
            await work  # type: ignore[misc]
    return caught.value.refusal.code


async def problems(work: object) -> dict[str, RefusalCode]:
    async with Unchanged():
        with pytest.raises(Invalid) as caught:
            await work  # type: ignore[misc]
    return {problem.field: problem.refusal.code for problem in caught.value.problems}


async def delete(principal: Principal, trunk_id: int | None, key: str | None = None) -> Order:
    assert trunk_id is not None
    return await delete_sip_trunk(principal, trunk_id, app_url=APP_URL, idempotency_key=key)


async def test_t1_a_trunk_is_planned_until_its_day(admin: Principal) -> None:
    with set_clock(2026, 11, 23) as time:
        day = clock.today() + timedelta(days=5)
        trunk = NewTrunk(
            " Neubau  Süd ",
            await ids("030 23125-1", "040 66969-3"),
            day,
            CONTACT,
            TrunkProfile.MEDIA_BYPASS,
            CallLimits(30, 20, 10),
        )
        order = await create_sip_trunk(admin, trunk, SERVICE)
        assert (order.kind, order.status, order.execution_date) == (
            OrderKind.CREATE_TRUNK,
            OrderStatus.PLANNED,
            day,
        )
        row = await Holder.get(id=order.holder_id)
        assert (row.name, row.status, row.profile) == (
            "Neubau Süd",
            HolderStatus.PLANNED,
            TrunkProfile.MEDIA_BYPASS,
        )
        assert (row.contact_name, row.contact_phone, row.contact_email) == (
            "Technik",
            "030 23125-100",
            "technik@nordlicht.example",
        )
        assert (row.call_limit, row.incoming_call_limit, row.outgoing_call_limit) == (30, 20, 10)
        assert (row.element_count, row.number_count) == (2, 200)
        assert (await at("030 23125-1")).open_order_id == order.id
        await check()
        time.to_midnight(day)
        await done(order)
        row = await Holder.get(id=order.holder_id)
        assert (row.status, row.element_count) == (HolderStatus.ACTIVE, 2)
        assert (await at("030 23125-1")).holder_id == row.id
        await check()


async def test_t1_without_a_day_a_trunk_is_set_up_at_once(admin: Principal) -> None:
    order = await create_trunk(admin, "Neubau", await ids("030 23125-1"))
    assert order.status == OrderStatus.QUEUED
    await done(order)
    assert (await Holder.get(id=order.holder_id)).status == HolderStatus.ACTIVE
    await check()


async def test_what_is_wrong_is_named_at_its_field(admin: Principal) -> None:
    trunk = NewTrunk(
        "  ",
        contact=Contact(" ", "call me", "nobody"),
        call_limits=CallLimits(0, 20_000, -1),
    )
    found = await problems(create_sip_trunk(admin, trunk, SERVICE))
    assert found == {
        "name": RefusalCode.VALUE_MISSING,
        "contact.name": RefusalCode.VALUE_MISSING,
        "contact.phone": RefusalCode.VALUE_NOT_UNDERSTOOD,
        "contact.email": RefusalCode.VALUE_NOT_UNDERSTOOD,
        "callLimits.total": RefusalCode.VALUE_OUT_OF_RANGE,
        "callLimits.incoming": RefusalCode.VALUE_OUT_OF_RANGE,
        "callLimits.outgoing": RefusalCode.VALUE_OUT_OF_RANGE,
    }
    for name, code in (
        ("x" * 101, RefusalCode.VALUE_TOO_LONG),
        ("***", RefusalCode.VALUE_NOT_UNDERSTOOD),
    ):
        found = await problems(create_sip_trunk(admin, NewTrunk(name, contact=CONTACT), SERVICE))
        assert found == {"name": code}


async def test_t1_a_name_is_free_again_when_its_trunk_is_gone(admin: Principal) -> None:
    day = clock.today() + timedelta(days=3)
    order = await create_trunk(admin, "Neubau", (), day)
    assert await refused(create_trunk(admin, "NEUBAU", (), day)) == RefusalCode.TRUNK_NAME_TAKEN
    await cancel(admin, order.id)
    assert not await SipCredentials.exists()
    again = await done(await create_trunk(admin, "neubau"))
    await delete(admin, again.holder_id)
    await create_trunk(admin, "Neubau")
    await check()


async def test_t1_of_two_trunks_of_one_name_at_once_one_is_made(admin: Principal) -> None:
    results = await asyncio.gather(
        *(create_trunk(admin, name) for name in ("Neubau", "neubau", "NEUBAU")),
        return_exceptions=True,
    )
    assert sum(isinstance(result, Order) for result in results) == 1
    refusals = [result for result in results if isinstance(result, Refused)]
    assert {r.refusal.code for r in refusals} == {RefusalCode.TRUNK_NAME_TAKEN}
    await check()


async def test_o5_the_same_key_gives_the_same_trunk(admin: Principal) -> None:
    trunk = NewTrunk("Neubau", await ids("030 23125-1"), contact=CONTACT)
    first = await create_sip_trunk(admin, trunk, SERVICE, idempotency_key="k")
    async with Unchanged():
        again = await create_sip_trunk(admin, trunk, SERVICE, idempotency_key="k")
    assert again.id == first.id
    other = NewTrunk("Neubau", trunk.elements, contact=Contact("Betrieb"))
    code = await refused(create_sip_trunk(admin, other, SERVICE, idempotency_key="k"))
    assert code == RefusalCode.IDEMPOTENCY_KEY_REUSED


async def test_the_preview_says_what_the_order_would_be_answered(admin: Principal) -> None:
    await split(admin, "030 23125-9")
    eleven = await ids(*(f"030 23125-{n}" for n in range(9)), "030 23125-90", "030 23125-91")
    async with Unchanged():
        preview = await preview_sip_trunk(admin, NewTrunk("", eleven))
    assert [problem.field for problem in preview.problems] == ["name", "contact.name"]
    assert preview.refusal is not None
    assert preview.refusal.code == RefusalCode.TRUNK_BLOCK_LIMIT
    assert preview.held.total() == 11
    code = await refused(create_sip_trunk(admin, NewTrunk("A", eleven, contact=CONTACT), SERVICE))
    assert code == preview.refusal.code
    fine = await preview_sip_trunk(admin, NewTrunk("A", eleven[1:], contact=CONTACT))
    assert (fine.problems, fine.refusal) == ([], None)
    await create_trunk(admin, "A")
    taken = await preview_sip_trunk(admin, NewTrunk("a", contact=CONTACT))
    assert taken.refusal is not None
    assert taken.refusal.code == RefusalCode.TRUNK_NAME_TAKEN
    with pytest.raises(NotFound):
        await preview_sip_trunk(admin, NewTrunk("B", (0,), contact=CONTACT))


# Planned ------------------------------------------------------------------------------------------


async def test_t2_what_a_planned_trunk_starts_with_can_be_changed(admin: Principal) -> None:
    with set_clock(2026, 11, 23) as time:
        day = clock.today() + timedelta(days=5)
        order = await create_trunk(admin, "Neubau", await ids("030 23125-1", "030 23125-2"), day)
        assert order.holder_id is not None
        change = NumberChange(order.holder_id, await ids("040 66969-3"), await ids("030 23125-1"))
        answer = await change_numbers(admin, change)
        assert answer.id == order.id
        assert (await at("030 23125-1")).open_order_id is None
        assert (await at("040 66969-3")).open_order_id == order.id
        entries = await AuditEntry.filter(action=AuditAction.PLANNED_NUMBERS_CHANGED)
        assert [entry.changes for entry in entries] == [
            [
                {"field": "added", "before": None, "after": "040 66969-3xx"},
                {"field": "removed", "before": None, "after": "030 23125-1xx"},
            ]
        ]
        await check()
        async with Unchanged():
            assert (await change_numbers(admin, change)).id == order.id
        time.to_midnight(day)
        await done(order)
        held = NumberRange.filter(holder_id=order.holder_id).order_by("digits")
        assert [range_.display() for range_ in await held] == ["030 23125-2xx", "040 66969-3xx"]
        await check()


async def test_t2_a_change_of_the_plan_meets_the_rules(admin: Principal) -> None:
    trunk = await holder(admin)
    await assign(admin, trunk, "030 23125-7")
    await split(admin, "030 23125-9")
    day = clock.today() + timedelta(days=5)
    nine = await ids(*(f"030 23125-{n}" for n in (0, 1, 2, 3, 4, 5, 6, 8)), "030 23125-90")
    order = await create_trunk(admin, "Neubau", nine, day)
    assert order.holder_id is not None

    async def code(add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> RefusalCode:
        assert order.holder_id is not None
        change = NumberChange(order.holder_id, await ids(*add), await ids(*remove))
        return await refused(change_numbers(admin, change))

    assert await code(("030 23125-7",)) == RefusalCode.RANGE_ASSIGNED
    assert await code(remove=("030 23125-7",)) == RefusalCode.ELEMENT_NOT_HELD
    two = ("030 23125-91", "030 23125-92")
    assert await code(two) == RefusalCode.TRUNK_BLOCK_LIMIT
    assert await code(two[:1] * 2) == RefusalCode.ELEMENT_NAMED_TWICE
    await change_numbers(
        admin, NumberChange(order.holder_id, await ids(*two), await ids("030 23125-0"))
    )
    await check()


async def test_t2_a_plan_under_way_is_not_changed(admin: Principal) -> None:
    order = await create_trunk(admin, "Neubau")
    assert order.holder_id is not None
    await claim_next()
    change = NumberChange(order.holder_id, await ids("030 23125-1"))
    assert await refused(change_numbers(admin, change)) == RefusalCode.ORDER_STARTED


async def test_t2_a_moved_trunk_becomes_active_on_the_new_day(admin: Principal) -> None:
    with set_clock(2026, 11, 23) as time:
        day = clock.today() + timedelta(days=1)
        order = await create_trunk(admin, "Neubau", await ids("030 23125-1"), day)
        await reschedule_order(admin, order.id, day + timedelta(days=2))
        time.to_midnight(day, but=timedelta(hours=1))
        assert await run_due(APP_URL) == 0
        time.to_midnight(day + timedelta(days=2))
        await done(order)
        assert (await Holder.get(id=order.holder_id)).status == HolderStatus.ACTIVE


# Changed ------------------------------------------------------------------------------------------


async def test_a_trunk_is_edited_at_once_and_what_is_not_named_stays(admin: Principal) -> None:
    order = await create_trunk(admin, "Neubau")
    assert order.holder_id is not None
    trunk = await update_sip_trunk(
        admin, order.holder_id, TrunkUpdate(name="Altbau", call_limits=CallLimits(10))
    )
    assert (trunk.name, trunk.call_limit, trunk.contact_name) == ("Altbau", 10, "Technik")
    entry = await AuditEntry.get(action=AuditAction.TRUNK_UPDATED)
    assert entry.changes == [
        {"field": "name", "before": "Neubau", "after": "Altbau"},
        {"field": "callLimits.total", "before": None, "after": "10"},
    ]
    async with Unchanged():
        await update_sip_trunk(admin, order.holder_id, TrunkUpdate(name="Altbau"))
    trunk = await update_sip_trunk(
        admin,
        order.holder_id,
        TrunkUpdate(name="ALTBAU", contact=CONTACT, call_limits=CallLimits()),
    )
    assert (trunk.name, trunk.call_limit, trunk.contact_email) == (
        "ALTBAU",
        None,
        "technik@nordlicht.example",
    )
    same = TrunkUpdate(profile=TrunkProfile.STANDARD)
    await update_sip_trunk(admin, order.holder_id, same)
    other = TrunkUpdate(profile=TrunkProfile.MEDIA_BYPASS, name="Other")
    code = await refused(update_sip_trunk(admin, order.holder_id, other))
    assert code == RefusalCode.TRUNK_PROFILE_FIXED


async def test_only_ones_own_trunks_are_edited(admin: Principal, people: People) -> None:
    trunk = await holder(admin)
    cloud_pbx = await holder(admin, HolderKind.CLOUD_PBX)
    update = TrunkUpdate(name="Other")
    assert (
        await refused(update_sip_trunk(people.stranger, trunk.id, update)) == RefusalCode.NOT_FOUND
    )
    assert await refused(update_sip_trunk(admin, cloud_pbx.id, update)) == RefusalCode.NOT_FOUND
    code = await refused(update_sip_trunk(people.viewer, trunk.id, update))
    assert code == RefusalCode.NOT_ADMINISTRATOR


# Deleted ------------------------------------------------------------------------------------------


async def test_t5_a_deleted_trunk_leaves_its_numbers_free_and_nothing_else(
    admin: Principal,
) -> None:
    creation = await done(await create_trunk(admin, "Neubau", await ids("030 23125-1")))
    assert creation.holder_id is not None
    later = clock.today() + timedelta(days=3)
    addition = await change_numbers(
        admin, NumberChange(creation.holder_id, await ids("030 23125-2"), (), later)
    )
    removal = await change_numbers(
        admin, NumberChange(creation.holder_id, (), await ids("030 23125-1"), later)
    )
    order = await delete(admin, creation.holder_id, "key")
    assert (order.kind, order.status) == (OrderKind.DELETE_TRUNK, OrderStatus.SUCCEEDED)
    assert [i.display() for i in await OrderItem.filter(order_id=order.id)] == ["030 23125-1xx"]
    for number in ("030 23125-1", "030 23125-2"):
        range_ = await at(number)
        assert (range_.state, range_.open_order_id) == (RangeState.FREE, None)
    assert not await SipCredentials.exists()
    assert (await Holder.get(id=creation.holder_id)).deleted_at is not None
    for cancelled in (addition, removal):
        ended = await Order.get(id=cancelled.id)
        assert (ended.status, ended.refusal["code"]) == (OrderStatus.CANCELLED, "TRUNK_GONE")
        mail = await OutboxMail.get(order_id=ended.id)
        assert "Neubau does not exist any more" in mail.text
    assert "deleted" in (await OutboxMail.get(order_id=order.id)).subject
    entry = await AuditEntry.get(action=AuditAction.TRUNK_DELETED)
    assert {"field": "elements", "before": "030 23125-1xx", "after": None} in entry.changes
    await check()
    async with Unchanged():
        assert (await delete(admin, creation.holder_id, "key")).id == order.id
    assert await refused(delete(admin, creation.holder_id)) == RefusalCode.NOT_FOUND


async def test_t5_an_order_that_a_worker_has_claimed_ends_without_effect(
    admin: Principal,
) -> None:
    trunk = await holder(admin)
    order = await change_numbers(admin, NumberChange(trunk.id, await ids("030 23125-1")))
    claim = await claim_next()
    assert claim is not None
    await delete(admin, trunk.id)
    async with Unchanged():
        assert await execute(claim, APP_URL) is None
    assert (await Order.get(id=order.id)).status == OrderStatus.CANCELLED
    await check()


async def test_t5_deleting_and_executing_at_once_leaves_one_truth(admin: Principal) -> None:
    for attempt in range(5):
        trunk = await holder(admin, name=f"Trunk {attempt}")
        order = await change_numbers(
            admin, NumberChange(trunk.id, await ids(f"030 23125-{attempt}"))
        )
        await asyncio.gather(run_due(APP_URL), delete(admin, trunk.id))
        await run_due(APP_URL)
        assert (await at(f"030 23125-{attempt}")).state == RangeState.FREE
        order = await Order.get(id=order.id)
        assert order.status in (OrderStatus.CANCELLED, OrderStatus.SUCCEEDED)
        await check()


async def test_t2_a_planned_trunk_goes_with_its_order(admin: Principal) -> None:
    day = clock.today() + timedelta(days=3)
    order = await create_trunk(admin, "Neubau", await ids("030 23125-1"), day)
    assert await refused(delete(admin, order.holder_id)) == RefusalCode.TRUNK_STILL_PLANNED
    await cancel(admin, order.id)
    assert (await Holder.get(id=order.holder_id)).deleted_at is not None
    assert (await at("030 23125-1")).open_order_id is None
    await check()


async def test_only_trunks_of_ones_own_are_deleted(admin: Principal, people: People) -> None:
    trunk = await holder(admin)
    cloud_pbx = await holder(admin, HolderKind.CLOUD_PBX)
    assert await refused(delete(admin, cloud_pbx.id)) == RefusalCode.NOT_FOUND
    assert await refused(delete(people.stranger, trunk.id)) == RefusalCode.NOT_FOUND
    assert await refused(delete(people.viewer, trunk.id)) == RefusalCode.NOT_ADMINISTRATOR
