"""The sums of a customer's inventory."""

from tortoise.functions import Count, Sum

from dialtree.accounts.principal import Principal
from dialtree.holders.models import Holder, HolderKind, HolderStatus
from dialtree.inventory.models import NumberRange, RangeKind, SiteContract
from dialtree.orders.models import OPEN_STATUSES, Order


async def numbers(principal: Principal) -> tuple[int, int]:
    """How many numbers are free and how many assigned."""
    [sums] = (
        await principal.of(NumberRange)
        .filter(parent_id__isnull=True)
        .annotate(free=Sum("free_count"), assigned=Sum("assigned_count"))
        .values("free", "assigned")
    )
    return int(sums["free"] or 0), int(sums["assigned"] or 0)


async def roots(principal: Principal) -> dict[RangeKind, int]:
    """How many blocks and single numbers there are."""
    counts = (
        await principal.of(NumberRange)
        .filter(parent_id__isnull=True)
        .annotate(count=Count("id"))
        .group_by("kind")
        .values_list("kind", "count")
    )
    return {RangeKind(kind): count for kind, count in counts}


async def site_contracts(principal: Principal) -> int:
    return await principal.of(SiteContract).count()


async def holders(principal: Principal) -> dict[tuple[HolderKind, HolderStatus], int]:
    """How many holders of each kind and status there are."""
    counts = (
        await principal.of(Holder)
        .filter(deleted_at=None)
        .annotate(count=Count("id"))
        .group_by("kind", "status")
        .values_list("kind", "status", "count")
    )
    return {(HolderKind(kind), HolderStatus(status)): count for kind, status, count in counts}


async def open_orders(principal: Principal) -> int:
    return await principal.of(Order).filter(status__in=OPEN_STATUSES).count()
