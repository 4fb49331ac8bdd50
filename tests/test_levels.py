"""Executing level by level answers exactly as graphql-core does, whatever is asked."""

from collections.abc import AsyncGenerator
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar

import pytest
import strawberry
from graphql import GraphQLObjectType, get_named_type
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from dialtree.graphql.context import Info
from dialtree.graphql.levels import Levels
from dialtree.graphql.loaders import Loaders
from dialtree.graphql.schema import schema
from dialtree.graphql.together import together
from dialtree.orders.worker import run_due
from tests.selections import paths
from tests.server import Server
from tests.test_statements import OPERATIONS, build
from tests.world import APP_URL
from tests.world import build as build_world

T = TypeVar("T")


class Context:
    def __init__(self) -> None:
        self.loaders = Loaders(remember=True)


@strawberry.enum
class Colour(Enum):
    RED = "r"
    GREEN = "g"


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Leaf(Named):
    size: int
    colour: Colour | None = None
    note: str | None = None

    @strawberry.field
    def double(self) -> int:
        return self.size * 2

    @strawberry.field
    def asks(self, info: Info, by: int = 1) -> int:
        assert info.context.loaders
        return self.size + by

    @strawberry.field
    async def slow(self) -> str:
        if self.note == "broken":
            raise ValueError("broken")
        return self.name

    @strawberry.field
    async def perhaps(self) -> str | None:
        return await self.slow()

    @together(description="")
    @staticmethod
    async def others(
        leaves: list["Leaf"], context: Context, at_least: int = 0
    ) -> list[list["Leaf"]]:
        assert context.loaders
        return [[leaf] * (min(leaf.size, 3) - at_least) for leaf in leaves]

    @together(description="")
    @staticmethod
    async def next(leaves: list["Leaf"], context: Context) -> list["Leaf | None"]:
        assert context.loaders
        if any(leaf.note == "no next" for leaf in leaves):
            raise ValueError("no next")
        return [
            Leaf(name=leaf.name + "'", size=leaf.size + 1) if leaf.size % 2 else None
            for leaf in leaves
        ]


@strawberry.type
class Branch(Named):
    leaves: list[Leaf]
    perhaps: list[Leaf | None] | None = None

    @strawberry.field
    async def later(self) -> list[Leaf]:
        return self.leaves


@strawberry.type
class Wrong:
    why: str


@strawberry.type
class Page(Generic[T]):
    nodes: list[T]

    @strawberry.field
    def grid(self) -> list[list[T]]:
        return [self.nodes, [], self.nodes[:1]]


TREE = [
    Branch(
        name="oak",
        leaves=[Leaf(name="a", size=1, colour=Colour.RED), Leaf(name="b", size=2, note="n")],
    ),
    Leaf(name="lone", size=3),
    Branch(name="elm", leaves=[], perhaps=[None, Leaf(name="c", size=4, colour=Colour.GREEN)]),
]
ODD = {
    "null": Leaf(name=None, size=1),  # type: ignore[arg-type]
    "large": Leaf(name="large", size=2**31),
    "float": Leaf(name="float", size=1.5),  # type: ignore[arg-type]
    "number": Leaf(name=7, size=True),  # type: ignore[arg-type]
    "error": Leaf(name="x", size=1, note=ValueError("as a value")),  # type: ignore[arg-type]
    "colour": Leaf(name="x", size=1, colour="blue"),  # type: ignore[arg-type]
    "broken": Leaf(name="x", size=1, note="broken"),
    "no next": Leaf(name="x", size=1, note="no next"),
    "no list": Branch(name="x", leaves=5),  # type: ignore[arg-type]
    "a set": Branch(name="x", leaves={}),  # type: ignore[arg-type]
    "null entry": Branch(name="x", leaves=[None]),  # type: ignore[list-item]
    "error entry": Branch(name="x", leaves=[], perhaps=[ValueError("entry")]),  # type: ignore[list-item]
    "of no type": Wrong(why="no Named"),
}


