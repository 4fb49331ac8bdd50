"""Finding customers, for service staff (P2)."""

from tortoise.expressions import Subquery
from tortoise.functions import Count

from dialtree import paging
from dialtree.accounts.models import NAME_KEY_LENGTH, Customer, CustomerKey
from dialtree.accounts.principal import Principal
from dialtree.inventory.conditions import beginning
from dialtree.inventory.models import SiteContract
from dialtree.numbering.sites import search_keys


async def customers(
    principal: Principal, search: str | None, *, first: int | None, after: str | None
) -> paging.Page[Customer]:
    """By name; `search`: the beginning of any word of it. Raises Refused(NOT_SERVICE_STAFF)."""
    principal.must_serve()
    found = principal.customers()
    for key in search_keys(search or ""):
        fitting = CustomerKey.filter(beginning("key", key, NAME_KEY_LENGTH))
        found = found.filter(id__in=Subquery(fitting.values("customer_id")))
    return await paging.page(found, ("name_key", "id"), first=first, after=after)


async def contract_counts(customer_ids: list[int]) -> list[int]:
    """How many site contracts each of these customers has."""
    counts = dict(
        await SiteContract.filter(customer_id__in=customer_ids)
        .annotate(count=Count("id"))
        .group_by("customer_id")
        .values_list("customer_id", "count")
    )
    return [counts.get(id_, 0) for id_ in customer_ids]
