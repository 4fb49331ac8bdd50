"""N1: numbers written for people (DIN 5008) and machines (RFC 3966)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialtree.numbering.display import Style, display, uri
from dialtree.numbering.e164 import parse_number


@pytest.mark.parametrize(
    ("arguments", "expected", "international"),
    [
        (("493023125", 2, 9, 3), "030 23125-xxx", "+49 30 23125-xxx"),
        (("4930231253", 2, 9, 2), "030 23125-3xx", "+49 30 23125-3xx"),
        (("493023125300", 2, 9), "030 23125-300", "+49 30 23125-300"),
        (("4930231250", 2, 9), "030 23125-0", "+49 30 23125-0"),
        (("4930231250", 2, None), "030 231250", "+49 30 231250"),
        (("492214710", 3, 9, 1), "0221 4710-x", "+49 221 4710-x"),
    ],
)
def test_n1_hyphen_stands_before_the_extension_and_nowhere_else(arguments, expected, international):
    assert display(*arguments) == expected
    assert display(*arguments, style=Style.INTERNATIONAL) == international


def test_n1_machine_form():
    assert uri("4930231253") == "tel:+4930231253"


@pytest.mark.parametrize("arguments", [("493023125", 2, None, 3), ("4930", 2, 9), ("4930", 2, 3)])
def test_n1_impossible_parts_are_not_written(arguments):
    with pytest.raises(ValueError, match="extension"):
        display(*arguments)


@given(
    area=st.sampled_from(["30", "69", "40", "221", "89", "3322"]),
    stem=st.from_regex(r"[1-9][0-9]{0,4}", fullmatch=True),
    extension=st.text("0123456789", max_size=4),
    style=st.sampled_from(Style),
)
def test_n1_what_is_written_is_read_back(area, stem, extension, style):
    digits = "49" + area + stem + extension
    at = 2 + len(area) + len(stem) if extension else None
    assert parse_number(display(digits, len(area), at, style=style)) == digits
    assert parse_number(uri(digits)) == digits


@pytest.mark.parametrize(
    ("first_digits", "written"),
    [
        ("345", "030 23125-3xx…5xx"),
        ("7", "030 23125-7xx"),
        ("0256789", "030 23125-0xx, 2xx, 5xx…9xx"),
        ("0123456789", "030 23125-xxx"),
    ],
)
def test_n2_a_block_sold_in_part_names_its_first_and_last_ranges(first_digits, written):
    assert display("493023125", 2, 9, 3, first_digits) == written
