"""Reporting rejected calls, counting them, and letting them go (C2, C4)."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dialtree import clock
from dialtree.accounts.models import Customer
from dialtree.audit.models import AuditAction, AuditEntry
from dialtree.calls import queries
from dialtree.calls.commands import AT_ONCE, forget_old_calls, set_call_limit
from dialtree.calls.models import CallDirection, CallLevel, RejectedCall
from dialtree.calls.queries import CallFilter
from dialtree.calls.reporting import Report, Reported, report_rejected_calls
from dialtree.calls.rules import KEPT, MAX_REPORTED
from dialtree.ids import to_global_id
from dialtree.inventory.models import SiteContract
from dialtree.refusals import Invalid, NotFound, RefusalCode, Refused
from tests.conftest import People
from tests.stock import BLOCK, holder, load

NOW = datetime(2026, 11, 25, 14, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def customer_id(people: People) -> str:
    return to_global_id("Customer", people.administrator.customer_id)


def call(people: People, call_id: str = "c1", **other: object) -> Reported:
    """An incoming one that met the customer's limit a minute ago."""
    reported = Reported(
        call_id=call_id,
        level=CallLevel.CUSTOMER,
        direction=CallDirection.INCOMING,
        at=clock.now() - timedelta(minutes=1),
        caller="069 90009-123",
        callee="030 23125-456",
        customer_id=customer_id(people),
    )
    return replace(reported, **other)


def told(invalid: Invalid) -> list[tuple[int | None, str, RefusalCode]]:
    return [(problem.line, problem.field, problem.refusal.code) for problem in invalid.problems]


async def test_a_report_is_kept_as_it_was_said(people: People) -> None:
    with clock.reading(lambda: NOW):
        at = NOW.astimezone(clock.BERLIN) - timedelta(seconds=90)
        report = await report_rejected_calls(people.service, [call(people, at=at)])
    assert report == Report(accepted=1, already_known=0)
    row = await RejectedCall.get()
    assert row.customer_id == people.administrator.customer_id
    assert (row.caller, row.callee) == ("+496990009123", "+493023125456")
    assert (row.at, row.hour) == (at, datetime(2026, 11, 25, 14, tzinfo=UTC))
    assert row.call_limit == 30, "what is booked"
    assert (row.contract_id, row.holder_id) == (None, None)
    assert not await AuditEntry.exists(), "no person has changed anything"


async def test_a_repeated_report_changes_nothing(people: People) -> None:
    calls = [call(people, f"c{i}") for i in range(3)]
    assert await report_rejected_calls(people.service, calls) == Report(3, 0)
    before = await RejectedCall.all().order_by("id").values()
    assert await report_rejected_calls(people.service, calls) == Report(0, 3)
    more = [*calls, call(people, "c9"), call(people, "c9", limit=5)]
    assert await report_rejected_calls(people.service, more) == Report(1, 4)
    assert await RejectedCall.filter(call_id__not="c9").order_by("id").values() == before


async def test_a_call_counts_once_per_level_and_customer(people: People) -> None:
    stranger = to_global_id("Customer", people.stranger.customer_id)
    trunk = await holder(people.administrator)
    calls = [
        call(people),
        call(people, customer_id=stranger),
        call(
            people,
            level=CallLevel.TRUNK,
            customer_id=None,
            sip_trunk_id=to_global_id("SipTrunk", trunk.id),
            limit=8,
        ),
    ]
    assert await report_rejected_calls(people.service, calls) == Report(3, 0)
    rows = await RejectedCall.all().order_by("id")
    assert [row.customer_id for row in rows] == [
        people.administrator.customer_id,
        people.stranger.customer_id,
        people.administrator.customer_id,
    ]
    assert (rows[2].holder_id, rows[2].call_limit) == (trunk.id, 8)


async def test_reports_at_once_count_each_call_as_new_once(people: People) -> None:
    calls = [call(people, f"c{i}") for i in range(50)]
    reports = await asyncio.gather(
        *(report_rejected_calls(people.service, calls[i:] + calls[:i]) for i in range(6))
    )
    assert sum(report.accepted for report in reports) == 50
    assert sum(report.already_known for report in reports) == 250
    assert await RejectedCall.all().count() == 50


