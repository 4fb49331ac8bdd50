"""Changing the numbers of a holder: the rules H1-H4, S6 and T1, without a database."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialtree.holders.models import HolderKind, HolderStatus
from dialtree.holders.rules import (
    ELEMENTS_PER_BLOCK,
    ELEMENTS_PER_ORDER,
    ELEMENTS_PER_TRUNK,
    Change,
    Element,
    Excess,
    HolderFacts,
    first_excess,
    latest_execution_date,
    why_empty,
    why_exceeded,
    why_not_change,
    why_not_date,
)
from dialtree.inventory.models import RangeKind, RangeState
from dialtree.inventory.rules import RangeFacts
from dialtree.language import Language
from dialtree.refusals import Refusal, RefusalCode

TODAY = date(2026, 11, 23)
TRUNK = HolderFacts(1, HolderKind.SIP_TRUNK, HolderStatus.ACTIVE, "Hamburg")
CLOUD = HolderFacts(
    2, HolderKind.CLOUD_PBX, HolderStatus.ACTIVE, "Zentrale", takes_execution_date=False
)
UNIFY = HolderFacts(
    3,
    HolderKind.UCC_CONNECTION,
    HolderStatus.ACTIVE,
    "Service",
    partner="Unify X",
    takes_split_ranges=False,
    takes_execution_date=False,
)
ZOOM = replace(UNIFY, id=4, partner="Zoom X", takes_split_ranges=True)
OTHER_HOLDER = 99


def element(
    id_: int = 10,
    state: RangeState = RangeState.FREE,
    *,
    level: int = 1,
    holder: HolderFacts | None = None,
    open_order: str | None = None,
    starts: date | None = None,
) -> Element:
    facts = RangeFacts(
        RangeKind.RANGE if level else RangeKind.SINGLE_NUMBER,
        RangeState.ASSIGNED if holder else state,
        open_digits=0,
        level=level,
        display=f"030 23125-{id_}",
        holder=holder.name if holder else None,
        open_order=open_order,
    )
    return Element(id_, facts, holder.id if holder else None, 5, "SV-1", starts)


def code(refusal: Refusal | None) -> RefusalCode | None:
    if refusal is not None:  # its sentences can be put together
        for language in Language:
            refusal.message(language)
    return refusal.code if refusal else None


# H1 ----------------------------------------------------------------------------------------------


def test_h1_one_edit_adds_and_removes() -> None:
    assert why_not_change(TRUNK, [element(10)], [element(11, holder=TRUNK)], TODAY) is None


def test_h1_an_edit_names_something() -> None:
    assert code(why_empty(0)) == RefusalCode.CHANGE_EMPTY
    assert why_empty(1) is None


def test_t1_a_new_trunk_may_begin_without_elements() -> None:
    assert why_not_change(TRUNK, [], [], TODAY) is None


@pytest.mark.parametrize("added", [0, 1, ELEMENTS_PER_ORDER])
def test_h1_an_edit_names_at_most_500_elements(added: int) -> None:
    add = [element(i) for i in range(added)]
    remove = [element(1000 + i, holder=CLOUD) for i in range(ELEMENTS_PER_ORDER - added)]
    assert why_not_change(CLOUD, add, remove, TODAY) is None
    assert why_not_change(CLOUD, [*add, element(5000)], remove, TODAY) == Refusal(
        RefusalCode.CHANGE_TOO_LARGE, {"count": ELEMENTS_PER_ORDER + 1, "limit": ELEMENTS_PER_ORDER}
    )


@pytest.mark.parametrize(
    ("add", "remove"),
    [((10, 10), ()), ((), (10, 10)), ((10,), (10,))],
    ids=["add", "remove", "both"],
)
def test_h1_an_element_is_named_once(add: tuple[int, ...], remove: tuple[int, ...]) -> None:
    refusal = why_not_change(
        TRUNK, [element(i) for i in add], [element(i, holder=TRUNK) for i in remove], TODAY
    )
    assert refusal == Refusal(RefusalCode.ELEMENT_NAMED_TWICE, {"range": "030 23125-10"})


def test_h1_a_split_range_is_no_element() -> None:
    split = element(state=RangeState.SPLIT)
    assert code(why_not_change(TRUNK, [split], [], TODAY)) == RefusalCode.NOT_AN_ELEMENT
    assert code(why_not_change(TRUNK, [], [split], TODAY)) == RefusalCode.NOT_AN_ELEMENT


def test_h1_only_what_the_holder_has_can_be_removed() -> None:
    for strange in (element(), element(holder=CLOUD)):
        assert why_not_change(TRUNK, [], [strange], TODAY) == Refusal(
            RefusalCode.ELEMENT_NOT_HELD, {"range": "030 23125-10", "holder": "Hamburg"}
        )


def test_h1_what_somebody_has_cannot_be_added() -> None:
    for held_by in (CLOUD, TRUNK):
        assert why_not_change(TRUNK, [element(holder=held_by)], [], TODAY) == Refusal(
            RefusalCode.RANGE_ASSIGNED, {"range": "030 23125-10", "holder": held_by.name}
        )


# H4 ----------------------------------------------------------------------------------------------


def test_h4_a_reserved_element_can_neither_be_added_nor_removed() -> None:
    expected = Refusal(
        RefusalCode.RANGE_IN_OPEN_ORDER, {"range": "030 23125-10", "order": "A-000007"}
    )
    assert why_not_change(TRUNK, [element(open_order="A-000007")], [], TODAY) == expected
    leaving = element(holder=TRUNK, open_order="A-000007")
    assert why_not_change(TRUNK, [], [leaving], TODAY) == expected


# S6 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [2, 3, 7])
def test_s6_a_partner_may_not_take_split_ranges_yet(level: int) -> None:
    assert why_not_change(UNIFY, [element(level=level)], [], TODAY) == Refusal(
        RefusalCode.PARTNER_TAKES_NO_SPLIT_RANGES, {"partner": "Unify X", "range": "030 23125-10"}
    )
    for holder in (TRUNK, CLOUD, ZOOM):
        assert why_not_change(holder, [element(level=level)], [], TODAY) is None


@pytest.mark.parametrize("level", [0, 1])
def test_s6_single_numbers_and_the_first_level_go_everywhere(level: int) -> None:
    for holder in (TRUNK, CLOUD, ZOOM, UNIFY):
        assert why_not_change(holder, [element(level=level)], [], TODAY) is None


def test_s6_a_split_range_can_be_removed_where_none_could_be_added() -> None:
    """The partner's record may have been changed since."""
    assert why_not_change(UNIFY, [], [element(level=2, holder=UNIFY)], TODAY) is None


