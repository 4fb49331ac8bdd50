"""UCC partners and the connections to them in the API (S6, H3)."""

import strawberry

from dialtree.graphql.context import Info
from dialtree.graphql.paging import After, Connection, First, connect
from dialtree.graphql.sizes import at_most
from dialtree.holders import models
from dialtree.holders.graphql import Holder, common_fields
from dialtree.holders.models import HolderKind
from dialtree.holders.queries import holders
from dialtree.paging import DEFAULT_PAGE
from dialtree.ucc import models as ucc
from dialtree.ucc.queries import partners


@strawberry.type(description="A partner of unified communications and what it can do.")
class UccPartner:
    code: str = strawberry.field(description="Short name for machines, such as ZOOM_X.")
    name: str = strawberry.field(description="Product name.")
    takes_split_ranges: bool = strawberry.field(
        description="Whether ranges of level 2 and deeper can be assigned to it (S6)."
    )
    takes_execution_date: bool = strawberry.field(
        description="Whether changes of its numbers can be planned for a later day (H3)."
    )

    @classmethod
    def of(cls, row: ucc.UccPartner) -> "UccPartner":
        return cls(
            code=row.code,
            name=row.name,
            takes_split_ranges=row.takes_split_ranges,
            takes_execution_date=row.takes_execution_date,
        )


@strawberry.type(description="A connection to a UCC partner.")
class UccConnection(Holder):
    @classmethod
    def of(cls, row: models.Holder) -> "UccConnection":
        return cls(**common_fields(row))

    @strawberry.field(description="The partner it leads to.")
    async def partner(self, info: Info) -> UccPartner:
        assert self.row.partner_id is not None, "a UCC connection has a partner"
        partner = await info.context.loaders.partners.load(self.row.partner_id)
        assert partner is not None, "partners are not deleted"
        return UccPartner.of(partner)


@strawberry.type
class UccQuery:
    @strawberry.field(description="UCC connections by name.")
    async def ucc_connections(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[UccConnection]:
        page = await holders(
            info.context.signed_in(), HolderKind.UCC_CONNECTION, first=first, after=after
        )
        return connect(page, UccConnection.of)

    @strawberry.field(
        description="The UCC partners there are, by name, and what each can do.",
        directives=[at_most(10)],
    )
    async def ucc_partners(self, info: Info) -> list[UccPartner]:
        info.context.signed_in()
        return [UccPartner.of(row) for row in await partners()]
