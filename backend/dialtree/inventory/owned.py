"""What several contracts, holders or orders have: a page of each, all by one statement."""

from collections import defaultdict
from collections.abc import Sequence

from dialtree.instances import Row, instances
from dialtree.inventory.conditions import Place, Statement, Wanted, at_sites, behind, matches
from dialtree.inventory.models import NumberRange
from dialtree.statements import all_of, among, fetch, select


async def roots_of_each(
    contract_ids: Sequence[int], after: Place, limit: int
) -> dict[int, list[NumberRange]]:
    """The first `limit` roots behind `after` of each contract, by its id."""
    sql = Statement()
    rows = await fetch(
        f"""
        SELECT * FROM (
            SELECT number_range.*, row_number() OVER (
                PARTITION BY number_range.contract_id
                ORDER BY number_range.digits, number_range.id
            ) AS place
            FROM {_roots_of(sql, contract_ids)}
                AND {behind(sql, after, "number_range.digits", "number_range.id")}
        ) AS roots WHERE place <= {limit} ORDER BY digits, id
        """,  # noqa: S608 - names of values
        sql.values,
    )
    return _by(rows, "contract_id")


async def count_roots_of_each(contract_ids: Sequence[int]) -> dict[int, int]:
    sql = Statement()
    rows = await fetch(
        "SELECT number_range.contract_id AS id, count(*) AS count "  # noqa: S608
        f"FROM {_roots_of(sql, contract_ids)} GROUP BY number_range.contract_id",
        sql.values,
    )
    return {row["id"]: row["count"] for row in rows}


def _roots_of(sql: Statement, contract_ids: Sequence[int]) -> str:
    """The contract tells the customer, with which the index begins."""
    return (
        "site_contract JOIN number_range "
        "ON number_range.customer_id = site_contract.customer_id "
        "AND number_range.contract_id = site_contract.id AND number_range.parent_id IS NULL "
        f"WHERE {among('site_contract.id', sql.put(all_of(contract_ids)))}"
    )


def _by(rows: Sequence[Row], column: str) -> dict[int, list[NumberRange]]:
    pages: dict[int, list[NumberRange]] = defaultdict(list)
    for row, range_ in zip(rows, instances(NumberRange, rows), strict=True):
        pages[row[column]].append(range_)
    return pages


def _of_some(sql: Statement, wanted: Wanted, column: str, ids: Sequence[int]) -> str:
    return (
        f"{among(f'number_range.{column}', sql.put(all_of(ids)))} "
        f"AND number_range.customer_id = {sql.put(wanted.principal.customer_id)} "
        f"AND {matches(sql, wanted, 'number_range')} "
        f"AND {at_sites(sql, wanted, 'number_range.contract_id')}"
    )


async def elements_of_each(
    wanted: Wanted, column: str, ids: Sequence[int], after: Place, limit: int
) -> dict[int, list[NumberRange]]:
    """The first `limit` elements behind `after` of each holder or open order, by its id; all of
    them are looked at."""
    sql = Statement()
    condition = _of_some(sql, wanted, column, ids)
    condition += f" AND {behind(sql, after, 'number_range.digits', 'number_range.id')}"
    if len(ids) == 1:
        rest = f"ORDER BY number_range.digits, number_range.id LIMIT {limit}"
        return {ids[0]: await select(NumberRange, f"WHERE {condition} {rest}", sql.values)}
    rows = await fetch(
        f"""
        SELECT * FROM (
            SELECT number_range.*, row_number() OVER (
                PARTITION BY {column} ORDER BY digits, id
            ) AS place
            FROM number_range WHERE {condition}
        ) AS elements WHERE place <= {limit} ORDER BY digits, id
        """,  # noqa: S608 - names of values
        sql.values,
    )
    return _by(rows, column)


async def count_of_each(wanted: Wanted, column: str, ids: Sequence[int]) -> dict[int, int]:
    sql = Statement()
    condition = _of_some(sql, wanted, column, ids)
    rows = await fetch(
        f"SELECT {column} AS id, count(*) AS count FROM number_range "  # noqa: S608
        f"WHERE {condition} GROUP BY {column}",
        sql.values,
    )
    return {row["id"]: row["count"] for row in rows}
