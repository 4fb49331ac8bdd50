"""The tree, what may be done in it, and the sums over HTTP (F4, S7, H5, B7)."""

import pytest

from dialtree.numbering.e164 import parse_number
from tests.server import Json, Server
from tests.world import World, build


@pytest.fixture
async def world(server: Server) -> World:
    return await build(server)


RANGE = """fragment range on NumberRange {
    kind level digits openDigits size first last display displayInternational state
    freeCount assignedCount holder { name } openOrder { reference }
    split { allowed refusal { code message } } merge { allowed refusal { code message } }
}"""


async def node(world: World, number: str, selection: str, viewer: bool = False) -> Json:
    api = world.server.viewer if viewer else world.api
    data = await api(
        f"query($id: ID!) {{ node(id: $id) {{ ... on NumberRange {{ {selection} }} }} }}",
        id=await world.id(number),
    )
    found: Json = data["node"]
    return found


# The tree -----------------------------------------------------------------------------------------


async def test_roots_stand_in_the_order_of_their_digits(world: World) -> None:
    data = await world.api("{ numberRanges { nodes { display } } }")
    assert [root["display"] for root in data["numberRanges"]["nodes"]] == [
        "0221 471012-x",
        "0221 4710999",
        "030 23125-xxx",
        "040 66969-3xx…5xx",
        "089 99998-xxx",
    ]


async def test_a_block_shows_what_it_is_and_how_much_of_it_is_free(world: World) -> None:
    await world.split("030 23125-3")
    await world.assign("Hamburg Nord", "030 23125-34", "030 23125-5")
    document = 'query { numberRanges(number: "030 23125") { nodes { ...range } } }' + RANGE
    [block] = (await world.api(document))["numberRanges"]["nodes"]
    assert block == {
        "kind": "BLOCK",
        "level": 0,
        "digits": "493023125",
        "openDigits": 3,
        "size": 1000,
        "first": "493023125000",
        "last": "493023125999",
        "display": "030 23125-xxx",
        "displayInternational": "+49 30 23125-xxx",
        "state": "SPLIT",
        "freeCount": 890,
        "assignedCount": 110,
        "holder": None,
        "openOrder": None,
        "split": None,
        "merge": None,
    }


async def test_a_tree_opens_level_by_level(world: World) -> None:
    await world.split("030 23125-3")
    shown = "level display size children { level display size openDigits first last }"
    split = await node(world, "030 23125-3", f"{shown} parent {{ display }} root {{ display }}")
    assert (split["level"], split["display"], split["size"]) == (1, "030 23125-3xx", 100)
    assert split["parent"] == split["root"] == {"display": "030 23125-xxx"}
    assert [child["display"] for child in split["children"]] == [
        f"030 23125-3{digit}x" for digit in range(10)
    ]
    assert split["children"][4] == {
        "level": 2,
        "display": "030 23125-34x",
        "size": 10,
        "openDigits": 1,
        "first": "493023125340",
        "last": "493023125349",
    }
    block = await node(world, "030 23125", "children { display } parent { id } root { display }")
    assert len(block["children"]) == 10
    assert block["parent"] is None
    assert block["root"] == {"display": "030 23125-xxx"}
    element = await node(world, "030 23125-4", "children { display }")
    assert element["children"] == []


async def test_a_block_sold_in_part_has_only_its_ranges(world: World) -> None:
    block = await node(world, "040 66969", "size first last freeCount children { display }")
    assert block["size"] == block["freeCount"] == 300
    assert (block["first"], block["last"]) == ("494066969300", "494066969599")
    assert [child["display"] for child in block["children"]] == [
        "040 66969-3xx",
        "040 66969-4xx",
        "040 66969-5xx",
    ]


async def test_a_single_number_has_neither_children_nor_actions(world: World) -> None:
    shown = "kind size first last openDigits display split { allowed } merge { allowed }"
    assert await node(world, "0221 4710999", f"{shown} children {{ id }} root {{ display }}") == {
        "kind": "SINGLE_NUMBER",
        "size": 1,
        "first": "492214710999",
        "last": "492214710999",
        "openDigits": 0,
        "display": "0221 4710999",
        "split": None,
        "merge": None,
        "children": [],
        "root": {"display": "0221 4710999"},
    }


