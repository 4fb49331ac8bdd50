"""SIP trunks over HTTP: wizard, plan, credentials, meters of a day, history (T1-T6, B2, P3)."""

from datetime import timedelta

import pytest

from dialtree import clock
from dialtree.orders.worker import run_due
from dialtree.ucc.models import UccPartner
from tests.server import Json, Server
from tests.world import APP_URL, World, build

TRUNK = """... on SipTrunk {
    id name status profile elementCount numberCount takesExecutionDate
    contact { name phone email } callLimits { total incoming outgoing }
    numbers { totalCount nodes { display openOrder { reference } } }
    meters { elements { used limit } blocks { block { display } used limit } }
    creation { reference status executionDate }
    showCredentials { allowed refusal { code } }
    credentials {
        userName authenticationName realm registrar primaryProxy secondaryProxy transport }
    update { allowed } delete { allowed refusal { code } }
}"""


@pytest.fixture
async def world(server: Server) -> World:
    return await build(server)


async def node(world: World, id_: str, *, viewer: bool = False, selection: str = TRUNK) -> Json:
    api = world.server.viewer if viewer else world.api
    document = f"query($id: ID!) {{ node(id: $id) {{ __typename {selection} }} }}"
    found: Json = (await api(document, id=id_))["node"]
    return found


async def create(world: World, *numbers: str, days: int | None = 5) -> str:
    """The id of a new trunk."""
    order = await world.api.act(
        "createSipTrunk",
        "... on OrderAccepted { order { holder { id } } }",
        name="Neubau",
        contact={"name": "Technik", "phone": "030 23125-100", "email": "t@nordlicht.example"},
        profile="MEDIA_BYPASS",
        elements=await world.ids(*numbers),
        executionDate=None if days is None else str(clock.today() + timedelta(days=days)),
        callLimits={"total": 30, "incoming": 20},
    )
    id_: str = order["order"]["holder"]["id"]
    return id_


async def reveal(world: World, trunk_id: str) -> str:
    answer = await world.api.act(
        "revealSipPassword", "... on SipPasswordRevealed { password }", sipTrunkId=trunk_id
    )
    password: str = answer["password"]
    return password


async def test_a_planned_trunk_shows_all_that_is_known_of_it(world: World) -> None:
    trunk_id = await create(world, "030 23125-3", "0221 4710999")
    shown = await node(world, trunk_id)
    credentials = shown.pop("credentials")
    assert shown == {
        "__typename": "SipTrunk",
        "id": trunk_id,
        "name": "Neubau",
        "status": "PLANNED",
        "profile": "MEDIA_BYPASS",
        "elementCount": 2,
        "numberCount": 101,
        "takesExecutionDate": True,
        "contact": {"name": "Technik", "phone": "030 23125-100", "email": "t@nordlicht.example"},
        "callLimits": {"total": 30, "incoming": 20, "outgoing": None},
        "numbers": {
            "totalCount": 2,
            "nodes": [
                {"display": "0221 4710999", "openOrder": {"reference": "A-000001"}},
                {"display": "030 23125-3xx", "openOrder": {"reference": "A-000001"}},
            ],
        },
        "meters": {
            "elements": {"used": 2, "limit": 60},
            "blocks": [{"block": {"display": "030 23125-xxx"}, "used": 1, "limit": 10}],
        },
        "creation": {
            "reference": "A-000001",
            "status": "PLANNED",
            "executionDate": str(clock.today() + timedelta(days=5)),
        },
        "showCredentials": {"allowed": True, "refusal": None},
        "update": {"allowed": True},
        "delete": None,
    }
    assert credentials["authenticationName"] == f"{credentials['userName']}@dialtree"
    assert credentials["transport"] == "TLS"
    assert credentials["registrar"] is None


async def test_h5_viewers_see_all_but_credentials(world: World) -> None:
    trunk_id = await create(world, days=None)
    await run_due(APP_URL)
    shown = await node(world, trunk_id, viewer=True)
    assert shown["credentials"] is None
    assert shown["showCredentials"] == {
        "allowed": False,
        "refusal": {"code": "CREDENTIALS_FOR_ADMINISTRATORS"},
    }
    assert shown["delete"]["refusal"]["code"] == "NOT_ADMINISTRATOR"
    assert shown["contact"]["name"] == "Technik"


async def test_t2_planned_trunks_are_found_by_the_numbers_they_will_start_with(
    world: World,
) -> None:
    await create(world, "030 23125-3")
    document = """query($number: String, $status: TrunkStatus) {
        sipTrunks(number: $number, status: $status) { totalCount nodes { name } } }"""

    async def names(**search: object) -> list[str]:
        found = (await world.api(document, **search))["sipTrunks"]
        assert found["totalCount"] == len(found["nodes"])
        return [trunk["name"] for trunk in found["nodes"]]

    assert await names(number="030 23125-345", status="PLANNED") == ["Neubau"]
    assert await names(number="*25-3") == ["Neubau"]
    assert await names(number="030 23125-345", status="ACTIVE") == []
    assert await names(number="030 23125-4") == []


