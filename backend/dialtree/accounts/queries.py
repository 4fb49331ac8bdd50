"""Finding people, and what the rules about them need to know (P2)."""

from collections.abc import Sequence
from datetime import datetime

from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from dialtree import clock, paging
from dialtree.accounts.models import NO_PASSWORD, ApiToken, Role, Session, User
from dialtree.accounts.principal import Principal
from dialtree.accounts.rules import CHANGING_ROLES, Asker, Person, UserState
from dialtree.numbering.sites import fold, stored_keys

_HAS_PASSWORD = Q(~Q(password_hash=NO_PASSWORD), Q(oidc_subject__isnull=False), join_type="OR")


def state_of(user: User) -> UserState:
    if user.deactivated_at is not None:
        return UserState.DEACTIVATED
    can_sign_in = user.password_hash or user.oidc_subject is not None
    return UserState.ACTIVE if can_sign_in else UserState.INVITED


def person_of(user: User) -> Person:
    return Person(user.id, user.name, user.role, state_of(user))


def asker_of(principal: Principal) -> Asker:
    at_home = principal.customer_id == principal.home_customer_id
    return Asker(principal.user_id, principal.role, at_home)


def in_state(users: QuerySet[User], state: UserState) -> QuerySet[User]:
    if state == UserState.DEACTIVATED:
        return users.filter(deactivated_at__isnull=False)
    users = users.filter(deactivated_at=None)
    if state == UserState.INVITED:
        return users.filter(password_hash=NO_PASSWORD, oidc_subject=None)
    return users.filter(_HAS_PASSWORD)


async def users(
    principal: Principal,
    *,
    search: str | None = None,
    role: Role | None = None,
    state: UserState | None = None,
    first: int | None,
    after: str | None,
) -> paging.Page[User]:
    """By name. `search`: words of which each stands in the name or the e-mail address. Raises
    Refused(NOT_ADMINISTRATOR)."""
    principal.must_be_administrator()
    found = principal.of(User)
    if role is not None:
        found = found.filter(role=role)
    if state is not None:
        found = in_state(found, state)
    if words := fold(search or "").split():
        # The users of one company are few, and no database folds umlauts as we do.
        ids = [
            id_
            for id_, name, email in await found.values_list("id", "name", "email")
            if any(all(word in key for word in words) for key in stored_keys(f"{name} {email}"))
        ]
        found = found.filter(id__in=ids)
    return await paging.page(found, ("name", "id"), first=first, after=after)


async def sessions(
    principal: Principal, *, first: int | None, after: str | None
) -> paging.Page[Session]:
    """Those of the person that have not expired, the newest first."""
    found = Session.filter(user_id=principal.user_id, expires_at__gt=clock.now())
    return await paging.page(found, ("-id",), first=first, after=after)


def changing(customer_ids: Sequence[int]) -> QuerySet[User]:
    """Active people of these companies who may change something."""
    return in_state(
        User.filter(customer_id__in=customer_ids, role__in=CHANGING_ROLES), UserState.ACTIVE
    )


async def administrators(customer_ids: list[int]) -> list[int]:
    """How many may change something, by company."""
    counted = changing(customer_ids).annotate(count=Count("id")).group_by("customer_id")
    found = dict(await counted.values_list("customer_id", "count"))
    return [found.get(id_, 0) for id_ in customer_ids]


async def last_used(user_ids: list[int]) -> list[datetime | None]:
    """When a session or token of each was last used, of those that there still are."""
    found: dict[int, datetime] = {}
    for model in (Session, ApiToken):
        used = model.filter(user_id__in=user_ids, last_used_at__isnull=False)
        for user_id, at in await used.values_list("user_id", "last_used_at"):
            found[user_id] = max(found.get(user_id, at), at)
    return [found.get(id_) for id_ in user_ids]
