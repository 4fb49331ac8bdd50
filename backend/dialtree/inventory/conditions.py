"""What searches look for, as conditions of statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tortoise.expressions import Q

from dialtree.accounts.principal import Principal
from dialtree.inventory.models import RangeState
from dialtree.numbering.ranges import next_prefix
from dialtree.numbering.search import (
    ContainsCondition,
    MatchPlace,
    SearchKind,
    SearchPattern,
    contains_conditions,
    piece_of,
)

MIN_ROOT_DIGITS = 5
"""Country code, the shortest area code and one digit."""

Place = tuple[str, int]
"""Digits and id: where a root or an element stands in the list."""
START: Place = ("", 0)


@dataclass(slots=True)
class Statement:
    """Values of a statement that is put together."""

    values: list[object] = field(default_factory=list)

    def put(self, value: object) -> str:
        self.values.append(value)
        return f"${len(self.values)}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What roots and elements are looked for. `site_key`: the beginning of a folded text."""

    principal: Principal
    number: SearchPattern | None = None
    site_key: str | None = None
    state: RangeState | None = None

    @property
    def conditions(self) -> tuple[ContainsCondition, ...]:
        """The ways to match, for "contains"."""
        if self.number is None or self.number.kind != SearchKind.CONTAINS:
            return ()
        return contains_conditions(self.number.digits)

    @property
    def has_pieces(self) -> bool:
        """Whether the index of pieces answers it."""
        return bool(self.conditions) and all(piece_of(c) for c in self.conditions)


def holds(sql: Statement, condition: ContainsCondition, row: str) -> str:
    """`ContainsCondition.holds` for the rows of `row`."""
    parts = []
    if condition.place != MatchPlace.OPEN:
        parts.append(fixed_digits(sql, condition, row))
    if condition.min_open:
        parts.append(f"{row}.open_digits >= {condition.min_open}")
    if condition.first_digit is not None:
        parts.append(first_digit(sql, condition.first_digit, row))
    return " AND ".join(parts)


def fixed_digits(sql: Statement, condition: ContainsCondition, row: str) -> str:
    """Whether the fixed digits contain or end with those of the condition."""
    end = "%" if condition.place == MatchPlace.FIXED else ""
    return f"'0' || substr({row}.digits, 3) LIKE {sql.put(f'%{condition.fixed}{end}')}"


def first_digit(sql: Statement, digit: str, row: str) -> str:
    return f"{row}.first_digits LIKE {sql.put(f'%{digit}%')}"


def holds_any(sql: Statement, conditions: Sequence[ContainsCondition], row: str) -> str:
    # Those about open digits stand last; they are asked fastest, and hold for most roots.
    return "(" + " OR ".join(f"({holds(sql, c, row)})" for c in reversed(conditions)) + ")"


def begins(sql: Statement, digits: str, row: str) -> str:
    """Whether `row` stands among the numbers that begin with `digits`."""
    low, high = sql.put(digits), sql.put(next_prefix(digits))
    return f"{row}.digits >= {low} AND {row}.digits < {high}"


def matches(sql: Statement, wanted: Wanted, row: str) -> str:
    """Whether the number looked for stands in `row`."""
    if wanted.number is None:
        return "TRUE"
    if wanted.conditions:
        return holds_any(sql, wanted.conditions, row)
    digits = wanted.number.digits
    inside = f"({begins(sql, digits, row)})"
    reaching = [
        f"({row}.digits = {sql.put(digits[:length])} "
        f"AND {row}.open_digits >= {len(digits) - length} "
        f"AND {first_digit(sql, digits[length], row)})"
        for length in range(MIN_ROOT_DIGITS, len(digits))
    ]
    return "(" + " OR ".join([inside, *reaching]) + ")"


def contains_state(state: RangeState | None, row: str) -> str:
    """Whether `row` contains numbers of this state."""
    if state == RangeState.FREE:
        return f"{row}.free_count > 0"
    if state == RangeState.ASSIGNED:
        return f"{row}.assigned_count > 0"
    return f"{row}.state = 'SPLIT'" if state == RangeState.SPLIT else "TRUE"


def at_sites(sql: Statement, wanted: Wanted, contract: str) -> str:
    """Whether the `contract` of a row is at the sites looked for, asked row by row: PostgreSQL
    would make a join of EXISTS, and might then begin with all contracts there are. It takes `<>`
    for nearly always true, but `<` for seldom, and would then read all rows and sort them."""
    if wanted.site_key is None:
        return "TRUE"
    low, high = sql.put(wanted.site_key), sql.put(next_prefix(wanted.site_key))
    return (
        f"(SELECT 1 FROM site_key WHERE site_key.contract_id = {contract} "  # noqa: S608
        f"AND site_key.key >= {low} AND site_key.key < {high} LIMIT 1) <> 0"
    )


def behind(sql: Statement, after: Place, digits: str, id_: str) -> str:
    if after == START:
        return "TRUE"
    at, place = sql.put(after[0]), sql.put(after[1])
    return f"{digits} >= {at} AND ({digits} > {at} OR {id_} > {place})"


def beginning(column: str, key: str, length: int) -> Q:
    """Rows whose `column`, of at most `length` characters, begins with `key`; for the ORM."""
    if len(key) > length:
        return Q(id__in=[])
    bounds: dict[str, Any] = {f"{column}__gte": key, f"{column}__lt": next_prefix(key)}
    return Q(**bounds)
