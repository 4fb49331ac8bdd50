"""Input that no page sends: whatever it is, it is read or refused, and never a bug of ours."""

import base64
import json
from collections.abc import Iterator

import pytest
from graphql import GraphQLInputObjectType, build_schema, get_named_type

from dialtree import clock
from dialtree.graphql.schema import schema
from tests.root_fields import SERVED
from tests.server import Json, Server
from tests.world import World, build, csv

SCHEMA = build_schema(schema.as_str())

TEXTS = {
    "NUL": "030\0",
    "NUL alone": "\0",
    "very long": "0" * 20_000,
    "emoji": "☎️👩‍💼" * 5,
    "right to left": "\u202e0123\u2066",
    "wildcards": "%_*?\\'\";--",
    "braces": "{value} {0} %s",
    "unassigned": "\uffff\U0010ffff",
    "digits of other scripts": "٠٣٠ ²³",
}


@pytest.fixture
async def world(server: Server) -> World:
    return await build(server)


def text_arguments() -> Iterator[tuple[str, str]]:
    """Field and argument of everything that can be asked with a text."""
    assert SCHEMA.query_type is not None
    for name, field in SCHEMA.query_type.fields.items():
        for argument, definition in field.args.items():
            if get_named_type(definition.type).name in ("String", "ID"):
                yield name, argument


REQUIRED = {"changeNumbersPreview": {"holderId": "U2lwVHJ1bms6MQ"}}


@pytest.mark.parametrize("what", TEXTS)
async def test_no_text_in_a_query_is_a_bug(world: World, what: str) -> None:
    for field, argument in text_arguments():
        values: Json = REQUIRED.get(field, {}) | {argument: TEXTS[what]}
        if argument in ("add", "remove"):
            values[argument] = [TEXTS[what]]
        given = ", ".join(f"{name}: {json.dumps(value)}" for name, value in values.items())
        answer = await world.api.post(f"{{ {field}({given}) {{ __typename }} }}")
        assert "INTERNAL_ERROR" not in str(answer), (field, argument, answer)


INPUTS = {
    "login": {"email": "a", "password": "b"},
    "importSiteContracts": {"content": csv()},
    "splitRange": {"rangeId": "x"},
    "mergeRange": {"rangeId": "x"},
    "changeNumbers": {"holderId": "x"},
    "cancelOrder": {"orderId": "x"},
    "undoOrder": {"orderId": "x"},
    "rescheduleOrder": {"orderId": "x", "executionDate": str(clock.today())},
}


@pytest.mark.parametrize("what", TEXTS)
async def test_no_text_in_a_mutation_is_a_bug(world: World, what: str) -> None:
    assert SCHEMA.mutation_type is not None
    real = {
        "rangeId": await world.id("030 23125-3"),
        "holderId": world.holders["Hamm"],
    }
    for name, field in SCHEMA.mutation_type.fields.items():
        if name not in INPUTS:
            continue
        input_type = get_named_type(field.args["input"].type)
        assert isinstance(input_type, GraphQLInputObjectType)
        for key, definition in input_type.fields.items():
            if get_named_type(definition.type).name not in ("String", "ID"):
                continue
            value = [TEXTS[what]] if key in ("add", "remove") else TEXTS[what]
            given = {k: real.get(k, v) for k, v in INPUTS[name].items()} | {key: value}
            api = world.server.service if name in SERVED else world.api
            answer = await api.post(
                f"mutation($input: {input_type.name}!) "
                f"{{ {name}(input: $input) {{ __typename ... on Refusal {{ message }} }} }}",
                {"input": given},
            )
            assert "INTERNAL_ERROR" not in str(answer), (name, key, answer)


@pytest.mark.parametrize("what", TEXTS)
async def test_no_text_in_an_imported_cell_is_a_bug(world: World, what: str) -> None:
    cells = ["SV-5", "S 1", "1", "B", "ACTIVE", "", "040", "669697", "1", "3"]
    for place in range(len(cells)):
        row = ";".join([*cells[:place], TEXTS[what], *cells[place + 1 :]])
        answer = await world.server.service.post(
            "mutation($input: ImportSiteContractsInput!) "
            "{ importSiteContracts(input: $input) { __typename } }",
            {"input": {"content": csv(row), "dryRun": True}},
        )
        assert "INTERNAL_ERROR" not in str(answer), (place, answer)


LISTS = ("numberRanges", "numberElements", "siteContracts", "sipTrunks", "cloudPbxes", "orders")
CURSORS: list[list[object]] = [
    ["49", 2**63],
    ["49", -(2**63) - 1],
    ["49", 2**70],
    ["49\0", 1],
    ["4" * 10_000, 1],
    ["49", True],
    ["49", 1.5],
    ["", 0],
    [2**63],
    [-1],
]


async def test_no_cursor_is_a_bug(world: World) -> None:
    for values in CURSORS:
        after = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
        for name in LISTS:
            answer = await world.api.post(f'{{ {name}(after: "{after}") {{ nodes {{ id }} }} }}')
            assert "INTERNAL_ERROR" not in str(answer), (name, values, answer)


async def test_half_a_character_is_no_text(server: Server) -> None:
    """JSON can carry it, a database cannot."""
    response = await server.http.post(
        "/graphql",
        content=b'{"query": "{ lookup(number: \\"\\ud800\\") { outcome } }"}',
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code == 400


async def test_a_deeply_nested_body_is_refused(server: Server) -> None:
    body = '{"query": "{ viewer { id } }", "variables": ' + '{"a":' * 100_000 + "1"
    response = await server.http.post(
        "/graphql", content=body.encode(), headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 400


async def test_a_deeply_nested_document_is_refused(server: Server) -> None:
    answer = await server.nobody.post("{ viewer " * 900)
    assert "errors" in answer
    answer = await server.nobody.post(
        "query($a: " + "[" * 900 + "Int" + "]" * 900 + ") { viewer { id } }"
    )
    assert "errors" in answer
    assert "INTERNAL_ERROR" not in str(answer)


@pytest.mark.parametrize("name", ["Cookie", "Authorization", "Accept-Language"])
async def test_no_header_is_a_bug(server: Server, name: str) -> None:
    for value in (
        "dialtree_session=",
        'dialtree_session="\\000"',
        "Bearer " + "x" * 5000,
        ";;=,q=;",
    ):
        answer = await server.nobody.post("{ viewer { id } }", **{name: value})
        assert answer == {"data": {"viewer": None}}
