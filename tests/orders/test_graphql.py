"""Orders over HTTP: what they show, and cancelling, moving and undoing them (O1-O6)."""

import asyncio
from datetime import timedelta

import pytest

from dialtree import clock
from dialtree.inventory.models import NumberRange
from dialtree.orders.claiming import claim_next
from dialtree.orders.execution import execute
from dialtree.orders.models import Order
from dialtree.orders.worker import run_due
from tests.server import Json, Server
from tests.world import APP_URL, World, build


@pytest.fixture
async def world(server: Server) -> World:
    return await build(server)


ORDER = """query($id: ID!) { node(id: $id) { ... on Order {
    reference kind status creator requestedBy executionDate createdAt startedAt finishedAt
    refusal { code rule message } holder { name } ranges { display state }
    items { action digits openDigits display range { display } }
    cancel { allowed refusal { __typename code rule message } }
    reschedule { allowed refusal { __typename code rule message } }
    undo { allowed refusal { __typename code rule message } }
} } }"""


async def shown(world: World, order: Json, viewer: bool = False) -> Json:
    api = world.server.viewer if viewer else world.api
    found: Json = (await api(ORDER, id=order["id"]))["node"]
    return found


async def listed(world: World, **search: object) -> list[str]:
    document = """query($status: [OrderStatus!]) { orders(status: $status) {
        totalCount nodes { reference } } }"""
    found = (await world.api(document, **search))["orders"]
    assert found["totalCount"] == len(found["nodes"])
    return [order["reference"] for order in found["nodes"]]


async def test_an_order_tells_what_has_become_of_it(world: World) -> None:
    """O1: accepted at once, executed by the worker."""
    order = await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
    assert order["reference"] == "A-000001"
    waiting = await shown(world, order)
    assert waiting["createdAt"]
    assert waiting | {"createdAt": None} == {
        "reference": "A-000001",
        "kind": "SPLIT",
        "status": "QUEUED",
        "creator": "CUSTOMER",
        "requestedBy": "Admin",
        "executionDate": None,
        "createdAt": None,
        "startedAt": None,
        "finishedAt": None,
        "refusal": None,
        "holder": None,
        "ranges": [{"display": "030 23125-3xx", "state": "FREE"}],
        "items": [
            {
                "action": "SPLIT",
                "digits": "4930231253",
                "openDigits": 2,
                "display": "030 23125-3xx",
                "range": {"display": "030 23125-3xx"},
            }
        ],
        "cancel": {"allowed": True, "refusal": None},
        "reschedule": None,
        "undo": None,
    }
    claim = await claim_next()
    assert claim is not None
    running = await shown(world, order)
    assert (running["status"], running["finishedAt"]) == ("RUNNING", None)
    assert running["startedAt"] >= running["createdAt"]
    assert running["cancel"]["refusal"]["code"] == "ORDER_STARTED"
    await execute(claim, APP_URL)
    done = await shown(world, order)
    assert done["status"] == "SUCCEEDED"
    assert done["finishedAt"] >= done["startedAt"] == running["startedAt"]
    assert done["ranges"] == [{"display": "030 23125-3xx", "state": "SPLIT"}]
    assert done["cancel"]["refusal"]["code"] == "ORDER_FINISHED"
    assert done["undo"] == {"allowed": True, "refusal": None}


async def test_times_are_instants_with_a_zone(world: World) -> None:
    order = await world.split("030 23125-3")
    done = await shown(world, order)
    for name in ("createdAt", "startedAt", "finishedAt"):
        assert done[name].endswith("+00:00"), done[name]


async def test_items_stay_readable_after_a_merge_has_removed_their_range(world: World) -> None:
    await world.split("030 23125-3")
    inner = await world.split("030 23125-34")
    merge = await world.merge("030 23125-3")
    gone = await shown(world, inner)
    assert gone["items"][0] | {"action": None} == {
        "action": None,
        "digits": "49302312534",
        "openDigits": 1,
        "display": "030 23125-34x",
        "range": None,
    }
    assert gone["ranges"] == []
    assert gone["undo"]["allowed"] is True
    answer = await world.api.refusal("undoOrder", orderId=inner["id"])
    assert answer["code"] == "UNDO_NOT_POSSIBLE"
    merged = await shown(world, merge)
    assert merged["status"] == "SUCCEEDED"
    assert merged["undo"]["refusal"] == await world.api.refusal("undoOrder", orderId=merge["id"])


