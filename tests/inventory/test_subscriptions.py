"""inventoryChanged over real WebSockets and as server-sent events: the page that updates itself
(S5, M3)."""

from collections.abc import AsyncIterator

import pytest

from dialtree.database import announce, transaction
from dialtree.live import MAX_IDS, inventory_change
from dialtree.orders.worker import run_due
from tests import sockets
from tests.conftest import import_for
from tests.events import events
from tests.server import Json, Server, revoke
from tests.sockets import Socket, Stream
from tests.world import APP_URL, BERLIN, World, build, csv

CHANGED = """subscription { inventoryChanged {
    everything removedRangeIds
    ranges { id display state freeCount assignedCount openOrder { reference } holder { name }
        children { id display } split { allowed } merge { allowed } }
    holders { id name elementCount meters { elements { used } } }
    inventory { freeCount assignedCount openOrderCount }
} }"""


@pytest.fixture
async def world(server: Server) -> World:
    return await build(server)


@pytest.fixture
async def socket(world: World) -> AsyncIterator[Socket]:
    async with sockets.signed_in(world.server.socket_url, world.api.token) as connection:
        yield connection


async def watching(socket: Socket) -> Stream:
    changes = await socket.subscribe(CHANGED)
    first = await changes.next()
    assert first["everything"] is True
    assert first["ranges"] == first["removedRangeIds"] == first["holders"] == []
    assert first["inventory"] == {"freeCount": 2311, "assignedCount": 0, "openOrderCount": 0}
    return changes


def by_display(change: Json) -> Json:
    return {range_["display"]: range_ for range_ in change["ranges"]}


async def test_a_split_shows_the_reservation_and_then_the_ten_children(
    world: World, socket: Socket
) -> None:
    changes = await watching(socket)
    order = await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
    ordered = await changes.next()
    assert ordered["everything"] is False
    assert set(by_display(ordered)) == {"030 23125-xxx", "030 23125-3xx"}
    reserved = by_display(ordered)["030 23125-3xx"]
    assert reserved["openOrder"] == {"reference": order["reference"]}
    assert reserved["split"] == {"allowed": False}
    assert ordered["inventory"]["openOrderCount"] == 1
    await run_due(APP_URL)
    done = await changes.next()
    split = by_display(done)["030 23125-3xx"]
    assert (split["state"], split["openOrder"], split["split"]) == ("SPLIT", None, None)
    assert split["merge"] == {"allowed": True}
    assert [child["display"] for child in split["children"]] == [
        f"030 23125-3{digit}x" for digit in range(10)
    ]
    assert done["inventory"] == {"freeCount": 2311, "assignedCount": 0, "openOrderCount": 0}
    assert done["removedRangeIds"] == []


async def test_a_merge_names_what_it_removed(world: World, socket: Socket) -> None:
    await world.split("030 23125-3")
    await world.split("030 23125-34")
    gone = {await world.id(f"030 23125-3{digit}") for digit in "0123456789"}
    gone |= {await world.id(f"030 23125-34{digit}") for digit in "0123456789"}
    changes = await watching(socket)
    await world.merge("030 23125-3")
    done = await changes.until(lambda change: bool(change["removedRangeIds"]))
    assert set(done["removedRangeIds"]) == gone
    assert len(done["removedRangeIds"]) == 20
    merged = by_display(done)["030 23125-3xx"]
    assert (merged["state"], merged["children"], merged["openOrder"]) == ("FREE", [], None)


async def test_a_change_of_numbers_tells_ranges_and_holders(world: World, socket: Socket) -> None:
    changes = await watching(socket)
    await world.assign("Hamm", "030 23125-3", "0221 4710999")
    placed = await changes.until(lambda change: bool(change["holders"]))
    assert placed["holders"][0]["id"] == world.holders["Hamm"]
    done = await changes.until(lambda change: change["inventory"]["openOrderCount"] == 0)
    assert done["holders"] == [
        {
            "id": world.holders["Hamm"],
            "name": "Hamm",
            "elementCount": 2,
            "meters": {"elements": {"used": 2}},
        }
    ]
    ranges = by_display(done)
    assert set(ranges) == {"030 23125-3xx", "030 23125-xxx", "0221 4710999"}
    assert ranges["030 23125-3xx"]["holder"] == {"name": "Hamm"}
    assert ranges["030 23125-xxx"]["assignedCount"] == 100
    assert done["inventory"] == {"freeCount": 2210, "assignedCount": 101, "openOrderCount": 0}


