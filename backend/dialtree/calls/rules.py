"""What can be said of a rejected call: on which levels, from when, with which numbers. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dialtree.calls.models import CallDirection, CallLevel
from dialtree.refusals import Refusal, RefusalCode

KEPT = timedelta(days=7)
"""How long a rejected call is kept (C2)."""
AHEAD = timedelta(minutes=5)
"""How far the clock of the network may be ahead of ours."""
MAX_REPORTED = 1000
MAX_CALL_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How many calls may run at once somewhere; null: no limit of its own."""

    total: int | None = None
    incoming: int | None = None
    outgoing: int | None = None

    def of(self, direction: CallDirection) -> int | None:
        """What a call of this direction meets first."""
        own = self.incoming if direction == CallDirection.INCOMING else self.outgoing
        limits = [limit for limit in (own, self.total) if limit is not None]
        return min(limits) if limits else None

    @property
    def is_set(self) -> bool:
        """A level without a limit is not listed (C2)."""
        return any(limit is not None for limit in (self.total, self.incoming, self.outgoing))


def booked(calls: int) -> Limits:
    """Of a customer: what is booked (C1); nothing booked is no limit that could be met."""
    return Limits(calls or None)


def hour_of(at: datetime) -> datetime:
    """Where the hour of `at` begins; in UTC and in Berlin it is the same."""
    return at.replace(minute=0, second=0, microsecond=0)


def why_too_many(count: int) -> Refusal | None:
    if count <= MAX_REPORTED:
        return None
    params = {"count": count, "limit": MAX_REPORTED}
    return Refusal(RefusalCode.TOO_MANY_CALLS_REPORTED, params)


def why_not_at(at: datetime, now: datetime) -> Refusal | None:
    """A call is reported within the days it is kept, and not before it was made (C2)."""
    if now - KEPT < at <= now + AHEAD:
        return None
    value = at.isoformat(timespec="seconds")
    return Refusal(RefusalCode.CALL_NOT_RECENT, {"value": value, "days": KEPT.days})


def why_not_place(level: CallLevel, given: frozenset[str]) -> Refusal | None:
    """`given`: which of customerId, siteContractId, sipTrunkId and trunkUserName name the place.
    One does; what is more general than the level does not."""
    fitting = {
        CallLevel.CUSTOMER: ("customerId", "siteContractId", "sipTrunkId", "trunkUserName"),
        CallLevel.SITE: ("siteContractId",),
        CallLevel.TRUNK: ("sipTrunkId", "trunkUserName"),
    }[level]
    if len(given) == 1 and given <= set(fitting):
        return None
    params = {"level": level.value, "expected": ", ".join(fitting)}
    return Refusal(RefusalCode.CALL_PLACE_UNCLEAR, params)


def why_no_limit(level: CallLevel, limit: int | None) -> Refusal | None:
    """Nothing can be rejected where nothing is limited (C2)."""
    if limit is not None:
        return None
    return Refusal(RefusalCode.CALL_LEVEL_WITHOUT_LIMIT, {"level": level.value})
