"""Changing site contracts through the API."""

from datetime import date
from typing import Annotated

import strawberry

from dialtree.graphql.context import Info
from dialtree.graphql.ids import id_of
from dialtree.graphql.refusals import InvalidInput, NotAllowed, NotFound, RuleRefused, answer
from dialtree.inventory.contracts import ContractUpdate, update_site_contract
from dialtree.inventory.graphql import SiteContract
from dialtree.inventory.models import ContractStatus
from dialtree.refusals import Refused


@strawberry.input(
    description="Changes a site contract. What is null stays as it is; its number is for ever."
)
class UpdateSiteContractInput:
    site_contract_id: strawberry.ID = strawberry.field(description="The contract.")
    street: str | None = strawberry.field(default=None, description="Street and house number.")
    postcode: str | None = strawberry.field(default=None, description="Postcode, as text.")
    town: str | None = strawberry.field(default=None, description="Town.")
    status: ContractStatus | None = strawberry.field(
        default=None, description="ORDERED needs a start date, given now or before."
    )
    start_date: date | None = strawberry.field(
        default=None,
        description="From this day (Europe/Berlin) an ORDERED contract's numbers can be assigned.",
    )


@strawberry.type(description="The site contract was changed; searches by site find it anew.")
class SiteContractUpdated:
    site_contract: SiteContract = strawberry.field(description="As it is now.")


UpdateSiteContractResult = Annotated[
    SiteContractUpdated | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union(
        "UpdateSiteContractResult", description="The contract, or why nothing changed."
    ),
]


@strawberry.type
class ContractsMutation:
    @strawberry.mutation(
        description="Changes address, status or start date of a site contract at once. For service "
        "staff (P2)."
    )
    async def update_site_contract(
        self, info: Info, input: UpdateSiteContractInput
    ) -> UpdateSiteContractResult:
        try:
            row = await update_site_contract(
                info.context.signed_in(),
                id_of(input.site_contract_id, "SiteContract"),
                ContractUpdate(
                    input.street, input.postcode, input.town, input.status, input.start_date
                ),
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return SiteContractUpdated(site_contract=SiteContract.of(row))
