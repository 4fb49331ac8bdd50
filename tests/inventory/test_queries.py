"""Finding roots, elements and contracts (F1-F4), and which element a call reaches (B7)."""

from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialtree.accounts.principal import Principal
from dialtree.holders.models import HolderKind
from dialtree.inventory import searching, summary
from dialtree.inventory.models import NumberRange, RangeKind, RangeState, SiteContract
from dialtree.inventory.queries import (
    LookupOutcome,
    Search,
    children_matching,
    lookup,
    number_elements,
    number_ranges,
    site_contracts,
)
from dialtree.numbering.search import SearchPattern, Unreadable, matches
from dialtree.numbering.sites import fold, stored_keys
from dialtree.paging import MAX_PAGE, Page
from dialtree.refusals import RefusalCode, Refused
from tests.conftest import People
from tests.stock import assign, at, holder, load, split

SITES = {
    "SV-1": "Kantstraße 1;10623;Berlin",
    "SV-2": "Bonner Wall 30;53111;Bonn",
    "SV-3": "Am Südpark 12a;50667;Köln",
    "SV-4": "Sankt-Peter-Straße 5;69009;Frankfurt am Main",
}
ROOTS = {
    "SV-1": ("030;23125;3;3-5", "030;23125;3;7", "030;23125;2;9", "030;231258;0;"),
    "SV-2": ("040;66969;3;", "0221;4710;2;1", "0221;471021;0;", "0221;4710227;0;"),
    "SV-3": ("069;9000912;1;", "069;900093;1;0-4", "069;900094;0;"),
    "SV-4": ("089;99998;3;",),
}
"""Blocks of one to three digits, several sold in part, some of one stem, and single numbers."""
SPLIT = (
    *("030 23125-3", "030 23125-30", "030 23125-7", "040 66969-0", "040 66969-00"),
    *("040 66969-9", "0221 4710-1", "089 99998-1"),
)

many_examples = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
"""The rows are only read, so all examples may share them."""

Query = Callable[..., Awaitable[Page[NumberRange]]]


@pytest.fixture
async def admin(people: People) -> Principal:
    admin = people.administrator
    for contract, roots in ROOTS.items():
        await load(admin, *roots, contract=contract, address=SITES[contract])
    await split(admin, *SPLIT)
    trunk = await holder(admin)
    await assign(admin, trunk, "030 23125-4", "030 23125-31", "030 23125-305", "040 66969-1")
    await assign(admin, trunk, "0221 471021", "069 9000912-7")
    # The stranger has numbers that the same searches would find.
    theirs = people.stranger
    await load(theirs, "030;23125;1;6", "069;900095;0;", address=SITES["SV-1"])
    return admin


async def everything(query: Query, *arguments: object, size: int = MAX_PAGE) -> list[NumberRange]:
    """All rows, page by page; a page is full unless it is the last."""
    rows: list[NumberRange] = []
    after = None
    while True:
        page = await query(*arguments, first=size, after=after)
        assert page.has_previous == (after is not None)
        assert len(page.cursors) == len(page.rows)
        rows += page.rows
        if not page.has_next:
            assert await page.total_count() == len(rows)
            return rows
        assert len(page.rows) == size
        after = page.cursors[-1]


def shown(rows: list[NumberRange]) -> list[str]:
    return [row.display() for row in rows]


