"""Customers as service staff see and set them (C1, P2)."""

from dataclasses import replace

import pytest

from dialtree.accounts.models import Customer
from dialtree.audit.models import AuditEntry
from dialtree.customers.commands import MAX_CONCURRENT_CALLS
from dialtree.ids import to_global_id
from tests import sockets
from tests.server import Api, Json, Server
from tests.test_statements import counting
from tests.world import build

LIST = """query($search: String, $first: Int, $after: String) {
    customers(search: $search, first: $first, after: $after) {
        totalCount nodes { id name bookedConcurrentCalls siteContractCount }
        pageInfo { hasNextPage endCursor } } }"""
CREATED = "... on CustomerCreated { customer { id name bookedConcurrentCalls siteContractCount } }"
UPDATED = "... on CustomerUpdated { customer { id name bookedConcurrentCalls } }"


async def names(api: Api, search: str | None = None) -> list[str]:
    data = await api(LIST, search=search)
    return [customer["name"] for customer in data["customers"]["nodes"]]


async def id_of(name: str) -> str:
    return to_global_id("Customer", (await Customer.get(name=name)).id)


async def new(server: Server, name: str, **input_: object) -> Json:
    answer = await server.service.act("createCustomer", CREATED, name=name, **input_)
    assert answer["__typename"] == "CustomerCreated", answer
    return answer["customer"]  # type: ignore[no-any-return]


async def test_service_staff_see_every_customer_by_name(server: Server) -> None:
    await build(server)
    await new(server, "Äckerle & Söhne")
    data = await server.service(LIST)
    assert [(c["name"], c["siteContractCount"]) for c in data["customers"]["nodes"]] == [
        ("Äckerle & Söhne", 0),
        ("Netz und Leitung", 0),
        ("Nordlicht Werke GmbH", 3),
        ("Südwind AG", 1),
    ]
    first = (await server.service(LIST, first=3))["customers"]
    rest = (await server.service(LIST, first=3, after=first["pageInfo"]["endCursor"]))["customers"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (4, True)
    assert [c["name"] for c in rest["nodes"]] == ["Südwind AG"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("sued", ["Südwind AG"]),
        ("SUD", ["Südwind AG"]),
        ("Süd", ["Südwind AG"]),
        ("we", ["Nordlicht Werke GmbH"]),
        ("werke g", ["Nordlicht Werke GmbH"]),
        ("n", ["Netz und Leitung", "Nordlicht Werke GmbH"]),
        ("erke", []),
        ("%", ["Netz und Leitung", "Nordlicht Werke GmbH", "Südwind AG"]),
        ("x" * 300, []),
    ],
    ids=lambda value: str(value)[:10],
)
async def test_customers_are_found_by_the_beginning_of_a_word(
    server: Server, search: str, found: list[str]
) -> None:
    assert await names(server.service, search) == found


async def test_nobody_else_sees_customers(server: Server) -> None:
    for api in (server.administrator, server.viewer):
        assert await api.codes(LIST) == ["NOT_SERVICE_STAFF"]


async def test_a_new_customer_can_be_worked_for_at_once(server: Server) -> None:
    customer = await new(server, "  Westwind   AG ", bookedConcurrentCalls=4)
    assert (customer["name"], customer["bookedConcurrentCalls"]) == ("Westwind AG", 4)
    there = replace(server.service, headers={"Dialtree-Customer": customer["id"]})
    data = await there("{ viewer { customer { name } } inventory { bookedConcurrentCalls } }")
    assert data == {
        "viewer": {"customer": {"name": "Westwind AG"}},
        "inventory": {"bookedConcurrentCalls": 4},
    }
    # In that customer's log, not in that of the one worked for at the moment.
    [entry] = await AuditEntry.all()
    assert to_global_id("Customer", entry.customer_id) == customer["id"]
    assert (entry.action, entry.actor_name) == ("CUSTOMER_CREATED", "Service")


async def test_a_new_name_is_found_and_the_old_one_is_not(server: Server) -> None:
    id_ = await id_of("Südwind AG")
    answer = await server.service.act("updateCustomer", UPDATED, customerId=id_, name="Föhn SE")
    assert answer["customer"]["name"] == "Föhn SE"
    assert await names(server.service, "foehn") == await names(server.service, "se") == ["Föhn SE"]
    assert await names(server.service, "sued") == []
    assert (await names(server.service))[0] == "Föhn SE"


