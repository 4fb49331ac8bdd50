"""Search by number (F2): how the input is read, and which ranges it finds.

A range is found when any number inside it matches. Starting patterns are compared with the E.164
digits, "contains" patterns with the national form (leading 0).
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from dialtree.numbering.area_codes import COUNTRY_CODE, area_code_of
from dialtree.numbering.e164 import (
    MAX_E164_DIGITS,
    MAX_EXTENSION_DIGITS,
    compact,
    is_digits,
)
from dialtree.numbering.ranges import NumberPattern

MAX_NATIONAL_DIGITS = MAX_E164_DIGITS - len(COUNTRY_CODE) + 1
"""Of the national form: the country code goes, the 0 comes."""


class SearchKind(StrEnum):
    """Whether the digits are compared from the start or anywhere."""

    STARTS_WITH = "STARTS_WITH"
    CONTAINS = "CONTAINS"


@dataclass(frozen=True, slots=True)
class SearchPattern:
    """A search as it was read.

    `digits`: for STARTS_WITH the beginning of the E.164 digits ("4930" for 030), for CONTAINS the
    digits looked for in the national form. `display`: to tell people how it was read.
    """

    kind: SearchKind
    digits: str
    display: str


class UnreadableReason(StrEnum):
    """Why a search text finds nothing, by what would help."""

    NEEDS_PREFIX = "NEEDS_PREFIX"
    """Begins with a digit other than 0: begin with 0 or +49, or put * before it."""
    NOT_DIGITS = "NOT_DIGITS"
    """Holds something else than digits and separators, or a + or * that is not in front."""
    PLUS_AFTER_STAR = "PLUS_AFTER_STAR"
    """"Contains" looks in the national form, where no country code stands: leave out either."""
    NOT_GERMAN = "NOT_GERMAN"
    """A country code other than 49."""
    TOO_LONG = "TOO_LONG"
    """More digits than any number has."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A search text that could not be read, as it was typed."""

    reason: UnreadableReason
    text: str


def national(digits: str) -> str:
    """The form dialled inside Germany: "493023125" -> "03023125". `digits` E.164, no plus."""
    if not digits.startswith(COUNTRY_CODE):
        raise ValueError(f"not a German number: {digits!r}")
    return "0" + digits.removeprefix(COUNTRY_CODE)


def read_pattern(text: str) -> SearchPattern | Unreadable | None:
    """Read a search text; None where it asks for nothing (blank, or a * alone).

    An unfinished prefix ("0", "+", "+4", "004") is read as the beginning of every German number,
    so that a list filtered while typing does not flicker empty.
    """
    compacted = compact(text)
    if compacted in ("", "*"):
        return None
    if compacted.startswith("*"):
        return _read_contains(compacted[1:], text)
    if compacted.startswith("+"):
        dialled = compacted[1:]
    elif compacted.startswith("00"):
        dialled = compacted[2:]
    else:
        return _read_national(compacted, text)
    if dialled and not is_digits(dialled):
        return Unreadable(UnreadableReason.NOT_DIGITS, text)
    if COUNTRY_CODE.startswith(dialled):
        return _starts_with("", text)
    if not dialled.startswith(COUNTRY_CODE):
        return Unreadable(UnreadableReason.NOT_GERMAN, text)
    return _starts_with(dialled.removeprefix(COUNTRY_CODE).removeprefix("0"), text)


def _read_national(compacted: str, text: str) -> SearchPattern | Unreadable:
    if not is_digits(compacted):
        return Unreadable(UnreadableReason.NOT_DIGITS, text)
    if not compacted.startswith("0"):
        return Unreadable(UnreadableReason.NEEDS_PREFIX, text)
    return _starts_with(compacted[1:], text)


def _starts_with(rest: str, text: str) -> SearchPattern | Unreadable:
    digits = COUNTRY_CODE + rest
    if len(digits) > MAX_E164_DIGITS:
        return Unreadable(UnreadableReason.TOO_LONG, text)
    area = area_code_of(digits)
    written = f"0{rest}" if area is None else f"0{area} {rest.removeprefix(area)}"
    return SearchPattern(SearchKind.STARTS_WITH, digits, f"{written}…")


