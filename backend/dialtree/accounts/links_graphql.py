"""Accepting an invitation and setting a forgotten password in the API; nobody need be signed in."""

from datetime import timedelta
from typing import Annotated

import strawberry

from dialtree.accounts import links
from dialtree.accounts.cookie import set_session_cookie
from dialtree.accounts.graphql import Viewer, viewer
from dialtree.accounts.models import LinkPurpose
from dialtree.graphql.context import Info
from dialtree.graphql.refusals import InvalidInput, NotAllowed, NotFound, RuleRefused, answer
from dialtree.refusals import Refused

strawberry.enum(LinkPurpose, description="What a link in an e-mail is for.")


@strawberry.type(description="What a link in an e-mail leads to.")
class AccountLink:
    purpose: LinkPurpose = strawberry.field(description="What it is for.")
    name: str = strawberry.field(description="Name of the person it was sent to.")
    email: str = strawberry.field(description="Address it was sent to, and to sign in with.")
    company: str = strawberry.field(description="Whose numbers the person looks after.")


@strawberry.type
class LinksQuery:
    @strawberry.field(
        description="What the link with this secret leads to, asked without signing in; null: it "
        "was used already, has expired, or there never was one."
    )
    async def account_link(
        self,
        info: Info,
        secret: Annotated[
            str, strawberry.argument(description="What stands behind # in the link.")
        ],
    ) -> AccountLink | None:
        found = await links.find_link(secret)
        if found is None:
            return None
        link, user = found
        customer = await info.context.loaders.customers.load(user.customer_id)
        assert customer is not None, "a user has a customer"
        return AccountLink(
            purpose=link.purpose, name=user.name, email=user.email, company=customer.name
        )


@strawberry.type(description="The password is set and the person signed in by a session cookie.")
class InvitationAccepted:
    viewer: Viewer = strawberry.field(description="Who signed in.")


@strawberry.type(
    description="If there is an active account with this address, an e-mail with a link is on its "
    "way. Whether there is one is not told."
)
class PasswordResetRequested:
    done: bool = strawberry.field(description="Always true.")


@strawberry.type(description="The password is the new one; every session of the person has ended.")
class PasswordReset:
    email: str = strawberry.field(description="Address to sign in with.")


@strawberry.input(description="Accepts an invitation.")
class AcceptInvitationInput:
    secret: str = strawberry.field(description="What stands behind # in the link.")
    password: str = strawberry.field(
        description="The password: 12 to 1000 characters, not a common or easily guessed one."
    )


@strawberry.input(description="Whose password was forgotten.")
class RequestPasswordResetInput:
    email: str = strawberry.field(description="Address of the account.")


@strawberry.input(description="Sets a password in place of a forgotten one.")
class ResetPasswordInput:
    secret: str = strawberry.field(description="What stands behind # in the link.")
    password: str = strawberry.field(
        description="The new one: 12 to 1000 characters, not a common or easily guessed one."
    )


AcceptInvitationResult = Annotated[
    InvitationAccepted | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("AcceptInvitationResult", description="The person, or why not."),
]
RequestPasswordResetResult = Annotated[
    PasswordResetRequested | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union(
        "RequestPasswordResetResult", description="Always the same, but for what is no address."
    ),
]
ResetPasswordResult = Annotated[
    PasswordReset | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("ResetPasswordResult", description="Done, or why the password stays."),
]


@strawberry.type
class LinksMutation:
    @strawberry.mutation(
        description="Sets the first password of an invited person and signs them in. The link "
        "works once."
    )
    async def accept_invitation(
        self, info: Info, input: AcceptInvitationInput
    ) -> AcceptInvitationResult:
        context = info.context
        lasting = timedelta(days=context.settings.session_days)
        try:
            context.must_take_passwords()
            principal, secret = await links.accept_invitation(
                input.secret, input.password, lasting, context.origin
            )
        except Refused as refused:
            return answer(refused, context.language)
        context.principal = principal
        if context.response is not None:
            set_session_cookie(context.response, secret, context.settings)
        return InvitationAccepted(viewer=await viewer(context, principal))

    @strawberry.mutation(
        description="Sends a link, good for one hour and one use, to set a new password. Answer "
        "and time do not tell whether the account exists."
    )
    async def request_password_reset(
        self, info: Info, input: RequestPasswordResetInput
    ) -> RequestPasswordResetResult:
        context = info.context
        try:
            context.must_take_passwords()
            await links.request_password_reset(
                input.email, context.origin, app_url=context.settings.app_url
            )
        except Refused as refused:
            return answer(refused, context.language)
        return PasswordResetRequested(done=True)

    @strawberry.mutation(
        description="Sets a new password and ends every session of the person; it signs nobody "
        "in. The link works once."
    )
    async def reset_password(self, info: Info, input: ResetPasswordInput) -> ResetPasswordResult:
        context = info.context
        try:
            context.must_take_passwords()
            user = await links.reset_password(
                input.secret, input.password, context.origin, app_url=context.settings.app_url
            )
        except Refused as refused:
            return answer(refused, context.language)
        return PasswordReset(email=user.email)
