"""Finding holders by the beginning of their name or by number: H7, F2."""

import pytest

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.holders.models import HolderKind, HolderStatus
from dialtree.holders.queries import holders
from dialtree.inventory.queries import Search
from tests.conftest import People
from tests.stock import BLOCK, assign, holder, load, split

TRUNKS = ("Hamburg Nord", "Hamm", "Köln-Süd", "Straße 7")


@pytest.fixture
async def admin(people: People) -> Principal:
    admin = people.administrator
    await load(admin, BLOCK, "0221;4710999;0;")
    for name in TRUNKS:
        await holder(admin, name=name)
    await holder(admin, HolderKind.CLOUD_PBX, "Hamburg")
    await holder(admin, name="Hannover", status=HolderStatus.PLANNED)
    await holder(people.stranger, name="Hamburg West")
    return admin


async def found(
    principal: Principal,
    name: str | None = None,
    number: str | None = None,
    status: HolderStatus | None = None,
) -> list[str]:
    page = await holders(
        principal,
        HolderKind.SIP_TRUNK,
        name=name,
        search=Search.read(number),
        status=status,
        first=None,
        after=None,
    )
    assert await page.total_count() == len(page.rows)
    return [row.name for row in page.rows]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (None, ["Hamburg Nord", "Hamm", "Hannover", "Köln-Süd", "Straße 7"]),
        ("Ham", ["Hamburg Nord", "Hamm"]),
        ("HAMB", ["Hamburg Nord"]),
        ("hamburg-nord", ["Hamburg Nord"]),
        ("koeln", ["Köln-Süd"]),
        ("köln süd", ["Köln-Süd"]),
        ("strasse", ["Straße 7"]),
        ("Nord", []),  # not the beginning
        ("%", ["Hamburg Nord", "Hamm", "Hannover", "Köln-Süd", "Straße 7"]),
        ("x" * 1000, []),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_h7_by_the_beginning_of_the_name(
    admin: Principal, name: str | None, expected: list[str]
) -> None:
    assert await found(admin, name) == expected


async def test_h7_by_a_number_it_holds(admin: Principal) -> None:
    await split(admin, "030 23125-3")
    [hamm] = (await holders(admin, HolderKind.SIP_TRUNK, name="Hamm", first=1, after=None)).rows
    [koeln] = (await holders(admin, HolderKind.SIP_TRUNK, name="Köln", first=1, after=None)).rows
    await assign(admin, hamm, "030 23125-30", "030 23125-4")
    await assign(admin, koeln, "030 23125-31", "0221 4710999")
    for number, expected in (
        ("030 23125", ["Hamm", "Köln-Süd"]),
        ("030 23125-301", ["Hamm"]),
        ("030 23125-4", ["Hamm"]),
        ("030 23125-5", []),  # free
        ("*0999", ["Köln-Süd"]),
        ("*5319", ["Köln-Süd"]),
        ("4710", []),  # not understood
        (None, ["Hamburg Nord", "Hamm", "Hannover", "Köln-Süd", "Straße 7"]),
    ):
        assert await found(admin, number=number) == expected, number
    assert await found(admin, "kö", "030") == ["Köln-Süd"]


async def test_t2_planned_trunks_are_a_list_of_their_own(admin: Principal) -> None:
    assert await found(admin, status=HolderStatus.PLANNED) == ["Hannover"]
    assert "Hannover" not in await found(admin, status=HolderStatus.ACTIVE)


async def test_what_was_deleted_is_not_found(admin: Principal) -> None:
    [hamm] = (await holders(admin, HolderKind.SIP_TRUNK, name="Hamm", first=1, after=None)).rows
    hamm.deleted_at = clock.now()
    await hamm.save()
    assert "Hamm" not in await found(admin)


async def test_p2_nobody_finds_the_holders_of_others(admin: Principal, people: People) -> None:
    assert await found(people.stranger) == ["Hamburg West"]
    assert await found(people.stranger, number="030") == []
    assert await found(people.viewer, "Hamb") == ["Hamburg Nord"]


async def test_pages_hold_every_holder_once(admin: Principal) -> None:
    names: list[str] = []
    after = None
    while True:
        page = await holders(admin, HolderKind.SIP_TRUNK, first=2, after=after)
        names += [row.name for row in page.rows]
        if not page.has_next:
            break
        after = page.cursors[-1]
    assert names == await found(admin)
