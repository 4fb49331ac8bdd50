"""Reading rejected calls, and where how many may run at once (C2)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from dialtree import clock, paging
from dialtree.accounts.models import Customer
from dialtree.accounts.principal import Principal
from dialtree.calls import rules
from dialtree.calls.models import CallDirection, CallLevel, RejectedCall
from dialtree.calls.rules import KEPT, Limits
from dialtree.holders.models import Holder, HolderKind
from dialtree.inventory.models import NumberRange, SiteContract

NEWEST_FIRST = ("-at", "-id")


@dataclass(frozen=True, slots=True)
class CallFilter:
    """What a list or a count is narrowed to; `since` inclusive, `until` exclusive."""

    level: CallLevel | None = None
    contract_id: int | None = None
    holder_id: int | None = None
    direction: CallDirection | None = None
    since: datetime | None = None
    until: datetime | None = None

    def within(self, since: datetime | None, until: datetime | None) -> "CallFilter":
        return replace(self, since=_aware(since), until=_aware(until))


def _aware(moment: datetime | None) -> datetime | None:
    """A moment without an offset is taken as one of UTC."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def kept(principal: Principal) -> QuerySet[RejectedCall]:
    """The customer's calls that have not had their days, whether the others are deleted yet or
    not (C2)."""
    return principal.of(RejectedCall).filter(at__gt=clock.now() - KEPT)


def _narrowed(principal: Principal, to: CallFilter) -> QuerySet[RejectedCall]:
    found = kept(principal)
    if to.level is not None:
        found = found.filter(level=to.level)
    if to.contract_id is not None:
        found = found.filter(contract_id=to.contract_id)
    if to.holder_id is not None:
        found = found.filter(holder_id=to.holder_id)
    if to.direction is not None:
        found = found.filter(direction=to.direction)
    if to.since is not None:
        found = found.filter(at__gte=to.since)
    if to.until is not None:
        found = found.filter(at__lt=to.until)
    return found


async def rejected_calls(
    principal: Principal, to: CallFilter, *, first: int | None, after: str | None
) -> paging.Page[RejectedCall]:
    """The newest first. Raises Refused."""
    return await paging.page(_narrowed(principal, to), NEWEST_FIRST, first=first, after=after)


async def rejected_call(principal: Principal, id_: int) -> RejectedCall | None:
    return await kept(principal).get_or_none(id=id_)


async def count(principal: Principal) -> int:
    return await kept(principal).count()


@dataclass(frozen=True, slots=True)
class HourCount:
    hour: datetime
    level: CallLevel
    count: int


async def by_hour(principal: Principal, to: CallFilter) -> list[HourCount]:
    """How many calls were rejected in each hour on each level, hours without any left out."""
    counts = (
        await _narrowed(principal, to)
        .annotate(count=Count("id"))
        .group_by("hour", "level")
        .order_by("hour", "level")
        .values_list("hour", "level", "count")
    )
    return [HourCount(hour, CallLevel(level), number) for hour, level, number in counts]


@dataclass(frozen=True, slots=True)
class LimitedPlace:
    """Somewhere that has a limit: the customer, where neither of the others is given."""

    level: CallLevel
    limits: Limits
    rejected: int
    """Calls in the last days."""
    contract: SiteContract | None = None
    trunk: Holder | None = None


async def limited_places(principal: Principal) -> list[LimitedPlace]:
    """The customer, its contracts by number and its trunks by name: those with a limit (C2)."""
    [customer] = await principal.of(Customer)
    contracts = await principal.of(SiteContract).filter(call_limit__isnull=False).order_by("number")
    trunks = (
        await principal.of(Holder)
        .filter(
            Q(call_limit__isnull=False)
            | Q(incoming_call_limit__isnull=False)
            | Q(outgoing_call_limit__isnull=False),
            kind=HolderKind.SIP_TRUNK,
            deleted_at=None,
        )
        .order_by("name_key", "id")
    )
    counts = (
        await kept(principal)
        .annotate(count=Count("id"))
        .group_by("level", "contract_id", "holder_id")
        .values_list("level", "contract_id", "holder_id", "count")
    )

    def rejected(level: CallLevel, id_: int | None = None) -> int:
        return sum(
            number
            for at_level, contract_id, holder_id, number in counts
            if at_level == level
            and (level != CallLevel.SITE or contract_id == id_)
            and (level != CallLevel.TRUNK or holder_id == id_)
        )

    whole = LimitedPlace(
        CallLevel.CUSTOMER,
        rules.booked(customer.booked_concurrent_calls),
        rejected(CallLevel.CUSTOMER),
    )
    return [
        *([whole] if whole.limits.is_set else []),
        *(
            LimitedPlace(
                CallLevel.SITE,
                Limits(contract.call_limit),
                rejected(CallLevel.SITE, contract.id),
                contract=contract,
            )
            for contract in contracts
        ),
        *(
            LimitedPlace(
                CallLevel.TRUNK,
                limits_of(trunk),
                rejected(CallLevel.TRUNK, trunk.id),
                trunk=trunk,
            )
            for trunk in trunks
        ),
    ]


def limits_of(trunk: Holder) -> Limits:
    return Limits(trunk.call_limit, trunk.incoming_call_limit, trunk.outgoing_call_limit)


async def own_roots(principal: Principal, parties: set[str]) -> dict[str, NumberRange]:
    """The block or single number of the customer that each number stands in, by number, for those
    that stand in one."""
    digits = {party: party[1:] for party in parties if party.startswith("+")}
    prefixes = {of[:end] for of in digits.values() for end in range(3, len(of) + 1)}
    roots = await principal.of(NumberRange).filter(parent_id__isnull=True, digits__in=prefixes)
    found: dict[str, NumberRange] = {}
    for root in roots:
        for party, of in digits.items():
            if root.pattern.contains(of):
                found[party] = root
    return found