async def test_the_preview_of_a_new_trunk(world: World) -> None:
    document = """query($input: CreateSipTrunkInput!) { createSipTrunkPreview(input: $input) {
        problems { field code message } refusal { code }
        meters { elements { used limit } blocks { used } } } }"""
    given = {"name": "hamm", "contact": {"name": "Technik", "email": "nobody"}}
    elements = await world.ids("030 23125-3", "0221 4710999")
    preview = (await world.api(document, input={**given, "elements": elements}))[
        "createSipTrunkPreview"
    ]
    [problem] = preview["problems"]
    assert (problem["field"], problem["code"]) == ("contact.email", "VALUE_NOT_UNDERSTOOD")
    assert preview["refusal"] == {"code": "TRUNK_NAME_TAKEN"}
    assert preview["meters"] == {"elements": {"used": 2, "limit": 60}, "blocks": [{"used": 1}]}
    late = {**given, "name": "Neubau", "executionDate": str(clock.today() + timedelta(days=-1))}
    preview = (await world.api(document, input=late))["createSipTrunkPreview"]
    assert preview["refusal"] == {"code": "EXECUTION_DATE_PAST"}
    viewers = await world.server.viewer(document, input=given)
    assert viewers["createSipTrunkPreview"]["refusal"] == {"code": "NOT_ADMINISTRATOR"}


async def test_b2_meters_of_a_day_have_its_planned_orders_in_them(world: World) -> None:
    await world.assign("Hamm", "030 23125-1")
    await world.plan("Hamm", "030 23125-2", "0221 4710999", days=3)
    await world.plan("Hamm", "030 23125-4", days=6)
    document = """query($id: ID!, $at: Date) { node(id: $id) { ... on Holder {
        meters(at: $at) { elements { used } blocks { used } } } } }"""

    async def used(days: int | None) -> tuple[int, list[int]]:
        at = None if days is None else str(clock.today() + timedelta(days=days))
        meters = (await world.api(document, id=world.holders["Hamm"], at=at))["node"]["meters"]
        return meters["elements"]["used"], [block["used"] for block in meters["blocks"]]

    assert await used(None) == (1, [1])
    assert await used(-3) == (1, [1])
    assert await used(2) == (1, [1])
    assert await used(3) == (3, [2])
    assert await used(6) == (4, [3])
    preview = """query($id: ID!, $add: [ID!]!, $day: Date) {
        changeNumbersPreview(holderId: $id, add: $add, executionDate: $day) {
            refusal { code } meters { elements { used } } } }"""
    for days, expected in ((0, 2), (5, 4)):
        data = await world.api(
            preview,
            id=world.holders["Hamm"],
            add=await world.ids("030 23125-5"),
            day=str(clock.today() + timedelta(days=days)),
        )
        assert data["changeNumbersPreview"] == {
            "refusal": None,
            "meters": {"elements": {"used": expected}},
        }


async def test_the_plan_of_a_trunk_is_changed_through_its_own_order(world: World) -> None:
    trunk_id = await create(world, "030 23125-3")
    order = await world.api.order(
        "changeNumbers",
        holderId=trunk_id,
        add=await world.ids("030 23125-4"),
        remove=await world.ids("030 23125-3"),
    )
    assert (order["reference"], order["status"]) == ("A-000001", "PLANNED")
    shown = await node(world, trunk_id)
    assert [range_["display"] for range_ in shown["numbers"]["nodes"]] == ["030 23125-4xx"]
    preview = """query($id: ID!, $add: [ID!]!) {
        changeNumbersPreview(holderId: $id, add: $add) { meters { elements { used } } } }"""
    data = await world.api(preview, id=trunk_id, add=await world.ids("030 23125-5"))
    assert data["changeNumbersPreview"]["meters"]["elements"]["used"] == 2


async def test_t4_the_password_is_shown_and_replaced(world: World) -> None:
    trunk_id = await create(world)
    first = await reveal(world, trunk_id)
    assert len(first) == 24
    answer = await world.api.act(
        "regenerateSipPassword",
        "... on SipPasswordRegenerated { password sipTrunk { id credentials { userName } } }",
        sipTrunkId=trunk_id,
    )
    assert answer["password"] != first
    assert answer["sipTrunk"]["id"] == trunk_id
    assert await reveal(world, trunk_id) == answer["password"]