@pytest.mark.parametrize(
    ("input_", "field", "code"),
    [
        ({"name": " "}, "name", "VALUE_MISSING"),
        ({"name": "x" * 201}, "name", "VALUE_TOO_LONG"),
        ({"bookedConcurrentCalls": -1}, "bookedConcurrentCalls", "VALUE_OUT_OF_RANGE"),
        (
            {"bookedConcurrentCalls": MAX_CONCURRENT_CALLS + 1},
            "bookedConcurrentCalls",
            "VALUE_OUT_OF_RANGE",
        ),
    ],
)
async def test_bad_input_is_named_at_its_field(
    server: Server, input_: Json, field: str, code: str
) -> None:
    before = await Customer.all().order_by("id").values()
    id_ = await id_of("Südwind AG")
    for mutation, more in (
        ("createCustomer", {"name": "Westwind AG"}),
        ("updateCustomer", {"customerId": id_}),
    ):
        refusal = await server.service.refusal(mutation, **{**more, **input_})
        assert [(f["field"], f["code"]) for f in refusal["fields"]] == [(field, code)]
    assert await Customer.all().order_by("id").values() == before
    assert await AuditEntry.all().count() == 0


@pytest.mark.parametrize("id_", ["", "x", to_global_id("Customer", 99), to_global_id("User", 1)])
async def test_what_is_no_customer_is_not_found(server: Server, id_: str) -> None:
    refusal = await server.service.refusal("updateCustomer", customerId=id_, name="Föhn SE")
    assert refusal["__typename"] == "NotFound"


async def test_c1_the_customer_sees_the_new_number_as_it_is_booked(server: Server) -> None:
    id_ = await id_of("Nordlicht Werke GmbH")
    document = """subscription { inventoryChanged {
        everything inventory { bookedConcurrentCalls } } }"""
    async with sockets.signed_in(server.socket_url, server.administrator.token) as socket:
        changes = await socket.subscribe(document)
        assert (await changes.next())["inventory"] == {"bookedConcurrentCalls": 30}
        answer = await server.service.act(
            "updateCustomer", UPDATED, customerId=id_, bookedConcurrentCalls=45
        )
        assert answer["customer"]["bookedConcurrentCalls"] == 45
        assert await changes.next() == {
            "everything": False,
            "inventory": {"bookedConcurrentCalls": 45},
        }
    [entry] = await AuditEntry.all()
    assert entry.action == "CUSTOMER_UPDATED"
    assert entry.changes == [{"field": "bookedConcurrentCalls", "before": "30", "after": "45"}]


async def test_what_changes_nothing_is_not_logged(server: Server) -> None:
    id_ = await id_of("Nordlicht Werke GmbH")
    for input_ in ({}, {"bookedConcurrentCalls": 30}, {"name": " Nordlicht  Werke GmbH"}):
        answer = await server.service.act("updateCustomer", UPDATED, customerId=id_, **input_)
        assert answer["customer"]["bookedConcurrentCalls"] == 30
    assert await AuditEntry.all().count() == 0


async def test_counts_of_contracts_are_read_at_once(server: Server) -> None:
    """And only for those who may see the customer."""
    data = await server.administrator("{ viewer { customer { siteContractCount } } }")
    assert data["viewer"]["customer"] == {"siteContractCount": 0}
    theirs = await id_of("Südwind AG")
    document = "query($id: ID!) { node(id: $id) { ... on Customer { name } } }"
    assert await server.administrator(document, id=theirs) == {"node": None}
    assert await server.service(document, id=theirs) == {"node": {"name": "Südwind AG"}}


async def test_statements_do_not_grow_with_customers_and_tokens(server: Server) -> None:
    for number in range(6):
        await new(server, f"Westwind {number} AG")
        await server.token(server.people.viewer, f"report {number}")
    documents = {
        "customers": (server.service, "nodes { id siteContractCount }"),
        "apiTokens": (server.administrator, "nodes { id owner revoke { allowed } }"),
    }
    for field, (api, selection) in documents.items():
        counts = []
        for first in (2, 7):
            with counting() as sent:
                data = await api(f"{{ {field}(first: {first}) {{ {selection} }} }}")
            assert len(data[field]["nodes"]) == first
            counts.append(len(sent))
        assert counts[0] == counts[1] > 0
