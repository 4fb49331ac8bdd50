"""The people of a company in the API (P2)."""

from datetime import datetime
from typing import Annotated

import strawberry

from dialtree.accounts import models, people_commands, queries, rules
from dialtree.accounts.models import Role
from dialtree.accounts.people_commands import Invitation
from dialtree.accounts.rules import UserState
from dialtree.graphql.context import Info
from dialtree.graphql.ids import id_of
from dialtree.graphql.paging import After, Connection, First, Node, connect
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
from dialtree.paging import DEFAULT_PAGE
from dialtree.refusals import Refused

strawberry.enum(
    UserState,
    description="ACTIVE can sign in; INVITED has not yet followed the link in the invitation; "
    "DEACTIVATED cannot sign in.",
)


@strawberry.type(description="A person with an account. Administrators see those of their company.")
class User(Node):
    name: str = strawberry.field(description="Name of the person.")
    email: str = strawberry.field(description="Address for sign-in and notifications.")
    role: Role = strawberry.field(description="What the person may do (P2).")
    language: Language = strawberry.field(description="Language of the person's e-mails (P4).")
    state: UserState = strawberry.field(description="Whether the person can sign in.")
    created_at: datetime = strawberry.field(description="Since when the account exists.")
    row: strawberry.Private[models.User]

    @classmethod
    def of(cls, row: models.User) -> "User":
        return cls(
            id=strawberry.ID(to_global_id("User", row.id)),
            name=row.name,
            email=row.email,
            role=row.role,
            language=row.language,
            state=queries.state_of(row),
            created_at=row.created_at,
            row=row,
        )

    @strawberry.field(
        description="When a session or an API token of the person was last used, to the minute and "
        "of those that have not ended; null: none was."
    )
    async def last_seen_at(self, info: Info) -> datetime | None:
        return await info.context.loaders.last_used.load(self.row.id)

    @strawberry.field(
        description="Whether the role can be changed now (P2); the last active administrator keeps "
        "a role that may change things."
    )
    async def change_role(self, info: Info) -> Availability:
        return await _losing(info, self.row)

    @strawberry.field(
        description="Whether the account can be deactivated now; null where it is already."
    )
    async def deactivate(self, info: Info) -> Availability | None:
        return None if self.state == UserState.DEACTIVATED else await _losing(info, self.row)

    @strawberry.field(
        description="Whether the account can be reactivated now; null where it is not deactivated."
    )
    def reactivate(self, info: Info) -> Availability | None:
        if self.state != UserState.DEACTIVATED:
            return None
        principal = info.context.signed_in()
        refusal = rules.why_not_touch(queries.asker_of(principal), queries.person_of(self.row))
        return availability(refusal, principal.language)

    @strawberry.field(
        description="Whether the invitation can be sent again now; null where it was accepted or "
        "the account is deactivated."
    )
    def resend_invitation(self, info: Info) -> Availability | None:
        if self.state != UserState.INVITED:
            return None
        principal = info.context.signed_in()
        refusal = rules.why_not_invite_again(
            queries.asker_of(principal), queries.person_of(self.row)
        )
        return availability(refusal, principal.language)


async def _losing(info: Info, row: models.User) -> Availability:
    """Whether the person can lose what they may do, by another role or altogether."""
    principal = info.context.signed_in()
    count = await info.context.loaders.administrators.load(row.customer_id)
    refusal = rules.why_not_deactivate(queries.asker_of(principal), queries.person_of(row), count)
    return availability(refusal, principal.language)


