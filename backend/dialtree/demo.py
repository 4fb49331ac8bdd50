"""A believable company to look at: made by the same commands that people use.

All numbers are of the ranges set aside in Germany for fiction (N4).
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files

from dialtree import clock
from dialtree.accounts.commands import create_customer, create_user
from dialtree.accounts.models import Customer, Role, User
from dialtree.accounts.principal import Principal
from dialtree.database import transaction
from dialtree.demo_calls import report_demo_calls
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.contacts import Contact
from dialtree.holders.models import Holder, HolderKind, TrunkProfile
from dialtree.inventory.commands import merge_range, split_range
from dialtree.inventory.import_command import import_contracts
from dialtree.inventory.models import NumberRange, RangeKind, SiteContract
from dialtree.language import Language
from dialtree.numbering.e164 import parse_number
from dialtree.numbering.sites import fold
from dialtree.orders.claiming import claim_next
from dialtree.orders.models import Order
from dialtree.orders.revising import cancel_order
from dialtree.orders.worker import run_due
from dialtree.settings import Settings
from dialtree.trunks.commands import NO_LIMITS, NewTrunk, create_sip_trunk
from dialtree.trunks.credentials import SipService
from dialtree.trunks.rules import CallLimits
from dialtree.ucc.models import UccPartner

ADMINISTRATOR = "admin@demo.example"
VIEWER = "viewer@demo.example"
SERVICE = "service@demo.example"


async def load_demo(settings: Settings) -> None:
    """Fills an empty database and prints the demo logins; one that has customers stays as it is."""
    if await Customer.exists():
        print(f"the database has data already; demo logins, if any: {ADMINISTRATOR}, {VIEWER}")
        return
    password = settings.demo_password or secrets.token_urlsafe(12)
    customer = await create_customer("Nordlicht Werke GmbH", booked_concurrent_calls=120)
    administrator = await create_user(
        customer,
        email=ADMINISTRATOR,
        name="Anna Brandt",
        role=Role.ADMINISTRATOR,
        language=Language.DE,
        password=password,
    )
    await create_user(
        customer,
        email=VIEWER,
        name="Viktor Hansen",
        role=Role.VIEWER,
        language=Language.EN,
        password=password,
    )
    provider = await create_customer("Fernlicht Netze")
    service = await create_user(
        provider,
        email=SERVICE,
        name="Sven Okafor",
        role=Role.SERVICE,
        language=Language.DE,
        password=password,
    )
    company = _Company(
        Principal.from_user(administrator),
        Principal.from_user(service, customer_id=customer.id),
        settings.app_url,
        SipService.of(settings),
    )
    await company.build()
    await _second_customer(service)
    # A password that was set is known, and `serve --demo` may write to a log.
    shown = "the one in DIALTREE_DEMO_PASSWORD" if settings.demo_password else password
    print(f"demo logins: {ADMINISTRATOR}, {VIEWER} and {SERVICE}, password: {shown}")


async def _second_customer(service: User) -> None:
    """So that service staff have somebody to choose from (P2)."""
    customer = await create_customer("Grünhafen Logistik GmbH", booked_concurrent_calls=12)
    csv = files(__package__).joinpath("demo_second.csv").read_text("utf-8")
    await import_contracts(Principal.from_user(service, customer_id=customer.id), csv)


def _contact(name: str) -> Contact:
    return Contact(name, "030 23125-100", f"{fold(name).replace(' ', '.')}@demo.example")


@dataclass(frozen=True)
class _Company:
    administrator: Principal
    provider: Principal
    app_url: str
    service: SipService

    async def build(self) -> None:
        start_date = clock.today() + timedelta(days=45)
        csv = files(__package__).joinpath("demo.csv").read_text("utf-8")
        await import_contracts(self.provider, csv.format(start_date=start_date))
        hamburg = await self._trunk("Hamburg Hafen", _contact("Jörn Petersen"))
        berlin = await self._trunk(
            "Berlin Zentrale", _contact("Anna Brandt"), limits=CallLimits(60, 40, 40)
        )
        frankfurt = await self._trunk(
            "Frankfurt", _contact("Meike Vogt"), profile=TrunkProfile.MEDIA_BYPASS
        )
        cloud = await self._holder(HolderKind.CLOUD_PBX, "Cloud PBX Köln", "Tarik Aydin")
        zoom = await self._holder(
            HolderKind.UCC_CONNECTION, "Zoom Vertrieb", "Lena Krämer", partner_id="ZOOM_X"
        )
        unify = await self._holder(
            HolderKind.UCC_CONNECTION, "Unify Service", "Lena Krämer", partner_id="UNIFY_X"
        )
        for place in (
            "030 23125-1", "030 23125-12", "069 90009-3", "040 66969-0",
            "040 66969-04", "0221 4710-2", "089 99998-1", "089 99998-2",
        ):  # fmt: skip
            await self._run(await split_range(self.administrator, await self._range(place)))
        await self._assign(
            berlin,
            "030 23125-0", "030 23125-10", "030 23125-11", "030 23125-120", "030 23125-121",
            "030 23125-2", "030 23125-900",
        )  # fmt: skip
        await self._assign(hamburg, "040 66969-00", "040 66969-01", "040 66969-1", "040 66969-900")
        await self._assign(frankfurt, "069 90009-0", "069 90009-1", "069 90009-30")
        await self._assign(cloud, "0221 4710-0", "0221 4710-20", "0221 4710-21", "0221 4710-800")
        await self._assign(zoom, "089 99998-0", "089 99998-10")
        await self._assign(unify, "030 23125-6")
        await self._run(await merge_range(self.administrator, await self._range("089 99998-2")))
        await self._plan(berlin)
        await self._history(hamburg, unify)
        headquarters = await SiteContract.get(id=(await self._row("030 23125-0")).contract_id)
        await report_demo_calls(self.provider, berlin, headquarters)
        await self._leave_running()

    async def _plan(self, berlin: Holder) -> None:
        """A trunk and a change of numbers for days to come."""
        munich = NewTrunk(
            "München Neubau",
            elements=(await self._range("089 99998-3"), await self._range("089 99998-11")),
            execution_date=clock.today() + timedelta(days=21),
            contact=_contact("Sepp Obermaier"),
        )
        await create_sip_trunk(self.administrator, munich, self.service)
        await change_numbers(
            self.administrator,
            NumberChange(
                berlin.id,
                add=(await self._range("030 23125-3"),),
                execution_date=clock.today() + timedelta(days=7),
            ),
        )

    async def _history(self, hamburg: Holder, unify: Holder) -> None:
        """An order that was cancelled and one that failed."""
        later = NumberChange(
            hamburg.id,
            add=(await self._range("040 66969-2"),),
            execution_date=clock.today() + timedelta(days=14),
        )
        cancelled = await change_numbers(self.administrator, later)
        await cancel_order(self.administrator, cancelled.id, app_url=self.app_url)
        # Ordered while the partner took split ranges, executed when it no longer did (S6, O3).
        partner = UccPartner.filter(code=unify.partner_id)
        await transaction(lambda: partner.update(takes_split_ranges=True))
        split_range_id = await self._range("040 66969-02")
        failing = await change_numbers(
            self.administrator, NumberChange(unify.id, add=(split_range_id,))
        )
        await transaction(lambda: partner.update(takes_split_ranges=False))
        await self._run(failing)

    async def _leave_running(self) -> None:
        """One order under way and one that waits: both are finished by the server, in sight."""
        await split_range(self.administrator, await self._range("0221 4710-3"))
        await claim_next()
        await split_range(self.administrator, await self._range("040 66969-3"))

    async def _run(self, _order: Order) -> None:
        await run_due(self.app_url)

    async def _assign(self, holder: Holder, *places: str) -> None:
        add = tuple([await self._range(place) for place in places])
        await self._run(await change_numbers(self.administrator, NumberChange(holder.id, add=add)))

    async def _range(self, place: str) -> int:
        """The id of the range or single number with these fixed digits."""
        return int((await self._row(place)).id)

    async def _row(self, place: str) -> NumberRange:
        found = await NumberRange.filter(digits=parse_number(place)).exclude(kind=RangeKind.BLOCK)
        return found[0]

    async def _trunk(
        self,
        name: str,
        contact: Contact,
        profile: TrunkProfile = TrunkProfile.STANDARD,
        limits: CallLimits = NO_LIMITS,
    ) -> Holder:
        """An active trunk without numbers."""
        trunk = NewTrunk(name, contact=contact, profile=profile, call_limits=limits)
        order = await create_sip_trunk(self.administrator, trunk, self.service)
        await self._run(order)
        return await Holder.get(id=order.holder_id)

    async def _holder(
        self, kind: HolderKind, name: str, contact: str, partner_id: str | None = None
    ) -> Holder:
        return await transaction(
            lambda: Holder.create(
                customer_id=self.administrator.customer_id,
                kind=kind,
                name=name,
                name_key=fold(name),
                contact_name=contact,
                contact_phone="030 23125-100",
                contact_email=_contact(contact).email,
                support_email="support@demo.example" if kind == HolderKind.CLOUD_PBX else None,
                partner_id=partner_id,
            )
        )
