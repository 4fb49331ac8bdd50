"""What an operation may cost and how long it may take, and how many may run for longer."""

import asyncio
import time
from collections.abc import Callable

import asyncpg
import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_introspection_query,
    get_named_type,
    get_nullable_type,
    is_list_type,
    parse,
)

from dialtree.database import connection
from dialtree.graphql import limits
from dialtree.graphql.cost import INTROSPECTION_SHARE, PAGED_BY, QUERY, RESOLVER, cost_of, size_of
from dialtree.graphql.documents import Document
from dialtree.graphql.schema import schema
from dialtree.graphql.sizes import MAX_COST, ONE_PER_OPERATION
from dialtree.inventory.models import SiteContract
from dialtree.language import Language
from dialtree.orders import graphql as orders
from dialtree.settings import Settings
from tests import sockets
from tests.conftest import ON_POSTGRES
from tests.documents import app_documents
from tests.server import Json, Server, populated
from tests.world import BERLIN, World, build, csv

SCHEMA = schema._schema
APP = dict(app_documents())


def cost(document: str, name: str | None = None, **variables: object) -> int:
    return cost_of(SCHEMA, Document(parse(document)), name, variables)


# Cost --------------------------------------------------------------------------------------------

LIST = 1 + QUERY
"""A page itself: its query, and `nodes`."""


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ viewer { id name } }", RESOLVER + 2),
        ("{ a: viewer { id } b: viewer { id } }", 2 * (RESOLVER + 1)),
        ("{ ... { viewer { ... on Viewer { id } } } }", RESOLVER + 1),
        ("{ orders { nodes { id } } }", LIST + 50),
        ("{ orders(first: null) { nodes { id } } }", LIST + 50),
        ("{ orders(first: 7) { nodes { id status } } }", LIST + 14),
        ("{ orders(first: 0) { nodes { id } } }", LIST + 1),
        ("{ orders(first: 2000000000) { nodes { id } } }", LIST + 100),
        ("{ orders(first: 3) { edges { cursor node { id } } } }", LIST + 3 * 3),
        ("{ orders { totalCount } }", QUERY + 50),
        ("{ orders { pageInfo { endCursor } } }", QUERY + 2),
        ("{ numberRanges(first: 2) { nodes { children { id } } } }", LIST + 2 * (RESOLVER + 10)),
        (
            "{ sipTrunks(first: 3) { nodes { numbers(first: 5) { nodes { id } } } } }",
            LIST + 3 * (LIST + 5),
        ),
        (
            "{ a: orders(first: 2) { ...o } b: orders(first: 9) { ...o } } "
            "fragment o on OrderConnection { nodes { ...n } } fragment n on Order { id }",
            2 * LIST + 2 + 9,
        ),
    ],
)
def test_the_cost_of(document: str, expected: int) -> None:
    assert cost(document) == expected


@pytest.mark.parametrize(
    ("given", "entries"),
    [({}, 20), ({"n": 5}, 5), ({"n": None}, 50), ({"n": 5.0}, 5), ({"n": 10**30}, 100)],
)
def test_a_variable_says_how_long_a_page_is(given: Json, entries: int) -> None:
    document = "query($n: Int = 20) { orders(first: $n) { nodes { id } } }"
    assert cost(document, **given) == LIST + entries


@pytest.mark.parametrize("value", ["x", True, [5], {"a": 1}, "9" * 1000])
def test_what_is_no_number_has_a_cost_too(value: object) -> None:
    document = "query($n: Int) { orders(first: $n) { nodes { id } } }"
    assert LIST + 1 <= cost(document, n=value) <= LIST + 100


def test_the_operation_that_is_meant_is_counted() -> None:
    document = "query a { viewer { id } } query b { orders { nodes { id } } }"
    assert (cost(document, "a"), cost(document, "b")) == (RESOLVER + 1, LIST + 50)


def test_a_cost_is_remembered_with_its_document_and_lengths() -> None:
    document = Document(parse("query($n: Int) { orders(first: $n) { nodes { id } } }"))
    for n in (1, 1, 2, 400, 500):
        cost_of(SCHEMA, document, None, {"n": n, "other": "x"})
    assert len(document.costs) == 3


def test_fragments_are_added_up_once() -> None:
    """Else this took longer than the universe has existed."""
    chain = "".join(f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }}" for i in range(100))
    document = f"{{ ...f0 }} {chain} fragment f100 on Query {{ __typename }}"
    assert cost(document) == 2**100


