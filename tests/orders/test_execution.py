"""An order has its effect exactly once, whole or not at all (O2), and fails when it has become
impossible (O3)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.database import transaction
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import Holder, HolderKind
from dialtree.inventory.commands import merge_range, split_range
from dialtree.inventory.models import (
    ContractStatus,
    NumberRange,
    RangeKind,
    RangeState,
    SiteContract,
)
from dialtree.language import Language
from dialtree.notifications.models import OutboxMail
from dialtree.orders.claiming import LEASE, PASSED_OVER, Claim, claim_next, give_back, next_due_at
from dialtree.orders.execution import MAX_FAULTS, execute
from dialtree.orders.models import Order, OrderStatus
from dialtree.orders.worker import run_due
from dialtree.refusals import Refusal, RefusalCode
from dialtree.statements import lock_rows
from dialtree.ucc.models import UccPartner
from tests.conftest import ON_POSTGRES
from tests.invariants import Unchanged, check, read_all
from tests.stock import (
    APP_URL,
    assign,
    at,
    done,
    holder,
    ids,
    load,
    set_clock,
    split,
)

A_MOMENT = timedelta(microseconds=1)
Ordering = Callable[[Principal, Holder], Awaitable[Order]]


async def a_split(admin: Principal, _trunk: Holder) -> Order:
    return await split_range(admin, (await at("030 23125-3")).id)


async def a_merge(admin: Principal, _trunk: Holder) -> Order:
    await split(admin, "030 23125-3")
    return await merge_range(admin, (await at("030 23125-3")).id)


async def a_change(admin: Principal, trunk: Holder) -> Order:
    await assign(admin, trunk, "030 23125-3")
    change = NumberChange(trunk.id, await ids("030 23125-4"), await ids("030 23125-3"))
    return await change_numbers(admin, change)


every_kind = pytest.mark.parametrize("ordering", [a_split, a_merge, a_change])


async def claimed() -> Claim:
    claim = await claim_next()
    assert claim is not None
    return claim


# O2: crashes -------------------------------------------------------------------------------------


@every_kind
async def test_o2_the_order_of_a_crashed_worker_runs_again_once(
    admin: Principal, trunk: Holder, ordering: Ordering
) -> None:
    with set_clock(2026, 11, 23) as time:
        order = await ordering(admin, trunk)
        first = await claimed()  # and dies
        assert (await Order.get(id=order.id)).status == OrderStatus.RUNNING

        time.forward(LEASE - A_MOMENT)
        assert await claim_next() is None
        time.forward(A_MOMENT)
        second = await claimed()
        assert (second.order_id, second.attempt) == (order.id, first.attempt + 1)
        assert await execute(second, APP_URL) == OrderStatus.SUCCEEDED

        await check()
        # The first was only slow: its effect is that of the second, which nothing repeats.
        async with Unchanged():
            assert await execute(first, APP_URL) is None
            assert await run_due(APP_URL) == 0


@every_kind
async def test_o2_a_slow_worker_has_no_effect_once_another_has_taken_over(
    admin: Principal, trunk: Holder, ordering: Ordering
) -> None:
    with set_clock(2026, 11, 23) as time:
        await ordering(admin, trunk)
        first = await claimed()
        time.forward(LEASE)
        second = await claimed()
        async with Unchanged():
            assert await execute(first, APP_URL) is None
        assert await execute(second, APP_URL) == OrderStatus.SUCCEEDED
        await check()


@every_kind
async def test_o2_an_order_that_is_given_back_is_executed_by_another_at_once(
    admin: Principal, trunk: Holder, ordering: Ordering
) -> None:
    """What the first attempt still does has no effect, also after the other has begun."""
    with set_clock(2026, 11, 23):
        await ordering(admin, trunk)
        first = await claimed()
        assert await claim_next() is None
        assert await give_back(first)
        async with Unchanged():
            assert not await give_back(first)
            assert await execute(first, APP_URL) is None
        second = await claimed()
        async with Unchanged():
            assert not await give_back(first)
            assert await execute(first, APP_URL) is None
        assert await execute(second, APP_URL) == OrderStatus.SUCCEEDED
        async with Unchanged():
            assert not await give_back(second)
        await check()


async def test_o2_a_slow_worker_cannot_fail_what_another_has_done(
    admin: Principal, trunk: Holder
) -> None:
    """The partner changes its mind between the two."""
    unify = await holder(admin, HolderKind.UCC_CONNECTION, "Unify", partner="ZOOM_X")
    await split(admin, "030 23125-3")
    with set_clock(2026, 11, 23) as time:
        await change_numbers(admin, NumberChange(unify.id, await ids("030 23125-30")))
        first = await claimed()
        time.forward(LEASE)
        second = await claimed()
        assert await execute(second, APP_URL) == OrderStatus.SUCCEEDED
        await UccPartner.filter(code="ZOOM_X").update(takes_split_ranges=False)
        async with Unchanged():
            assert await execute(first, APP_URL) is None


async def test_o2_a_worker_whose_lease_is_over_may_finish_if_nobody_took_over(
    admin: Principal, trunk: Holder
) -> None:
    with set_clock(2026, 11, 23) as time:
        await a_split(admin, trunk)
        claim = await claimed()
        time.forward(10 * LEASE)
        assert await execute(claim, APP_URL) == OrderStatus.SUCCEEDED
        await check()


@every_kind
async def test_o2_two_workers_at_the_same_moment(
    admin: Principal, trunk: Holder, ordering: Ordering
) -> None:
    with set_clock(2026, 11, 23) as time:
        order = await ordering(admin, trunk)
        first = await claimed()
        time.forward(LEASE)
        second = await claimed()
        results = await asyncio.gather(
            *(execute(claim, APP_URL) for claim in (first, second, first, second))
        )
    assert sorted(results, key=str) == [None, None, None, OrderStatus.SUCCEEDED]
    assert await OutboxMail.filter(order_id=order.id).count() == 1
    await check()


async def test_o2_several_workers_share_the_orders(admin: Principal) -> None:
    for digit in range(10):
        await split_range(admin, (await at(f"030 23125-{digit}")).id)
    counts = await asyncio.gather(*(run_due(APP_URL) for _ in range(4)))
    # One that finds nothing more at the moment stops, though others are not done.
    counts.append(await run_due(APP_URL))
    assert sum(counts) == 10
    orders = await Order.all()
    assert {(order.status, order.attempt) for order in orders} == {(OrderStatus.SUCCEEDED, 1)}
    await check()


async def test_the_order_that_waits_longest_is_claimed_first(admin: Principal) -> None:
    with set_clock(2026, 11, 23) as time:
        ordered = []
        for digit in (5, 2, 7):
            ordered.append((await split_range(admin, (await at(f"030 23125-{digit}")).id)).id)
            time.forward(timedelta(seconds=1))
        assert [(await claimed()).order_id for _ in ordered] == ordered
        assert await claim_next() is None


async def test_when_the_next_order_or_lease_is_due(admin: Principal, trunk: Holder) -> None:
    with set_clock(2026, 11, 23) as time:
        assert await next_due_at(clock.now()) is None
        day = clock.today() + timedelta(days=3)
        await change_numbers(
            admin, NumberChange(trunk.id, await ids("030 23125-4"), execution_date=day)
        )
        assert await next_due_at(clock.now()) == clock.midnight(day)
        await a_split(admin, trunk)
        assert await next_due_at(clock.now()) == time.now + PASSED_OVER
        await claimed()
        assert await next_due_at(clock.now()) == time.now + LEASE


@pytest.mark.skipif(not ON_POSTGRES, reason="on SQLite nobody claims while somebody holds a row")
async def test_an_order_that_somebody_holds_for_a_moment_is_looked_for_again_soon(
    admin: Principal, trunk: Holder
) -> None:
    """A change of it that is refused in the end tells nobody that it can be claimed now."""
    with set_clock(2026, 11, 23) as time:
        order = await a_split(admin, trunk)
        held, go_on = asyncio.Event(), asyncio.Event()

        async def hold() -> None:
            await lock_rows("SELECT id FROM order_request WHERE id = $1", order.id)
            held.set()
            await go_on.wait()

        holding = asyncio.create_task(transaction(hold))
        await held.wait()
        assert await claim_next() is None
        assert await next_due_at(clock.now()) == time.now + PASSED_OVER
        go_on.set()
        await holding
        assert (await claimed()).order_id == order.id


# O2: errors --------------------------------------------------------------------------------------


async def _in_the_way(admin: Principal) -> NumberRange:
    """A row that no command would have made: the split of 030 23125-3xx meets a constraint."""
    neighbour = await at("030 23125-4")
    return await NumberRange.create(
        customer_id=admin.customer_id,
        contract_id=neighbour.contract_id,
        kind=RangeKind.SINGLE_NUMBER,
        level=0,
        digits="49302312537",
        open_digits=0,
        area_length=2,
        state=RangeState.FREE,
        free_count=1,
    )


async def test_o2_an_unexpected_error_leaves_no_trace_and_is_tried_again(
    admin: Principal, trunk: Holder
) -> None:
    with set_clock(2026, 11, 23) as time:
        order = await a_split(admin, trunk)
        in_the_way = await _in_the_way(admin)
        with pytest.raises(IntegrityError):
            await run_due(APP_URL)
        order = await Order.get(id=order.id)
        assert (order.status, order.attempt) == (OrderStatus.RUNNING, 1)
        assert (await at("030 23125-3")).state == RangeState.FREE
        async with Unchanged():
            assert await run_due(APP_URL) == 0  # not before its lease is over
        await in_the_way.delete()
        time.forward(LEASE)
        await done(order)
        await check()


async def test_o2_after_so_many_errors_the_order_fails_and_names_the_logged_id(
    admin: Principal, trunk: Holder, caplog: pytest.LogCaptureFixture
) -> None:
    """However often it was claimed and given back before."""
    with set_clock(2026, 11, 23) as time:
        order = await a_split(admin, trunk)
        in_the_way = await _in_the_way(admin)
        for _ in range(MAX_FAULTS + 1):
            assert await give_back(await claimed())
        for _ in range(MAX_FAULTS - 1):
            with pytest.raises(IntegrityError):
                await run_due(APP_URL)
            time.forward(LEASE)
        with caplog.at_level(logging.ERROR, "dialtree.orders.execution"):
            order = await done(order, OrderStatus.FAILED)
    assert order.faults == MAX_FAULTS
    refusal = Refusal.from_json(order.refusal)
    assert refusal.code == RefusalCode.INTERNAL_ERROR
    [record] = caplog.records
    assert str(refusal.params["id"]) in record.getMessage()
    assert record.exc_info is not None
    await in_the_way.delete()
    await check()
    # The range is free for another try.
    await done(await a_split(admin, trunk))


# O3 ----------------------------------------------------------------------------------------------


async def fails(order: Order, code: RefusalCode) -> Refusal:
    """Executes the order; nothing but the order itself, its reservations, its e-mail and the audit
    log changes."""
    before = await read_all()
    order = await done(order, OrderStatus.FAILED)
    after = await read_all()
    refusal = Refusal.from_json(order.refusal)
    assert refusal.code == code
    assert all(refusal.message(language) for language in Language)
    for table in before.keys() - {"order_request", "outbox_mail", "audit_entry"}:
        kept = [
            [
                {n: v for n, v in row.items() if n not in ("open_order_id", "reserved_beneath")}
                for row in rows[table]
            ]
            for rows in (before, after)
        ]
        assert kept[0] == kept[1]
    assert not await NumberRange.filter(open_order_id=order.id).exists()
    assert not await NumberRange.filter(reserved_beneath__gt=0).exists()
    [mail] = await OutboxMail.filter(order_id=order.id)
    assert refusal.message(Language.EN) in mail.text.replace("\n", " ")
    return refusal


async def test_o3_the_partner_no_longer_takes_split_ranges(admin: Principal, trunk: Holder) -> None:
    await split(admin, "030 23125-3")
    zoom = await holder(admin, HolderKind.UCC_CONNECTION, "Zoom", partner="ZOOM_X")
    order = await change_numbers(admin, NumberChange(zoom.id, await ids("030 23125-30")))
    await UccPartner.filter(code="ZOOM_X").update(takes_split_ranges=False)
    await fails(order, RefusalCode.PARTNER_TAKES_NO_SPLIT_RANGES)
    await check()


async def test_o3_the_contract_starts_later_than_it_was_to(admin: Principal, trunk: Holder) -> None:
    with set_clock(2026, 11, 23) as time:
        starts = clock.today() + timedelta(days=10)
        await load(admin, "089;99998;3;", contract="SV-N", starts=starts)
        order = await change_numbers(
            admin, NumberChange(trunk.id, await ids("089 99998-1"), execution_date=starts)
        )
        await SiteContract.filter(number="SV-N").update(start_date=starts + timedelta(days=1))
        time.to_midnight(starts)
        refusal = await fails(order, RefusalCode.CONTRACT_NOT_STARTED)
    assert refusal.params["date"] == starts + timedelta(days=1)
    await check()


async def test_o3_a_contract_that_was_to_start_is_put_back_to_ordered(
    admin: Principal, trunk: Holder
) -> None:
    order = await change_numbers(admin, NumberChange(trunk.id, await ids("030 23125-1")))
    await SiteContract.filter(number="SV-1").update(
        status=ContractStatus.ORDERED, start_date=clock.today() + timedelta(days=1)
    )
    await fails(order, RefusalCode.CONTRACT_NOT_STARTED)


async def _taken_by(other: Holder, number: str) -> None:
    """What no command would do while an open order reserves the range."""
    range_ = await at(number)
    await NumberRange.filter(id=range_.id).update(
        state=RangeState.ASSIGNED, holder_id=other.id, free_count=0, assigned_count=100
    )


async def test_o3_the_range_is_held_by_somebody(admin: Principal, trunk: Holder) -> None:
    other = await holder(admin, name="Berlin")
    order = await change_numbers(admin, NumberChange(trunk.id, await ids("030 23125-1")))
    await _taken_by(other, "030 23125-1")
    refusal = await fails(order, RefusalCode.RANGE_ASSIGNED)
    assert refusal.params["holder"] == "Berlin"

    order = await a_split(admin, trunk)
    await _taken_by(other, "030 23125-3")
    await fails(order, RefusalCode.RANGE_ASSIGNED)


async def test_o3_something_beneath_a_merge_is_held(admin: Principal, trunk: Holder) -> None:
    order = await a_merge(admin, trunk)
    child = await at("030 23125-34")
    await NumberRange.filter(id=child.id).update(
        state=RangeState.ASSIGNED, holder_id=trunk.id, free_count=0, assigned_count=10
    )
    await NumberRange.filter(digits="4930231253").update(free_count=90, assigned_count=10)
    refusal = await fails(order, RefusalCode.MERGE_BENEATH_ASSIGNED)
    assert refusal.params["blockers"] == "030 23125-34x → Hamburg"


async def test_o3_what_is_to_be_removed_is_gone_already(admin: Principal, trunk: Holder) -> None:
    order = await a_change(admin, trunk)
    range_ = await at("030 23125-3")
    await NumberRange.filter(id=range_.id).update(
        state=RangeState.FREE, holder_id=None, free_count=100, assigned_count=0
    )
    await fails(order, RefusalCode.ELEMENT_NOT_HELD)


async def test_o3_the_range_has_been_split_or_deleted(admin: Principal, trunk: Holder) -> None:
    order = await a_split(admin, trunk)
    await NumberRange.filter(digits="4930231253").update(state=RangeState.SPLIT)
    await fails(order, RefusalCode.RANGE_ALREADY_SPLIT)
    order = await change_numbers(admin, NumberChange(trunk.id, await ids("030 23125-5")))
    await NumberRange.filter(digits="4930231255").delete()
    await NumberRange.filter(digits="493023125").update(reserved_beneath=0)
    await fails(order, RefusalCode.NOT_FOUND)


async def test_o3_the_trunk_is_full(admin: Principal, trunk: Holder) -> None:
    """H2 is checked again, against what the trunk holds then."""
    await assign(admin, trunk, *(f"030 23125-{digit}" for digit in range(9)))
    await split(admin, "030 23125-9")
    order = await change_numbers(admin, NumberChange(trunk.id, await ids("030 23125-90")))
    extra = await at("030 23125-91")
    await NumberRange.filter(id=extra.id).update(
        state=RangeState.ASSIGNED, holder_id=trunk.id, free_count=0, assigned_count=10
    )
    refusal = await fails(order, RefusalCode.TRUNK_BLOCK_LIMIT)
    assert refusal.params["block"] == "030 23125-xxx"
    assert refusal.params["count"] == 11
