"""Cancelling, moving and undoing orders: the rules O4 and O6, without a database."""

import pytest

from dialtree.orders.models import OPEN_STATUSES, OrderKind, OrderStatus
from dialtree.orders.rules import (
    has_reschedule,
    why_not_cancel,
    why_not_reschedule,
    why_not_undo,
)
from dialtree.refusals import Refusal, RefusalCode

ORDER = "A-000007"
FINISHED = [status for status in OrderStatus if status not in OPEN_STATUSES]


def code(refusal: Refusal | None) -> RefusalCode | None:
    assert refusal is None or refusal.params == {"order": ORDER}
    return refusal.code if refusal else None


@pytest.mark.parametrize("status", [OrderStatus.PLANNED, OrderStatus.QUEUED])
def test_o4_an_order_can_be_cancelled_until_it_runs(status: OrderStatus) -> None:
    assert why_not_cancel(ORDER, status) is None


def test_o4_a_running_order_cannot_be_cancelled() -> None:
    assert code(why_not_cancel(ORDER, OrderStatus.RUNNING)) == RefusalCode.ORDER_STARTED


@pytest.mark.parametrize("status", FINISHED)
def test_o4_a_finished_order_cannot_be_cancelled(status: OrderStatus) -> None:
    assert code(why_not_cancel(ORDER, status)) == RefusalCode.ORDER_FINISHED


def test_o4_only_orders_that_can_have_a_date_can_be_moved() -> None:
    assert [kind for kind in OrderKind if has_reschedule(kind)] == [
        OrderKind.CHANGE_NUMBERS,
        OrderKind.CREATE_TRUNK,
    ]


@pytest.mark.parametrize("status", OrderStatus)
def test_o4_only_a_planned_order_can_be_moved(status: OrderStatus) -> None:
    expected = None if status == OrderStatus.PLANNED else RefusalCode.ORDER_NOT_PLANNED
    assert code(why_not_reschedule(ORDER, status)) == expected


@pytest.mark.parametrize("kind", OrderKind)
@pytest.mark.parametrize("status", [s for s in OrderStatus if s != OrderStatus.SUCCEEDED])
def test_o6_only_a_succeeded_order_can_be_undone(kind: OrderKind, status: OrderStatus) -> None:
    assert code(why_not_undo(ORDER, kind, status, 1)) == RefusalCode.ORDER_NOT_SUCCEEDED


@pytest.mark.parametrize(
    ("kind", "merged_levels", "expected"),
    [
        (OrderKind.SPLIT, None, None),
        (OrderKind.CHANGE_NUMBERS, None, None),
        (OrderKind.MERGE, 1, None),
        (OrderKind.MERGE, 2, RefusalCode.UNDO_NOT_POSSIBLE),
        (OrderKind.CREATE_TRUNK, None, RefusalCode.UNDO_NOT_POSSIBLE),
    ],
)
def test_o6_what_one_order_of_the_opposite_kind_restores_can_be_undone(
    kind: OrderKind, merged_levels: int | None, expected: RefusalCode | None
) -> None:
    assert code(why_not_undo(ORDER, kind, OrderStatus.SUCCEEDED, merged_levels)) == expected
