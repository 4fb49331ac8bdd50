"""Accepting orders: their row, their key (O1, O5), and what they tell."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from dialtree import clock, live
from dialtree.accounts.principal import Principal
from dialtree.database import hearing_other_processes, hub
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import Holder
from dialtree.inventory.commands import merge_range, split_range
from dialtree.inventory.models import NumberRange, RangeKind
from dialtree.orders.models import Order, OrderCreator, OrderItem, OrderStatus
from dialtree.orders.placing import MAX_KEY_LENGTH
from dialtree.orders.revising import undo_order
from dialtree.refusals import Invalid, RefusalCode, Refused
from tests.conftest import People
from tests.invariants import Unchanged, check
from tests.stock import assign, at, done, holder, ids, split


async def reused(command: Awaitable[Order], order: Order) -> None:
    async with Unchanged():
        with pytest.raises(Refused) as caught:
            await command
    assert caught.value.refusal.code == RefusalCode.IDEMPOTENCY_KEY_REUSED
    assert caught.value.refusal.params == {"order": order.reference}


async def test_o1_an_order_says_who_ordered_what_when(admin: Principal, trunk: Holder) -> None:
    before = clock.now()
    change = NumberChange(trunk.id, await ids("030 23125-2", "040 66969-3"))
    order = await Order.get(id=(await change_numbers(admin, change)).id)
    assert order.reference == f"A-{order.id:06}"
    assert order.creator == OrderCreator.CUSTOMER
    assert before <= order.created_at == order.due_at <= clock.now()
    assert (order.execution_date, order.started_at, order.finished_at) == (None, None, None)
    items = await OrderItem.filter(order_id=order.id).order_by("id")
    assert [item.display() for item in items] == ["030 23125-2xx", "040 66969-3xx"]


async def test_a_new_order_tells_the_worker_and_the_ranges_it_reserves(
    admin: Principal, trunk: Holder, database: str
) -> None:
    await split(admin, "030 23125-3")
    range_, child = await at("030 23125-3"), await at("030 23125-35")
    block = await NumberRange.get(kind=RangeKind.BLOCK, digits="493023125")
    later = clock.today() + timedelta(days=1)
    change = NumberChange(trunk.id, await ids("0221 4710999"), execution_date=later)
    async with hearing_other_processes(database), asyncio.timeout(10):
        with hub.watch() as watcher:
            order = await split_range(admin, child.id)
            planned = await change_numbers(admin, change)
            told = [await watcher.queue.get() for _ in range(4)]
    assert told == [
        live.InventoryChange(admin.customer_id, (block.id, range_.id, child.id)),
        live.OrderChange(admin.customer_id, order.id, due=True),
        live.InventoryChange(admin.customer_id, change.add, holder_ids=(trunk.id,)),
        live.OrderChange(admin.customer_id, planned.id, due=True),
    ]


async def test_o5_the_same_key_gives_the_same_order(admin: Principal, trunk: Holder) -> None:
    range_ = await at("030 23125-3")
    first = await split_range(admin, range_.id, "key 1")
    async with Unchanged():
        again = await split_range(admin, range_.id, "key 1")
    assert (again.id, again.status) == (first.id, OrderStatus.QUEUED)
    await done(first)
    async with Unchanged():
        again = await split_range(admin, range_.id, "key 1")
    assert (again.id, again.status) == (first.id, OrderStatus.SUCCEEDED)

    await done(await merge_range(admin, range_.id, "key 2"))
    change = NumberChange(trunk.id, (range_.id,))
    changed = await done(await change_numbers(admin, change, idempotency_key="key 3"))
    assert (await change_numbers(admin, change, idempotency_key="key 3")).id == changed.id
    undone = await undo_order(admin, changed.id, "key 4")
    assert undone.undoes_id == changed.id
    assert (await undo_order(admin, changed.id, "key 4")).id == undone.id
    await done(undone)
    assert (await undo_order(admin, changed.id, "key 4")).id == undone.id


async def test_o5_also_when_the_range_is_gone_meanwhile(admin: Principal) -> None:
    await split(admin, "030 23125-3")
    child = await at("030 23125-35")
    order = await done(await split_range(admin, child.id, "key"))
    await done(await merge_range(admin, (await at("030 23125-3")).id))
    async with Unchanged():
        assert (await split_range(admin, child.id, "key")).id == order.id


async def test_o5_a_key_stands_for_one_request(admin: Principal, trunk: Holder) -> None:
    three, four = await ids("030 23125-3", "030 23125-4")
    split_ = await split_range(admin, three, "key 1")
    await reused(split_range(admin, four, "key 1"), split_)
    await reused(merge_range(admin, three, "key 1"), split_)
    change = NumberChange(trunk.id, (four,))
    await reused(change_numbers(admin, change, idempotency_key="key 1"), split_)

    other = await holder(admin, name="Berlin")
    changed = await change_numbers(admin, change, idempotency_key="key 2")
    for different in (
        NumberChange(other.id, (four,)),
        NumberChange(trunk.id, (), (four,)),
        NumberChange(trunk.id, (four, three)),
        NumberChange(trunk.id, (four,), execution_date=clock.today()),
    ):
        await reused(change_numbers(admin, different, idempotency_key="key 2"), changed)


async def test_o5_the_sequence_of_elements_is_not_part_of_the_request(
    admin: Principal, trunk: Holder
) -> None:
    two = await ids("030 23125-3", "030 23125-4")
    first = await change_numbers(admin, NumberChange(trunk.id, two), idempotency_key="key")
    again = NumberChange(trunk.id, tuple(reversed(two)))
    assert (await change_numbers(admin, again, idempotency_key="key")).id == first.id


async def test_o5_keys_of_other_customers_do_not_matter(admin: Principal, people: People) -> None:
    theirs = people.stranger
    await split_range(admin, (await at("030 23125-3")).id, "key")
    contract = (await at("030 23125-4")).contract_id
    single = await NumberRange.create(
        customer_id=theirs.customer_id,
        contract_id=contract,
        kind=RangeKind.SINGLE_NUMBER,
        level=0,
        digits="49699000912",
        open_digits=0,
        area_length=2,
        state="FREE",
        free_count=1,
    )
    elsewhere = await holder(theirs, name="Frankfurt")
    change = NumberChange(elsewhere.id, (single.id,))
    order = await change_numbers(theirs, change, idempotency_key="key")
    assert order.customer_id == theirs.customer_id


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", RefusalCode.VALUE_MISSING),
        ("x" * (MAX_KEY_LENGTH + 1), RefusalCode.VALUE_TOO_LONG),
    ],
)
async def test_o5_a_key_has_1_to_100_characters(
    admin: Principal, key: str, code: RefusalCode
) -> None:
    async with Unchanged():
        with pytest.raises(Invalid) as caught:
            await split_range(admin, (await at("030 23125-3")).id, key)
    [problem] = caught.value.problems
    assert (problem.field, problem.refusal.code) == ("idempotencyKey", code)
    await split_range(admin, (await at("030 23125-3")).id, "ü" * MAX_KEY_LENGTH)


Request = Callable[[Principal, Holder], Awaitable[Callable[[], Awaitable[Order]]]]


async def a_split(admin: Principal, _trunk: Holder) -> Callable[[], Awaitable[Order]]:
    range_ = await at("030 23125-3")
    return lambda: split_range(admin, range_.id, "key")


async def a_merge(admin: Principal, _trunk: Holder) -> Callable[[], Awaitable[Order]]:
    await split(admin, "030 23125-3")
    range_ = await at("030 23125-3")
    return lambda: merge_range(admin, range_.id, "key")


async def a_change(admin: Principal, trunk: Holder) -> Callable[[], Awaitable[Order]]:
    change = NumberChange(trunk.id, await ids("030 23125-3"))
    return lambda: change_numbers(admin, change, idempotency_key="key")


async def an_undoing(admin: Principal, trunk: Holder) -> Callable[[], Awaitable[Order]]:
    order = await assign(admin, trunk, "030 23125-3")
    return lambda: undo_order(admin, order.id, "key")


@pytest.mark.parametrize("request_", [a_split, a_merge, a_change, an_undoing])
async def test_o5_ten_requests_at_once_with_one_key_are_one_order(
    admin: Principal, trunk: Holder, request_: Request
) -> None:
    send = await request_(admin, trunk)
    before = await Order.all().count()
    orders = await asyncio.gather(*(send() for _ in range(10)))
    assert len({order.id for order in orders}) == 1
    assert await Order.all().count() == before + 1
    await check()
