"""Several customers with numbers and trunks, written straight into the database beforehand."""

from dataclasses import dataclass, replace

from dialtree import clock
from dialtree.accounts.commands import create_customer
from dialtree.accounts.models import ApiToken, Role, User
from dialtree.accounts.signing_in import create_token
from dialtree.database import connected
from dialtree.holders.models import Holder, HolderKind
from dialtree.ids import from_global_id, to_global_id
from dialtree.language import Language
from dialtree.migrations import migrate
from tests.conftest import import_for, person
from tests.invariants import Rows, read_all
from tests.stock import holder
from tests.world import csv, holder_id

TRUNKS = 3
ROOTS = {
    "Nordlicht Werke GmbH": ["030;23125;3;"],
    "Südwind AG": ["069;90009;3;", "089;99998;3;3-6"],
    "Ostsee Handel KG": [f"040;66969{digit};2;" for digit in range(10)],
    "Westwind AG": [f"0221;4710{digit};2;" for digit in range(10)],
}
"""The numbers of each customer: large trees in which orders meet, and many small ones."""


@dataclass(frozen=True)
class Company:
    """A customer, and what its clients need to know."""

    id: int
    name: str
    token: str
    holders: tuple[str, ...]
    """Global ids; SIP trunks first, a Cloud PBX last."""


async def make(url: str) -> tuple[list[Company], Rows]:
    """Fills an empty database; returns the customers and all rows as they are then."""
    async with connected(url):
        await migrate()
        companies = [
            await _company(number, name, roots)
            for number, (name, roots) in enumerate(ROOTS.items())
        ]
        return companies, await read_all()


async def _company(number: int, name: str, roots: list[str]) -> Company:
    customer = await create_customer(name, 30)
    administrator = await person(customer, f"admin@customer-{number}.example", Role.ADMINISTRATOR)
    language = Language.DE if number % 2 else Language.EN
    await User.filter(id=administrator.user_id).update(language=language)
    administrator = replace(administrator, language=language)
    contract = f"SV-{number};Kantstraße {number + 1};10623;Berlin;ACTIVE;"
    await import_for(administrator, csv(*(f"{contract};{root}" for root in roots)))
    holders: list[Holder] = [
        await holder(administrator, name=f"Standort {trunk + 1}") for trunk in range(TRUNKS)
    ]
    holders.append(await holder(administrator, HolderKind.CLOUD_PBX, "Zentrale"))
    token = await create_token(await User.get(id=administrator.user_id), "chaos", None)
    # The first use would be noted by a write.
    await ApiToken.all().update(last_used_at=clock.now())
    return Company(customer.id, name, token, tuple(map(holder_id, holders)))


def order_id(row_id: int) -> str:
    return to_global_id("Order", row_id)


def named(global_id: str) -> tuple[str, int]:
    """Type and id of the row."""
    found = from_global_id(global_id)
    assert found is not None, f"{global_id} is no id"
    return found
