"""Changing the numbers of any holder through the API, and asking beforehand (H1-H5, S6, T2)."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from dialtree.graphql.context import Info
from dialtree.graphql.ids import ids_of
from dialtree.graphql.refusals import (
    InvalidInput,
    NotAllowed,
    NotFound,
    RuleRefused,
    answer,
    rule_refused,
)
from dialtree.holders import commands
from dialtree.holders.graphql import HolderMeters, meters, of_blocks
from dialtree.holders.models import TYPE_NAMES
from dialtree.refusals import Refused

if TYPE_CHECKING:
    from dialtree.orders.graphql import OrderAccepted


@strawberry.type(description="What a change of numbers would do, without doing it.")
class ChangeNumbersPreview:
    refusal: RuleRefused | None = strawberry.field(
        description="What changeNumbers would answer; null if it would be accepted."
    )
    meters: HolderMeters | None = strawberry.field(
        description="The meters after it on its day, with what other orders have changed by then "
        "(B2); null where no limit applies."
    )


AddArgument = Annotated[
    list[strawberry.ID],
    strawberry.argument(description="Ids of free number elements to assign to the holder."),
]
RemoveArgument = Annotated[
    list[strawberry.ID],
    strawberry.argument(description="Ids of number elements of the holder to release."),
]


@strawberry.type
class NumberChangesQuery:
    @strawberry.field(
        description="Asks the rules about a change of numbers without ordering it (H1-H5, S6), "
        "for the meters while choosing. Ids that name nothing are an error with extensions.code "
        "NOT_FOUND."
    )
    async def change_numbers_preview(
        self,
        info: Info,
        holder_id: Annotated[strawberry.ID, strawberry.argument(description="The holder.")],
        add: AddArgument = (),  # type: ignore[assignment]
        remove: RemoveArgument = (),  # type: ignore[assignment]
        execution_date: Annotated[
            date | None, strawberry.argument(description="The day; null: at once (H3).")
        ] = None,
    ) -> ChangeNumbersPreview:
        change = number_change(holder_id, add, remove, execution_date)
        preview = await commands.preview_change(info.context.signed_in(), change)
        shown = None
        if preview.limited:
            shown = await meters(info, preview.held.total(), of_blocks(preview.held))
        refusal = preview.refusal
        return ChangeNumbersPreview(
            refusal=rule_refused(refusal, info.context.language) if refusal else None,
            meters=shown,
        )


def number_change(
    holder_id: strawberry.ID,
    add: list[strawberry.ID],
    remove: list[strawberry.ID],
    execution_date: date | None,
) -> commands.NumberChange:
    [holder] = ids_of([holder_id], set(TYPE_NAMES.values()))
    return commands.NumberChange(
        holder,
        add=ids_of(add, {"NumberRange"}),
        remove=ids_of(remove, {"NumberRange"}),
        execution_date=execution_date,
    )


@strawberry.input(description="Adds and removes number elements of one holder, all or nothing.")
class ChangeNumbersInput:
    holder_id: strawberry.ID = strawberry.field(description="The holder.")
    add: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Ids of free number elements to assign to it (H1)."
    )
    remove: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Ids of its number elements to release (H4)."
    )
    execution_date: date | None = strawberry.field(
        default=None,
        description="The day (Europe/Berlin) it takes effect at 00:00: today or later, at most a "
        "year ahead; only where takesExecutionDate. Null: at once (H3).",
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="Any text; a repeated key gives the same order (O5). Without effect on a "
        "planned trunk, whose change without a date can be repeated as it is.",
    )


ChangeNumbersResult = Annotated[
    Annotated["OrderAccepted", strawberry.lazy("dialtree.orders.graphql")]
    | RuleRefused
    | InvalidInput
    | NotAllowed
    | NotFound,
    strawberry.union("ChangeNumbersResult", description="The order, or why there is none."),
]


@strawberry.type
class NumberChangesMutation:
    @strawberry.mutation(
        description="Orders a change of a holder's numbers (order kind CHANGE_NUMBERS; H1-H5, S6). "
        "From the moment of ordering its elements are reserved. Of a planned trunk, without a "
        "date, it changes what the trunk will start with; the answer is then its order (T2)."
    )
    async def change_numbers(self, info: Info, input: ChangeNumbersInput) -> ChangeNumbersResult:
        from dialtree.orders.graphql import accepted

        try:
            change = number_change(input.holder_id, input.add, input.remove, input.execution_date)
            order = await commands.change_numbers(
                info.context.signed_in(), change, idempotency_key=input.idempotency_key
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return accepted(order)