def test_the_length_of_every_list_is_known() -> None:
    """By its page, by the connection it stands in, or by @listSize."""
    unknown = []
    for type_ in SCHEMA.type_map.values():
        if type_.name.startswith("__"):
            continue
        if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            continue
        for name, field in type_.fields.items():
            of_connection = "pageInfo" in type_.fields and name in ("edges", "nodes")
            is_list = is_list_type(get_nullable_type(field.type))
            if is_list and not of_connection and size_of(field) is None:
                unknown.append(f"{type_.name}.{name}")
            shown = get_named_type(field.type)
            if isinstance(shown, GraphQLObjectType) and "pageInfo" in shown.fields:
                assert PAGED_BY in field.args, f"{type_.name}.{name}"
    assert unknown == []


@pytest.mark.parametrize("name", sorted(APP))
def test_our_own_documents_stay_far_from_the_limits(name: str) -> None:
    document = Document(parse(APP[name]))
    assert document.errors(schema, ()) == []
    # Two passwords must not be tried in one operation, nor two files imported.
    of_its_own = ONE_PER_OPERATION if name in ("Login", "ImportSiteContracts") else 0
    assert cost(APP[name]) < max(MAX_COST / 2, of_its_own + MAX_COST / 10)
    assert len(APP[name]) < limits.MAX_CHARACTERS / 5


def test_tools_read_the_schema_within_the_limits() -> None:
    query = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    assert Document(parse(query)).errors(schema, ()) == []
    assert MAX_COST / 10 < cost(query) < MAX_COST / 2
    assert INTROSPECTION_SHARE < 1


TOO_DEAR = """{ numberRanges(first: 100) { nodes {
    children { children { children { id } } } } } }"""


async def test_a_refusal_names_cost_and_limit_in_both_languages(server: Server) -> None:
    for language, words in ((Language.EN, "would cost"), (Language.DE, "würde")):
        await server.speak(server.people.viewer, language)
        [error] = (await server.viewer.post(TOO_DEAR))["errors"]
        assert error["extensions"] == {"code": "QUERY_TOO_EXPENSIVE", "rule": None}
        assert words in error["message"]
        assert str(MAX_COST) in error["message"]
        assert str(cost(TOO_DEAR)) in error["message"]


async def test_variables_are_counted_with_every_request(server: Server) -> None:
    document = """query($first: Int) { numberRanges(first: $first) {
        nodes { children { children { id display kind level digits } } } } }"""
    assert await server.viewer.codes(document, first=10) == []
    assert await server.viewer.codes(document, first=100) == ["QUERY_TOO_EXPENSIVE"]
    assert await server.viewer.codes(document, first=10) == []


async def test_sockets_and_streams_have_the_same_limits(server: Server) -> None:
    async with sockets.signed_in(server.socket_url, server.viewer.token) as socket:
        stream = await socket.subscribe(TOO_DEAR)
        assert (await stream.error())["extensions"]["code"] == "QUERY_TOO_EXPENSIVE"
        too_long = await socket.subscribe("{ viewer { id } } # " + "x" * limits.MAX_CHARACTERS)
        assert "characters" in (await too_long.error())["message"]
        missing = await socket.subscribe("{ ...nothing }")
        assert "Unknown fragment" in (await missing.error())["message"]
    response = await server.http.post(
        "/graphql",
        json={"query": TOO_DEAR},
        headers={"Accept": "text/event-stream", "Authorization": f"Bearer {server.viewer.token}"},
    )
    assert "QUERY_TOO_EXPENSIVE" in response.text


async def test_a_fragment_that_does_not_exist_is_a_mistake_in_the_document(server: Server) -> None:
    [error] = (await server.nobody.post("{ ...nothing }"))["errors"]
    assert "Unknown fragment" in error["message"]
    assert "extensions" not in error


# A page of the numbers of a contract -------------------------------------------------------------


