"""F3: fields of a site are found by their beginning, without case and umlauts."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialtree.numbering.ranges import next_prefix
from dialtree.numbering.sites import fold, search_keys, stored_keys


def found(typed: str, field: str) -> bool:
    """As a database finds it: some stored key lies in the half-open range of some search key."""
    return any(
        wanted <= key < next_prefix(wanted)
        for wanted in search_keys(typed)
        for key in stored_keys(field)
    )


def test_f3_bon_finds_bonn():
    assert found("Bon", "Bonn")
    assert not found("onn", "Bonn")
    assert not found("Bonner", "Bonn")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ("Koln", "Köln"),
        ("Köln", "Köln"),
        ("koeln", "Köln"),
        ("KÖLN", "Köln"),
        ("Ko\u0308ln", "Köln"),
        ("Kö", "Köln"),
        ("Ko", "Köln"),
        ("Köln", "Koeln"),
        ("Muenchen", "München"),
        ("Munchen", "München"),
        ("münchen", "München"),
        ("mu", "München"),
        ("HAUPTSTRASSE", "Hauptstraße 5"),
        ("Hauptstraße", "Hauptstrasse 5"),
        ("Hauptstr.", "Hauptstraße 5"),
        ("Konrad Adenauer", "Konrad-Adenauer-Allee 1"),
        ("am  markt", "Am Markt 3"),
        ("Orleans", "Orléansplatz"),
        ("Tromso", "Tromsøer Straße"),
        ("5311", "53111"),
    ],
)
def test_f3_spelling_of_case_and_umlauts_does_not_matter(typed, field):
    assert found(typed, field)


@pytest.mark.parametrize(
    ("typed", "field"), [("Aue", "Augsburg"), ("Koeln", "Kolnbach"), ("Soest", "Sostrau")]
)
def test_f3_vowels_that_are_no_umlauts_are_not_mixed_up(typed, field):
    assert not found(typed, field)


def test_f3_keys_of_a_field():
    assert fold("Köln") == "koeln"
    assert stored_keys("Köln") == ("koeln", "koln")
    assert stored_keys("Bonn") == ("bonn",)
    assert fold("  Große   Straße\t7 ") == "grosse strasse 7"


@pytest.mark.parametrize("typed", ["", "  ", "-", "."])
def test_f3_blank_input_asks_for_nothing(typed):
    assert search_keys(typed) == []


german_text = st.text("aäoöuüßéAÄÖÜBbKkn -.5", min_size=1, max_size=20)


@given(german_text, st.integers(1, 20))
def test_f3_every_beginning_of_a_field_finds_it_in_any_case(field, length):
    typed = field[:length]
    if search_keys(typed):
        assert found(typed, field)
        assert found(typed.upper(), field)
        assert found(typed.lower(), field.upper())


@given(st.text())
@example("\u01fc")  # a ligature that also carries a mark
def test_f3_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
