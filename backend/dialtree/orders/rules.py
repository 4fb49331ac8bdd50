"""Whether an order may be cancelled, moved or undone (O4, O6). Pure."""

from datetime import date, datetime

from dialtree import clock
from dialtree.orders.models import OrderKind, OrderStatus
from dialtree.refusals import Refusal, RefusalCode

_FINISHED = (OrderStatus.SUCCEEDED, OrderStatus.FAILED, OrderStatus.CANCELLED)


def why_not_cancel(reference: str, status: OrderStatus) -> Refusal | None:
    if status in _FINISHED:
        return Refusal(RefusalCode.ORDER_FINISHED, {"order": reference})
    if status == OrderStatus.RUNNING:
        return Refusal(RefusalCode.ORDER_STARTED, {"order": reference})
    return None


def has_reschedule(kind: OrderKind) -> bool:
    """Splits and merges run at once only; orders of holders can have a date (H3)."""
    return kind in (OrderKind.CHANGE_NUMBERS, OrderKind.CREATE_TRUNK)


def why_not_reschedule(reference: str, status: OrderStatus) -> Refusal | None:
    if status == OrderStatus.PLANNED:
        return None
    return Refusal(RefusalCode.ORDER_NOT_PLANNED, {"order": reference})


def why_not_after(reference: str, day: date, other_due_at: datetime | None) -> Refusal | None:
    """A trunk's first day cannot come after the day of one of its other orders (T2)."""
    if other_due_at is None or clock.midnight(day) <= other_due_at:
        return None
    return Refusal(RefusalCode.TRUNK_STARTS_AFTER_CHANGE, {"order": reference, "date": day})


def why_not_undo(
    reference: str,
    kind: OrderKind,
    status: OrderStatus,
    merged_levels: int | None,
    *,
    holder_is_gone: bool = False,
) -> Refusal | None:
    """Only what one order of the opposite kind restores exactly can be undone."""
    if status != OrderStatus.SUCCEEDED:
        return Refusal(RefusalCode.ORDER_NOT_SUCCEEDED, {"order": reference})
    of_trunk = kind in (OrderKind.CREATE_TRUNK, OrderKind.DELETE_TRUNK)
    if of_trunk or holder_is_gone or (kind == OrderKind.MERGE and merged_levels != 1):
        return Refusal(RefusalCode.UNDO_NOT_POSSIBLE, {"order": reference})
    return None


def why_outdated(reference: str, *, is_outdated: bool) -> Refusal | None:
    """Only a change that still stands as the order made it can be undone."""
    return Refusal(RefusalCode.UNDO_NOT_POSSIBLE, {"order": reference}) if is_outdated else None
