"""Ordering and executing splits and merges: S1-S5, M1-M3, H5."""

from collections.abc import Awaitable, Callable

import pytest

from dialtree.accounts.principal import Principal
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import HolderKind
from dialtree.inventory.commands import merge_range, split_range
from dialtree.inventory.models import NumberRange, RangeKind, RangeState
from dialtree.notifications.models import OutboxMail
from dialtree.orders.models import Order, OrderItem, OrderKind, OrderStatus
from dialtree.refusals import NotFound, RefusalCode, Refused
from tests.conftest import People
from tests.invariants import Unchanged, check
from tests.stock import (
    BLOCK,
    PARTIAL_BLOCK,
    SINGLE_NUMBER,
    assign,
    at,
    done,
    holder,
    ids,
    load,
    split,
)

Command = Callable[[Principal, int], Awaitable[Order]]


@pytest.fixture
async def admin(people: People) -> Principal:
    await load(people.administrator, BLOCK, PARTIAL_BLOCK, "0221;471012;1;", SINGLE_NUMBER)
    return people.administrator


async def refused(command: Awaitable[Order]) -> RefusalCode:
    """The code of the refusal; nothing was changed."""
    async with Unchanged():
        with pytest.raises(Refused) as caught:
            await command
    return caught.value.refusal.code


async def test_s5_a_split_is_accepted_at_once_and_executed_later(admin: Principal) -> None:
    range_ = await at("030 23125-3")

    order = await split_range(admin, range_.id)

    assert (order.kind, order.status) == (OrderKind.SPLIT, OrderStatus.QUEUED)
    assert order.requested_by_id == admin.user_id
    waiting = await at("030 23125-3")
    assert (waiting.state, waiting.open_order_id) == (RangeState.FREE, order.id)
    assert not await NumberRange.exists(parent_id=range_.id)
    await check()

    order = await done(order)
    assert order.started_at is not None
    assert order.finished_at is not None
    assert await OutboxMail.filter(order_id=order.id).count() == 1
    await check()


async def test_s4_a_split_makes_ten_free_ranges_of_the_next_level(admin: Principal) -> None:
    range_ = await at("030 23125-3")
    await done(await split_range(admin, range_.id))

    children = await NumberRange.filter(parent_id=range_.id).order_by("digits")
    assert [child.display() for child in children] == [f"030 23125-3{d}x" for d in range(10)]
    assert {(c.state, c.kind, c.level, c.free_count, c.holder_id) for c in children} == {
        (RangeState.FREE, RangeKind.RANGE, 2, 10, None)
    }
    range_ = await at("030 23125-3")
    assert (range_.state, range_.free_count, range_.open_order_id) == (RangeState.SPLIT, 100, None)
    await check()


async def test_s4_down_to_single_extensions_and_no_further(admin: Principal) -> None:
    await split(admin, "030 23125-0", "030 23125-00")
    leaf = await at("030 23125-000")
    assert (leaf.level, leaf.open_digits, leaf.free_count) == (3, 0, 1)
    assert leaf.digits == "493023125000"  # 000 is not 0
    code = await refused(split_range(admin, leaf.id))
    assert code == RefusalCode.SPLIT_NEEDS_OPEN_DIGITS
    await check()


async def test_s1_nothing_but_a_range_with_open_digits_can_be_split(admin: Principal) -> None:
    block = await NumberRange.get(kind=RangeKind.BLOCK, digits="493023125")
    for range_ in (block, await at("0221 4710999"), await at("0221 471012-3")):
        assert await refused(split_range(admin, range_.id)) == RefusalCode.SPLIT_NEEDS_OPEN_DIGITS


async def test_s2_a_held_range_cannot_be_split(admin: Principal) -> None:
    await assign(admin, await holder(admin), "030 23125-3")
    with pytest.raises(Refused) as caught:
        await split_range(admin, (await at("030 23125-3")).id)
    assert caught.value.refusal.code == RefusalCode.RANGE_ASSIGNED
    assert caught.value.refusal.params["holder"] == "Hamburg"


async def test_s3_a_range_in_an_open_order_cannot_be_split_or_merged(admin: Principal) -> None:
    first = await split_range(admin, (await at("030 23125-3")).id)
    with pytest.raises(Refused) as caught:
        await split_range(admin, (await at("030 23125-3")).id)
    assert caught.value.refusal.params["order"] == first.reference
    await done(first)
    await merge_range(admin, (await at("030 23125-3")).id)
    for command in (split_range, merge_range):
        # Neither the range that is to be merged nor what will be gone then.
        for number in ("030 23125-3", "030 23125-35"):
            code = await refused(command(admin, (await at(number)).id))
            expected = {
                ("030 23125-3", split_range): RefusalCode.RANGE_ALREADY_SPLIT,
                ("030 23125-35", merge_range): RefusalCode.MERGE_NEEDS_SPLIT_RANGE,
            }
            assert code == expected.get((number, command), RefusalCode.RANGE_IN_OPEN_ORDER)


