"""Site contracts, the tree and the searches in the API."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from dialtree import refusals
from dialtree.graphql.context import Context, Info
from dialtree.graphql.paging import After, Connection, First, Node, connect, connection_fields
from dialtree.graphql.refusals import Availability, availability
from dialtree.graphql.sizes import at_most
from dialtree.graphql.together import together
from dialtree.ids import to_global_id
from dialtree.inventory import models, queries, rules
from dialtree.inventory.models import ContractStatus, RangeKind, RangeState
from dialtree.inventory.search_graphql import SearchReading
from dialtree.inventory.tree import range_facts
from dialtree.numbering.display import Style, display, uri
from dialtree.paging import DEFAULT_PAGE, Page

if TYPE_CHECKING:
    from dialtree.holders.graphql import Holder
    from dialtree.orders.graphql import Order

strawberry.enum(ContractStatus, description="ORDERED: it starts on its start date.")
strawberry.enum(
    RangeKind,
    description="BLOCK: a root with extension digits. RANGE: a node below a block. SINGLE_NUMBER: "
    "a root without open digits.",
)
strawberry.enum(
    RangeState,
    description="FREE and ASSIGNED are number elements; SPLIT has ranges below it, as a block "
    "always does.",
)


strawberry.enum(
    queries.LookupOutcome,
    description="ASSIGNED and FREE: an element covers the number. INCOMPLETE: it is the beginning "
    "of numbers that are. UNKNOWN: it is none of the customer's numbers.",
)

NumberArgument = Annotated[
    str | None,
    strawberry.argument(
        description="Search by number (F2): begins with 0xy or +49xy and matches from the start, "
        "or begins with * and matches anywhere. Spaces, / - ( ) are ignored. A range matches when "
        "any number in it does."
    ),
]
SiteArgument = Annotated[
    str | None,
    strawberry.argument(
        description="Search by site (F3): the beginning of street, postcode or town; upper case "
        "and umlauts do not matter."
    ),
]
StateArgument = Annotated[
    RangeState | None,
    strawberry.argument(
        description="FREE, ASSIGNED: only what contains such numbers. SPLIT: only what is divided."
    ),
]


@strawberry.type(description="A contract of one site. Numbers belong to exactly one contract.")
class SiteContract(Node):
    number: str = strawberry.field(description="Contract number, unique per customer.")
    street: str = strawberry.field(description="Street and house number.")
    postcode: str = strawberry.field(description="Postcode, as text.")
    town: str = strawberry.field(description="Town.")
    status: ContractStatus = strawberry.field(description="Whether it has started.")
    start_date: date | None = strawberry.field(
        description="From this day (Europe/Berlin) an ORDERED contract's numbers can be assigned."
    )
    row: strawberry.Private[models.SiteContract]

    @classmethod
    def of(cls, row: models.SiteContract) -> "SiteContract":
        return cls(
            id=strawberry.ID(to_global_id("SiteContract", row.id)),
            number=row.number,
            street=row.street,
            postcode=row.postcode,
            town=row.town,
            status=row.status,
            start_date=row.start_date,
            row=row,
        )

    @together(description="Its blocks and single numbers, in order of digits.")
    @staticmethod
    async def number_ranges(
        contracts: list["SiteContract"],
        context: Context,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> list[Annotated["NumberRangeConnection", strawberry.lazy("dialtree.inventory.graphql")]]:
        asked = [queries.PageOfContract(contract.row.id, first, after) for contract in contracts]
        pages = await context.loaders.roots_of_contract.many(asked)
        return [range_connection(context, pages[page], queries.Search()) for page in asked]


@strawberry.type(
    description="A node of the tree: a block or single number (root, level 0), or a range below."
)
class NumberRange(Node):
    kind: RangeKind = strawberry.field(description="Place in the tree.")
    level: int = strawberry.field(
        description="0 for a root, 1 for the ranges a block has from the start, deeper by splits."
    )
    digits: str = strawberry.field(
        description="The fixed digits: E.164 without plus, as text (N1)."
    )
    open_digits: int = strawberry.field(description="How many digits follow the fixed ones.")
    size: int = strawberry.field(description="How many numbers it covers.")
    state: RangeState = strawberry.field(description="Free, assigned, or divided into ranges.")
    free_count: int = strawberry.field(description="Numbers in or below it without a holder (F4).")
    assigned_count: int = strawberry.field(description="Numbers in or below it with a holder.")
    row: strawberry.Private[models.NumberRange]

    @classmethod
    def of(cls, row: models.NumberRange) -> "NumberRange":
        return cls(
            id=strawberry.ID(to_global_id("NumberRange", row.id)),
            kind=row.kind,
            level=row.level,
            digits=row.digits,
            open_digits=row.open_digits,
            size=row.free_count + row.assigned_count,
            state=row.state,
            free_count=row.free_count,
            assigned_count=row.assigned_count,
            row=row,
        )

    @strawberry.field(description="Its smallest number, E.164 without plus.")
    def first(self) -> str:
        return self.row.pattern.first

    @strawberry.field(description="Its largest number, E.164 without plus.")
    def last(self) -> str:
        return self.row.pattern.last

    @strawberry.field(
        description="As people write it, by DIN 5008: 030 23125-3xx, x being an open digit (N1); a "
        "block sold in part: 030 23125-3xx…5xx (N2)."
    )
    def display(self) -> str:
        return self.row.display()

    @strawberry.field(description="As dialled from abroad, by DIN 5008: +49 30 23125-3xx.")
    def display_international(self) -> str:
        return self.row.display(Style.INTERNATIONAL)

    @together(description="What it is assigned to; null unless ASSIGNED.")
    @staticmethod
    async def holder(
        ranges: list["NumberRange"], context: Context
    ) -> list[Annotated["Holder", strawberry.lazy("dialtree.holders.graphql")] | None]:
        from dialtree.graphql.holders import load_holders

        return await load_holders(context, [range_.row.holder_id for range_ in ranges])

    @together(description="The contract it belongs to.")
    @staticmethod
    async def site_contract(ranges: list["NumberRange"], context: Context) -> list[SiteContract]:
        rows = await context.loaders.contracts.many(range_.row.contract_id for range_ in ranges)
        contracts = {id_: SiteContract.of(row) for id_, row in rows.items() if row is not None}
        return [contracts[range_.row.contract_id] for range_ in ranges]

    @together(description="The node above; null for a root.")
    @staticmethod
    async def parent(ranges: list["NumberRange"], context: Context) -> list["NumberRange | None"]:
        return await load_ranges(context, [range_.row.parent_id for range_ in ranges])

    @together(description="The block or single number it stands in; itself for a root.")
    @staticmethod
    async def root(ranges: list["NumberRange"], context: Context) -> list["NumberRange"]:
        roots = await load_ranges(context, [range_.row.root_id for range_ in ranges])
        return [root or range_ for root, range_ in zip(roots, ranges, strict=True)]

    @together(
        description="The nodes right below, at most ten, in order of digits; with arguments those "
        "that contain a match.",
        directives=[at_most(10)],
    )
    @staticmethod
    async def children(
        ranges: list["NumberRange"],
        context: Context,
        state: StateArgument = None,
        number: NumberArgument = None,
    ) -> list[list["NumberRange"]]:
        search = queries.Search.read(number=number, state=state)
        split = [range_.row.id for range_ in ranges if range_.row.state == RangeState.SPLIT]
        rows = await context.loaders.children.many(split)
        return [
            [
                NumberRange.of(child)
                for child in queries.children_matching(rows.get(range_.row.id, []), search)
            ]
            for range_ in ranges
        ]

    @together(
        description="Whether it can be split into ten ranges now (S1-S3, S7, H5); null where "
        "splitting does not exist: blocks, single numbers, no open digit, already split."
    )
    @staticmethod
    async def split(ranges: list["NumberRange"], context: Context) -> list[Availability | None]:
        return [
            _availability(context, rules.why_not_split(facts)) if rules.has_split(facts) else None
            for facts in await _facts(context, ranges)
        ]

    @together(
        description="Whether all below it can be merged back into it now (M1, S7, H5); null "
        "unless it is a split range."
    )
    @staticmethod
    async def merge(ranges: list["NumberRange"], context: Context) -> list[Availability | None]:
        facts = await _facts(context, ranges)
        suspects = [
            range_.row
            for range_, fact in zip(ranges, facts, strict=True)
            if rules.has_merge(fact) and (range_.row.assigned_count or range_.row.reserved_beneath)
        ]
        blockers = await context.loaders.blockers.many(suspects)
        return [
            _availability(context, rules.why_not_merge(fact, blockers.get(range_.row, [])))
            if rules.has_merge(fact)
            else None
            for range_, fact in zip(ranges, facts, strict=True)
        ]

    @together(
        description="The open order that reserves it (H4), also through a range above that is "
        "being merged."
    )
    @staticmethod
    async def open_order(
        ranges: list["NumberRange"], context: Context
    ) -> list[Annotated["Order", strawberry.lazy("dialtree.orders.graphql")] | None]:
        from dialtree.orders.graphql import load_orders

        return await load_orders(context, [range_.row.open_order_id for range_ in ranges])


async def load_ranges(context: Context, ids: Sequence[int | None]) -> list[NumberRange | None]:
    rows = await context.loaders.ranges.many(id_ for id_ in ids if id_ is not None)
    ranges = {id_: NumberRange.of(row) for id_, row in rows.items() if row is not None}
    return [None if id_ is None else ranges.get(id_) for id_ in ids]


async def _facts(context: Context, ranges: Sequence[NumberRange]) -> list[rules.RangeFacts]:
    rows = [range_.row for range_ in ranges]
    ids = (row.holder_id for row in rows if row.holder_id is not None)
    holders = await context.loaders.holders.many(ids)
    names = {id_: holder.name for id_, holder in holders.items() if holder is not None}
    return [range_facts(row, names) for row in rows]


def _availability(context: Context, refusal: refusals.Refusal | None) -> Availability:
    principal = context.signed_in()
    return availability(principal.why_not_change() or refusal, context.language)


@strawberry.type(description="One page of number ranges.")
class NumberRangeConnection(Connection[NumberRange]):
    reading: SearchReading | None = strawberry.field(
        description="How `number` was read; null where it asked for nothing."
    )


@strawberry.type(description="Which element a call to a number reaches, now.")
class Lookup:
    outcome: queries.LookupOutcome = strawberry.field(description="What was found.")
    number: str = strawberry.field(description="The number as read: E.164 without plus.")
    display: str = strawberry.field(
        description="The number by DIN 5008, as far as its extension is known."
    )
    uri: str = strawberry.field(description="The number for machines, by RFC 3966: tel:+49….")
    range: NumberRange | None = strawberry.field(
        description="The element that covers the number; for INCOMPLETE a range that begins so."
    )
    holder: Annotated["Holder", strawberry.lazy("dialtree.holders.graphql")] | None = (
        strawberry.field(description="Who gets the call; null unless ASSIGNED.")
    )


@strawberry.type
class InventoryQuery:
    @strawberry.field(
        description="The roots (blocks, single numbers) that match, in order of digits (F1-F4). "
        "Both searches narrow each other."
    )
    async def number_ranges(
        self,
        info: Info,
        number: NumberArgument = None,
        site: SiteArgument = None,
        state: StateArgument = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> NumberRangeConnection:
        search = queries.Search.read(number, site, state)
        page = await queries.number_ranges(
            info.context.signed_in(), search, first=first, after=after
        )
        return range_connection(info.context, page, search)

    @strawberry.field(
        description="Number elements (what can be assigned: ranges without ranges below, single "
        "numbers) as one flat list in order of digits (F1-F3)."
    )
    async def number_elements(
        self,
        info: Info,
        number: NumberArgument = None,
        site: SiteArgument = None,
        state: StateArgument = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> NumberRangeConnection:
        search = queries.Search.read(number, site, state)
        page = await queries.number_elements(
            info.context.signed_in(), search, first=first, after=after
        )
        return range_connection(info.context, page, search)

    @strawberry.field(
        description="Who gets a call to this complete number (B7). A text that is no German "
        "number is an error with its code in extensions.code."
    )
    async def lookup(
        self,
        info: Info,
        number: Annotated[str, strawberry.argument(description="As dialled: 030… or +49 30…")],
    ) -> Lookup:
        from dialtree.graphql.holders import load_holder

        found = await queries.lookup(info.context.signed_in(), number)
        row = found.range_
        return Lookup(
            outcome=found.outcome,
            number=found.digits,
            display=display_of_number(found.digits, row),
            uri=uri(found.digits),
            range=NumberRange.of(row) if row else None,
            holder=await load_holder(info.context, row.holder_id if row else None),
        )

    @strawberry.field(description="Site contracts by number; `site` narrows as in F3.")
    async def site_contracts(
        self,
        info: Info,
        site: SiteArgument = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> Connection[SiteContract]:
        page = await queries.site_contracts(
            info.context.signed_in(), site, first=first, after=after
        )
        return connect(page, SiteContract.of)


def range_connection(
    context: Context, page: Page[models.NumberRange], search: queries.Search
) -> NumberRangeConnection:
    reading = SearchReading.of(search.number, context.language)
    return NumberRangeConnection(**connection_fields(page, NumberRange.of), reading=reading)


def display_of_number(digits: str, row: models.NumberRange | None) -> str:
    """By DIN 5008 as far as the row tells: a number shorter than its block has no extension."""
    if row is None:
        return f"+{digits}"
    known = row.extension_at is not None and row.extension_at <= len(digits)
    return display(digits, row.area_length, row.extension_at if known else None)
