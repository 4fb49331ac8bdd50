"""Holders, their meters and the change of their numbers over HTTP (H1-H7, S6)."""

from datetime import timedelta

import pytest

from dialtree import clock
from dialtree.orders.worker import run_due
from tests.server import Json, Server
from tests.world import APP_URL, BERLIN, World, build, csv


@pytest.fixture
async def world(server: Server) -> World:
    return await build(server)


HOLDER = """... on Holder {
    __typename id name kind contact { name phone email } elementCount numberCount
    takesExecutionDate numbers { totalCount nodes { display } reading { kind } }
    meters { elements { used limit } blocks { block { display } used limit } }
    changeNumbers { allowed refusal { code } } openOrders { reference status executionDate }
}"""


async def holder(world: World, name: str, viewer: bool = False) -> Json:
    api = world.server.viewer if viewer else world.api
    document = f"query($id: ID!) {{ node(id: $id) {{ {HOLDER} }} }}"
    found: Json = (await api(document, id=world.holders[name]))["node"]
    return found


async def test_a_trunk_shows_what_it_holds_and_how_much_more_it_may(world: World) -> None:
    """H2: all elements count for n/60, ranges of a block for n/10, single numbers for no block."""
    await world.split("030 23125-3")
    await world.assign("Hamm", "0221 4710999", "040 66969-4", "030 23125-34", "030 23125-1")
    await world.plan("Hamm", "030 23125-7", days=2)
    trunk = await holder(world, "Hamm")
    assert trunk["__typename"] == "SipTrunk"
    assert trunk["contact"] == {
        "name": "Technik",
        "phone": "030 23125-100",
        "email": "technik@nordlicht.example",
    }
    assert (trunk["elementCount"], trunk["numberCount"]) == (4, 1 + 100 + 10 + 100)
    assert trunk["takesExecutionDate"] is True
    assert trunk["numbers"] == {
        "totalCount": 4,
        "nodes": [
            {"display": "0221 4710999"},
            {"display": "030 23125-1xx"},
            {"display": "030 23125-34x"},
            {"display": "040 66969-4xx"},
        ],
        "reading": None,
    }
    assert trunk["meters"] == {
        "elements": {"used": 4, "limit": 60},
        "blocks": [
            {"block": {"display": "030 23125-xxx"}, "used": 2, "limit": 10},
            {"block": {"display": "040 66969-3xx…5xx"}, "used": 1, "limit": 10},
        ],
    }
    assert trunk["changeNumbers"] == {"allowed": True, "refusal": None}
    day = str(clock.today() + timedelta(days=2))
    assert [(order["status"], order["executionDate"]) for order in trunk["openOrders"]] == [
        ("PLANNED", day)
    ]


async def test_only_trunks_have_limits_and_days(world: World) -> None:
    for name, kind in (("Zentrale", "CLOUD_PBX"), ("Unify", "UCC_CONNECTION")):
        shown = await holder(world, name)
        assert shown["kind"] == kind
        assert shown["meters"] is None
        assert shown["takesExecutionDate"] is False


async def test_viewers_see_holders_and_may_not_change_them(world: World) -> None:
    shown = await holder(world, "Hamm", viewer=True)
    assert shown["contact"]["phone"] == "030 23125-100"
    assert shown["changeNumbers"] == {
        "allowed": False,
        "refusal": {"code": "NOT_ADMINISTRATOR"},
    }