async def test_the_numbers_of_contracts_are_pages(server: Server) -> None:
    world = await build(server)
    rows = (f"{BERLIN};040;66969{i};1;" for i in range(7))
    await world.api.act("importSiteContracts", "", content=csv(*rows))
    document = """query($first: Int, $after: String) { siteContracts { nodes { number
        numberRanges(first: $first, after: $after) {
            totalCount nodes { display } edges { cursor }
            pageInfo { hasNextPage endCursor } } } } }"""

    async def page(**variables: object) -> dict[str, Json]:
        nodes = (await world.api(document, **variables))["siteContracts"]["nodes"]
        return {node["number"]: node["numberRanges"] for node in nodes}

    everything = await page()
    assert {number: found["totalCount"] for number, found in everything.items()} == {
        number: len(found["nodes"]) for number, found in everything.items()
    }
    for number, found in everything.items():
        seen: list[Json] = []
        after = None
        while True:
            part = (await page(first=2, after=after))[number]
            seen += part["nodes"]
            assert len(part["nodes"]) <= 2
            after = part["pageInfo"]["endCursor"]
            if not part["pageInfo"]["hasNextPage"]:
                break
        assert seen == found["nodes"]
    codes = await world.api.codes(document, first=101)
    assert set(codes) == {"PAGE_TOO_LARGE"}
    assert await SiteContract.all().count() > 3


# Time --------------------------------------------------------------------------------------------

QUICK = 0.3


@pytest.fixture
async def quick(settings: Settings) -> Settings:
    return settings.model_copy(update={"query_seconds": QUICK})


def stuck(until: asyncio.Event) -> Callable[..., object]:
    async def wait(*_: object, **__: object) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            until.set()

    return wait


async def test_a_query_that_takes_too_long_is_ended(
    quick: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()
    monkeypatch.setattr("dialtree.orders.queries.orders", stuck(ended))
    async with populated(quick) as server:
        [error] = (await server.viewer.post("{ viewer { id } orders { totalCount } }"))["errors"]
        assert error["extensions"]["code"] == "QUERY_TOO_SLOW"
        assert "0.3" in error["message"]
        assert ended.is_set()
        async with sockets.signed_in(server.socket_url, server.viewer.token) as socket:
            answer = await socket.ask("{ orders { totalCount } }")
            assert answer["data"] is None
            assert answer["errors"][0]["extensions"]["code"] == "QUERY_TOO_SLOW"
        assert (await server.viewer("{ viewer { email } }"))["viewer"]["email"]


async def test_a_mutation_is_not_ended(quick: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    split = orders.split_range

    async def slow(*args: object, **more: object) -> object:
        await asyncio.sleep(2 * QUICK)
        return await split(*args, **more)  # type: ignore[arg-type]

    async with populated(quick) as server:
        world: World = await build(server)
        monkeypatch.setattr(orders, "split_range", slow)
        order = await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
        assert order["status"] == "QUEUED"


async def test_a_subscription_is_not_ended(quick: Settings) -> None:
    async with (
        populated(quick) as server,
        sockets.signed_in(server.socket_url, server.administrator.token) as socket,
    ):
        world = await build(server)
        stream = await socket.subscribe("subscription { ordersUpdated { reference status } }")
        await asyncio.sleep(2 * QUICK)
        await world.api.order("splitRange", rangeId=await world.id("030 23125-3"))
        assert (await stream.next())["status"] == "QUEUED"


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite computes in the process itself")
async def test_the_database_stops_as_well(quick: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleep(*_: object, **__: object) -> None:
        await connection().execute_query("SELECT pg_sleep(50)")

    monkeypatch.setattr("dialtree.orders.queries.orders", sleep)
    async with populated(quick) as server:
        assert await server.viewer.codes("{ orders { totalCount } }") == ["QUERY_TOO_SLOW"]
        other = await asyncpg.connect(quick.database)
        running = """SELECT count(*) FROM pg_stat_activity
            WHERE query LIKE $1 AND pid <> pg_backend_pid() AND state = 'active'"""
        async with asyncio.timeout(10):
            while await other.fetchval(running, "SELECT pg_sleep%"):
                await other.fetchval("SELECT pg_sleep(0.02)")
        await other.close()
        assert (await server.viewer("{ viewer { email } }"))["viewer"]["email"]


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite computes in the process itself")
async def test_postgres_ends_statements_that_nobody_waits_for(database: str) -> None:
    _, [row] = await connection().execute_query("SHOW statement_timeout")
    assert row["statement_timeout"] == "1min"


def test_the_cost_of_knowing_the_cost() -> None:
    """Microseconds for a document that is known; a generous bound, for slow machines."""
    document = Document(parse(APP["InventoryChanged"]))
    cost_of(SCHEMA, document, None, {})
    started = time.process_time()
    for _ in range(1000):
        cost_of(SCHEMA, document, None, {})
    assert (time.process_time() - started) / 1000 < 0.0002
