"""Ending orders that will not run, and the planned trunk that goes with its order (O4, T2)."""

from dialtree import clock, live
from dialtree.database import announce
from dialtree.holders.models import Holder
from dialtree.inventory.tree import lock_trees
from dialtree.orders.models import OPEN_STATUSES, Order, OrderItem, OrderKind, OrderStatus
from dialtree.orders.placing import release
from dialtree.refusals import Refusal, RefusalCode, Refused


async def lock_what_it_names(order: Order) -> Holder | None:
    """Locks the order's holder, which is returned, and its trees. The order of a new trunk comes
    with the trees of all open orders of the trunk, which depend on it."""
    holder = None
    ids = [order.id]
    if order.holder_id is not None:
        holder = await Holder.filter(id=order.holder_id).select_for_update().get()
        if order.kind == OrderKind.CREATE_TRUNK:
            ids += [other.id for other in await others_of_holder(order)]
    trees = await OrderItem.filter(order_id__in=ids).values_list("tree_id")
    await lock_trees(tree_id for (tree_id,) in trees)
    return holder


async def others_of_holder(order: Order) -> list[Order]:
    """The other open orders of the order's holder."""
    others = Order.filter(holder_id=order.holder_id, status__in=OPEN_STATUSES)
    return await others.exclude(id=order.id).order_by("id")


async def cancel(order: Order) -> None:
    """Sets a planned or waiting order CANCELLED and frees what it reserved, under the locks of
    `lock_what_it_names`. Raises Refused(ORDER_STARTED)."""
    cancelled = await Order.filter(
        id=order.id, status__in=(OrderStatus.PLANNED, OrderStatus.QUEUED)
    ).update(status=OrderStatus.CANCELLED, finished_at=clock.now())
    if not cancelled:
        raise Refused(Refusal(RefusalCode.ORDER_STARTED, {"order": order.reference}))
    holder_ids = {order.holder_id} if order.holder_id is not None else set()
    changed = await release(order)
    announce(live.inventory_change(order.customer_id, range_ids=changed, holder_ids=holder_ids))
    announce(live.OrderChange(order.customer_id, order.id))


async def drop_planned_trunk(creation: Order) -> None:
    """Lets the trunk go that `creation` would have made active, with its other open orders."""
    for other in await others_of_holder(creation):
        await cancel(other)
    await Holder.filter(id=creation.holder_id).update(deleted_at=clock.now())
    announce(live.InventoryChange(creation.customer_id, everything=True))