async def test_children_can_be_narrowed_by_state_and_number(world: World) -> None:
    await world.split("030 23125-3")
    await world.assign("Hamm", "030 23125-5", "030 23125-34")
    narrowed = await node(
        world,
        "030 23125",
        """free: children(state: FREE) { display }
        assigned: children(state: ASSIGNED) { display }
        split: children(state: SPLIT) { display }
        one: children(number: "030 23125-34") { display }
        anywhere: children(number: "*77", state: FREE) { display }
        unreadable: children(number: "x") { display }""",
    )
    shown = {name: [child["display"] for child in found] for name, found in narrowed.items()}
    assert shown["free"] == [f"030 23125-{digit}xx" for digit in "012346789"]
    assert shown["assigned"] == ["030 23125-3xx", "030 23125-5xx"]
    assert shown["split"] == shown["one"] == ["030 23125-3xx"]
    assert shown["anywhere"] == [f"030 23125-{digit}xx" for digit in "012346789"]
    assert shown["unreadable"] == []


# What may be done, and why not (S7, H5) -----------------------------------------------------------

ACTIONS = """state split { allowed refusal { __typename code rule message } }
    merge { allowed refusal { __typename code rule message } } openOrder { reference }"""


async def test_actions_are_allowed_where_the_mutation_would_accept_them(world: World) -> None:
    free = await node(world, "030 23125-3", ACTIONS)
    assert free["split"] == {"allowed": True, "refusal": None}
    assert free["merge"] is None
    await world.split("030 23125-3")
    split = await node(world, "030 23125-3", ACTIONS)
    assert split["split"] is None
    assert split["merge"] == {"allowed": True, "refusal": None}


async def test_a_reason_is_exactly_what_the_mutation_answers(world: World) -> None:
    await world.split("030 23125-3")
    await world.assign("Hamm", "030 23125-34", "030 23125-5")
    await world.plan("Hamburg Nord", "030 23125-6")
    await world.split("030 23125-7")
    await world.plan("Hamburg Nord", "030 23125-77")
    for number, action, code in (
        ("030 23125-5", "split", "RANGE_ASSIGNED"),
        ("030 23125-6", "split", "RANGE_IN_OPEN_ORDER"),
        ("030 23125-3", "merge", "MERGE_BENEATH_ASSIGNED"),
        ("030 23125-7", "merge", "MERGE_BENEATH_IN_OPEN_ORDER"),
    ):
        shown = (await node(world, number, ACTIONS))[action]
        answered = await world.api.refusal(f"{action}Range", rangeId=await world.id(number))
        assert shown == {"allowed": False, "refusal": answered}
        assert answered["code"] == code
    reserved = await node(world, "030 23125-6", ACTIONS)
    assert reserved["openOrder"]["reference"] in reserved["split"]["refusal"]["message"]


async def test_while_a_merge_waits_nothing_below_can_be_touched(world: World) -> None:
    await world.split("030 23125-3")
    order = await world.api.order("mergeRange", rangeId=await world.id("030 23125-3"))
    for number, action in (("030 23125-3", "merge"), ("030 23125-34", "split")):
        shown = await node(world, number, ACTIONS)
        assert shown["openOrder"] == {"reference": order["reference"]}
        assert shown[action]["refusal"]["code"] == "RANGE_IN_OPEN_ORDER"
        assert order["reference"] in shown[action]["refusal"]["message"]


async def test_viewers_see_everything_and_may_do_nothing(world: World) -> None:
    await world.split("030 23125-3")
    await world.assign("Hamm", "030 23125-5")
    for number, action in (("030 23125-3", "merge"), ("030 23125-4", "split")):
        shown = (await node(world, number, ACTIONS, viewer=True))[action]
        assert shown["allowed"] is False
        assert shown["refusal"]["code"] == "NOT_ADMINISTRATOR"
        assert shown["refusal"]["rule"] == "H5"
    for number in ("030 23125", "0221 4710999"):
        shown = await node(world, number, ACTIONS, viewer=True)
        assert shown["split"] is None
        assert shown["merge"] is None
    held = await node(world, "030 23125-5", "holder { name elementCount }", viewer=True)
    assert held["holder"] == {"name": "Hamm", "elementCount": 1}


# Lookup, sums, contracts, node --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "outcome", "range_", "holder", "display"),
    [
        ("030 23125-512", "ASSIGNED", "030 23125-5xx", "Hamm", "030 23125-512"),
        ("+49 30 23125 345", "FREE", "030 23125-34x", None, "030 23125-345"),
        ("030 23125-3", "INCOMPLETE", "030 23125-3xx", None, "030 23125-3"),
        ("0221 4710999", "FREE", "0221 4710999", None, "0221 4710999"),
        ("0221 47", "INCOMPLETE", None, None, "+4922147"),
        ("040 66969-200", "UNKNOWN", None, None, "+494066969200"),
    ],
)
async def test_lookup(
    world: World, number: str, outcome: str, range_: str | None, holder: str | None, display: str
) -> None:
    await world.split("030 23125-3")
    await world.assign("Hamm", "030 23125-5")
    document = """query($number: String!) { lookup(number: $number) {
        outcome display uri range { display } holder { name } } }"""
    assert (await world.api(document, number=number))["lookup"] == {
        "outcome": outcome,
        "uri": f"tel:+{parse_number(number)}",
        "display": display,
        "range": range_ and {"display": range_},
        "holder": holder and {"name": holder},
    }


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("23125", "NUMBER_NOT_UNDERSTOOD"),
        ("", "NUMBER_NOT_UNDERSTOOD"),
        ("+43 1 234", "NUMBER_NOT_GERMAN"),
        ("030 23125 000 000 000", "NUMBER_TOO_LONG"),
    ],
)
async def test_lookup_of_what_is_no_german_number(world: World, number: str, code: str) -> None:
    document = "query($number: String!) { lookup(number: $number) { outcome } }"
    assert await world.api.codes(document, number=number) == [code]