@strawberry.type
class Query:
    @strawberry.field
    async def tree(self) -> list[Named]:
        return TREE  # type: ignore[return-value]

    @strawberry.field
    def at_once(self) -> list[Named]:
        return TREE  # type: ignore[return-value]

    @strawberry.field
    async def page(self) -> Page[Leaf]:
        return Page(nodes=TREE[0].leaves)  # type: ignore[union-attr]

    @strawberry.field
    async def odd(self, what: str) -> Named | None:
        return ODD[what]  # type: ignore[return-value]

    @strawberry.field
    async def odds(self) -> list[Named | None]:
        return [*TREE, *ODD.values()]  # type: ignore[list-item]

    @strawberry.field
    async def either(self, wrong: bool) -> Annotated[Leaf | Wrong, strawberry.union("Either")]:
        return Wrong(why="asked") if wrong else Leaf(name="right", size=1)


def schema_of(executor: type[StrawberryGraphQLCoreExecutionContext]) -> strawberry.Schema:
    return strawberry.Schema(
        Query,
        subscription=Subscription,
        types=[Leaf, Branch],
        execution_context_class=executor,
    )


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def leaves(self) -> AsyncGenerator[Leaf, None]:
        for size in range(5):
            yield Leaf(name="leaf", size=size, note="broken" if size == 2 else None)


BOTH = (schema_of(StrawberryGraphQLCoreExecutionContext), schema_of(Levels))

LEAF = "name size colour note double asks(by: 2) slow perhaps"
DOCUMENTS = (
    "{ tree { __typename name } }",
    f"{{ tree {{ ... on Leaf {{ {LEAF} }} ... on Branch {{ leaves {{ {LEAF} }} }} }} }}",
    f"{{ atOnce {{ ...L }} }} fragment L on Leaf {{ {LEAF} next {{ {LEAF} next {{ size }} }} }}",
    "{ tree { is: __typename n: name ... on Branch { perhaps { s: size size } later { size } } } }",
    "{ page { nodes { name others(atLeast: 1) { name next { size } } } grid { name colour } } }",
    "{ a: page { nodes { name } } b: page { __typename } tree { name } __typename }",
    "query($on: Boolean = false) { tree { name @skip(if: $on) ... @include(if: $on) { name } "
    "... on Leaf @include(if: true) { size @include(if: $on) double } } }",
    "query($n: Int! = 5) { page { nodes { asks(by: $n) } } }",
    "{ either(wrong: true) { ... on Leaf { size } ... on Wrong { why } __typename } "
    "other: either(wrong: false) { ... on Leaf { size others { name } } } }",
    '{ __schema { queryType { name } } __type(name: "Leaf") { fields { name } } tree { name } }',
    f"{{ odds {{ name ... on Leaf {{ {LEAF} }} ... on Branch {{ leaves {{ name }} }} }} }}",
    "{ odds { __typename ... on Leaf { next { name } others { name } } } }",
    "{ page { nodes { missing: note @skip(if: true) } } }",
)


async def answers(document: str, variables: dict[str, Any] | None = None) -> list[Any]:
    found = []
    for each in BOTH:
        result = await each.execute(document, variables, context_value=Context())
        found.append((result.data, [error.formatted for error in result.errors or ()]))
    return found


@pytest.mark.parametrize("document", DOCUMENTS)
async def test_answers_are_those_of_graphql_core(document: str) -> None:
    one_by_one, by_levels = await answers(document)
    assert by_levels == one_by_one
    assert list(str(by_levels[0])) == list(str(one_by_one[0])), "in the same order"


@pytest.mark.parametrize("what", ODD)
async def test_what_is_unusual_is_told_as_ever(what: str) -> None:
    document = f"""query($what: String!) {{ before: page {{ nodes {{ name }} }} odd(what: $what) {{
        name ... on Leaf {{ {LEAF} next {{ name }} }}
        ... on Branch {{ leaves {{ name }} perhaps {{ name }} }} }} tree {{ name }} }}"""
    one_by_one, by_levels = await answers(document, {"what": what})
    assert by_levels == one_by_one


