"""Splitting and merging: the rules S1-S3, S7 and M1, without a database."""

from dataclasses import replace

import pytest

from dialtree.inventory.models import RangeKind, RangeState
from dialtree.inventory.rules import (
    MAX_NAMED_BLOCKERS,
    Blocker,
    RangeFacts,
    has_merge,
    has_split,
    why_not_merge,
    why_not_split,
    why_not_touch,
)
from dialtree.language import Language
from dialtree.refusals import Refusal, RefusalCode

FREE = RangeFacts(RangeKind.RANGE, RangeState.FREE, open_digits=2, level=1, display="030 23125-3xx")
SPLIT = replace(FREE, state=RangeState.SPLIT)
HELD = replace(FREE, state=RangeState.ASSIGNED, holder="Hamburg")
ORDERED = replace(FREE, open_order="A-000007")
LEAF = replace(FREE, open_digits=0, level=3, display="030 23125-301")
BLOCK = RangeFacts(RangeKind.BLOCK, RangeState.SPLIT, 3, level=0, display="030 23125-xxx")
SINGLE = RangeFacts(RangeKind.SINGLE_NUMBER, RangeState.FREE, 0, level=0, display="0221 4710999")


def test_s1_a_range_with_an_open_digit_can_be_split() -> None:
    assert has_split(FREE)
    assert why_not_split(FREE) is None
    assert has_split(replace(FREE, open_digits=1))
    assert why_not_split(replace(FREE, open_digits=1)) is None


@pytest.mark.parametrize("range_", [BLOCK, SINGLE, LEAF], ids=["block", "single number", "leaf"])
def test_s1_elsewhere_the_action_does_not_exist(range_: RangeFacts) -> None:
    assert not has_split(range_)
    refusal = why_not_split(range_)
    assert refusal == Refusal(RefusalCode.SPLIT_NEEDS_OPEN_DIGITS, {"range": range_.display})
    assert refusal.rule == "S1"


def test_s2_a_held_range_names_its_holder() -> None:
    assert has_split(HELD)
    assert why_not_split(HELD) == Refusal(
        RefusalCode.RANGE_ASSIGNED, {"range": "030 23125-3xx", "holder": "Hamburg"}
    )


def test_s3_an_open_order_is_named() -> None:
    assert has_split(ORDERED)
    assert why_not_split(ORDERED) == Refusal(
        RefusalCode.RANGE_IN_OPEN_ORDER, {"range": "030 23125-3xx", "order": "A-000007"}
    )


def test_s3_the_order_comes_before_the_holder_it_will_change() -> None:
    """A held range that is being removed frees itself when the order is done."""
    refusal = why_not_touch(replace(HELD, open_order="A-000007"))
    assert refusal is not None
    assert refusal.code == RefusalCode.RANGE_IN_OPEN_ORDER


def test_s4_a_split_range_is_not_split_again() -> None:
    assert not has_split(SPLIT)
    refusal = why_not_split(SPLIT)
    assert refusal is not None
    assert refusal.code == RefusalCode.RANGE_ALREADY_SPLIT
    ordered = why_not_split(replace(SPLIT, open_order="A-000007"))
    assert ordered == refusal


def test_s7_each_reason_says_what_would_help_in_both_languages() -> None:
    for range_ in (BLOCK, SINGLE, LEAF, SPLIT, HELD, ORDERED):
        refusal = why_not_split(range_)
        assert refusal is not None
        for language in Language:
            assert range_.display in refusal.message(language)


def test_m1_a_split_range_with_nothing_held_or_ordered_beneath_can_be_merged() -> None:
    assert has_merge(SPLIT)
    assert why_not_merge(SPLIT, []) is None


@pytest.mark.parametrize(
    "range_", [BLOCK, SINGLE, LEAF, FREE, HELD], ids=["block", "single", "leaf", "free", "held"]
)
def test_m2_elsewhere_there_is_nothing_to_merge(range_: RangeFacts) -> None:
    """The first-level ranges of a block are no split (N2)."""
    assert not has_merge(range_)
    assert why_not_merge(range_, []) == Refusal(
        RefusalCode.MERGE_NEEDS_SPLIT_RANGE, {"range": range_.display}
    )


def test_m1_holders_beneath_are_named_before_orders_beneath() -> None:
    blockers = [
        Blocker("030 23125-30x", open_order="A-000007"),
        Blocker("030 23125-31x", holder="Hamburg"),
        Blocker("030 23125-32x", holder="Berlin", open_order="A-000008"),
    ]
    assert why_not_merge(SPLIT, blockers) == Refusal(
        RefusalCode.MERGE_BENEATH_ASSIGNED,
        {
            "range": "030 23125-3xx",
            "blockers": "030 23125-31x → Hamburg, 030 23125-32x → Berlin",
        },
    )
    assert why_not_merge(SPLIT, blockers[:1]) == Refusal(
        RefusalCode.MERGE_BENEATH_IN_OPEN_ORDER,
        {"range": "030 23125-3xx", "blockers": "030 23125-30x → A-000007"},
    )


def test_m1_an_order_on_the_range_itself_is_named() -> None:
    refusal = why_not_merge(replace(SPLIT, open_order="A-000007"), [])
    assert refusal is not None
    assert refusal.code == RefusalCode.RANGE_IN_OPEN_ORDER


@pytest.mark.parametrize("count", [MAX_NAMED_BLOCKERS, MAX_NAMED_BLOCKERS + 1, 100])
def test_m1_many_blockers_are_counted(count: int) -> None:
    refusal = why_not_merge(SPLIT, [Blocker(f"030 23125-3{i}", "Hamburg") for i in range(count)])
    assert refusal is not None
    named = str(refusal.params["blockers"])
    assert named.count("Hamburg") == MAX_NAMED_BLOCKERS
    assert named.endswith(f"(+{count - MAX_NAMED_BLOCKERS})") == (count > MAX_NAMED_BLOCKERS)
