"""The command `dialtree`."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from getpass import getpass
from pathlib import Path

from dialtree import cli_backup, cli_customers, cli_holders, cli_serving, clock
from dialtree.accounts.commands import (
    create_customer,
    create_user,
    deactivate,
    revoke_token,
    set_password,
)
from dialtree.accounts.models import ApiToken, Customer, Role, User
from dialtree.accounts.principal import Principal, lesser
from dialtree.accounts.rules import why_not_password
from dialtree.accounts.signing_in import create_token
from dialtree.audit.writing import COMMAND_LINE
from dialtree.cli_support import Stop, database_up_to_date, with_database
from dialtree.demo import load_demo
from dialtree.graphql.schema import schema
from dialtree.inputs import EMAIL
from dialtree.inventory.import_command import import_contracts
from dialtree.inventory.importing import decode
from dialtree.language import Language
from dialtree.operations.logs import configure
from dialtree.refusals import FieldProblem, Invalid, Refused, refuse
from dialtree.settings import Settings
from dialtree.trunks.vault import BadKey


def main() -> None:
    # The database and the e-mails hold what opens accounts.
    os.umask(0o077)
    arguments = _parser().parse_args()
    settings = Settings()
    configure(settings, is_service=arguments.run in cli_serving.SERVICES)
    try:
        arguments.run(arguments, settings)
    except (Stop, BadKey) as stop:
        sys.exit(f"dialtree: {stop}")
    except Refused as refused:
        sys.exit(f"dialtree: {refused.refusal.message(Language.EN)}")


def run_migrate(_arguments: argparse.Namespace, settings: Settings) -> None:
    """Bring the database up to date."""

    async def run() -> None:
        async with database_up_to_date(settings) as applied:
            print("\n".join(f"applied {name}" for name in applied) or "the database is up to date")

    asyncio.run(run())


def export_schema(_arguments: argparse.Namespace, _settings: Settings) -> None:
    """Print the GraphQL schema."""
    print(schema.as_str())


def run_import(arguments: argparse.Namespace, settings: Settings) -> None:
    """Load site contracts with their blocks and single numbers from a CSV file."""
    try:
        data = Path(arguments.file).read_bytes()
    except OSError as error:
        raise Stop(f"{arguments.file} cannot be read: {error.strerror}") from error

    async def work() -> None:
        principal = Principal.from_user(
            await _user(arguments.user), role=Role.SERVICE, via=COMMAND_LINE
        )
        try:
            report = await import_contracts(
                principal,
                decode(data),
                dry_run=arguments.dry_run,
                skip_bad_rows=arguments.skip_bad_rows,
            )
        except Invalid as invalid:
            _print_problems(arguments.file, invalid.problems)
            raise Stop(
                f"nothing was changed, problems: {len(invalid.problems)}; --skip-bad-rows imports "
                "the other rows"
            ) from invalid
        _print_problems(arguments.file, report.bad_rows)
        print(
            f"{'would add' if report.dry_run else 'added'} {report.contract_count} contracts, "
            f"{report.block_count} blocks, {report.single_number_count} single numbers "
            f"({report.number_count} numbers); {report.unchanged_count} rows were there already, "
            f"{len({problem.line for problem in report.bad_rows})} were bad"
        )

    with_database(work, settings)


def _print_problems(file: str, problems: list[FieldProblem]) -> None:
    for problem in problems:
        place = file if problem.line is None else f"{file}:{problem.line}"
        sentence = problem.refusal.message(Language.EN)
        print(f"{place}: {problem.field}: {sentence} [{problem.refusal.code}]")


async def _user(email: str | None) -> User:
    """The user with this address, or the only administrator there is."""
    found = User.filter(deactivated_at=None)
    if email is not None:
        user = await found.get_or_none(email=email.lower())
        if user is None:
            raise Stop(f"there is no user {email}")
        return user
    administrators = await found.filter(role=Role.ADMINISTRATOR).limit(2)
    if len(administrators) != 1:
        raise Stop("name the user in whose name to act: --user EMAIL")
    return administrators[0]


def _read_password(email: str, name: str = "") -> str:
    password = getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    refuse(why_not_password(password, email=email, name=name))
    return password


def user_create(arguments: argparse.Namespace, settings: Settings) -> None:
    """Create a user, and the customer if there is none of that name."""
    password = _read_password(arguments.email, arguments.name or "")

    async def work() -> None:
        customers = await Customer.filter(name=arguments.customer).limit(2)
        if len(customers) > 1:
            raise Stop(f"there are several customers {arguments.customer}")
        if not EMAIL.fullmatch(arguments.email):
            raise Stop(f"{arguments.email} is not an e-mail address")
        if await User.exists(email=arguments.email.lower()):
            raise Stop(f"there is a user {arguments.email} already")
        customer = (
            customers[0]
            if customers
            else await create_customer(arguments.customer, by_operator=True)
        )
        await create_user(
            customer,
            email=arguments.email,
            name=arguments.name or arguments.email,
            role=Role(arguments.role),
            language=Language(arguments.language),
            password=password,
        )
        new = "" if customers else " (a new customer)"
        print(f"created {arguments.email} at {customer.name}{new}")

    with_database(work, settings)


def user_password(arguments: argparse.Namespace, settings: Settings) -> None:
    """Set a user's password, and end the sessions the user has."""
    password = _read_password(arguments.email)

    async def work() -> None:
        await set_password(await _user(arguments.email), password)

    with_database(work, settings)


