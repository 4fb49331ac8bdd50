"""The sums of a customer's inventory."""

from tortoise.functions import Count

from dialtree.accounts.models import Customer
from dialtree.accounts.principal import Principal
from dialtree.holders.models import Holder, HolderKind, HolderStatus
from dialtree.inventory.models import RangeKind
from dialtree.orders.models import OPEN_STATUSES, Order
from dialtree.statements import fetch


async def numbers(principal: Principal) -> tuple[int, int]:
    """How many numbers are free and how many assigned. All of them stand with the customer, the
    assigned ones with their holders; a planned trunk counts what it will start with."""
    [sums] = await fetch(
        """
        SELECT customer.number_count AS all_numbers, (
            SELECT COALESCE(SUM(holder.number_count), 0) FROM holder
            WHERE holder.customer_id = customer.id AND holder.deleted_at IS NULL
                AND holder.status = 'ACTIVE'
        ) AS assigned
        FROM customer WHERE customer.id = $1
        """,
        [principal.customer_id],
    )
    assigned = int(sums["assigned"])
    return sums["all_numbers"] - assigned, assigned


async def roots(principal: Principal) -> dict[RangeKind, int]:
    """How many blocks and single numbers there are."""
    [customer] = await principal.of(Customer)
    counts = {
        RangeKind.BLOCK: customer.block_count,
        RangeKind.SINGLE_NUMBER: customer.single_number_count,
    }
    return {kind: count for kind, count in counts.items() if count}


async def site_contracts(principal: Principal) -> int:
    [customer] = await principal.of(Customer)
    return int(customer.site_contract_count)


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