async def test_the_numbers_of_a_holder_can_be_searched(world: World) -> None:
    await world.assign("Hamm", "0221 4710999", "040 66969-4", "030 23125-1")
    document = """query($id: ID!, $number: String, $site: String, $first: Int, $after: String) {
        node(id: $id) { ... on Holder {
            numbers(number: $number, site: $site, first: $first, after: $after) {
                totalCount nodes { display } reading { kind digits refusal { code } }
                pageInfo { hasNextPage endCursor } } } } }"""

    async def numbers(**search: object) -> Json:
        data = await world.api(document, id=world.holders["Hamm"], **search)
        found: Json = data["node"]["numbers"]
        return found

    found = await numbers(number="*9694", site="berlin")
    assert [range_["display"] for range_ in found["nodes"]] == ["040 66969-4xx"]
    assert found["reading"] == {"kind": "CONTAINS", "digits": "9694", "refusal": None}
    assert (await numbers(site="Bremen"))["totalCount"] == 1
    unread = await numbers(number="4")
    assert (unread["totalCount"], unread["nodes"]) == (0, [])
    assert unread["reading"]["refusal"]["code"] == "SEARCH_NEEDS_PREFIX"
    first = await numbers(first=2)
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    rest = await numbers(first=2, after=first["pageInfo"]["endCursor"])
    assert [range_["display"] for range_ in rest["nodes"]] == ["040 66969-4xx"]
    assert await world.api.codes(document, id=world.holders["Hamm"], first=101) == [
        "PAGE_TOO_LARGE"
    ]


async def test_trunks_are_found_by_the_beginning_of_their_name_and_by_number(
    world: World,
) -> None:
    """H7."""
    await world.assign("Hamburg Nord", "030 23125-3")
    await world.planned_trunk("Lübeck", clock.today() + timedelta(days=3))
    document = """query($name: String, $number: String, $status: TrunkStatus) {
        sipTrunks(name: $name, number: $number, status: $status) {
            totalCount nodes { name status } reading { kind digits refusal { code } } } }"""

    async def names(**search: object) -> list[str]:
        found = (await world.api(document, **search))["sipTrunks"]
        assert found["totalCount"] == len(found["nodes"])
        return [trunk["name"] for trunk in found["nodes"]]

    assert await names() == ["Hamburg Nord", "Hamm", "Lübeck"]
    assert await names(name="Ham") == ["Hamburg Nord", "Hamm"]
    assert await names(name="hamburg n") == ["Hamburg Nord"]
    assert await names(name="burg") == []
    assert await names(name="LUEB") == ["Lübeck"]
    assert await names(number="030 23125-345") == ["Hamburg Nord"]
    assert await names(number="*3125-3") == ["Hamburg Nord"]
    assert await names(number="030 23125-345", name="Hamm") == []
    assert await names(number="nonsense") == []
    assert await names(status="PLANNED") == ["Lübeck"]
    assert await names(status="ACTIVE") == ["Hamburg Nord", "Hamm"]
    reading = (await world.api(document, number="23125"))["sipTrunks"]["reading"]
    assert reading["refusal"]["code"] == "SEARCH_NEEDS_PREFIX"


async def test_a_planned_trunk_shows_the_order_that_creates_it(world: World) -> None:
    day = clock.today() + timedelta(days=3)
    order = await world.planned_trunk("Lübeck", day)
    document = """query { sipTrunks { nodes { name status
        creation { reference kind status executionDate creator requestedBy } } } }"""
    trunks = {t["name"]: t for t in (await world.api(document))["sipTrunks"]["nodes"]}
    assert trunks["Lübeck"]["status"] == "PLANNED"
    assert trunks["Lübeck"]["creation"] == {
        "reference": order.reference,
        "kind": "CREATE_TRUNK",
        "status": "PLANNED",
        "executionDate": str(day),
        "creator": "CUSTOMER",
        "requestedBy": "Admin",
    }
    assert trunks["Hamm"]["creation"] is None


async def test_other_holders_are_listed(world: World) -> None:
    document = """{ cloudPbxes { totalCount nodes { name contact { email } } }
        uccConnections { totalCount nodes { name partner { code name takesSplitRanges } } } }"""
    assert await world.server.viewer(document) == {
        "cloudPbxes": {
            "totalCount": 1,
            "nodes": [{"name": "Zentrale", "contact": {"email": "technik@nordlicht.example"}}],
        },
        "uccConnections": {
            "totalCount": 2,
            "nodes": [
                {
                    "name": "Unify",
                    "partner": {
                        "code": "UNIFY_X",
                        "name": "Unify X (by RingCentral)",
                        "takesSplitRanges": False,
                    },
                },
                {
                    "name": "Zoom",
                    "partner": {"code": "ZOOM_X", "name": "Zoom X", "takesSplitRanges": True},
                },
            ],
        },
    }


