"""What holds for every root field: nobody reads anything, and nobody meets another customer."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import fields as fields_of
from dataclasses import replace
from datetime import timedelta

import pytest
from graphql import (
    FieldNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    parse,
    print_ast,
    visit,
)

from dialtree import clock
from dialtree.accounts.links import make_link
from dialtree.accounts.models import ApiToken, Customer, LinkPurpose, Role, Session, User
from dialtree.accounts.origin import Origin
from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import open_session
from dialtree.audit.models import AuditEntry
from dialtree.database import transaction
from dialtree.graphql.schema import schema
from dialtree.ids import to_global_id
from dialtree.inventory.models import NumberRange
from dialtree.language import Language
from dialtree.orders.models import Order, OrderStatus
from tests import sockets
from tests.conftest import PASSWORD_HASH
from tests.root_fields import (
    BY_SECRET,
    MUTATIONS,
    NOT_BY_TOKEN,
    OWN,
    PUBLIC,
    QUERIES,
    SERVED,
    SERVED_QUERIES,
    SUBSCRIPTIONS,
    Ids,
    mutation,
    query,
    subscription,
)
from tests.selections import paths
from tests.server import Api, Server
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
    people = world.server.people
    other = await people_in(world, "other@nordlicht.example", PASSWORD_HASH)
    invited = await people_in(world, "invited@nordlicht.example", "")
    gone = await people_in(world, "gone@nordlicht.example", PASSWORD_HASH)
    await User.filter(id=gone.id).update(deactivated_at=clock.now())
    administrator = await User.get(id=people.administrator.user_id)
    await transaction(lambda: open_session(administrator, timedelta(days=1), Origin()))
    session = await Session.get(user_id=administrator.id)
    invitation, _until = await transaction(lambda: make_link(invited, LinkPurpose.INVITATION))
    forgotten, _until = await transaction(lambda: make_link(other, LinkPurpose.PASSWORD_RESET))
    return Ids(
        user=to_global_id("User", other.id),
        invited=to_global_id("User", invited.id),
        deactivated=to_global_id("User", gone.id),
        session=to_global_id("Session", session.id),
        invitation=invitation,
        forgotten=forgotten,
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
        api_token=await token_of(world.server.people.administrator),
    )


async def token_of(principal: Principal) -> str:
    token = await ApiToken.filter(user_id=principal.user_id).order_by("id").first()
    assert token is not None
    return to_global_id("ApiToken", token.id)


async def people_in(world: World, email: str, password_hash: str) -> User:
    return await User.create(
        customer_id=world.server.people.administrator.customer_id,
        email=email,
        name="Nordlicht",
        role=Role.VIEWER,
        language=Language.EN,
        password_hash=password_hash,
        created_at=clock.now(),
    )


@pytest.fixture
async def world(server: Server) -> World:
    return await build(server)


CHANGING = sorted(set(MUTATIONS) - {"login", "logout", "updateViewer", "requestPasswordReset"})
FOREIGN = sorted(
    set(MUTATIONS) - SERVED - BY_SECRET - OWN - {"inviteUser", "createApiToken"} | {"endSession"}
)
"""What names an object that another customer may have."""


async def api_for(name: str, world: World) -> Api:
    """Who may do this for the first customer."""
    if name in SERVED | SERVED_QUERIES:
        return world.server.service
    if name in NOT_BY_TOKEN:
        return await world.server.signed_in(world.server.people.administrator)
    return world.api


async def test_the_queries_succeed_for_whom_the_ids_belong_to(world: World) -> None:
    """Otherwise the tests below would prove nothing; so with the mutations."""
    ids = await ours(world)
    for name in QUERIES:
        data = await (await api_for(name, world))(query(name, ids))
        assert all(value is not None for value in data.values()), (name, data)


@pytest.mark.parametrize("name", CHANGING)
async def test_the_mutations_succeed_for_whom_the_ids_belong_to(world: World, name: str) -> None:
    document, variables = mutation(name, await ours(world))
    answer = (await (await api_for(name, world))(document, **variables))[name]
    assert "code" not in answer, answer


NOT_LOGGED = {
    "login": "here it fails; a sign-in is logged",
    "logout": "the session changes nothing of the customer",
    "requestPasswordReset": "nothing changes before the link of the e-mail is used",
    "reportRejectedCalls": "the network's reports are measurements, not changes",
}
"""Mutations without an entry in the audit log, and why."""


@pytest.mark.parametrize("name", sorted(set(MUTATIONS) - set(NOT_LOGGED)))
async def test_every_change_is_in_the_audit_log(world: World, name: str) -> None:
    """Who, of which role, from where and by which means (P3)."""
    document, variables = mutation(name, await ours(world))
    people = world.server.people
    who = people.service if name in SERVED else people.administrator
    api = await api_for(name, world)
    newest = await AuditEntry.all().order_by("-id").first()
    await api(document, **variables)
    entries = await AuditEntry.filter(id__gt=newest.id if newest else 0)
    assert entries, f"{name} left no entry; log it with dialtree.audit.writing.log"
    for entry in entries:
        assert entry.address == "127.0.0.1"
        if name in BY_SECRET:
            continue
        assert entry.user_id == who.user_id
        is_ours = entry.customer_id == who.customer_id
        assert is_ours or name == "createCustomer"  # which is logged with the new one
        assert (entry.actor_name, entry.actor_role) == (who.name, who.role)
        assert entry.via == (None if name in NOT_BY_TOKEN else "test")


@pytest.mark.parametrize("name", sorted(SERVED))
async def test_administrators_do_nothing_that_service_staff_do(world: World, name: str) -> None:
    document, variables = mutation(name, await ours(world))
    answer = (await world.api(document, **variables))[name]
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "NOT_SERVICE_STAFF")


@pytest.mark.parametrize("name", sorted(set(QUERIES) - PUBLIC))
async def test_nobody_reads_anything(server: Server, name: str) -> None:
    ids = Ids(*["TnVtYmVyUmFuZ2U6MQ"] * 11, number="030 23125-555")
    if name == "changeNumbersPreview":
        ids = replace(ids, holder=to_global_id("SipTrunk", 1))
    codes = await server.nobody.codes(query(name, ids))
    assert codes
    assert set(codes) == {"NOT_AUTHENTICATED"}


@pytest.mark.parametrize("name", sorted(NOT_BY_TOKEN))
async def test_a_token_makes_no_access_that_outlives_it(world: World, name: str) -> None:
    document, variables = mutation(name, await ours(world))
    answer = (await world.api(document, **variables))[name]
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "NOT_WITH_TOKEN")


async def test_nobody_is_no_viewer(server: Server) -> None:
    assert await server.nobody("{ viewer { id } }") == {"viewer": None}


async def test_nobody_is_told_how_to_sign_in(server: Server) -> None:
    answer = await server.nobody("{ signInOptions { password oidc { name url } } }")
    assert answer == {"signInOptions": {"password": True, "oidc": None}}


@pytest.mark.parametrize("name", sorted(set(QUERIES) - PUBLIC | {"viewer"}))
async def test_queries_find_nothing_of_another_customer(world: World, name: str) -> None:
    ids = await ours(world)
    document, variables = mutation("reportRejectedCalls", ids)
    await world.server.service(document, **variables)
    foreign = set(ids.every())
    foreign |= {to_global_id("NumberRange", row) for row in await our_ranges(world)}
    answer = await world.server.stranger.post(query(name, ids))
    text = str(answer)
    assert not [id_ for id_ in foreign if f"'{id_}'" in text]
    assert "Nordlicht" not in text
    assert "49302312" not in text
    if name in SERVED_QUERIES:
        assert [e["extensions"]["code"] for e in answer["errors"]] == ["NOT_SERVICE_STAFF"]
        return
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
    elif name == "auditActors":
        assert [actor["name"] for actor in data[name]] == [world.server.people.stranger.name]
    elif name == "rejectedCallHours":
        assert data[name] == {"total": 0, "hours": []}
    elif name == "rejectedCallLevels":
        assert [(place["level"], place["limits"]["total"]) for place in data[name]] == [
            ("CUSTOMER", 12)
        ]
    elif name == "signInOptions":
        assert data == {"signInOptions": {"password": True}}
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
            "auditLog": 1,
            "apiTokens": 1,
            "rejectedCalls": 0,
            "users": 1,
            "sessions": 0,
        }
        assert data[name]["totalCount"] == len(data[name]["nodes"]) == counts[name]


def calls(document: str) -> list[str]:
    """The root fields of a query with their names and arguments, without what they select."""
    [operation] = parse(document).definitions
    assert isinstance(operation, OperationDefinitionNode)
    bare = []
    for field in operation.selection_set.selections:
        assert isinstance(field, FieldNode)
        bare.append(
            print_ast(FieldNode(alias=field.alias, name=field.name, arguments=field.arguments))
        )
    return bare


def walks(name: str, ids: Ids) -> Iterator[str]:
    """Queries that go from the root field along every way through the schema."""
    assert SCHEMA.query_type is not None
    roots = calls(query(name, ids))
    for selection in paths(SCHEMA, get_named_type(SCHEMA.query_type.fields[name].type)):
        yield "query { " + " ".join(f"{root} {selection}" for root in roots) + " }"


def test_the_walks_pass_every_field() -> None:
    """A field that needs an argument has to be walked by a call of its own in root_fields."""
    ids = Ids(*["x"] * len(fields_of(Ids)))
    passed: set[tuple[str, str]] = set()
    types = TypeInfo(SCHEMA)

    class Notes(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            parent = types.get_parent_type()
            assert parent is not None
            passed.add((parent.name, node.name.value))

    for name in QUERIES:
        visit(parse(query(name, ids)), TypeInfoVisitor(types, Notes()))
        for document in walks(name, ids):
            visit(parse(document), TypeInfoVisitor(types, Notes()))
    edges = {(type_.name, "node") for type_ in SCHEMA.type_map.values()}
    read = {
        (type_.name, name)
        for type_ in SCHEMA.type_map.values()
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__")
        for name in type_.fields
        if type_.name in {parent for parent, _ in passed}
    }
    assert read <= passed | edges


async def test_no_way_through_the_schema_leads_to_another_customer(world: World) -> None:
    ids = await ours(world)
    foreign = {f'"{id_}"' for id_ in ids.every()}
    foreign |= {f'"{to_global_id("NumberRange", row)}"' for row in await our_ranges(world)}
    foreign |= {f'"{id_}"' for name, id_ in world.holders.items() if name != "Südwind"}
    asking = to_global_id("User", world.server.people.administrator.user_id)
    foreign |= {f'"{id_}"' for id_ in (ids.invited, ids.session, ids.api_token, asking)}
    foreign |= {"Nordlicht", "49302312", "SV-100", "Hamburg", "Hamm", "Zentrale", "call-1@"}
    for served in ("reportRejectedCalls", "setCallLimit"):
        document, variables = mutation(served, ids)
        await world.server.service(document, **variables)
    apis = {name: await api_for(name, world) for name in QUERIES}
    met: set[str] = set()
    # Whoever has the secret of a link may read what it is for.
    for name in sorted(set(QUERIES) - {"accountLink"}):
        for document in walks(name, ids):
            text = json.dumps((await world.server.stranger.post(document)).get("data"))
            # A number that is looked up is answered as it was asked for.
            echoed = {"49302312"} if name == "lookup" else set()
            assert not [mark for mark in foreign - echoed if mark in text], document
            # Who may see it finds it on the same way; otherwise this would prove nothing.
            if name not in met:
                text = json.dumps((await apis[name].post(document)).get("data"))
                met |= {name} if any(mark in text for mark in foreign) else set()
    anonymous = {"explorer", "inventory", "rejectedCallHours", "signInOptions", "uccPartners"}
    assert met == set(QUERIES) - anonymous - {"accountLink"}


async def our_ranges(world: World) -> list[int]:
    customer = world.server.people.administrator.customer_id
    found = NumberRange.filter(customer_id=customer)
    return [row.id for row in await found]


@pytest.mark.parametrize("name", FOREIGN)
async def test_mutations_find_nothing_of_another_customer(world: World, name: str) -> None:
    document, variables = mutation(name, await ours(world))
    before = await Order.all().order_by("id").values()
    server = world.server
    stranger = server.stranger
    if name in NOT_BY_TOKEN:
        stranger = await server.signed_in(server.people.stranger)
    answer = (await stranger(document, **variables))[name]
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
    service = replace(
        world.server.service,
        headers={
            "Dialtree-Customer": to_global_id("Customer", world.server.people.stranger.customer_id)
        },
    )
    answer = await service.act(
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
