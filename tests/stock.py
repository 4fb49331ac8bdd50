"""Numbers, holders, orders and time for tests of commands, in few words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.contacts import Contact
from dialtree.holders.models import Holder, HolderKind, HolderStatus
from dialtree.inventory.commands import split_range
from dialtree.inventory.importing import COLUMNS
from dialtree.inventory.models import NumberRange, RangeKind
from dialtree.numbering.e164 import parse_number
from dialtree.numbering.sites import fold
from dialtree.orders.models import Order, OrderStatus
from dialtree.orders.revising import cancel_order
from dialtree.orders.worker import run_due
from dialtree.trunks.commands import NewTrunk, create_sip_trunk
from dialtree.trunks.credentials import SipService
from dialtree.trunks.vault import Vault, new_key
from tests.conftest import import_for

APP_URL = "http://test.example"
SERVICE = SipService(Vault(keys=(new_key(),)), "sip.test.example")

BLOCK = "030;23125;3;"
"""030 23125-xxx, a block of three extension digits; so the first level is 030 23125-0xx…9xx."""
PARTIAL_BLOCK = "040;66969;3;3-5"
SINGLE_NUMBER = "0221;4710999;0;"


async def load(
    principal: Principal,
    *roots: str,
    contract: str = "SV-1",
    address: str = "Kantstraße 1;10623;Berlin",
    starts: date | None = None,
) -> None:
    """Imports `roots` (area code; stem; extension digits; first digits) of one contract; with
    `starts` the contract is ordered for that day."""
    status = "ACTIVE;" if starts is None else f"ORDERED;{starts}"
    rows = (f"{contract};{address};{status};{root}" for root in roots)
    await import_for(principal, "\n".join((";".join(COLUMNS), *rows)))


async def at(number: str) -> NumberRange:
    """The range or single number with these fixed digits, such as "030 23125-3"."""
    return await NumberRange.exclude(kind=RangeKind.BLOCK).get(digits=parse_number(number))


async def ids(*numbers: str) -> tuple[int, ...]:
    return tuple([(await at(number)).id for number in numbers])


async def holder(
    principal: Principal,
    kind: HolderKind = HolderKind.SIP_TRUNK,
    name: str = "Hamburg",
    *,
    partner: str | None = None,
    status: HolderStatus = HolderStatus.ACTIVE,
) -> Holder:
    """`partner`: code of a UCC partner, as the migrations bring them."""
    return await Holder.create(
        customer_id=principal.customer_id,
        kind=kind,
        status=status,
        name=name,
        name_key=fold(name),
        partner_id=partner,
    )


async def create_trunk(
    principal: Principal, name: str, elements: tuple[int, ...] = (), day: date | None = None
) -> Order:
    trunk = NewTrunk(name, elements, day, Contact("Technik"))
    return await create_sip_trunk(principal, trunk, SERVICE)


async def cancel(principal: Principal, order_id: int) -> Order:
    return await cancel_order(principal, order_id, app_url=APP_URL)


async def done(order: Order, status: OrderStatus = OrderStatus.SUCCEEDED) -> Order:
    """Executes what is due, this order among it; returns it as it is then."""
    await run_due(APP_URL)
    order = await Order.get(id=order.id)
    assert order.status == status, (order.status, order.refusal)
    return order


async def split(principal: Principal, *numbers: str) -> None:
    for number in numbers:
        await done(await split_range(principal, (await at(number)).id))


async def assign(principal: Principal, to: Holder, *numbers: str) -> Order:
    return await done(await change_numbers(principal, NumberChange(to.id, add=await ids(*numbers))))


@dataclass
class SetClock:
    """A clock that stands until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by

    def to_midnight(self, day: date, *, but: timedelta = timedelta(0)) -> None:
        """To the beginning of `day` in Berlin, or `but` before or after it."""
        self.now = clock.midnight(day) + but


@contextmanager
def set_clock(year: int, month: int, day: int, hour: int = 12) -> Iterator[SetClock]:
    """The time inside the block; `hour` in UTC."""
    clock_ = SetClock(datetime(year, month, day, hour, tzinfo=UTC))
    with clock.reading(clock_):
        yield clock_


# XX