@strawberry.type
class PeopleQuery:
    @strawberry.field(
        description="The people of the company by name. For administrators; for others an error "
        "with extensions.code NOT_ADMINISTRATOR."
    )
    async def users(
        self,
        info: Info,
        search: Annotated[
            str | None,
            strawberry.argument(
                description="Only people in whose name or e-mail address each of these words "
                "stands, whatever their case and umlauts; null: all."
            ),
        ] = None,
        role: Annotated[
            Role | None, strawberry.argument(description="Only people with this role; null: all.")
        ] = None,
        state: Annotated[
            UserState | None,
            strawberry.argument(description="Only accounts in this state; null: all."),
        ] = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> Connection[User]:
        principal = info.context.signed_in()
        page = await queries.users(
            principal, search=search, role=role, state=state, first=first, after=after
        )
        return connect(page, User.of)


@strawberry.type(description="The person is invited; an e-mail with a link is on its way.")
class UserInvited:
    user: User = strawberry.field(description="The new account, without a password yet.")


@strawberry.type(description="A new link is on its way; the one before does not work any more.")
class InvitationResent:
    user: User = strawberry.field(description="Whose invitation it is.")


@strawberry.type(description="The person's account was changed.")
class UserUpdated:
    user: User = strawberry.field(description="The account as it is now.")


@strawberry.type(description="The person is signed out everywhere and cannot sign in.")
class UserDeactivated:
    user: User = strawberry.field(description="The account as it is now.")


@strawberry.type(description="The person can sign in again.")
class UserReactivated:
    user: User = strawberry.field(description="The account as it is now.")


@strawberry.input(description="Who is invited, and as what.")
class InviteUserInput:
    email: str = strawberry.field(description="Where the link is sent; the name to sign in with.")
    name: str = strawberry.field(description="Name of the person.")
    role: Role = strawberry.field(
        description="VIEWER or ADMINISTRATOR; SERVICE only by service staff, for people of the "
        "provider's own company (P2)."
    )
    language: Language = strawberry.field(description="Language of the invitation (P4).")


@strawberry.input(description="Whose invitation is sent again.")
class ResendInvitationInput:
    user_id: strawberry.ID = strawberry.field(description="The person who was invited.")


@strawberry.input(description="Changes name or role of a person.")
class UpdateUserInput:
    user_id: strawberry.ID = strawberry.field(description="The person.")
    name: str | None = strawberry.field(default=None, description="New name; null: as it is.")
    role: Role | None = strawberry.field(
        default=None, description="New role, at once (P2); null: as it is."
    )


@strawberry.input(description="Who is not to sign in any more.")
class DeactivateUserInput:
    user_id: strawberry.ID = strawberry.field(description="The person.")


@strawberry.input(description="Who may sign in again.")
class ReactivateUserInput:
    user_id: strawberry.ID = strawberry.field(description="The person.")


InviteUserResult = Annotated[
    UserInvited | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("InviteUserResult", description="The account, or why nobody was invited."),
]
ResendInvitationResult = Annotated[
    InvitationResent | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("ResendInvitationResult", description="Whose, or why nothing was sent."),
]
UpdateUserResult = Annotated[
    UserUpdated | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("UpdateUserResult", description="The account, or why nothing changed."),
]
DeactivateUserResult = Annotated[
    UserDeactivated | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("DeactivateUserResult", description="The account, or why it stays active."),
]
ReactivateUserResult = Annotated[
    UserReactivated | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("ReactivateUserResult", description="The account, or why nothing changed."),
]


@strawberry.type
class PeopleMutation:
    @strawberry.mutation(
        description="Makes an account without a password and sends the person a link, good for "
        "seven days and one use, to choose one."
    )
    async def invite_user(self, info: Info, input: InviteUserInput) -> InviteUserResult:
        context = info.context
        invitation = Invitation(input.email, input.name, input.role, input.language)
        try:
            row = await people_commands.invite_user(
                context.signed_in(),
                invitation,
                app_url=context.settings.app_url,
                provider=context.settings.only_provider,
            )
        except Refused as refused:
            return answer(refused, context.language)
        return UserInvited(user=User.of(row))

    @strawberry.mutation(description="Sends an invitation again, with a new link.")
    async def resend_invitation(
        self, info: Info, input: ResendInvitationInput
    ) -> ResendInvitationResult:
        context = info.context
        try:
            row = await people_commands.resend_invitation(
                context.signed_in(),
                id_of(input.user_id, "User"),
                app_url=context.settings.app_url,
                provider=context.settings.only_provider,
            )
        except Refused as refused:
            return answer(refused, context.language)
        return InvitationResent(user=User.of(row))

    @strawberry.mutation(
        description="Changes name or role at once. Nobody changes their own role, and the last "
        "active administrator stays one (P2)."
    )
    async def update_user(self, info: Info, input: UpdateUserInput) -> UpdateUserResult:
        context = info.context
        try:
            row = await people_commands.update_user(
                context.signed_in(), id_of(input.user_id, "User"), input.name, input.role
            )
        except Refused as refused:
            return answer(refused, context.language)
        return UserUpdated(user=User.of(row))

    @strawberry.mutation(
        description="Ends the person's sessions, API tokens and links at once. The account stays, "
        "for its orders. Repeating it is harmless."
    )
    async def deactivate_user(self, info: Info, input: DeactivateUserInput) -> DeactivateUserResult:
        context = info.context
        try:
            row = await people_commands.deactivate_user(
                context.signed_in(), id_of(input.user_id, "User")
            )
        except Refused as refused:
            return answer(refused, context.language)
        return UserDeactivated(user=User.of(row))

    @strawberry.mutation(
        description="Lets a deactivated person sign in again, with the password they had. Tokens "
        "stay revoked. Repeating it is harmless."
    )
    async def reactivate_user(self, info: Info, input: ReactivateUserInput) -> ReactivateUserResult:
        context = info.context
        try:
            row = await people_commands.reactivate_user(
                context.signed_in(), id_of(input.user_id, "User")
            )
        except Refused as refused:
            return answer(refused, context.language)
        return UserReactivated(user=User.of(row))
