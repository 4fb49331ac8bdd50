"""A planned trunk and the order that makes it active: T1, T2, O3."""

import asyncio
from datetime import timedelta

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.database import hearing_other_processes, hub
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import Holder, HolderStatus
from dialtree.inventory.commands import merge_range
from dialtree.inventory.models import ContractStatus, NumberRange, SiteContract
from dialtree.live import InventoryChange
from dialtree.orders.models import Order, OrderStatus
from dialtree.orders.worker import run_due
from tests.invariants import check
from tests.stock import APP_URL, at, cancel, create_trunk, done, ids, set_clock, split


async def test_t1_a_creation_that_has_become_impossible_leaves_no_trunk_behind(
    admin: Principal,
) -> None:
    with set_clock(2026, 11, 23) as time:
        day = clock.today() + timedelta(days=3)
        creation = await create_trunk(admin, "Messe", await ids("030 23125-1"), day)
        assert creation.holder_id is not None
        later = await change_numbers(
            admin,
            NumberChange(
                creation.holder_id,
                await ids("030 23125-2"),
                execution_date=day + timedelta(days=1),
            ),
        )
        await SiteContract.all().update(
            status=ContractStatus.ORDERED, start_date=day + timedelta(days=30)
        )
        time.forward(timedelta(days=4))

        await run_due(APP_URL)

        assert (await Order.get(id=creation.id)).status == OrderStatus.FAILED
        assert (await Order.get(id=later.id)).status == OrderStatus.CANCELLED
        assert (await Holder.get(id=creation.holder_id)).deleted_at is not None
        assert not await NumberRange.filter(open_order_id__isnull=False).exists()
        await check()
        again = await create_trunk(admin, "Messe", (), clock.today() + timedelta(days=1))
        assert again.status == OrderStatus.PLANNED


async def test_t1_a_trunk_may_begin_without_numbers(admin: Principal) -> None:
    with set_clock(2026, 11, 23):
        creation = await create_trunk(admin, "Messe", (), clock.today())
        await done(creation)
        assert (await Holder.get(id=creation.holder_id)).status == HolderStatus.ACTIVE


async def test_m1_a_merge_tells_of_every_range_it_reserves_and_frees(
    admin: Principal, database: str
) -> None:
    await split(admin, "030 23125-3")
    range_ = await at("030 23125-3")
    beneath = set(await NumberRange.filter(parent_id=range_.id).values_list("id", flat=True))
    async with hearing_other_processes(database), asyncio.timeout(10):
        with hub.watch() as watcher:
            order = await merge_range(admin, range_.id)
            await cancel(admin, order.id)
            changes = [await watcher.queue.get() for _ in range(4)]
    reserved, freed = (c for c in changes if isinstance(c, InventoryChange))
    assert beneath | {range_.id} <= set(reserved.range_ids)
    assert beneath | {range_.id} <= set(freed.range_ids)