def _read_contains(wanted: str, text: str) -> SearchPattern | Unreadable:
    if wanted.startswith("+") and (is_digits(wanted[1:]) or wanted == "+"):
        return Unreadable(UnreadableReason.PLUS_AFTER_STAR, text)
    if not is_digits(wanted):
        return Unreadable(UnreadableReason.NOT_DIGITS, text)
    if len(wanted) > MAX_NATIONAL_DIGITS:
        return Unreadable(UnreadableReason.TOO_LONG, text)
    return SearchPattern(SearchKind.CONTAINS, wanted, f"*{wanted}")


def matches(pattern: SearchPattern, numbers: NumberPattern) -> bool:
    """Whether any number that `numbers` covers matches; exact, also for blocks sold in part."""
    if pattern.kind is SearchKind.STARTS_WITH:
        return numbers.covers_prefix(pattern.digits)
    return any(condition.holds(numbers) for condition in contains_conditions(pattern.digits))


class MatchPlace(StrEnum):
    """Where the digits looked for lie in a range."""

    FIXED = "FIXED"
    """Within the fixed digits: their national form contains `fixed`."""
    ACROSS = "ACROSS"
    """From the fixed digits into the open ones: their national form ends with `fixed`."""
    OPEN = "OPEN"
    """Within the open digits: the fixed ones do not matter (`fixed` is empty)."""


@dataclass(frozen=True, slots=True)
class ContainsCondition:
    """One way in which a range can contain the digits looked for.

    `place` says how `fixed` is compared with the fixed digits; besides, the range must have at
    least `min_open` open digits and, if `first_digit` is set, allow it as first.
    """

    place: MatchPlace
    fixed: str
    min_open: int
    first_digit: str | None

    def holds(self, numbers: NumberPattern) -> bool:
        """The same question for one range in memory."""
        if numbers.open_digits < self.min_open:
            return False
        if self.first_digit is not None and self.first_digit not in numbers.first_digits:
            return False
        if self.place is MatchPlace.FIXED:
            return self.fixed in national(numbers.digits)
        return self.place is MatchPlace.OPEN or national(numbers.digits).endswith(self.fixed)


@lru_cache(maxsize=1024)
def contains_conditions(wanted: str) -> tuple[ContainsCondition, ...]:
    """The ways to contain `wanted` (at least one digit); a range matches when one of them holds.

    Those that need more open digits than a range can have are left out.
    """
    if not is_digits(wanted):
        raise ValueError(f"digits expected: {wanted!r}")
    across = (
        ContainsCondition(MatchPlace.ACROSS, wanted[:cut], len(wanted) - cut, wanted[cut])
        for cut in range(1, len(wanted))
    )
    conditions = (
        ContainsCondition(MatchPlace.FIXED, wanted, 0, None),
        *across,
        ContainsCondition(MatchPlace.OPEN, "", len(wanted), wanted[0]),
        # One place further right the restriction of the first digit no longer matters.
        ContainsCondition(MatchPlace.OPEN, "", len(wanted) + 1, None),
    )
    return tuple(c for c in conditions if c.min_open <= MAX_EXTENSION_DIGITS)


PIECE_LENGTH = 3
MAX_PIECE_LENGTH = PIECE_LENGTH + 2


def pieces(digits: str, open_digits: int) -> list[str]:
    """The keys under which an index keeps a root with these fixed `digits` for "contains".

    Three digits in a row of the national form: "471"; and for each number of open digits that the
    root has at least, the end of the fixed ones with it: "10+1", "0+1", "+1". What one key finds is
    in order of digits in the index, so that a page of it is read and no more.
    """
    form = national(digits)
    inside = [form[at : at + PIECE_LENGTH] for at in range(len(form) - PIECE_LENGTH + 1)]
    ends = [form[len(form) - length :] for length in range(min(PIECE_LENGTH, len(form)) + 1)]
    across = [f"{end}+{reach}" for reach in range(1, open_digits + 1) for end in ends]
    return [*dict.fromkeys(inside), *across]


def piece_of(condition: ContainsCondition) -> str | None:
    """A key under which every root stands for which `condition` holds; others may, too. None where
    the digits looked for are too few: then most roots have them, and a walk finds them soon."""
    if condition.place is not MatchPlace.FIXED:
        # The last digits: numbers differ in them more than in their area codes.
        return f"{condition.fixed[-PIECE_LENGTH:]}+{condition.min_open}"
    return condition.fixed[-PIECE_LENGTH:] if len(condition.fixed) >= PIECE_LENGTH else None
