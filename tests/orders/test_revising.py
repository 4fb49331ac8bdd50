"""Cancelling, moving and undoing orders: O4, O6, H2."""

from collections.abc import Awaitable
from datetime import date, timedelta

import pytest

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import Holder, HolderKind, HolderStatus
from dialtree.inventory.commands import merge_range, split_range
from dialtree.inventory.models import NumberRange, RangeState
from dialtree.orders.claiming import claim_next
from dialtree.orders.models import Order, OrderKind, OrderStatus
from dialtree.orders.revising import reschedule_order, undo_order
from dialtree.orders.worker import run_due
from dialtree.refusals import NotFound, RefusalCode, Refused
from tests.conftest import People
from tests.invariants import Unchanged, check
from tests.stock import (
    APP_URL,
    assign,
    at,
    cancel,
    create_trunk,
    done,
    holder,
    ids,
    load,
    set_clock,
    split,
)

FIRST_LEVEL = tuple(f"030 23125-{digit}" for digit in range(10))


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


async def plan(
    admin: Principal, trunk: Holder, days: int, *add: str, remove: tuple[str, ...] = ()
) -> Order:
    change = NumberChange(trunk.id, await ids(*add), await ids(*remove), in_days(days))
    return await change_numbers(admin, change)


async def refused(command: Awaitable[Order]) -> RefusalCode:
    async with Unchanged():
        with pytest.raises(Refused) as caught:
            await command
    return caught.value.refusal.code


# Cancelling --------------------------------------------------------------------------------------


async def test_o4_a_cancelled_order_frees_what_it_reserved_and_never_runs(
    admin: Principal, trunk: Holder
) -> None:
    await assign(admin, trunk, "030 23125-1")
    order = await plan(admin, trunk, 5, "030 23125-2", remove=("030 23125-1",))

    cancelled = await cancel(admin, order.id)

    assert cancelled.status == OrderStatus.CANCELLED
    assert cancelled.finished_at is not None
    assert not await NumberRange.filter(open_order_id__isnull=False).exists()
    await check()
    async with Unchanged():
        assert (await cancel(admin, order.id)).status == OrderStatus.CANCELLED
        day = in_days(10)
        with set_clock(day.year, day.month, day.day):
            assert await run_due(APP_URL) == 0


async def test_o4_what_has_not_begun_to_run_can_be_cancelled(admin: Principal) -> None:
    await split(admin, "030 23125-3")
    range_ = await at("030 23125-3")
    order = await merge_range(admin, range_.id)
    await cancel(admin, order.id)
    await check()
    await done(await merge_range(admin, range_.id))


async def test_o4_what_runs_or_is_done_cannot_be_cancelled(admin: Principal) -> None:
    order = await split_range(admin, (await at("030 23125-3")).id)
    await claim_next()
    assert await refused(cancel(admin, order.id)) == RefusalCode.ORDER_STARTED
    order = await split_range(admin, (await at("030 23125-4")).id)
    await done(order)
    assert await refused(cancel(admin, order.id)) == RefusalCode.ORDER_FINISHED


async def test_h2_a_removal_that_later_orders_count_on_cannot_be_cancelled(
    admin: Principal, trunk: Holder
) -> None:
    await assign(admin, trunk, *FIRST_LEVEL[:9])
    await split(admin, "030 23125-9")
    await assign(admin, trunk, "030 23125-90")
    removal = await plan(admin, trunk, 3, remove=("030 23125-0",))
    addition = await plan(admin, trunk, 4, "030 23125-91")
    assert await refused(cancel(admin, removal.id)) == RefusalCode.TRUNK_BLOCK_LIMIT
    await cancel(admin, addition.id)
    await cancel(admin, removal.id)
    await check()


async def test_t2_with_the_order_of_a_trunk_the_trunk_goes_and_its_other_orders(
    admin: Principal,
) -> None:
    element, other = await ids("030 23125-1", "030 23125-2")
    order = await create_trunk(admin, "Neubau", (element,), in_days(5))
    assert order.holder_id is not None
    change = NumberChange(order.holder_id, (other,), execution_date=in_days(6))
    later = await change_numbers(admin, change)
    await check()
    await cancel(admin, order.id)
    await check()
    assert (await Order.get(id=later.id)).status == OrderStatus.CANCELLED
    for range_ in (await at("030 23125-1"), await at("030 23125-2")):
        assert (range_.state, range_.open_order_id) == (RangeState.FREE, None)
    with pytest.raises(NotFound):
        await change_numbers(admin, change)
    # Its name is free for another.
    await create_trunk(admin, "Neubau", (element,), in_days(5))