def user_deactivate(arguments: argparse.Namespace, settings: Settings) -> None:
    """Keep a user from signing in, and end the user's sessions and tokens."""

    async def work() -> None:
        await deactivate(await _user(arguments.email))

    with_database(work, settings)


def token_create(arguments: argparse.Namespace, settings: Settings) -> None:
    """Create an API token; it is printed once."""

    async def work() -> None:
        user = await _user(arguments.user)
        expires_at = clock.now() + timedelta(days=arguments.days) if arguments.days else None
        role = Role(arguments.role) if arguments.role else user.role
        if lesser(role, user.role) != role:
            raise Stop(f"{user.email} may do less than {role}: a token of theirs, too")
        print(await create_token(user, arguments.name, expires_at, role, by_operator=True))

    with_database(work, settings)


def token_list(_arguments: argparse.Namespace, settings: Settings) -> None:
    """List API tokens."""

    async def work() -> None:
        for token in await ApiToken.all().order_by("id").prefetch_related("user"):
            state = "revoked" if token.revoked_at else "valid"
            print(f"{token.id}\t{token.name}\t{token.user.email}\t{state}")

    with_database(work, settings)


def token_revoke(arguments: argparse.Namespace, settings: Settings) -> None:
    """Revoke an API token: it stops working at once."""

    async def work() -> None:
        if not await revoke_token(arguments.id):
            raise Stop(f"there is no valid token {arguments.id}; see dialtree token list")

    with_database(work, settings)


def demo_load(_arguments: argparse.Namespace, settings: Settings) -> None:
    """Fill an empty database with the demo company."""
    with_database(lambda: load_demo(settings), settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dialtree", description="Runs a company's telephone numbers."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        into: "argparse._SubParsersAction[argparse.ArgumentParser]",
        name: str,
        run: Callable[[argparse.Namespace, Settings], None],
    ) -> argparse.ArgumentParser:
        command = into.add_parser(name, help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        return command

    def group(name: str, about: str) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
        return commands.add_parser(name, help=about).add_subparsers(required=True, metavar="ACTION")

    cli_serving.add_commands(commands, add)
    add(commands, "migrate", run_migrate)
    add(commands, "export-schema", export_schema)

    contracts = add(group("import", "load data from files"), "contracts", run_import)
    contracts.add_argument("file", metavar="FILE.csv")
    contracts.add_argument("--dry-run", action="store_true", help="only say what would happen")
    contracts.add_argument("--skip-bad-rows", action="store_true", help="import the good rows")
    contracts.add_argument("--user", metavar="EMAIL", help="the administrator who imports")

    users = group("user", "people who sign in")
    add(users, "password", user_password).add_argument("email")
    add(users, "deactivate", user_deactivate).add_argument("email")
    user = add(users, "create", user_create)
    user.add_argument("email")
    user.add_argument("--customer", required=True, help="name of the company")
    user.add_argument("--name", help="the person's name")
    user.add_argument("--role", choices=list(Role), default="VIEWER")
    user.add_argument("--language", choices=list(Language), default="DE")

    tokens = group("token", "API tokens")
    token = add(tokens, "create", token_create)
    token.add_argument("name", help="what it is for")
    token.add_argument("--user", metavar="EMAIL", help="whose rights it has")
    token.add_argument("--role", choices=list(Role), help="its rights; those of the user without")
    token.add_argument("--days", type=int, help="how long it is valid; for ever without")
    add(tokens, "list", token_list)
    add(tokens, "revoke", token_revoke).add_argument("id", type=int)

    add(group("demo", "the demo company"), "load", demo_load)
    cli_backup.add_commands(commands, add)
    cli_customers.add_commands(group, add)
    cli_holders.add_commands(group, add)
    return parser
