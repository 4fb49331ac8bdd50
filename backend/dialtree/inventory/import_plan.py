"""What an import adds, and which rows do not fit with what is stored or with earlier rows (N3).

Pure. Rows are taken in the order of the file: one is bad where it could not be stored after the
good ones before it. Bad rows take no numbers, but the first row of a new contract fixes its
address for the later ones even if its numbers are bad.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date

from dialtree.inventory.importing import COLUMNS, Contract, Reading, Root, Row, shown
from dialtree.numbering.ranges import Conflict, NumberPattern, conflict
from dialtree.refusals import FieldProblem, Refusal, RefusalCode

NOT_GIVEN = "–"
"""How a refusal names a value that is not there."""


@dataclass(frozen=True, slots=True)
class TakenRoot:
    """A root that is stored, or stands in an earlier row, with its contract's number."""

    root: Root
    contract: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database knows of the contracts and numbers of a file.

    For each row that conflicts with stored roots there is at least one of these, in `roots` if it
    is the customer's own, else in `elsewhere`; more do no harm.
    """

    contracts: Mapping[str, Contract] = field(default_factory=dict)
    roots: Sequence[TakenRoot] = ()
    elsewhere: Sequence[Root] = ()


@dataclass(slots=True)
class Plan:
    """What is to be added, in the order of the file. `unchanged`: good rows that add nothing."""

    contracts: list[Contract] = field(default_factory=list)
    roots: list[TakenRoot] = field(default_factory=list)
    unchanged: int = 0
    problems: list[FieldProblem] = field(default_factory=list)


class TakenNumbers:
    """Finds what a root conflicts with (N3) by the length of a number, not by comparing all pairs.

    Each root stands for its stems: the digits of a single number, or those of a block with each of
    its first digits. Two roots conflict exactly where a stem of one begins with a stem of the
    other: either numbers of the same length coincide or the shorter hide the longer ones.
    """

    def __init__(self) -> None:
        self._by_stem: dict[str, TakenRoot] = {}
        self._beneath: dict[str, TakenRoot] = {}
        """The first root that has a longer stem with this beginning."""

    def add(self, taken: TakenRoot) -> None:
        pattern = taken.root.pattern
        for stem in stems(pattern):
            self._by_stem[stem] = taken
        for length in range(1, len(pattern.digits) + (pattern.open_digits > 0)):
            self._beneath.setdefault(pattern.digits[:length], taken)

    def conflicting(self, pattern: NumberPattern) -> TakenRoot | None:
        """One of the roots that conflict with `pattern`."""
        for length in range(1, len(pattern.digits) + 1):
            if taken := self._by_stem.get(pattern.digits[:length]):
                return taken
        for stem in stems(pattern):
            if taken := self._by_stem.get(stem) or self._beneath.get(stem):
                return taken
        return None


def stems(pattern: NumberPattern) -> list[str]:
    """What the numbers of a root begin with: the digits of the elements it has from the start."""
    if not pattern.open_digits:
        return [pattern.digits]
    return [pattern.digits + digit for digit in pattern.first_digits]


def plan(reading: Reading, stored: Stored) -> Plan:
    """Compares every row with what is stored and with the good rows before it.

    The problems are those of the reading and besides CONTRACT_CONTRADICTS, NUMBER_OVERLAPS,
    NUMBER_HIDES and NUMBER_IN_USE_ELSEWHERE, in the order of lines and columns.
    """
    return _Planner(stored).run(reading)


class _Planner:
    def __init__(self, stored: Stored) -> None:
        self._stored_contracts = stored.contracts
        self._stored_roots = {taken.root.pattern: taken.contract for taken in stored.roots}
        self._addresses = dict(stored.contracts)
        self._earlier = TakenNumbers()
        self._own = TakenNumbers()
        for taken in stored.roots:
            self._own.add(taken)
        self._elsewhere = TakenNumbers()
        for root in stored.elsewhere:
            self._elsewhere.add(TakenRoot(root, ""))

    def run(self, reading: Reading) -> Plan:
        result = Plan(problems=list(reading.problems))
        unreadable = {problem.line for problem in reading.problems}
        new_contracts: set[str] = set()
        for row in reading.rows:
            problems = [*self._contradictions(row), *self._conflicts(row)]
            result.problems += problems
            if problems or row.line in unreadable or row.contract is None:
                continue
            number = row.contract.number
            is_new = number not in self._stored_contracts and number not in new_contracts
            if is_new:
                new_contracts.add(number)
                result.contracts.append(row.contract)
            if row.root is not None:
                taken = TakenRoot(row.root, number)
                self._earlier.add(taken)
                if row.root.pattern not in self._stored_roots:
                    result.roots.append(taken)
                    continue
            result.unchanged += not is_new
        result.problems.sort(key=_place)
        return result

    def _contradictions(self, row: Row) -> Iterable[FieldProblem]:
        if row.contract is None:
            return
        known = self._addresses.setdefault(row.contract.number, row.contract)
        if known == row.contract:
            return
        for column in fields(Contract):
            mine, other = getattr(row.contract, column.name), getattr(known, column.name)
            if mine != other:
                params = {
                    "contract": row.contract.number,
                    "other": other if isinstance(other, date) else str(other or NOT_GIVEN),
                }
                refusal = Refusal(RefusalCode.CONTRACT_CONTRADICTS, params)
                value = "" if mine is None else str(mine)
                yield FieldProblem(column.name, refusal, value, row.line)

    def _conflicts(self, row: Row) -> Iterable[FieldProblem]:
        """At most one of the customer's own numbers is named, and that there are others'."""
        if row.root is None:
            return
        pattern = row.root.pattern
        other = self._earlier.conflicting(pattern)
        if other is None and not self._is_stored(row):
            other = self._own.conflicting(pattern)
        if other is not None:
            overlaps = conflict(pattern, other.root.pattern) is Conflict.OVERLAP
            yield FieldProblem(
                "stem",
                Refusal(
                    RefusalCode.NUMBER_OVERLAPS if overlaps else RefusalCode.NUMBER_HIDES,
                    {
                        "number": row.root.display(),
                        "other": other.root.display(),
                        "contract": other.contract,
                    },
                ),
                shown(row.stem),
                row.line,
            )
        if self._elsewhere.conflicting(pattern) is not None:
            params = {"number": row.root.display()}
            refusal = Refusal(RefusalCode.NUMBER_IN_USE_ELSEWHERE, params)
            yield FieldProblem("stem", refusal, shown(row.stem), row.line)

    def _is_stored(self, row: Row) -> bool:
        """Whether exactly these numbers are stored for this contract: nothing to do."""
        return (
            row.root is not None and self._stored_roots.get(row.root.pattern) == row.contract_number
        )


def _place(problem: FieldProblem) -> tuple[int, int]:
    column = COLUMNS.index(problem.field) if problem.field in COLUMNS else len(COLUMNS)
    return problem.line or 0, column
