"""Ordering a split or a merge (S1-S7, M1-M3)."""

from dialtree.accounts.principal import Principal
from dialtree.database import transaction
from dialtree.inventory import rules
from dialtree.inventory.tree import blockers_beneath, facts_of, locked_ranges
from dialtree.orders.history import log_placed
from dialtree.orders.models import ItemAction, Order, OrderKind
from dialtree.orders.placing import OrderRequest, place, repeated
from dialtree.refusals import refuse


async def split_range(
    principal: Principal,
    range_id: int,
    idempotency_key: str | None = None,
    *,
    undoes_id: int | None = None,
) -> Order:
    """Accepts an order that divides a free range into its ten ranges of the next level.

    Raises Refused with the rule's refusal, NotFound, or NOT_ADMINISTRATOR.
    """
    request = OrderRequest(
        OrderKind.SPLIT, ((ItemAction.SPLIT, range_id),), key=idempotency_key, undoes_id=undoes_id
    )

    async def work() -> Order:
        if earlier := await repeated(principal, request):
            return earlier
        [range_] = await locked_ranges(principal, [range_id])
        refuse(rules.why_not_split((await facts_of([range_]))[range_.id]))
        order = await place(principal, request, [range_])
        await log_placed(principal, order, range_, {})
        return order

    principal.must_be_administrator()
    return await transaction(work)


async def merge_range(
    principal: Principal,
    range_id: int,
    idempotency_key: str | None = None,
    *,
    undoes_id: int | None = None,
) -> Order:
    """Accepts an order that removes everything below a split range and makes it free again.

    Raises Refused with the rule's refusal, NotFound, or NOT_ADMINISTRATOR.
    """
    request = OrderRequest(
        OrderKind.MERGE, ((ItemAction.MERGE, range_id),), key=idempotency_key, undoes_id=undoes_id
    )

    async def work() -> Order:
        if earlier := await repeated(principal, request):
            return earlier
        [range_] = await locked_ranges(principal, [range_id])
        blockers = await blockers_beneath([range_])
        refuse(rules.why_not_merge((await facts_of([range_]))[range_.id], blockers[range_.id]))
        order = await place(principal, request, [range_])
        await log_placed(principal, order, range_, {})
        return order

    principal.must_be_administrator()
    return await transaction(work)
