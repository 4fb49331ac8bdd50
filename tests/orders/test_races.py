"""Many people and workers at the same moment: exactly one gets what only one can have, everybody
gets an answer, and nothing is left half done."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Sequence
from random import Random

import pytest

from dialtree.accounts.principal import Principal
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import Holder, HolderKind
from dialtree.inventory.commands import merge_range, split_range
from dialtree.inventory.models import NumberRange, RangeState
from dialtree.orders.models import OPEN_STATUSES, Order, OrderStatus
from dialtree.orders.revising import reschedule_order, undo_order
from dialtree.orders.worker import run_due
from dialtree.refusals import RefusalCode, Refused
from tests.invariants import check
from tests.stock import APP_URL, assign, at, cancel, done, holder, ids, set_clock, split

R = RefusalCode


async def all_at_once(
    commands: Sequence[Awaitable[Order]],
) -> tuple[list[Order], Counter[RefusalCode]]:
    """The accepted orders and the codes of the refusals; any other error is raised."""
    accepted: list[Order] = []
    refused: Counter[RefusalCode] = Counter()

    async def send(command: Awaitable[Order]) -> None:
        try:
            accepted.append(await command)
        except Refused as refusal:
            refused[refusal.refusal.code] += 1

    await asyncio.gather(*(send(command) for command in commands))
    return accepted, refused


async def test_ten_splits_of_one_range(admin: Principal) -> None:
    range_id = (await at("030 23125-3")).id
    accepted, refused = await all_at_once([split_range(admin, range_id) for _ in range(10)])
    assert (len(accepted), refused) == (1, {R.RANGE_IN_OPEN_ORDER: 9})
    await done(accepted[0])
    assert await NumberRange.filter(parent_id=range_id).count() == 10
    await check()


async def test_merges_and_splits_beneath_exclude_each_other(admin: Principal) -> None:
    await split(admin, "030 23125-3")
    range_id = (await at("030 23125-3")).id
    child_ids = await ids(*(f"030 23125-3{digit}" for digit in range(5)))
    commands = [merge_range(admin, range_id) for _ in range(3)]
    commands += [split_range(admin, child_id) for child_id in child_ids]
    Random(1).shuffle(commands)
    accepted, refused = await all_at_once(commands)
    kinds = {order.kind.value for order in accepted}
    assert kinds in ({"MERGE"}, {"SPLIT"})
    if kinds == {"MERGE"}:
        assert (len(accepted), refused) == (1, {R.RANGE_IN_OPEN_ORDER: 7})
    else:
        assert (len(accepted), refused) == (5, {R.MERGE_BENEATH_IN_OPEN_ORDER: 3})
    await check()
    for order in accepted:
        await done(order)
    await check()


async def test_one_element_for_two_trunks(admin: Principal, trunk: Holder) -> None:
    other = await holder(admin, name="Berlin")
    element = await ids("030 23125-3")
    changes = [NumberChange(to.id, element) for to in (trunk, other) * 5]
    accepted, refused = await all_at_once([change_numbers(admin, change) for change in changes])
    assert (len(accepted), refused) == (1, {R.RANGE_IN_OPEN_ORDER: 9})
    await done(accepted[0])
    assert (await at("030 23125-3")).holder_id == accepted[0].holder_id
    await check()


async def test_an_assignment_and_a_split_of_one_range(admin: Principal, trunk: Holder) -> None:
    element = await ids("030 23125-3")
    accepted, refused = await all_at_once(
        [change_numbers(admin, NumberChange(trunk.id, element)), split_range(admin, *element)]
    )
    assert (len(accepted), refused) == (1, {R.RANGE_IN_OPEN_ORDER: 1})


async def test_h2_the_last_place_of_a_trunk(admin: Principal, trunk: Holder) -> None:
    await split(admin, "030 23125-9")
    await assign(admin, trunk, *(f"030 23125-{digit}" for digit in range(9)))
    candidates = await ids(*(f"030 23125-9{digit}" for digit in range(10)))
    accepted, refused = await all_at_once(
        [change_numbers(admin, NumberChange(trunk.id, (id_,))) for id_ in candidates]
    )
    assert (len(accepted), refused) == (1, {R.TRUNK_BLOCK_LIMIT: 9})
    await done(accepted[0])
    await check()


async def test_o4_cancelling_moving_and_executing_one_order(
    admin: Principal, trunk: Holder
) -> None:
    """Who comes first decides; the order ends in one way."""
    ends = Counter[OrderStatus]()
    for digit in range(8):
        with set_clock(2026, 11, 23, hour=12) as time:
            change = NumberChange(
                trunk.id, await ids(f"030 23125-{digit}"), execution_date=time.now.date()
            )
            order = await change_numbers(admin, change)
            commands = [cancel(admin, order.id) for _ in range(3)]
            commands += [reschedule_order(admin, order.id, time.now.date())]
            (accepted, refused), *_ = await asyncio.gather(
                all_at_once(commands), run_due(APP_URL), run_due(APP_URL)
            )
            await run_due(APP_URL)
        order = await Order.get(id=order.id)
        ends[order.status] += 1
        assert {o.status for o in accepted} <= {OrderStatus.CANCELLED}
        cancelled = order.status == OrderStatus.CANCELLED
        assert len(accepted) == (3 if cancelled else 0)
        assert refused.keys() <= {R.ORDER_STARTED, R.ORDER_FINISHED, R.ORDER_NOT_PLANNED}
        assert ((await at(f"030 23125-{digit}")).holder_id is None) == cancelled
        await check()
    assert ends.keys() <= {OrderStatus.CANCELLED, OrderStatus.SUCCEEDED}


async def test_o6_undoing_twice(admin: Principal, trunk: Holder) -> None:
    order = await assign(admin, trunk, "030 23125-1")
    accepted, refused = await all_at_once([undo_order(admin, order.id) for _ in range(6)])
    assert (len(accepted), refused) == (1, {R.RANGE_IN_OPEN_ORDER: 5})
    await done(accepted[0])
    await check()


NUMBERS = (
    *("030 23125-1", "030 23125-2", "030 23125-11", "030 23125-12", "030 23125-113"),
    *("040 66969-3", "040 66969-4", "040 66969-34", "0221 4710999"),
)


async def _a_command(admin: Principal, random: Random, holders: Sequence[Holder]) -> Order:
    """Something about a few ranges that may or may not exist at this moment."""
    numbers = random.sample(NUMBERS, 3)
    digits = ["49" + number.translate({32: None, 45: None})[1:] for number in numbers]
    rows = await NumberRange.filter(digits__in=digits).values_list("id", "state", "holder_id")
    range_ids = [id_ for id_, _state, _holder in rows] or [0]
    orders = await Order.filter(status__in=OPEN_STATUSES).values_list("id")
    finished = await Order.filter(status=OrderStatus.SUCCEEDED).values_list("id")
    what = random.randrange(7)
    if what == 0:
        return await split_range(admin, range_ids[0])
    if what == 1:
        return await merge_range(admin, range_ids[0])
    if what == 2 and orders:
        return await cancel(admin, random.choice(orders)[0])
    if what == 3 and finished:
        return await undo_order(admin, random.choice(finished)[0])
    to = random.choice(holders)
    remove = tuple(id_ for id_, _state, holder_id in rows if holder_id == to.id)
    add = tuple(id_ for id_, state, _holder in rows if state == RangeState.FREE)
    return await change_numbers(admin, NumberChange(to.id, add, remove))


@pytest.mark.parametrize("seed", range(4))
async def test_a_crowd_that_wants_the_same_few_ranges(
    admin: Principal, trunk: Holder, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody gets anything but an order or a refusal, no transaction meets a deadlock, and three
    workers keep up."""
    random = Random(seed)
    holders = [
        trunk,
        await holder(admin, name="Berlin"),
        await holder(admin, HolderKind.CLOUD_PBX, "Zentrale"),
    ]
    await split(admin, "030 23125-1", "030 23125-11", "040 66969-3")
    refused: Counter[RefusalCode] = Counter()
    accepted: list[Order] = []

    async def person(commands: int) -> None:
        for _ in range(commands):
            try:
                accepted.append(await _a_command(admin, random, holders))
            except Refused as refusal:
                refused[refusal.refusal.code] += 1

    async def worker() -> None:
        while people:
            await run_due(APP_URL)

    with caplog.at_level(logging.WARNING, "dialtree.database"):
        people = {asyncio.create_task(person(12)) for _ in range(8)}
        for task in people:
            task.add_done_callback(people.discard)
        await asyncio.gather(*people, *(worker() for _ in range(3)))
        await run_due(APP_URL)
    assert not [record.getMessage() for record in caplog.records]
    assert R.TRY_AGAIN not in refused
    assert accepted
    assert refused
    assert not await Order.filter(status__in=OPEN_STATUSES).exists()
    await check()
