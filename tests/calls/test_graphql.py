"""Rejected calls over HTTP (C1-C4, P1, P2)."""

import asyncio
import time
from datetime import timedelta

import pytest

from dialtree import clock
from dialtree.accounts.models import Role
from dialtree.calls.commands import forget_old_calls
from dialtree.calls.models import RejectedCall
from dialtree.calls.rules import KEPT
from dialtree.ids import to_global_id
from dialtree.orders import worker
from tests import sockets
from tests.server import Api, Json, Server
from tests.test_statements import counting
from tests.world import APP_URL, World, build

REPORTED = "... on RejectedCallsReported { acceptedCount alreadyKnownCount }"
LIST = """query($level: CallLevel, $site: ID, $trunk: ID, $direction: CallDirection,
        $from: DateTime, $until: DateTime, $first: Int, $after: String) {
    rejectedCalls(level: $level, siteContractId: $site, sipTrunkId: $trunk, direction: $direction,
        from: $from, until: $until, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { id callId level direction at limit from { number display masked }
            to { number display masked } siteContract { number } sipTrunk { name } } } }"""


@pytest.fixture
async def world(server: Server) -> World:
    return await build(server)


def call(world: World, call_id: str, **other: object) -> Json:
    entry: Json = {
        "callId": call_id,
        "level": "CUSTOMER",
        "direction": "INCOMING",
        "at": clock.now().isoformat(),
        "from": "+43 1 9000912",
        "to": "030 23125-456",
        "customerId": to_global_id("Customer", world.server.people.administrator.customer_id),
    }
    return {name: value for name, value in (entry | other).items() if value is not None}


async def report(api: Api, *calls: Json) -> Json:
    return await api.act("reportRejectedCalls", REPORTED, calls=list(calls))


async def listed(api: Api, **variables: object) -> list[Json]:
    data = await api(LIST, **variables)
    nodes: list[Json] = data["rejectedCalls"]["nodes"]
    return nodes


async def test_a_report_is_seen_by_the_customer_alone(world: World) -> None:
    assert await report(world.server.service, call(world, "c1"), call(world, "c1")) == {
        "__typename": "RejectedCallsReported",
        "acceptedCount": 1,
        "alreadyKnownCount": 1,
    }
    [seen] = await listed(world.api)
    assert {name: seen[name] for name in ("callId", "level", "direction", "limit")} == {
        "callId": "c1",
        "level": "CUSTOMER",
        "direction": "INCOMING",
        "limit": 30,
    }
    assert seen["to"] == {
        "number": "+493023125456",
        "display": "+49 30 23125-456",
        "masked": False,
    }
    assert await listed(world.server.stranger) == []
    document = "query($id: ID!) { node(id: $id) { ... on RejectedCall { callId } } }"
    assert (await world.api(document, id=seen["id"]))["node"] == {"callId": "c1"}
    assert (await world.server.stranger(document, id=seen["id"]))["node"] is None
    data = await world.api("{ inventory { rejectedCallCount } }")
    assert data["inventory"] == {"rejectedCallCount": 1}


async def test_a_service_token_reports_for_every_customer(world: World) -> None:
    """Whomever it works for."""
    api = await world.server.as_(world.server.people.service)
    assert "Dialtree-Customer" not in api.headers
    theirs = to_global_id("Customer", world.server.people.stranger.customer_id)
    answer = await report(api, call(world, "c1"), call(world, "c2", customerId=theirs))
    assert answer["acceptedCount"] == 2
    assert [row["callId"] for row in await listed(world.server.stranger)] == ["c2"]


