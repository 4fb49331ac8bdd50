"""N1: what people type as number, area code and stem, and what is refused."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers.geodata import GEOCODE_DATA

from dialtree.numbering.area_codes import area_code_of, german_towns, is_area_code
from dialtree.numbering.e164 import (
    MAX_E164_DIGITS,
    BadNumber,
    NumberProblem,
    compact,
    parse_area_code,
    parse_number,
    parse_stem,
)

DEMO_AREAS = ("30", "69", "40", "221", "89")


def problem_of(function, *arguments):
    with pytest.raises(BadNumber) as caught:
        function(*arguments)
    return caught.value.problem


@pytest.mark.parametrize(
    "text",
    ["0221", "221", "+49 221", "(0221)", "0049221", "+49 (0) 221", " 02 21 ", "0049-221"],
)
def test_n1_area_code_is_read_however_it_is_written(text):
    assert parse_area_code(text) == "221"


@pytest.mark.parametrize("code", DEMO_AREAS)
def test_n4_area_codes_of_the_demo_numbers_are_known(code):
    assert parse_area_code("0" + code) == code


@pytest.mark.parametrize("code", ["3322", "39999", "4651"])
def test_n1_small_area_codes_are_known(code):
    assert parse_area_code("0" + code) == code


@pytest.mark.parametrize("text", ["0999", "022", "02201", "06215", "0", "2", "03", "0221471"])
def test_n1_area_codes_not_in_use_are_refused(text):
    expected = (
        NumberProblem.NUMBER_NOT_UNDERSTOOD if text == "0" else NumberProblem.AREA_CODE_UNKNOWN
    )
    assert problem_of(parse_area_code, text) is expected


@pytest.mark.parametrize("text", ["0151", "0800", "0700", "032", "0180", "0900"])
def test_n1_mobile_and_service_prefixes_are_no_area_codes(text):
    assert problem_of(parse_area_code, text) is NumberProblem.AREA_CODE_UNKNOWN


def test_n1_refusal_of_an_area_code_says_which_digits_were_read():
    with pytest.raises(BadNumber) as caught:
        parse_area_code("(0999)")
    assert caught.value.value == "(0999)"
    assert caught.value.params == {"area_code": "999"}


def test_n1_area_code_of_another_country_is_refused():
    assert problem_of(parse_area_code, "+43 1") is NumberProblem.NUMBER_NOT_GERMAN
    assert problem_of(parse_area_code, "0041 44") is NumberProblem.NUMBER_NOT_GERMAN


@pytest.mark.parametrize("text", ["", "  ", "Köln", "2,21E+02", "+", "+49", "02²1", "٢٢١"])
def test_n1_area_code_that_is_no_number_is_refused(text):
    assert problem_of(parse_area_code, text) is NumberProblem.NUMBER_NOT_UNDERSTOOD


def test_area_codes_and_towns_are_those_of_the_geocoder():
    expected = {
        number[2:]: names["de"]
        for number, names in GEOCODE_DATA.items()
        if number.startswith("49") and "de" in names
    }
    assert german_towns() == expected


def test_n1_only_haan_has_an_area_code_that_begins_with_another():
    codes = {code for code in german_towns() if is_area_code(code)}
    assert len(codes) > 5000
    assert [c for c in codes if any(c[:n] in codes for n in range(2, len(c)))] == ["2129"]


@pytest.mark.parametrize(
    ("digits", "area"),
    [
        ("493023125", "30"),
        ("492214710", "221"),
        ("493322", "3322"),
        ("4921291", "2129"),
        ("4921281", "212"),
        ("49332", None),
        ("4915112345", None),
        ("49", None),
    ],
)
def test_n1_area_code_is_found_at_the_beginning_of_a_number(digits, area):
    assert area_code_of(digits) == area


@pytest.mark.parametrize(
    "text",
    [
        "0221 4710-123",
        "+49 221 4710-123",
        "+49 (0) 221 4710-123",
        "+49 (0)221/4710123",
        "0049 221 4710 123",
        "004902214710123",
        "tel:+49-221-4710-123",
        "TEL:+492214710123",
        "(0221) 47 10.123",
        "0221\u00a04710\u2011123",
        "0221 4710 \u2013 123",
        "\u202a+49 221 4710123\u202c",
    ],
)
def test_n1_number_is_read_however_it_is_written(text):
    assert parse_number(text) == "492214710123"


def test_n1_leading_zeros_of_the_extension_are_kept():
    assert parse_number("0221 4710-0") == "4922147100"
    assert parse_number("0221 4710-00") == "49221471000"


@pytest.mark.parametrize("text", ["+43 1 2345", "0043 1 2345", "+1 212 5550100", "+4"])
def test_n1_number_of_another_country_is_refused(text):
    assert problem_of(parse_number, text) is NumberProblem.NUMBER_NOT_GERMAN


@pytest.mark.parametrize(
    "text",
    ["", "0", "+", "+49", "221 4710", "492214710", "0221 CALL", "0221 4710 ext 1", "+49 00 221",
     "0221+4710", "*0221", "tel:0221;phone-context=+49"],
)  # fmt: skip
def test_n1_what_is_no_complete_number_is_refused(text):
    assert problem_of(parse_number, text) is NumberProblem.NUMBER_NOT_UNDERSTOOD


def test_n1_fifteen_digits_with_country_code_are_the_most():
    longest = "0221" + "1" * 10
    assert len(parse_number(longest)) == MAX_E164_DIGITS
    with pytest.raises(BadNumber) as caught:
        parse_number(longest + "1")
    assert caught.value.problem is NumberProblem.NUMBER_TOO_LONG
    assert caught.value.params == {"digits": 16, "maximum": 15}


@pytest.mark.parametrize("text", ["4710", "47 10", "47/10", "47-10", " 4710 ", "4710-"])
def test_n1_stem_is_read_without_separators(text):
    assert parse_stem(text) == "4710"
    assert parse_stem(text, "221") == "4710"


@pytest.mark.parametrize("text", ["0221 4710", "+49 221 4710", "0049 (0) 221/4710", "(0221) 4710"])
def test_n1_whole_number_in_the_stem_column_loses_its_area_code(text):
    assert parse_stem(text, "221") == "4710"


def test_n1_stem_beginning_like_its_area_code_is_kept_whole():
    assert parse_stem("2214710", "221") == "2214710"


@pytest.mark.parametrize(
    ("text", "area_code"),
    [
        ("", None),
        ("abc", None),
        ("+", "221"),
        ("04710", None),
        ("0221 4710", None),
        ("030 23125", "221"),
        ("02129 1234", "212"),
        ("0221", "221"),
        ("0221 04710", "221"),
        ("47+10", "221"),
    ],
)
def test_n1_stem_that_fits_no_number_is_refused(text, area_code):
    assert problem_of(parse_stem, text, area_code) is NumberProblem.STEM_INVALID


def test_n1_stem_of_another_country_is_refused():
    assert problem_of(parse_stem, "+43 1 2345", "221") is NumberProblem.NUMBER_NOT_GERMAN


@given(st.sampled_from(sorted(DEMO_AREAS)), st.from_regex(r"[1-9][0-9]{4,6}", fullmatch=True))
def test_n1_reading_agrees_with_libphonenumber(area, rest):
    number = phonenumbers.parse(f"0{area} {rest}", "DE")
    expected = f"49{number.national_number}"
    for form in (
        phonenumbers.PhoneNumberFormat.NATIONAL,
        phonenumbers.PhoneNumberFormat.INTERNATIONAL,
        phonenumbers.PhoneNumberFormat.E164,
        phonenumbers.PhoneNumberFormat.RFC3966,
    ):
        assert parse_number(phonenumbers.format_number(number, form)) == expected


@given(st.text())
def test_n1_no_text_breaks_the_readers(text):
    for read in (parse_area_code, parse_number, parse_stem):
        refused, digits = "", ""
        try:
            digits = read(text)
        except BadNumber as bad:
            refused = bad.value
        assert refused == text or re.fullmatch("[0-9]+", digits)


@given(st.text(st.sampled_from("tel:+49 030-23125/.()[]\t\r\n\x00\x1f~x"), max_size=30))
def test_what_is_typed_as_a_rule_is_read_as_everything_else_is(text):
    # A character that is no ASCII takes the long way, and goes as a format character.
    assert compact(text) == compact(text.strip() + "\u200e")
