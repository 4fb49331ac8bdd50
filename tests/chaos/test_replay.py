"""The paper model: what each kind of order does, and what it objects to."""

import pytest

from tests.chaos.replay import FREE, SPLIT, Numbers, apply
from tests.invariants import Row

ORDER: Row = {"id": 1, "holder_id": 7}
HELD = "holder 7"


def item(action: str, digits: str, open_digits: int) -> Row:
    return {"action": action, "digits": digits, "open_digits": open_digits}


def tree() -> Numbers:
    """49301 is split, 493012 is held, 493013 split once more."""
    numbers: Numbers = {("49301", 2): SPLIT}
    numbers |= {(f"49301{n}", 1): FREE for n in range(10)}
    numbers[("493012", 1)] = HELD
    numbers[("493013", 1)] = SPLIT
    numbers |= {(f"493013{n}", 0): FREE for n in range(10)}
    return numbers


def test_a_split_adds_ten_free_ranges() -> None:
    numbers = tree()
    assert not list(apply(numbers, ORDER, item("SPLIT", "493014", 1)))
    assert numbers[("493014", 1)] == SPLIT
    assert [numbers[(f"493014{n}", 0)] for n in range(10)] == [FREE] * 10


def test_a_merge_takes_away_all_levels() -> None:
    numbers = tree()
    numbers[("493012", 1)] = FREE
    assert not list(apply(numbers, ORDER, item("MERGE", "49301", 2)))
    assert numbers == {("49301", 2): FREE}


def test_what_is_given_to_a_holder_can_be_taken_away() -> None:
    numbers = tree()
    assert not list(apply(numbers, ORDER, item("ADD", "493014", 1)))
    assert numbers[("493014", 1)] == HELD
    assert not list(apply(numbers, ORDER, item("REMOVE", "493014", 1)))
    assert numbers == tree()


@pytest.mark.parametrize(
    ("action", "digits", "open_digits"),
    [
        ("SPLIT", "493013", 1),
        ("SPLIT", "493012", 1),
        ("MERGE", "493014", 1),
        ("MERGE", "49301", 2),
        ("ADD", "493012", 1),
        ("ADD", "49309", 1),
        ("REMOVE", "493014", 1),
    ],
)
def test_what_cannot_have_happened_is_named(action: str, digits: str, open_digits: int) -> None:
    assert list(apply(tree(), ORDER, item(action, digits, open_digits)))
