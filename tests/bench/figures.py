"""What was measured, and how it is shown: as text, as Markdown, as JSON."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all reach (nearest rank); `share` over 0."""
    if not values:
        raise ValueError("no values, no percentile")
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1]


@dataclass(slots=True)
class Side:
    """What one of the two servers did: seconds of each request; of all together the time that
    passed, and the time its process computed."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0

    def add(self, latencies: Iterable[float], seconds: float, cpu: float) -> None:
        self.latencies += latencies
        self.seconds += seconds
        self.cpu += cpu

    @property
    def p50(self) -> float:
        return percentile(self.latencies, 0.5)

    @property
    def p99(self) -> float:
        return percentile(self.latencies, 0.99)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def cpu_each(self) -> float:
        return self.cpu / len(self.latencies)

    def as_json(self) -> dict[str, float]:
        return {
            "requests": len(self.latencies),
            "p50_ms": self.p50 * 1e3,
            "p99_ms": self.p99 * 1e3,
            "per_second": self.rate,
            "cpu_ms": self.cpu_each * 1e3,
        }


@dataclass(slots=True)
class Compared:
    """The same work by dialtree and by the yardstick, at one concurrency."""

    database: str
    row: str
    concurrency: int
    product: Side
    yardstick: Side
    reach: float | None = None
    """How many times as long as the yardstick it may take."""

    @property
    def ratio(self) -> float:
        return self.product.p50 / self.yardstick.p50

    @property
    def cpu_ratio(self) -> float | None:
        return self.product.cpu_each / self.yardstick.cpu_each if self.yardstick.cpu else None

    @property
    def within(self) -> bool | None:
        return None if self.reach is None else self.ratio <= self.reach

    def as_json(self) -> dict[str, Any]:
        return {
            "database": self.database,
            "row": self.row,
            "concurrency": self.concurrency,
            "product": self.product.as_json(),
            "yardstick": self.yardstick.as_json(),
            "ratio": self.ratio,
            "cpu_ratio": self.cpu_ratio,
            "reach": self.reach,
            "within": self.within,
        }


@dataclass(slots=True)
class Figure:
    """A figure of its own kind. `reach`: the most it may be; with `at_least` the least."""

    database: str
    row: str
    value: float
    unit: str
    ratio: float | None = None
    """To the yardstick, where it has one."""
    reach: float | None = None
    at_least: bool = False
    of_ratio: bool = False
    """Whether the reach is one of the ratio."""
    remark: str = ""

    @property
    def within(self) -> bool | None:
        measured = self.ratio if self.of_ratio else self.value
        if self.reach is None or measured is None:
            return None
        return measured >= self.reach if self.at_least else measured <= self.reach

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "within": self.within}


@dataclass(slots=True)
class Results:
    machine: dict[str, Any]
    compared: list[Compared] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "machine": self.machine,
            "compared": [row.as_json() for row in self.compared],
            "figures": [figure.as_json() for figure in self.figures],
        }


_COMPARED = (
    "database",
    "row",
    "at",
    "p50 ms",
    "p99 ms",
    "per s",
    "CPU ms",
    "yardstick p50",
    "p99",
    "per s",
    "CPU ms",
    "ratio",
    "CPU ratio",
    "reach",
)
_FIGURES = ("database", "row", "value", "unit", "ratio", "reach", "remark")


def _verdict(within: bool | None, reach: float | None, *, at_least: bool = False) -> str:
    if within is None:
        return ""
    return f"{'≥' if at_least else '≤'} {reach:g} {'ok' if within else 'OVER'}"


def _side(side: Side) -> tuple[str, ...]:
    return (
        f"{side.p50 * 1e3:.2f}",
        f"{side.p99 * 1e3:.2f}",
        f"{side.rate:.0f}",
        f"{side.cpu_each * 1e3:.2f}" if side.cpu else "",
    )


def _cells(row: Compared) -> tuple[str, ...]:
    return (
        row.database,
        row.row,
        str(row.concurrency),
        *_side(row.product),
        *_side(row.yardstick),
        f"{row.ratio:.1f}",
        "" if row.cpu_ratio is None else f"{row.cpu_ratio:.1f}",
        _verdict(row.within, row.reach),
    )


def _figure_cells(figure: Figure) -> tuple[str, ...]:
    return (
        figure.database,
        figure.row,
        f"{figure.value:.4g}" if figure.value < 1000 else f"{figure.value:.0f}",
        figure.unit,
        "" if figure.ratio is None else f"{figure.ratio:.2g}",
        _verdict(figure.within, figure.reach, at_least=figure.at_least),
        figure.remark,
    )


def _tables(results: Results) -> Iterable[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    yield _COMPARED, [_cells(row) for row in results.compared]
    yield _FIGURES, [_figure_cells(figure) for figure in results.figures]


def text(results: Results) -> str:
    return "\n\n".join(_aligned(head, rows) for head, rows in _tables(results))


def _aligned(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    numbers = [
        all(_is_number(row[column]) for row in rows) and bool(rows) for column in range(len(head))
    ]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(line, widths, numbers, strict=True)
        ).rstrip()
        for line in lines
    )


def _is_number(cell: str) -> bool:
    return not cell.strip("0123456789.-")


def markdown(results: Results) -> str:
    """Tables for the documentation: of what carries over to other machines, the ratios."""
    ratios = [
        (
            row.database,
            row.row,
            str(row.concurrency),
            f"{row.ratio:.1f}",
            "" if row.cpu_ratio is None else f"{row.cpu_ratio:.1f}",
            f"{row.product.p99 / row.product.p50:.1f}",
            _verdict(row.within, row.reach),
        )
        for row in results.compared
    ]
    head = ("database", "row", "at", "ratio", "CPU ratio", "p99 / p50", "reach")
    figures = [_figure_cells(figure) for figure in results.figures]
    return "\n\n".join((_markdown_table(head, ratios), _markdown_table(_FIGURES, figures)))


def _markdown_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def over(results: Results) -> list[str]:
    """What is out of reach, in words."""
    return [
        f"{row.database}: {row.row} at {row.concurrency}: {row.ratio:.1f} times the yardstick, "
        f"reach {row.reach:g}"
        for row in results.compared
        if row.within is False
    ] + [
        f"{figure.database}: {figure.row}: "
        f"{figure.ratio if figure.of_ratio else figure.value:.3g} "
        f"{'times' if figure.of_ratio else figure.unit}, reach {figure.reach:g}"
        for figure in results.figures
        if figure.within is False
    ]
