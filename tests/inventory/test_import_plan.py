"""Which rows fit with what is stored and with earlier rows (N3), without a database."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialtree.inventory.import_plan import Plan, Stored, TakenNumbers, TakenRoot, plan
from dialtree.inventory.importing import Contract, Root, read
from dialtree.inventory.models import ContractStatus
from dialtree.language import Language
from dialtree.numbering.ranges import ALL_DIGITS, Conflict, NumberPattern, conflict
from dialtree.refusals import RefusalCode
from tests.inventory.import_files import row, single, table, told

OVERLAPS = RefusalCode.NUMBER_OVERLAPS
HIDES = RefusalCode.NUMBER_HIDES
CONTRADICTS = RefusalCode.CONTRACT_CONTRADICTS
ELSEWHERE = RefusalCode.NUMBER_IN_USE_ELSEWHERE

KNOWN = Contract("K-1001", "Domkloster 4", "50667", "Köln")


def planned(*rows: str, stored: Stored | None = None) -> Plan:
    return plan(read(table(*rows)), stored or Stored())


def taken(
    digits: str, open_digits: int, contract: str = "K-9", first_digits: str = ALL_DIGITS
) -> TakenRoot:
    """A root of the area code 0221."""
    return TakenRoot(Root(NumberPattern(digits, open_digits, first_digits), 3), contract)


class TestInsideTheFile:
    def test_rows_of_one_contract_add_it_once(self) -> None:
        result = planned(row(stem="4710"), row(stem="4711"), single("0221", "4712"))
        assert result.problems == []
        assert result.contracts == [KNOWN]
        assert [found.root.display() for found in result.roots] == [
            "0221 4710-xxx",
            "0221 4711-xxx",
            "0221 4712",
        ]

    @pytest.mark.parametrize(
        ("first", "later", "code"),
        [
            (row(), row(extension_digits="2"), HIDES),
            (row(extension_digits="2"), row(), HIDES),
            (row(), single("0221", "4710123"), OVERLAPS),
            (single("0221", "4710123"), row(), OVERLAPS),
            (row(), single("0221", "47101"), HIDES),
            (row(), single("0221", "47101234"), HIDES),
            (row(), row(stem="47101", extension_digits="2"), OVERLAPS),
            (row(), row(), OVERLAPS),
            (row(first_digits="0-4"), row(first_digits="4-9"), OVERLAPS),
            (row(first_digits="3-5"), single("0221", "4710"), HIDES),
        ],
    )
    def test_the_later_of_two_that_conflict_is_bad(
        self, first: str, later: str, code: RefusalCode
    ) -> None:
        result = planned(first, later)
        assert told(result.problems) == [(3, "stem", code)]
        assert len(result.roots) == 1

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (row(first_digits="0-4"), row(first_digits="5-9")),
            (row(extension_digits="2", first_digits="3-5"), single("0221", "47102")),
            (row(extension_digits="2", first_digits="3-5"), single("0221", "471021")),
            (row(), row(stem="471", extension_digits="2", first_digits="1-9")),
            (row(), row(area_code="089")),
        ],
    )
    def test_neighbours_do_not_conflict(self, first: str, second: str) -> None:
        assert planned(first, second).problems == []
        assert planned(second, first).problems == []

    def test_both_numbers_and_the_other_contract_are_named(self) -> None:
        result = planned(row(), single("0221", "4710123", contract="K-2"))
        [problem] = result.problems
        assert problem.refusal.params == {
            "number": "0221 4710123",
            "other": "0221 4710-xxx",
            "contract": "K-1001",
        }
        assert problem.value == "4710123"
        assert [contract.number for contract in result.contracts] == ["K-1001"]

    def test_bad_rows_take_no_numbers(self) -> None:
        result = planned(
            row(),
            row(contract="K-2", stem="471", extension_digits="4"),
            row(contract="K-3", stem="472", extension_digits="9"),
            row(contract="K-4", stem="4720"),
            row(contract="K-5", stem="4712"),
        )
        assert told(result.problems) == [
            (3, "stem", OVERLAPS),
            (4, "extension_digits", RefusalCode.EXTENSION_DIGITS_OUT_OF_RANGE),
        ]
        assert [found.contract for found in result.roots] == ["K-1001", "K-4", "K-5"]

    def test_a_contract_has_one_address(self) -> None:
        result = planned(
            row(),
            row(stem="4711", street="Domkloster 5", town="Bonn"),
            row(stem="4712", status="ORDERED", start_date="31.12.2026"),
        )
        assert told(result.problems) == [
            (3, "street", CONTRADICTS),
            (3, "town", CONTRADICTS),
            (4, "status", CONTRADICTS),
            (4, "start_date", CONTRADICTS),
        ]
        street, _town, _status, start = result.problems
        assert street.value == "Domkloster 5"
        assert street.refusal.params == {"contract": "K-1001", "other": "Domkloster 4"}
        assert "–" in start.refusal.message(Language.DE)
        assert [found.root.display() for found in result.roots] == ["0221 4710-xxx"]

    def test_the_first_row_fixes_the_address_even_if_its_numbers_are_bad(self) -> None:
        result = planned(row(stem="47a"), row(town="Bonn"))
        assert told(result.problems) == [
            (2, "stem", RefusalCode.STEM_INVALID),
            (3, "town", CONTRADICTS),
        ]
        assert result.contracts == []

    def test_problems_of_cells_contradictions_and_conflicts_are_all_told(self) -> None:
        result = planned(row(), row(town="Bonn"), row(contract="K-2", town=""))
        assert told(result.problems) == [
            (3, "town", CONTRADICTS),
            (3, "stem", OVERLAPS),
            (4, "town", RefusalCode.VALUE_MISSING),
            (4, "stem", OVERLAPS),
        ]

    def test_a_contract_without_numbers_is_added_once(self) -> None:
        line = row(area_code="", stem="", extension_digits="")
        result = planned(line, line)
        assert (result.contracts, result.roots, result.problems) == ([KNOWN], [], [])
        assert result.unchanged == 1


class TestWithWhatIsStored:
    def test_what_is_stored_already_is_unchanged(self) -> None:
        stored = Stored({"K-1001": KNOWN}, [taken("492214710", 3, "K-1001")])
        nothing = row(area_code="", stem="", extension_digits="")
        assert planned(row(), nothing, stored=stored) == Plan(unchanged=2)

    def test_new_numbers_of_a_stored_contract(self) -> None:
        stored = Stored({"K-1001": KNOWN}, [taken("492214710", 3, "K-1001")])
        result = planned(row(), row(stem="4711"), stored=stored)
        assert result.contracts == []
        assert [found.root.display() for found in result.roots] == ["0221 4711-xxx"]
        assert result.unchanged == 1

    def test_the_same_block_twice_is_a_conflict_though_it_is_stored(self) -> None:
        stored = Stored({"K-1001": KNOWN}, [taken("492214710", 3, "K-1001")])
        result = planned(row(), row(), stored=stored)
        assert told(result.problems) == [(3, "stem", OVERLAPS)]
        assert result.unchanged == 1

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (row(contract="K-2"), OVERLAPS),
            (row(first_digits="3-5"), OVERLAPS),
            (row(extension_digits="2"), HIDES),
            (single("0221", "4710"), HIDES),
        ],
    )
    def test_anything_but_the_same_is_a_conflict(self, line: str, code: RefusalCode) -> None:
        stored = Stored({"K-1001": KNOWN}, [taken("492214710", 3, "K-1001")])
        [problem] = planned(line, stored=stored).problems
        assert (problem.field, problem.refusal.code) == ("stem", code)
        assert problem.refusal.params["other"] == "0221 4710-xxx"
        assert problem.refusal.params["contract"] == "K-1001"

    def test_what_is_stored_wins_over_the_first_row(self) -> None:
        stored = Stored({"K-1001": KNOWN})
        result = planned(row(town="Bonn", stem="4711"), row(), stored=stored)
        assert told(result.problems) == [(2, "town", CONTRADICTS)]
        assert result.problems[0].refusal.params["other"] == "Köln"
        assert [found.root.display() for found in result.roots] == ["0221 4710-xxx"]

    def test_a_stored_start_date_is_named_as_a_day(self) -> None:
        day = date(2027, 1, 31)
        ordered = Contract("K-1001", "Domkloster 4", "50667", "Köln", ContractStatus.ORDERED, day)
        line = row(status="ORDERED", start_date="2027-02-01")
        [problem] = planned(line, stored=Stored({"K-1001": ordered})).problems
        assert (problem.field, problem.value) == ("start_date", "2027-02-01")
        assert "31.01.2027" in problem.refusal.message(Language.DE)
        assert "2027-01-31" in problem.refusal.message(Language.EN)

    @pytest.mark.parametrize("digits", ["492214710", "49221471", "492214710123"])
    def test_numbers_of_others_are_not_revealed(self, digits: str) -> None:
        other = Root(NumberPattern(digits, 12 - len(digits)), 3)
        [problem] = planned(row(), stored=Stored(elsewhere=[other])).problems
        assert (problem.field, problem.refusal.code) == ("stem", ELSEWHERE)
        assert problem.refusal.params == {"number": "0221 4710-xxx"}

    def test_a_row_can_conflict_with_own_numbers_and_others(self) -> None:
        stored = Stored({}, [taken("4922147101", 2)], [taken("4922147102", 2).root])
        assert told(planned(row(), stored=stored).problems) == [
            (2, "stem", OVERLAPS),
            (2, "stem", ELSEWHERE),
        ]

    def test_an_unreadable_address_does_not_make_stored_numbers_a_conflict(self) -> None:
        stored = Stored({"K-1001": KNOWN}, [taken("492214710", 3, "K-1001")])
        result = planned(row(town=""), stored=stored)
        assert told(result.problems) == [(2, "town", RefusalCode.VALUE_MISSING)]


patterns = st.builds(
    NumberPattern,
    st.text("01", min_size=1, max_size=5).map(lambda tail: "49221" + tail),
    st.integers(0, 3),
    st.sets(st.sampled_from("01259"), min_size=1).map(lambda found: "".join(sorted(found)))
    | st.just(ALL_DIGITS),
)


@settings(deadline=None, max_examples=500)
@given(st.lists(patterns, max_size=12), patterns)
def test_conflicts_are_found_as_numbering_defines_them(
    others: list[NumberPattern], wanted: NumberPattern
) -> None:
    numbers = TakenNumbers()
    accepted: list[NumberPattern] = []
    for other in others:
        found = numbers.conflicting(other)
        expected = [known for known in accepted if conflict(known, other)]
        assert (found is not None) == bool(expected)
        assert found is None or found.root.pattern in expected
        if found is None:
            numbers.add(TakenRoot(Root(other, 3), ""))
            accepted.append(other)
    expected = [known for known in accepted if conflict(known, wanted)]
    found = numbers.conflicting(wanted)
    assert found.root.pattern in expected if found is not None else not expected


@settings(deadline=None, max_examples=200)
@given(st.lists(patterns, max_size=15), st.integers(0, 15))
def test_a_row_is_bad_exactly_if_it_conflicts_with_good_ones_before_it(
    found: list[NumberPattern], count: int
) -> None:
    stored: list[NumberPattern] = []
    for pattern in found[:count]:
        if not any(conflict(pattern, known) for known in stored):
            stored.append(pattern)
    rows = [
        row(
            contract="K-2",
            area_code="221",
            stem=pattern.digits.removeprefix("49221"),
            extension_digits=str(pattern.open_digits),
            first_digits=pattern.first_digits if pattern.open_digits else "",
        )
        for pattern in found[count:]
        # A stem that begins with 0 would be taken for a whole number.
        if not pattern.digits.startswith("492210")
    ]
    reading = read(table(*rows))
    assert reading.problems == []
    result = plan(reading, Stored({}, [taken_as(pattern) for pattern in stored]))
    bad = {problem.line: problem.refusal.code for problem in result.problems}
    good = list(stored)
    for line in reading.rows:
        assert line.root is not None
        kinds = {conflict(line.root.pattern, known) for known in good} - {None}
        assert (line.line in bad) == bool(kinds)
        if kinds:
            kind = Conflict.OVERLAP if bad[line.line] == OVERLAPS else Conflict.HIDES
            assert kind in kinds
        else:
            good.append(line.root.pattern)


def taken_as(pattern: NumberPattern) -> TakenRoot:
    return TakenRoot(Root(pattern, 3), "K-1")
