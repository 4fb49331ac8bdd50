"""Reading a file of site contracts and their numbers (N1, N2). Pure; knows no database.

The file is CSV with one row per number block or single number; the rows of one contract repeat
its address. Whether a row fits with what is stored and with the other rows: `import_plan`.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from dialtree.inventory.models import ContractStatus
from dialtree.numbering.area_codes import COUNTRY_CODE, area_code_of
from dialtree.numbering.display import display
from dialtree.numbering.e164 import (
    MAX_EXTENSION_DIGITS,
    BadNumber,
    NumberProblem,
    compact,
    parse_area_code,
    parse_number,
    parse_stem,
)
from dialtree.numbering.ranges import NumberPattern, parse_first_digits, root_pattern
from dialtree.refusals import FieldProblem, Invalid, Refusal, RefusalCode

T = TypeVar("T")

COLUMNS = (
    "contract",
    "street",
    "postcode",
    "town",
    "status",
    "start_date",
    "area_code",
    "stem",
    "extension_digits",
    "first_digits",
)
MAX_BYTES = 20_000_000
MAX_ROWS = 200_000
WIDTHS = {"contract": 50, "street": 200, "postcode": 10, "town": 100}
"""Characters the database keeps."""
SHOWN_CHARACTERS = 100
"""How much of a cell a problem repeats."""
WHOLE_FILE = "file"
"""Where a problem is not that of a column."""

_STATUSES = {
    "": ContractStatus.ACTIVE,
    "active": ContractStatus.ACTIVE,
    "aktiv": ContractStatus.ACTIVE,
    "ordered": ContractStatus.ORDERED,
    "bestellt": ContractStatus.ORDERED,
}
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_GERMAN_DAY = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})")


@dataclass(frozen=True, slots=True)
class Contract:
    """A site contract as a row describes it, or as it is stored."""

    number: str
    street: str
    postcode: str
    town: str
    status: ContractStatus = ContractStatus.ACTIVE
    start_date: date | None = None


@dataclass(frozen=True, slots=True)
class Root:
    """A number block or, without open digits, a single number."""

    pattern: NumberPattern
    area_length: int

    @property
    def extension_at(self) -> int | None:
        return len(self.pattern.digits) if self.pattern.open_digits else None

    def display(self) -> str:
        """National, as DIN 5008 writes it: 0221 4710-xxx."""
        digits, open_digits = self.pattern.digits, self.pattern.open_digits
        return display(
            digits, self.area_length, self.extension_at, open_digits, self.pattern.first_digits
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One row as far as it could be read. `line`: where it begins in the file, 1 the first."""

    line: int
    contract_number: str
    contract: Contract | None
    """None where one of its cells is bad."""
    root: Root | None
    """None where one of its cells is bad, and for a contract without numbers."""
    stem: str
    """The cell, to repeat it in a problem."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All rows, and what is wrong with their cells; a row with a problem is not to be imported."""

    rows: list[Row]
    problems: list[FieldProblem]


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, with or without byte order mark, else in Windows-1252.

    Raises Invalid: FILE_TOO_LARGE; FILE_NOT_TEXT where it can be neither.
    """
    if len(data) > MAX_BYTES:
        raise _unreadable(RefusalCode.FILE_TOO_LARGE, limit=MAX_BYTES)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable(RefusalCode.FILE_NOT_TEXT)


def read(text: str) -> Reading:
    """Reads every row and names everything that is wrong with its cells.

    Raises Invalid where the file as a whole cannot be read, so that nothing of it may be
    imported: FILE_TOO_LARGE, FILE_TOO_MANY_ROWS, FILE_NOT_TEXT, FILE_QUOTES_BROKEN, or a
    COLUMN_… refusal for each column that is wrong.
    """
    _check_text(text)
    records = _records(text.removeprefix("\ufeff"))
    header_line, header = next(records, (1, []))
    columns = _columns(header_line, header)
    rows: list[Row] = []
    problems: list[FieldProblem] = []
    for line, record in records:
        if len(rows) == MAX_ROWS:
            raise _unreadable(RefusalCode.FILE_TOO_MANY_ROWS, limit=MAX_ROWS)
        if len(record) > len(header) or any(record[len(columns) :]):
            # Its cells stand in the wrong columns: what they say would only mislead.
            row, found = Row(line, "", None, None, ""), [_too_wide(line, record, columns)]
        else:
            # Fewer cells are no fault: spreadsheets leave out empty ones at the end of a row.
            cells = {name: record[i] if i < len(record) else "" for name, i in columns.items()}
            row, found = _read_row(line, cells)
        rows.append(row)
        problems += found
    return Reading(rows, problems)


def shown(text: str) -> str:
    """The beginning of a cell, enough to recognise it."""
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def _unreadable(code: RefusalCode, line: int | None = None, **params: str | int) -> Invalid:
    return Invalid([FieldProblem(WHOLE_FILE, Refusal(code, params), line=line)])


def _check_text(text: str) -> None:
    if len(text) > MAX_BYTES:
        raise _unreadable(RefusalCode.FILE_TOO_LARGE, limit=MAX_BYTES)
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:  # half a character, which JSON can carry
        raise _unreadable(RefusalCode.FILE_NOT_TEXT) from error
    if size > MAX_BYTES:
        raise _unreadable(RefusalCode.FILE_TOO_LARGE, limit=MAX_BYTES)
    if (nul := text.find("\0")) >= 0:
        raise _unreadable(RefusalCode.FILE_NOT_TEXT, line=text.count("\n", 0, nul) + 1)


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line it begins in; cells may span lines."""
    lines = io.StringIO(text, newline="")
    header = next((line for line in lines if line.strip()), "")
    lines.seek(0)
    delimiter = ";" if header.count(";") >= header.count(",") else ","
    # Without strict a quotation mark never closed would swallow the rest of the file unnoticed.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _unreadable(RefusalCode.FILE_QUOTES_BROKEN, line=line) from error
        cells = [_clean(cell) for cell in record]
        if any(cells):
            yield line, cells


