"""The contract: what the schema promises, and what holds for every operation."""

import logging
import re
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_introspection_query,
    get_named_type,
    is_specified_scalar_type,
)
from tortoise import Tortoise

from dialtree.accounts.models import SignInFailure
from dialtree.graphql.documents import documents
from dialtree.graphql.schema import schema
from tests.root_fields import BY_PEOPLE, BY_SECRET, MUTATIONS, OWN, SERVED, mutation
from tests.server import Json, Server
from tests.test_root_fields import ours
from tests.world import World, build

COMMITTED = Path(__file__).parents[1] / "schema.graphql"
SCHEMA = build_schema(schema.as_str())
UNGUARDED = OWN | BY_SECRET | BY_PEOPLE
"""What nobody and viewers may do: change who they are, and what is their own."""


NOT_FOR_VIEWERS = {
    "revealSipPassword": "CREDENTIALS_FOR_ADMINISTRATORS",
    **dict.fromkeys(SERVED, "NOT_SERVICE_STAFF"),
}
"""Other refusals than NOT_ADMINISTRATOR: of the one mutation that changes nothing but the audit
log, and of those for service staff."""


def own_types() -> list[GraphQLNamedType]:
    return [
        type_
        for name, type_ in SCHEMA.type_map.items()
        if not name.startswith("__") and not is_specified_scalar_type(type_)
    ]


def test_the_committed_schema_is_the_exported_one() -> None:
    exported = schema.as_str().rstrip() + "\n"
    assert COMMITTED.read_text("utf-8") == exported, "run: make schema"


def test_everything_public_has_a_description() -> None:
    bare = []
    for type_ in own_types():
        if not type_.description:
            bare.append(type_.name)
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in type_.fields.items():
                if not field.description:
                    bare.append(f"{type_.name}.{name}")
                bare += [
                    f"{type_.name}.{name}({argument})"
                    for argument, definition in field.args.items()
                    # `input` is described by its type.
                    if not definition.description and argument != "input"
                ]
        elif isinstance(type_, GraphQLInputObjectType):
            bare += [
                f"{type_.name}.{name}"
                for name, field in type_.fields.items()
                if not field.description
            ]
    assert bare == []


def test_a_description_says_more_than_the_name() -> None:
    for type_ in own_types():
        said = re.sub(r"[^a-z]", "", (type_.description or "").lower())
        assert said != type_.name.lower(), type_.name


def test_every_result_of_a_mutation_is_a_union_of_its_own() -> None:
    """Named <Mutation>Result: one success, and refusals that share their interface."""
    assert SCHEMA.mutation_type is not None
    for name, field in SCHEMA.mutation_type.fields.items():
        result = get_named_type(field.type)
        assert isinstance(result, GraphQLUnionType), name
        assert result.name == name[0].upper() + name[1:] + "Result"
        done, *refusals = result.types
        assert not any(interface.name == "Refusal" for interface in done.interfaces), name
        assert refusals, name
        for refusal in refusals:
            assert [interface.name for interface in refusal.interfaces] == ["Refusal"], name


def test_every_mutation_takes_one_input() -> None:
    assert SCHEMA.mutation_type is not None
    for name, field in SCHEMA.mutation_type.fields.items():
        if name == "logout":
            assert not field.args
            continue
        [(argument, definition)] = field.args.items()
        assert argument == "input"
        assert str(definition.type) == name[0].upper() + name[1:] + "Input!"


def test_refusals_say_the_same_everywhere() -> None:
    interface = SCHEMA.type_map["Refusal"]
    assert isinstance(interface, GraphQLInterfaceType)
    assert {name: str(field.type) for name, field in interface.fields.items()} == {
        "code": "RefusalCode!",
        "rule": "String",
        "message": "String!",
    }


def test_connections_are_relay_connections() -> None:
    for type_ in own_types():
        if not type_.name.endswith("Connection") or type_.name == "UccConnection":
            continue
        assert isinstance(type_, GraphQLObjectType)
        edge = get_named_type(type_.fields["edges"].type)
        assert isinstance(edge, GraphQLObjectType)
        assert edge.name == type_.name.removesuffix("Connection") + "Edge"
        assert str(type_.fields["pageInfo"].type) == "PageInfo!"
        assert str(type_.fields["totalCount"].type) == "Int!"
        assert str(edge.fields["cursor"].type) == "String!"
        assert str(type_.fields["nodes"].type) == f"[{edge.fields['node'].type}]!"


