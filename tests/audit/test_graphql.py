"""Reading the audit log through the API (P3): what is found, by whom, and in which order."""

from datetime import timedelta

import pytest

from dialtree import clock
from dialtree.accounts.models import Role
from dialtree.audit.models import AuditAction, AuditEntry
from dialtree.audit.queries import BATCH
from dialtree.ids import from_global_id, to_global_id
from tests.server import Server
from tests.world import World, build

LOG = """query($subject: ID, $user: ID, $actions: [AuditAction!], $from: Date, $until: Date,
    $search: String, $first: Int, $after: String) {
    auditLog(subjectId: $subject, userId: $user, actions: $actions, from: $from, until: $until,
        search: $search, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { id action actor actorRole address via subjectId subjectName
            subject { __typename id } order { reference } changes { field before after } } } }"""


@pytest.fixture
async def world(server: Server) -> World:
    return await build(server)


async def actions(world: World, **filters: object) -> list[str]:
    log = (await world.api(LOG, **filters))["auditLog"]
    assert log["totalCount"] == len(log["nodes"])
    # The world itself begins with an import.
    return [e["action"] for e in log["nodes"] if e["action"] != "CONTRACTS_IMPORTED"]


async def test_p3_an_order_tells_everything_that_became_of_it(world: World) -> None:
    order = await world.plan("Hamm", "030 23125-6", days=10)
    await world.api.order(
        "rescheduleOrder", orderId=order["id"], executionDate=str(clock.today() + timedelta(11))
    )
    await world.api.order("cancelOrder", orderId=order["id"])
    await world.split("030 23125-3")
    assert await actions(world, subject=order["id"]) == [
        "ORDER_CANCELLED",
        "ORDER_RESCHEDULED",
        "NUMBERS_ORDERED",
    ]
    log = (await world.api(LOG, subject=order["id"]))["auditLog"]
    for entry in log["nodes"]:
        assert entry["order"] == {"reference": order["reference"]}
        trunk = {"__typename": "SipTrunk", "id": world.holders["Hamm"]}
        assert (entry["subject"], entry["subjectId"]) == (trunk, trunk["id"])
        assert (entry["actor"], entry["actorRole"]) == ("Admin", "ADMINISTRATOR")
        assert (entry["address"], entry["via"]) == ("127.0.0.1", "test")


async def test_a_range_that_a_merge_removed_stays_named(world: World) -> None:
    await world.split("030 23125-3")
    await world.split("030 23125-33")
    gone = await world.id("030 23125-33")
    await world.merge("030 23125-3")
    log = (await world.api(LOG, subject=gone))["auditLog"]["nodes"]
    assert [(entry["action"], entry["subjectName"]) for entry in log] == [
        ("RANGE_SPLIT", "030 23125-33x"),
        ("SPLIT_ORDERED", "030 23125-33x"),
    ]
    assert log[0]["subject"] is None
    assert log[0]["via"] == log[0]["order"]["reference"]
    assert log[0]["address"] is None


async def test_the_log_is_filtered(world: World) -> None:
    await world.credentials("Hamburg Nord")
    await world.server.service.order("splitRange", rangeId=await world.id("030 23125-3"))
    service = to_global_id("User", world.server.people.service.user_id)
    assert await actions(world, user=service) == ["SPLIT_ORDERED"]
    assert await actions(world, actions=["PASSWORD_REGENERATED"]) == ["PASSWORD_REGENERATED"]
    assert await actions(world, search="hamburg") == ["PASSWORD_REGENERATED"]
    assert await actions(world, search="SERVICE") == ["SPLIT_ORDERED"]
    assert await actions(world, search="%") == []
    assert await actions(world, user=service, search="Hamburg") == []
    today = clock.today()
    for filters, count in (
        ({"from": today, "until": today}, 2),
        ({"from": today + timedelta(1)}, 0),
        ({"until": today - timedelta(1)}, 0),
        ({"from": "0001-01-01", "until": "9999-12-31"}, 2),
        ({"from": "9999-12-31"}, 0),
        ({"until": "0001-01-01"}, 0),
    ):
        given = {name: str(value) for name, value in filters.items()}
        assert len(await actions(world, **given)) == count, given
    assert await world.api.codes(LOG, search="a" * 101) == ["VALUE_TOO_LONG"]
    assert await world.api.codes(LOG, user=world.holders["Hamm"]) == ["NOT_FOUND"]
    assert await world.api.codes(LOG, subject="nonsense") == ["NOT_FOUND"]


async def test_a_day_begins_and_ends_in_berlin(world: World) -> None:
    day = clock.today()
    for moment in (clock.midnight(day), clock.midnight(day + timedelta(1)) - timedelta(seconds=1)):
        with clock.reading(lambda moment=moment: moment):
            await entry(world, "Zwölf")
    with clock.reading(lambda: clock.midnight(day) - timedelta(seconds=1)):
        await entry(world, "Vorher")
    with clock.reading(lambda: clock.midnight(day + timedelta(1))):
        await entry(world, "Nachher")
    filters = {"from": str(day), "until": str(day), "actions": ["CLOUD_PBX_CREATED"]}
    log = (await world.api(LOG, **filters))["auditLog"]
    assert [e["subjectName"] for e in log["nodes"]] == ["Zwölf", "Zwölf"]


async def entry(world: World, name: str) -> AuditEntry:
    return await AuditEntry.create(
        customer_id=world.server.people.administrator.customer_id,
        actor_name="operator",
        at=clock.now(),
        action=AuditAction.CLOUD_PBX_CREATED,
        subject_type="CloudPbx",
        subject_id=1,
        subject_name=name,
        changes=[],
    )


async def test_pages_follow_each_other_while_entries_come(world: World) -> None:
    for i in range(5):
        await entry(world, str(i))
    seen: list[str] = []
    after = None
    for _ in range(3):
        page = (await world.api(LOG, first=2, after=after, actions=["CLOUD_PBX_CREATED"]))[
            "auditLog"
        ]
        seen += [e["subjectName"] for e in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        await entry(world, "new")
    assert seen == ["4", "3", "2", "1", "0"]
    assert page["pageInfo"]["hasNextPage"] is False
    assert BATCH > 2


async def test_p2_service_staff_see_the_log_of_whom_they_work_for(world: World) -> None:
    await world.credentials("Hamm")
    service = world.server.service
    done = (await service(LOG))["auditLog"]["nodes"]
    assert [entry["action"] for entry in done] == ["PASSWORD_REGENERATED", "CONTRACTS_IMPORTED"]
    home = world.server.people.service.home_customer_id
    service.headers["Dialtree-Customer"] = to_global_id("Customer", home)
    assert (await service(LOG))["auditLog"]["nodes"] == []
    theirs = (await world.server.stranger(LOG))["auditLog"]["nodes"]
    assert [entry["action"] for entry in theirs] == ["CONTRACTS_IMPORTED"]
    assert await world.server.viewer.codes(LOG) == ["NOT_ADMINISTRATOR"]
    assert await world.server.viewer.codes("{ auditActors { id } }") == ["NOT_ADMINISTRATOR"]


async def test_who_has_done_something(world: World) -> None:
    await world.server.service.order("splitRange", rangeId=await world.id("030 23125-3"))
    await world.credentials("Hamm")
    await entry(world, "by nobody")
    actors = (await world.api("{ auditActors { id name role } }"))["auditActors"]
    assert [(actor["name"], actor["role"]) for actor in actors] == [
        ("Admin", Role.ADMINISTRATOR),
        ("Service", Role.SERVICE),
    ]
    assert from_global_id(actors[1]["id"]) == ("User", world.server.people.service.user_id)