# Contracts that have not started -----------------------------------------------------------------


def test_a_number_cannot_be_assigned_before_its_contract_starts() -> None:
    starts = TODAY + timedelta(days=5)
    early = why_not_change(TRUNK, [element(starts=starts)], [], starts - timedelta(days=1))
    assert early == Refusal(
        RefusalCode.CONTRACT_NOT_STARTED,
        {"range": "030 23125-10", "contract": "SV-1", "date": starts},
    )
    assert why_not_change(TRUNK, [element(starts=starts)], [], starts) is None


# H3 ----------------------------------------------------------------------------------------------


def test_h3_a_trunk_takes_a_date_from_today_to_the_same_day_next_year() -> None:
    for day in (None, TODAY, TODAY + timedelta(days=1), date(2027, 11, 23)):
        assert why_not_date(day, TRUNK, TODAY) is None
    assert why_not_date(date(2026, 11, 22), TRUNK, TODAY) == Refusal(
        RefusalCode.EXECUTION_DATE_PAST, {"date": date(2026, 11, 22), "today": TODAY}
    )
    assert why_not_date(date(2027, 11, 24), TRUNK, TODAY) == Refusal(
        RefusalCode.EXECUTION_DATE_TOO_FAR,
        {"date": date(2027, 11, 24), "latest": date(2027, 11, 23)},
    )


