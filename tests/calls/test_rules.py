"""What can be said of a rejected call (C2, C4)."""

from datetime import UTC, datetime, timedelta

import pytest

from dialtree.calls.models import CallDirection, CallLevel
from dialtree.calls.rules import (
    AHEAD,
    KEPT,
    MAX_REPORTED,
    Limits,
    booked,
    hour_of,
    why_no_limit,
    why_not_at,
    why_not_place,
    why_too_many,
)
from dialtree.refusals import RefusalCode

NOW = datetime(2026, 10, 25, 0, 59, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
IN, OUT = CallDirection.INCOMING, CallDirection.OUTGOING


@pytest.mark.parametrize(
    ("at", "good"),
    [
        (NOW, True),
        (NOW - KEPT + SECOND, True),
        (NOW - KEPT, False),
        (NOW + AHEAD, True),
        (NOW + AHEAD + SECOND, False),
    ],
)
def test_a_call_is_of_the_last_days(at: datetime, good: bool) -> None:
    refusal = why_not_at(at, NOW)
    assert (refusal is None) == good
    assert good or (refusal and refusal.code == RefusalCode.CALL_NOT_RECENT)


@pytest.mark.parametrize(
    ("level", "given", "good"),
    [
        (CallLevel.CUSTOMER, {"customerId"}, True),
        (CallLevel.CUSTOMER, {"siteContractId"}, True),
        (CallLevel.CUSTOMER, {"trunkUserName"}, True),
        (CallLevel.SITE, {"siteContractId"}, True),
        (CallLevel.SITE, {"customerId"}, False),
        (CallLevel.SITE, {"sipTrunkId"}, False),
        (CallLevel.TRUNK, {"sipTrunkId"}, True),
        (CallLevel.TRUNK, {"trunkUserName"}, True),
        (CallLevel.TRUNK, {"customerId"}, False),
        (CallLevel.TRUNK, {"sipTrunkId", "trunkUserName"}, False),
        (CallLevel.CUSTOMER, set(), False),
    ],
)
def test_one_place_that_is_as_narrow_as_the_level(
    level: CallLevel, given: set[str], good: bool
) -> None:
    assert (why_not_place(level, frozenset(given)) is None) == good


@pytest.mark.parametrize(
    ("limits", "incoming", "outgoing"),
    [
        (Limits(), None, None),
        (Limits(30), 30, 30),
        (Limits(30, 20), 20, 30),
        (Limits(None, 20), 20, None),
        (Limits(30, 20, 10), 20, 10),
        (booked(0), None, None),
        (booked(12), 12, 12),
    ],
)
def test_the_limit_a_call_meets_first(
    limits: Limits, incoming: int | None, outgoing: int | None
) -> None:
    assert (limits.of(IN), limits.of(OUT)) == (incoming, outgoing)
    assert limits.is_set == (limits != Limits())


def test_nothing_is_rejected_without_a_limit() -> None:
    assert why_no_limit(CallLevel.SITE, 1) is None
    assert why_no_limit(CallLevel.SITE, None) is not None


def test_a_report_has_a_size() -> None:
    assert why_too_many(MAX_REPORTED) is None
    assert why_too_many(MAX_REPORTED + 1) is not None


def test_the_hour_begins_with_its_first_minute() -> None:
    assert hour_of(NOW) == datetime(2026, 10, 25, 0, tzinfo=UTC)
