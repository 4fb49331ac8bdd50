"""SIP trunks in the API (T1-T6, H7)."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from dialtree.graphql.context import Info
from dialtree.graphql.ids import ids_of
from dialtree.graphql.paging import After, Connection, First, connection_fields
from dialtree.graphql.refusals import (
    Availability,
    InvalidField,
    RuleRefused,
    availability,
    rule_refused,
)
from dialtree.graphql.sizes import at_most
from dialtree.holders import models, queries
from dialtree.holders.graphql import (
    ContactInput,
    Holder,
    HolderMeters,
    LazyOrder,
    common_fields,
    meters,
    of_blocks,
)
from dialtree.holders.models import HolderKind, HolderStatus, TrunkProfile
from dialtree.inventory.graphql import NumberArgument
from dialtree.inventory.queries import Search
from dialtree.inventory.search_graphql import SearchReading
from dialtree.orders.models import OrderKind
from dialtree.paging import DEFAULT_PAGE
from dialtree.settings import SipTransport
from dialtree.trunks import commands, rules
from dialtree.trunks.models import SipCredentials as CredentialsRow

strawberry.enum(
    TrunkProfile,
    description="Which parameters a PBX uses; both follow SIPconnect 1.1. MEDIA_BYPASS lets speech "
    "take a shorter way than signalling. Fixed when the trunk is created (T3).",
)
strawberry.enum(SipTransport, description="How a PBX reaches the registrar and the proxies.")


@strawberry.type(description="How many calls may run at once over a trunk (T1).")
class CallLimits:
    total: int | None = strawberry.field(description="All calls; null: as many as are booked.")
    incoming: int | None = strawberry.field(description="Incoming calls; null: no own limit.")
    outgoing: int | None = strawberry.field(description="Outgoing calls; null: no own limit.")


@strawberry.input(description="How many calls may run at once over a trunk (T1).")
class CallLimitsInput:
    total: int | None = strawberry.field(
        default=None, description="All calls, 1 to 10,000; null: as many as are booked."
    )
    incoming: int | None = strawberry.field(
        default=None, description="Incoming calls, at most `total`; null: no own limit."
    )
    outgoing: int | None = strawberry.field(
        default=None, description="Outgoing calls, at most `total`; null: no own limit."
    )

    def read(self) -> rules.CallLimits:
        return rules.CallLimits(self.total, self.incoming, self.outgoing)


@strawberry.type(
    description="What a PBX registers with (T6), all but the password: revealSipPassword shows it. "
    "It can be entered before the trunk's day and works from that day on (T3)."
)
class SipCredentials:
    user_name: str = strawberry.field(
        description="Identifier for the registration; not a phone number."
    )
    authentication_name: str = strawberry.field(
        description="User name for the authentication: name@realm."
    )
    realm: str = strawberry.field(description="Domain of the trunk.")
    registrar: str | None = strawberry.field(
        description="Host of the registrar; null where the installation names none."
    )
    primary_proxy: str | None = strawberry.field(description="First outbound proxy, if any.")
    secondary_proxy: str | None = strawberry.field(description="Second outbound proxy, if any.")
    transport: SipTransport = strawberry.field(description="How to reach them.")
    password_set_at: datetime = strawberry.field(description="When the password was generated.")


@strawberry.type(description="A SIP trunk: connects a PBX.")
class SipTrunk(Holder):
    status: HolderStatus = strawberry.field(description="Whether its day has come (T1).")
    profile: TrunkProfile = strawberry.field(description="Its profile, which stays (T3).")
    call_limits: CallLimits = strawberry.field(description="Its limits of calls at once (T1).")

    @classmethod
    def of(cls, row: models.Holder) -> "SipTrunk":
        return cls(
            status=row.status,
            profile=row.profile or TrunkProfile.STANDARD,
            call_limits=CallLimits(
                total=row.call_limit,
                incoming=row.incoming_call_limit,
                outgoing=row.outgoing_call_limit,
            ),
            **common_fields(row),
        )

    @strawberry.field(description="The open order that makes a planned trunk active.")
    async def creation(self, info: Info) -> LazyOrder | None:
        from dialtree.orders.graphql import Order

        for order in await info.context.loaders.open_orders_of_holder.load(self.row.id):
            if order.kind == OrderKind.CREATE_TRUNK:
                return Order.of(order)
        return None

    @strawberry.field(
        description="Its telephony credentials; null for those who may not see them (H5), and for "
        "a trunk that has none yet: regenerateSipPassword makes them."
    )
    async def credentials(self, info: Info) -> SipCredentials | None:
        if info.context.signed_in().why_not_see_credentials() is not None:
            return None
        row: CredentialsRow | None = await info.context.loaders.credentials.load(self.row.id)
        if row is None:
            return None
        service = info.context.sip
        return SipCredentials(
            user_name=row.user_name,
            authentication_name=row.authentication_name,
            realm=row.realm,
            registrar=service.registrar,
            primary_proxy=service.primary_proxy,
            secondary_proxy=service.secondary_proxy,
            transport=service.transport,
            password_set_at=row.password_set_at,
        )

    @strawberry.field(description="Whether the signed-in person may see its credentials (H5).")
    def show_credentials(self, info: Info) -> Availability:
        refusal = info.context.signed_in().why_not_see_credentials()
        return availability(refusal, info.context.language)

    @strawberry.field(
        description="Whether name, contact and call limits can be edited and a password be "
        "generated now (H5)."
    )
    def update(self, info: Info) -> Availability:
        return availability(info.context.signed_in().why_not_change(), info.context.language)

    @strawberry.field(
        description="Whether it can be deleted now (T5, H5); null while it is planned: its order "
        "can be cancelled (T2)."
    )
    def delete(self, info: Info) -> Availability | None:
        if self.row.is_planned:
            return None
        return availability(info.context.signed_in().why_not_change(), info.context.language)


@strawberry.type(description="One page of SIP trunks.")
class SipTrunkConnection(Connection[SipTrunk]):
    reading: SearchReading | None = strawberry.field(
        description="How `number` was read; null where it asked for nothing."
    )


@strawberry.input(description="A new SIP trunk (T1).")
class CreateSipTrunkInput:
    name: str = strawberry.field(
        description="1 to 100 characters; unique per customer, whatever the case."
    )
    contact: ContactInput = strawberry.field(description="Whom to ask about it.")
    profile: TrunkProfile = strawberry.field(
        default=TrunkProfile.STANDARD, description="Cannot be changed later (T3)."
    )
    elements: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="Ids of free number elements it will start with: at most 60, at most 10 of one "
        "block (H2).",
    )
    execution_date: date | None = strawberry.field(
        default=None,
        description="The day (Europe/Berlin) it becomes active at 00:00: today or later, at most a "
        "year ahead (H3). Null: at once.",
    )
    call_limits: CallLimitsInput | None = strawberry.field(
        default=None, description="How many calls may run at once; null: as many as are booked."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Any text; a repeated key gives the same order (O5)."
    )

    def read(self) -> commands.NewTrunk:
        return commands.NewTrunk(
            name=self.name,
            elements=ids_of(self.elements, {"NumberRange"}),
            execution_date=self.execution_date,
            contact=self.contact.read(),
            profile=self.profile,
            call_limits=self.call_limits.read() if self.call_limits else rules.CallLimits(),
        )


@strawberry.type(description="What the order of a SIP trunk would meet, without ordering it.")
class CreateSipTrunkPreview:
    problems: list[InvalidField] = strawberry.field(
        description="What is wrong with single fields, those that are still empty among them.",
        directives=[at_most(10)],
    )
    refusal: RuleRefused | None = strawberry.field(
        description="The rule that forbids it; null if none does."
    )
    meters: HolderMeters = strawberry.field(description="The limits as used on its first day (H2).")


@strawberry.type
class TrunksQuery:
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

    @strawberry.field(
        description="Asks the rules about a new SIP trunk without ordering it, while it is put "
        "together. Ids that name nothing are an error with extensions.code NOT_FOUND."
    )
    async def create_sip_trunk_preview(
        self, info: Info, input: CreateSipTrunkInput
    ) -> CreateSipTrunkPreview:
        language = info.context.language
        preview = await commands.preview_sip_trunk(info.context.signed_in(), input.read())
        return CreateSipTrunkPreview(
            problems=[InvalidField.of(problem, language) for problem in preview.problems],
            refusal=rule_refused(preview.refusal, language) if preview.refusal else None,
            meters=await meters(info, preview.held.total(), of_blocks(preview.held)),
        )
