"""A company with numbers at four sites, holders of every kind, and a stranger's company."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.database import transaction
from dialtree.holders.models import Holder, HolderKind, HolderStatus
from dialtree.ids import to_global_id
from dialtree.inventory.models import NumberRange, RangeKind, SiteContract
from dialtree.numbering.sites import fold
from dialtree.orders.models import Order, OrderKind
from dialtree.orders.placing import OrderRequest, place
from dialtree.orders.worker import run_due
from tests.conftest import import_for
from tests.server import Api, Json, Server

HEADER = (
    "contract;street;postcode;town;status;start_date;area_code;stem;extension_digits;first_digits"
)
BERLIN = "SV-1001;Kantstraße 12;10623;Berlin;ACTIVE;"
BREMEN = "SV-1002;Am Wall 3;28195;Bremen;ACTIVE;"
OURS = (
    f"{BERLIN};030;23125;3;",
    f"{BERLIN};040;66969;3;3-5",
    f"{BREMEN};0221;4710999;0;",
    f"{BREMEN};0221;471012;1;",
    "SV-1003;Leopoldstraße 7;80802;München;ORDERED;{start};089;99998;3;",
)
"""A block, a block sold in part, a single number, a block of one digit, one not yet started."""
THEIRS = "SV-9001;Zeil 5;60313;Frankfurt;ACTIVE;;069;90009;3;0-5"

APP_URL = "http://test.example"

HOLDER_TYPES = {
    HolderKind.SIP_TRUNK: "SipTrunk",
    HolderKind.CLOUD_PBX: "CloudPbx",
    HolderKind.UCC_CONNECTION: "UccConnection",
}


def csv(*rows: str) -> str:
    return "\n".join((HEADER, *rows)) + "\n"


@dataclass
class World:
    """`holders`: global ids by name."""

    server: Server
    start: date
    """When the contract in München starts."""
    holders: dict[str, str] = field(default_factory=dict)

    @property
    def api(self) -> Api:
        return self.server.administrator

    async def row(self, number: str, kind: RangeKind | None = None) -> NumberRange:
        """The range that is written with these fixed digits, such as "030 23125-34"; a block is
        meant where no element or range has them."""
        digits = "49" + number.replace(" ", "").replace("-", "").removeprefix("0")
        if kind is not None:
            return await NumberRange.get(digits=digits, kind=kind)
        rows = await NumberRange.filter(digits=digits).order_by("-level")
        return rows[0]

    async def id(self, number: str) -> str:
        return to_global_id("NumberRange", (await self.row(number)).id)

    async def ids(self, *numbers: str) -> list[str]:
        return [await self.id(number) for number in numbers]

    async def contract_id(self, number: str) -> str:
        return to_global_id("SiteContract", (await SiteContract.get(number=number)).id)

    async def order(self, mutation: str, **input_: object) -> Json:
        """Orders something and has it executed."""
        order = await self.api.order(mutation, **input_)
        await run_due(APP_URL)
        return order

    async def split(self, number: str) -> Json:
        return await self.order("splitRange", rangeId=await self.id(number))

    async def merge(self, number: str) -> Json:
        return await self.order("mergeRange", rangeId=await self.id(number))

    async def assign(self, holder: str, *numbers: str) -> Json:
        return await self.order(
            "changeNumbers", holderId=self.holders[holder], add=await self.ids(*numbers)
        )

    async def plan(self, holder: str, *numbers: str, days: int = 10) -> Json:
        """An order that waits for its day."""
        return await self.api.order(
            "changeNumbers",
            holderId=self.holders[holder],
            add=await self.ids(*numbers),
            executionDate=str(clock.today() + timedelta(days=days)),
        )

    async def credentials(self, holder: str) -> Json:
        """Makes or replaces them; the new password is in the answer."""
        return await self.api.act(
            "regenerateSipPassword",
            "... on SipPasswordRegenerated { password sipTrunk { credentials { userName } } }",
            sipTrunkId=self.holders[holder],
        )

    async def planned_trunk(self, name: str, day: date) -> Order:
        """A trunk that becomes active on `day`, and its order."""
        principal = self.server.people.administrator
        trunk = await add_holder(principal, name, HolderKind.SIP_TRUNK, status=HolderStatus.PLANNED)
        self.holders[name] = holder_id(trunk)
        request = OrderRequest(OrderKind.CREATE_TRUNK, (), holder_id=trunk.id, execution_date=day)
        return await transaction(lambda: place(principal, request, []))


def holder_id(holder: Holder) -> str:
    return to_global_id(HOLDER_TYPES[holder.kind], holder.id)


async def add_holder(
    principal: Principal,
    name: str,
    kind: HolderKind,
    *,
    partner: str | None = None,
    status: HolderStatus = HolderStatus.ACTIVE,
) -> Holder:
    return await Holder.create(
        customer_id=principal.customer_id,
        kind=kind,
        status=status,
        name=name,
        name_key=fold(name),
        contact_name="Technik",
        contact_phone="030 23125-100",
        contact_email="technik@nordlicht.example",
        partner_id=partner,
    )


async def build(server: Server) -> World:
    ours, theirs = server.people.administrator, server.people.stranger
    start = clock.today() + timedelta(days=30)
    await import_for(ours, csv(*OURS).format(start=start))
    await import_for(theirs, csv(THEIRS))
    world = World(server, start)
    for name, kind, partner in (
        ("Hamburg Nord", HolderKind.SIP_TRUNK, None),
        ("Hamm", HolderKind.SIP_TRUNK, None),
        ("Zentrale", HolderKind.CLOUD_PBX, None),
        ("Zoom", HolderKind.UCC_CONNECTION, "ZOOM_X"),
        ("Unify", HolderKind.UCC_CONNECTION, "UNIFY_X"),
    ):
        world.holders[name] = holder_id(await add_holder(ours, name, kind, partner=partner))
    foreign = await add_holder(theirs, "Südwind", HolderKind.SIP_TRUNK)
    world.holders["Südwind"] = holder_id(foreign)
    return world
