"""What holds for every root field: nobody reads anything, and nobody meets another customer."""

import asyncio
from dataclasses import replace

import pytest
from graphql import GraphQLObjectType, build_schema

from dialtree.accounts.models import Customer
from dialtree.graphql.schema import schema
from dialtree.ids import to_global_id
from dialtree.inventory.models import NumberRange
from dialtree.orders.models import Order, OrderStatus
from tests import sockets
from tests.root_fields import MUTATIONS, QUERIES, SUBSCRIPTIONS, Ids, mutation, query, subscription
from tests.server import Server
from tests.world import World, build

SCHEMA = build_schema(schema.as_str())


def fields(type_: GraphQLObjectType | None) -> set[str]:
    assert type_ is not None
    return set(type_.fields)


def test_every_root_field_has_a_call() -> None:
    assert fields(SCHEMA.query_type) == set(QUERIES)
    assert fields(SCHEMA.mutation_type) == set(MUTATIONS)
    assert fields(SCHEMA.subscription_type) == set(SUBSCRIPTIONS)


async def ours(world: World) -> Ids:
    """Of each kind of object one, in a state in which the calls would succeed."""
    done = await world.split("030 23125-3")
    await world.assign("Hamburg Nord", "030 23125-5")
    planned = await world.plan("Hamm", "030 23125-6")
    await world.credentials("Hamburg Nord")
    return Ids(
        customer=to_global_id("Customer", world.server.people.administrator.customer_id),
        contract=await world.contract_id("SV-1001"),
        block=await world.id("030 23125"),
        split=await world.id("030 23125-3"),
        free=await world.id("030 23125-4"),
        held=await world.id("030 23125-5"),
        holder=world.holders["Hamburg Nord"],
        planned_order=planned["id"],
        done_order=done["id"],
        trunk=world.holders["Hamburg Nord"],
        cloud_pbx=world.holders["Zentrale"],
        number="030 23125-555",
    )


@pytest.fixture
async def world(server: Server) -> World:
    return await build(server)


CHANGING = sorted(set(MUTATIONS) - {"login", "logout", "updateViewer"})


async def test_the_queries_succeed_for_whom_the_ids_belong_to(world: World) -> None:
    """Otherwise the tests below would prove nothing; so with the mutations."""
    ids = await ours(world)
    for name in QUERIES:
        data = await world.api(query(name, ids))
        assert all(value is not None for value in data.values()), (name, data)


@pytest.mark.parametrize("name", CHANGING)
async def test_the_mutations_succeed_for_whom_the_ids_belong_to(world: World, name: str) -> None:
    document, variables = mutation(name, await ours(world))
    answer = (await world.api(document, **variables))[name]
    assert "code" not in answer, answer


@pytest.mark.parametrize("name", sorted(set(QUERIES) - {"viewer"}))
async def test_nobody_reads_anything(server: Server, name: str) -> None:
    ids = Ids(*["TnVtYmVyUmFuZ2U6MQ"] * 11, number="030 23125-555")
    if name == "changeNumbersPreview":
        ids = replace(ids, holder=to_global_id("SipTrunk", 1))
    codes = await server.nobody.codes(query(name, ids))
    assert codes
    assert set(codes) == {"NOT_AUTHENTICATED"}


async def test_nobody_is_no_viewer(server: Server) -> None:
    assert await server.nobody("{ viewer { id } }") == {"viewer": None}


@pytest.mark.parametrize("name", sorted(QUERIES))
async def test_queries_find_nothing_of_another_customer(world: World, name: str) -> None:
    ids = await ours(world)
    foreign = set(ids.every())
    foreign |= {to_global_id("NumberRange", row) for row in await our_ranges(world)}
    answer = await world.server.stranger.post(query(name, ids))
    text = str(answer)
    assert not [id_ for id_ in foreign if f"'{id_}'" in text]
    assert "Nordlicht" not in text
    assert "49302312" not in text
    if name in ("changeNumbersPreview", "createSipTrunkPreview"):
        assert [e["extensions"]["code"] for e in answer["errors"]] == ["NOT_FOUND"]
        return
    data = answer["data"]
    if name == "node":
        assert set(data.values()) == {None}
    elif name == "lookup":
        assert data["lookup"] == {"outcome": "UNKNOWN", "range": None, "holder": None}
    elif name == "inventory":
        counts = data["inventory"]
        assert counts["bookedConcurrentCalls"] == 12
        assert (counts["numberCount"], counts["freeCount"], counts["blockCount"]) == (600, 600, 1)
        assert (counts["sipTrunkCount"], counts["cloudPbxCount"]) == (1, 0)
        assert counts["openOrderCount"] == 0
    elif name == "uccPartners":
        assert [partner["code"] for partner in data[name]] == [
            "OPERATOR_CONNECT",
            "RINGCENTRAL_X",
            "UNIFY_X",
            "ZOOM_X",
        ]
    elif name == "viewer":
        assert data["viewer"]["customer"]["name"] == "Südwind AG"
    else:
        counts = {
            "numberRanges": 1,
            "numberElements": 6,
            "siteContracts": 1,
            "sipTrunks": 1,
            "cloudPbxes": 0,
            "uccConnections": 0,
            "orders": 0,
            "auditLog": 0,
        }
        assert data[name]["totalCount"] == len(data[name]["nodes"]) == counts[name]


