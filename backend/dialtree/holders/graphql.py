"""What the kinds of holders have in common in the API: contact, numbers, limits, open orders."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dialtree import clock
from dialtree.graphql.context import Context, Info
from dialtree.graphql.paging import After, First, Node
from dialtree.graphql.refusals import Availability, availability
from dialtree.graphql.sizes import at_most
from dialtree.graphql.together import together
from dialtree.holders import contacts, models
from dialtree.holders.limits import all_held_on, has_limits
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
from dialtree.inventory.queries import Search, elements_by
from dialtree.orders.models import OrderKind
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
    [meters_] = await all_meters(info.context, [(elements, by_block)])
    return meters_


async def all_meters(
    context: Context, used: Sequence[tuple[int, dict[int, int]]]
) -> list[HolderMeters]:
    """The meters of some trunks, each from how many elements it has in all and of each block."""
    ids = dict.fromkeys(id_ for _elements, by_block in used for id_ in by_block)
    rows = await context.loaders.ranges.many(ids)
    blocks = {id_: NumberRange.of(row) for id_, row in rows.items() if row is not None}
    return [
        HolderMeters(
            elements=Meter(used=elements, limit=ELEMENTS_PER_TRUNK),
            blocks=sorted(
                (
                    BlockMeter(block=blocks[id_], used=count, limit=ELEMENTS_PER_BLOCK)
                    for id_, count in by_block.items()
                    if id_ in blocks
                ),
                key=lambda entry: (entry.block.digits, entry.block.row.pattern.first),
            ),
        )
        for elements, by_block in used
    ]


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

    @together(
        description="The number elements it holds now, of a planned trunk those it will start with "
        "(T2); narrowed as in the searches F2 and F3."
    )
    @staticmethod
    async def numbers(
        holders: list["Holder"],
        context: Context,
        number: NumberArgument = None,
        site: SiteArgument = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> list[NumberRangeConnection]:
        search = Search.read(number, site)
        principal = context.signed_in()
        planned = [holder.row.id for holder in holders if holder.row.is_planned]
        orders = await context.loaders.open_orders_of_holder.many(planned)
        creations = {
            holder_id: order.id
            for holder_id, open_orders in orders.items()
            for order in open_orders
            if order.kind == OrderKind.CREATE_TRUNK
        }
        holding = [h.row.id for h in holders if h.row.id not in creations]
        held = await elements_by(
            principal, "holder_id", [*dict.fromkeys(holding)], search, first=first, after=after
        )
        starting = await elements_by(
            principal, "open_order_id", [*creations.values()], search, first=first, after=after
        )
        return [
            range_connection(
                context,
                starting[creations[holder.row.id]]
                if holder.row.id in creations
                else held[holder.row.id],
                search,
            )
            for holder in holders
        ]

    @together(description="The limits and how much of them is used (H2); null where none apply.")
    @staticmethod
    async def meters(
        holders: list["Holder"],
        context: Context,
        at: Annotated[
            date | None,
            strawberry.argument(
                description="As it will be on this day, planned orders done (B2); null: now, for a "
                "planned trunk when it starts. A day that has passed means today."
            ),
        ] = None,
    ) -> list[HolderMeters | None]:
        limited = [holder.row for holder in holders if has_limits(holder.row)]
        ids = [*dict.fromkeys(row.id for row in limited)]
        used: list[tuple[int, dict[int, int]]]
        if at is not None and ids:
            on_day = await all_held_on(ids, max(at, clock.today()))
            used = [(on_day[row.id].total(), of_blocks(on_day[row.id])) for row in limited]
        else:
            held = await context.loaders.blocks_held.many(ids)
            used = [(row.element_count, held[row.id]) for row in limited]
        found = iter(await all_meters(context, used))
        return [next(found) if has_limits(holder.row) else None for holder in holders]

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