async def test_an_order_that_became_impossible_fails_with_the_refusal(world: World) -> None:
    """O3. The range is taken behind the order's back: no order could do that."""
    order = await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
    row = await world.row("030 23125-3")
    await NumberRange.filter(id=row.id).update(state="SPLIT")
    await run_due(APP_URL)
    failed = await shown(world, order)
    assert failed["status"] == "FAILED"
    assert failed["refusal"]["code"] == "RANGE_ALREADY_SPLIT"
    assert "030 23125-3xx" in failed["refusal"]["message"]
    assert failed["finishedAt"] is not None
    assert failed["undo"] is None


async def test_orders_are_listed_the_newest_first_by_status(world: World) -> None:
    done = await world.split("030 23125-3")
    planned = await world.plan("Hamm", "030 23125-4")
    queued = await world.api.order("splitRange", rangeId=await world.id("030 23125-5"))
    references = [order["reference"] for order in (queued, planned, done)]
    assert references == ["A-000003", "A-000002", "A-000001"]
    assert await listed(world) == references
    assert await listed(world, status=["PLANNED", "QUEUED", "RUNNING"]) == references[:2]
    assert await listed(world, status=["SUCCEEDED"]) == ["A-000001"]
    assert await listed(world, status=[]) == []
    document = """query($after: String) { orders(first: 1, after: $after) {
        nodes { reference } pageInfo { hasNextPage endCursor } } }"""
    after, seen = None, []
    while True:
        found = (await world.api(document, after=after))["orders"]
        seen += [order["reference"] for order in found["nodes"]]
        if not found["pageInfo"]["hasNextPage"]:
            break
        after = found["pageInfo"]["endCursor"]
    assert seen == references


async def test_cancelling_frees_what_the_order_reserved(world: World) -> None:
    """O4; repeating it is harmless."""
    order = await world.plan("Hamm", "030 23125-3")
    cancelled = await world.api.order("cancelOrder", orderId=order["id"])
    assert cancelled == order | {"status": "CANCELLED"}
    assert await world.api.order("cancelOrder", orderId=order["id"]) == cancelled
    assert (await world.row("030 23125-3")).open_order_id is None
    await world.split("030 23125-3")
    answer = await shown(world, order)
    assert answer["cancel"]["refusal"]["code"] == "ORDER_FINISHED"
    assert answer["reschedule"]["refusal"]["code"] == "ORDER_NOT_PLANNED"


async def test_a_planned_order_can_be_moved(world: World) -> None:
    order = await world.plan("Hamm", "030 23125-3", days=3)
    assert (await shown(world, order))["reschedule"] == {"allowed": True, "refusal": None}
    day = str(clock.today() + timedelta(days=9))
    moved = await world.api.order("rescheduleOrder", orderId=order["id"], executionDate=day)
    assert moved == order | {"executionDate": day}
    today = str(clock.today())
    due = await world.api.order("rescheduleOrder", orderId=order["id"], executionDate=today)
    assert due == order | {"executionDate": today, "status": "QUEUED"}
    assert await run_due(APP_URL) == 1
    assert (await shown(world, order))["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "EXECUTION_DATE_PAST"), (367, "EXECUTION_DATE_TOO_FAR")]
)
async def test_moving_to_a_day_that_does_not_do(world: World, days: int, code: str) -> None:
    order = await world.plan("Hamm", "030 23125-3")
    day = str(clock.today() + timedelta(days=days))
    answer = await world.api.refusal("rescheduleOrder", orderId=order["id"], executionDate=day)
    assert answer["code"] == code
    assert (await shown(world, order))["executionDate"] == order["executionDate"]


async def test_what_cannot_be_read_as_a_day_is_a_mistake_in_the_document(world: World) -> None:
    order = await world.plan("Hamm", "030 23125-3")
    for day in ("tomorrow", "2026-02-30", "", 5):
        answer = await world.api.post(
            "mutation($i: RescheduleOrderInput!) { rescheduleOrder(input: $i) { __typename } }",
            {"i": {"orderId": order["id"], "executionDate": day}},
        )
        [error] = answer["errors"]
        assert "Date" in error["message"]
        assert "errorId" not in error.get("extensions", {})