def test_enum_values_are_written_in_capitals() -> None:
    for type_ in own_types():
        if isinstance(type_, GraphQLEnumType):
            assert all(re.fullmatch(r"[A-Z][A-Z0-9_]*", value) for value in type_.values)


# Guards -------------------------------------------------------------------------------------------


async def dump() -> Json:
    """Every row of every table."""
    models = Tortoise.apps["dialtree"]
    assert models
    return {
        name: await model.all().order_by(model._meta.pk_attr).values()
        for name, model in models.items()
    }


@pytest.fixture
async def world(server: Server) -> World:
    return await build(server)


async def test_viewers_and_nobody_change_nothing(world: World) -> None:
    assert set(MUTATIONS) > UNGUARDED
    ids = await ours(world)
    before = await dump()
    for name in sorted(set(MUTATIONS) - UNGUARDED):
        document, variables = mutation(name, ids)
        for api, code in (
            (world.server.viewer, NOT_FOR_VIEWERS.get(name, "NOT_ADMINISTRATOR")),
            (world.server.nobody, "NOT_AUTHENTICATED"),
        ):
            answer = (await api(document, **variables))[name]
            assert (answer["__typename"], answer["code"]) == ("NotAllowed", code), name
            assert await dump() == before, name


async def test_what_is_unguarded_touches_oneself_only(world: World) -> None:
    ids = await ours(world)
    before = await dump()
    for api, changes in ((world.server.nobody, False), (world.server.viewer, True)):
        # Whoever has the secret of a link need not be signed in.
        for name in UNGUARDED - {"acceptInvitation", "resetPassword"}:
            document, variables = mutation(name, ids)
            await api(document, **variables)
            await SignInFailure.all().delete()
            assert changes or await dump() == before, name
    after = await dump()
    changed = {name for name in before if before[name] != after[name]}
    # Of oneself only what a token may do, as which both ask.
    assert changed == {"User", "AuditEntry"}
    assert before["Session"] == after["Session"]
    others = [row for row in after["User"] if row["email"] != "viewer@nordlicht.example"]
    assert [row for row in before["User"] if row in others] == others


# Errors -------------------------------------------------------------------------------------------


