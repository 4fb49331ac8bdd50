"""Listing orders."""

from collections.abc import Sequence

from dialtree import paging
from dialtree.accounts.principal import Principal
from dialtree.orders.models import Order, OrderStatus


async def orders(
    principal: Principal,
    statuses: Sequence[OrderStatus] | None,
    *,
    first: int | None,
    after: str | None,
) -> paging.Page[Order]:
    """The newest first; `statuses` null: all."""
    found = principal.of(Order)
    if statuses is not None:
        found = found.filter(status__in=list(statuses))
    return await paging.page(found, ("-id",), first=first, after=after)
