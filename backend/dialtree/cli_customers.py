"""Commands of `dialtree` about customers."""

import argparse
from collections.abc import Callable

from dialtree.accounts.commands import create_customer
from dialtree.accounts.models import MAX_NAME_LENGTH, Customer
from dialtree.cli_support import Stop, with_database
from dialtree.ids import to_global_id
from dialtree.settings import Settings


def create(arguments: argparse.Namespace, settings: Settings) -> None:
    """Create a customer."""
    name = " ".join(arguments.name.split())
    if not 0 < len(name) <= MAX_NAME_LENGTH:
        raise Stop(f"a name has 1 to {MAX_NAME_LENGTH} characters")
    if arguments.calls < 0:
        raise Stop("concurrent calls are 0 or more")

    async def work() -> None:
        if await Customer.exists(name=name):
            raise Stop(f"there is a customer {name} already")
        customer = await create_customer(name, arguments.calls, by_operator=True)
        print(f"created {name}, id {to_global_id('Customer', customer.id)}")

    with_database(work, settings)


def list_(_arguments: argparse.Namespace, settings: Settings) -> None:
    """List customers with the ids that the header Dialtree-Customer takes."""

    async def work() -> None:
        for customer in await Customer.all().order_by("name_key", "id"):
            calls = customer.booked_concurrent_calls
            print(f"{to_global_id('Customer', customer.id)}\t{customer.name}\tcalls: {calls}")

    with_database(work, settings)


def add_commands(
    group: "Callable[[str, str], argparse._SubParsersAction[argparse.ArgumentParser]]",
    add: Callable[..., argparse.ArgumentParser],
) -> None:
    customers = group("customer", "companies whose numbers are managed")
    customer = add(customers, "create", create)
    customer.add_argument("name")
    customer.add_argument("--calls", type=int, default=0, help="booked concurrent calls")
    add(customers, "list", list_)
