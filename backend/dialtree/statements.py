"""Statements that are written out, for busy paths: on them the ORM would take longer to write a
statement than the database to run it.

They have $1, $2, … for their values on both databases.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, TypeVar

import orjson
from tortoise.models import Model

from dialtree.database import connection, is_postgres, reading_connection
from dialtree.instances import Row, instances

M = TypeVar("M", bound=Model)


async def rows(sql: str, *values: object) -> list[dict[str, Any]]:
    """What a statement returns. Times and enums are as the driver gives them; see `instances`."""
    sent_by = reading_connection()
    found: list[dict[str, Any]] = await sent_by.execute_query_dict(_dialect(sql), list(values))
    return found


async def fetch(sql: str, values: Sequence[object]) -> Sequence[Row]:
    _, found = await reading_connection().execute_query(_dialect(sql), list(values))
    return found


async def select(model: type[M], rest: str, values: Sequence[object]) -> list[M]:
    """Instances of `model`; `rest` is what follows the name of the table."""
    sql = f"SELECT {columns(model)} FROM {model._meta.db_table} {rest}"  # noqa: S608 - names of our own
    return instances(model, await fetch(sql, values))


async def where_among(
    model: type[M], column: str, ids: Collection[int], order: str = ""
) -> list[M]:
    """Those whose `column` is one of `ids`; `order`: an ORDER BY, without one in any order."""
    if not ids:
        return []
    return await select(model, f"WHERE {among(column, '$1')} {order}", [all_of(ids)])


async def committed_rows(sql: str, *values: object) -> list[dict[str, Any]]:
    """What one statement returns that changes something and is a transaction by itself."""
    found: list[dict[str, Any]] = await connection().execute_query_dict(_dialect(sql), list(values))
    return found


async def changed_rows(sql: str, *values: object) -> int:
    """Runs an UPDATE or DELETE; returns how many rows it met."""
    count, _rows = await connection().execute_query(_dialect(sql), list(values))
    return count


async def lock_rows(sql: str, *values: object) -> None:
    """Holds the rows of a SELECT for this transaction. On SQLite, where the write transaction
    itself holds everything, nothing is to be done."""
    if is_postgres():
        await connection().execute_query(f"{sql} FOR UPDATE", list(values))


async def locked_rows(sql: str, *values: object) -> list[dict[str, Any]]:
    """As `lock_rows`, and what the rows are then."""
    return await rows(f"{sql} FOR UPDATE" if is_postgres() else sql, *values)


def skip_locked() -> str:
    """The end of a SELECT of rows that no other worker is just taking."""
    return "FOR UPDATE SKIP LOCKED" if is_postgres() else ""


async def insert(table: str, *rows_: Mapping[str, object], unless_there: bool = False) -> list[int]:
    """Inserts rows with the values of these columns, as the driver takes them, in one statement;
    returns their ids. `unless_there`: rows that break a unique constraint are left out."""
    sql = _insertion(table, tuple(rows_[0]), len(rows_), unless_there)
    values = [value for row in rows_ for value in row.values()]
    return [row["id"] for row in await rows(sql, *values)]


@lru_cache(256)
def _insertion(table: str, columns: tuple[str, ...], count: int, unless_there: bool) -> str:
    width = len(columns)
    tuples = ", ".join(f"({places(width, 1 + width * n)})" for n in range(count))
    conflict = "ON CONFLICT DO NOTHING " if unless_there else ""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {tuples} {conflict}RETURNING id"  # noqa: S608 - names of our own columns


def places(count: int, first: int = 1) -> str:
    """$1, $2, … for so many values, from $`first` on."""
    return ", ".join(f"${n}" for n in range(first, first + count))


def among(column: str, place: str) -> str:
    """The condition that `column` is one of `all_of` some whole numbers: the statement is the same
    however many they are, and prepared once."""
    if is_postgres():
        return f"{column} = ANY({place}::bigint[])"
    return f"{column} IN (SELECT value FROM json_each({place}))"  # noqa: S608 - names of our own


def all_of(ids: Collection[int]) -> object:
    """The value for `among`."""
    return list(ids) if is_postgres() else orjson.dumps(list(ids)).decode()


def _dialect(sql: str) -> str:
    return sql if is_postgres() else _for_sqlite(sql)


@lru_cache(256)
def _for_sqlite(sql: str) -> str:
    return re.sub(r"\$(?=\d)", "?", sql)


@cache
def columns(model: type[Model]) -> str:
    """All of its table, as `instances` reads them."""
    return ", ".join(f"{model._meta.db_table}.{name}" for name in model._meta.fields_db_projection)
