"""Keyset pages: each begins where its cursor stands, and they are steady while rows come and go."""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
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
    """`order`: the fields that make a cursor. `count`: how many entries the whole list has, for the
    one who asks; None: it has none."""

    rows: list[M]
    order: Sequence[str]
    has_next: bool
    has_previous: bool
    count: Callable[[], Awaitable[int]] | None

    @property
    def cursors(self) -> list[str]:
        return [self.cursor(row) for row in self.rows]

    def cursor(self, row: M) -> str:
        """Where a page begins that follows `row`."""
        return _cursor([getattr(row, name) for name in self.order])

    async def total_count(self) -> int:
        return await self.count() if self.count is not None else 0


def nothing() -> Page[M]:
    return Page([], (), False, False, None)


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
    rest = query
    if after is not None:
        rest = query.filter(behind(order, position(query.model, order, after)))
    rows = await rest.order_by(*order).limit(first + 1)
    return page_of(rows, query.count, order, first, after)


def length(first: int | None) -> int:
    """How many entries a page has. Raises Refused(PAGE_TOO_LARGE)."""
    first = DEFAULT_PAGE if first is None else first
    if not 1 <= first <= MAX_PAGE:
        raise Refused(Refusal(RefusalCode.PAGE_TOO_LARGE, {"value": first, "limit": MAX_PAGE}))
    return first


def counted_together(
    load: Callable[[], Awaitable[Mapping[int, int]]],
) -> Callable[[int], Awaitable[int]]:
    """How many entries each of several lists has, by the id of its owner: counted for all of them
    when the first is asked for."""
    counts: asyncio.Future[Mapping[int, int]] | None = None

    async def count(id_: int) -> int:
        nonlocal counts
        if counts is None:
            counts = asyncio.ensure_future(load())
        return (await asyncio.shield(counts)).get(id_, 0)

    return count


def position(model: type[M], order: Sequence[str], after: str) -> list[Value]:
    """Where a cursor stands in a list of `model`. Raises Refused(CURSOR_NOT_UNDERSTOOD)."""
    columns = model._meta.fields_map
    names = [name.removeprefix("-") for name in order[:-1]]
    return _read_cursor(after, [columns[name].constraints.get("max_length") for name in names])


def page_of(
    rows: Sequence[M],
    count: Callable[[], Awaitable[int]],
    order: Sequence[str],
    first: int,
    after: str | None,
) -> Page[M]:
    """The page from its rows and, where there are more, the one that follows."""
    names = [name.removeprefix("-") for name in order]
    return Page(list(rows[:first]), names, len(rows) > first, after is not None, count)


def behind(order: Sequence[str], values: Sequence[Value]) -> Q:
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
