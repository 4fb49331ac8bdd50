"""Finding holders (H7)."""

from tortoise.expressions import Q, Subquery

from dialtree import paging
from dialtree.accounts.principal import Principal
from dialtree.holders.models import NAME_KEY_LENGTH, Holder, HolderKind, HolderStatus
from dialtree.inventory.models import NumberRange
from dialtree.inventory.queries import Search, beginning, matching_elements
from dialtree.numbering.search import SearchPattern, Unreadable
from dialtree.numbering.sites import search_keys
from dialtree.orders.models import Order, OrderKind

BY_NAME = ("name_key", "id")


async def _with_number(principal: Principal, number: SearchPattern) -> Q:
    """Those that hold a matching number, and planned trunks that will start with one (T2)."""
    ranges = principal.of(NumberRange)
    held = await matching_elements(ranges.filter(holder_id__isnull=False), number)
    reserved = await matching_elements(ranges.filter(open_order_id__isnull=False), number)
    creations = principal.of(Order).filter(
        kind=OrderKind.CREATE_TRUNK, id__in=Subquery(reserved.values("open_order_id"))
    )
    return Q(
        Q(id__in=Subquery(held.values("holder_id"))),
        Q(id__in=Subquery(creations.values("holder_id"))),
        join_type="OR",
    )


async def holders(
    principal: Principal,
    kind: HolderKind,
    *,
    name: str | None = None,
    search: Search | None = None,
    status: HolderStatus | None = None,
    first: int | None,
    after: str | None,
) -> paging.Page[Holder]:
    """Holders of one kind by name; `name` is the beginning of it, `search` finds those that hold a
    matching number."""
    found = principal.of(Holder).filter(kind=kind, deleted_at=None)
    for key in search_keys(name or ""):
        found = found.filter(beginning("name_key", key, NAME_KEY_LENGTH))
    if status is not None:
        found = found.filter(status=status)
    if search is not None and search.number is not None:
        if isinstance(search.number, Unreadable):
            return paging.nothing()
        found = found.filter(await _with_number(principal, search.number))
    return await paging.page(found, BY_NAME, first=first, after=after)
