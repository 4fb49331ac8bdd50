"""Signing in and out, and the signed-in person."""

from datetime import timedelta
from typing import Annotated

import strawberry

from dialtree.accounts import commands, models
from dialtree.accounts.cookie import delete_session_cookie, set_session_cookie
from dialtree.accounts.models import Role, ViewMode
from dialtree.accounts.oidc import LOGIN
from dialtree.accounts.principal import Principal
from dialtree.accounts.queries import asker_of
from dialtree.accounts.rules import grantable_roles
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
from dialtree.graphql.sizes import ONE_PER_OPERATION, at_most, weighs
from dialtree.ids import to_global_id
from dialtree.language import Language
from dialtree.refusals import FieldProblem, Invalid, Refusal, RefusalCode, Refused

strawberry.enum(
    Role,
    description="ADMINISTRATOR changes things; VIEWER sees everything but credentials; SERVICE is "
    "provider staff (P2).",
)
strawberry.enum(
    ViewMode,
    description="USER: what is needed every day; EXPERT: rejected calls and technical details too "
    "(P1).",
)
strawberry.enum(Language, description="Language of texts and e-mails (P4).")


@strawberry.type(description="The company whose numbers are managed.")
class Customer(Node):
    name: str = strawberry.field(description="Company name.")
    booked_concurrent_calls: int = strawberry.field(
        description="How many calls may run at once, as booked (C1)."
    )
    row_id: strawberry.Private[int]

    @classmethod
    def of(cls, row: models.Customer) -> "Customer":
        return cls(
            id=strawberry.ID(to_global_id("Customer", row.id)),
            name=row.name,
            booked_concurrent_calls=row.booked_concurrent_calls,
            row_id=row.id,
        )

    @strawberry.field(description="How many site contracts it has.")
    async def site_contract_count(self, info: Info) -> int:
        return await info.context.loaders.contract_counts.load(self.row_id)


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
    view_mode: ViewMode = strawberry.field(description="How much the app shows (P1).")
    customer: Customer = strawberry.field(
        description="The company the person works for; for service staff the one chosen with the "
        "header Dialtree-Customer, which carries its id, or their own (P2)."
    )
    serve: Availability = strawberry.field(
        description="Whether the person may work for every customer, and set what only the "
        "provider sets: contracts and booked concurrent calls (C1, P2)."
    )
    change: Availability = strawberry.field(
        description="Whether the person may change anything at all (H5)."
    )
    grantable_roles: list[Role] = strawberry.field(
        description="Roles that the person may give to people of the company worked for; empty for "
        "viewers (P2).",
        directives=[at_most(len(Role))],
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
        view_mode=principal.view_mode,
        customer=Customer.of(customer),
        serve=availability(principal.why_not_serve(), principal.language),
        change=availability(principal.why_not_change(), principal.language),
        grantable_roles=grantable_roles(asker_of(principal)),
    )


@strawberry.type(description="Signing in at the company's own OpenID Connect provider.")
class OidcSignIn:
    name: str = strawberry.field(description="What people call the provider.")
    url: str = strawberry.field(
        description="Path on this server that leads there, to be opened in the browser; "
        "?return= takes the path of the app to come back to."
    )


@strawberry.type(description="The ways to sign in.")
class SignInOptions:
    password: bool = strawberry.field(description="Whether `login` takes passwords.")
    oidc: OidcSignIn | None = strawberry.field(
        description="The company's own sign-in; null where none is set up."
    )


@strawberry.type
class AccountsQuery:
    @strawberry.field(
        description="The signed-in person; null when nobody is. Every other field then ends in an "
        "error with extensions.code NOT_AUTHENTICATED. An error with CUSTOMER_NOT_AVAILABLE if "
        "service staff name a customer that there is not."
    )
    async def viewer(self, info: Info) -> Viewer | None:
        context = info.context
        if context.principal is None and context.refused is not None:
            raise context.refused
        return await viewer(context, context.principal) if context.principal else None

    @strawberry.field(description="How people sign in here; also told to whom is not signed in.")
    def sign_in_options(self, info: Info) -> SignInOptions:
        settings = info.context.settings
        by_provider = OidcSignIn(name=settings.oidc_name, url=LOGIN)
        return SignInOptions(
            password=not settings.oidc_only,
            oidc=by_provider if settings.oidc_issuer is not None else None,
        )


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
    view_mode: ViewMode | None = strawberry.field(
        default=None, description="How much the app shows (P1); null: as it is."
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
        "not tell whether the account exists. After too many failures TOO_MANY_ATTEMPTS.",
        directives=[weighs(ONE_PER_OPERATION)],
    )
    async def login(self, info: Info, input: LoginInput) -> LoginResult:
        context = info.context
        try:
            context.must_take_passwords()
            _must_be_given(email=input.email, password=input.password)
            lasting = timedelta(days=context.settings.session_days)
            principal, secret = await sign_in(input.email, input.password, lasting, context.origin)
        except Refused as refused:
            return answer(refused, context.language)
        context.principal = principal
        if context.response is not None:
            set_session_cookie(context.response, secret, context.settings)
        return LoggedIn(viewer=await viewer(context, principal))

    @strawberry.mutation(description="Ends the session of the cookie. Repeating it is harmless.")
    async def logout(self, info: Info) -> LogoutResult:
        context = info.context
        if context.credentials.session is not None:
            await sign_out(context.credentials.session)
        if context.response is not None:
            delete_session_cookie(context.response, context.settings)
        context.principal = None
        return LoggedOut(done=True)

    @strawberry.mutation(description="Changes settings of the signed-in person.")
    async def update_viewer(self, info: Info, input: UpdateViewerInput) -> UpdateViewerResult:
        context = info.context
        try:
            principal = await commands.update_settings(
                context.signed_in(), input.language, input.order_reminders, input.view_mode
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
