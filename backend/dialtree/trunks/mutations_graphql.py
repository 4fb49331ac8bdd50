"""Ordering, changing and deleting SIP trunks through the API, and their passwords (T1-T5)."""

from typing import Annotated

import strawberry

from dialtree.graphql.context import Info
from dialtree.graphql.ids import id_of
from dialtree.graphql.refusals import InvalidInput, NotAllowed, NotFound, RuleRefused, answer
from dialtree.holders.graphql import ContactInput
from dialtree.holders.models import TrunkProfile
from dialtree.orders.graphql import OrderAccepted, accepted
from dialtree.refusals import Refused
from dialtree.trunks import commands, credentials
from dialtree.trunks.graphql import CallLimitsInput, CreateSipTrunkInput, SipTrunk


@strawberry.type(description="The trunk was changed.")
class SipTrunkUpdated:
    sip_trunk: SipTrunk = strawberry.field(description="As it is now.")


@strawberry.type(description="The password, as it is now. That it was shown is in the audit log.")
class SipPasswordRevealed:
    password: str = strawberry.field(description="24 letters and digits without look-alikes.")


@strawberry.type(description="The old password has stopped working.")
class SipPasswordRegenerated:
    sip_trunk: SipTrunk = strawberry.field(description="The trunk with its credentials.")
    password: str = strawberry.field(description="The new one, shown to whoever made it.")


@strawberry.input(description="What to change of a trunk; what is left out or null stays.")
class UpdateSipTrunkInput:
    sip_trunk_id: strawberry.ID = strawberry.field(description="The trunk.")
    name: str | None = strawberry.field(default=None, description="The new name (T1).")
    contact: ContactInput | None = strawberry.field(
        default=None, description="The new contact, whole."
    )
    call_limits: CallLimitsInput | None = strawberry.field(
        default=None, description="The new limits, all three; null inside it lifts a limit."
    )
    profile: TrunkProfile | None = strawberry.field(
        default=None, description="Refused unless it is the one the trunk has (T3)."
    )


@strawberry.input(description="Deletes one active trunk.")
class DeleteSipTrunkInput:
    sip_trunk_id: strawberry.ID = strawberry.field(description="The trunk.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Any text; a repeated key gives the same order (O5)."
    )


@strawberry.input(description="Shows the password of one trunk.")
class RevealSipPasswordInput:
    sip_trunk_id: strawberry.ID = strawberry.field(description="The trunk.")


@strawberry.input(description="Replaces the password of one trunk.")
class RegenerateSipPasswordInput:
    sip_trunk_id: strawberry.ID = strawberry.field(description="The trunk.")


CreateSipTrunkResult = Annotated[
    OrderAccepted | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("CreateSipTrunkResult", description="The order, or why there is none."),
]
UpdateSipTrunkResult = Annotated[
    SipTrunkUpdated | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("UpdateSipTrunkResult", description="The trunk, or why nothing changed."),
]
DeleteSipTrunkResult = Annotated[
    OrderAccepted | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("DeleteSipTrunkResult", description="The order, or why there is none."),
]
RevealSipPasswordResult = Annotated[
    SipPasswordRevealed | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("RevealSipPasswordResult", description="The password, or why not."),
]
RegenerateSipPasswordResult = Annotated[
    SipPasswordRegenerated | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union(
        "RegenerateSipPasswordResult", description="The new password, or why the old one stays."
    ),
]


@strawberry.type
class TrunksMutation:
    @strawberry.mutation(
        description="Orders a SIP trunk (order kind CREATE_TRUNK; T1). Until its day it is "
        "planned: its elements are reserved and its credentials can be entered."
    )
    async def create_sip_trunk(
        self, info: Info, input: CreateSipTrunkInput
    ) -> CreateSipTrunkResult:
        try:
            order = await commands.create_sip_trunk(
                info.context.signed_in(),
                input.read(),
                info.context.sip,
                idempotency_key=input.idempotency_key,
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return accepted(order)

    @strawberry.mutation(
        description="Changes name, contact or call limits of a trunk at once, planned or active."
    )
    async def update_sip_trunk(
        self, info: Info, input: UpdateSipTrunkInput
    ) -> UpdateSipTrunkResult:
        update = commands.TrunkUpdate(
            name=input.name,
            contact=input.contact.read() if input.contact else None,
            call_limits=input.call_limits.read() if input.call_limits else None,
            profile=input.profile,
        )
        try:
            row = await commands.update_sip_trunk(
                info.context.signed_in(), id_of(input.sip_trunk_id, "SipTrunk"), update
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return SipTrunkUpdated(sip_trunk=SipTrunk.of(row))

    @strawberry.mutation(
        description="Deletes an active trunk at once (T5): its elements are free, its credentials "
        "stop working, its open orders are cancelled. The order has SUCCEEDED already."
    )
    async def delete_sip_trunk(
        self, info: Info, input: DeleteSipTrunkInput
    ) -> DeleteSipTrunkResult:
        try:
            order = await commands.delete_sip_trunk(
                info.context.signed_in(),
                id_of(input.sip_trunk_id, "SipTrunk"),
                app_url=info.context.settings.app_url,
                idempotency_key=input.idempotency_key,
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return accepted(order)

    @strawberry.mutation(
        description="Shows the password of a trunk to an administrator and writes that into the "
        "audit log (P3)."
    )
    async def reveal_sip_password(
        self, info: Info, input: RevealSipPasswordInput
    ) -> RevealSipPasswordResult:
        try:
            password = await credentials.show_password(
                info.context.signed_in(), id_of(input.sip_trunk_id, "SipTrunk"), info.context.sip
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return SipPasswordRevealed(password=password)

    @strawberry.mutation(
        description="Generates a new password; the old one stops working at once (T4). A trunk "
        "without credentials gets some."
    )
    async def regenerate_sip_password(
        self, info: Info, input: RegenerateSipPasswordInput
    ) -> RegenerateSipPasswordResult:
        try:
            row, password = await credentials.regenerate_password(
                info.context.signed_in(), id_of(input.sip_trunk_id, "SipTrunk"), info.context.sip
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return SipPasswordRegenerated(sip_trunk=SipTrunk.of(row), password=password)
