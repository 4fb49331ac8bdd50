"""Holders in the API: SIP trunks, Cloud PBX, UCC connections, and the change of their numbers."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dialtree.graphql.context import Info
from dialtree.graphql.ids import ids_of
from dialtree.graphql.paging import After, Connection, First, Node, connect, connection_fields
from dialtree.graphql.refusals import (
    Availability,
    InvalidInput,
    NotAllowed,
    NotFound,
    RuleRefused,
    answer,
    availability,
    rule_refused,
)
from dialtree.holders import commands, models, queries
from dialtree.holders.models import HolderKind, HolderStatus
from dialtree.holders.rules import ELEMENTS_PER_BLOCK, ELEMENTS_PER_TRUNK
from dialtree.ids import to_global_id
from dialtree.inventory.graphql import (
    NumberArgument,
    NumberRange,
    NumberRangeConnection,
    SearchReading,
    SiteArgument,
    range_connection,
)
from dialtree.inventory.queries import Search, number_elements
from dialtree.orders.models import OrderKind
from dialtree.paging import DEFAULT_PAGE
from dialtree.refusals import Refused

if TYPE_CHECKING:
    from dialtree.orders.graphql import Order, OrderAccepted

LazyOrder = Annotated["Order", strawberry.lazy("dialtree.orders.graphql")]

strawberry.enum(HolderKind, description="What numbers can be assigned to.")
strawberry.enum(
    HolderStatus,
    name="TrunkStatus",
    description="PLANNED: ordered for a later day, on which it becomes ACTIVE (T1).",
)


@strawberry.type(description="Whom to ask about a holder, or at customer service.")
class Contact:
    name: str | None = strawberry.field(description="Name of a person or team.")
    phone: str | None = strawberry.field(description="Phone number, as it was entered.")
    email: str | None = strawberry.field(description="E-mail address.")


@strawberry.type(description="How much of a limit is used.")
class Meter:
    used: int = strawberry.field(description="Number elements that count.")
    limit: int = strawberry.field(description="The most that is possible.")


@strawberry.type(description="How much of the limit per block is used.")
class BlockMeter:
    block: NumberRange = strawberry.field(description="The block whose ranges are counted.")
    used: int = strawberry.field(description="Number elements of this block.")
    limit: int = strawberry.field(description="The most that is possible of one block.")


@strawberry.type(description="The limits of a SIP trunk and how much of them is used (H2).")
class HolderMeters:
    elements: Meter = strawberry.field(description="All number elements of the trunk.")
    blocks: list[BlockMeter] = strawberry.field(
        description="One entry for each block of which it has ranges, in order of digits."
    )


async def meters(info: Info, elements: int, by_block: dict[int, int]) -> HolderMeters:
    blocks = await info.context.loaders.ranges.load_many(list(by_block))
    entries = [
        BlockMeter(block=NumberRange.of(block), used=by_block[block.id], limit=ELEMENTS_PER_BLOCK)
        for block in blocks
        if block is not None
    ]
    return HolderMeters(
        elements=Meter(used=elements, limit=ELEMENTS_PER_TRUNK),
        blocks=sorted(entries, key=lambda entry: (entry.block.digits, entry.block.first)),
    )


@strawberry.interface(description="What number elements are assigned to.")
class Holder(Node):
    name: str = strawberry.field(description="Name, unique per customer and kind.")
    kind: HolderKind = strawberry.field(description="Which kind of holder it is.")
    contact: Contact = strawberry.field(description="Whom to ask about it.")
    element_count: int = strawberry.field(description="Number elements it holds now.")
    number_count: int = strawberry.field(description="Numbers in these elements.")
    takes_execution_date: bool = strawberry.field(
        description="Whether its changes can be planned for a later day (H3)."
    )
    row: strawberry.Private[models.Holder]

    @strawberry.field(
        description="The number elements it holds now, narrowed as in the searches F2 and F3."
    )
    async def numbers(
        self,
        info: Info,
        number: NumberArgument = None,
        site: SiteArgument = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> NumberRangeConnection:
        search = Search.read(number, site)
        page = await number_elements(
            info.context.signed_in(), search, holder_id=self.row.id, first=first, after=after
        )
        return range_connection(info, page, search)

    @strawberry.field(
        description="The limits and how much of them is used now (H2); null where none apply."
    )
    async def meters(self, info: Info) -> HolderMeters | None:
        if self.kind != HolderKind.SIP_TRUNK:
            return None
        held = await info.context.loaders.blocks_held.load(self.row.id)
        return await meters(info, self.row.element_count, held)

    @strawberry.field(description="Whether the signed-in person may change its numbers (H5).")
    def change_numbers(self, info: Info) -> Availability:
        return availability(info.context.signed_in().why_not_change(), info.context.language)

    @strawberry.field(description="Its orders that are not finished, the next one first.")
    async def open_orders(self, info: Info) -> list[LazyOrder]:
        from dialtree.orders.graphql import Order

        orders = await info.context.loaders.open_orders_of_holder.load(self.row.id)
        return [Order.of(order) for order in orders]


@strawberry.type(description="A SIP trunk: connects a PBX.")
class SipTrunk(Holder):
    status: HolderStatus = strawberry.field(description="Whether its day has come (T1).")

    @classmethod
    def of(cls, row: models.Holder) -> "SipTrunk":
        return cls(status=row.status, **_common(row))

    @strawberry.field(description="The open order that makes a planned trunk active.")
    async def creation(self, info: Info) -> LazyOrder | None:
        from dialtree.orders.graphql import Order

        for order in await info.context.loaders.open_orders_of_holder.load(self.row.id):
            if order.kind == OrderKind.CREATE_TRUNK:
                return Order.of(order)
        return None


@strawberry.type(description="A Cloud PBX: a telephone system in the network.")
class CloudPbx(Holder):
    @classmethod
    def of(cls, row: models.Holder) -> "CloudPbx":
        return cls(**_common(row))


@strawberry.type(description="A partner of unified communications and what it can do.")
class UccPartner:
    code: str = strawberry.field(description="Short name for machines, such as ZOOM_X.")
    name: str = strawberry.field(description="Product name.")
    takes_split_ranges: bool = strawberry.field(
        description="Whether ranges of level 2 and deeper can be assigned to it (S6)."
    )


@strawberry.type(description="A connection to a UCC partner.")
class UccConnection(Holder):
    @classmethod
    def of(cls, row: models.Holder) -> "UccConnection":
        return cls(**_common(row))

    @strawberry.field(description="The partner it leads to.")
    async def partner(self, info: Info) -> UccPartner:
        assert self.row.partner_id is not None, "a UCC connection has a partner"
        partner = await info.context.loaders.partners.load(self.row.partner_id)
        assert partner is not None, "partners are not deleted"
        return UccPartner(
            code=partner.code,
            name=partner.name,
            takes_split_ranges=partner.takes_split_ranges,
        )


def _common(row: models.Holder) -> dict[str, Any]:
    """The fields that every kind of holder has."""
    return {
        "id": strawberry.ID(to_global_id(type_name(row), row.id)),
        "name": row.name,
        "kind": row.kind,
        "contact": Contact(name=row.contact_name, phone=row.contact_phone, email=row.contact_email),
        "element_count": row.element_count,
        "number_count": row.number_count,
        "takes_execution_date": row.takes_execution_date,
        "row": row,
    }


def holder_of(row: models.Holder) -> Holder:
    """The holder as the type of its kind."""
    if row.kind == HolderKind.SIP_TRUNK:
        return SipTrunk.of(row)
    if row.kind == HolderKind.CLOUD_PBX:
        return CloudPbx.of(row)
    return UccConnection.of(row)


async def load_holder(info: Info, holder_id: int | None) -> Holder | None:
    if holder_id is None:
        return None
    row = await info.context.loaders.holders.load(holder_id)
    return holder_of(row) if row else None


_TYPE_NAMES = {
    HolderKind.SIP_TRUNK: "SipTrunk",
    HolderKind.CLOUD_PBX: "CloudPbx",
    HolderKind.UCC_CONNECTION: "UccConnection",
}
HOLDER_TYPES = frozenset(_TYPE_NAMES.values())


def type_name(row: models.Holder) -> str:
    return _TYPE_NAMES[row.kind]


@strawberry.type(description="One page of SIP trunks.")
class SipTrunkConnection(Connection[SipTrunk]):
    reading: SearchReading | None = strawberry.field(
        description="How `number` was read; null where it asked for nothing."
    )


@strawberry.type(description="What a change of numbers would do, without doing it.")
class ChangeNumbersPreview:
    refusal: RuleRefused | None = strawberry.field(
        description="What changeNumbers would answer; null if it would be accepted."
    )
    meters: HolderMeters | None = strawberry.field(
        description="The meters after it, other orders left out; null where no limit applies."
    )


AddArgument = Annotated[
    list[strawberry.ID],
    strawberry.argument(description="Ids of free number elements to assign to the holder."),
]
RemoveArgument = Annotated[
    list[strawberry.ID],
    strawberry.argument(description="Ids of number elements of the holder to release."),
]


@strawberry.type
class HoldersQuery:
    @strawberry.field(description="SIP trunks by name (H7).")
    async def sip_trunks(
        self,
        info: Info,
        name: Annotated[
            str | None, strawberry.argument(description="Beginning of the name.")
        ] = None,
        number: NumberArgument = None,
        status: Annotated[
            HolderStatus | None, strawberry.argument(description="Only trunks of this status.")
        ] = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> SipTrunkConnection:
        search = Search.read(number)
        page = await queries.holders(
            info.context.signed_in(),
            HolderKind.SIP_TRUNK,
            name=name,
            search=search,
            status=status,
            first=first,
            after=after,
        )
        reading = SearchReading.of(search.number, info.context.language)
        return SipTrunkConnection(**connection_fields(page, SipTrunk.of), reading=reading)

    @strawberry.field(description="Cloud PBX by name.")
    async def cloud_pbxes(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[CloudPbx]:
        page = await queries.holders(
            info.context.signed_in(), HolderKind.CLOUD_PBX, first=first, after=after
        )
        return connect(page, CloudPbx.of)

    @strawberry.field(description="UCC connections by name.")
    async def ucc_connections(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[UccConnection]:
        page = await queries.holders(
            info.context.signed_in(), HolderKind.UCC_CONNECTION, first=first, after=after
        )
        return connect(page, UccConnection.of)

    @strawberry.field(
        description="Asks the rules about a change of numbers without ordering it (H1-H5, S6), "
        "for the meters while choosing. Ids that name nothing are an error with extensions.code "
        "NOT_FOUND."
    )
    async def change_numbers_preview(
        self,
        info: Info,
        holder_id: Annotated[strawberry.ID, strawberry.argument(description="The holder.")],
        add: AddArgument = (),  # type: ignore[assignment]
        remove: RemoveArgument = (),  # type: ignore[assignment]
        execution_date: Annotated[
            date | None, strawberry.argument(description="The day; null: at once (H3).")
        ] = None,
    ) -> ChangeNumbersPreview:
        change = number_change(holder_id, add, remove, execution_date)
        preview = await commands.preview_change(info.context.signed_in(), change)
        shown = None
        if preview.limited:
            blocks = {block: n for block, n in preview.held.items() if block is not None}
            shown = await meters(info, preview.held.total(), blocks)
        refusal = preview.refusal
        return ChangeNumbersPreview(
            refusal=rule_refused(refusal, info.context.language) if refusal else None,
            meters=shown,
        )


def number_change(
    holder_id: strawberry.ID,
    add: list[strawberry.ID],
    remove: list[strawberry.ID],
    execution_date: date | None,
) -> commands.NumberChange:
    [holder] = ids_of([holder_id], HOLDER_TYPES)
    return commands.NumberChange(
        holder,
        add=ids_of(add, {"NumberRange"}),
        remove=ids_of(remove, {"NumberRange"}),
        execution_date=execution_date,
    )


@strawberry.input(description="Adds and removes number elements of one holder, all or nothing.")
class ChangeNumbersInput:
    holder_id: strawberry.ID = strawberry.field(description="The holder.")
    add: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Ids of free number elements to assign to it (H1)."
    )
    remove: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Ids of its number elements to release (H4)."
    )
    execution_date: date | None = strawberry.field(
        default=None,
        description="The day (Europe/Berlin) it takes effect at 00:00: today or later, at most a "
        "year ahead; only for SIP trunks. Null: at once (H3).",
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Any text; a repeated key gives the same order (O5)."
    )


ChangeNumbersResult = Annotated[
    Annotated["OrderAccepted", strawberry.lazy("dialtree.orders.graphql")]
    | RuleRefused
    | InvalidInput
    | NotAllowed
    | NotFound,
    strawberry.union("ChangeNumbersResult", description="The order, or why there is none."),
]


@strawberry.type
class HoldersMutation:
    @strawberry.mutation(
        description="Orders a change of a holder's numbers (order kind CHANGE_NUMBERS; H1-H5, S6). "
        "From the moment of ordering its elements are reserved."
    )
    async def change_numbers(self, info: Info, input: ChangeNumbersInput) -> ChangeNumbersResult:
        from dialtree.orders.graphql import accepted

        try:
            change = number_change(input.holder_id, input.add, input.remove, input.execution_date)
            order = await commands.change_numbers(
                info.context.signed_in(), change, idempotency_key=input.idempotency_key
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return accepted(order)
