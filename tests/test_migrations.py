"""The schema that the migrations make: it is that of the models, it is made once however many
processes start, and it refuses rows that no command would write."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from dialtree import clock, migrations
from dialtree.accounts.models import Customer, CustomerKey
from dialtree.database import connected, connection
from dialtree.holders.models import HolderKind
from dialtree.inventory.models import NumberPiece, NumberRange, RangeKind, RangeState
from dialtree.migrations import Migration, available, migrate, missing, statements
from dialtree.numbering.ranges import ALL_DIGITS, NumberPattern
from dialtree.numbering.search import pieces
from dialtree.numbering.sites import fold
from dialtree.orders.models import Order
from dialtree.ucc.models import UccPartner
from tests.conftest import ON_POSTGRES, People
from tests.invariants import check
from tests.running import running
from tests.stock import BLOCK, at, holder, load, split
from tests.subprocesses import at_once

EmptyDatabase = Callable[[], AbstractContextManager[str]]
DIALECT = "postgres" if ON_POSTGRES else "sqlite"

BEYOND_THE_MODELS = {
    ("holder", ("customer_id", "kind", "name_key")),
    ("number_range", ("digits",)),
    ("number_range", ("customer_id", "digits", "id")),
    ("order_request", ("due_at", "id")),
    ("order_request", ("holder_id", "due_at", "id")),
    ("outbox_mail", ("due_at", "id")),
    ("number_range", ("customer_id", "contract_id", "digits", "id")),
    ("number_range", ("parent_id", "digits")),
    ("number_range", ("root_id", "digits")),
    ("number_range", ("holder_id", "digits", "id")),
    ("number_range", ("open_order_id", "digits", "id")),
}
"""Partial indexes, which the ORM cannot express."""


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> EmptyDatabase:
    """Makes databases without any table; gives the URL of each."""
    server = request.getfixturevalue("postgres") if ON_POSTGRES else None

    @contextmanager
    def make() -> Iterator[str]:
        name = f"empty_{os.urandom(6).hex()}"
        if server is not None:
            yield server.create_database(name)
            server.drop_database(name)
        else:
            yield f"sqlite://{tmp_path / name}.sqlite3"

    return make


@asynccontextmanager
async def opened(make: EmptyDatabase) -> AsyncIterator[str]:
    with make() as url:
        async with connected(url):
            yield url


# As the models -----------------------------------------------------------------------------------


@dataclass
class Table:
    """`columns`: name to type, nullability and collation. The indexes by their columns: those
    that are whole and those that hold for some rows only, which have the condition with them."""

    columns: dict[str, tuple[str, bool]] = field(default_factory=dict)
    collations: dict[str, str] = field(default_factory=dict)
    primary_key: tuple[str, ...] = ()
    references: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    unique: set[tuple[str, ...]] = field(default_factory=set)
    indexes: set[tuple[str, ...]] = field(default_factory=set)
    partial: dict[tuple[str, ...], str] = field(default_factory=dict)


async def rows(sql: str, *values: object) -> list[dict[str, Any]]:
    return await connection().execute_query_dict(sql, list(values))


async def schema() -> dict[str, Table]:
    tables = await (_postgres_schema() if ON_POSTGRES else _sqlite_schema())
    tables.pop("migration", None)
    return tables


async def _sqlite_schema() -> dict[str, Table]:
    tables = {}
    for named in await rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ):
        name = named["name"]
        table = tables[name] = Table()
        for column in await rows(f"PRAGMA table_info('{name}')"):
            table.columns[column["name"]] = (column["type"], not column["notnull"])
        table.primary_key = tuple(
            c["name"] for c in await rows(f"PRAGMA table_info('{name}')") if c["pk"]
        )
        for key in await rows(f"PRAGMA foreign_key_list('{name}')"):
            table.references[key["from"]] = (key["table"], key["to"], key["on_delete"])
        for index in await rows(f"PRAGMA index_list('{name}')"):
            columns = tuple(c["name"] for c in await rows(f"PRAGMA index_info('{index['name']}')"))
            if index["partial"]:
                [made] = await rows("SELECT sql FROM sqlite_master WHERE name = $1", index["name"])
                table.partial[columns] = made["sql"]
            elif index["origin"] != "pk":
                (table.unique if index["unique"] else table.indexes).add(columns)
    return tables


async def _postgres_schema() -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for column in await rows(
        """
        SELECT table_name, column_name, data_type, character_maximum_length, is_nullable,
            collation_name
        FROM information_schema.columns JOIN information_schema.tables
            USING (table_schema, table_name)
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY ordinal_position
        """
    ):
        table = tables.setdefault(column["table_name"], Table())
        type_ = f"{column['data_type']} {column['character_maximum_length'] or ''}".strip()
        table.columns[column["column_name"]] = (type_, column["is_nullable"] == "YES")
        if column["collation_name"] is not None:
            table.collations[column["column_name"]] = column["collation_name"]
    for key in await rows(
        """
        SELECT conrelid::regclass::text AS name, confrelid::regclass::text AS other,
            own.attname AS own, its.attname AS its, confdeltype::text AS deleting
        FROM pg_constraint
        JOIN pg_attribute own ON own.attrelid = conrelid AND own.attnum = conkey[1]
        JOIN pg_attribute its ON its.attrelid = confrelid AND its.attnum = confkey[1]
        WHERE contype = 'f'
        """
    ):
        deleting = {"r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "a": "NO ACTION"}
        tables[key["name"]].references[key["own"]] = (
            key["other"],
            key["its"],
            deleting[key["deleting"]],
        )
    for index in await rows(
        """
        SELECT indrelid::regclass::text AS name, indisunique, indisprimary,
            pg_get_expr(indpred, indrelid) AS condition,
            (SELECT array_agg(attname::text ORDER BY place) FROM unnest(indkey) WITH ORDINALITY
                AS k(number, place) JOIN pg_attribute ON attrelid = indrelid AND attnum = number
            ) AS columns
        FROM pg_index WHERE indrelid::regclass::text NOT LIKE 'pg_%'
        """
    ):
        if index["name"] not in tables:
            continue
        table, columns = tables[index["name"]], tuple(index["columns"])
        if index["indisprimary"]:
            table.primary_key = columns
        elif index["condition"] is not None:
            table.partial[columns] = index["condition"]
        else:
            (table.unique if index["indisunique"] else table.indexes).add(columns)
    return tables


async def test_the_schema_is_that_of_the_models(empty_database: EmptyDatabase) -> None:
    async with opened(empty_database):
        await Tortoise.generate_schemas()
        of_models = await schema()
    async with opened(empty_database):
        assert await migrate() == [migration.name for migration in available(DIALECT)]
        migrated = await schema()
    assert migrated.keys() == of_models.keys() == set(_model_tables())
    for name, table in migrated.items():
        model = of_models[name]
        assert table.columns == model.columns, name
        assert table.primary_key == model.primary_key, name
        assert table.references == model.references, name
        assert table.unique == model.unique, name
        assert table.indexes == model.indexes, name
    beyond = {(name, columns) for name, table in migrated.items() for columns in table.partial}
    assert beyond == BEYOND_THE_MODELS
    assert not any(table.partial for table in of_models.values())


def _model_tables() -> list[str]:
    return [model._meta.db_table for model in Tortoise.apps["dialtree"].values()]


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite waits for as long as it takes")
async def test_a_migration_may_take_longer_than_any_other_statement(
    empty_database: EmptyDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialtree.database.REPLY_SECONDS", 0.5)
    monkeypatch.setattr("dialtree.database.STATEMENT_SECONDS", 0.5)
    slow = Migration("9999_slow", "SELECT pg_sleep(1)")
    monkeypatch.setattr("dialtree.migrations.available", lambda _dialect: [slow])
    async with opened(empty_database):
        assert await migrate() == ["9999_slow"]


@pytest.mark.skipif(ON_POSTGRES, reason="of SQLite's planner")
async def test_who_migrates_plans_by_the_figures_that_a_migration_has_written(
    empty_database: EmptyDatabase,
) -> None:
    async with opened(empty_database):
        await migrate()
        plan = await connection().execute_query_dict(
            "EXPLAIN QUERY PLAN SELECT * FROM number_range WHERE customer_id = 1 AND id IN (1, 2)"
        )
    assert "INTEGER PRIMARY KEY" in plan[0]["detail"]


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite compares bytes everywhere")
async def test_what_is_searched_by_its_beginning_is_ordered_by_code_points(
    empty_database: EmptyDatabase,
) -> None:
    """`>= prefix AND < next_prefix(prefix)` is right, and uses an index, in no other order."""
    async with opened(empty_database):
        await migrate()
        found = await schema()
    assert {
        (name, column)
        for name, table in found.items()
        for column, collation in table.collations.items()
        if collation == "C"
    } == {
        ("number_range", "digits"),
        ("number_piece", "digits"),
        ("number_piece", "piece"),
        ("site_contract", "number"),
        ("site_key", "key"),
        ("customer", "name_key"),
        ("customer_key", "key"),
        ("holder", "name_key"),
        ("order_item", "digits"),
    }


async def test_both_dialects_have_the_same_migrations() -> None:
    names = [migration.name for migration in available("sqlite")]
    assert names == [migration.name for migration in available("postgres")]
    assert names == sorted(names)
    assert names[0].startswith("0001_")


def test_statements_are_split_where_a_semicolon_ends_a_line() -> None:
    sql = "CREATE TABLE a (x);\n-- b; c\nCREATE TABLE b (\n  y\n);\n\nINSERT INTO a VALUES (';');\n"
    assert statements(sql) == [
        "CREATE TABLE a (x)",
        "-- b; c\nCREATE TABLE b (\n  y\n)",
        "INSERT INTO a VALUES (';')",
    ]


# Once --------------------------------------------------------------------------------------------


async def test_it_is_done_once(empty_database: EmptyDatabase) -> None:
    async with opened(empty_database):
        assert await migrate()
        await Customer.create(name="ours", created_at=clock.now())
        before = await schema()
        assert await migrate() == []
        assert await schema() == before
        assert await Customer.filter(name="ours").exists()


def test_of_processes_that_start_at_once_one_does_the_work(empty_database: EmptyDatabase) -> None:
    program = """
