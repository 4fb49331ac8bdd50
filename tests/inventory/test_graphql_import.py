"""Importing site contracts over HTTP (B5, N1-N3)."""

import pytest

from dialtree.inventory.models import NumberRange
from tests.server import Json, Server
from tests.world import BERLIN, BREMEN, World, build, csv

IMPORTED = """... on SiteContractsImported {
    dryRun contractCount blockCount singleNumberCount numberCount unchangedCount
    badRows { line field code rule message value } }"""

GOOD = csv(
    f"{BERLIN};030;231259;1;".replace("SV-1001", "SV-2001"),
    f"{BERLIN};030;231258;1;3-5".replace("SV-1001", "SV-2001"),
    f"{BREMEN};0221;4710998;0;",
)
BAD = GOOD + f"{BERLIN};0999;1;1;\n{BREMEN};0221;x;9;\n"


@pytest.fixture
async def world(server: Server) -> World:
    """With the block 030 23125 gone, whose numbers are imported here."""
    world = await build(server)
    block = await world.row("030 23125")
    await block.delete()
    return world


async def load(world: World, content: str, **input_: object) -> Json:
    return await world.server.service.act(
        "importSiteContracts", IMPORTED, content=content, **input_
    )


async def test_a_dry_run_answers_as_the_import_and_changes_nothing(world: World) -> None:
    before = await NumberRange.all().count()
    dry = await load(world, GOOD, dryRun=True)
    assert await NumberRange.all().count() == before
    real = await load(world, GOOD)
    assert real == {
        "__typename": "SiteContractsImported",
        "dryRun": False,
        "contractCount": 1,
        "blockCount": 2,
        "singleNumberCount": 1,
        "numberCount": 14,
        "unchangedCount": 0,
        "badRows": [],
    }
    assert dry == real | {"dryRun": True}
    assert await NumberRange.all().count() == before + 2 + 10 + 3 + 1


async def test_repeating_an_import_changes_nothing(world: World) -> None:
    await load(world, GOOD)
    again = await load(world, GOOD)
    assert again["unchangedCount"] == 3
    assert again["contractCount"] == again["blockCount"] == again["numberCount"] == 0


async def test_bad_rows_are_all_named_and_nothing_is_imported(world: World) -> None:
    before = await NumberRange.all().count()
    answer = await load(world, BAD)
    assert answer["__typename"] == "InvalidInput"
    assert [(f["line"], f["field"], f["code"], f["value"]) for f in answer["fields"]] == [
        (5, "area_code", "AREA_CODE_UNKNOWN", "0999"),
        (6, "stem", "STEM_INVALID", "x"),
        (6, "extension_digits", "EXTENSION_DIGITS_OUT_OF_RANGE", "9"),
    ]
    assert await NumberRange.all().count() == before


async def test_the_good_rows_can_be_imported_without_the_bad_ones(world: World) -> None:
    answer = await load(world, BAD, skipBadRows=True)
    assert answer["__typename"] == "SiteContractsImported"
    assert answer["blockCount"] == 2
    assert [row["line"] for row in answer["badRows"]] == [5, 6, 6]
    assert answer["badRows"][0]["rule"] == "N1"


async def test_what_is_imported_is_found_at_once(world: World) -> None:
    await load(world, GOOD)
    data = await world.api('{ numberRanges(number: "030 23125-9") { nodes { display } } }')
    assert data["numberRanges"]["nodes"] == [{"display": "030 231259-x"}]
    data = await world.api('{ numberRanges(number: "*1258", site: "Kant") { totalCount } }')
    assert data["numberRanges"]["totalCount"] == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "COLUMN_MISSING"),
        ("a;b\n", "COLUMN_UNKNOWN"),
        (csv('"'), "FILE_QUOTES_BROKEN"),
        (csv("\0"), "FILE_NOT_TEXT"),
        (csv(f"{BERLIN};030;231259;1;;;;x"), "ROW_TOO_WIDE"),
        (csv("SV-1001;Other Street 1;10623;Berlin;ACTIVE;;030;231259;1;"), "CONTRACT_CONTRADICTS"),
        (csv("SV-5;;10623;Berlin;ACTIVE;;030;231259;1;"), "VALUE_MISSING"),
        (csv("SV-5;S 1;10623;Berlin;GONE;;030;231259;1;"), "VALUE_NOT_UNDERSTOOD"),
        (csv(f"SV-5;S 1;{'1' * 11};Berlin;ACTIVE;;030;231259;1;"), "VALUE_TOO_LONG"),
    ],
)
async def test_a_file_that_cannot_be_read(world: World, content: str, code: str) -> None:
    answer = await load(world, content)
    assert answer["__typename"] == "InvalidInput"
    assert code in [problem["code"] for problem in answer["fields"]]


async def test_only_service_staff_import(world: World) -> None:
    for api, code in (
        (world.server.viewer, "NOT_SERVICE_STAFF"),
        (world.api, "NOT_SERVICE_STAFF"),
        (world.server.nobody, "NOT_AUTHENTICATED"),
    ):
        for dry in (True, False):
            answer = await api.act("importSiteContracts", IMPORTED, content=GOOD, dryRun=dry)
            assert (answer["__typename"], answer["code"]) == ("NotAllowed", code)
