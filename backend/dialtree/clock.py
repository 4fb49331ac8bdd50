"""The only source of time: instants are aware and in UTC, days are days in Europe/Berlin."""

import time as system_time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_time


def now() -> datetime:
    return _source()


def stopwatch() -> float:
    """Seconds from an unknown beginning: for durations, which `now` would falsify when the time of
    the machine is put right."""
    return system_time.perf_counter()


def today() -> date:
    return now().astimezone(BERLIN).date()


def midnight(day: date) -> datetime:
    """The instant at which `day` begins in Berlin: 22:00 or 23:00 UTC of the day before."""
    return datetime.combine(day, time(), BERLIN).astimezone(UTC)


@contextmanager
def reading(source: Callable[[], datetime]) -> Iterator[None]:
    """Takes the time from `source` inside the block, for tests that pass midnight or a year."""
    global _source  # noqa: PLW0603 - one clock for the whole process is the point
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