async def test_cancelling_tells_that_ranges_are_free_again(world: World, socket: Socket) -> None:
    order = await world.plan("Hamm", "030 23125-3")
    changes = await socket.subscribe(CHANGED)
    assert (await changes.next())["inventory"]["openOrderCount"] == 1
    await world.api.order("cancelOrder", orderId=order["id"])
    freed = await changes.next()
    assert by_display(freed)["030 23125-3xx"]["openOrder"] is None
    assert freed["inventory"]["openOrderCount"] == 0


async def test_an_import_and_anything_large_say_everything(world: World, socket: Socket) -> None:
    changes = await watching(socket)
    principal = world.server.people.administrator
    await import_for(principal, csv(f"{BERLIN};030;231256;1;"), skip_bad_rows=True)
    await import_for(principal, csv(f"{BERLIN};040;669697;1;"))
    imported = await changes.next()
    assert (imported["everything"], imported["ranges"]) == (True, [])
    assert imported["inventory"]["freeCount"] == 2321
    many = inventory_change(principal.customer_id, range_ids=set(range(1, MAX_IDS + 2)))

    async def work() -> None:
        announce(many)

    await transaction(work)
    assert (await changes.next())["everything"] is True


async def test_what_is_refused_is_not_told(world: World, socket: Socket) -> None:
    changes = await watching(socket)
    await world.api.refusal("mergeRange", rangeId=await world.id("030 23125-3"))
    await world.server.service.act(
        "importSiteContracts", "", content=csv(f"{BERLIN};040;669697;1;"), dryRun=True
    )
    await world.plan("Hamm", "030 23125-4")
    assert "030 23125-4xx" in by_display(await changes.next())


async def test_a_revoked_token_ends_the_stream_at_the_next_event(
    world: World, socket: Socket
) -> None:
    changes = await watching(socket)
    await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
    await changes.next()
    assert world.api.token is not None
    await revoke(world.api.token)
    await run_due(APP_URL)
    await changes.completed()


# Server-sent events -------------------------------------------------------------------------------


def elements(change: Json) -> list[int]:
    """How many elements each of the changed holders has."""
    return [holder["elementCount"] for holder in change["holders"]]


async def test_the_same_as_server_sent_events(world: World) -> None:
    async with events(world.api, CHANGED) as stream:
        first = (await anext(stream))["data"]["inventoryChanged"]
        assert first["everything"] is True
        assert first["inventory"]["freeCount"] == 2311
        await world.assign("Hamm", "030 23125-3")
        async for event in stream:
            change = event["data"]["inventoryChanged"]
            # An event before the last may find a part of the answer done already.
            if change["inventory"]["openOrderCount"] == 0 and elements(change) == [1]:
                break
        # As they are now: nothing is remembered from the first event.
        assert change["inventory"] == {
            "freeCount": 2211,
            "assignedCount": 100,
            "openOrderCount": 0,
        }
        await world.order(
            "changeNumbers",
            holderId=world.holders["Hamm"],
            remove=await world.ids("030 23125-3"),
        )
        async for event in stream:
            change = event["data"]["inventoryChanged"]
            if change["inventory"]["openOrderCount"] == 0 and elements(change) == [0]:
                break
        assert change["inventory"]["freeCount"] == 2311
        assert by_display(change)["030 23125-3xx"]["holder"] is None


async def test_an_order_as_server_sent_events_until_it_is_done(world: World) -> None:
    order = await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
    document = "subscription($id: ID!) { orderUpdated(id: $id) { status } }"
    async with events(world.api, document, id=order["id"]) as stream:
        assert (await anext(stream))["data"]["orderUpdated"]["status"] == "QUEUED"
        await run_due(APP_URL)
        seen = [event["data"]["orderUpdated"]["status"] async for event in stream]
    assert seen[-1] == "SUCCEEDED"