async def test_every_wrong_entry_is_named_and_none_is_kept(people: People) -> None:
    trunk = await holder(people.administrator)
    trunk_id = to_global_id("SipTrunk", trunk.id)
    on_trunk = {"level": CallLevel.TRUNK, "customer_id": None}
    calls = [
        call(people),
        call(people, " "),
        call(people, "x" * 129),
        call(people, at=clock.now() - KEPT),
        call(people, at=clock.now() + HOUR),
        call(people, at=clock.now().replace(tzinfo=None)),
        call(people, caller="anonymous", callee="?"),
        call(people, limit=0),
        call(people, customer_id=to_global_id("Customer", 99)),
        call(people, customer_id=trunk_id),
        call(people, customer_id="nonsense"),
        call(people, customer_id=None),
        call(people, level=CallLevel.SITE),
        call(people, sip_trunk_id=trunk_id, **on_trunk),
        call(people, trunk_user_name="nobody", **on_trunk),
        call(people, sip_trunk_id=customer_id(people), **on_trunk),
    ]
    with pytest.raises(Invalid) as raised:
        await report_rejected_calls(people.service, calls)
    assert told(raised.value) == [
        (2, "callId", RefusalCode.VALUE_MISSING),
        (3, "callId", RefusalCode.VALUE_TOO_LONG),
        (4, "at", RefusalCode.CALL_NOT_RECENT),
        (5, "at", RefusalCode.CALL_NOT_RECENT),
        (6, "at", RefusalCode.VALUE_NOT_UNDERSTOOD),
        (7, "from", RefusalCode.VALUE_NOT_UNDERSTOOD),
        (7, "to", RefusalCode.VALUE_NOT_UNDERSTOOD),
        (8, "limit", RefusalCode.VALUE_OUT_OF_RANGE),
        (9, "customerId", RefusalCode.NOT_FOUND),
        (10, "customerId", RefusalCode.NOT_FOUND),
        (11, "customerId", RefusalCode.NOT_FOUND),
        (12, "level", RefusalCode.CALL_PLACE_UNCLEAR),
        (13, "level", RefusalCode.CALL_PLACE_UNCLEAR),
        (14, "limit", RefusalCode.CALL_LEVEL_WITHOUT_LIMIT),
        (15, "trunkUserName", RefusalCode.NOT_FOUND),
        (16, "sipTrunkId", RefusalCode.NOT_FOUND),
    ]
    assert not await RejectedCall.exists()


async def test_the_limit_is_that_of_the_direction(people: People) -> None:
    trunk = await holder(people.administrator)
    await trunk.update_from_dict({"call_limit": 30, "incoming_call_limit": 20}).save()
    common = {
        "level": CallLevel.TRUNK,
        "customer_id": None,
        "sip_trunk_id": to_global_id("SipTrunk", trunk.id),
    }
    calls = [
        call(people, "c1", **common),
        call(people, "c2", direction=CallDirection.OUTGOING, **common),
    ]
    await report_rejected_calls(people.service, calls)
    rows = await RejectedCall.all().order_by("call_id")
    assert [row.call_limit for row in rows] == [20, 30]


async def test_only_service_staff_report(people: People) -> None:
    for principal in (people.administrator, people.viewer):
        with pytest.raises(Refused, match=RefusalCode.NOT_SERVICE_STAFF):
            await report_rejected_calls(principal, [call(people)])
    with pytest.raises(Refused, match=RefusalCode.TOO_MANY_CALLS_REPORTED):
        await report_rejected_calls(people.service, [call(people)] * (MAX_REPORTED + 1))
    assert await report_rejected_calls(people.service, []) == Report(0, 0)


# Reading ------------------------------------------------------------------------------------------


async def test_counts_by_hour_are_those_of_the_list(people: People) -> None:
    """Across the night in which an hour comes twice in Berlin: they are two hours."""
    sunday = datetime(2026, 10, 25, 4, 0, tzinfo=UTC)
    with clock.reading(lambda: sunday):
        times = [sunday - timedelta(minutes=17 * i) for i in range(40)]
        calls = [call(people, f"c{i}", at=at) for i, at in enumerate(times)]
        await report_rejected_calls(people.service, calls)
        admin = people.administrator
        counts = await queries.by_hour(admin, CallFilter())
        expected = Counter(at.replace(minute=0) for at in times)
        assert {entry.hour: entry.count for entry in counts} == expected
        assert [entry.hour for entry in counts] == sorted(expected)
        for entry in counts:
            within = CallFilter().within(entry.hour, entry.hour + HOUR)
            page = await queries.rejected_calls(admin, within, first=None, after=None)
            assert len(page.rows) == await page.total_count() == entry.count