# Moving ------------------------------------------------------------------------------------------


async def test_o4_a_planned_order_runs_on_the_day_it_was_moved_to(
    admin: Principal, trunk: Holder
) -> None:
    order = await plan(admin, trunk, 5, "030 23125-1")
    for days in (9, 2):
        moved = await reschedule_order(admin, order.id, in_days(days))
        assert moved.status == OrderStatus.PLANNED
        assert moved.execution_date == in_days(days)
        assert moved.due_at == clock.midnight(in_days(days))
        await check()
    day = in_days(2)
    with set_clock(day.year, day.month, day.day):
        await done(order)


async def test_o4_moved_to_today_it_runs_now(admin: Principal, trunk: Holder) -> None:
    order = await plan(admin, trunk, 5, "030 23125-1")
    moved = await reschedule_order(admin, order.id, clock.today())
    assert moved.status == OrderStatus.QUEUED
    await done(order)
    await check()


async def test_h3_an_order_is_moved_within_a_year(admin: Principal, trunk: Holder) -> None:
    order = await plan(admin, trunk, 5, "030 23125-1")
    code = await refused(reschedule_order(admin, order.id, in_days(-1)))
    assert code == RefusalCode.EXECUTION_DATE_PAST
    code = await refused(reschedule_order(admin, order.id, in_days(367)))
    assert code == RefusalCode.EXECUTION_DATE_TOO_FAR


async def test_o4_only_planned_orders_can_be_moved(admin: Principal, trunk: Holder) -> None:
    order = await split_range(admin, (await at("030 23125-3")).id)
    moving = reschedule_order(admin, order.id, in_days(3))
    assert await refused(moving) == RefusalCode.ORDER_NOT_PLANNED
    order = await assign(admin, trunk, "030 23125-1")
    moving = reschedule_order(admin, order.id, in_days(3))
    assert await refused(moving) == RefusalCode.ORDER_NOT_PLANNED


async def test_h2_moving_respects_the_limits_of_all_days(admin: Principal, trunk: Holder) -> None:
    await assign(admin, trunk, *FIRST_LEVEL[:9])
    await split(admin, "030 23125-9")
    await assign(admin, trunk, "030 23125-90")
    removal = await plan(admin, trunk, 3, remove=("030 23125-0",))
    addition = await plan(admin, trunk, 6, "030 23125-91")
    for order, days in ((removal, 6), (removal, 7), (addition, 3), (addition, 1)):
        moving = reschedule_order(admin, order.id, in_days(days))
        assert await refused(moving) == RefusalCode.TRUNK_BLOCK_LIMIT
    for order, days in ((removal, 5), (addition, 7), (removal, 6)):
        await reschedule_order(admin, order.id, in_days(days))
    await check()


async def test_an_order_cannot_be_moved_before_the_contract_of_its_numbers_starts(
    admin: Principal, trunk: Holder
) -> None:
    await load(admin, "089;99998;3;", contract="SV-N", starts=in_days(10))
    order = await plan(admin, trunk, 12, "089 99998-1")
    moving = reschedule_order(admin, order.id, in_days(9))
    assert await refused(moving) == RefusalCode.CONTRACT_NOT_STARTED
    await reschedule_order(admin, order.id, in_days(10))
    await check()


async def test_t2_a_planned_trunk_can_be_moved_until_its_first_other_order(
    admin: Principal,
) -> None:
    element, other = await ids("030 23125-1", "030 23125-2")
    order = await create_trunk(admin, "Neubau", (element,), in_days(5))
    assert order.holder_id is not None
    await change_numbers(admin, NumberChange(order.holder_id, (other,), execution_date=in_days(8)))
    moving = reschedule_order(admin, order.id, in_days(9))
    assert await refused(moving) == RefusalCode.TRUNK_STARTS_AFTER_CHANGE
    for days in (8, 2):
        await reschedule_order(admin, order.id, in_days(days))
    day = in_days(8)
    with set_clock(day.year, day.month, day.day):
        await done(order)
    trunk = await Holder.get(id=order.holder_id)
    assert (trunk.status, trunk.element_count) == (HolderStatus.ACTIVE, 2)
    await check()


# Undoing -----------------------------------------------------------------------------------------


