"""Planned orders run when their day begins in Berlin, and those of one trunk in turn."""

from datetime import timedelta

import pytest

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import Holder
from dialtree.orders.claiming import LEASE, Claim, claim_next, next_due_at
from dialtree.orders.models import Order, OrderStatus
from dialtree.orders.worker import run_due
from tests.invariants import Unchanged, check
from tests.stock import (
    APP_URL,
    SetClock,
    assign,
    at,
    done,
    holder,
    ids,
    set_clock,
    split,
)

A_MOMENT = timedelta(microseconds=1)


async def claimed() -> Claim:
    claim = await claim_next()
    assert claim is not None
    return claim


async def plan(admin: Principal, trunk: Holder, time: SetClock, days: int) -> Order:
    day = clock.today() + timedelta(days=days)
    change = NumberChange(trunk.id, await ids("030 23125-1"), execution_date=day)
    return await change_numbers(admin, change)


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        ((2027, 1, 15), "2027-01-14T23:00"),
        ((2027, 3, 28), "2027-03-27T23:00"),  # the clock goes forward that night
        ((2027, 3, 29), "2027-03-28T22:00"),
        ((2027, 7, 15), "2027-07-14T22:00"),
        ((2027, 10, 31), "2027-10-30T22:00"),  # and back again
        ((2027, 11, 1), "2027-10-31T23:00"),
    ],
)
async def test_a_planned_order_runs_at_midnight_in_berlin(
    admin: Principal, trunk: Holder, day: tuple[int, int, int], utc: str
) -> None:
    with set_clock(*day) as time:
        date_ = clock.today()
        time.forward(timedelta(days=-40))
        change = NumberChange(trunk.id, await ids("030 23125-1"), execution_date=date_)
        order = await change_numbers(admin, change)
        assert order.status == OrderStatus.PLANNED
        order = await Order.get(id=order.id)
        assert order.due_at.isoformat().startswith(utc)

        time.to_midnight(date_, but=-A_MOMENT)
        async with Unchanged():
            assert await run_due(APP_URL) == 0
        time.to_midnight(date_)
        await done(order)
        assert (await at("030 23125-1")).holder_id == trunk.id
        await check()


async def test_a_day_begins_in_berlin_and_not_in_utc(admin: Principal, trunk: Holder) -> None:
    with set_clock(2026, 11, 23, hour=23) as time:  # 00:00 on the 24th
        order = await plan(admin, trunk, time, 0)
        assert order.execution_date is not None
        assert order.execution_date.day == 24
        assert order.status == OrderStatus.QUEUED


async def test_orders_that_became_due_while_no_worker_ran_are_executed_in_turn(
    admin: Principal, trunk: Holder
) -> None:
    """A trunk at its limit: the planned removal makes room for the later addition (H2)."""
    await assign(admin, trunk, *(f"030 23125-{digit}" for digit in range(9)))
    await split(admin, "030 23125-9")
    await assign(admin, trunk, "030 23125-90")
    with set_clock(2026, 11, 23) as time:
        today = clock.today()
        addition = NumberChange(
            trunk.id, await ids("030 23125-91"), execution_date=today + timedelta(days=5)
        )
        removal = NumberChange(
            trunk.id, remove=await ids("030 23125-0"), execution_date=today + timedelta(days=4)
        )
        await change_numbers(admin, removal)
        order = await change_numbers(admin, addition)
        time.forward(timedelta(days=30))
        await done(order)
    assert {order.status for order in await Order.all()} == {OrderStatus.SUCCEEDED}
    await check()


async def test_a_later_order_of_a_trunk_waits_for_the_earlier_one(
    admin: Principal, trunk: Holder
) -> None:
    """However many workers there are, and also while the earlier one is tried again (H2)."""
    await assign(admin, trunk, *(f"030 23125-{digit}" for digit in range(9)))
    await split(admin, "030 23125-9")
    await assign(admin, trunk, "030 23125-90")
    with set_clock(2026, 11, 23) as time:
        today = clock.today()
        for days, add, remove in ((4, (), "030 23125-0"), (5, ("030 23125-91",), None)):
            change = NumberChange(
                trunk.id,
                await ids(*add),
                await ids(remove) if remove else (),
                execution_date=today + timedelta(days=days),
            )
            await change_numbers(admin, change)
        other = await holder(admin, name="Berlin")
        elsewhere = NumberChange(
            other.id, await ids("040 66969-4"), execution_date=today + timedelta(days=6)
        )
        elsewhere_id = (await change_numbers(admin, elsewhere)).id
        time.forward(timedelta(days=30))
        crashed = await claimed()
        assert (await claimed()).order_id == elsewhere_id
        assert await claim_next() is None
        assert await next_due_at(clock.now()) == time.now + LEASE
        time.forward(LEASE)
        assert (await claimed()).order_id == crashed.order_id
        assert await run_due(APP_URL) == 1  # the order elsewhere, abandoned too
        time.forward(LEASE)
        assert await run_due(APP_URL) == 2
    assert {order.status for order in await Order.all()} == {OrderStatus.SUCCEEDED}
    await check()