async def test_pages_follow_each_other_though_calls_have_one_moment(people: People) -> None:
    moments = [clock.now() - timedelta(minutes=i // 3, microseconds=i % 2) for i in range(30)]
    calls = [call(people, f"c{i}", at=moment) for i, moment in enumerate(moments)]
    await report_rejected_calls(people.service, calls)
    seen: list[RejectedCall] = []
    after = None
    while True:
        page = await queries.rejected_calls(
            people.administrator, CallFilter(), first=7, after=after
        )
        seen += page.rows
        if not page.has_next:
            break
        after = page.cursors[-1]
    assert len({row.id for row in seen}) == len(seen) == 30
    assert seen == sorted(seen, key=lambda row: (row.at, row.id), reverse=True)


@pytest.mark.parametrize("cursor", ["x", "WyJ4IiwxXQ==", "WzEsMV0=", "WyIyMDI2LTExLTI1IiwxXQ=="])
async def test_a_cursor_of_another_list_is_refused(people: People, cursor: str) -> None:
    with pytest.raises(Refused, match=RefusalCode.CURSOR_NOT_UNDERSTOOD):
        await queries.rejected_calls(people.administrator, CallFilter(), first=None, after=cursor)


async def test_a_level_without_a_limit_is_not_listed(people: People) -> None:
    admin = people.administrator
    await load(admin, BLOCK)
    limited, _free = await holder(admin, name="Berlin"), await holder(admin, name="Hamburg")
    await limited.update_from_dict({"outgoing_call_limit": 4}).save()
    contract = await SiteContract.get(customer_id=admin.customer_id)

    async def levels() -> list[tuple[CallLevel, int | None, int]]:
        return [
            (place.level, place.limits.of(CallDirection.OUTGOING), place.rejected)
            for place in await queries.limited_places(admin)
        ]

    assert await levels() == [(CallLevel.CUSTOMER, 30, 0), (CallLevel.TRUNK, 4, 0)]
    await set_call_limit(people.service, contract.id, 10)
    at_site = {
        "level": CallLevel.SITE,
        "customer_id": None,
        "site_contract_id": to_global_id("SiteContract", contract.id),
    }
    await report_rejected_calls(
        people.service, [call(people), call(people, **at_site), call(people, "c2", **at_site)]
    )
    assert await levels() == [
        (CallLevel.CUSTOMER, 30, 1),
        (CallLevel.SITE, 10, 2),
        (CallLevel.TRUNK, 4, 0),
    ]
    await Customer.filter(id=admin.customer_id).update(booked_concurrent_calls=0)
    await set_call_limit(people.service, contract.id, None)
    assert await levels() == [(CallLevel.TRUNK, 4, 0)]


# Limits -------------------------------------------------------------------------------------------


async def test_setting_a_limit_is_logged_once(people: People) -> None:
    await load(people.administrator, BLOCK)
    contract = await SiteContract.get(number="SV-1")
    for limit in (10, 10, 12, None):
        await set_call_limit(people.service, contract.id, limit)
    entries = await AuditEntry.filter(action=AuditAction.CALL_LIMIT_SET).order_by("id")
    assert [entry.changes for entry in entries] == [
        [{"field": "callLimit", "before": before, "after": after}]
        for before, after in ((None, "10"), ("10", "12"), ("12", None))
    ]
    assert {entry.subject_name for entry in entries} == {"SV-1"}
    for limit in (0, 10_001):
        with pytest.raises(Invalid):
            await set_call_limit(people.service, contract.id, limit)
    for principal, error in (
        (people.administrator, Refused),
        (replace(people.service, customer_id=people.stranger.customer_id), NotFound),
    ):
        with pytest.raises(error):
            await set_call_limit(principal, contract.id, 3)
    assert (await SiteContract.get(id=contract.id)).call_limit is None


# Letting go ---------------------------------------------------------------------------------------


async def test_calls_are_gone_after_seven_days(people: People) -> None:
    with clock.reading(lambda: NOW):
        calls = [call(people, f"c{i}", at=NOW - i * HOUR) for i in range(4)]
        await report_rejected_calls(people.service, calls)
        assert await forget_old_calls() == 0
    admin = people.administrator
    with clock.reading(lambda: NOW + KEPT - 2 * HOUR):
        # Nobody sees them any more, also before they are deleted.
        assert await queries.count(admin) == 2
        page = await queries.rejected_calls(admin, CallFilter(), first=None, after=None)
        assert [row.call_id for row in page.rows] == ["c0", "c1"]
        assert sum(entry.count for entry in await queries.by_hour(admin, CallFilter())) == 2
        assert await RejectedCall.all().count() == 4
        assert await forget_old_calls() == 2
        assert await forget_old_calls() == 0
    left = await RejectedCall.all().order_by("call_id").values_list("call_id", flat=True)
    assert left == ["c0", "c1"]


async def test_many_calls_are_deleted_bit_by_bit(people: People) -> None:
    for part in range(2):
        calls = [call(people, f"c{part}-{i}") for i in range(MAX_REPORTED)]
        await report_rejected_calls(people.service, calls)
    await report_rejected_calls(people.service, [call(people, "the last")])
    tomorrow_week = clock.now() + KEPT + HOUR
    with clock.reading(lambda: tomorrow_week):
        assert await forget_old_calls() == 2 * AT_ONCE + 1
    assert not await RejectedCall.exists()