async def test_o6_a_split_is_undone_by_a_merge_and_that_by_a_split(admin: Principal) -> None:
    range_ = await at("030 23125-3")
    first = await done(await split_range(admin, range_.id))
    second = await done(await undo_order(admin, first.id))
    assert (second.kind, second.undoes_id) == (OrderKind.MERGE, first.id)
    assert (await at("030 23125-3")).state == RangeState.FREE
    third = await done(await undo_order(admin, second.id))
    assert (third.kind, third.undoes_id) == (OrderKind.SPLIT, second.id)
    assert await NumberRange.filter(parent_id=range_.id).count() == 10
    await check()


async def test_o6_a_change_is_undone_by_the_opposite_change(
    admin: Principal, trunk: Holder
) -> None:
    await assign(admin, trunk, "030 23125-1", "0221 4710999")
    change = NumberChange(
        trunk.id, await ids("030 23125-2", "040 66969-3"), await ids("030 23125-1")
    )
    order = await done(await change_numbers(admin, change))
    undone = await done(await undo_order(admin, order.id))
    assert (undone.kind, undone.undoes_id) == (OrderKind.CHANGE_NUMBERS, order.id)
    held = await NumberRange.filter(holder_id=trunk.id).order_by("digits")
    assert [range_.display() for range_ in held] == ["0221 4710999", "030 23125-1xx"]
    await check()


async def test_o6_the_rules_are_asked_anew(admin: Principal, trunk: Holder) -> None:
    range_ = await at("030 23125-3")
    order = await done(await split_range(admin, range_.id))
    await assign(admin, trunk, "030 23125-34")
    assert await refused(undo_order(admin, order.id)) == RefusalCode.MERGE_BENEATH_ASSIGNED

    added = await assign(admin, trunk, "030 23125-1")
    await done(await undo_order(admin, added.id))
    await assign(admin, await holder(admin, HolderKind.CLOUD_PBX, "Zentrale"), "030 23125-1")
    assert await refused(undo_order(admin, added.id)) == RefusalCode.ELEMENT_NOT_HELD


async def test_o6_what_is_not_to_be_undone_in_one_step(admin: Principal, trunk: Holder) -> None:
    three = (await at("030 23125-3")).id
    await split(admin, "030 23125-3", "030 23125-34")
    merge = await done(await merge_range(admin, three))
    assert merge.merged_levels == 2
    assert await refused(undo_order(admin, merge.id)) == RefusalCode.UNDO_NOT_POSSIBLE

    await split(admin, "030 23125-4")
    child = await at("030 23125-45")
    gone = await done(await split_range(admin, child.id))
    await done(await merge_range(admin, (await at("030 23125-4")).id))
    assert await refused(undo_order(admin, gone.id)) == RefusalCode.UNDO_NOT_POSSIBLE

    planned = await plan(admin, trunk, 3, "030 23125-7")
    assert await refused(undo_order(admin, planned.id)) == RefusalCode.ORDER_NOT_SUCCEEDED


# Who ---------------------------------------------------------------------------------------------


async def test_h5_p2_only_administrators_of_the_customer_revise(
    admin: Principal, trunk: Holder, people: People
) -> None:
    order = await plan(admin, trunk, 5, "030 23125-1")
    finished = await assign(admin, trunk, "030 23125-2")

    def commands(principal: Principal) -> list[Awaitable[Order]]:
        return [
            cancel(principal, order.id),
            reschedule_order(principal, order.id, in_days(6)),
            undo_order(principal, finished.id),
        ]

    for command in commands(people.viewer):
        assert await refused(command) == RefusalCode.NOT_ADMINISTRATOR
    for command in commands(people.stranger):
        assert await refused(command) == RefusalCode.NOT_FOUND


async def test_o6_a_split_is_not_undone_with_what_was_split_further(admin: Principal) -> None:
    order = await split_range(admin, (await at("030 23125-3")).id)
    await done(order)
    await split(admin, "030 23125-31")
    assert await refused(undo_order(admin, order.id)) == RefusalCode.UNDO_NOT_POSSIBLE


async def test_o6_a_split_is_not_undone_after_it_was_merged_and_made_anew(
    admin: Principal,
) -> None:
    order = await split_range(admin, (await at("030 23125-3")).id)
    await done(order)
    await done(await merge_range(admin, (await at("030 23125-3")).id))
    await split(admin, "030 23125-3")
    assert await refused(undo_order(admin, order.id)) == RefusalCode.UNDO_NOT_POSSIBLE


async def test_o5_undoing_again_with_the_same_key_gives_the_same_order(admin: Principal) -> None:
    order = await split_range(admin, (await at("030 23125-3")).id)
    await done(order)
    undo = await undo_order(admin, order.id, "once")
    await done(undo)
    assert (await undo_order(admin, order.id, "once")).id == undo.id
