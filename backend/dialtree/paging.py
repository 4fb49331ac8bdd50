"""Keyset pages: as fast on the last page as on the first, and steady while rows come and go."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from dialtree.refusals import Refusal, RefusalCode, Refused

MAX_PAGE = 100
DEFAULT_PAGE = 50

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """`counted`: what `total_count` would count, for the one who asks."""

    rows: list[M]
    cursors: list[str]
    has_next: bool
    has_previous: bool
    counted: QuerySet[M] | None

    async def total_count(self) -> int:
        return await self.counted.count() if self.counted is not None else 0


def nothing() -> Page[M]:
    return Page([], [], False, False, None)


async def page(
    query: QuerySet[M],
    order: Sequence[str],
    *,
    first: int | None,
    after: str | None,
) -> Page[M]:
    """The `first` rows (null: DEFAULT_PAGE) after the cursor.

    `order`: field names, "-" for descending, the last one unique.
    Raises Refused(PAGE_TOO_LARGE, CURSOR_NOT_UNDERSTOOD).
    """
    first = DEFAULT_PAGE if first is None else first
    if not 1 <= first <= MAX_PAGE:
        raise Refused(Refusal(RefusalCode.PAGE_TOO_LARGE, {"value": first, "limit": MAX_PAGE}))
    names = [name.removeprefix("-") for name in order]
    rest = query.filter(_after(order, _read_cursor(after, len(order)))) if after else query
    rows = await rest.order_by(*order).limit(first + 1)
    shown = rows[:first]
    cursors = [_cursor([getattr(row, name) for name in names]) for row in shown]
    return Page(shown, cursors, len(rows) > first, after is not None, query)


def _after(order: Sequence[str], values: Sequence[str | int]) -> Q:
    """Rows behind the one with `values`: (a > x) or (a = x and b > y) …"""
    conditions = []
    for position, name in enumerate(order):
        operator = "lt" if name.startswith("-") else "gt"
        where: dict[str, Any] = {order[i].removeprefix("-"): values[i] for i in range(position)}
        where[f"{name.removeprefix('-')}__{operator}"] = values[position]
        conditions.append(Q(**where))
    return Q(*conditions, join_type="OR")


def _cursor(values: Sequence[str | int]) -> str:
    return urlsafe_b64encode(orjson.dumps(values)).decode()


def _read_cursor(cursor: str, length: int) -> list[str | int]:
    try:
        values = orjson.loads(urlsafe_b64decode(cursor.encode()))
    except ValueError:
        values = None
    if (
        not isinstance(values, list)
        or len(values) != length
        or not all(isinstance(value, str | int) for value in values)
        or not isinstance(values[-1], int)
        or not all(isinstance(value, str) for value in values[:-1])
    ):
        raise Refused(Refusal(RefusalCode.CURSOR_NOT_UNDERSTOOD))
    return values
