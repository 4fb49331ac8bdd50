"""orderUpdated and ordersUpdated over real WebSockets (O1, S5, M3)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from dialtree import clock
from dialtree.accounts.models import User
from dialtree.database import announce, hub, transaction
from dialtree.ids import from_global_id
from dialtree.inventory.models import NumberRange
from dialtree.live import InventoryChange
from dialtree.orders.claiming import claim_next, tell_running
from dialtree.orders.execution import execute
from dialtree.orders.models import Order
from dialtree.orders.worker import run_due
from tests import sockets
from tests.server import Server, revoke
from tests.sockets import Socket
from tests.world import APP_URL, World, build

UPDATED = """subscription($id: ID!) { orderUpdated(id: $id) {
    id reference status ranges { display state children { display } }
    refusal { code message } cancel { allowed } undo { allowed } } }"""
ALL_UPDATED = "subscription { ordersUpdated { id reference status kind } }"


@pytest.fixture
async def world(server: Server) -> World:
    return await build(server)


@pytest.fixture
async def socket(world: World) -> AsyncIterator[Socket]:
    async with sockets.signed_in(world.server.socket_url, world.api.token) as connection:
        yield connection


async def test_an_order_is_followed_from_the_queue_to_its_end(world: World, socket: Socket) -> None:
    order = await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
    updates = await socket.subscribe(UPDATED, id=order["id"])
    queued = await updates.next()
    assert (queued["reference"], queued["status"]) == ("A-000001", "QUEUED")
    assert queued["cancel"] == {"allowed": True}
    claim = await claim_next()
    assert claim is not None
    await tell_running(claim)
    running = await updates.next()
    assert (running["status"], running["cancel"]) == ("RUNNING", {"allowed": False})
    await execute(claim, APP_URL)
    done = await updates.next()
    assert (done["status"], done["undo"]) == ("SUCCEEDED", {"allowed": True})
    assert done["ranges"][0]["state"] == "SPLIT"
    assert len(done["ranges"][0]["children"]) == 10
    await updates.completed()


async def test_a_finished_order_is_told_once(world: World, socket: Socket) -> None:
    order = await world.split("030 23125-3")
    updates = await socket.subscribe(UPDATED, id=order["id"])
    assert (await updates.next())["status"] == "SUCCEEDED"
    await updates.completed()


async def test_a_failure_tells_its_reason(world: World, socket: Socket) -> None:
    order = await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
    updates = await socket.subscribe(UPDATED, id=order["id"])
    assert (await updates.next())["status"] == "QUEUED"
    _, order_id = from_global_id(order["id"]) or ("", 0)
    row = await world.row("030 23125-3")
    await NumberRange.filter(id=row.id).update(state="SPLIT")
    await run_due(APP_URL)
    failed = await updates.until(lambda event: event["status"] == "FAILED")
    assert failed["refusal"]["code"] == "RANGE_ALREADY_SPLIT"
    await updates.completed()
    assert (await Order.get(id=order_id)).status == "FAILED"


async def test_a_cancelled_order_is_followed_to_its_end(world: World, socket: Socket) -> None:
    order = await world.plan("Hamm", "030 23125-3")
    updates = await socket.subscribe(UPDATED, id=order["id"])
    assert (await updates.next())["status"] == "PLANNED"
    day = str(clock.today() + timedelta(days=20))
    await world.api.order("rescheduleOrder", orderId=order["id"], executionDate=day)
    assert (await updates.next())["status"] == "PLANNED"
    await world.api.order("cancelOrder", orderId=order["id"])
    assert (await updates.next())["status"] == "CANCELLED"
    await updates.completed()


async def test_all_orders_are_followed_at_once(world: World, socket: Socket) -> None:
    """Open orders first, then every change; nothing of finished ones."""
    await world.split("030 23125-1")
    planned = await world.plan("Hamm", "030 23125-2")
    updates = await socket.subscribe(ALL_UPDATED)
    assert (await updates.next())["id"] == planned["id"]
    split = await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
    event = await updates.next()
    assert event == {
        "id": split["id"],
        "reference": split["reference"],
        "status": "QUEUED",
        "kind": "SPLIT",
    }
    await run_due(APP_URL)
    done = await updates.until(lambda event: event["status"] == "SUCCEEDED")
    assert done["id"] == split["id"]
    await world.api.order("cancelOrder", orderId=planned["id"])
    event = await updates.until(lambda event: event["id"] == planned["id"])
    assert event["status"] == "CANCELLED"
    await updates.stop()


async def test_whoever_stays_is_told_what_was_missed(
    world: World, socket: Socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the process is deaf one order ends that was told as open, and one that never was; of
    what had ended before nothing is said again."""
    await world.split("030 23125-1")
    first = await world.plan("Hamm", "030 23125-6")
    updates = await socket.subscribe(ALL_UPDATED)
    assert (await updates.next())["id"] == first["id"]
    before = await world.split("030 23125-2")
    await updates.until(lambda event: (event["id"], event["status"]) == (before["id"], "SUCCEEDED"))
    known = await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
    await updates.until(lambda event: event["id"] == known["id"])
    last, heard = await world.id("030 23125-4"), asyncio.Event()
    marker = InventoryChange(customer_id=0, range_ids=(1,))

    async def mark() -> None:
        announce(marker)

    with monkeypatch.context() as patch:
        patch.setattr(hub, "tell", lambda change: heard.set() if change == marker else None)
        unknown = await world.api.order("splitRange", rangeId=last)
        await run_due(APP_URL)
        await transaction(mark)
        await asyncio.wait_for(heard.wait(), sockets.SECONDS)
    hub.start_afresh()
    told = [await updates.next() for _ in range(3)]
    assert {event["id"]: event["status"] for event in told} == {
        first["id"]: "PLANNED",
        known["id"]: "SUCCEEDED",
        unknown["id"]: "SUCCEEDED",
    }
    planned = await world.plan("Hamm", "030 23125-5")
    assert (await updates.next())["id"] == planned["id"] != before["id"]


