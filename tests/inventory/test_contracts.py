"""Changing a site contract (P2): what is found, told and refused."""

from datetime import timedelta

import pytest

from dialtree import clock
from dialtree.audit.models import AuditAction, AuditEntry
from dialtree.inventory.models import SiteContract, SiteKey
from tests import sockets
from tests.server import Json, Server
from tests.world import World, build

UPDATED = "... on SiteContractUpdated { siteContract { number street town status startDate } }"


@pytest.fixture
async def world(server: Server) -> World:
    return await build(server)


async def update(world: World, contract: str, **input_: object) -> Json:
    id_ = await world.contract_id(contract)
    return await world.server.service.act(
        "updateSiteContract", UPDATED, siteContractId=id_, **input_
    )


def in_days(days: int) -> str:
    return str(clock.today() + timedelta(days=days))


async def found(world: World, site: str) -> list[str]:
    data = await world.api(
        "query($site: String) { siteContracts(site: $site) { nodes { number } }"
        " numberRanges(site: $site) { nodes { siteContract { number } } } }",
        site=site,
    )
    numbers = [contract["number"] for contract in data["siteContracts"]["nodes"]]
    assert {root["siteContract"]["number"] for root in data["numberRanges"]["nodes"]} == set(
        numbers
    )
    return numbers


async def test_searches_by_site_find_the_new_address(world: World) -> None:
    answer = await update(world, "SV-1002", street="Köpenicker Str. 1", postcode="12487")
    assert answer["siteContract"]["street"] == "Köpenicker Str. 1"
    assert answer["siteContract"]["town"] == "Bremen"
    assert await found(world, "koep") == await found(world, "12487") == ["SV-1002"]
    assert await found(world, "Am Wall") == await found(world, "28195") == []
    assert await found(world, "Brem") == ["SV-1002"]


async def test_everybody_of_the_customer_is_told(world: World) -> None:
    token = world.api.token
    async with sockets.signed_in(world.server.socket_url, token) as socket:
        changes = await socket.subscribe("subscription { inventoryChanged { everything } }")
        assert await changes.next() == {"everything": True}
        await update(world, "SV-1002", town="Berlin")
        assert await changes.next() == {"everything": True}
    [entry] = await AuditEntry.filter(action=AuditAction.CONTRACT_UPDATED)
    assert entry.subject_name == "SV-1002"
    assert entry.changes == [{"field": "town", "before": "Bremen", "after": "Berlin"}]


async def test_a_contract_can_start_at_once(world: World) -> None:
    """From then on its numbers can be assigned."""
    change = {"holderId": world.holders["Zentrale"], "add": await world.ids("089 99998-1")}
    refusal = await world.api.refusal("changeNumbers", **change)
    assert refusal["code"] == "CONTRACT_NOT_STARTED"
    answer = await update(world, "SV-1003", status="ACTIVE")
    assert answer["siteContract"]["status"] == "ACTIVE"
    assert (await world.order("changeNumbers", **change))["status"]


async def test_a_contract_whose_numbers_are_assigned_cannot_start_later(world: World) -> None:
    await world.assign("Zentrale", "030 23125-1")
    before = await SiteContract.all().order_by("id").values()
    refusal = await world.server.service.refusal(
        "updateSiteContract",
        siteContractId=await world.contract_id("SV-1001"),
        status="ORDERED",
        startDate=in_days(9),
    )
    assert (refusal["__typename"], refusal["code"]) == ("RuleRefused", "CONTRACT_NUMBERS_ASSIGNED")
    assert "SV-1001" in refusal["message"]
    assert "030 23125-1xx" in refusal["message"]
    assert await SiteContract.all().order_by("id").values() == before
    # One without assignments can, and one that has started keeps its numbers.
    later = await update(world, "SV-1002", status="ORDERED", startDate=in_days(9))
    assert later["siteContract"]["startDate"] == in_days(9)
    today = await update(world, "SV-1001", status="ORDERED", startDate=in_days(0))
    assert today["siteContract"]["status"] == "ORDERED"


@pytest.mark.parametrize(
    ("input_", "field", "code"),
    [
        ({"street": " "}, "street", "VALUE_MISSING"),
        ({"postcode": "1" * 11}, "postcode", "VALUE_TOO_LONG"),
        ({"town": "x" * 101}, "town", "VALUE_TOO_LONG"),
        ({"status": "ORDERED"}, "startDate", "VALUE_MISSING"),
    ],
)
async def test_bad_input_is_named_at_its_field(
    world: World, input_: Json, field: str, code: str
) -> None:
    keys = await SiteKey.all().order_by("id").values()
    refusal = await world.server.service.refusal(
        "updateSiteContract", siteContractId=await world.contract_id("SV-1001"), **input_
    )
    assert [(f["field"], f["code"]) for f in refusal["fields"]] == [(field, code)]
    assert await SiteKey.all().order_by("id").values() == keys


async def test_a_contract_of_another_customer_is_not_found(world: World) -> None:
    """Service staff change those of the customer they work for."""
    refusal = await world.server.service.refusal(
        "updateSiteContract", siteContractId=await world.contract_id("SV-9001"), town="Berlin"
    )
    assert refusal["__typename"] == "NotFound"


async def test_what_changes_nothing_is_not_logged(world: World) -> None:
    await update(world, "SV-1002", town="Bremen")
    assert await AuditEntry.filter(action=AuditAction.CONTRACT_UPDATED).count() == 0


async def test_an_import_is_logged_with_what_it_added(world: World) -> None:
    ours = world.server.people.administrator.customer_id
    [entry] = await AuditEntry.filter(action=AuditAction.CONTRACTS_IMPORTED, customer_id=ours)
    counts = {change["field"]: change["after"] for change in entry.changes}
    assert counts == {"contracts": "3", "blocks": "4", "singleNumbers": "1", "numbers": "2311"}
