"""Numbered plain SQL, one file per dialect, applied in order and never changed once released.

Tortoise's own migrations rebuild SQLite tables with foreign keys on, which deletes rows; these
run under one lock, with foreign keys off around rebuilds and checked at the end.
"""

from dataclasses import dataclass
from importlib.resources import files

from dialtree import clock
from dialtree.database import connection, is_postgres

ADVISORY_LOCK = 0x6469616C
PATIENCE = 86_400.0
"""Seconds that a migration, or waiting for that of another process, may take on PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Migration:
    name: str
    sql: str


def available(dialect: str) -> list[Migration]:
    """The migrations of `dialect` ("sqlite" or "postgres"), oldest first."""
    suffix = f".{dialect}.sql"
    found = (file for file in files(__package__).iterdir() if file.name.endswith(suffix))
    return sorted(
        (Migration(file.name.removesuffix(suffix), file.read_text("utf-8")) for file in found),
        key=lambda migration: migration.name,
    )


async def migrate() -> list[str]:
    """Brings the schema up to date; returns the names of what was applied.

    Safe to start from several processes at once: one works, the others wait and find it done.
    """
    return await (_migrate_postgres() if is_postgres() else _migrate_sqlite())


async def missing() -> list[str]:
    """The names of migrations that have not been applied. Raises what the database raises."""
    done = {row["name"] for row in await connection().execute_query_dict(_APPLIED)}
    dialect = "postgres" if is_postgres() else "sqlite"
    return [migration.name for migration in available(dialect) if migration.name not in done]


_APPLIED = "SELECT name FROM migration"


def _record(migration: Migration) -> str:
    applied_at = clock.now().isoformat(timespec="seconds")
    return f"INSERT INTO migration (name, applied_at) VALUES ('{migration.name}', '{applied_at}')"  # noqa: S608 - names are those of our own files


async def _migrate_postgres() -> list[str]:
    applied = []
    async with connection().acquire_connection() as raw, raw.transaction():
        # Whatever a migration takes, on either side.
        await raw.execute("SET LOCAL statement_timeout = 0")
        await raw.execute("SELECT pg_advisory_xact_lock($1)", ADVISORY_LOCK, timeout=PATIENCE)
        await raw.execute(
            "CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, applied_at text NOT NULL)"
        )
        done = {row["name"] for row in await raw.fetch(_APPLIED)}
        for migration in available("postgres"):
            if migration.name not in done:
                await raw.execute(migration.sql, timeout=PATIENCE)
                await raw.execute(_record(migration))
                applied.append(migration.name)
    return applied


async def _migrate_sqlite() -> list[str]:
    applied = []
    async with connection().acquire_connection() as raw:
        await raw.execute("PRAGMA foreign_keys=OFF")
        try:
            await raw.execute("BEGIN IMMEDIATE")
            await raw.execute(
                "CREATE TABLE IF NOT EXISTS migration "
                "(name text PRIMARY KEY, applied_at text NOT NULL)"
            )
            rows = await raw.execute_fetchall(_APPLIED)
            done = {row[0] for row in rows}
            for migration in available("sqlite"):
                if migration.name not in done:
                    for statement in statements(migration.sql):
                        await raw.execute(statement)
                    await raw.execute(_record(migration))
                    applied.append(migration.name)
            broken = list(await raw.execute_fetchall("PRAGMA foreign_key_check"))
            if broken:
                raise RuntimeError(f"a migration broke {len(broken)} references")
            await raw.commit()
            # Reads again by what figures statements are planned: a migration may have written some.
            await raw.execute("ANALYZE sqlite_schema")
        except BaseException:
            await raw.rollback()
            raise
        finally:
            await raw.execute("PRAGMA foreign_keys=ON")
    return applied


def statements(sql: str) -> list[str]:
    """Splits at semicolons that end a line (sqlite's executescript would commit the lock away)."""
    return [part for part in (piece.strip() for piece in sql.split(";\n")) if part]
