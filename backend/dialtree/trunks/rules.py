"""What may be done with a SIP trunk itself (T1-T5). Pure."""

from dataclasses import dataclass

from dialtree.holders.models import TrunkProfile
from dialtree.inputs import Inputs
from dialtree.refusals import Refusal, RefusalCode

MAX_CALL_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class CallLimits:
    """How many calls may run at once over a trunk; null: as many as are booked (T1)."""

    total: int | None = None
    incoming: int | None = None
    outgoing: int | None = None


def check_call_limits(inputs: Inputs, limits: CallLimits) -> CallLimits:
    """Notes what is out of bounds, or more than the limit for all calls."""
    total = inputs.number("callLimits.total", limits.total, 1, MAX_CALL_LIMIT)
    for direction in ("incoming", "outgoing"):
        field = f"callLimits.{direction}"
        value = inputs.number(field, getattr(limits, direction), 1, MAX_CALL_LIMIT)
        if value is not None and total is not None and value > total:
            params = {"value": value, "total": total}
            inputs.note(field, Refusal(RefusalCode.CALL_LIMIT_OVER_TOTAL, params), str(value))
    return limits


def why_name_taken(name: str, *, is_taken: bool) -> Refusal | None:
    """Names are unique per customer, whatever their case (T1)."""
    return Refusal(RefusalCode.TRUNK_NAME_TAKEN, {"name": name}) if is_taken else None


def why_not_profile(
    holder: str, present: TrunkProfile | None, wanted: TrunkProfile | None
) -> Refusal | None:
    """`wanted` null: nothing was said about it (T3)."""
    if wanted is None or wanted == present:
        return None
    return Refusal(RefusalCode.TRUNK_PROFILE_FIXED, {"holder": holder})


def why_not_delete(holder: str, creation: str | None) -> Refusal | None:
    """`creation`: reference of the open order that makes a planned trunk active (T2)."""
    if creation is None:
        return None
    return Refusal(RefusalCode.TRUNK_STILL_PLANNED, {"holder": holder, "order": creation})