async def main():
    async with connected(url):
        print(*await migrate())
        print(await Customer.all().count())

asyncio.run(main())
"""
    with empty_database() as url:
        ended = at_once(program, url, 6)
    names = " ".join(migration.name for migration in available(DIALECT))
    assert sorted(process.output for process in ended) == ["\n0\n"] * 5 + [f"{names}\n0\n"]
    assert [process.errors for process in ended] == [""] * 6


@pytest.mark.skipif(not ON_POSTGRES, reason="on SQLite the web process is the worker")
async def test_a_worker_that_starts_first_does_it(
    empty_database: EmptyDatabase, tmp_path: Path
) -> None:
    with empty_database() as url:
        with running(command="worker", data_dir=str(tmp_path), database_url=url) as worker:
            worker.stop()
            assert worker.ended() == 0
        assert " ERROR " not in worker.text
        assert "Traceback" not in worker.text
        async with connected(url):
            assert await missing() == []


async def test_a_migration_that_fails_leaves_nothing(
    empty_database: EmptyDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = available(DIALECT)
    bad = migrations.Migration("9999_bad", "CREATE TABLE a (x INT);\nCREATE TABLE a (x INT);\n")
    async with opened(empty_database):
        monkeypatch.setattr(migrations, "available", lambda _dialect: [*good, bad])
        with pytest.raises(Exception, match="already exists"):
            await migrate()
        assert await schema() == {}
        monkeypatch.undo()
        assert await migrate() == [migration.name for migration in good]


@pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL checks references as it goes")
async def test_a_migration_may_not_break_references(
    empty_database: EmptyDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = (
        'INSERT INTO session ("secret_hash", "created_at", "expires_at", "user_id") '
        "VALUES ('', '', '', 99);\n"
    )
    bad = migrations.Migration("9999_bad", sql)
    async with opened(empty_database):
        good = available(DIALECT)
        await migrate()
        monkeypatch.setattr(migrations, "available", lambda _dialect: [*good, bad])
        with pytest.raises(RuntimeError, match="broke 1 references"):
            await migrate()
        assert await rows("SELECT * FROM session") == []
        assert await rows("PRAGMA foreign_keys") == [{"foreign_keys": 1}]


async def test_customers_of_before_are_found_by_their_names(
    empty_database: EmptyDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those that are made since."""
    names = ("Nordlicht Werke GmbH", "Äckerle & Söhne", "Weiß-Blau Übersee AG", "7 Zwerge")
    earlier = [m for m in available(DIALECT) if m.name < "0006"]
    async with opened(empty_database):
        with monkeypatch.context() as patch:
            patch.setattr(migrations, "available", lambda _dialect: earlier)
            await migrate()
        for name in names:
            await rows(
                "INSERT INTO customer (name, booked_concurrent_calls, created_at) "
                "VALUES ($1, 0, '2026-11-23 12:00:00+00:00') RETURNING id",
                name,
            )
        await migrate()
        for name in names:
            customer = await Customer.get(name=name)
            assert customer.name_key == fold(name)
            keys = await CustomerKey.filter(customer_id=customer.id).values_list("key", flat=True)
            words = fold(name).split()
            assert set(keys) == {" ".join(words[at:]) for at in range(len(words))}


