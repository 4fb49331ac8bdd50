"""Reading a file of contracts: encodings, separators, columns, cells (N1, N2)."""

from datetime import date

import pytest

from dialtree.inventory.importing import (
    COLUMNS,
    MAX_BYTES,
    MAX_ROWS,
    WHOLE_FILE,
    Contract,
    Reading,
    Row,
    decode,
    read,
)
from dialtree.inventory.models import ContractStatus
from dialtree.language import Language
from dialtree.numbering.e164 import NumberProblem
from dialtree.numbering.ranges import NumberPattern
from dialtree.refusals import Invalid, RefusalCode
from tests.inventory.import_files import A_ROW, HEADER, row, single, table, told


def only(reading: Reading) -> Row:
    """The one row of a file without a fault."""
    assert reading.problems == []
    [found] = reading.rows
    return found


def pattern_of(text: str) -> NumberPattern:
    root = only(read(text)).root
    assert root is not None
    return root.pattern


def refused(text: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(text)
    return caught.value


class TestFile:
    def test_a_row_is_a_contract_with_a_block(self) -> None:
        found = only(read(table(row())))
        assert found.line == 2
        assert found.contract == Contract("K-1001", "Domkloster 4", "50667", "Köln")
        assert found.root is not None
        assert found.root.pattern == NumberPattern("492214710", 3)
        assert found.root.area_length == 3
        assert found.root.display() == "0221 4710-xxx"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
    def test_umlauts_survive_each_encoding(self, encoding: str) -> None:
        data = table(row(street="Große Straße 1", town="Köln")).encode(encoding)
        contract = only(read(decode(data))).contract
        assert contract is not None
        assert (contract.street, contract.town) == ("Große Straße 1", "Köln")

    def test_a_byte_order_mark_may_also_come_with_text(self) -> None:
        assert only(read("\ufeff" + table(row()))).line == 2

    def test_letters_are_composed_however_they_were_typed(self) -> None:
        contract = only(read(table(row(town="Ko\u0308ln")))).contract
        assert contract is not None
        assert contract.town == "Köln"

    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("separator", [";", ","])
    def test_separators_and_line_ends(self, separator: str, ending: str) -> None:
        text = table(row()).replace(";", separator).replace("\n", ending)
        assert only(read(text)) == only(read(table(row())))

    def test_separator_inside_quotation_marks(self) -> None:
        text = table(row(street='"Hof ""Zur Post""; Tor 3"'))
        contract = only(read(text)).contract
        assert contract is not None
        assert contract.street == 'Hof "Zur Post"; Tor 3'

    def test_columns_in_any_order_and_case(self) -> None:
        names = list(reversed(COLUMNS))
        text = "\n".join(
            [";".join(f" {name.upper()} " for name in names), ";".join(A_ROW[n] for n in names)]
        )
        assert only(read(text)) == only(read(table(row())))

    def test_lines_are_those_of_the_file(self) -> None:
        text = table(
            row(street='"Domkloster 4\nHinterhaus"'),
            "",
            ";;;;;;;;;",
            single("030", "2312501", contract="", street="Linden 1"),
        )
        reading = read("\n" + text)
        assert [found.line for found in reading.rows] == [3, 7]
        assert told(reading.problems) == [(7, "contract", RefusalCode.VALUE_MISSING)]
        contract = reading.rows[0].contract
        assert contract is not None
        assert contract.street == "Domkloster 4 Hinterhaus"

    def test_empty_cells_and_columns_at_the_end_do_not_matter(self) -> None:
        line = row()
        assert only(read(table(line.removesuffix(";")))) == only(read(table(line)))
        assert only(read(f"{HEADER};;\n{line};;\n")) == only(read(table(line)))

    def test_a_row_with_more_cells_than_columns(self) -> None:
        [problem] = read(table(row(), row(street="Hof; Tor 3"))).problems
        assert (problem.line, problem.field) == (3, WHOLE_FILE)
        assert problem.refusal.code == RefusalCode.ROW_TOO_WIDE
        assert problem.refusal.params == {"count": 11, "limit": 10}
        [problem] = read(f"{HEADER};\n{row()};surplus\n").problems
        assert (problem.line, problem.refusal.code) == (2, RefusalCode.ROW_TOO_WIDE)

    def test_a_file_of_the_header_alone_has_no_rows(self) -> None:
        assert read(table()) == Reading([], [])


class TestWholeFileRefused:
    def test_missing_unknown_and_repeated_columns_are_all_named(self) -> None:
        header = HEADER.replace("postcode", "Plz").replace("stem", "town")
        assert told(refused(f"{header}\n{row()}\n")) == [
            (1, WHOLE_FILE, RefusalCode.COLUMN_UNKNOWN),
            (1, "postcode", RefusalCode.COLUMN_MISSING),
            (1, "town", RefusalCode.COLUMN_NAMED_TWICE),
            (1, "stem", RefusalCode.COLUMN_MISSING),
        ]
        [unknown, *_] = refused(f"{header}\n").problems
        assert "“Plz”" in unknown.refusal.message(Language.EN)
        assert "first_digits" in unknown.refusal.message(Language.DE)

    def test_nothing_in_it(self) -> None:
        assert {code for _, _, code in told(refused(" \n\n"))} == {RefusalCode.COLUMN_MISSING}

    @pytest.mark.parametrize("street", ['"Domkloster 4', '"Dom"kloster'])
    def test_quotation_marks_that_do_not_match(self, street: str) -> None:
        text = table(row(), row(street=street), row(contract="K-2"))
        assert told(refused(text)) == [(3, WHOLE_FILE, RefusalCode.FILE_QUOTES_BROKEN)]

    @pytest.mark.parametrize("character", ["\0", "\ud800"])
    def test_characters_that_no_text_has(self, character: str) -> None:
        [(_, field, code)] = told(refused(table(row(town=f"K{character}ln"))))
        assert (field, code) == (WHOLE_FILE, RefusalCode.FILE_NOT_TEXT)

    @pytest.mark.parametrize("data", [b"PK\x03\x04\x8d\x81\x00", "x".encode("utf-16")])
    def test_files_that_are_no_text(self, data: bytes) -> None:
        with pytest.raises(Invalid) as caught:
            read(decode(data))
        [(_, _, code)] = told(caught.value)
        assert code == RefusalCode.FILE_NOT_TEXT

    def test_too_many_bytes(self) -> None:
        expected = [(None, WHOLE_FILE, RefusalCode.FILE_TOO_LARGE)]
        assert told(refused("ü" * (MAX_BYTES // 2 + 1))) == expected
        assert told(refused("u" * (MAX_BYTES + 1))) == expected
        with pytest.raises(Invalid) as caught:
            decode(b"x" * (MAX_BYTES + 1))
        assert told(caught.value) == expected

    def test_too_many_rows(self) -> None:
        text = table(*["K;s;5;t"] * MAX_ROWS)
        assert len(read(text).rows) == MAX_ROWS
        expected = [(None, WHOLE_FILE, RefusalCode.FILE_TOO_MANY_ROWS)]
        assert told(refused(text + "K;s;5;t\n")) == expected


class TestContractCells:
    @pytest.mark.parametrize("column", ["contract", "street", "postcode", "town"])
    def test_required(self, column: str) -> None:
        reading = read(table(row(**{column: "  "})))
        assert told(reading.problems) == [(2, column, RefusalCode.VALUE_MISSING)]
        assert reading.rows[0].contract is None

    @pytest.mark.parametrize(
        ("column", "limit"), [("contract", 50), ("street", 200), ("postcode", 10), ("town", 100)]
    )
    def test_at_most_as_long_as_can_be_kept(self, column: str, limit: int) -> None:
        assert read(table(row(**{column: "x" * limit}))).problems == []
        [problem] = read(table(row(**{column: "x" * (limit + 1)}))).problems
        assert (problem.field, problem.refusal.code) == (column, RefusalCode.VALUE_TOO_LONG)
        assert problem.refusal.params == {"limit": limit}

    @pytest.mark.parametrize(
        ("cell", "status"),
        [
            ("", ContractStatus.ACTIVE),
            ("active", ContractStatus.ACTIVE),
            ("AKTIV", ContractStatus.ACTIVE),
            ("Ordered", ContractStatus.ORDERED),
            ("bestellt", ContractStatus.ORDERED),
        ],
    )
    def test_status(self, cell: str, status: ContractStatus) -> None:
        contract = only(read(table(row(status=cell, start_date="2027-01-01")))).contract
        assert contract is not None
        assert contract.status == status

    def test_unknown_status(self) -> None:
        [problem] = read(table(row(status="GEKÜNDIGT"))).problems
        assert (problem.field, problem.value) == ("status", "GEKÜNDIGT")
        assert problem.refusal.code == RefusalCode.VALUE_NOT_UNDERSTOOD

    @pytest.mark.parametrize("cell", ["2026-12-31", "31.12.2026", "31. 12. 2026"])
    def test_start_date(self, cell: str) -> None:
        contract = only(read(table(row(status="ORDERED", start_date=cell)))).contract
        assert contract is not None
        assert contract.start_date == date(2026, 12, 31)

    @pytest.mark.parametrize("cell", ["2026-02-30", "31.12.26", "20261231", "12/31/2026", "bald"])
    def test_start_date_that_is_no_day(self, cell: str) -> None:
        problems = read(table(row(status="ORDERED", start_date=cell))).problems
        assert told(problems) == [(2, "start_date", RefusalCode.VALUE_NOT_UNDERSTOOD)]

    def test_an_ordered_contract_needs_a_start_date(self) -> None:
        problems = read(table(row(status="ORDERED"))).problems
        assert told(problems) == [(2, "start_date", RefusalCode.VALUE_MISSING)]


class TestNumberCells:
    @pytest.mark.parametrize("area_code", ["0221", "221", "(0221)", "+49 221", "0049221"])
    @pytest.mark.parametrize("stem", ["4710", "47 10", "0221 4710", "+49 221 4710", "0221/4710-"])
    def test_ways_to_write_a_block(self, area_code: str, stem: str) -> None:
        text = table(row(area_code=area_code, stem=stem))
        assert pattern_of(text) == NumberPattern("492214710", 3)

    @pytest.mark.parametrize("stem", ["0221 4710", "+49 (0) 221 4710", "(0221) 4710"])
    def test_the_whole_number_as_stem_needs_no_area_code(self, stem: str) -> None:
        found = only(read(table(row(area_code="", stem=stem))))
        assert found.root is not None
        assert found.root.pattern == NumberPattern("492214710", 3)
        assert found.root.area_length == 3

    def test_single_number(self) -> None:
        found = only(read(table(single("040", "66969123"))))
        assert found.root is not None
        assert found.root.pattern == NumberPattern("494066969123", 0)
        assert found.root.display() == "040 66969123"

    @pytest.mark.parametrize(
        ("cell", "extension_digits", "digits"),
        [("3-5", "2", "345"), ("345", "2", "345"), ("3x-5x", "2", "345"), ("5x-9x", "2", "56789")],
    )
    def test_blocks_of_30_and_50_numbers(
        self, cell: str, extension_digits: str, digits: str
    ) -> None:
        text = table(row(extension_digits=extension_digits, first_digits=cell))
        assert pattern_of(text) == NumberPattern("492214710", 2, digits)
        assert pattern_of(text).size == len(digits) * 10

    @pytest.mark.parametrize("extension_digits", ["", "0"])
    def test_contract_without_numbers(self, extension_digits: str) -> None:
        line = row(area_code="", stem="", extension_digits=extension_digits)
        found = only(read(table(line)))
        assert found.contract is not None
        assert found.root is None

    @pytest.mark.parametrize("cells", [{"extension_digits": "3"}, {"first_digits": "3-5"}])
    def test_a_block_without_its_number_is_not_passed_over(self, cells: dict[str, str]) -> None:
        line = row(**{"area_code": "", "stem": "", "extension_digits": "", **cells})
        assert told(read(table(line)).problems) == [(2, "stem", RefusalCode.VALUE_MISSING)]

    @pytest.mark.parametrize(
        ("cells", "column", "code"),
        [
            ({"area_code": "0221x"}, "area_code", RefusalCode.NUMBER_NOT_UNDERSTOOD),
            ({"area_code": "+43 1"}, "area_code", RefusalCode.NUMBER_NOT_GERMAN),
            ({"area_code": "0200"}, "area_code", RefusalCode.AREA_CODE_UNKNOWN),
            ({"area_code": ""}, "area_code", RefusalCode.VALUE_MISSING),
            ({"stem": ""}, "stem", RefusalCode.VALUE_MISSING),
            ({"stem": "47a"}, "stem", RefusalCode.STEM_INVALID),
            ({"stem": "030 23125"}, "stem", RefusalCode.STEM_INVALID),
            ({"stem": "+43 1 4710"}, "stem", RefusalCode.NUMBER_NOT_GERMAN),
            ({"stem": "4710471047"}, "stem", RefusalCode.NUMBER_TOO_LONG),
            ({"area_code": "", "stem": "+43 1 4710"}, "stem", RefusalCode.NUMBER_NOT_GERMAN),
            ({"area_code": "", "stem": "0221 47x"}, "stem", RefusalCode.NUMBER_NOT_UNDERSTOOD),
            ({"area_code": "", "stem": "0221"}, "stem", RefusalCode.STEM_INVALID),
            ({"area_code": "", "stem": "0200 12345"}, "stem", RefusalCode.AREA_CODE_UNKNOWN),
            ({"extension_digits": ""}, "extension_digits", RefusalCode.VALUE_MISSING),
            *(
                (
                    {"extension_digits": cell},
                    "extension_digits",
                    RefusalCode.EXTENSION_DIGITS_OUT_OF_RANGE,
                )
                for cell in ("8", "-1", "drei", "9" * 5000)
            ),
            ({"first_digits": "5-3"}, "first_digits", RefusalCode.FIRST_DIGITS_INVALID),
            ({"first_digits": "3x-5x"}, "first_digits", RefusalCode.FIRST_DIGITS_INVALID),
            (
                {"extension_digits": "0", "first_digits": "3"},
                "first_digits",
                RefusalCode.FIRST_DIGITS_INVALID,
            ),
        ],
    )
    def test_refusals(self, cells: dict[str, str], column: str, code: RefusalCode) -> None:
        reading = read(table(row(**cells)))
        assert told(reading.problems) == [(2, column, code)]
        assert reading.rows[0].root is None
        for language in Language:
            assert "{" not in reading.problems[0].refusal.message(language)

    def test_too_long_numbers_say_how_long(self) -> None:
        [problem] = read(table(row(stem="4710471047"))).problems
        assert "18" in problem.refusal.message(Language.DE)
        assert "15" in problem.refusal.message(Language.DE)

    def test_all_problems_of_a_row_are_told(self) -> None:
        text = table(
            row(street="", status="?", area_code="0200", extension_digits="9", first_digits="q")
        )
        assert told(read(text).problems) == [
            (2, "street", RefusalCode.VALUE_MISSING),
            (2, "status", RefusalCode.VALUE_NOT_UNDERSTOOD),
            (2, "area_code", RefusalCode.AREA_CODE_UNKNOWN),
            (2, "extension_digits", RefusalCode.EXTENSION_DIGITS_OUT_OF_RANGE),
        ]

    def test_a_long_cell_is_not_repeated_in_full(self) -> None:
        [problem] = read(table(row(area_code="x" * 5000))).problems
        assert problem.value is not None
        assert len(problem.value) < 200
        assert len(problem.refusal.message(Language.EN)) < 300

    def test_every_problem_of_numbering_has_its_refusal(self) -> None:
        for problem in NumberProblem:
            assert RefusalCode[problem.name]