async def our_ranges(world: World) -> list[int]:
    customer = world.server.people.administrator.customer_id
    found = NumberRange.filter(customer_id=customer)
    return [row.id for row in await found]


@pytest.mark.parametrize("name", sorted(set(CHANGING) - {"importSiteContracts"}))
async def test_mutations_find_nothing_of_another_customer(world: World, name: str) -> None:
    document, variables = mutation(name, await ours(world))
    before = await Order.all().order_by("id").values()
    answer = (await world.server.stranger(document, **variables))[name]
    assert (answer["__typename"], answer["code"]) == ("NotFound", "NOT_FOUND")
    assert await Order.all().order_by("id").values() == before


async def test_ids_of_another_customer_do_not_mix_with_ones_own(world: World) -> None:
    """Their range for our trunk, and our range for their trunk."""
    theirs = await world.id("069 90009-1")
    refusal = await world.api.refusal("changeNumbers", holderId=world.holders["Hamm"], add=[theirs])
    assert refusal["__typename"] == "NotFound"
    refusal = await world.api.refusal(
        "changeNumbers",
        holderId=world.holders["Südwind"],
        add=[await world.id("030 23125-1")],
    )
    assert refusal["__typename"] == "NotFound"


async def test_an_import_adds_to_ones_own_contracts_only(world: World) -> None:
    """The number of another customer's contract is no reason to find or change that contract."""
    content = (
        "contract;street;postcode;town;status;start_date;area_code;stem;extension_digits;"
        "first_digits\nSV-1001;Zeil 1;60313;Frankfurt;ACTIVE;;069;900098;1;\n"
    )
    answer = await world.server.stranger.act(
        "importSiteContracts", "... on SiteContractsImported { contractCount }", content=content
    )
    assert answer == {"__typename": "SiteContractsImported", "contractCount": 1}
    contracts = await world.api('{ siteContracts(site: "Berlin") { nodes { number street } } }')
    assert contracts["siteContracts"]["nodes"] == [{"number": "SV-1001", "street": "Kantstraße 12"}]


async def test_subscriptions_tell_nothing_of_another_customer(world: World) -> None:
    ids = await ours(world)
    stranger = world.server.stranger
    async with sockets.signed_in(world.server.socket_url, stranger.token) as socket:
        one = await socket.subscribe(subscription("orderUpdated", ids))
        assert (await one.error())["extensions"]["code"] == "NOT_FOUND"
        await one.completed()
        orders = await socket.subscribe(subscription("ordersUpdated", ids))
        changes = await socket.subscribe(subscription("inventoryChanged", ids))
        assert (await changes.next())["everything"] is True
        # Ours first, then theirs: the first event to arrive is theirs.
        await world.split("030 23125-7")
        await world.assign("Hamm", "030 23125-8")
        own = await stranger.order("splitRange", rangeId=await world.id("069 90009-2"))
        assert (await orders.next())["id"] == own["id"]
        change = await changes.next()
        assert {range_["digits"] for range_ in change["ranges"]} == {"4969900092", "496990009"}
        assert change["inventory"] == {"numberCount": 600}
        assert change["holders"] == []


async def test_subscriptions_tell_nobody_anything(server: Server) -> None:
    """Over a socket nobody gets in; server-sent events are asked for with the request."""
    for name in SUBSCRIPTIONS:
        ids = Ids(*["T3JkZXI6MQ"] * 11, number="030")
        async with asyncio.timeout(sockets.SECONDS):
            response = await server.http.post(
                "/graphql",
                json={"query": subscription(name, ids)},
                headers={"Accept": "text/event-stream"},
            )
        assert '"code":"NOT_AUTHENTICATED"' in response.text, name
        assert '"id"' not in response.text


async def test_a_finished_order_of_another_customer_is_as_unknown(world: World) -> None:
    done = await world.split("030 23125-3")
    assert (await Order.get()).status == OrderStatus.SUCCEEDED
    data = await world.server.stranger("query($id: ID!) { node(id: $id) { id } }", id=done["id"])
    assert data == {"node": None}


async def test_a_customer_sees_itself(world: World) -> None:
    customer = await Customer.get(name="Südwind AG")
    id_ = to_global_id("Customer", customer.id)
    document = "query($id: ID!) { node(id: $id) { id ... on Customer { name } } }"
    data = await world.server.stranger(document, id=id_)
    assert data["node"] == {"id": id_, "name": "Südwind AG"}
    assert await world.api(document, id=id_) == {"node": None}
