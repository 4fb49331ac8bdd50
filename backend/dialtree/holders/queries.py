"""Finding holders (H7)."""

from tortoise.expressions import Subquery

from dialtree import paging
from dialtree.accounts.principal import Principal
from dialtree.holders.models import NAME_KEY_LENGTH, Holder, HolderKind, HolderStatus
from dialtree.inventory.models import NumberRange
from dialtree.inventory.queries import Search, beginning, matching_elements
from dialtree.numbering.search import Unreadable
from dialtree.numbering.sites import search_keys

BY_NAME = ("name_key", "id")


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
        holding = await matching_elements(
            principal.of(NumberRange).filter(holder_id__isnull=False), search.number
        )
        found = found.filter(id__in=Subquery(holding.values("holder_id")))
    return await paging.page(found, BY_NAME, first=first, after=after)
