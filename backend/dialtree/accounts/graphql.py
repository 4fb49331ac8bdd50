"""Signing in and out, and the signed-in person."""

from datetime import timedelta
from typing import Annotated

import strawberry

from dialtree.accounts import commands, models
from dialtree.accounts.models import Role
from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import sign_in, sign_out
from dialtree.graphql.context import Context, Info
from dialtree.graphql.paging import Node
from dialtree.graphql.refusals import (
    Availability,
    InvalidInput,
    NotAllowed,
    NotFound,
    RuleRefused,
    answer,
    availability,
)
from dialtree.ids import to_global_id
from dialtree.language import Language
from dialtree.refusals import FieldProblem, Invalid, Refusal, RefusalCode, Refused

SESSION_COOKIE = "dialtree_session"

strawberry.enum(
    Role,
    description="ADMINISTRATOR changes things; VIEWER sees everything but credentials; SERVICE is "
    "provider staff (P2).",
)
strawberry.enum(Language, description="Language of texts and e-mails (P4).")


@strawberry.type(description="The company whose numbers are managed.")
class Customer(Node):
    name: str = strawberry.field(description="Company name.")

    @classmethod
    def of(cls, row: models.Customer) -> "Customer":
        return cls(id=strawberry.ID(to_global_id("Customer", row.id)), name=row.name)


@strawberry.type(description="The signed-in person.")
class Viewer:
    id: strawberry.ID = strawberry.field(description="Stable id of the account.")
    name: str = strawberry.field(description="Name of the person.")
    email: str = strawberry.field(description="Address for sign-in and notifications.")
    role: Role = strawberry.field(description="What the person may do.")
    language: Language = strawberry.field(description="Language chosen by the person.")
    order_reminders: bool = strawberry.field(
        description="Whether an e-mail comes the day before a planned order of theirs (O7)."
    )
    customer: Customer = strawberry.field(description="The company the person works for.")
    change: Availability = strawberry.field(
        description="Whether the person may change anything at all (H5)."
    )


async def viewer(context: Context, principal: Principal) -> Viewer:
    customer = await context.loaders.customers.load(principal.customer_id)
    assert customer is not None, "a user has a customer"
    return Viewer(
        id=strawberry.ID(to_global_id("User", principal.user_id)),
        name=principal.name,
        email=principal.email,
        role=principal.role,
        language=principal.language,
        order_reminders=principal.order_reminders,
        customer=Customer.of(customer),
        change=availability(principal.why_not_change(), principal.language),
    )


@strawberry.type
class AccountsQuery:
    @strawberry.field(
        description="The signed-in person; null when nobody is. Every other field then ends in an "
        "error with extensions.code NOT_AUTHENTICATED."
    )
    async def viewer(self, info: Info) -> Viewer | None:
        principal = info.context.principal
        return await viewer(info.context, principal) if principal else None


@strawberry.type(description="Signed in; the session cookie is set.")
class LoggedIn:
    viewer: Viewer = strawberry.field(description="Who signed in.")


@strawberry.type(description="Signed out; the session is over and its cookie removed.")
class LoggedOut:
    done: bool = strawberry.field(description="Always true.")


@strawberry.type(description="The person's settings were changed.")
class ViewerUpdated:
    viewer: Viewer = strawberry.field(description="The person with the new settings.")


@strawberry.input(description="What a person signs in with.")
class LoginInput:
    email: str = strawberry.field(description="E-mail address; upper case does not matter.")
    password: str = strawberry.field(description="The password.")


@strawberry.input(description="Settings of the signed-in person.")
class UpdateViewerInput:
    language: Language | None = strawberry.field(
        default=None, description="Language for texts and e-mails (P4); null: as it is."
    )
    order_reminders: bool | None = strawberry.field(
        default=None,
        description="Whether an e-mail comes the day before a planned order (O7); null: as it is.",
    )


LoginResult = Annotated[
    LoggedIn | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("LoginResult", description="The person, or why nobody is signed in."),
]
LogoutResult = Annotated[
    LoggedOut | NotAllowed, strawberry.union("LogoutResult", description="That it is done.")
]
UpdateViewerResult = Annotated[
    ViewerUpdated | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("UpdateViewerResult", description="The person, or why nothing changed."),
]


@strawberry.type
class AccountsMutation:
    @strawberry.mutation(
        description="Signs in by password and sets an HttpOnly session cookie. The answer does "
        "not tell whether the account exists."
    )
    async def login(self, info: Info, input: LoginInput) -> LoginResult:
        context = info.context
        try:
            _must_be_given(email=input.email, password=input.password)
            lasting = timedelta(days=context.settings.session_days)
            principal, secret = await sign_in(input.email, input.password, lasting)
        except Refused as refused:
            return answer(refused, context.language)
        context.principal = principal
        if context.response is not None:
            context.response.set_cookie(
                SESSION_COOKIE,
                secret,
                max_age=int(lasting.total_seconds()),
                httponly=True,
                samesite="strict",
                secure=context.settings.secure_cookie,
            )
        return LoggedIn(viewer=await viewer(context, principal))

    @strawberry.mutation(description="Ends the session of the cookie. Repeating it is harmless.")
    async def logout(self, info: Info) -> LogoutResult:
        context = info.context
        if context.credentials.session is not None:
            await sign_out(context.credentials.session)
        if context.response is not None:
            context.response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")
        context.principal = None
        return LoggedOut(done=True)

    @strawberry.mutation(description="Changes settings of the signed-in person.")
    async def update_viewer(self, info: Info, input: UpdateViewerInput) -> UpdateViewerResult:
        context = info.context
        try:
            principal = await commands.update_settings(
                context.signed_in(), input.language, input.order_reminders
            )
        except Refused as refused:
            return answer(refused, context.language)
        context.principal = principal
        return ViewerUpdated(viewer=await viewer(context, principal))


def _must_be_given(**values: str) -> None:
    problems = [
        FieldProblem(name, Refusal(RefusalCode.VALUE_MISSING))
        for name, value in values.items()
        if not value.strip()
    ]
    if problems:
        raise Invalid(problems)