async def test_a_bug_is_masked_and_found_again_by_its_id(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("dialtree.orders.queries.orders", broken)
    with caplog.at_level(logging.ERROR):
        answer = await server.administrator.post("{ orders { totalCount } }")
    [error] = answer["errors"]
    assert "secret" not in str(answer)
    assert "RuntimeError" not in str(answer)
    assert error["path"] == ["orders"]
    assert error["extensions"]["code"] == "INTERNAL_ERROR"
    error_id = error["extensions"]["errorId"]
    assert re.fullmatch(r"[0-9a-f]{32}", error_id)
    assert error_id in error["message"]
    [record] = [record for record in caplog.records if error_id in record.getMessage()]
    assert record.exc_info is not None
    assert "secret detail" in str(record.exc_info[1])


async def test_a_bug_in_a_mutation_is_masked(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ValueError("secret detail")

    monkeypatch.setattr("dialtree.orders.graphql.split_range", broken)
    answer = await server.administrator.post(
        'mutation { splitRange(input: {rangeId: "TnVtYmVyUmFuZ2U6MQ"}) { __typename } }'
    )
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "INTERNAL_ERROR"
    assert "secret" not in str(answer)


async def test_refused_queries_are_no_errors_of_ours(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        answer = await server.nobody.post("{ orders { totalCount } }")
        await server.nobody.post("{ orders(first: 0) { totalCount } }")
        await server.nobody.post("{ nonsense }")
    [error] = answer["errors"]
    assert error["extensions"] == {"code": "NOT_AUTHENTICATED", "rule": None}
    assert [record for record in caplog.records if record.name != "httpx"] == []


@pytest.mark.parametrize(
    ("document", "variables", "words"),
    [
        ("{ viewer { ", {}, "Syntax Error"),
        ("{ nothing }", {}, "Cannot query field 'nothing'"),
        ("{ lookup { outcome } }", {}, "required"),
        ("query($n: Int!) { orders(first: $n) { totalCount } }", {"n": "x"}, "'$n'"),
        ("query($n: Int!) { orders(first: $n) { totalCount } }", {}, "'$n'"),
        ("query($n: Int) { orders(first: $n) { totalCount } }", {"n": 2**31}, "'$n'"),
        ('{ changeNumbersPreview(holderId: "x", executionDate: "x") { __typename } }', {}, "Date"),
    ],
)
async def test_mistakes_in_the_document_are_explained(
    server: Server, document: str, variables: Json, words: str
) -> None:
    answer = await server.administrator.post(document, variables)
    [error] = answer["errors"]
    assert words in error["message"]
    assert "errorId" not in error.get("extensions", {})


@pytest.mark.parametrize(
    "document",
    [
        "{ numberRange { totalCount } }",
        "{ viewer { emai } }",
        "mutation { splitRang(input: {}) { __typename } }",
    ],
)
async def test_no_fields_are_suggested_to_those_who_guess(server: Server, document: str) -> None:
    answer = await server.nobody.post(document)
    assert answer["errors"]
    assert "Did you mean" not in str(answer["errors"])


DEEP = "parent { " * 20 + "id" + " }" * 20


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (f'{{ node(id: "x") {{ ... on NumberRange {{ {DEEP} }} }} }}', "depth"),
        ("{ " + " ".join(f"a{i}: viewer {{ id }}" for i in range(40)) + " }", "aliases"),
        ("{ viewer { " + "id " * 2100 + "} }", "tokens"),
        (
            "query { ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
            "within itself",
        ),
    ],
)
async def test_what_costs_too_much_is_refused(server: Server, document: str, words: str) -> None:
    answer = await server.administrator.post(document)
    assert "data" not in answer
    assert any(words in error["message"] for error in answer["errors"]), answer["errors"]


async def test_tools_can_read_the_schema(server: Server) -> None:
    """The deepest usual query stays within the limits, also signed out."""
    query = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True
    )
    answer = await server.nobody.post(query)
    assert "errors" not in answer
    names = {type_["name"] for type_ in answer["data"]["__schema"]["types"]}
    assert names >= {type_.name for type_ in own_types()}


# HTTP ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    ["", "{", "5", "null", '"x"', "[]", "[5]", '{"query": 5}', "{}", '{"query": "{viewer{id}}"'],
)
async def test_a_body_that_is_no_operation_is_a_bad_request(server: Server, body: str) -> None:
    response = await server.http.post(
        "/graphql", content=body, headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 400


async def test_a_body_in_another_encoding_is_a_bad_request(server: Server) -> None:
    response = await server.http.post(
        "/graphql", content=b"\xff\xfe", headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 400


async def test_an_operation_is_chosen_by_name(server: Server) -> None:
    query = "query a { viewer { id } } query b { viewer { email } }"
    response = await server.http.post("/graphql", json={"query": query, "operationName": "b"})
    assert response.json() == {"data": {"viewer": None}}
    response = await server.http.post("/graphql", json={"query": query, "operationName": "c"})
    assert response.status_code == 400


async def test_a_subscription_needs_a_stream(server: Server) -> None:
    query = {"query": "subscription { ordersUpdated { id } }"}
    response = await server.http.post("/graphql", json=query)
    assert response.status_code == 400
    assert "Subscriptions need" in response.text


async def test_other_methods_do_nothing(server: Server) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        response = await server.http.request(
            method, "/graphql", json={"query": "{ viewer { id } }"}
        )
        assert response.status_code == 405


async def test_validated_documents_are_remembered(server: Server) -> None:
    """Validating costs more than executing; the cache must recognise a document."""
    document = "{ viewer { id name } }"
    await server.nobody.post(document)
    assert document in documents
    validated = documents.read(document)
    await server.nobody.post(document)
    assert documents.read(document) is validated
