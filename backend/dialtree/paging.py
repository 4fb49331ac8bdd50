"""Keyset pages: each begins where its cursor stands, and they are steady while rows come and go."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import orjson
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from dialtree.refusals import Refusal, RefusalCode, Refused

MAX_PAGE = 100
DEFAULT_PAGE = 50

M = TypeVar("M", bound=Model)
Value = str | int | datetime
"""What a list is ordered by: texts, moments, and an id at the end."""


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
    first = length(first)
    names = [name.removeprefix("-") for name in order]
    rest = query
    if after is not None:
        columns = query.model._meta.fields_map
        limits = [columns[name].constraints.get("max_length") for name in names[:-1]]
        rest = query.filter(_after(order, _read_cursor(after, limits)))
    rows = await rest.order_by(*order).limit(first + 1)
    return page_of(rows, query, order, first, after)


def length(first: int | None) -> int:
    """How many entries a page has. Raises Refused(PAGE_TOO_LARGE)."""
    first = DEFAULT_PAGE if first is None else first
    if not 1 <= first <= MAX_PAGE:
        raise Refused(Refusal(RefusalCode.PAGE_TOO_LARGE, {"value": first, "limit": MAX_PAGE}))
    return first


def page_of(
    rows: Sequence[M], query: QuerySet[M], order: Sequence[str], first: int, after: str | None
) -> Page[M]:
    """The page from its rows and, where there are more, the one that follows."""
    names = [name.removeprefix("-") for name in order]
    shown = list(rows[:first])
    cursors = [_cursor([getattr(row, name) for name in names]) for row in shown]
    return Page(shown, cursors, len(rows) > first, after is not None, query)


def _after(order: Sequence[str], values: Sequence[Value]) -> Q:
    """Rows behind the one with `values`: a >= x and ((a > x) or (a = x and b > y) …); without the
    first, redundant condition databases read the index from its beginning."""
    conditions = []
    for position, name in enumerate(order):
        operator = "lt" if name.startswith("-") else "gt"
        where: dict[str, Any] = {order[i].removeprefix("-"): values[i] for i in range(position)}
        where[f"{name.removeprefix('-')}__{operator}"] = values[position]
        conditions.append(Q(**where))
    bound = "lte" if order[0].startswith("-") else "gte"
    leading: dict[str, Any] = {f"{order[0].removeprefix('-')}__{bound}": values[0]}
    return Q(Q(**leading), Q(*conditions, join_type="OR"))


def _cursor(values: Sequence[Value]) -> str:
    return urlsafe_b64encode(orjson.dumps(values)).decode()


def _read_cursor(cursor: str, limits: Sequence[int | None]) -> list[Value]:
    """The values in a cursor: for each of `limits` a text no longer than that, or a moment where
    it is null, and an id."""
    try:
        values = orjson.loads(urlsafe_b64decode(cursor.encode()))
    except ValueError:
        values = None
    if isinstance(values, list) and len(values) == len(limits) + 1:
        *keys, id_ = values
        if type(id_) is int and 0 <= id_ < 2**63:
            read = [_read_key(key, limit) for key, limit in zip(keys, limits, strict=True)]
            fitting = [value for value in read if value is not None]
            if len(fitting) == len(read):
                return [*fitting, id_]
    raise Refused(Refusal(RefusalCode.CURSOR_NOT_UNDERSTOOD))


def _read_key(key: object, limit: int | None) -> str | datetime | None:
    if not isinstance(key, str):
        return None
    if limit is not None:
        return key if len(key) <= limit and "\0" not in key else None
    try:
        moment = datetime.fromisoformat(key)
    except ValueError:
        return None
    return moment if moment.tzinfo is UTC else None
