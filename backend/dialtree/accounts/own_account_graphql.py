"""One's own password, and the places where one is signed in."""

from datetime import datetime
from typing import Annotated

import strawberry

from dialtree.accounts import models, own_account_commands, queries
from dialtree.accounts.origin import browser_name
from dialtree.accounts.signing_in import digest
from dialtree.graphql.context import Info
from dialtree.graphql.ids import id_of
from dialtree.graphql.paging import After, Connection, First, connect
from dialtree.graphql.refusals import InvalidInput, NotAllowed, NotFound, RuleRefused, answer
from dialtree.ids import to_global_id
from dialtree.paging import DEFAULT_PAGE
from dialtree.refusals import Refused


@strawberry.type(description="A place where the person is signed in by password.")
class Session:
    id: strawberry.ID = strawberry.field(description="Id to end it by.")
    browser: str | None = strawberry.field(
        description="Browser and system, such as “Firefox, Windows”; null: unknown."
    )
    address: str | None = strawberry.field(
        description="Network address it was opened from; null: unknown."
    )
    created_at: datetime = strawberry.field(description="When the person signed in there.")
    last_used_at: datetime | None = strawberry.field(
        description="When it was last used, to the minute or so; null: unknown."
    )
    expires_at: datetime = strawberry.field(description="When it ends by itself.")
    current: bool = strawberry.field(description="Whether this request belongs to it.")

    @classmethod
    def of(cls, row: models.Session, secret: str | None) -> "Session":
        return cls(
            id=strawberry.ID(to_global_id("Session", row.id)),
            browser=browser_name(row.user_agent),
            address=row.address,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            expires_at=row.expires_at,
            current=secret is not None and row.secret_hash == digest(secret),
        )


@strawberry.type
class OwnAccountQuery:
    @strawberry.field(
        description="Where the person is signed in by password, the newest first. API tokens are "
        "not among them."
    )
    async def sessions(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[Session]:
        page = await queries.sessions(info.context.signed_in(), first=first, after=after)
        secret = info.context.credentials.session
        return connect(page, lambda row: Session.of(row, secret))


@strawberry.type(
    description="The password is the new one; every other session of the person has ended."
)
class PasswordChanged:
    done: bool = strawberry.field(description="Always true.")


@strawberry.type(description="The person is signed out there.")
class SessionEnded:
    session_id: strawberry.ID = strawberry.field(description="The session that has ended.")


@strawberry.type(description="The person is signed out everywhere else.")
class OtherSessionsEnded:
    count: int = strawberry.field(description="How many sessions have ended.")


@strawberry.input(description="Replaces one's own password.")
class ChangePasswordInput:
    current: str = strawberry.field(description="The present password.")
    new: str = strawberry.field(
        description="The new one: 12 to 1000 characters, not a common or easily guessed one."
    )


@strawberry.input(description="Which of one's own sessions ends.")
class EndSessionInput:
    session_id: strawberry.ID = strawberry.field(description="The session.")


@strawberry.input(description="Ends all of one's own sessions but the one that asks.")
class EndOtherSessionsInput:
    keep_current: bool = strawberry.field(
        default=True, description="False: the one that asks ends too."
    )


ChangePasswordResult = Annotated[
    PasswordChanged | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("ChangePasswordResult", description="Done, or why the password stays."),
]
EndSessionResult = Annotated[
    SessionEnded | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("EndSessionResult", description="Done, or why it goes on."),
]
EndOtherSessionsResult = Annotated[
    OtherSessionsEnded | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("EndOtherSessionsResult", description="How many, or why none ended."),
]


@strawberry.type
class OwnAccountMutation:
    @strawberry.mutation(
        description="Changes one's own password and ends the person's other sessions; API tokens "
        "stay valid. A wrong present password counts as a failed sign-in. For people who are "
        "signed in."
    )
    async def change_password(self, info: Info, input: ChangePasswordInput) -> ChangePasswordResult:
        context = info.context
        try:
            context.must_take_passwords()
            await own_account_commands.change_password(
                context.signed_in(),
                input.current,
                input.new,
                context.credentials.session,
                app_url=context.settings.app_url,
            )
        except Refused as refused:
            return answer(refused, context.language)
        return PasswordChanged(done=True)

    @strawberry.mutation(
        description="Signs the person out in one place. For people who are signed in."
    )
    async def end_session(self, info: Info, input: EndSessionInput) -> EndSessionResult:
        context = info.context
        try:
            await own_account_commands.end_session(
                context.signed_in(), id_of(input.session_id, "Session")
            )
        except Refused as refused:
            return answer(refused, context.language)
        return SessionEnded(session_id=input.session_id)

    @strawberry.mutation(
        description="Signs the person out everywhere else. For people who are signed in."
    )
    async def end_other_sessions(
        self, info: Info, input: EndOtherSessionsInput
    ) -> EndOtherSessionsResult:
        context = info.context
        kept = context.credentials.session if input.keep_current else None
        try:
            count = await own_account_commands.end_other_sessions(context.signed_in(), kept)
        except Refused as refused:
            return answer(refused, context.language)
        return OtherSessionsEnded(count=count)
