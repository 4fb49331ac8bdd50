"""Numbers of callers and called (C2)."""

import pytest

from dialtree.numbering.parties import display_party, mask_party, read_party


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("+49 30 23125-128", "+493023125128"),
        ("030 23125-128", "+493023125128"),
        ("0049 (0) 30 23125128", "+493023125128"),
        ("tel:+49-30-23125-128", "+493023125128"),
        ("sip:+493023125128@sip.example;user=phone", "+493023125128"),
        ("SIPS:030-23125128@sip.example", "+493023125128"),
        ("+43 1 90009", "+43190009"),
        ("0043190009", "+43190009"),
        ("110", "110"),
        ("19222", "19222"),
        ("+" + "1" * 20, "+" + "1" * 20),
    ],
)
def test_what_is_read(text: str, party: str) -> None:
    assert read_party(text) == party


@pytest.mark.parametrize(
    "text",
    ["", " ", "+", "00", "0", "anonymous", "sip:anna@sip.example", "sip:", "+49 x", "1" * 22, "²"],
)
def test_what_is_no_number(text: str) -> None:
    assert read_party(text) is None


@pytest.mark.parametrize(
    ("party", "shown", "masked"),
    [
        ("+493023125128", "+49 30 23125128", "+49 30 ••••••28"),
        ("+492214710128", "+49 221 4710128", "+49 221 •••••28"),
        ("+43190009", "+43 190009", "+43 ••••09"),
        ("+1900090009", "+1 900090009", "+1 •••••••09"),
        ("+493023", "+49 30 23", "+49 30 ••"),
        ("+49301234", "+49 30 1234", "+49 30 ••••"),
        ("110", "110", "•••"),
        ("19222", "19222", "•••22"),
        ("+99900", "+ 99900", "+ •••00"),
    ],
)
def test_how_it_is_shown_and_hidden(party: str, shown: str, masked: str) -> None:
    assert display_party(party) == shown
    assert mask_party(party) == masked