def test_h3_others_change_at_once_only() -> None:
    for holder, name in ((CLOUD, "Zentrale"), (UNIFY, "Service (Unify X)")):
        assert why_not_date(None, holder, TODAY) is None
        for day in (TODAY, TODAY + timedelta(days=1)):
            refusal = why_not_date(day, holder, TODAY)
            assert refusal == Refusal(RefusalCode.CHANGES_AT_ONCE_ONLY, {"holder": name})
    dated = replace(ZOOM, takes_execution_date=True)
    assert why_not_date(TODAY + timedelta(days=1), dated, TODAY) is None


@pytest.mark.parametrize(
    ("today", "latest"),
    [
        (date(2028, 2, 29), date(2029, 3, 1)),
        (date(2028, 2, 28), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 28)),
        (date(2027, 3, 1), date(2028, 3, 1)),
        (date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_h3_a_year_from_a_leap_day(today: date, latest: date) -> None:
    assert latest_execution_date(today) == latest


@given(st.dates(date(1970, 1, 1), date(2400, 12, 31)))
def test_h3_the_latest_date_is_a_year_away_and_moves_on(today: date) -> None:
    latest = latest_execution_date(today)
    assert (latest - today).days in (365, 366)
    following = latest_execution_date(today + timedelta(days=1))
    assert timedelta(0) <= following - latest <= timedelta(days=2)
    assert why_not_date(latest, TRUNK, today) is None
    assert why_not_date(latest + timedelta(days=1), TRUNK, today) is not None


def test_t1_a_planned_trunk_changes_from_its_first_day_on() -> None:
    planned = replace(TRUNK, status=HolderStatus.PLANNED, active_on=TODAY + timedelta(days=3))
    for day in (None, TODAY, TODAY + timedelta(days=2)):
        assert why_not_date(day, planned, TODAY) == Refusal(
            RefusalCode.TRUNK_NOT_ACTIVE, {"holder": "Hamburg", "date": planned.active_on}
        )
    assert why_not_date(planned.active_on, planned, TODAY) is None


# H2 ----------------------------------------------------------------------------------------------


def on(days: int, added: dict[int | None, int], removed: dict[int | None, int]) -> Change:
    return Change(TODAY + timedelta(days=days), Counter(added), Counter(removed))


def test_h2_sixty_elements_fit_and_one_more_does_not() -> None:
    held = Counter(dict.fromkeys(range(1, 6), 10))
    assert first_excess(held, [on(0, {6: 10}, {})], TODAY) is None
    assert first_excess(held, [on(0, {6: 10, None: 1}, {})], TODAY) == Excess(
        TODAY, 61, ELEMENTS_PER_TRUNK, None
    )


def test_h2_ten_elements_of_a_block_fit_and_one_more_does_not() -> None:
    assert first_excess(Counter({5: 9}), [on(0, {5: 1}, {})], TODAY) is None
    assert first_excess(Counter({5: 10}), [on(0, {5: 1}, {})], TODAY) == Excess(
        TODAY, 11, ELEMENTS_PER_BLOCK, 5
    )


def test_h2_single_numbers_belong_to_no_block() -> None:
    assert first_excess(Counter({None: 10}), [on(0, {None: 50}, {})], TODAY) is None


def test_h2_an_order_is_applied_whole() -> None:
    """Ten go and ten come in one order: there are never more than ten."""
    assert first_excess(Counter({5: 10}), [on(0, {5: 10}, {5: 10})], TODAY) is None


def test_h2_orders_of_one_day_may_run_in_any_sequence() -> None:
    removing, adding = on(3, {}, {5: 1}), on(3, {5: 1}, {})
    for changes in ((removing, adding), (adding, removing)):
        assert first_excess(Counter({5: 10}), changes, TODAY) == Excess(
            TODAY + timedelta(days=3), 11, ELEMENTS_PER_BLOCK, 5
        )


def test_h2_planned_orders_count_from_their_day_on() -> None:
    held = Counter({5: 10})
    assert first_excess(held, [on(3, {}, {5: 1}), on(4, {5: 1}, {})], TODAY) is None
    assert first_excess(held, [on(4, {}, {5: 1}), on(3, {5: 1}, {})], TODAY) is not None
    later = [on(9, {5: 1}, {})]
    assert first_excess(Counter({5: 9}), [on(0, {5: 1}, {}), *later], TODAY) == Excess(
        TODAY + timedelta(days=9), 11, ELEMENTS_PER_BLOCK, 5
    )


def test_h2_an_overdue_order_counts_today() -> None:
    excess = first_excess(Counter({5: 10}), [on(-2, {5: 1}, {})], TODAY)
    assert excess is not None
    assert excess.day == TODAY


def test_h2_too_much_can_still_be_removed() -> None:
    """However it came about: what makes it less is never refused."""
    assert first_excess(Counter({5: 12, None: 60}), [on(0, {}, {5: 1})], TODAY) is None


def test_h2_the_refusal_names_count_limit_day_and_block() -> None:
    total = why_exceeded(TRUNK, Excess(TODAY, 61, 60, None), None)
    assert total == Refusal(
        RefusalCode.TRUNK_ELEMENT_LIMIT,
        {"holder": "Hamburg", "count": 61, "limit": 60, "date": TODAY},
    )
    block = why_exceeded(TRUNK, Excess(TODAY, 11, 10, 5), "030 23125-xxx")
    assert code(block) == RefusalCode.TRUNK_BLOCK_LIMIT
    assert "030 23125-xxx" in block.message(Language.EN)
    assert "23.11.2026" in block.message(Language.DE)


BLOCKS = st.sampled_from([None, 1, 2, 3, 4, 5, 6, 7])
COUNTS = st.dictionaries(BLOCKS, st.integers(0, 12), max_size=3)
CHANGES = st.lists(st.builds(on, st.integers(-1, 2), COUNTS, COUNTS), max_size=5)


@st.composite
def held(draw: st.DrawFn) -> Counter[int | None]:
    """What a trunk may hold: often close to a limit."""
    counts: Counter[int | None] = Counter()
    for block in (1, 2, 3, 4, 5, 6):
        counts[block] = draw(st.sampled_from([0, 8, 9, 10]))
    counts[None] = draw(st.integers(0, max(0, ELEMENTS_PER_TRUNK - counts.total())))
    return counts


def exceeding_day(counts: Counter[int | None], changes: list[Change]) -> date | None:
    """The first day on which some sequence of its changes lets one step end above a limit that it
    has raised: tried out, not reasoned."""
    now = Counter(counts)
    days = sorted({max(change.day, TODAY) for change in changes})
    for day in days:
        todays = [change for change in changes if max(change.day, TODAY) == day]
        for sequence in permutations(todays):
            running = Counter(now)
            for change in sequence:
                before = Counter(running)
                running.update(change.added)
                running.subtract(change.removed)
                if running.total() > max(ELEMENTS_PER_TRUNK, before.total()) or any(
                    running[block] > max(ELEMENTS_PER_BLOCK, before[block])
                    for block in running
                    if block is not None
                ):
                    return day
        for change in todays:
            now.update(change.added)
            now.subtract(change.removed)
    return None


@given(held(), CHANGES)
def test_h2_a_plan_is_accepted_exactly_if_no_sequence_exceeds_a_limit(
    counts: Counter[int | None], changes: list[Change]
) -> None:
    before = Counter(counts)
    excess = first_excess(counts, changes, TODAY)
    assert (excess.day if excess else None) == exceeding_day(counts, changes)
    assert counts == before
    if excess is not None:
        assert excess.count > excess.limit


@given(held(), CHANGES, st.randoms())
def test_h2_the_sequence_in_which_orders_are_given_does_not_matter(
    counts: Counter[int | None], changes: list[Change], random: Random
) -> None:
    shuffled = list(changes)
    random.shuffle(shuffled)
    assert first_excess(counts, shuffled, TODAY) == first_excess(counts, changes, TODAY)
