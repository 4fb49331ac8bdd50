"""What the provider says about calls in the API: rejected ones, and the limit of a site (C4)."""

from datetime import datetime
from typing import Annotated

import strawberry

from dialtree.calls import commands, reporting
from dialtree.calls.models import CallDirection, CallLevel
from dialtree.graphql.context import Info
from dialtree.graphql.ids import id_of
from dialtree.graphql.refusals import (
    InvalidInput,
    NotAllowed,
    NotFound,
    RuleRefused,
    answer,
)
from dialtree.inventory.graphql import SiteContract
from dialtree.refusals import Refused


@strawberry.input(
    description="A call that the network rejected. Exactly one of customerId, siteContractId, "
    "sipTrunkId and trunkUserName says where: for TRUNK a trunk, for SITE a site contract, for "
    "CUSTOMER any of them."
)
class RejectedCallInput:
    call_id: str = strawberry.field(
        description="The network's id of the call, at most 128 characters. Together with the "
        "customer and the level it tells calls apart: the same again is known already."
    )
    level: CallLevel = strawberry.field(description="Whose limit the call met.")
    direction: CallDirection = strawberry.field(description="Seen from the customer.")
    at: datetime = strawberry.field(
        description="When it was rejected, with an offset: not more than 7 days ago, and at most 5 "
        "minutes ahead."
    )
    caller: str | None = strawberry.field(
        name="from",
        default=None,
        description="Who called: national, international, tel: or sip: URI, or bare digits that "
        "have no country code; null: withheld.",
    )
    callee: str = strawberry.field(name="to", description="Who was called; read as `from`.")
    limit: int | None = strawberry.field(
        default=None,
        description="The limit that was met, 1 to 10,000; null: as it is configured here.",
    )
    customer_id: strawberry.ID | None = strawberry.field(
        default=None, description="Id of the customer."
    )
    site_contract_id: strawberry.ID | None = strawberry.field(
        default=None, description="Id of the site contract."
    )
    sip_trunk_id: strawberry.ID | None = strawberry.field(
        default=None, description="Id of the SIP trunk."
    )
    trunk_user_name: str | None = strawberry.field(
        default=None, description="User name that the SIP trunk registers with (T6)."
    )

    def read(self) -> reporting.Reported:
        return reporting.Reported(
            call_id=self.call_id,
            level=self.level,
            direction=self.direction,
            at=self.at,
            caller=self.caller,
            callee=self.callee,
            limit=self.limit,
            customer_id=self.customer_id,
            site_contract_id=self.site_contract_id,
            sip_trunk_id=self.sip_trunk_id,
            trunk_user_name=self.trunk_user_name,
        )


@strawberry.input(description="What the network rejected since it reported last.")
class ReportRejectedCallsInput:
    calls: list[RejectedCallInput] = strawberry.field(
        description="At most 1,000, of any customers and in any order."
    )


@strawberry.type(description="The report was taken. Sending it again changes nothing.")
class RejectedCallsReported:
    accepted_count: int = strawberry.field(description="Calls that were new.")
    already_known_count: int = strawberry.field(
        description="Calls that were known on their level, or stood in the report twice."
    )


@strawberry.input(description="The limit of a site contract (C2).")
class SetCallLimitInput:
    site_contract_id: strawberry.ID = strawberry.field(description="Id of the site contract.")
    limit: int | None = strawberry.field(
        default=None,
        description="How many calls may run at once over all its numbers, 1 to 10,000; null: as "
        "many as are booked.",
    )


@strawberry.type(description="The limit of a site contract was set.")
class CallLimitSet:
    site_contract: SiteContract = strawberry.field(description="The site contract.")
    limit: int | None = strawberry.field(description="Its limit from now on; null: none.")


ReportRejectedCallsResult = Annotated[
    RejectedCallsReported | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union(
        "ReportRejectedCallsResult", description="What was taken, or every entry that is wrong."
    ),
]
SetCallLimitResult = Annotated[
    CallLimitSet | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("SetCallLimitResult", description="The limit, or why it is as it was."),
]


@strawberry.type
class CallsMutation:
    @strawberry.mutation(
        description="Takes calls that the network rejected because too many ran at once, all or "
        "none (C4). For service staff, whichever customer they work for. An entry that is wrong is "
        "named in InvalidInput.fields, its place from 1 on as `line`."
    )
    async def report_rejected_calls(
        self, info: Info, input: ReportRejectedCallsInput
    ) -> ReportRejectedCallsResult:
        try:
            report = await reporting.report_rejected_calls(
                info.context.signed_in(), [call.read() for call in input.calls]
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return RejectedCallsReported(
            accepted_count=report.accepted, already_known_count=report.already_known
        )

    @strawberry.mutation(
        description="Limits the calls that may run at once over all numbers of a site contract "
        "(C2). For service staff."
    )
    async def set_call_limit(self, info: Info, input: SetCallLimitInput) -> SetCallLimitResult:
        try:
            contract = await commands.set_call_limit(
                info.context.signed_in(), id_of(input.site_contract_id, "SiteContract"), input.limit
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return CallLimitSet(site_contract=SiteContract.of(contract), limit=contract.call_limit)