async def test_s4_a_split_range_is_not_split_again(admin: Principal) -> None:
    await split(admin, "030 23125-3")
    code = await refused(split_range(admin, (await at("030 23125-3")).id))
    assert code == RefusalCode.RANGE_ALREADY_SPLIT


async def test_m2_a_merge_makes_the_range_one_free_element_again(admin: Principal) -> None:
    before = await at("030 23125-3")
    await split(admin, "030 23125-3")

    order = await done(await merge_range(admin, before.id))

    assert order.merged_levels == 1
    assert not await NumberRange.exists(parent_id=before.id)
    assert dict(await at("030 23125-3")) == dict(before)
    await check()


async def test_m2_a_merge_reaches_across_levels(admin: Principal) -> None:
    await split(admin, "030 23125-3", "030 23125-30", "030 23125-39")
    earlier = await OrderItem.filter(digits="49302312530")

    order = await done(await merge_range(admin, (await at("030 23125-3")).id))

    assert order.merged_levels == 2
    assert await NumberRange.filter(digits__startswith="4930231253").count() == 1
    # What earlier orders did stays readable, though its range is gone.
    [item] = await OrderItem.filter(id__in=[item.id for item in earlier])
    assert (item.range_id, item.display()) == (None, "030 23125-30x")
    await check()


async def test_m2_only_split_ranges_can_be_merged(admin: Principal) -> None:
    block = await NumberRange.get(kind=RangeKind.BLOCK, digits="493023125")
    for range_ in (block, await at("030 23125-3"), await at("0221 4710999")):
        assert await refused(merge_range(admin, range_.id)) == RefusalCode.MERGE_NEEDS_SPLIT_RANGE


async def test_m1_what_is_held_beneath_at_any_level_is_named(admin: Principal) -> None:
    await split(admin, "030 23125-3", "030 23125-30")
    trunk = await holder(admin)
    await assign(admin, trunk, "030 23125-305", "030 23125-31")

    with pytest.raises(Refused) as caught:
        await merge_range(admin, (await at("030 23125-3")).id)

    assert caught.value.refusal.code == RefusalCode.MERGE_BENEATH_ASSIGNED
    assert caught.value.refusal.params["blockers"] == (
        "030 23125-305 → Hamburg, 030 23125-31x → Hamburg"
    )
    await check()


async def test_m1_open_orders_beneath_are_named(admin: Principal) -> None:
    await split(admin, "030 23125-3")
    order = await split_range(admin, (await at("030 23125-30")).id)
    with pytest.raises(Refused) as caught:
        await merge_range(admin, (await at("030 23125-3")).id)
    assert caught.value.refusal.code == RefusalCode.MERGE_BENEATH_IN_OPEN_ORDER
    assert caught.value.refusal.params["blockers"] == f"030 23125-30x → {order.reference}"
    # Elsewhere in the block nothing stands in the way.
    await split(admin, "030 23125-4")
    await done(await merge_range(admin, (await at("030 23125-4")).id))


async def test_m1_a_merge_reserves_everything_beneath(admin: Principal) -> None:
    await split(admin, "030 23125-3", "030 23125-30")
    trunk = await holder(admin)
    order = await merge_range(admin, (await at("030 23125-3")).id)
    await check()
    for number in ("030 23125-301", "030 23125-31"):
        change = NumberChange(trunk.id, add=await ids(number))
        assert await refused(change_numbers(admin, change)) == RefusalCode.RANGE_IN_OPEN_ORDER
    await done(order)
    await assign(admin, trunk, "030 23125-3")
    await check()


async def test_n2_a_block_sold_in_part_counts_only_what_it_has(admin: Principal) -> None:
    await split(admin, "040 66969-3")
    await assign(admin, await holder(admin), "040 66969-30", "040 66969-5")
    block = await NumberRange.get(kind=RangeKind.BLOCK, digits="494066969")
    assert (block.free_count, block.assigned_count) == (190, 110)
    await check()


@pytest.mark.parametrize("command", [split_range, merge_range])
async def test_h5_viewers_change_nothing(
    admin: Principal, people: People, command: Command
) -> None:
    range_id = (await at("030 23125-3")).id
    assert await refused(command(people.viewer, range_id)) == RefusalCode.NOT_ADMINISTRATOR


@pytest.mark.parametrize("command", [split_range, merge_range])
async def test_p2_ranges_of_others_do_not_exist(
    admin: Principal, people: People, command: Command
) -> None:
    async with Unchanged():
        for range_id in ((await at("030 23125-3")).id, 2**63 - 1):
            with pytest.raises(NotFound):
                await command(people.stranger, range_id)


async def test_s6_split_ranges_go_to_trunks_and_cloud_pbx(admin: Principal) -> None:
    await split(admin, "030 23125-3")
    await assign(admin, await holder(admin), "030 23125-30")
    await assign(admin, await holder(admin, HolderKind.CLOUD_PBX, "Zentrale"), "030 23125-31")
    await check()
