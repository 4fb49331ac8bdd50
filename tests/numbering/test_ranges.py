"""N2, N3: ranges as fixed and open digits, their levels, and when two exclude each other."""

from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dialtree.numbering.e164 import BadNumber, NumberProblem
from dialtree.numbering.ranges import (
    ALL_DIGITS,
    Conflict,
    NumberPattern,
    conflict,
    next_prefix,
    parse_first_digits,
    root_pattern,
)

# Few different digits, so that drawn patterns often meet each other.
few_digits = st.text("01", min_size=1, max_size=3).map(lambda tail: "49" + tail)
some_first = st.sampled_from([ALL_DIGITS, "0", "1", "01", "129", "23456789"])
small_patterns = st.builds(NumberPattern, few_digits, st.integers(0, 3), some_first)


def numbers_of(pattern: NumberPattern) -> list[str]:
    """Every covered number, by counting."""
    if pattern.open_digits == 0:
        return [pattern.digits]
    rest = product(ALL_DIGITS, repeat=pattern.open_digits - 1)
    tails = ["".join(digits) for digits in rest]
    return [pattern.digits + d + tail for d in pattern.first_digits for tail in tails]


def test_n2_block_has_ten_ranges_of_the_first_level():
    block = NumberPattern("493023125", 3)
    assert [c.digits for c in block.children()] == [f"493023125{d}" for d in range(10)]
    assert {c.open_digits for c in block.children()} == {2}
    assert (block.size, block.first, block.last) == (1000, "493023125000", "493023125999")


def test_n2_block_sold_in_part_has_only_those_ranges():
    block = NumberPattern("493023125", 2, "345")
    assert [c.digits for c in block.children()] == ["4930231253", "4930231254", "4930231255"]
    assert {c.first_digits for c in block.children()} == {ALL_DIGITS}
    assert (block.size, block.first, block.last) == (30, "49302312530", "49302312559")
    assert block.contains("49302312540")
    assert not block.contains("49302312560")


def test_n2_single_number_covers_itself_and_has_no_ranges():
    single = NumberPattern("4930231250", 0)
    assert (single.size, single.first, single.last) == (1, "4930231250", "4930231250")
    assert single.children() == []
    assert single.contains("4930231250")
    assert not single.contains("49302312500")


@given(small_patterns)
def test_n2_size_first_last_and_contains_are_those_of_the_covered_numbers(pattern):
    numbers = numbers_of(pattern)
    assert pattern.size == len(numbers)
    assert (pattern.first, pattern.last) == (min(numbers), max(numbers))
    assert {len(n) for n in numbers} == {pattern.length}
    assert all(pattern.contains(n) for n in numbers)


@given(small_patterns, st.text("0129", min_size=1, max_size=6))
def test_n2_contains_nothing_else(pattern, tail):
    assert pattern.contains("49" + tail) == ("49" + tail in numbers_of(pattern))


@given(small_patterns)
def test_n2_children_tile_their_parent(pattern):
    assume(pattern.open_digits)
    tiled = [n for child in pattern.children() for n in numbers_of(child)]
    assert tiled == numbers_of(pattern)


@pytest.mark.parametrize(
    "arguments",
    [("", 1), ("49a", 1), ("4930", -1), ("4930", 8), ("4930", 2, "53"), ("4930", 2, "33"),
     ("4930", 2, "")],
)  # fmt: skip
def test_n2_impossible_patterns_cannot_be_built(arguments):
    with pytest.raises(ValueError, match=r"fixed digits|open digits|first digits"):
        NumberPattern(*arguments)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (("493023125", 3), ("493023125", 3), Conflict.OVERLAP),
        (("493023125", 3), ("4930231253", 2), Conflict.OVERLAP),
        (("493023125", 2, "345"), ("493023125", 2, "6789"), None),
        (("493023125", 2, "345"), ("493023125", 2, "56"), Conflict.OVERLAP),
        (("493023125", 2, "345"), ("49302312562", 0), None),
        (("493023125", 0), ("493023125", 3), Conflict.HIDES),
        (("4930231250", 0), ("49302312500", 0), Conflict.HIDES),
        (("493023125", 2), ("493023125", 3), Conflict.HIDES),
        (("493023125", 2, "345"), ("493023125", 3, "6789"), None),
        (("493023125", 2, "345"), ("493023125", 3, "5"), Conflict.HIDES),
        (("493023125", 3), ("493023126", 3), None),
    ],
)
def test_n3_conflicts(a, b, expected):
    assert conflict(NumberPattern(*a), NumberPattern(*b)) is expected


