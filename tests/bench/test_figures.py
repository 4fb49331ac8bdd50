"""What is made of the times that were taken."""

import pytest

from tests.bench.figures import Compared, Figure, Results, Side, markdown, over, percentile, text


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([1.0], 0.5, 1.0),
        ([4.0, 1.0, 3.0, 2.0], 0.5, 2.0),
        ([float(n) for n in range(1, 101)], 0.5, 50.0),
        ([float(n) for n in range(1, 101)], 0.99, 99.0),
        ([float(n) for n in range(1, 101)], 1.0, 100.0),
        ([float(n) for n in range(1, 11)], 0.99, 10.0),
        ([float(n) for n in range(1, 4)], 0.01, 1.0),
    ],
)
def test_a_percentile_is_a_value_that_was_measured(
    values: list[float], share: float, expected: float
) -> None:
    assert percentile(values, share) == expected


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def _side(seconds: float, cpu: float) -> Side:
    side = Side()
    side.add([seconds] * 10, seconds * 10, cpu)
    side.add([seconds] * 10, seconds * 10, cpu)
    return side


def test_a_row_is_the_ratio_of_the_medians_and_of_what_was_computed() -> None:
    row = Compared("SQLite", "lookup", 1, _side(0.004, 0.03), _side(0.001, 0.005), reach=3)
    assert row.product.rate == pytest.approx(250)
    assert row.product.cpu_each == pytest.approx(0.003)
    assert row.ratio == pytest.approx(4)
    assert row.cpu_ratio == pytest.approx(6)
    assert row.within is False
    assert row.as_json()["product"]["p99_ms"] == pytest.approx(4)


def test_a_system_that_does_not_tell_what_was_computed_gives_no_ratio_of_it() -> None:
    assert Compared("SQLite", "lookup", 1, _side(1, 0), _side(1, 0)).cpu_ratio is None


@pytest.mark.parametrize(
    ("figure", "within"),
    [
        (Figure("", "", 100, "MiB"), None),
        (Figure("", "", 100, "MiB", reach=120), True),
        (Figure("", "", 130, "MiB", reach=120), False),
        (Figure("", "", 250, "per second", reach=200, at_least=True), True),
        (Figure("", "", 150, "per second", reach=200, at_least=True), False),
        (Figure("", "", 150, "per second", 1.9, reach=1.7, at_least=True, of_ratio=True), True),
        (Figure("", "", 150, "per second", 1.2, reach=1.7, at_least=True, of_ratio=True), False),
    ],
)
def test_a_reach_is_a_limit_from_above_or_below(figure: Figure, within: bool | None) -> None:
    assert figure.within is within


def test_all_that_was_measured_is_shown_and_what_is_out_of_reach_is_named() -> None:
    results = Results({"ranges": 10})
    results.compared += [
        Compared("SQLite", "slow", 1, _side(0.010, 0.1), _side(0.001, 0.01), reach=5),
        Compared("SQLite", "fine", 1, _side(0.002, 0.1), _side(0.001, 0.01), reach=5),
    ]
    results.figures.append(Figure("SQLite", "large", 130, "MiB", reach=120))
    shown = text(results)
    assert "≤ 5 OVER" in shown
    assert "≤ 5 ok" in shown
    assert "≤ 120 OVER" in shown
    assert [line.split(":")[1].strip() for line in over(results)] == ["slow at 1", "large"]
    tables = markdown(results)
    assert "| SQLite | slow | 1 | 10.0 | 10.0 | 1.0 | ≤ 5 OVER |" in tables
    assert results.as_json()["compared"][1]["within"] is True
