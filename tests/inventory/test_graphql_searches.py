"""Searching and paging over HTTP (F1-F3)."""

import pytest

from dialtree.paging import DEFAULT_PAGE
from tests.conftest import import_for
from tests.server import Json, Server
from tests.world import BERLIN, World, build, csv


@pytest.fixture
async def world(server: Server) -> World:
    return await build(server)


ROOTS = [
    "0221 471012-x",
    "0221 4710999",
    "030 23125-xxx",
    "040 66969-3xx…5xx",
    "089 99998-xxx",
]


async def roots(world: World, selection: str = "display", **search: object) -> list[Json]:
    data = await world.api(
        f"""query($number: String, $site: String, $state: RangeState) {{
            numberRanges(number: $number, site: $site, state: $state) {{
                nodes {{ {selection} }} totalCount
            }}
        }}""",
        **search,
    )
    found: list[Json] = data["numberRanges"]["nodes"]
    assert data["numberRanges"]["totalCount"] == len(found)
    return found


async def displays(world: World, **search: object) -> list[str]:
    return [root["display"] for root in await roots(world, **search)]


async def elements(world: World, **search: object) -> list[str]:
    data = await world.api(
        """query($number: String, $site: String, $state: RangeState) {
            numberElements(number: $number, site: $site, state: $state, first: 100) {
                nodes { display } totalCount
            }
        }""",
        **search,
    )
    found = data["numberElements"]
    assert found["totalCount"] == len(found["nodes"])
    return [node["display"] for node in found["nodes"]]


# Searches -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "kind", "digits", "display", "found"),
    [
        ("030", "STARTS_WITH", "4930", "030 …", ["030 23125-xxx"]),
        ("+49 (221) 47 10-9", "STARTS_WITH", "4922147109", "0221 47109…", ["0221 4710999"]),
        ("030 23125-345", "STARTS_WITH", "493023125345", "030 23125345…", ["030 23125-xxx"]),
        ("040 66969-2", "STARTS_WITH", "4940669692", "040 669692…", []),
        ("*4710", "CONTAINS", "4710", "*4710", ["0221 471012-x", "0221 4710999"]),
        ("*969-3", "CONTAINS", "9693", "*9693", ["040 66969-3xx…5xx"]),
        ("0", "STARTS_WITH", "49", "0…", ROOTS),
    ],
)
async def test_search_by_number_says_how_it_was_read(
    world: World, number: str, kind: str, digits: str, display: str, found: list[str]
) -> None:
    document = """query($number: String) { numberRanges(number: $number) {
        nodes { display } reading { kind digits display refusal { code } } } }"""
    data = (await world.api(document, number=number))["numberRanges"]
    assert data["reading"] == {
        "kind": kind,
        "digits": digits,
        "display": display,
        "refusal": None,
    }
    assert [root["display"] for root in data["nodes"]] == found


@pytest.mark.parametrize("number", [None, "", "  ", "*"])
async def test_a_search_for_nothing_is_no_search(world: World, number: str | None) -> None:
    document = """query($number: String) { numberRanges(number: $number) {
        totalCount reading { kind } } }"""
    data = (await world.api(document, number=number))["numberRanges"]
    assert data == {"totalCount": 5, "reading": None}


@pytest.mark.parametrize(
    ("site", "found"),
    [
        ("Ber", ["030 23125-xxx", "040 66969-3xx…5xx"]),
        ("kantstrasse 1", ["030 23125-xxx", "040 66969-3xx…5xx"]),
        ("281", ["0221 471012-x", "0221 4710999"]),
        ("MUEN", ["089 99998-xxx"]),
        ("mun", ["089 99998-xxx"]),
        ("unchen", []),
    ],
)
async def test_search_by_site(world: World, site: str, found: list[str]) -> None:
    assert await displays(world, site=site) == found


async def test_both_searches_and_the_state_narrow_each_other(world: World) -> None:
    assert await displays(world, number="0", site="Berlin") == [
        "030 23125-xxx",
        "040 66969-3xx…5xx",
    ]
    assert await displays(world, number="040", site="Berlin") == ["040 66969-3xx…5xx"]
    assert await displays(world, number="089", site="Berlin") == []
    await world.assign("Hamm", "0221 4710999", "040 66969-3")
    assert await displays(world, state="ASSIGNED") == ["0221 4710999", "040 66969-3xx…5xx"]
    assert await displays(world, state="ASSIGNED", site="Bremen") == ["0221 4710999"]
    assert "0221 4710999" not in await displays(world, state="FREE")
    assert "0221 4710999" not in await displays(world, state="SPLIT")


