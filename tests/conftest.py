"""Fixtures: an empty, migrated database per test, and people of two customers."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from dialtree import clock
from dialtree.accounts.commands import create_customer
from dialtree.accounts.models import Customer, Role, User
from dialtree.accounts.principal import Principal
from dialtree.database import connected
from dialtree.inventory.import_command import ImportReport, import_contracts
from dialtree.language import Language
from dialtree.migrations import migrate
from dialtree.settings import Settings
from tests.postgres import PostgresServer

pytest_plugins = ["tests.server"]

NewDatabase = Callable[[], AbstractContextManager[str]]
ON_POSTGRES = os.environ.get("DIALTREE_TEST_DATABASE", "sqlite") == "postgres"


async def _migrate(url: str) -> None:
    async with connected(url):
        await migrate()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL with a migrated database `template`."""
    with PostgresServer() as server:
        asyncio.run(_migrate(server.create_database("template")))
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "dialtree.sqlite3"
    asyncio.run(_migrate(f"sqlite://{path}"))
    return path


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabase:
    """Makes migrated, empty databases on the dialect under test; gives the URL of each."""
    source = request.getfixturevalue("postgres" if ON_POSTGRES else "migrated_sqlite")

    @contextmanager
    def make() -> Iterator[str]:
        name = f"test_{os.urandom(6).hex()}"
        if ON_POSTGRES:
            yield source.create_from_template("template", name)
            source.drop_database(name)
        else:
            path = tmp_path / f"{name}.sqlite3"
            shutil.copyfile(source, path)
            yield f"sqlite://{path}"

    return make


@pytest.fixture
def database_url(new_database: NewDatabase) -> Iterator[str]:
    """The URL of a migrated, empty database on the dialect under test."""
    with new_database() as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[str]:
    """The database, opened for the models."""
    async with connected(database_url):
        yield database_url


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """For a PostgreSQL that root has started, which then runs as somebody else: pytest's own
    directories are closed to others, and closed again by whoever starts pytest next."""
    with tempfile.TemporaryDirectory(prefix="dialtree-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of an installation without a mail server and with the worker at rest."""
    return Settings(
        data_dir=tmp_path, database_url=database_url, public_url="http://test.example", worker=False
    )


@dataclass(frozen=True)
class People:
    """An administrator and a viewer of one customer, an administrator of another; service staff
    of the provider, working for the first customer."""

    administrator: Principal
    viewer: Principal
    stranger: Principal
    service: Principal


PASSWORD = "correct horse battery staple"
# Argon2id of PASSWORD with the least possible cost, so that tests do not spend their time on it.
PASSWORD_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$E/9XOcEJe3mPXG7g015mjI/Ptw7gpcl7bw+7BNqI9bQ"
)


@pytest.fixture
async def people(database: str) -> People:
    return await make_people(
        await _customer("Nordlicht Werke GmbH"),
        await _customer("Südwind AG"),
        await _customer("Netz und Leitung"),
    )


async def make_people(ours: Customer, theirs: Customer, provider: Customer) -> People:
    service = await person(provider, "service@netz.example", Role.SERVICE)
    return People(
        await person(ours, "admin@nordlicht.example", Role.ADMINISTRATOR),
        await person(ours, "viewer@nordlicht.example", Role.VIEWER),
        await person(theirs, "admin@suedwind.example", Role.ADMINISTRATOR),
        replace(service, customer_id=ours.id),
    )


async def import_for(principal: Principal, text: str, **options: bool) -> ImportReport:
    """Imports as service staff who work for the customer of `principal`."""
    return await import_contracts(replace(principal, role=Role.SERVICE), text, **options)


async def _customer(name: str) -> Customer:
    return await create_customer(name, 30)


async def person(customer: Customer, email: str, role: Role) -> Principal:
    user = await User.create(
        customer_id=customer.id,
        email=email,
        name=email.partition("@")[0].title(),
        role=role,
        language=Language.EN,
        password_hash=PASSWORD_HASH,
        created_at=clock.now(),
    )
    return Principal.from_user(user)