# Changing numbers ---------------------------------------------------------------------------------


async def test_one_edit_adds_and_removes_in_one_order(world: World) -> None:
    """H1, H4: what is added is reserved from the moment of ordering."""
    await world.assign("Hamm", "030 23125-1", "030 23125-2")
    order = await world.api.order(
        "changeNumbers",
        holderId=world.holders["Hamm"],
        add=await world.ids("030 23125-5", "0221 4710999"),
        remove=await world.ids("030 23125-1"),
    )
    assert (order["status"], order["executionDate"]) == ("QUEUED", None)
    document = """query($id: ID!) { node(id: $id) { ... on Order {
        kind status holder { name }
        items { action display range { state openOrder { id } } } } } }"""
    asked = (await world.api(document, id=order["id"]))["node"]
    assert (asked["kind"], asked["holder"]) == ("CHANGE_NUMBERS", {"name": "Hamm"})
    assert [(item["action"], item["display"]) for item in asked["items"]] == [
        ("ADD", "030 23125-5xx"),
        ("ADD", "0221 4710999"),
        ("REMOVE", "030 23125-1xx"),
    ]
    assert {item["range"]["openOrder"]["id"] for item in asked["items"]} == {order["id"]}
    await run_due(APP_URL)
    done = (await world.api(document, id=order["id"]))["node"]
    assert done["status"] == "SUCCEEDED"
    assert [item["range"]["state"] for item in done["items"]] == ["ASSIGNED", "ASSIGNED", "FREE"]
    assert {item["range"]["openOrder"] for item in done["items"]} == {None}
    trunk = await holder(world, "Hamm")
    assert [range_["display"] for range_ in trunk["numbers"]["nodes"]] == [
        "0221 4710999",
        "030 23125-2xx",
        "030 23125-5xx",
    ]


async def test_a_day_plans_the_change(world: World) -> None:
    order = await world.plan("Hamm", "030 23125-5", days=3)
    assert order["status"] == "PLANNED"
    assert order["executionDate"] == str(clock.today() + timedelta(days=3))
    assert await run_due(APP_URL) == 0
    today = await world.plan("Hamm", "030 23125-6", days=0)
    assert today["status"] == "QUEUED"
    assert await run_due(APP_URL) == 1


PREVIEW = """query($holder: ID!, $add: [ID!]! = [], $remove: [ID!]! = [], $day: Date) {
    changeNumbersPreview(holderId: $holder, add: $add, remove: $remove, executionDate: $day) {
        refusal { __typename code rule message }
        meters { elements { used limit } blocks { block { display } used limit } } } }"""


async def preview(world: World, name: str, viewer: bool = False, **change: object) -> Json:
    api = world.server.viewer if viewer else world.api
    data = await api(PREVIEW, holder=world.holders[name], **change)
    found: Json = data["changeNumbersPreview"]
    return found


async def test_a_preview_tells_the_meters_after_the_change(world: World) -> None:
    await world.assign("Hamm", "030 23125-1", "0221 4710999")
    shown = await preview(
        world,
        "Hamm",
        add=await world.ids("030 23125-2", "030 23125-3", "040 66969-3"),
        remove=await world.ids("0221 4710999"),
    )
    assert shown == {
        "refusal": None,
        "meters": {
            "elements": {"used": 4, "limit": 60},
            "blocks": [
                {"block": {"display": "030 23125-xxx"}, "used": 3, "limit": 10},
                {"block": {"display": "040 66969-3xx…5xx"}, "used": 1, "limit": 10},
            ],
        },
    }
    untouched = await preview(world, "Hamm")
    assert untouched["refusal"] is None
    assert untouched["meters"]["elements"] == {"used": 2, "limit": 60}
    assert (await preview(world, "Zentrale"))["meters"] is None
    assert (await holder(world, "Hamm"))["elementCount"] == 2