def _clean(cell: str) -> str:
    """Without the spaces and line breaks that do not matter, letters composed one way."""
    cell = " ".join(cell.split())
    return cell if cell.isascii() else unicodedata.normalize("NFC", cell)


def _columns(line: int, header: list[str]) -> dict[str, int]:
    """Where each column stands. Raises Invalid, naming every column that is wrong."""
    while header and not header[-1]:
        header = header[:-1]
    names = [name.lower() for name in header]
    problems = []
    for name, written in zip(names, header, strict=True):
        if name not in COLUMNS:
            params = {"value": shown(written), "expected": ", ".join(COLUMNS)}
            refusal = Refusal(RefusalCode.COLUMN_UNKNOWN, params)
            problems.append(FieldProblem(WHOLE_FILE, refusal, value=shown(written), line=line))
    for name in COLUMNS:
        if names.count(name) != 1:
            missing = name not in names
            code = RefusalCode.COLUMN_MISSING if missing else RefusalCode.COLUMN_NAMED_TWICE
            problems.append(FieldProblem(name, Refusal(code, {"column": name}), line=line))
    if problems:
        raise Invalid(problems)
    return {name: names.index(name) for name in COLUMNS}


def _too_wide(line: int, record: list[str], columns: Mapping[str, int]) -> FieldProblem:
    params = {"count": len(record), "limit": len(columns)}
    return FieldProblem(WHOLE_FILE, Refusal(RefusalCode.ROW_TOO_WIDE, params), line=line)


def _read_row(line: int, cells: Mapping[str, str]) -> tuple[Row, list[FieldProblem]]:
    reader = _RowReader(line, cells)
    contract = reader.contract()
    root = reader.root()
    return Row(line, cells["contract"], contract, root, cells["stem"]), reader.problems