async def test_the_worker_of_the_server_is_followed_too(working_server: Server) -> None:
    world = await build(working_server)
    url, token = working_server.socket_url, world.server.viewer.token
    async with sockets.signed_in(url, token) as socket:
        planned = await world.plan("Hamm", "030 23125-5")
        changes = await socket.subscribe(ALL_UPDATED)
        # Told as it is now: from here on nothing is missed, however soon it is done.
        assert (await changes.next())["id"] == planned["id"]
        order = await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
        one = await socket.subscribe(UPDATED, id=order["id"])
        await one.until(lambda event: event["status"] == "SUCCEEDED")
        await one.completed()
        done = await changes.until(lambda event: event["status"] == "SUCCEEDED")
        assert done["id"] == order["id"]


@pytest.mark.parametrize("id_", ["x", "T3JkZXI6OTk5", "TnVtYmVyUmFuZ2U6MQ"])
async def test_an_id_that_names_no_order(socket: Socket, id_: str) -> None:
    updates = await socket.subscribe(UPDATED, id=id_)
    error = await updates.error()
    assert error["extensions"]["code"] == "NOT_FOUND"
    await updates.completed()


async def test_a_revoked_token_ends_the_streams_at_the_next_event(
    world: World, socket: Socket
) -> None:
    order = await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
    one = await socket.subscribe(UPDATED, id=order["id"])
    every = await socket.subscribe(ALL_UPDATED)
    await one.next()
    await every.next()
    assert world.api.token is not None
    await revoke(world.api.token)
    await run_due(APP_URL)
    await one.completed()
    await every.completed()


async def test_a_deactivated_person_is_told_nothing_more(world: World, socket: Socket) -> None:
    await world.plan("Hamm", "030 23125-3")
    updates = await socket.subscribe(ALL_UPDATED)
    await updates.next()
    order = await world.api.order("splitRange", rangeId=await world.id("030 23125-4"))
    await updates.until(lambda event: event["id"] == order["id"])
    user_id = world.server.people.administrator.user_id
    await User.filter(id=user_id).update(deactivated_at=clock.now())
    await run_due(APP_URL)
    await updates.completed()


async def test_a_changed_role_and_language_count_from_the_next_event(
    world: World, socket: Socket
) -> None:
    order = await world.plan("Hamm", "030 23125-3")
    document = """subscription($id: ID!) { orderUpdated(id: $id) {
        cancel { allowed refusal { code message } } } }"""
    updates = await socket.subscribe(document, id=order["id"])
    assert (await updates.next())["cancel"]["allowed"] is True
    user_id = world.server.people.administrator.user_id
    await User.filter(id=user_id).update(role="VIEWER", language="DE")
    await Order.filter(id=1).update(status="QUEUED", due_at=clock.now())
    await run_due(APP_URL)
    shown = (await updates.next())["cancel"]
    assert shown["refusal"]["code"] == "NOT_ADMINISTRATOR"
    assert shown["refusal"]["message"].startswith("Änderungen")


async def test_who_leaves_is_no_longer_told(world: World) -> None:
    """Neither a stopped subscription nor a lost connection stays among the watchers."""
    before = len(hub._watchers)

    async def becomes(count: int) -> None:
        async with asyncio.timeout(sockets.SECONDS):
            while len(hub._watchers) != count:
                await world.api("{ viewer { id } }")

    async with sockets.signed_in(world.server.socket_url, world.api.token) as socket:
        first = await socket.subscribe(ALL_UPDATED)
        await socket.subscribe("subscription { inventoryChanged { everything } }")
        await becomes(before + 2)
        await first.stop()
        await becomes(before + 1)
    await becomes(before)
