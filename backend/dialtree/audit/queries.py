"""Reading the audit log (P3)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from dialtree import clock, paging
from dialtree.accounts.models import User
from dialtree.accounts.principal import Principal
from dialtree.audit.models import AuditAction, AuditEntry
from dialtree.database import UNSTORABLE
from dialtree.refusals import Refusal, RefusalCode, Refused
from dialtree.statements import select

MAX_SEARCH_LENGTH = 100
BATCH = 1000
FIRST_YEAR, LAST_YEAR = 1970, 9000
"""Days outside need no question: nothing was logged then. Near the ends of the calendar they have
no instant either."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Everything null or empty: all entries."""

    subject: tuple[str, int] | None = None
    """Type and id. An order: also what was done by it or with it."""
    user_id: int | None = None
    actions: tuple[AuditAction, ...] = ()
    since: date | None = None
    until: date | None = None
    """First and last day, in Berlin."""
    search: str | None = None
    """A part of the name of the subject or of the person."""


def _found(principal: Principal, filter_: Filter) -> QuerySet[AuditEntry]:
    """Raises Refused (NOT_ADMINISTRATOR, and for a search that is too long)."""
    principal.must_be_administrator()
    found = principal.of(AuditEntry)
    if filter_.subject is not None:
        found = found.filter(_about(*filter_.subject))
    if filter_.user_id is not None:
        found = found.filter(user_id=filter_.user_id)
    if filter_.actions:
        found = found.filter(action__in=filter_.actions)
    if filter_.since is not None and filter_.since.year >= FIRST_YEAR:
        found = found.filter(at__gte=clock.midnight(min(filter_.since, date(LAST_YEAR, 1, 1))))
    if filter_.until is not None and filter_.until.year <= LAST_YEAR:
        last = max(filter_.until, date(FIRST_YEAR, 1, 1))
        found = found.filter(at__lt=clock.midnight(last + timedelta(days=1)))
    if text := (filter_.search or "").strip():
        if len(text) > MAX_SEARCH_LENGTH:
            raise Refused(Refusal(RefusalCode.VALUE_TOO_LONG, {"limit": MAX_SEARCH_LENGTH}))
        if "\0" in text:
            raise Refused(UNSTORABLE)
        named = Q(subject_name__icontains=text, actor_name__icontains=text, join_type="OR")
        found = found.filter(named)
    return found


def _about(type_name: str, id_: int) -> Q:
    subject = Q(subject_type=type_name, subject_id=id_)
    return subject | Q(order_id=id_) if type_name == "Order" else subject


def check(principal: Principal, filter_: Filter) -> None:
    """Raises Refused, as asking for these entries would."""
    _found(principal, filter_)


async def entries(
    principal: Principal, filter_: Filter, *, first: int | None, after: str | None
) -> paging.Page[AuditEntry]:
    """The newest first. Raises Refused."""
    return await paging.page(_found(principal, filter_), ("-id",), first=first, after=after)


async def all_entries(principal: Principal, filter_: Filter) -> AsyncIterator[list[AuditEntry]]:
    """As `entries`, all of them, in batches; new ones do not get in between."""
    found = _found(principal, filter_)
    rest = found
    while batch := await rest.order_by("-id").limit(BATCH):
        yield batch
        rest = found.filter(id__lt=batch[-1].id)


async def actors(principal: Principal) -> list[User]:
    """Everyone with an account by whom there is an entry, by name. Raises Refused."""
    principal.must_be_administrator()
    # Asked person by person: there are far fewer people than entries.
    return await select(
        User,
        """
        WHERE EXISTS (
            SELECT 1 FROM audit_entry
            WHERE audit_entry.customer_id = $1 AND audit_entry.user_id = user_account.id
        )
        ORDER BY name, id
        """,
        [principal.customer_id],
    )