async def test_free_elements_are_one_flat_list_of_all_contracts(world: World) -> None:
    """F1: also what a holder gives back, and what comes with a new contract."""
    await world.split("030 23125-3")
    await world.assign("Hamm", "030 23125-34", "040 66969-3")
    free = await elements(world, state="FREE")
    assert len(free) == 10 + 1 + 9 + 9 + 2 + 10
    assert "030 23125-3xx" not in free
    assert "030 23125-34x" not in free
    assert await elements(world, state="ASSIGNED") == ["030 23125-34x", "040 66969-3xx"]
    assert await elements(world, state="SPLIT") == []
    assert await elements(world, number="030 23125-34") == ["030 23125-34x"]
    assert await elements(world, number="*9693", site="Berlin") == ["040 66969-3xx"]
    await world.order(
        "changeNumbers",
        holderId=world.holders["Hamm"],
        remove=await world.ids("040 66969-3"),
    )
    principal = world.server.people.administrator
    await import_for(principal, csv(f"{BERLIN};040;669697;1;"))
    free = await elements(world, state="FREE", number="040")
    assert free[0] == "040 66969-3xx"
    assert len(free) == 3 + 10


# Paging -------------------------------------------------------------------------------------------


async def test_pages_follow_each_other_without_gap_or_repetition(world: World) -> None:
    document = """query($first: Int, $after: String) {
        numberElements(first: $first, after: $after) {
        edges { cursor node { display } } nodes { display } totalCount
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    seen: list[str] = []
    after = None
    while True:
        page = (await world.api(document, first=7, after=after))["numberElements"]
        assert page["totalCount"] == 34
        assert [edge["node"] for edge in page["edges"]] == page["nodes"]
        assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        seen += [element["display"] for element in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        assert len(page["nodes"]) == 7
    everything = (await world.api(document, first=100))["numberElements"]
    assert seen == [element["display"] for element in everything["nodes"]]
    assert len(seen) == len(set(seen)) == 34
    beyond = (await world.api(document, first=7, after=after))["numberElements"]
    assert beyond["nodes"] == []
    assert beyond["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "startCursor": None,
        "endCursor": None,
    }


LISTS = (
    "numberRanges",
    "numberElements",
    "siteContracts",
    "sipTrunks",
    "cloudPbxes",
    "uccConnections",
    "orders",
)


@pytest.mark.parametrize("first", [0, -1, 101, 2**31 - 1])
async def test_a_page_of_another_size_is_refused(server: Server, first: int) -> None:
    for name in LISTS:
        document = f"query($first: Int) {{ {name}(first: $first) {{ totalCount }} }}"
        answer = await server.viewer.post(document, {"first": first})
        [error] = answer["errors"]
        assert error["extensions"]["code"] == "PAGE_TOO_LARGE"
        assert str(first) in error["message"]
        assert error["path"] == [name]


async def test_null_asks_for_a_page_of_the_usual_size(world: World) -> None:
    numbers = "".join(f"{BERLIN};040;66969{a}{b};1;\n" for a in "012" for b in "0123456789")
    await import_for(world.server.people.administrator, csv(numbers))
    document = "query($first: Int) { numberElements(first: $first) { nodes { id } } }"
    data = await world.api(document, first=None)
    assert len(data["numberElements"]["nodes"]) == DEFAULT_PAGE


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "ü",
        "W10=",  # []
        "bnVsbA==",  # null
        "WzEsIDJd",  # [1, 2]
        "WyIxIiwgIjIiXQ==",  # ["1", "2"]
        "WyIxIiwgMSwgMV0=",  # ["1", 1, 1]
    ],
)
async def test_a_cursor_of_nothing_is_refused(server: Server, after: str) -> None:
    for name in LISTS:
        document = f"query($after: String) {{ {name}(after: $after) {{ totalCount }} }}"
        assert await server.viewer.codes(document, after=after) == ["CURSOR_NOT_UNDERSTOOD"]