@dataclass(slots=True)
class _RowReader:
    """Reads the cells of one row; what is bad becomes a problem and None."""

    line: int
    cells: Mapping[str, str]
    problems: list[FieldProblem] = field(default_factory=list)

    def contract(self) -> Contract | None:
        before = len(self.problems)
        number, street, postcode, town = (self._text(column) for column in WIDTHS)
        status = _STATUSES.get(self.cells["status"].lower())
        if status is None:
            self._not_understood("status", "ACTIVE, ORDERED")
        start_date = self._day("start_date")
        if status is ContractStatus.ORDERED and not self.cells["start_date"]:
            self._refuse("start_date", RefusalCode.VALUE_MISSING)
        if status is None or len(self.problems) > before:
            return None
        return Contract(number, street, postcode, town, status, start_date)

    def root(self) -> Root | None:
        """The numbers of the row (N1, N2); none where area code and stem are empty."""
        extension_cell, first_cell = self.cells["extension_digits"], self.cells["first_digits"]
        if not self.cells["area_code"] and not self.cells["stem"]:
            if extension_cell not in ("", "0") or first_cell:  # a block whose number was forgotten
                self._refuse("stem", RefusalCode.VALUE_MISSING)
            return None
        area_and_stem = self._area_and_stem()
        extension_digits = self._extension_digits()
        if extension_digits is None:
            return None
        first_digits = self._number(
            "first_digits", lambda: parse_first_digits(first_cell, extension_digits)
        )
        if area_and_stem is None or first_digits is None:
            return None
        area, stem = area_and_stem
        pattern = self._number(
            "stem", lambda: root_pattern(area, stem, extension_digits, first_digits)
        )
        return None if pattern is None else Root(pattern, len(area))

    def _area_and_stem(self) -> tuple[str, str] | None:
        area_cell, stem_cell = self.cells["area_code"], self.cells["stem"]
        if area_cell:
            area = self._number("area_code", lambda: parse_area_code(area_cell))
            if not stem_cell:
                self._refuse("stem", RefusalCode.VALUE_MISSING)
            if area is None or not stem_cell:
                return None
            stem = self._number("stem", lambda: parse_stem(stem_cell, area))
            return None if stem is None else (area, stem)
        if not compact(stem_cell).startswith(("0", "+")):
            self._refuse("area_code", RefusalCode.VALUE_MISSING)
            return None
        return self._number("stem", lambda: _divide(stem_cell))

    def _extension_digits(self) -> int | None:
        cell = self.cells["extension_digits"]
        if not cell:
            self._refuse("extension_digits", RefusalCode.VALUE_MISSING)
            return None
        if not re.fullmatch(r"[0-9]{1,3}", cell) or int(cell) > MAX_EXTENSION_DIGITS:
            self._refuse(
                "extension_digits",
                RefusalCode.EXTENSION_DIGITS_OUT_OF_RANGE,
                value=shown(cell),
                maximum=MAX_EXTENSION_DIGITS,
            )
            return None
        return int(cell)

    def _text(self, column: str) -> str:
        cell = self.cells[column]
        if not cell:
            self._refuse(column, RefusalCode.VALUE_MISSING)
        elif len(cell) > WIDTHS[column]:
            self._refuse(column, RefusalCode.VALUE_TOO_LONG, limit=WIDTHS[column])
        return cell

    def _day(self, column: str) -> date | None:
        cell = self.cells[column]
        if not cell:
            return None
        try:
            if iso := _ISO_DAY.fullmatch(cell):
                return date(*map(int, iso.groups()))
            if german := _GERMAN_DAY.fullmatch(cell):
                return date(*map(int, reversed(german.groups())))
        except ValueError:  # no such day
            pass
        self._not_understood(column, "2026-12-31, 31.12.2026")
        return None

    def _number(self, column: str, parse: Callable[[], T]) -> T | None:
        try:
            return parse()
        except BadNumber as bad:
            code = RefusalCode[bad.problem.name]
            self._refuse(column, code, value=shown(bad.value), **bad.params)
            return None

    def _not_understood(self, column: str, expected: str) -> None:
        self._refuse(
            column,
            RefusalCode.VALUE_NOT_UNDERSTOOD,
            value=shown(self.cells[column]),
            expected=expected,
        )

    def _refuse(self, column: str, code: RefusalCode, **params: str | int) -> None:
        value = shown(self.cells[column])
        self.problems.append(FieldProblem(column, Refusal(code, params), value, self.line))


def _divide(number: str) -> tuple[str, str]:
    """Area code without its 0 and stem of a whole number: "0221 4710" -> "221", "4710"."""
    digits = parse_number(number)
    area = area_code_of(digits)
    if area is None:
        raise BadNumber(NumberProblem.AREA_CODE_UNKNOWN, number)
    stem = digits.removeprefix(COUNTRY_CODE + area)
    if not stem or stem.startswith("0"):
        raise BadNumber(NumberProblem.STEM_INVALID, number)
    return area, stem