async def test_a_trunk_is_known_by_the_name_it_registers_with(world: World) -> None:
    made = await world.credentials("Hamm")
    user_name = made["sipTrunk"]["credentials"]["userName"]
    where = {"level": "TRUNK", "customerId": None, "limit": 8}
    answer = await report(
        world.server.service,
        call(world, "c1", trunkUserName=user_name, **where),
        call(world, "c2", sipTrunkId=world.holders["Hamburg Nord"], **where),
        call(world, "c3", trunkUserName=user_name, customerId=None),
    )
    assert answer["acceptedCount"] == 3
    rows = await listed(world.api)
    assert [(row["callId"], row["level"], row["sipTrunk"]["name"]) for row in rows] == [
        ("c3", "CUSTOMER", "Hamm"),
        ("c2", "TRUNK", "Hamburg Nord"),
        ("c1", "TRUNK", "Hamm"),
    ]
    await world.api.order("deleteSipTrunk", sipTrunkId=world.holders["Hamm"])
    assert (await listed(world.api))[0]["sipTrunk"] is None
    answer = await report(world.server.service, call(world, "c4", trunkUserName=user_name, **where))
    assert [(f["line"], f["field"], f["code"]) for f in answer["fields"]] == [
        (1, "trunkUserName", "NOT_FOUND")
    ]


async def test_viewers_see_neither_callers_nor_numbers_outside(world: World) -> None:
    """The API itself hides them, wherever they are asked for."""
    outgoing = {"direction": "OUTGOING", "from": "030 23125-456", "to": "069 90009-123"}
    withheld = call(world, "c3")
    del withheld["from"]
    await report(world.server.service, call(world, "c1"), call(world, "c2", **outgoing), withheld)
    full = {row["callId"]: row for row in await listed(world.api)}
    assert full["c1"]["from"] == {
        "number": "+4319000912",
        "display": "+43 19000912",
        "masked": False,
    }
    seen = {row["callId"]: row for row in await listed(world.server.viewer)}
    own = {"number": "+493023125456", "display": "+49 30 23125-456", "masked": False}
    assert (seen["c1"]["from"], seen["c1"]["to"]) == (
        {"number": None, "display": "+43 ••••••12", "masked": True},
        own,
    )
    assert (seen["c2"]["from"], seen["c2"]["to"]) == (
        {"number": None, "display": "+49 30 ••••••56", "masked": True},
        {"number": None, "display": "+49 69 ••••••23", "masked": True},
    )
    assert full["c3"]["from"] is seen["c3"]["from"] is None
    node = await world.server.viewer(
        """query($id: ID!) { node(id: $id) {
            ... on RejectedCall { from { number display } } } }""",
        id=full["c1"]["id"],
    )
    assert node["node"]["from"] == {"number": None, "display": "+43 ••••••12"}


async def test_the_list_is_narrowed_and_the_counts_with_it(world: World) -> None:
    contract = await world.contract_id("SV-1001")
    limit = await world.server.service.act(
        "setCallLimit", "... on CallLimitSet { limit }", siteContractId=contract, limit=7
    )
    assert limit == {"__typename": "CallLimitSet", "limit": 7}
    at_site = {"level": "SITE", "customerId": None, "siteContractId": contract}
    hours = [(clock.now() - timedelta(hours=i)).replace(minute=30) for i in range(1, 4)]
    trunk = {"level": "TRUNK", "customerId": None, "sipTrunkId": world.holders["Hamm"], "limit": 3}
    await report(
        world.server.service,
        call(world, "c1", at=hours[0].isoformat()),
        call(world, "c2", at=hours[1].isoformat(), **at_site),
        call(world, "c3", at=hours[1].isoformat(), direction="OUTGOING", **at_site),
        call(world, "c4", at=hours[2].isoformat(), **trunk),
    )
    hour = hours[1].replace(minute=0, second=0, microsecond=0)
    for variables, expected in (
        ({}, ["c1", "c3", "c2", "c4"]),
        ({"level": "SITE"}, ["c3", "c2"]),
        ({"site": contract, "direction": "OUTGOING"}, ["c3"]),
        ({"trunk": world.holders["Hamm"]}, ["c4"]),
        (
            {"from": hour.isoformat(), "until": (hour + timedelta(hours=1)).isoformat()},
            ["c3", "c2"],
        ),
        ({"from": hour.replace(tzinfo=None).isoformat()}, ["c1", "c3", "c2"]),
        ({"first": 1}, ["c1"]),
    ):
        assert [row["callId"] for row in await listed(world.api, **variables)] == expected
    document = """query($level: CallLevel, $site: ID) {
        rejectedCallHours(level: $level, siteContractId: $site) {
            since until total hours { hour level count } }
        rejectedCallLevels { level limits { total } rejectedCallCount
            siteContract { number } sipTrunk { name } } }"""
    data = await world.api(document, level="SITE", site=contract)
    counted = data["rejectedCallHours"]
    assert counted["total"] == 2
    assert counted["hours"] == [{"hour": hour.isoformat(), "level": "SITE", "count": 2}]
    assert data["rejectedCallLevels"] == [
        {
            "level": "CUSTOMER",
            "limits": {"total": 30},
            "rejectedCallCount": 1,
            "siteContract": None,
            "sipTrunk": None,
        },
        {
            "level": "SITE",
            "limits": {"total": 7},
            "rejectedCallCount": 2,
            "siteContract": {"number": "SV-1001"},
            "sipTrunk": None,
        },
    ]
    assert await world.api.codes(LIST, site=world.holders["Hamm"]) == ["NOT_FOUND"]