async def test_roots_and_sums_of_before_are_as_those_of_imports(
    empty_database: EmptyDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What "contains" searches look in, and what a customer has."""
    roots = [
        ("493023125", 3, "345"),
        *((d, n, ALL_DIGITS) for d, n in (("492214710", 1), ("494066969123", 0))),
    ]
    earlier = [m for m in available(DIALECT) if m.name < "0007"]
    async with opened(empty_database):
        with monkeypatch.context() as patch:
            patch.setattr(migrations, "available", lambda _dialect: earlier)
            await migrate()
        for sql in (
            "INSERT INTO customer (id, name, booked_concurrent_calls, created_at) "
            "VALUES (7, 'ours', 0, '2026-11-23 12:00:00+00:00') RETURNING id",
            "INSERT INTO site_contract (id, number, street, postcode, town, status, customer_id) "
            "VALUES (8, 'SV-1', '', '', '', 'ACTIVE', 7) RETURNING id",
        ):
            await rows(sql)
        for digits, open_digits, first_digits in roots:
            kind = "BLOCK" if open_digits else "SINGLE_NUMBER"
            size = NumberPattern(digits, open_digits, first_digits).size
            await rows(
                "INSERT INTO number_range (kind, level, digits, open_digits, first_digits, "
                "area_length, state, free_count, assigned_count, reserved_beneath, contract_id, "
                f"customer_id) VALUES ('{kind}', 0, '{digits}', {open_digits}, '{first_digits}', "
                f"2, 'SPLIT', {size}, 0, 0, 8, 7) RETURNING id"
            )
        await migrate()
        found = await NumberPiece.all().values_list("customer_id", "digits", "piece")
        assert sorted(found) == sorted(
            (7, digits, piece) for digits, open_, _ in roots for piece in pieces(digits, open_)
        )
        customer = await Customer.get(id=7)
        assert (customer.site_contract_count, customer.number_count) == (1, 300 + 10 + 1)
        assert (customer.block_count, customer.single_number_count) == (2, 1)


async def test_the_partners_are_there(empty_database: EmptyDatabase) -> None:
    """S6."""
    async with opened(empty_database):
        await migrate()
        partners = dict(await UccPartner.all().values_list("code", "takes_split_ranges"))
    assert partners == {
        "ZOOM_X": True,
        "OPERATOR_CONNECT": True,
        "UNIFY_X": False,
        "RINGCENTRAL_X": False,
    }


# What the database refuses -----------------------------------------------------------------------


@pytest.fixture
async def block(people: People) -> NumberRange:
    await load(people.administrator, BLOCK)
    await split(people.administrator, "030 23125-3")
    return await NumberRange.get(kind=RangeKind.BLOCK)


def like(range_: NumberRange, **other: object) -> NumberRange:
    """A single number beside it."""
    values = {
        "customer_id": range_.customer_id,
        "contract_id": range_.contract_id,
        "kind": RangeKind.SINGLE_NUMBER,
        "level": 0,
        "digits": "492214710999",
        "open_digits": 0,
        "area_length": 3,
        "state": RangeState.FREE,
        "free_count": 1,
    }
    return NumberRange(**(values | other))


async def test_a_good_row_is_taken(block: NumberRange) -> None:
    await like(block).save()
    # As the import that it would come with.
    await Customer.filter(id=block.customer_id).update(
        single_number_count=F("single_number_count") + 1, number_count=F("number_count") + 1
    )
    await check()


@pytest.mark.parametrize(
    "bad",
    [
        {"digits": "4930231253"},  # N3: a number stands once
        {"digits": "49302312535", "kind": RangeKind.RANGE},
        {"free_count": -1},
        {"assigned_count": -1},
        {"reserved_beneath": -1},
        {"state": RangeState.ASSIGNED},  # to nobody
        {"level": 1},  # beneath nothing
        {"contract_id": 99},
        {"customer_id": 99},
        {"open_order_id": 99},
        {"contract_id": None},
    ],
    ids=str,
)
async def test_bad_rows_of_the_tree_are_refused(block: NumberRange, bad: dict[str, object]) -> None:
    row = like(block)
    for name, value in bad.items():
        setattr(row, name, value)
    with pytest.raises((IntegrityError, ValueError)):
        await row.save()
    await check()


async def test_a_holder_without_assignment_is_refused(block: NumberRange, people: People) -> None:
    trunk = await holder(people.administrator)
    with pytest.raises(IntegrityError):
        await like(block, holder_id=trunk.id).save()
    with pytest.raises(IntegrityError):
        await NumberRange.filter(digits="4930231254").update(holder_id=trunk.id)


async def test_what_stands_beneath_a_node_names_its_root(block: NumberRange) -> None:
    for parent_id, root_id, level in ((block.id, None, 1), (None, block.id, 0), (1, 1, 0)):
        with pytest.raises(IntegrityError):
            await like(block, parent_id=parent_id, root_id=root_id, level=level).save()


async def test_references_are_kept(block: NumberRange, people: People) -> None:
    for what in (
        Customer.filter(id=block.customer_id),
        Order.filter(customer_id=block.customer_id),
    ):
        before = await what.count()
        with pytest.raises(IntegrityError):
            await Customer.filter(id=block.customer_id).delete()
        assert await what.count() == before
    # What stands beneath a range goes with it, and orders keep naming what is gone.
    await NumberRange.filter(id=(await at("030 23125-3")).id).delete()
    assert not await NumberRange.filter(digits__startswith="4930231253").exists()
    assert await Order.filter(customer_id=block.customer_id).exists()


async def test_names_of_holders_are_unique_among_those_that_exist(people: People) -> None:
    """T1."""
    trunk = await holder(people.administrator)
    with pytest.raises(IntegrityError):
        await holder(people.administrator, name="HAMBURG")
    await holder(people.administrator, HolderKind.CLOUD_PBX)
    await holder(people.stranger)
    trunk.deleted_at = clock.now()
    await trunk.save()
    await holder(people.administrator)
    with pytest.raises(IntegrityError):
        await holder(people.administrator)
