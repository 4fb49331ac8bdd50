"""Files to import, put together from the cells that matter to a test."""

from collections.abc import Iterable

from dialtree.inventory.importing import COLUMNS
from dialtree.refusals import FieldProblem, Invalid, RefusalCode

HEADER = ";".join(COLUMNS)

A_ROW = {
    "contract": "K-1001",
    "street": "Domkloster 4",
    "postcode": "50667",
    "town": "Köln",
    "status": "ACTIVE",
    "start_date": "",
    "area_code": "0221",
    "stem": "4710",
    "extension_digits": "3",
    "first_digits": "",
}


def row(**cells: str) -> str:
    """One line of the file: the block 0221 4710-xxx of the contract K-1001, with other `cells`."""
    assert set(cells) <= set(A_ROW)
    return ";".join((A_ROW | cells).values())


def single(area_code: str, number: str, **cells: str) -> str:
    return row(area_code=area_code, stem=number, extension_digits="0", **cells)


def table(*rows: str) -> str:
    """The first row stands in line 2."""
    return "\n".join((HEADER, *rows)) + "\n"


def told(problems: Iterable[FieldProblem] | Invalid) -> list[tuple[int | None, str, RefusalCode]]:
    """Where and what each problem is."""
    found = problems.problems if isinstance(problems, Invalid) else problems
    return [(problem.line, problem.field, problem.refusal.code) for problem in found]
