"""A customer, people and orders that have just finished, and a mail server."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dialtree import clock
from dialtree.accounts.models import Customer, Role, User
from dialtree.database import transaction
from dialtree.holders.models import Holder, HolderKind
from dialtree.language import Language
from dialtree.notifications.models import OutboxMail
from dialtree.notifications.writing import enqueue_order_mail
from dialtree.orders.models import ItemAction, Order, OrderItem, OrderKind, OrderStatus
from tests.notifications.mail_server import MailServer

APP_URL = "https://numbers.example.com"


@dataclass
class Time:
    """The clock of a test; it stands still until it is moved."""

    now: datetime = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)

    def move(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def time() -> Iterator[Time]:
    time = Time()
    with clock.reading(lambda: time.now):
        yield time


@dataclass
class Company:
    """Writes rows as the commands and the worker would leave them."""

    customer: Customer
    people: dict[str, User] = field(default_factory=dict)

    async def person(
        self,
        language: Language = Language.DE,
        name: str = "Erika Beispiel",
        email: str = "erika@example.com",
    ) -> User:
        if email not in self.people:
            self.people[email] = await User.create(
                customer=self.customer,
                email=email,
                name=name,
                role=Role.ADMINISTRATOR,
                language=language,
                password_hash="-",
                created_at=clock.now(),
            )
        return self.people[email]

    async def holder(
        self, name: str = "Hamburg", kind: HolderKind = HolderKind.SIP_TRUNK
    ) -> Holder:
        return await Holder.create(
            customer=self.customer, kind=kind, name=name, name_key=name.lower()
        )

    async def order(
        self,
        kind: OrderKind,
        status: OrderStatus = OrderStatus.SUCCEEDED,
        *,
        by: User,
        ranges: list[tuple[ItemAction, str]],
        holder: Holder | None = None,
        **values: Any,
    ) -> Order:
        """`ranges`: the extension of each below 030 23125, with x for its open digits."""
        order = await Order.create(
            customer=self.customer,
            kind=kind,
            status=status,
            requested_by=by,
            holder=holder,
            due_at=clock.now(),
            created_at=clock.now() - timedelta(hours=3),
            finished_at=clock.now(),
            fingerprint="-",
            **values,
        )
        await OrderItem.bulk_create(
            OrderItem(
                order_id=order.id,
                tree_id=1,
                action=action,
                digits="493023125" + extension.rstrip("x"),
                open_digits=extension.count("x"),
                area_length=2,
                extension_at=9,
            )
            for action, extension in ranges
        )
        return order

    async def split(self, by: User, extension: str = "3xx", **values: Any) -> Order:
        return await self.order(
            OrderKind.SPLIT, by=by, ranges=[(ItemAction.SPLIT, extension)], **values
        )

    async def trunk_change(self, by: User, **values: Any) -> Order:
        holder = values.pop("holder", None) or await self.holder()
        ranges = [(ItemAction.ADD, "30x"), (ItemAction.ADD, "311"), (ItemAction.REMOVE, "4xx")]
        values = {"ranges": ranges, "execution_date": date(2026, 12, 1), **values}
        return await self.order(OrderKind.CHANGE_NUMBERS, by=by, holder=holder, **values)


@pytest.fixture
async def company(database: str, time: Time) -> Company:
    return Company(
        await Customer.create(
            name="Muster & Söhne", booked_concurrent_calls=30, created_at=time.now
        )
    )


async def enqueue(order: Order) -> OutboxMail:
    """The mail that the worker leaves when it finishes `order`."""
    await transaction(lambda: enqueue_order_mail(order, app_url=APP_URL))
    return await OutboxMail.get(order_id=order.id)


@pytest.fixture
async def servers() -> AsyncIterator[AsyncExitStack]:
    """Where tests enter the servers they start."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def mail_server(servers: AsyncExitStack) -> MailServer:
    return await servers.enter_async_context(MailServer())


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate for 127.0.0.1 that nobody but itself vouches for."""
    folder = tmp_path_factory.mktemp("certificate")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(
        [*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    both = folder / "both.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both
