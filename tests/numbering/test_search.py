"""F2: how a search by number is read and which ranges it finds."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialtree.numbering.ranges import ALL_DIGITS, NumberPattern
from dialtree.numbering.search import (
    MAX_PIECE_LENGTH,
    PIECE_LENGTH,
    SearchKind,
    SearchPattern,
    Unreadable,
    UnreadableReason,
    contains_conditions,
    matches,
    national,
    piece_of,
    pieces,
    read_pattern,
)

some_first = st.sampled_from([ALL_DIGITS, "0", "3", "03", "345", "56789"])
small_patterns = st.builds(
    NumberPattern,
    st.text("023", min_size=1, max_size=4).map(lambda tail: "49" + tail),
    st.integers(0, 3),
    some_first,
)
wanted_digits = st.text("0234", min_size=1, max_size=6)


def numbers_of(pattern: NumberPattern) -> list[str]:
    if pattern.open_digits == 0:
        return [pattern.digits]
    rest = ["".join(digits) for digits in product(ALL_DIGITS, repeat=pattern.open_digits - 1)]
    return [pattern.digits + d + tail for d in pattern.first_digits for tail in rest]


def found(text: str, *pattern: object) -> bool:
    read = read_pattern(text)
    assert isinstance(read, SearchPattern)
    return matches(read, NumberPattern(*pattern))


@pytest.mark.parametrize(
    ("text", "digits", "display"),
    [
        ("030", "4930", "030 …"),
        ("+49 30", "4930", "030 …"),
        ("0049-30", "4930", "030 …"),
        ("+49 (0) 30", "4930", "030 …"),
        ("(0221) 47/10-1", "4922147101", "0221 47101…"),
        ("tel:+49-30-23125", "493023125", "030 23125…"),
        ("02", "492", "02…"),
        ("0332", "49332", "0332…"),
        ("03322", "493322", "03322 …"),
        ("0800", "49800", "0800…"),
    ],
)
def test_f2_starts_with_is_read_from_national_and_international_input(text, digits, display):
    assert read_pattern(text) == SearchPattern(SearchKind.STARTS_WITH, digits, display)


@pytest.mark.parametrize("text", ["0", "+", "+4", "+49", "00", "004", "0049", "+49 (0)", " 0 "])
def test_f2_unfinished_prefix_matches_everything(text):
    assert read_pattern(text) == SearchPattern(SearchKind.STARTS_WITH, "49", "0…")


@pytest.mark.parametrize("text", ["*030", "* 0 3-0", "*0.3/0", "(*030)"])
def test_f2_star_means_contains_and_separators_are_ignored(text):
    assert read_pattern(text) == SearchPattern(SearchKind.CONTAINS, "030", "*030")


@pytest.mark.parametrize("text", ["", "   ", "-", "( )", "*", " * "])
def test_f2_blank_input_asks_for_nothing(text):
    assert read_pattern(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("30", UnreadableReason.NEEDS_PREFIX),
        ("23125", UnreadableReason.NEEDS_PREFIX),
        ("492214710", UnreadableReason.NEEDS_PREFIX),
        ("Bonn", UnreadableReason.NOT_DIGITS),
        ("030a", UnreadableReason.NOT_DIGITS),
        ("030*", UnreadableReason.NOT_DIGITS),
        ("0+49", UnreadableReason.NOT_DIGITS),
        ("**030", UnreadableReason.NOT_DIGITS),
        ("*x", UnreadableReason.NOT_DIGITS),
        ("+x", UnreadableReason.NOT_DIGITS),
        ("03²", UnreadableReason.NOT_DIGITS),
        ("*+49", UnreadableReason.PLUS_AFTER_STAR),
        ("*+", UnreadableReason.PLUS_AFTER_STAR),
        ("+43 1", UnreadableReason.NOT_GERMAN),
        ("0043", UnreadableReason.NOT_GERMAN),
        ("+1", UnreadableReason.NOT_GERMAN),
        ("0" + "1" * 14, UnreadableReason.TOO_LONG),
        ("*" + "1" * 15, UnreadableReason.TOO_LONG),
    ],
)
def test_f2_unreadable_input_says_why(text, reason):
    assert read_pattern(text) == Unreadable(reason, text)


def test_f2_longest_possible_input_is_read():
    assert isinstance(read_pattern("0" + "1" * 13), SearchPattern)
    assert isinstance(read_pattern("*0" + "1" * 13), SearchPattern)


def test_f2_star_030_finds_022863803058():
    assert found("*030", "4922863803058", 0)
    assert found("*030", "49228638", 5)
    assert not found("*030", "4922863813158", 0)
    assert not found("030", "4922863803058", 0)


def test_f2_contains_looks_in_the_national_form():
    assert found("*0228", "4922863803058", 0)
    assert not found("*49", "4922863803058", 0)


def test_f2_pattern_runs_across_the_fixed_digits_into_the_open_ones():
    assert found("030 23125-37", "4930231253", 2)
    assert not found("030 23125-47", "4930231253", 2)
    assert found("*253712", "4930231253", 3)
    assert not found("*253712", "4930231253", 2)


def test_f2_block_sold_in_part_is_not_found_by_what_was_not_sold():
    assert found("030 23125-3", "493023125", 2, "345")
    assert not found("030 23125-6", "493023125", 2, "345")
    assert found("*255", "493023125", 2, "345")
    assert not found("*1256", "493023125", 2, "345")
    assert found("*256", "4930231", 4, "2")
    assert not found("*78", "493023125", 2, "345")
    assert found("*78", "493023125", 3, "345")


def test_f2_more_digits_than_the_range_has_find_nothing():
    assert not found("030 23125-3456", "493023125", 3)


@given(small_patterns, wanted_digits)
def test_f2_starts_with_finds_exactly_the_ranges_with_a_matching_number(numbers, wanted):
    pattern = SearchPattern(SearchKind.STARTS_WITH, "49" + wanted, "")
    expected = any(n.startswith("49" + wanted) for n in numbers_of(numbers))
    assert matches(pattern, numbers) == expected


@given(small_patterns, wanted_digits)
def test_f2_contains_finds_exactly_the_ranges_with_a_matching_number(numbers, wanted):
    pattern = SearchPattern(SearchKind.CONTAINS, wanted, "")
    expected = any(wanted in national(n) for n in numbers_of(numbers))
    assert matches(pattern, numbers) == expected


@given(small_patterns, wanted_digits)
def test_f2_whatever_matches_stands_under_the_piece_of_a_condition(numbers, wanted):
    """So that what an index of pieces finds leaves nothing out."""
    stored = pieces(numbers.digits, numbers.open_digits)
    assert len(stored) == len(set(stored))
    assert all(len(piece) <= MAX_PIECE_LENGTH for piece in stored)
    for condition in contains_conditions(wanted):
        if condition.holds(numbers):
            piece = piece_of(condition)
            assert piece in stored or (piece is None and len(wanted) < PIECE_LENGTH)


def test_f2_conditions_no_range_can_meet_are_left_out():
    assert all(c.min_open <= 7 for c in contains_conditions("01234567890123"))
    with pytest.raises(ValueError, match="digits expected"):
        contains_conditions("")


def test_f2_pieces_are_of_the_national_form():
    assert pieces("4930231", 0) == ["030", "302", "023", "231"]
    assert pieces("493030", 2) == [
        *("030", "303"),
        *("+1", "0+1", "30+1", "030+1"),
        *("+2", "0+2", "30+2", "030+2"),
    ]


def test_f2_only_german_numbers_have_a_national_form():
    assert national("4930") == "030"
    with pytest.raises(ValueError, match="not a German number"):
        national("4312345")


@given(st.text("0123456789+* -/()ab"))
def test_f2_no_input_breaks_the_reader(text):
    read = read_pattern(text)
    if isinstance(read, SearchPattern):
        # What is shown as understood means the same when typed again.
        assert read_pattern(read.display.rstrip("…")) == read
