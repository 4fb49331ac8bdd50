"""Which API tokens a person sees, and what state they are in."""

from enum import StrEnum

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from dialtree import clock, paging
from dialtree.accounts.models import ApiToken
from dialtree.accounts.principal import Principal


class TokenState(StrEnum):
    VALID = "VALID"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


def state_of(token: ApiToken) -> TokenState:
    if token.revoked_at is not None:
        return TokenState.REVOKED
    if token.expires_at is not None and token.expires_at <= clock.now():
        return TokenState.EXPIRED
    return TokenState.VALID


def visible(principal: Principal) -> QuerySet[ApiToken]:
    """One's own; for administrators those of everybody at the customer they work for."""
    own = Q(user_id=principal.user_id)
    if principal.why_not_change() is not None:
        return ApiToken.filter(own)
    return ApiToken.filter(Q(own, Q(user__customer_id=principal.customer_id), join_type="OR"))


async def tokens(
    principal: Principal, *, first: int | None, after: str | None
) -> paging.Page[ApiToken]:
    """The newest first."""
    return await paging.page(visible(principal), ("-id",), first=first, after=after)
