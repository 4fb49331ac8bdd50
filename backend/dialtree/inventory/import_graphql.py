"""Importing site contracts through the API."""

from typing import Annotated

import strawberry

from dialtree.graphql.context import Info
from dialtree.graphql.refusals import (
    InvalidField,
    InvalidInput,
    NotAllowed,
    NotFound,
    RuleRefused,
    answer,
)
from dialtree.graphql.sizes import ONE_PER_OPERATION, at_most, weighs
from dialtree.inventory.import_command import import_contracts
from dialtree.refusals import Refused


@strawberry.input(description="Site contracts with their blocks and single numbers, as CSV.")
class ImportSiteContractsInput:
    content: str = strawberry.field(
        description="The file as text: semicolon or comma, first line contract;street;postcode;"
        "town;status;start_date;area_code;stem;extension_digits;first_digits. Status ACTIVE or "
        "ORDERED; 0 extension digits for a single number; first digits such as 3-5 for a block "
        "sold in part."
    )
    dry_run: bool = strawberry.field(
        default=False, description="Answer exactly as the import would, and change nothing."
    )
    skip_bad_rows: bool = strawberry.field(
        default=False,
        description="Import the good rows although others are bad. Without it a file with a bad "
        "row changes nothing and the answer is InvalidInput.",
    )


@strawberry.type(description="What an import added, or with dryRun would add.")
class SiteContractsImported:
    dry_run: bool = strawberry.field(description="True: nothing was written.")
    contract_count: int = strawberry.field(description="Site contracts added.")
    block_count: int = strawberry.field(description="Number blocks added.")
    single_number_count: int = strawberry.field(description="Single numbers added.")
    number_count: int = strawberry.field(description="Numbers added, in blocks and single.")
    unchanged_count: int = strawberry.field(description="Rows that were there already.")
    bad_rows: list[InvalidField] = strawberry.field(
        description="What was wrong with the rows that skipBadRows left out.",
        directives=[at_most(1000)],
    )


ImportSiteContractsResult = Annotated[
    SiteContractsImported | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union(
        "ImportSiteContractsResult", description="What was imported, or every bad row."
    ),
]


@strawberry.type
class ImportMutation:
    @strawberry.mutation(
        description="Loads site contracts with their numbers (N1-N4). Repeating it changes "
        "nothing.",
        directives=[weighs(ONE_PER_OPERATION)],
    )
    async def import_site_contracts(
        self, info: Info, input: ImportSiteContractsInput
    ) -> ImportSiteContractsResult:
        language = info.context.language
        try:
            report = await import_contracts(
                info.context.signed_in(),
                input.content,
                dry_run=input.dry_run,
                skip_bad_rows=input.skip_bad_rows,
            )
        except Refused as refused:
            return answer(refused, language)
        return SiteContractsImported(
            dry_run=report.dry_run,
            contract_count=report.contract_count,
            block_count=report.block_count,
            single_number_count=report.single_number_count,
            number_count=report.number_count,
            unchanged_count=report.unchanged_count,
            bad_rows=[InvalidField.of(problem, language) for problem in report.bad_rows],
        )
