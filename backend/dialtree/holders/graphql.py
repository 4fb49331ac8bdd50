"""What the kinds of holders have in common in the API: contact, numbers, limits, open orders."""

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dialtree import clock
from dialtree.graphql.context import Info
from dialtree.graphql.paging import After, First, Node
from dialtree.graphql.refusals import Availability, availability
from dialtree.graphql.sizes import at_most
from dialtree.holders import contacts, models
from dialtree.holders.facts import creation_of
from dialtree.holders.limits import has_limits, held_on
from dialtree.holders.models import HolderKind, HolderStatus
from dialtree.holders.rules import ELEMENTS_PER_BLOCK, ELEMENTS_PER_TRUNK
from dialtree.ids import to_global_id
from dialtree.inventory.graphql import (
    NumberArgument,
    NumberRange,
    NumberRangeConnection,
    SiteArgument,
    range_connection,
)
from dialtree.inventory.queries import Search, number_elements
from dialtree.paging import DEFAULT_PAGE

if TYPE_CHECKING:
    from dialtree.orders.graphql import Order

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
    email: str | None = strawberry.field(
        description="E-mail address; of a Cloud PBX the one for booking information (H6)."
    )


@strawberry.input(description="Whom to ask about a holder.")
class ContactInput:
    name: str = strawberry.field(description="Name of a person or team; at most 200 characters.")
    phone: str | None = strawberry.field(
        default=None, description="Phone number: digits and the signs + / - ( ) between them."
    )
    email: str | None = strawberry.field(
        default=None,
        description="E-mail address; of a Cloud PBX the one for booking information (H6).",
    )

    def read(self) -> contacts.Contact:
        return contacts.Contact(self.name, self.phone, self.email)


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
        description="One entry for each block of which it has ranges, in order of digits.",
        directives=[at_most(10)],
    )


def of_blocks(held: Counter[int | None]) -> dict[int, int]:
    """Without single numbers, which count for no block."""
    return {block: count for block, count in held.items() if block is not None}


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
    element_count: int = strawberry.field(
        description="Number elements it holds now; a planned trunk: it will start with."
    )
    number_count: int = strawberry.field(description="Numbers in these elements.")
    row: strawberry.Private[models.Holder]

    @strawberry.field(
        description="Whether its changes can be planned for a later day (H3): those of SIP trunks, "
        "and of UCC partners that say so."
    )
    async def takes_execution_date(self, info: Info) -> bool:
        if self.row.partner_id is None:
            return self.kind == HolderKind.SIP_TRUNK
        partner = await info.context.loaders.partners.load(self.row.partner_id)
        return partner is not None and partner.takes_execution_date

    @strawberry.field(
        description="The number elements it holds now, of a planned trunk those it will start with "
        "(T2); narrowed as in the searches F2 and F3."
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
        creation = await creation_of(self.row)
        page = await number_elements(
            info.context.signed_in(),
            search,
            holder_id=self.row.id if creation is None else None,
            open_order_id=creation.id if creation else None,
            first=first,
            after=after,
        )
        return range_connection(info, page, search)

    @strawberry.field(
        description="The limits and how much of them is used (H2); null where none apply."
    )
    async def meters(
        self,
        info: Info,
        at: Annotated[
            date | None,
            strawberry.argument(
                description="As it will be on this day, planned orders done (B2); null: now, for a "
                "planned trunk when it starts. A day that has passed means today."
            ),
        ] = None,
    ) -> HolderMeters | None:
        if not has_limits(self.row):
            return None
        if at is not None:
            on_day = await held_on(self.row, max(at, clock.today()))
            return await meters(info, on_day.total(), of_blocks(on_day))
        held = await info.context.loaders.blocks_held.load(self.row.id)
        return await meters(info, self.row.element_count, held)

    @strawberry.field(description="Whether the signed-in person may change its numbers (H5).")
    def change_numbers(self, info: Info) -> Availability:
        return availability(info.context.signed_in().why_not_change(), info.context.language)

    @strawberry.field(
        description="Its orders that are not finished, the next one first.",
        directives=[at_most(5)],
    )
    async def open_orders(self, info: Info) -> list[LazyOrder]:
        from dialtree.orders.graphql import Order

        orders = await info.context.loaders.open_orders_of_holder.load(self.row.id)
        return [Order.of(order) for order in orders]


def common_fields(row: models.Holder) -> dict[str, Any]:
    """The fields that every kind of holder has."""
    return {
        "id": strawberry.ID(to_global_id(row.type_name, row.id)),
        "name": row.name,
        "kind": row.kind,
        "contact": Contact(name=row.contact_name, phone=row.contact_phone, email=row.contact_email),
        "element_count": row.element_count,
        "number_count": row.number_count,
        "row": row,
    }
