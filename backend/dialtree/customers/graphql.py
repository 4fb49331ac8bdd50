"""Customers as service staff see and set them (C1, P2)."""

from typing import Annotated

import strawberry

from dialtree.accounts.graphql import Customer
from dialtree.customers import commands, queries
from dialtree.graphql.context import Info
from dialtree.graphql.ids import id_of
from dialtree.graphql.paging import After, Connection, First, connect
from dialtree.graphql.refusals import InvalidInput, NotAllowed, NotFound, RuleRefused, answer
from dialtree.paging import DEFAULT_PAGE
from dialtree.refusals import Refused


@strawberry.type
class CustomersQuery:
    @strawberry.field(
        description="All customers by name. For service staff; for others an error with "
        "extensions.code NOT_SERVICE_STAFF (P2)."
    )
    async def customers(
        self,
        info: Info,
        search: Annotated[
            str | None,
            strawberry.argument(
                description="The beginning of the name or of a later word of it; upper case and "
                "umlauts do not matter."
            ),
        ] = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> Connection[Customer]:
        page = await queries.customers(info.context.signed_in(), search, first=first, after=after)
        return connect(page, Customer.of)


@strawberry.type(description="A customer was made.")
class CustomerCreated:
    customer: Customer = strawberry.field(description="The new customer, without contracts.")


@strawberry.type(description="The customer was changed; its own people see it at once.")
class CustomerUpdated:
    customer: Customer = strawberry.field(description="As it is now.")


@strawberry.input(description="A new customer.")
class CreateCustomerInput:
    name: str = strawberry.field(description="Company name.")
    booked_concurrent_calls: int = strawberry.field(
        default=0, description="How many calls may run at once (C1)."
    )


@strawberry.input(description="Changes a customer. What is null stays as it is.")
class UpdateCustomerInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")
    name: str | None = strawberry.field(default=None, description="Company name.")
    booked_concurrent_calls: int | None = strawberry.field(
        default=None, description="How many calls may run at once (C1)."
    )


CreateCustomerResult = Annotated[
    CustomerCreated | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("CreateCustomerResult", description="The customer, or why there is none."),
]
UpdateCustomerResult = Annotated[
    CustomerUpdated | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("UpdateCustomerResult", description="The customer, or why nothing changed."),
]


@strawberry.type
class CustomersMutation:
    @strawberry.mutation(description="Makes a customer. For service staff (P2).")
    async def create_customer(self, info: Info, input: CreateCustomerInput) -> CreateCustomerResult:
        try:
            row = await commands.create_customer(
                info.context.signed_in(), input.name, input.booked_concurrent_calls
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return CustomerCreated(customer=Customer.of(row))

    @strawberry.mutation(
        description="Changes name or booked concurrent calls of any customer. For service staff "
        "(C1, P2)."
    )
    async def update_customer(self, info: Info, input: UpdateCustomerInput) -> UpdateCustomerResult:
        try:
            row = await commands.update_customer(
                info.context.signed_in(),
                id_of(input.customer_id, "Customer"),
                name=input.name,
                booked_concurrent_calls=input.booked_concurrent_calls,
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return CustomerUpdated(customer=Customer.of(row))
