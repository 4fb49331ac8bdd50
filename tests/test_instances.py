"""Instances made at once are those that Tortoise makes."""

import pytest
from tortoise import Tortoise
from tortoise.backends.base.executor import BaseExecutor

from dialtree.database import connection, transaction
from dialtree.instances import instances
from dialtree.inventory.models import NumberRange
from dialtree.orders.models import Order, OrderItem
from tests.server import Server
from tests.world import World, build


async def test_instances_are_those_of_the_orm(server: Server) -> None:
    world: World = await build(server)
    await world.split("030 23125-3")
    await world.assign("Hamburg Nord", "030 23125-5")
    await world.plan("Hamm", "030 23125-6")
    await world.credentials("Hamburg Nord")
    compared = set()
    for model in Tortoise.apps["dialtree"].values():
        _, rows = await connection().execute_query(f"SELECT * FROM {model._meta.db_table}")
        for made, row in zip(instances(model, rows), rows, strict=True):
            assert vars(made) == vars(model._init_from_db(**row))
            compared.add(model.__name__)
    assert {"NumberRange", "Order", "OrderItem", "Holder", "SipCredentials", "User"} <= compared


async def test_ordinary_reads_are_the_fast_ones(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    world: World = await build(server)
    await world.split("030 23125-3")
    split = await Order.get()

    async def slow(*_arguments: object) -> None:
        raise AssertionError("read in Tortoise's way")

    with monkeypatch.context() as patch:
        patch.setattr(BaseExecutor, "execute_select", slow)
        assert await Order.filter(id=split.id).first() == split
        assert await transaction(lambda: Order.get(id=split.id)) == split
        [item] = await OrderItem.filter(order_id=split.id).prefetch_related("range")
        assert item.range is not None
    [item] = await OrderItem.filter(order_id=split.id).select_related("range")
    assert item.range is not None


async def test_a_part_of_the_columns_makes_partial_instances(server: Server) -> None:
    await build(server)
    [range_, *_] = await NumberRange.all().only("id", "digits").order_by("digits")
    assert range_.digits
    assert range_._partial
