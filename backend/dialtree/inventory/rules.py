"""Whether a range may be split or merged. Pure: it refuses the order and greys out the button."""

from collections.abc import Sequence
from dataclasses import dataclass

from dialtree.inventory.models import RangeKind, RangeState
from dialtree.refusals import Refusal, RefusalCode

MAX_NAMED_BLOCKERS = 5


@dataclass(frozen=True, slots=True)
class RangeFacts:
    """What the rules need to know of one range. `open_order` is the reference of an open order
    that reserves it, other than the one being checked."""

    kind: RangeKind
    state: RangeState
    open_digits: int
    level: int
    display: str
    holder: str | None = None
    open_order: str | None = None


def why_not_postpone(contract: str, assigned: Sequence[str]) -> Refusal | None:
    """Whether numbers of a contract may wait for a day ahead: not those with a holder."""
    if not assigned:
        return None
    named = ", ".join(assigned[:MAX_NAMED_BLOCKERS])
    if len(assigned) > MAX_NAMED_BLOCKERS:
        named += ", …"
    return Refusal(RefusalCode.CONTRACT_NUMBERS_ASSIGNED, {"contract": contract, "ranges": named})


@dataclass(frozen=True, slots=True)
class Blocker:
    """A range beneath another that keeps it from being merged: held, or in an open order."""

    display: str
    holder: str | None = None
    open_order: str | None = None


def has_split(range_: RangeFacts) -> bool:
    """Whether the action exists at all (S1); once a range is split, merge takes its place."""
    return (
        range_.kind == RangeKind.RANGE
        and range_.open_digits > 0
        and range_.state != RangeState.SPLIT
    )


def has_merge(range_: RangeFacts) -> bool:
    """Whether the action exists at all: the first-level ranges of a block are no split (N2)."""
    return range_.kind == RangeKind.RANGE and range_.state == RangeState.SPLIT


def why_not_touch(range_: RangeFacts) -> Refusal | None:
    """Why an order may not name this range as something free: held (S2), in an open order (S3)."""
    if range_.open_order is not None:
        return Refusal(
            RefusalCode.RANGE_IN_OPEN_ORDER,
            {"range": range_.display, "order": range_.open_order},
        )
    if range_.state == RangeState.ASSIGNED:
        return Refusal(
            RefusalCode.RANGE_ASSIGNED, {"range": range_.display, "holder": range_.holder or "?"}
        )
    return None


def why_not_split(range_: RangeFacts) -> Refusal | None:
    if range_.kind == RangeKind.RANGE and range_.state == RangeState.SPLIT:
        return Refusal(RefusalCode.RANGE_ALREADY_SPLIT, {"range": range_.display})
    if not has_split(range_):
        return Refusal(RefusalCode.SPLIT_NEEDS_OPEN_DIGITS, {"range": range_.display})
    return why_not_touch(range_)


def why_not_merge(range_: RangeFacts, blockers: Sequence[Blocker]) -> Refusal | None:
    """`blockers`: every range beneath that is held or named by an open order (M1)."""
    if not has_merge(range_):
        return Refusal(RefusalCode.MERGE_NEEDS_SPLIT_RANGE, {"range": range_.display})
    if range_.open_order is not None:
        return why_not_touch(range_)
    held = [f"{b.display} → {b.holder}" for b in blockers if b.holder is not None]
    if held:
        return Refusal(
            RefusalCode.MERGE_BENEATH_ASSIGNED,
            {"range": range_.display, "blockers": _named(held)},
        )
    ordered = [f"{b.display} → {b.open_order}" for b in blockers if b.open_order is not None]
    if ordered:
        return Refusal(
            RefusalCode.MERGE_BENEATH_IN_OPEN_ORDER,
            {"range": range_.display, "blockers": _named(ordered)},
        )
    return None


def _named(blockers: Sequence[str]) -> str:
    rest = len(blockers) - MAX_NAMED_BLOCKERS
    return ", ".join(blockers[:MAX_NAMED_BLOCKERS]) + (f", … (+{rest})" if rest > 0 else "")
