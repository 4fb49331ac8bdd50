"""API tokens in the API."""

from datetime import datetime
from typing import Annotated

import strawberry

from dialtree.accounts import models
from dialtree.accounts.models import Role
from dialtree.graphql.context import Info
from dialtree.graphql.ids import id_of
from dialtree.graphql.paging import After, Connection, First, connect
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
from dialtree.paging import DEFAULT_PAGE
from dialtree.refusals import Refused
from dialtree.tokens import commands, queries, rules

strawberry.enum(
    queries.TokenState,
    name="ApiTokenState",
    description="VALID: it works. EXPIRED: its time is over. REVOKED: somebody ended it, or its "
    "owner's account.",
)


@strawberry.type(description="What a program signs in with. Its secret is shown once, when made.")
class ApiToken:
    id: strawberry.ID = strawberry.field(description="Stable id of the token; not its secret.")
    name: str = strawberry.field(description="What it is for, in its owner's words.")
    role: Role = strawberry.field(
        description="What it may do; less if its owner may do less by now."
    )
    state: queries.TokenState = strawberry.field(description="Whether it works.")
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime | None = strawberry.field(
        description="Until when it works; null: for ever, which only the operator grants."
    )
    last_used_at: datetime | None = strawberry.field(
        description="When it was last used, to the minute; null: never."
    )
    revoked_at: datetime | None = strawberry.field(description="When it was revoked, if it was.")
    is_own: bool = strawberry.field(description="Whether it is the signed-in person's own.")
    row: strawberry.Private[models.ApiToken]

    @classmethod
    def of(cls, row: models.ApiToken, info: Info) -> "ApiToken":
        return cls(
            id=strawberry.ID(to_global_id("ApiToken", row.id)),
            name=row.name,
            role=row.role,
            state=queries.state_of(row),
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
            is_own=row.user_id == info.context.signed_in().user_id,
            row=row,
        )

    @strawberry.field(description="Name of the person in whose name it acts.")
    async def owner(self, info: Info) -> str:
        user = await info.context.loaders.users.load(self.row.user_id)
        return user.name if user else ""

    @strawberry.field(
        description="Whether it can be revoked now; null unless it works. Tokens revoke none."
    )
    def revoke(self, info: Info) -> Availability | None:
        if self.state != queries.TokenState.VALID:
            return None
        principal = info.context.signed_in()
        return availability(principal.why_not_with_token(), info.context.language)


@strawberry.type
class TokensQuery:
    @strawberry.field(
        description="One's own API tokens, the newest first; for administrators those of everybody "
        "at their customer."
    )
    async def api_tokens(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[ApiToken]:
        page = await queries.tokens(info.context.signed_in(), first=first, after=after)
        return connect(page, lambda row: ApiToken.of(row, info))


@strawberry.type(description="A token was made.")
class ApiTokenCreated:
    api_token: ApiToken = strawberry.field(description="The token without its secret.")
    secret: str = strawberry.field(
        description="What a program sends as Authorization: Bearer …; it cannot be read again."
    )


@strawberry.type(description="The token does not work any more.")
class ApiTokenRevoked:
    api_token: ApiToken = strawberry.field(description="As it is now.")


@strawberry.input(description="A new token of the signed-in person.")
class CreateApiTokenInput:
    name: str = strawberry.field(description="What it is for.")
    role: Role = strawberry.field(
        default=Role.VIEWER, description="What it may do: at most what the person may."
    )
    days: int = strawberry.field(
        default=rules.DEFAULT_DAYS,
        description=f"For how many days it works: 1 to {rules.MAX_DAYS}.",
    )


@strawberry.input(description="Ends a token: one's own, or as an administrator anybody's.")
class RevokeApiTokenInput:
    api_token_id: strawberry.ID = strawberry.field(description="The token.")


CreateApiTokenResult = Annotated[
    ApiTokenCreated | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("CreateApiTokenResult", description="The token, or why there is none."),
]
RevokeApiTokenResult = Annotated[
    ApiTokenRevoked | RuleRefused | InvalidInput | NotAllowed | NotFound,
    strawberry.union("RevokeApiTokenResult", description="The token, or why it still works."),
]


@strawberry.type
class TokensMutation:
    @strawberry.mutation(
        description="Makes an API token of one's own. For people who are signed in: tokens make no "
        "tokens."
    )
    async def create_api_token(
        self, info: Info, input: CreateApiTokenInput
    ) -> CreateApiTokenResult:
        try:
            row, secret = await commands.create_token(
                info.context.signed_in(), input.name, input.role, input.days
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return ApiTokenCreated(api_token=ApiToken.of(row, info), secret=secret)

    @strawberry.mutation(
        description="Ends an API token at once. Repeating it is harmless. For people who are "
        "signed in."
    )
    async def revoke_api_token(
        self, info: Info, input: RevokeApiTokenInput
    ) -> RevokeApiTokenResult:
        try:
            row = await commands.revoke_token(
                info.context.signed_in(), id_of(input.api_token_id, "ApiToken")
            )
        except Refused as refused:
            return answer(refused, info.context.language)
        return ApiTokenRevoked(api_token=ApiToken.of(row, info))
