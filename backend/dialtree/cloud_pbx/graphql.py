"""Cloud PBX in the API (H6)."""

from typing import Annotated
from urllib.parse import quote

import strawberry

from dialtree.cloud_pbx import commands, rules
from dialtree.graphql.context import Info
from dialtree.graphql.ids import id_of
from dialtree.graphql.paging import After, Connection, First, connect
from dialtree.graphql.refusals import (
    Availability,
    InvalidInput,
    NotAllowed,
    NotFound,
    RuleRefused,
    answer,
    availability,
)
from dialtree.holders import models
from dialtree.holders.graphql import ContactInput, Holder, common_fields
from dialtree.holders.models import HolderKind
from dialtree.holders.queries import holders
from dialtree.paging import DEFAULT_PAGE
from dialtree.refusals import Refused


@strawberry.type(description="A Cloud PBX: a telephone system in the network.")
class CloudPbx(Holder):
    support_email: str | None = strawberry.field(
        description="E-mail address for support: told, for example, when a workplace was locked "
        "after wrong passwords (H6)."
    )

    @classmethod
    def of(cls, row: models.Holder) -> "CloudPbx":
        return cls(support_email=row.support_email, **common_fields(row))

    @strawberry.field(
        description="Page on which it is configured (H6); null where the installation names none."
    )
    def configuration_url(self, info: Info) -> str | None:
        template = info.context.settings.cloud_pbx_url
        if template is None:
            return None
        name = quote(self.name, safe="")
        return template.replace("{id}", str(self.row.id)).replace("{name}", name)

    @strawberry.field(description="Whether its contact can be edited now (H5).")
    def update(self, info: Info) -> Availability:
        return availability(info.context.signed_in().why_not_change(), info.context.language)

    @strawberry.field(description="Whether it can be deleted now: only when it is empty (H5, H6).")
    async def delete(self, info: Info) -> Availability:
        orders = await info.context.loaders.open_orders_of_holder.load(self.row.id)
        refusal = rules.why_not_delete(
            self.name, self.element_count, orders[0].reference if orders else None
        )
        principal = info.context.signed_in()
        return availability(principal.why_not_change() or refusal, info.context.language)


@strawberry.type
class CloudPbxQuery:
    @strawberry.field(description="Cloud PBX by name.")
    async def cloud_pbxes(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[CloudPbx]:
        page = await holders(
            info.context.signed_in(), HolderKind.CLOUD_PBX, first=first, after=after
        )
        return connect(page, CloudPbx.of)


@strawberry.type(description="The Cloud PBX was changed.")
class CloudPbxUpdated:
    cloud_pbx: CloudPbx = strawberry.field(description="As it is now.")


@strawberry.type(description="The Cloud PBX is gone.")
class CloudPbxDeleted:
    name: str = strawberry.field(description="The name it had.")


@strawberry.input(description="Replaces the contact of one Cloud PBX (H6).")
class UpdateCloudPbxInput:
    cloud_pbx_id: strawberry.ID = strawberry.field(description="The Cloud PBX.")
    contact: ContactInput = strawberry.field(description="The new contact, whole.")
    support_email: str | None = strawberry.field(
        default=None, description="E-mail address for support (H6); null: none."
    )


@strawberry.input(description="Deletes one Cloud PBX that holds no number.")
class DeleteCloudPbxInput:
    cloud_pbx_id: strawberry.ID = strawberry.field(description="The Cloud PBX.")


UpdateCloudPbxResult = Annotated[
    CloudPbxUpdated | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("UpdateCloudPbxResult", description="It, or why nothing changed."),
]
DeleteCloudPbxResult = Annotated[
    CloudPbxDeleted | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("DeleteCloudPbxResult", description="Its name, or why it is still there."),
]


@strawberry.type
class CloudPbxMutation:
    @strawberry.mutation(description="Changes the contact of a Cloud PBX at once (H6).")
    async def update_cloud_pbx(
        self, info: Info, input: UpdateCloudPbxInput
    ) -> UpdateCloudPbxResult:
        try:
            row = await commands.update_cloud_pbx(
                info.context.signed_in(),
                id_of(input.cloud_pbx_id, "CloudPbx"),
                input.contact.read(),
                input.support_email,
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return CloudPbxUpdated(cloud_pbx=CloudPbx.of(row))

    @strawberry.mutation(description="Deletes a Cloud PBX that holds no number, at once (H6).")
    async def delete_cloud_pbx(
        self, info: Info, input: DeleteCloudPbxInput
    ) -> DeleteCloudPbxResult:
        try:
            row = await commands.delete_cloud_pbx(
                info.context.signed_in(), id_of(input.cloud_pbx_id, "CloudPbx")
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return CloudPbxDeleted(name=row.name)