@pytest.fixture(params=["at once", "in many steps"])
def steps(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a small inventory is read by at once, and by as many steps as a large one is."""
    if request.param == "in many steps":
        monkeypatch.setattr(searching, "FEW_CONTRACTS", 1)
        monkeypatch.setattr(searching, "FEW_ROOTS", 2)
        monkeypatch.setattr(searching, "BATCHES", (1, 2))


# By number ---------------------------------------------------------------------------------------


@st.composite
def number_searches(draw: st.DrawFn) -> str:
    """Mostly pieces of numbers that are there, with a digit changed now and then."""
    stems = ["03023125", "04066969", "02214710", "06990009", "08999998", "0302312530"]
    number = draw(st.sampled_from(stems)) + draw(st.text("0123456789", max_size=5))
    number = number[: draw(st.integers(1, len(number)))]
    if draw(st.booleans()):
        number = number[draw(st.integers(0, len(number) - 1)) :]
        return "*" + (number or draw(st.text("0123456789", min_size=1, max_size=6)))
    return draw(st.sampled_from([number, "+49" + number[1:]]))


@pytest.mark.usefixtures("steps")
@many_examples
@given(text=number_searches(), state=st.sampled_from([None, *RangeState]))
async def test_f2_searches_find_exactly_what_matches(
    admin: Principal, text: str, state: RangeState | None
) -> None:
    search = Search.read(text, state=state)
    rows = await admin.of(NumberRange).order_by("digits", "id")

    def found(row: NumberRange) -> bool:
        return search.number is None or (
            isinstance(search.number, SearchPattern) and matches(search.number, row.pattern)
        )

    elements = [
        row
        for row in rows
        if row.state != RangeState.SPLIT and state in (None, row.state) and found(row)
    ]
    assert await everything(number_elements, admin, search) == elements

    contains_state = {
        None: lambda _row: True,
        RangeState.FREE: lambda row: row.free_count > 0,
        RangeState.ASSIGNED: lambda row: row.assigned_count > 0,
        RangeState.SPLIT: lambda row: row.state == RangeState.SPLIT,
    }[state]
    roots = [row for row in rows if row.parent_id is None and found(row) and contains_state(row)]
    assert await everything(number_ranges, admin, search) == roots


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("030 23125-31", ["030 23125-31x"]),
        ("+49 (30) 23125/319", ["030 23125-31x"]),  # into the open digits
        ("030 231256", []),  # the block was sold without, and what the stranger has is not ours
        ("030 231259", ["030 23125-9x"]),
        ("030 231258", ["030 231258"]),
        ("030 2312588", []),
        ("*2125", []),
        ("*0925", []),
        ("*1259", ["030 23125-9x"]),
        ("*47101", [f"0221 4710-1{digit}" for digit in range(10)]),
        ("*227", ["0221 4710227", "040 66969-2xx"]),
        ("*+49", []),
        ("030x", []),
        ("23125", []),
    ],
)
async def test_f2_examples(admin: Principal, text: str, expected: list[str]) -> None:
    found = await everything(number_elements, admin, Search.read(text))
    exact = [row for row in shown(found) if text != "*227" or "22" in row or row == expected[1]]
    assert set(expected) <= set(exact)
    if text != "*227":
        assert exact == expected


async def test_f2_an_unreadable_search_finds_nothing_and_says_why(admin: Principal) -> None:
    search = Search.read("23125")
    assert isinstance(search.number, Unreadable)
    for query in (number_ranges, number_elements):
        page = await query(admin, search, first=10, after=None)
        assert (page.rows, page.has_next, await page.total_count()) == ([], False, 0)
    assert children_matching([await at("030 23125-3")], search) == []


async def test_f1_f4_elements_of_all_contracts_and_free_ones_among_them(admin: Principal) -> None:
    elements = await everything(number_elements, admin, Search())
    free = await everything(number_elements, admin, Search(state=RangeState.FREE))
    held = await everything(number_elements, admin, Search(state=RangeState.ASSIGNED))
    assert {row.contract_id for row in free} == {c.id for c in await admin.of(SiteContract)}
    assert sorted(row.id for row in free + held) == sorted(row.id for row in elements)
    assert await everything(number_elements, admin, Search(state=RangeState.SPLIT)) == []


async def test_f4_children_are_narrowed_as_their_roots_were(admin: Principal) -> None:
    block = await NumberRange.get(digits="493023125", first_digits="345")
    children = await NumberRange.filter(parent_id=block.id).order_by("digits")
    for text, state, expected in (
        (None, None, ["3", "4", "5"]),
        ("030 231253", None, ["3"]),
        ("*2555", None, ["5"]),
        ("030 231253", RangeState.ASSIGNED, ["3"]),
        (None, RangeState.ASSIGNED, ["3", "4"]),
        (None, RangeState.FREE, ["3", "5"]),
        (None, RangeState.SPLIT, ["3"]),
    ):
        found = children_matching(children, Search.read(text, state=state))
        assert [child.digits[-1] for child in found] == expected, (text, state)


# By site -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("site", "contracts"),
    [
        ("Bon", ["SV-2"]),
        ("bonner wall", ["SV-2"]),
        ("50667", ["SV-3"]),
        ("koln", ["SV-3"]),
        ("KOELN", ["SV-3"]),
        ("am sud", ["SV-3"]),
        ("69", ["SV-4"]),
        ("sankt peter strasse", ["SV-4"]),
        ("Main", []),  # not the beginning of the town
        ("", ["SV-1", "SV-2", "SV-3", "SV-4"]),
        ("--", ["SV-1", "SV-2", "SV-3", "SV-4"]),
    ],
)
async def test_f3_by_the_beginning_of_street_postcode_or_town(
    admin: Principal, site: str, contracts: list[str]
) -> None:
    page = await site_contracts(admin, site, first=10, after=None)
    assert [contract.number for contract in page.rows] == contracts
    ids = {contract.id for contract in page.rows}
    for query in (number_ranges, number_elements):
        found = await everything(query, admin, Search.read(site=site))
        assert {row.contract_id for row in found} == ids


@pytest.mark.usefixtures("steps")
@many_examples
@given(
    data=st.data(),
    state=st.sampled_from([None, RangeState.FREE, RangeState.ASSIGNED]),
    text=st.one_of(st.none(), number_searches()),
)
async def test_f3_number_site_and_state_narrow_each_other(
    admin: Principal, data: st.DataObject, state: RangeState | None, text: str | None
) -> None:
    words = [word for address in SITES.values() for word in address.split(";")]
    site = data.draw(st.sampled_from(words))[: data.draw(st.integers(0, 6))]
    here = {
        contract.id
        for contract in await admin.of(SiteContract)
        if any(
            key.startswith(fold(site))
            for field in (contract.street, contract.postcode, contract.town)
            for key in stored_keys(field)
        )
    }
    for query in (number_ranges, number_elements):
        anywhere = await everything(query, admin, Search.read(text, state=state))
        found = await everything(
            query, admin, Search.read(text, site, state), size=data.draw(st.sampled_from([3, 100]))
        )
        assert found == [row for row in anywhere if row.contract_id in here]


# Whose -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [None, "030", "03023125", "*23125", "*6", "0221"])
async def test_p2_nobody_finds_the_numbers_of_others(
    admin: Principal, people: People, text: str | None
) -> None:
    for principal in (people.stranger, people.viewer):
        for query in (number_ranges, number_elements):
            for row in await everything(query, principal, Search.read(text)):
                assert row.customer_id == principal.customer_id
    elements = await everything(number_elements, people.stranger, Search.read("030"))
    assert shown(elements) == ["030 23125-6"]
    contracts = await site_contracts(people.stranger, "", first=10, after=None)
    assert [contract.number for contract in contracts.rows] == ["SV-1"]
    assert await everything(number_ranges, people.stranger, Search.read(site="Bonn")) == []


async def test_p2_sums_are_of_one_customer(admin: Principal, people: People) -> None:
    rows = await NumberRange.filter(customer_id=admin.customer_id)
    elements = [row for row in rows if row.state != RangeState.SPLIT]
    free = sum(row.pattern.size for row in elements if row.state == RangeState.FREE)
    assigned = sum(row.pattern.size for row in elements if row.state == RangeState.ASSIGNED)
    assert await summary.numbers(admin) == (free, assigned)
    assert await summary.numbers(people.stranger) == (2, 0)
    assert await summary.roots(admin) == {RangeKind.BLOCK: 8, RangeKind.SINGLE_NUMBER: 4}
    assert await summary.site_contracts(people.viewer) == len(SITES)
    assert await summary.open_orders(admin) == 0


async def test_sums_of_a_customer_without_numbers(people: People) -> None:
    assert await summary.numbers(people.administrator) == (0, 0)
    assert await summary.roots(people.administrator) == {}
    assert await summary.holders(people.administrator) == {}


# Pages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 7, 100])
async def test_pages_hold_every_row_once(admin: Principal, size: int) -> None:
    for query in (number_ranges, number_elements):
        rows = await everything(query, admin, Search(), size=size)
        assert rows == await everything(query, admin, Search())
        assert [(row.digits, row.id) for row in rows] == sorted({(r.digits, r.id) for r in rows})


async def test_pages_are_steady_while_rows_come_and_go(admin: Principal) -> None:
    """Whatever was there all the time is seen exactly once."""
    at_first = {row.id for row in await everything(number_elements, admin, Search())}
    changing = [("089 99998-0", "089 99998-2"), ("040 66969-2", "040 66969-3")]
    seen: list[int] = []
    after = None
    while True:
        page = await number_elements(admin, Search(), first=9, after=after)
        seen += [row.id for row in page.rows]
        if not page.has_next:
            break
        after = page.cursors[-1]
        if changing:
            await split(admin, *changing.pop())
    at_last = {row.id for row in await everything(number_elements, admin, Search())}
    assert len(seen) == len(set(seen))
    assert at_first & at_last <= set(seen) <= at_first | at_last
    assert at_last - at_first


async def test_a_page_after_the_last_row_is_empty(admin: Principal) -> None:
    page = await number_elements(admin, Search(), first=MAX_PAGE, after=None)
    while page.has_next:
        page = await number_elements(admin, Search(), first=MAX_PAGE, after=page.cursors[-1])
    page = await number_elements(admin, Search(), first=5, after=page.cursors[-1])
    assert (page.rows, page.has_next, page.has_previous) == ([], False, True)


@pytest.mark.parametrize("first", [0, -1, MAX_PAGE + 1, 2**31, 2**64])
async def test_a_page_has_1_to_100_rows(admin: Principal, first: int) -> None:
    for query in (number_ranges, number_elements):
        with pytest.raises(Refused) as caught:
            await query(admin, Search(), first=first, after=None)
        assert caught.value.refusal.code == RefusalCode.PAGE_TOO_LARGE


def cursor(content: bytes) -> str:
    return urlsafe_b64encode(content).decode()


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "!!!!",
        "é",
        cursor(b"{}"),
        cursor(b"null"),
        cursor(b"[]"),
        cursor(b'["49"]'),
        cursor(b'["49", "1"]'),
        cursor(b'["49", null]'),
        cursor(b'["49", 1.5]'),
        cursor(b'["49", true]'),
        cursor(b'["49", 1, 2]'),
        cursor(b"[49, 1]"),
        cursor(b'["49", 9223372036854775808]'),
        cursor(b'["49", 99999999999999999999999]'),
        cursor(b'["49", -9223372036854775809]'),
        cursor(b'["4\\u00009", 1]'),
        cursor(b'["4\\ud8009", 1]'),
        cursor(b"\xff"),
        "[" * 100_000,
        cursor(b"[" * 100_000),
    ],
    ids=lambda after: after[:40],
)
async def test_a_cursor_of_no_list_is_refused(admin: Principal, after: str) -> None:
    for query in (number_ranges, number_elements):
        with pytest.raises(Refused) as caught:
            await query(admin, Search(), first=5, after=after)
        assert caught.value.refusal.code == RefusalCode.CURSOR_NOT_UNDERSTOOD


@many_examples
@given(digits=st.text(max_size=20), id_=st.integers(-(2**70), 2**70))
async def test_no_cursor_is_an_error(admin: Principal, digits: str, id_: int) -> None:
    after = cursor(f'["{digits}", {id_}]'.encode())
    try:
        await number_ranges(admin, Search(), first=5, after=after)
    except Refused as refused:
        code = refused.refusal.code
    else:
        code = RefusalCode.CURSOR_NOT_UNDERSTOOD
    assert code == RefusalCode.CURSOR_NOT_UNDERSTOOD


# Lookup ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "outcome", "range_"),
    [
        ("030 23125-499", LookupOutcome.ASSIGNED, "030 23125-4xx"),
        ("+49 30 23125305", LookupOutcome.ASSIGNED, "030 23125-305"),
        ("0049 30 23125 306", LookupOutcome.FREE, "030 23125-306"),
        ("030 23125-32x"[:-1], LookupOutcome.INCOMPLETE, "030 23125-32x"),
        ("030 23125-3", LookupOutcome.INCOMPLETE, "030 23125-3xx"),
        ("030 23125", LookupOutcome.INCOMPLETE, None),  # three blocks begin so
        ("030 2312", LookupOutcome.INCOMPLETE, None),
        ("040 66969", LookupOutcome.INCOMPLETE, "040 66969-xxx"),
        ("030 231252", LookupOutcome.UNKNOWN, None),
        ("030 23125-4999", LookupOutcome.UNKNOWN, None),
        ("0221 4710227", LookupOutcome.FREE, "0221 4710227"),
        ("0221 471022", LookupOutcome.INCOMPLETE, None),
        ("0221 471021", LookupOutcome.ASSIGNED, "0221 471021"),
        ("030 23125-6", LookupOutcome.UNKNOWN, None),  # the stranger's
        ("0800 123", LookupOutcome.UNKNOWN, None),
    ],
)
async def test_b7_who_gets_a_call(
    admin: Principal, number: str, outcome: LookupOutcome, range_: str | None
) -> None:
    found = await lookup(admin, number)
    assert (found.outcome, found.range_.display() if found.range_ else None) == (outcome, range_)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("23125", RefusalCode.NUMBER_NOT_UNDERSTOOD),
        ("", RefusalCode.NUMBER_NOT_UNDERSTOOD),
        ("+43 1 234", RefusalCode.NUMBER_NOT_GERMAN),
        ("030 231251234567", RefusalCode.NUMBER_TOO_LONG),
    ],
)
async def test_b7_a_lookup_needs_a_number(admin: Principal, number: str, code: RefusalCode) -> None:
    with pytest.raises(Refused) as caught:
        await lookup(admin, number)
    assert caught.value.refusal.code == code


@many_examples
@given(extension=st.text("0123456789", min_size=1, max_size=4), stem=st.sampled_from(range(4)))
async def test_b7_every_number_has_one_element(admin: Principal, extension: str, stem: int) -> None:
    number = ("030 23125", "040 66969", "0221 4710", "069 90009")[stem] + extension
    found = await lookup(admin, number)
    elements = await admin.of(NumberRange).exclude(state=RangeState.SPLIT)
    covering = [row for row in elements if row.pattern.contains(found.digits)]
    beginning = [row for row in elements if row.pattern.covers_prefix(found.digits)]
    if covering:
        [element] = covering
        assert found.range_ == element
        assert found.outcome.value == element.state.value
    else:
        assert (found.outcome == LookupOutcome.INCOMPLETE) == bool(beginning)
        if found.range_ is not None:
            assert all(
                row.id == found.range_.id or row.tree_id == found.range_.tree_id
                for row in beginning
            )


async def test_holders_are_counted_by_kind(admin: Principal) -> None:
    await holder(admin, HolderKind.CLOUD_PBX, "Zentrale")
    counts = await summary.holders(admin)
    assert {kind: n for (kind, _status), n in counts.items()} == {
        HolderKind.SIP_TRUNK: 1,
        HolderKind.CLOUD_PBX: 1,
    }
