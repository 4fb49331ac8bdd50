"""Finding holders by the beginning of their name or by number: H7, F2."""

from datetime import timedelta

import pytest

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.holders import queries
from dialtree.holders.models import Holder, HolderKind, HolderStatus
from dialtree.holders.queries import holders
from dialtree.inventory.queries import Search
from dialtree.numbering.search import SearchPattern, matches
from dialtree.numbering.sites import fold
from tests.conftest import People
from tests.stock import BLOCK, assign, at, create_trunk, holder, ids, load, split

DAY = timedelta(days=1)
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


@pytest.mark.parametrize(
    ("sparse", "many", "batches"),
    [(queries.SPARSE, queries.MANY, queries.BATCHES), (0, queries.MANY, (1, 2)), (0, 0, (1, 2))],
    ids=["by few numbers", "after the first of the list", "in turn"],
)
async def test_h7_every_way_finds_what_matches(
    admin: Principal,
    monkeypatch: pytest.MonkeyPatch,
    sparse: int,
    many: int,
    batches: tuple[int, int],
) -> None:
    monkeypatch.setattr(queries, "SPARSE", sparse)
    monkeypatch.setattr(queries, "MANY", many)
    monkeypatch.setattr(queries, "BATCHES", batches)
    await split(admin, "030 23125-0")
    trunks = await Holder.filter(customer_id=admin.customer_id, kind=HolderKind.SIP_TRUNK)
    active = sorted(
        (trunk for trunk in trunks if not trunk.is_planned), key=lambda trunk: trunk.name_key
    )
    for i, trunk in enumerate(active):
        await assign(admin, trunk, f"030 23125-{i + 1}", f"030 23125-0{i}")
    await create_trunk(admin, "Zukunft", await ids("030 23125-09"), clock.today() + DAY)
    held = {
        "Zukunft": ["030 23125-09"],
        **{trunk.name: [f"030 23125-{i + 1}", f"030 23125-0{i}"] for i, trunk in enumerate(active)},
    }
    for text in ("030 23125", "030 23125-2", "030 23125-04", "*3125", "*51", "*1250", "*9", "*77"):
        pattern = Search.read(text).number
        assert isinstance(pattern, SearchPattern)
        expected = [
            name
            for name, numbers in sorted(held.items(), key=lambda item: fold(item[0]))
            if any([matches(pattern, (await at(number)).pattern) for number in numbers])
        ]
        assert await found(admin, number=text) == expected, text
        pages = []
        after = None
        while True:
            page = await holders(
                admin, HolderKind.SIP_TRUNK, search=Search.read(text), first=2, after=after
            )
            pages += [row.name for row in page.rows]
            if not page.has_next:
                break
            after = page.cursors[-1]
        assert pages == expected, text