async def test_statements_do_not_grow_with_the_calls(world: World) -> None:
    contract = await world.contract_id("SV-1001")
    places = (
        {"level": "SITE", "siteContractId": contract},
        {"level": "TRUNK", "sipTrunkId": world.holders["Hamm"]},
        {"level": "TRUNK", "sipTrunkId": world.holders["Hamburg Nord"]},
    )
    calls = [
        call(
            world,
            f"c{i}",
            **{"customerId": None, "limit": 5, "to": f"030 23125-{i:03}"} | places[i % 3],
        )
        for i in range(60)
    ]
    await report(world.server.service, *calls)
    counts = []
    for first in (6, 50):
        with counting() as sent:
            assert len(await listed(world.api, first=first)) == first
        counts.append(len(sent))
    assert 0 < counts[1] <= counts[0], counts


async def test_who_reports_is_service_staff_with_a_token_or_in_person(world: World) -> None:
    for api, code in (
        (world.api, "NOT_SERVICE_STAFF"),
        (world.server.viewer, "NOT_SERVICE_STAFF"),
        (world.server.nobody, "NOT_AUTHENTICATED"),
    ):
        answer = await report(api, call(world, "c1"))
        assert (answer["__typename"], answer["code"]) == ("NotAllowed", code)
    answer = await report(world.server.service, *[call(world, "c1")] * 1001)
    assert (answer["__typename"], answer["code"]) == ("RuleRefused", "TOO_MANY_CALLS_REPORTED")
    assert "1000" in answer["message"]
    assert not await RejectedCall.exists()
    assert world.server.people.service.role == Role.SERVICE


async def test_the_worker_deletes_what_has_had_its_days(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await report(world.server.service, call(world, "c1"))
    forgotten: asyncio.Queue[int] = asyncio.Queue()

    async def forget() -> int:
        forgotten.put_nowait(await forget_old_calls())
        return 0

    monkeypatch.setattr(worker, "forget_old_calls", forget)
    later = clock.now() + KEPT + timedelta(minutes=1)
    stopping = asyncio.Event()
    with clock.reading(lambda: later):
        working = asyncio.create_task(worker.run_worker(APP_URL, stopping))
        async with asyncio.timeout(sockets.SECONDS):
            assert await forgotten.get() == 1
        stopping.set()
        await working
    assert not await RejectedCall.exists()


async def test_a_full_report_is_taken_quickly(world: World) -> None:
    """Within about a second; the bound leaves room for a busy machine."""
    calls = [call(world, f"call-{i}@switch.example") for i in range(1000)]
    began = time.monotonic()
    assert (await report(world.server.service, *calls))["acceptedCount"] == 1000
    first = time.monotonic() - began
    assert (await report(world.server.service, *calls))["alreadyKnownCount"] == 1000
    assert first < 5
