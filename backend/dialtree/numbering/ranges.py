"""Ranges of numbers as fixed digits plus open digits, and when two of them conflict (N2, N3)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from dialtree.numbering.area_codes import COUNTRY_CODE
from dialtree.numbering.e164 import (
    MAX_EXTENSION_DIGITS,
    BadNumber,
    NumberProblem,
    check_length,
    is_digits,
)

ALL_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """All numbers that begin with `digits` (E.164, no plus) and have `open_digits` more digits.

    `first_digits`: what the first open digit may be, ascending without repetition; other than all
    ten only for a block sold in part (N2). Without open digits it means nothing.
    """

    digits: str
    open_digits: int
    first_digits: str = ALL_DIGITS

    def __post_init__(self) -> None:
        if not is_digits(self.digits):
            raise ValueError(f"fixed digits must be digits: {self.digits!r}")
        if not 0 <= self.open_digits <= MAX_EXTENSION_DIGITS:
            raise ValueError(f"open digits out of range: {self.open_digits}")
        # The common value first: patterns are built for every row of a list.
        if self.first_digits != ALL_DIGITS and (
            not is_digits(self.first_digits)
            or "".join(sorted(set(self.first_digits))) != self.first_digits
        ):
            raise ValueError(f"first digits must be ascending: {self.first_digits!r}")

    @property
    def length(self) -> int:
        """Digits of each covered number, country code included."""
        return len(self.digits) + self.open_digits

    @property
    def size(self) -> int:
        """How many numbers are covered."""
        if self.open_digits == 0:
            return 1
        return int(len(self.first_digits) * 10 ** (self.open_digits - 1))

    @property
    def first(self) -> str:
        """The smallest covered number, E.164 digits."""
        if self.open_digits == 0:
            return self.digits
        return self.digits + self.first_digits[0] + "0" * (self.open_digits - 1)

    @property
    def last(self) -> str:
        """The largest covered number, E.164 digits."""
        if self.open_digits == 0:
            return self.digits
        return self.digits + self.first_digits[-1] + "9" * (self.open_digits - 1)

    def children(self) -> "list[NumberPattern]":
        """The next level, one range per first digit in ascending order; none without open digit."""
        if self.open_digits == 0:
            return []
        return [
            NumberPattern(self.digits + digit, self.open_digits - 1) for digit in self.first_digits
        ]

    def contains(self, number: str) -> bool:
        """Whether the complete E.164 `number` is one of the covered numbers."""
        return is_digits(number) and len(number) == self.length and self.covers_prefix(number)

    def covers_prefix(self, digits: str) -> bool:
        """Whether some covered number begins with `digits` (E.164, may be a whole number)."""
        fixed = len(self.digits)
        if len(digits) <= fixed:
            return self.digits.startswith(digits)
        return (
            len(digits) <= self.length
            and digits.startswith(self.digits)
            and digits[fixed] in self.first_digits
        )


class Conflict(StrEnum):
    """Why two ranges cannot both exist (N3)."""

    OVERLAP = "OVERLAP"
    """Some number stands in both."""
    HIDES = "HIDES"
    """Some number of one is the beginning of a number of the other, which it hides when dialled."""


def conflict(a: NumberPattern, b: NumberPattern) -> Conflict | None:
    """How `a` and `b` conflict under N3; None if both may exist. Symmetric and exact."""
    shorter, longer = (a, b) if a.length <= b.length else (b, a)
    if not _share_a_number(shorter, _beginnings(longer, shorter.length)):
        return None
    return Conflict.OVERLAP if a.length == b.length else Conflict.HIDES


def _beginnings(pattern: NumberPattern, length: int) -> NumberPattern:
    """The first `length` digits of all its numbers."""
    fixed = pattern.digits[:length]
    return NumberPattern(fixed, length - len(fixed), pattern.first_digits)


def _share_a_number(a: NumberPattern, b: NumberPattern) -> bool:
    """Whether two patterns of equal length have a number in common."""
    if len(a.digits) > len(b.digits):
        a, b = b, a
    if a.digits == b.digits and a.open_digits:
        return not set(a.first_digits).isdisjoint(b.first_digits)
    return a.covers_prefix(b.digits)


def next_prefix(prefix: str) -> str:
    """Upper bound, itself excluded, of the strings beginning with `prefix`, in code point order.

    `>= prefix AND < next_prefix(prefix)` selects exactly them (PostgreSQL: COLLATE "C"), also for
    the keys of `sites`. "39" gives "3:", the character after 9.
    """
    if not prefix:
        raise ValueError("every string begins with the empty prefix: there is no upper bound")
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def root_pattern(
    area_code: str, stem: str, extension_digits: int, first_digits: str = ALL_DIGITS
) -> NumberPattern:
    """The pattern of a block or, with 0 extension digits, of a single number.

    Parts as `parse_area_code`, `parse_stem` and `parse_first_digits` give them.
    BadNumber: EXTENSION_DIGITS_OUT_OF_RANGE, NUMBER_TOO_LONG.
    """
    _check_extension_digits(extension_digits)
    digits = COUNTRY_CODE + area_code + stem
    check_length(digits, f"0{area_code} {stem}", extension_digits)
    return NumberPattern(digits, extension_digits, first_digits)


def _check_extension_digits(extension_digits: int) -> None:
    if not 0 <= extension_digits <= MAX_EXTENSION_DIGITS:
        raise BadNumber(
            NumberProblem.EXTENSION_DIGITS_OUT_OF_RANGE,
            str(extension_digits),
            extension_digits=extension_digits,
            minimum=0,
            maximum=MAX_EXTENSION_DIGITS,
        )


_DIGIT = r"([0-9])(x*)"
_SPAN = re.compile(rf"{_DIGIT}-{_DIGIT}", re.ASCII)
_LIST = re.compile(r"([0-9]+)(x*)", re.ASCII)


def parse_first_digits(text: str, extension_digits: int) -> str:
    """The first digits a block was sold with (N2): "3-5", "3x-5x", "345" or "3,4,5" -> "345".

    Empty means all ten. Where the open digits are written as x they must be as many as there are:
    "3x" in a block of 3 extension digits means something else than 3xx.
    BadNumber: FIRST_DIGITS_INVALID (also for a single number, which has none),
    EXTENSION_DIGITS_OUT_OF_RANGE.
    """
    _check_extension_digits(extension_digits)
    plain = re.sub(r"\s*[-\u2010-\u2015\u2212]\s*", "-", text.strip().lower())
    if not plain:
        return ALL_DIGITS
    bad = BadNumber(NumberProblem.FIRST_DIGITS_INVALID, text, extension_digits=extension_digits)
    if extension_digits == 0:
        raise bad
    allowed_xs = ("", "x" * (extension_digits - 1))
    found: set[str] = set()
    for part in re.split(r"\s*[,;]\s*|\s+", plain):
        if span := _SPAN.fullmatch(part):
            low, low_xs, high, high_xs = span.groups()
            if low > high or low_xs != high_xs or low_xs not in allowed_xs:
                raise bad
            found.update(ALL_DIGITS[int(low) : int(high) + 1])
        elif listed := _LIST.fullmatch(part):
            digits, xs = listed.groups()
            if xs not in allowed_xs or (xs and len(digits) > 1):
                raise bad
            found.update(digits)
        else:
            raise bad
    return "".join(sorted(found))