async def test_p3_the_history_of_a_trunk(world: World) -> None:
    trunk_id = await create(world)
    await reveal(world, trunk_id)
    await world.api.act(
        "updateSipTrunk",
        "... on SipTrunkUpdated { sipTrunk { id } }",
        sipTrunkId=trunk_id,
        name="Altbau",
    )
    await world.credentials("Hamm")
    document = """query($id: ID) { auditLog(subjectId: $id) { totalCount nodes {
        id actor action subjectId subjectName changes { field before after } } } }"""
    log = (await world.api(document, id=trunk_id))["auditLog"]
    assert [entry["action"] for entry in log["nodes"]] == [
        "TRUNK_UPDATED",
        "PASSWORD_SHOWN",
        "TRUNK_ORDERED",
    ]
    newest = log["nodes"][0]
    assert newest["actor"] == "Admin"
    assert (newest["subjectId"], newest["subjectName"]) == (trunk_id, "Altbau")
    assert newest["changes"] == [{"field": "name", "before": "Neubau", "after": "Altbau"}]
    # With the import and the password of the other trunk.
    assert (await world.api(document))["auditLog"]["totalCount"] == 5
    assert await world.server.viewer.codes(document) == ["NOT_ADMINISTRATOR"]
    assert await world.api.codes(document, id="nonsense") == ["NOT_FOUND"]
    entry = {"selection": "... on AuditEntry { action }"}
    found = await node(world, newest["id"], selection=entry["selection"])
    assert found == {"__typename": "AuditEntry", "action": "TRUNK_UPDATED"}
    assert await node(world, newest["id"], viewer=True, selection=entry["selection"]) is None


async def test_t5_deleting_answers_with_the_order_that_did_it(world: World) -> None:
    trunk_id = await create(world, "030 23125-3", days=None)
    await run_due(APP_URL)
    answer = await world.api.act(
        "deleteSipTrunk",
        """... on OrderAccepted { order { kind status undo { refusal { code } }
            items { action display } holder { id } } }""",
        sipTrunkId=trunk_id,
    )
    order = answer["order"]
    assert (order["kind"], order["status"]) == ("DELETE_TRUNK", "SUCCEEDED")
    assert order["items"] == [{"action": "REMOVE", "display": "030 23125-3xx"}]
    assert order["undo"]["refusal"]["code"] == "UNDO_NOT_POSSIBLE"
    assert await node(world, trunk_id) is None
    refusal = await world.api.refusal("revealSipPassword", sipTrunkId=trunk_id)
    assert refusal["code"] == "NOT_FOUND"


async def test_h3_a_partner_may_take_days_once_its_record_says_so(world: World) -> None:
    """Data, not a release (S6)."""
    day = str(clock.today() + timedelta(days=3))
    change = {"holderId": world.holders["Zoom"], "add": await world.ids("030 23125-3")}
    refusal = await world.api.refusal("changeNumbers", **change, executionDate=day)
    assert refusal["code"] == "CHANGES_AT_ONCE_ONLY"
    assert "Zoom X" in refusal["message"]
    await UccPartner.filter(code="ZOOM_X").update(takes_execution_date=True)
    order = await world.api.order("changeNumbers", **change, executionDate=day)
    assert order["status"] == "PLANNED"
    shown = await node(
        world, world.holders["Zoom"], selection="... on Holder { takesExecutionDate }"
    )
    assert shown["takesExecutionDate"] is True


async def test_h6_a_cloud_pbx_over_http(world: World) -> None:
    selection = """... on CloudPbx { contact { name email } supportEmail configurationUrl
        update { allowed } delete { allowed refusal { code } } }"""
    pbx_id = world.holders["Zentrale"]
    await world.api.act(
        "updateCloudPbx",
        "... on CloudPbxUpdated { cloudPbx { id } }",
        cloudPbxId=pbx_id,
        contact={"name": "Betrieb", "email": "buchung@nordlicht.example"},
        supportEmail="hilfe@nordlicht.example",
    )
    assert await node(world, pbx_id, selection=selection) == {
        "__typename": "CloudPbx",
        "contact": {"name": "Betrieb", "email": "buchung@nordlicht.example"},
        "supportEmail": "hilfe@nordlicht.example",
        "configurationUrl": None,
        "update": {"allowed": True},
        "delete": {"allowed": True, "refusal": None},
    }
    await world.assign("Zentrale", "030 23125-3")
    shown = await node(world, pbx_id, selection=selection)
    assert shown["delete"]["refusal"]["code"] == "CLOUD_PBX_HOLDS_NUMBERS"


async def test_reminders_are_switched_off_by_oneself(world: World) -> None:
    change = "... on ViewerUpdated { viewer { orderReminders language } }"
    answer = await world.api.act("updateViewer", change, orderReminders=False)
    assert answer["viewer"] == {"orderReminders": False, "language": "EN"}
    answer = await world.api.act("updateViewer", change, language="DE")
    assert answer["viewer"] == {"orderReminders": False, "language": "DE"}
