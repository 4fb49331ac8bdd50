"""What stands in the audit log, whoever did it (P3): by hand, by the worker, on the server."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from dialtree import clock
from dialtree.accounts.commands import create_customer, revoke_token, update_settings
from dialtree.accounts.models import MAX_ADDRESS_LENGTH, ApiToken, Role, User
from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import create_token
from dialtree.audit.models import AuditAction, AuditEntry
from dialtree.cli_holders import _create, _set_partner
from dialtree.database import connection, transaction
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import HolderKind
from dialtree.inventory.commands import split_range
from dialtree.language import Language
from dialtree.orders.claiming import claim_next
from dialtree.orders.execution import execute
from dialtree.orders.models import OrderStatus
from dialtree.orders.revising import cancel_order, undo_order
from dialtree.trunks.credentials import encrypt_anew
from dialtree.ucc.models import UccPartner
from tests.conftest import People
from tests.invariants import Unchanged, check
from tests.stock import (
    APP_URL,
    BLOCK,
    SERVICE,
    assign,
    at,
    create_trunk,
    done,
    holder,
    ids,
    load,
    set_clock,
    split,
)


@pytest.fixture
async def admin(people: People) -> Principal:
    await load(people.administrator, BLOCK)
    return people.administrator


async def newest(action: AuditAction) -> AuditEntry:
    entry = await AuditEntry.filter(action=action).order_by("-id").first()
    assert entry is not None, action
    return entry


def changed(entry: AuditEntry) -> dict[str, tuple[str | None, str | None]]:
    return {change["field"]: (change["before"], change["after"]) for change in entry.changes}


# Orders -------------------------------------------------------------------------------------------


async def test_p3_a_split_and_its_undoing(admin: Principal) -> None:
    range_ = await at("030 23125-3")
    order = await done(await split_range(admin, range_.id))
    ordered = await newest(AuditAction.SPLIT_ORDERED)
    assert (ordered.subject_type, ordered.subject_id) == ("NumberRange", range_.id)
    assert (ordered.subject_name, ordered.order_id) == ("030 23125-3xx", order.id)
    assert (ordered.actor_role, ordered.via, ordered.changes) == (Role.ADMINISTRATOR, None, [])
    split_ = await newest(AuditAction.RANGE_SPLIT)
    assert (split_.subject_id, split_.order_id) == (range_.id, order.id)
    assert (split_.user_id, split_.actor_name) == (admin.user_id, admin.name)
    assert (split_.via, split_.address) == (order.reference, None)
    assert changed(split_) == {"state": ("FREE", "SPLIT"), "rangesBelow": ("0", "10")}

    undone = await done(await undo_order(admin, order.id))
    assert changed(await newest(AuditAction.MERGE_ORDERED)) == {"undoes": (None, order.reference)}
    merged = await newest(AuditAction.RANGE_MERGED)
    assert merged.order_id == undone.id
    assert changed(merged) == {"state": ("SPLIT", "FREE"), "rangesBelow": ("10", "0")}


async def test_p3_a_change_of_numbers_says_what_and_for_when(admin: Principal) -> None:
    trunk = await holder(admin)
    await assign(admin, trunk, "030 23125-1")
    day = clock.today() + timedelta(days=3)
    change = NumberChange(
        trunk.id, await ids("030 23125-2", "030 23125-4"), await ids("030 23125-1"), day
    )
    order = await change_numbers(admin, change)
    assert changed(await newest(AuditAction.NUMBERS_ORDERED)) == {
        "added": (None, "030 23125-2xx, 030 23125-4xx"),
        "removed": (None, "030 23125-1xx"),
        "executionDate": (None, day.isoformat()),
    }
    with clock.reading(lambda: clock.midnight(day)):
        await done(order)
    entry = await newest(AuditAction.NUMBERS_CHANGED)
    assert (entry.subject_type, entry.subject_name) == ("SipTrunk", trunk.name)
    assert changed(entry) == {
        "elementCount": ("1", "2"),
        "added": (None, "030 23125-2xx, 030 23125-4xx"),
        "removed": (None, "030 23125-1xx"),
    }


async def test_p3_service_staff_stay_service_staff_when_their_order_runs(
    admin: Principal, people: People
) -> None:
    await done(await split_range(people.service, (await at("030 23125-3")).id))
    for action in (AuditAction.SPLIT_ORDERED, AuditAction.RANGE_SPLIT):
        entry = await newest(action)
        assert (entry.actor_role, entry.customer_id) == (Role.SERVICE, admin.customer_id)


async def test_o2_an_attempt_that_lost_its_claim_leaves_no_entry(admin: Principal) -> None:
    with set_clock(2026, 11, 23) as time:
        order = await split_range(admin, (await at("030 23125-3")).id)
        lost = await claim_next()
        assert lost is not None
        time.forward(timedelta(minutes=5))
        again = await claim_next()
        assert again is not None
        async with Unchanged():
            assert await execute(lost, APP_URL) is None
        assert await execute(again, APP_URL) == OrderStatus.SUCCEEDED
    entries = AuditEntry.filter(order_id=order.id, action=AuditAction.RANGE_SPLIT)
    assert await entries.count() == 1
    await check()


async def test_p3_a_planned_trunk_that_is_cancelled_takes_its_orders_with_it(
    admin: Principal,
) -> None:
    day = clock.today() + timedelta(days=5)
    creation = await create_trunk(admin, "Neubau", await ids("030 23125-1"), day)
    assert creation.holder_id is not None
    later = NumberChange(
        creation.holder_id, await ids("030 23125-2"), execution_date=day + timedelta(days=1)
    )
    change = await change_numbers(admin, later)
    await cancel_order(admin, creation.id, app_url=APP_URL)
    found = await AuditEntry.filter(action=AuditAction.ORDER_CANCELLED).order_by("id")
    assert {entry.order_id: changed(entry) for entry in found} == {
        change.id: {"status": ("PLANNED", "CANCELLED"), "refusal": (None, "TRUNK_GONE")},
        creation.id: {"status": ("PLANNED", "CANCELLED")},
    }
    assert {entry.user_id for entry in found} == {admin.user_id}
    assert (await newest(AuditAction.PLANNED_TRUNK_DROPPED)).subject_name == "Neubau"
    await check()


async def test_p3_a_cancelled_split_names_its_range(admin: Principal) -> None:
    range_ = await at("030 23125-3")
    order = await split_range(admin, range_.id)
    await cancel_order(admin, order.id, app_url=APP_URL)
    entry = await newest(AuditAction.ORDER_CANCELLED)
    assert (entry.subject_type, entry.subject_id) == ("NumberRange", range_.id)
    assert entry.subject_name == "030 23125-3xx"
    async with Unchanged():
        await cancel_order(admin, order.id, app_url=APP_URL)


async def test_p3_an_order_that_fails_says_why(admin: Principal) -> None:
    await split(admin, "030 23125-3")
    zoom = await holder(admin, HolderKind.UCC_CONNECTION, "Zoom", partner="ZOOM_X")
    order = await change_numbers(admin, NumberChange(zoom.id, await ids("030 23125-30")))
    await UccPartner.filter(code="ZOOM_X").update(takes_split_ranges=False)
    await done(order, OrderStatus.FAILED)
    entry = await newest(AuditAction.ORDER_FAILED)
    assert (entry.subject_name, entry.order_id, entry.via) == ("Zoom", order.id, order.reference)
    assert changed(entry)["refusal"] == (None, "PARTNER_TAKES_NO_SPLIT_RANGES")


async def test_o5_a_repeated_request_is_not_logged_again(admin: Principal) -> None:
    range_ = await at("030 23125-3")
    await split_range(admin, range_.id, "key")
    async with Unchanged():
        await split_range(admin, range_.id, "key")


# Oneself, and the server --------------------------------------------------------------------------


async def test_p3_ones_own_settings_are_logged_at_home(people: People) -> None:
    await update_settings(people.service, language=Language.DE, order_reminders=True)
    entry = await newest(AuditAction.SETTINGS_CHANGED)
    assert entry.customer_id == people.service.home_customer_id
    assert (entry.subject_type, entry.subject_id) == ("User", people.service.user_id)
    assert changed(entry) == {"language": ("EN", "DE")}
    async with Unchanged():
        await update_settings(people.service, language=Language.DE)


async def test_p3_an_address_that_is_none_hinders_nothing(people: People) -> None:
    strange = replace(people.viewer, address="fe80::1%" + "x" * 60)
    await update_settings(strange, language=Language.DE)
    entry = await newest(AuditAction.SETTINGS_CHANGED)
    assert entry.address == strange.address[:MAX_ADDRESS_LENGTH]


async def test_p3_what_is_done_on_the_server_has_no_account(admin: Principal) -> None:
    await _create("Nordlicht Werke GmbH", HolderKind.CLOUD_PBX, "Zentrale", None)
    await _create("Nordlicht Werke GmbH", HolderKind.UCC_CONNECTION, "Unify", "UNIFY_X")
    assert await transaction(lambda: _set_partner("UNIFY_X", {"takes_split_ranges": True}))
    async with Unchanged():
        assert await transaction(lambda: _set_partner("UNIFY_X", {"takes_split_ranges": True}))
        assert not await transaction(lambda: _set_partner("NONE", {"takes_split_ranges": True}))
    entries = await AuditEntry.all().order_by("-id").limit(3)
    assert [(entry.action, entry.subject_name) for entry in entries] == [
        (AuditAction.UCC_PARTNER_CHANGED, "Unify"),
        (AuditAction.UCC_CONNECTION_CREATED, "Unify"),
        (AuditAction.CLOUD_PBX_CREATED, "Zentrale"),
    ]
    assert changed(entries[0]) == {"takesSplitRanges": ("false", "true")}
    for entry in entries:
        assert (entry.user_id, entry.actor_name, entry.actor_role) == (None, "operator", None)
        assert (entry.via, entry.customer_id) == ("command line", admin.customer_id)


async def test_p3_customers_and_tokens_made_on_the_server_are_logged(people: People) -> None:
    customer = await create_customer("Westwind AG", 4, by_operator=True)
    made = await newest(AuditAction.CUSTOMER_CREATED)
    assert (made.customer_id, made.subject_id, made.user_id) == (customer.id, customer.id, None)
    assert changed(made)["bookedConcurrentCalls"] == (None, "4")
    owner = await User.get(id=people.viewer.user_id)
    await create_token(owner, "sync", None, by_operator=True)
    token = await ApiToken.get()
    created = await newest(AuditAction.API_TOKEN_CREATED)
    assert (created.customer_id, created.subject_name) == (owner.customer_id, "sync")
    assert changed(created)["role"] == (None, "VIEWER")
    assert await revoke_token(token.id)
    revoked = await newest(AuditAction.API_TOKEN_REVOKED)
    assert (revoked.subject_id, revoked.via) == (token.id, "command line")
    assert not await revoke_token(token.id)
    assert await AuditEntry.filter(action=AuditAction.API_TOKEN_REVOKED).count() == 1


async def test_p3_a_new_key_is_logged_once_a_customer(admin: Principal, people: People) -> None:
    await create_trunk(admin, "Neubau")
    await create_trunk(admin, "Altbau")
    await create_trunk(people.stranger, "Neubau")
    await encrypt_anew(SERVICE)
    entries = await AuditEntry.filter(action=AuditAction.SECRET_KEY_ROTATED)
    assert {entry.customer_id: changed(entry) for entry in entries} == {
        admin.customer_id: {"passwords": (None, "2")},
        people.stranger.customer_id: {"passwords": (None, "1")},
    }


# For ever -----------------------------------------------------------------------------------------


CHANGES: dict[str, Callable[[], Awaitable[object]]] = {
    "update": lambda: AuditEntry.all().update(actor_name="Somebody else"),
    "delete": lambda: AuditEntry.all().delete(),
    "raw": lambda: connection().execute_query("DELETE FROM audit_entry"),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_p3_the_database_keeps_every_entry_as_it_is(admin: Principal, change: str) -> None:
    await split(admin, "030 23125-3")
    async with Unchanged():
        with pytest.raises(IntegrityError, match="entries of the audit log"):
            await CHANGES[change]()