async def test_a_preview_refuses_exactly_what_the_order_would(world: World) -> None:
    await world.assign("Hamburg Nord", "030 23125-1")
    change: Json = {"add": await world.ids("030 23125-2", "030 23125-1")}
    shown = await preview(world, "Hamm", **change)
    assert shown["refusal"] == await world.api.refusal(
        "changeNumbers", holderId=world.holders["Hamm"], **change
    )
    assert shown["refusal"]["code"] == "RANGE_ASSIGNED"
    assert "Hamburg Nord" in shown["refusal"]["message"]
    late = await preview(world, "Zentrale", day=str(clock.today() + timedelta(days=1)), **change)
    assert late["refusal"]["code"] == "CHANGES_AT_ONCE_ONLY"
    as_viewer = await preview(world, "Hamm", viewer=True, **change)
    assert as_viewer["refusal"]["code"] == "NOT_ADMINISTRATOR"


async def test_the_meter_runs_over_visibly(world: World) -> None:
    """H2: the preview counts on beyond the limit, so that the page can show 61/60."""
    rows = (f"{BERLIN};040;66969{digit};2;" for digit in "0126789")
    await world.server.service.act("importSiteContracts", "", content=csv(*rows))
    numbers = [f"040 66969{block}-{digit}" for block in "0126789" for digit in "0123456789"]
    shown = await preview(world, "Hamm", add=await world.ids(*numbers[:61]))
    assert shown["refusal"]["code"] == "TRUNK_ELEMENT_LIMIT"
    assert shown["meters"]["elements"] == {"used": 61, "limit": 60}
    assert [block["used"] for block in shown["meters"]["blocks"]] == [10] * 6 + [1]


@pytest.mark.parametrize(
    "change",
    [
        {"holder": "TnVtYmVyUmFuZ2U6MQ"},  # a range is no holder
        {"holder": "U2lwVHJ1bms6OTk5"},  # SipTrunk:999
        {"add": ["U2lwVHJ1bms6MQ"]},  # a holder is no range
        {"add": ["TnVtYmVyUmFuZ2U6OTk5OTk5"]},
        {"remove": ["x"]},
    ],
)
async def test_ids_that_name_nothing(world: World, change: Json) -> None:
    variables = {"holder": world.holders["Hamm"]} | change
    assert await world.api.codes(PREVIEW, **variables) == ["NOT_FOUND"]
    input_ = {"holderId": variables.pop("holder")} | variables
    answer = await world.api.refusal("changeNumbers", **input_)
    assert (answer["__typename"], answer["code"]) == ("NotFound", "NOT_FOUND")


async def test_a_repeated_key_gives_the_same_order(world: World) -> None:
    """O5."""
    change = {
        "holderId": world.holders["Hamm"],
        "add": await world.ids("030 23125-1"),
        "idempotencyKey": "change-1",
    }
    first = await world.api.order("changeNumbers", **change)
    assert await world.api.order("changeNumbers", **change) == first
    await run_due(APP_URL)
    again = await world.api.order("changeNumbers", **change)
    assert again == first | {"status": "SUCCEEDED"}


@pytest.mark.parametrize(("key", "code"), [("", "VALUE_MISSING"), ("k" * 101, "VALUE_TOO_LONG")])
async def test_a_key_that_cannot_be_kept(world: World, key: str, code: str) -> None:
    answer = await world.api.refusal(
        "changeNumbers",
        holderId=world.holders["Hamm"],
        add=await world.ids("030 23125-1"),
        idempotencyKey=key,
    )
    assert answer["__typename"] == "InvalidInput"
    assert [(f["field"], f["code"]) for f in answer["fields"]] == [("idempotencyKey", code)]