@given(small_patterns, small_patterns)
def test_n3_conflict_is_symmetric_and_that_of_the_covered_numbers(a, b):
    found = conflict(a, b)
    assert conflict(b, a) is found
    in_a, in_b = set(numbers_of(a)), set(numbers_of(b))

    def hides(shorter: set[str], longer: set[str]) -> bool:
        return any(n[:cut] in shorter for n in longer for cut in range(1, len(n)))

    if in_a & in_b:
        assert found is Conflict.OVERLAP
    elif hides(in_a, in_b) or hides(in_b, in_a):
        assert found is Conflict.HIDES
    else:
        assert found is None


@given(st.text(ALL_DIGITS, min_size=1, max_size=5), st.text(ALL_DIGITS, max_size=7))
def test_f2_half_open_range_selects_exactly_what_begins_with_the_prefix(prefix, digits):
    assert (prefix <= digits < next_prefix(prefix)) == digits.startswith(prefix)
    assert prefix <= prefix + digits < next_prefix(prefix)


def test_f2_next_prefix_after_nine_is_still_above_all_its_numbers():
    assert next_prefix("30") == "31"
    assert next_prefix("39") == "3:"
    with pytest.raises(ValueError, match="no upper bound"):
        next_prefix("")


@pytest.mark.parametrize(
    ("text", "extension_digits", "expected"),
    [
        ("", 3, ALL_DIGITS),
        ("  ", 0, ALL_DIGITS),
        ("345", 2, "345"),
        ("543", 2, "345"),
        ("3-5", 2, "345"),
        ("3 \u2013 5", 2, "345"),
        ("3x-5x", 2, "345"),
        ("5X-9X", 2, "56789"),
        ("3xx-5xx", 3, "345"),
        ("3,4,5", 2, "345"),
        ("3, 4; 5", 2, "345"),
        ("3 4 5", 2, "345"),
        ("3x, 7x-9x", 2, "3789"),
        ("3,3,3-4", 2, "34"),
        ("7", 1, "7"),
        ("0-9", 1, ALL_DIGITS),
    ],
)
def test_n2_first_digits_are_read_however_they_are_written(text, extension_digits, expected):
    assert parse_first_digits(text, extension_digits) == expected


@pytest.mark.parametrize(
    ("text", "extension_digits"),
    [("abc", 2), ("5-3", 2), ("3-", 2), ("-", 2), ("3,,4", 2), ("3x-5", 2), ("3x", 3), ("34x", 2),
     ("30-59", 2), ("3", 0), ("0-9", 0), ("²", 2)],
)  # fmt: skip
def test_n2_first_digits_that_say_something_else_are_refused(text, extension_digits):
    with pytest.raises(BadNumber) as caught:
        parse_first_digits(text, extension_digits)
    assert caught.value.problem is NumberProblem.FIRST_DIGITS_INVALID
    assert caught.value.params == {"extension_digits": extension_digits}


@given(st.sets(st.sampled_from(ALL_DIGITS), min_size=1), st.integers(1, 7))
def test_n2_first_digits_round_trip(digits, extension_digits):
    expected = "".join(sorted(digits))
    assert parse_first_digits(expected, extension_digits) == expected
    assert parse_first_digits(",".join(digits), extension_digits) == expected


def test_n1_root_is_built_from_its_parts():
    assert root_pattern("221", "4710", 2, "345") == NumberPattern("492214710", 2, "345")
    assert root_pattern("221", "4710123", 0) == NumberPattern("492214710123", 0)


def test_n1_root_over_fifteen_digits_is_refused_open_digits_counted():
    assert root_pattern("221", "4" * 7, 3).length == 15
    with pytest.raises(BadNumber) as caught:
        root_pattern("221", "4" * 8, 3)
    assert caught.value.problem is NumberProblem.NUMBER_TOO_LONG
    assert caught.value.params == {"digits": 16, "maximum": 15}


@pytest.mark.parametrize("extension_digits", [-1, 8])
def test_n1_extension_digits_out_of_range_are_refused(extension_digits):
    for call in (
        lambda: root_pattern("221", "4710", extension_digits),
        lambda: parse_first_digits("", extension_digits),
    ):
        with pytest.raises(BadNumber) as caught:
            call()
        assert caught.value.problem is NumberProblem.EXTENSION_DIGITS_OUT_OF_RANGE
        assert caught.value.params["maximum"] == 7