async def test_the_sums(server: Server) -> None:
    world = await build(server)
    await world.assign("Hamm", "030 23125-5", "0221 4710999")
    await world.plan("Hamm", "030 23125-6")
    document = """{ inventory {
        bookedConcurrentCalls customerService { name phone email } numberCount freeCount
        assignedCount blockCount singleNumberCount siteContractCount sipTrunkCount
        plannedSipTrunkCount cloudPbxCount uccConnectionCount openOrderCount } }"""
    for api in (world.api, server.viewer):
        assert (await api(document))["inventory"] == {
            "bookedConcurrentCalls": 30,
            "customerService": {"name": None, "phone": None, "email": None},
            "numberCount": 2311,
            "freeCount": 2210,
            "assignedCount": 101,
            "blockCount": 4,
            "singleNumberCount": 1,
            "siteContractCount": 3,
            "sipTrunkCount": 2,
            "plannedSipTrunkCount": 0,
            "cloudPbxCount": 1,
            "uccConnectionCount": 2,
            "openOrderCount": 1,
        }


async def test_site_contracts_with_their_numbers(world: World) -> None:
    document = """query($site: String) { siteContracts(site: $site) { totalCount nodes {
        number street postcode town status startDate numberRanges { nodes { display } } } } }"""
    data = (await world.api(document, site="Mün"))["siteContracts"]
    assert data == {
        "totalCount": 1,
        "nodes": [
            {
                "number": "SV-1003",
                "street": "Leopoldstraße 7",
                "postcode": "80802",
                "town": "München",
                "status": "ORDERED",
                "startDate": str(world.start),
                "numberRanges": {"nodes": [{"display": "089 99998-xxx"}]},
            }
        ],
    }
    everywhere = (await world.api(document))["siteContracts"]["nodes"]
    assert [contract["number"] for contract in everywhere] == ["SV-1001", "SV-1002", "SV-1003"]
    assert [root["display"] for root in everywhere[1]["numberRanges"]["nodes"]] == [
        "0221 471012-x",
        "0221 4710999",
    ]


async def test_node_finds_objects_of_each_type(world: World) -> None:
    order = await world.split("030 23125-3")
    viewer = (await world.api("{ viewer { customer { id } } }"))["viewer"]
    ids = {
        "NumberRange": await world.id("030 23125-3"),
        "SiteContract": await world.contract_id("SV-1001"),
        "Order": order["id"],
        "SipTrunk": world.holders["Hamm"],
        "CloudPbx": world.holders["Zentrale"],
        "UccConnection": world.holders["Zoom"],
        "Customer": viewer["customer"]["id"],
    }
    document = "query($id: ID!) { node(id: $id) { __typename id } }"
    for type_name, id_ in ids.items():
        assert (await world.api(document, id=id_))["node"] == {"__typename": type_name, "id": id_}
        padded = id_ + "=" * (-len(id_) % 4)
        assert (await world.api(document, id=padded))["node"]["id"] == id_


@pytest.mark.parametrize(
    "id_",
    [
        "",
        "x",
        "Zm9v",
        "TnVtYmVyUmFuZ2U6OTk5OTk5",  # NumberRange:999999
        "VXNlcjox",  # User:1
        "Q2xvdWRQYng6MQ",  # CloudPbx:1, which is a SIP trunk
        "TnVtYmVyUmFuZ2U6OTIyMzM3MjAzNjg1NDc3NTgwNw",  # NumberRange:9223372036854775807
        "TnVtYmVyUmFuZ2U6OTIyMzM3MjAzNjg1NDc3NTgwOA",  # one more
        "ü",
    ],
)
async def test_node_is_null_for_what_names_nothing(world: World, id_: str) -> None:
    document = "query($id: ID!) { node(id: $id) { id } }"
    assert await world.api(document, id=id_) == {"node": None}
