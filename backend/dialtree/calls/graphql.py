"""Rejected calls in the API, for the expert view (C2, P1)."""

from datetime import datetime
from typing import Annotated

import strawberry

from dialtree import clock
from dialtree.calls import models, queries, rules
from dialtree.calls.models import CallDirection, CallLevel
from dialtree.calls.queries import CallFilter
from dialtree.calls.rules import KEPT
from dialtree.graphql.context import Info
from dialtree.graphql.ids import id_of
from dialtree.graphql.paging import After, Connection, First, Node, connect
from dialtree.graphql.sizes import at_most
from dialtree.ids import to_global_id
from dialtree.inventory.graphql import SiteContract
from dialtree.inventory.models import NumberRange as NumberRangeRow
from dialtree.numbering.display import Style, display
from dialtree.numbering.parties import display_party, mask_party
from dialtree.paging import DEFAULT_PAGE
from dialtree.trunks.graphql import CallLimits, SipTrunk

strawberry.enum(
    CallLevel,
    description="Where the limit was that a call met: of all calls of the customer, of a site "
    "contract, or of a SIP trunk (C2).",
)
strawberry.enum(CallDirection, description="Seen from the customer.")


@strawberry.type(description="A number that called or was called.")
class CallParty:
    number: str | None = strawberry.field(
        description="+ and E.164 digits; bare digits where it has no country code (110); null "
        "where it is masked."
    )
    display: str = strawberry.field(
        description="For people; numbers of the customer as DIN 5008 writes them. Where it is "
        "masked, dots stand for the digits that are hidden."
    )
    masked: bool = strawberry.field(
        description="Whether it is hidden from the signed-in person: from viewers callers are, and "
        "numbers outside."
    )


@strawberry.type(description="A call that was rejected because too many ran at once (C2).")
class RejectedCall(Node):
    call_id: str = strawberry.field(
        description="The network's own id of the call. One call may be rejected on several levels."
    )
    level: CallLevel = strawberry.field(description="Whose limit it met.")
    direction: CallDirection = strawberry.field(description="Whether it came in or went out.")
    at: datetime = strawberry.field(description="When it was rejected.")
    limit: int = strawberry.field(description="How many calls might run at once then.")
    row: strawberry.Private[models.RejectedCall]

    @classmethod
    def of(cls, row: models.RejectedCall) -> "RejectedCall":
        return cls(
            id=strawberry.ID(to_global_id("RejectedCall", row.id)),
            call_id=row.call_id,
            level=row.level,
            direction=row.direction,
            at=row.at,
            limit=row.call_limit,
            row=row,
        )

    @strawberry.field(name="from", description="Who called; null: the number was withheld.")
    async def caller(self, info: Info) -> CallParty | None:
        return await _party(info, self.row.caller, hidden=True) if self.row.caller else None

    @strawberry.field(name="to", description="Who was called.")
    async def callee(self, info: Info) -> CallParty:
        outside = self.row.direction == CallDirection.OUTGOING
        return await _party(info, self.row.callee, hidden=outside)

    @strawberry.field(description="The site contract, where the network named it.")
    async def site_contract(self, info: Info) -> SiteContract | None:
        if self.row.contract_id is None:
            return None
        row = await info.context.loaders.contracts.load(self.row.contract_id)
        return SiteContract.of(row) if row else None

    @strawberry.field(
        description="The SIP trunk it ran over, where the network named it and it still exists."
    )
    async def sip_trunk(self, info: Info) -> SipTrunk | None:
        if self.row.holder_id is None:
            return None
        row = await info.context.loaders.holders.load(self.row.holder_id)
        return SipTrunk.of(row) if row and row.deleted_at is None else None


async def _party(info: Info, party: str, *, hidden: bool) -> CallParty:
    """`hidden`: whether viewers see only a part of it."""
    principal = info.context.signed_in()
    if hidden and principal.why_not_see_callers() is not None:
        return CallParty(number=None, display=mask_party(party), masked=True)
    root: NumberRangeRow | None = await info.context.loaders.own_roots.load((principal, party))
    if root is None:
        return CallParty(number=party, display=display_party(party), masked=False)
    written = display(party[1:], root.area_length, root.extension_at, style=Style.INTERNATIONAL)
    return CallParty(number=party, display=written, masked=False)