async def test_a_field_of_many_objects_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """graphql-core's way is taken only where something is unusual."""

    def fails(*_arguments: object) -> None:
        raise AssertionError("left to graphql-core")

    monkeypatch.setattr(Levels, "execute_fields", _root_only(Levels.execute_fields, fails))
    _schema, by_levels = BOTH
    for document in DOCUMENTS[:9]:
        result = await by_levels.execute(document, context_value=Context())
        assert result.errors is None, (document, result.errors)


async def test_a_subscription_does_not_grow_with_its_events(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events: list[Levels] = []
    build_event = Levels.build_per_event_executor

    def noted(self: Levels, payload: Any) -> Levels:
        events.append(build_event(self, payload))
        return events[-1]

    monkeypatch.setattr(Levels, "build_per_event_executor", noted)
    told = []
    for each in BOTH:
        stream = await each.subscribe(
            "subscription { leaves { size slow next { name } } }", context_value=Context()
        )
        told += [
            (result.data, [error.formatted for error in result.errors or ()])
            async for result in stream  # type: ignore[union-attr]
        ]
    assert told[:5] == told[5:]
    assert [bool(errors) for _data, errors in told[5:]] == [False, False, True, False, False]
    assert len({id(event._relevant_sub_fields) for event in events}) == len(events) == 5
    assert [event._left_alone for event in events] == [set(), set(), {"leaves"}, set(), set()]


def _root_only(original: Any, fails: Any) -> Any:
    def execute_fields(self: Levels, parent: GraphQLObjectType, *rest: Any) -> Any:
        if parent.name != "Query":
            fails()
        return original(self, parent, *rest)

    return execute_fields


async def test_the_schema_answers_as_by_graphql_core(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every way through every type that orders and trunks lead to, and the documents that the
    number of statements is counted with."""
    monkeypatch.setattr("dialtree.graphql.limiting.MAX_COST", 10_000_000)
    await build(server)
    query = schema._schema.query_type
    assert query is not None
    documents = [
        f"{{ {field}(first: 2) {selection} }}"
        for field in ("sipTrunks", "orders")
        for selection in paths(schema._schema, get_named_type(query.fields[field].type))
    ]
    documents += [
        f"{{ {field}(first: 7) {{ nodes {{ {selection} }} }} }}"
        for field, selection in OPERATIONS.values()
    ]
    documents += [
        f"{{ {field} {selection} }}"
        for field in ("viewer", "inventory")
        for selection in paths(schema._schema, get_named_type(query.fields[field].type))
    ]
    by_levels = [await server.administrator.post(document) for document in documents]
    monkeypatch.setattr(schema, "execution_context_class", StrawberryGraphQLCoreExecutionContext)
    one_by_one = [await server.administrator.post(document) for document in documents]
    assert len(documents) > 100
    for document, level, one in zip(documents, by_levels, one_by_one, strict=True):
        assert level == one, document


async def test_objects_that_stand_for_the_same_row_are_each_answered(server: Server) -> None:
    """An order is in the audit log when it was placed and when it was done: two objects."""
    world = await build_world(server)
    placed = await world.split("030 23125-3")
    await run_due(APP_URL)
    selection = "order { id ranges { display } items { display range { display } } holder { id } }"
    data = await server.administrator(f"{{ auditLog(first: 50) {{ nodes {{ {selection} }} }} }}")
    orders = [node["order"] for node in data["auditLog"]["nodes"] if node["order"]]
    of_split = [order for order in orders if order["id"] == placed["id"]]
    assert len(of_split) == 2
    for order in of_split:
        assert order["ranges"] == [{"display": "030 23125-3xx"}]
        assert [item["range"] for item in order["items"]] == order["ranges"]
