"""Listing orders."""

from datetime import timedelta

import pytest

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import Holder
from dialtree.inventory.commands import split_range
from dialtree.orders.models import OPEN_STATUSES, OrderStatus
from dialtree.orders.queries import orders
from tests.conftest import People
from tests.stock import at, cancel, done, ids


@pytest.fixture
async def placed(admin: Principal, trunk: Holder) -> dict[OrderStatus, list[int]]:
    """Ids of orders by status, the newest first."""
    done_ = [
        (await done(await split_range(admin, (await at(f"030 23125-{digit}")).id))).id
        for digit in "12"
    ]
    later = clock.today() + timedelta(days=5)
    planned = [
        await change_numbers(admin, NumberChange(trunk.id, await ids(number), (), later))
        for number in ("030 23125-3", "030 23125-4", "030 23125-5")
    ]
    await cancel(admin, planned[1].id)
    queued = await split_range(admin, (await at("030 23125-6")).id)
    return {
        OrderStatus.SUCCEEDED: done_[::-1],
        OrderStatus.PLANNED: [planned[2].id, planned[0].id],
        OrderStatus.CANCELLED: [planned[1].id],
        OrderStatus.QUEUED: [queued.id],
    }


async def test_the_newest_come_first(people: People, placed: dict[OrderStatus, list[int]]) -> None:
    page = await orders(people.viewer, None, first=None, after=None)
    expected = sorted((id_ for found in placed.values() for id_ in found), reverse=True)
    assert [order.id for order in page.rows] == expected
    assert await page.total_count() == 6
    for statuses in ([], [OrderStatus.PLANNED], OPEN_STATUSES, [OrderStatus.FAILED]):
        page = await orders(people.viewer, statuses, first=None, after=None)
        wanted = {id_ for status in statuses for id_ in placed.get(status, [])}
        assert [order.id for order in page.rows] == sorted(wanted, reverse=True)


async def test_pages_hold_every_order_once_while_new_ones_come(
    admin: Principal, placed: dict[OrderStatus, list[int]]
) -> None:
    page = await orders(admin, None, first=2, after=None)
    seen = [order.id for order in page.rows]
    for digit in "789":
        await split_range(admin, (await at(f"030 23125-{digit}")).id)
        page = await orders(admin, None, first=2, after=page.cursors[-1]) if page.has_next else page
        seen += [order.id for order in page.rows if order.id not in seen]
    assert seen == sorted((id_ for found in placed.values() for id_ in found), reverse=True)


async def test_p2_nobody_sees_the_orders_of_others(
    people: People, placed: dict[OrderStatus, list[int]]
) -> None:
    page = await orders(people.stranger, None, first=None, after=None)
    assert page.rows == []
    assert await page.total_count() == 0