@strawberry.type(description="Somewhere the calls that run at once are limited (C2).")
class LimitedPlace:
    level: CallLevel = strawberry.field(
        description="CUSTOMER: all calls; SITE: those of `siteContract`; TRUNK: of `sipTrunk`."
    )
    limits: CallLimits = strawberry.field(
        description="What is configured. For CUSTOMER what is booked (C1)."
    )
    rejected_call_count: int = strawberry.field(
        description="Calls rejected because of it in the last 7 days."
    )
    site_contract: SiteContract | None = strawberry.field(description="Given for SITE.")
    sip_trunk: SipTrunk | None = strawberry.field(description="Given for TRUNK.")

    @classmethod
    def of(cls, place: queries.LimitedPlace) -> "LimitedPlace":
        return cls(
            level=place.level,
            limits=call_limits(place.limits),
            rejected_call_count=place.rejected,
            site_contract=SiteContract.of(place.contract) if place.contract else None,
            sip_trunk=SipTrunk.of(place.trunk) if place.trunk else None,
        )


def call_limits(limits: rules.Limits) -> CallLimits:
    return CallLimits(total=limits.total, incoming=limits.incoming, outgoing=limits.outgoing)


@strawberry.type(description="How many calls were rejected on one level in one hour.")
class RejectedCallHour:
    hour: datetime = strawberry.field(description="When the hour begins.")
    level: CallLevel = strawberry.field(description="Whose limit they met.")
    count: int = strawberry.field(description="How many calls; at least 1.")


@strawberry.type(description="Rejected calls counted by hour and level, for a plot.")
class RejectedCallHours:
    since: datetime = strawberry.field(
        description="From when on calls are kept: 7 days ago. Its hour is not counted in full."
    )
    until: datetime = strawberry.field(description="When they were counted.")
    total: int = strawberry.field(description="How many calls were counted.")
    hours: list[RejectedCallHour] = strawberry.field(
        description="By time and level; hours without a rejected call are left out.",
        directives=[at_most(3 * 7 * 24)],
    )


LevelArgument = Annotated[
    CallLevel | None, strawberry.argument(description="Only calls that met a limit of this level.")
]
ContractArgument = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Only calls that the network named this site contract for."),
]
TrunkArgument = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Only calls that the network named this SIP trunk for."),
]
DirectionArgument = Annotated[
    CallDirection | None, strawberry.argument(description="Only calls of this direction.")
]


def _filter(
    level: CallLevel | None,
    site_contract_id: strawberry.ID | None,
    sip_trunk_id: strawberry.ID | None,
    direction: CallDirection | None,
) -> CallFilter:
    return CallFilter(
        level,
        id_of(site_contract_id, "SiteContract") if site_contract_id else None,
        id_of(sip_trunk_id, "SipTrunk") if sip_trunk_id else None,
        direction,
    )


@strawberry.type
class CallsQuery:
    @strawberry.field(
        description="Calls rejected in the last 7 days because too many ran at once, the newest "
        "first (C2)."
    )
    async def rejected_calls(
        self,
        info: Info,
        level: LevelArgument = None,
        site_contract_id: ContractArgument = None,
        sip_trunk_id: TrunkArgument = None,
        direction: DirectionArgument = None,
        since: Annotated[
            datetime | None,
            strawberry.argument(name="from", description="Only calls from this moment on."),
        ] = None,
        until: Annotated[
            datetime | None, strawberry.argument(description="Only calls before this moment.")
        ] = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> Connection[RejectedCall]:
        to = _filter(level, site_contract_id, sip_trunk_id, direction)
        page = await queries.rejected_calls(
            info.context.signed_in(), to.within(since, until), first=first, after=after
        )
        return connect(page, RejectedCall.of)

    @strawberry.field(
        description="Rejected calls of the last 7 days, counted by hour and level (C2)."
    )
    async def rejected_call_hours(
        self,
        info: Info,
        level: LevelArgument = None,
        site_contract_id: ContractArgument = None,
        sip_trunk_id: TrunkArgument = None,
        direction: DirectionArgument = None,
    ) -> RejectedCallHours:
        to = _filter(level, site_contract_id, sip_trunk_id, direction)
        until = clock.now()
        counts = await queries.by_hour(info.context.signed_in(), to)
        return RejectedCallHours(
            since=until - KEPT,
            until=until,
            total=sum(entry.count for entry in counts),
            hours=[
                RejectedCallHour(hour=entry.hour, level=entry.level, count=entry.count)
                for entry in counts
            ],
        )

    @strawberry.field(
        description="Where calls at once are limited, and so can be rejected: the customer, then "
        "site contracts by number and SIP trunks by name. A level without a limit is not listed "
        "(C2).",
        directives=[at_most(200)],
    )
    async def rejected_call_levels(self, info: Info) -> list[LimitedPlace]:
        places = await queries.limited_places(info.context.signed_in())
        return [LimitedPlace.of(place) for place in places]
