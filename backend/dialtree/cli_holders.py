"""Commands of `dialtree` about holders and their credentials."""

import argparse
import sys
from collections.abc import Callable

from dialtree import live
from dialtree.accounts.models import Customer
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import log, operator
from dialtree.cli_support import Stop, with_database
from dialtree.database import announce, transaction
from dialtree.holders.contacts import check_name
from dialtree.holders.models import Holder, HolderKind
from dialtree.inputs import Inputs
from dialtree.numbering.sites import fold
from dialtree.settings import Settings
from dialtree.trunks.credentials import SipService, encrypt_anew, would_register
from dialtree.trunks.vault import new_key
from dialtree.ucc.models import UccPartner


def create_cloud_pbx(arguments: argparse.Namespace, settings: Settings) -> None:
    """Add a Cloud PBX to a customer."""
    with_database(
        lambda: _create(arguments.customer, HolderKind.CLOUD_PBX, arguments.name, None),
        settings,
    )


def create_ucc_connection(arguments: argparse.Namespace, settings: Settings) -> None:
    """Add a connection to a UCC partner to a customer."""
    kind, partner = HolderKind.UCC_CONNECTION, arguments.partner
    with_database(lambda: _create(arguments.customer, kind, arguments.name, partner), settings)


def list_partners(_arguments: argparse.Namespace, settings: Settings) -> None:
    """List the UCC partners and what each can do."""

    async def work() -> None:
        for partner in await UccPartner.all().order_by("code"):
            split = "yes" if partner.takes_split_ranges else "no"
            dated = "yes" if partner.takes_execution_date else "no"
            print(f"{partner.code}\t{partner.name}\tsplit ranges: {split}\tdated: {dated}")

    with_database(work, settings)


def set_partner(arguments: argparse.Namespace, settings: Settings) -> None:
    """Say what a UCC partner can do."""
    abilities = {
        "takes_split_ranges": arguments.split_ranges,
        "takes_execution_date": arguments.dated,
    }
    changed = {name: value == "yes" for name, value in abilities.items() if value}

    async def work() -> None:
        if not changed:
            raise Stop("say what changes: --split-ranges or --dated, yes or no")
        if not await transaction(lambda: _set_partner(arguments.code, changed)):
            raise Stop(f"there is no partner {arguments.code}; see dialtree partner list")

    with_database(work, settings)


async def _set_partner(code: str, changed: dict[str, bool]) -> bool:
    """Whether there is one. What it can do now is noted at every connection to it (P3)."""
    partner = await UccPartner.filter(code=code).select_for_update().first()
    if partner is None:
        return False
    before = {_API_NAMES[name]: bool(getattr(partner, name)) for name in changed}
    after = {_API_NAMES[name]: value for name, value in changed.items()}
    await UccPartner.filter(code=code).update(**changed)
    if before != after:
        connections = Holder.filter(partner_id=code, deleted_at=None).order_by("id")
        for connection in await connections:
            who = operator(connection.customer_id)
            action = AuditAction.UCC_PARTNER_CHANGED
            await log(who, action, connection, before=before, after=after)
    return True


_API_NAMES = {
    "takes_split_ranges": "takesSplitRanges",
    "takes_execution_date": "takesExecutionDate",
}


def generate_key(_arguments: argparse.Namespace, _settings: Settings) -> None:
    """Print a new key for DIALTREE_SECRET_KEY."""
    print(new_key())


def rotate_key(_arguments: argparse.Namespace, settings: Settings) -> None:
    """Encrypt all SIP passwords with a new key."""
    service = SipService.of(settings)

    async def work() -> None:
        if service.vault.file is not None:
            service.vault.add_key()
        renewed, unreadable = await encrypt_anew(service)
        print(f"encrypted anew: {renewed}, not readable with the keys at hand: {unreadable}")
        if unreadable:
            raise Stop("no key was removed; restore the missing one, or generate new passwords")
        if service.vault.file is not None:
            service.vault.drop_old_keys()

    with_database(work, settings)


def check(arguments: argparse.Namespace, settings: Settings) -> None:
    """Say whether a registrar would accept a user name and the password on standard input."""
    password = sys.stdin.readline().rstrip("\n")

    async def work() -> None:
        if not await would_register(arguments.user_name, password):
            raise Stop("refused")
        print("accepted")

    with_database(work, settings)


Group = Callable[[str, str], "argparse._SubParsersAction[argparse.ArgumentParser]"]


def add_commands(group: Group, add: Callable[..., argparse.ArgumentParser]) -> None:
    def customer(command: argparse.ArgumentParser) -> None:
        command.add_argument("name")
        command.add_argument("--customer", required=True, help="name of the company")

    customer(add(group("cloud-pbx", "Cloud PBX of customers"), "create", create_cloud_pbx))
    connections = group("ucc-connection", "connections to UCC partners")
    connection = add(connections, "create", create_ucc_connection)
    customer(connection)
    connection.add_argument("--partner", required=True, help="code, as of dialtree partner list")

    partners = group("partner", "UCC partners and what they can do")
    add(partners, "list", list_partners)
    partner = add(partners, "set", set_partner)
    partner.add_argument("code")
    partner.add_argument("--split-ranges", choices=["yes", "no"])
    partner.add_argument("--dated", choices=["yes", "no"])

    keys = group("secret-key", "the key that SIP passwords are encrypted with")
    add(keys, "generate", generate_key)
    add(keys, "rotate", rotate_key)
    add(group("credentials", "telephony credentials"), "check", check).add_argument("user_name")


_CREATED = {
    HolderKind.CLOUD_PBX: AuditAction.CLOUD_PBX_CREATED,
    HolderKind.UCC_CONNECTION: AuditAction.UCC_CONNECTION_CREATED,
}


async def _create(company: str, kind: HolderKind, name: str, partner_id: str | None) -> None:
    customers = await Customer.filter(name=company).limit(2)
    if len(customers) != 1:
        raise Stop(f"there is no customer {company}, or several")
    if partner_id is not None and not await UccPartner.exists(code=partner_id):
        raise Stop(f"there is no partner {partner_id}; see dialtree partner list")
    [customer] = customers
    inputs = Inputs()
    name = check_name(inputs, name)
    inputs.done()

    async def work() -> None:
        present = Holder.filter(
            customer_id=customer.id, kind=kind, name_key=fold(name), deleted_at=None
        )
        if await present.exists():
            raise Stop(f"{company} has one named {name} already")
        holder = await Holder.create(
            customer_id=customer.id,
            kind=kind,
            name=name,
            name_key=fold(name),
            partner_id=partner_id,
        )
        after = {"name": name, "partner": partner_id}
        await log(operator(customer.id), _CREATED[kind], holder, after=after)
        announce(live.InventoryChange(customer.id, everything=True))

    await transaction(work)
    print(f"created {name} at {company}")