async def test_undo_does_the_opposite(world: World) -> None:
    """O6, for each kind."""
    split = await world.split("030 23125-3")
    assign = await world.assign("Hamm", "030 23125-34")
    released = await world.order("undoOrder", orderId=assign["id"])
    assert (await shown(world, released))["kind"] == "CHANGE_NUMBERS"
    assert (await world.row("030 23125-34")).holder_id is None
    undone = await world.order("undoOrder", orderId=split["id"])
    assert (await shown(world, undone))["kind"] == "MERGE"
    assert (await world.row("030 23125-3")).state == "FREE"
    again = await world.order("undoOrder", orderId=undone["id"])
    assert (await shown(world, again))["kind"] == "SPLIT"
    assert (await world.row("030 23125-3")).state == "SPLIT"


async def test_undo_is_checked_like_any_order(world: World) -> None:
    split = await world.split("030 23125-3")
    await world.assign("Hamm", "030 23125-34")
    answer = await world.api.refusal("undoOrder", orderId=split["id"])
    assert answer["code"] == "MERGE_BENEATH_ASSIGNED"
    assert "Hamm" in answer["message"]


async def test_a_key_belongs_to_its_request(world: World) -> None:
    """O5, for each mutation that takes a key."""
    split = {"rangeId": await world.id("030 23125-3"), "idempotencyKey": "s"}
    first = await world.order("splitRange", **split)
    assert (await world.api.order("splitRange", **split))["id"] == first["id"]
    undo = {"orderId": first["id"], "idempotencyKey": "u"}
    undone = await world.order("undoOrder", **undo)
    assert (await world.api.order("undoOrder", **undo))["id"] == undone["id"]
    await world.split("030 23125-3")
    merge = {"rangeId": await world.id("030 23125-3"), "idempotencyKey": "m"}
    merged = await world.order("mergeRange", **merge)
    assert (await world.api.order("mergeRange", **merge))["id"] == merged["id"]
    answer = await world.api.refusal("splitRange", **(split | {"idempotencyKey": "m"}))
    assert answer["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert merged["reference"] in answer["message"]
    assert await Order.all().count() == 4


async def test_a_key_of_another_customer_does_not_matter(world: World) -> None:
    first = await world.api.order(
        "splitRange", rangeId=await world.id("030 23125-3"), idempotencyKey="k"
    )
    theirs = await world.server.stranger.order(
        "splitRange", rangeId=await world.id("069 90009-3"), idempotencyKey="k"
    )
    assert theirs["id"] != first["id"]


async def test_viewers_see_orders_and_may_not_touch_them(world: World) -> None:
    order = await world.plan("Hamm", "030 23125-3")
    seen = await shown(world, order, viewer=True)
    assert seen["status"] == "PLANNED"
    for action in ("cancel", "reschedule"):
        assert seen[action]["allowed"] is False
        assert seen[action]["refusal"]["code"] == "NOT_ADMINISTRATOR"
    done = await shown(world, await world.split("030 23125-4"), viewer=True)
    assert done["undo"]["refusal"]["code"] == "NOT_ADMINISTRATOR"


@pytest.mark.parametrize("id_", ["", "x", "T3JkZXI6OTk5", "TnVtYmVyUmFuZ2U6MQ"])
async def test_ids_that_name_no_order(world: World, id_: str) -> None:
    day = str(clock.today())
    for name, input_ in (
        ("cancelOrder", {}),
        ("undoOrder", {}),
        ("rescheduleOrder", {"executionDate": day}),
    ):
        answer = await world.api.refusal(name, orderId=id_, **input_)
        assert (answer["__typename"], answer["code"]) == ("NotFound", "NOT_FOUND")


async def test_an_order_can_be_asked_for_until_it_is_done(working_server: Server) -> None:
    """What a client without subscriptions does; here the worker of the server executes it."""
    world = await build(working_server)
    order = await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
    document = "query($id: ID!) { node(id: $id) { ... on Order { status ranges { state } } } }"
    status = None
    async with asyncio.timeout(20):
        while status not in ("SUCCEEDED", "FAILED"):
            found = (await world.api(document, id=order["id"]))["node"]
            status = found["status"]
    assert found == {"status": "SUCCEEDED", "ranges": [{"state": "SPLIT"}]}
