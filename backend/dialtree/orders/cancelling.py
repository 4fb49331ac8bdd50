"""Ending orders that will not run, and the planned trunk that goes with its order (O4, T2)."""

from collections.abc import Sequence

from dialtree import clock, live
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import Who, log
from dialtree.database import announce
from dialtree.holders.models import Holder
from dialtree.instances import instance
from dialtree.inventory.tree import lock_trees_of_orders
from dialtree.notifications.writing import enqueue_order_mail, withdraw_reminder
from dialtree.orders.history import log_cancelled
from dialtree.orders.models import OPEN_STATUSES, Order, OrderKind, OrderStatus
from dialtree.orders.placing import release
from dialtree.refusals import Refusal, RefusalCode, Refused
from dialtree.statements import locked_rows
from dialtree.trunks.models import SipCredentials


async def lock_what_it_names(order: Order) -> Holder | None:
    """Locks the order's holder, which is returned, and its trees. The order of a new trunk comes
    with the trees of all open orders of the trunk, which depend on it."""
    holder = None
    ids = [order.id]
    if order.holder_id is not None:
        [row] = await locked_rows("SELECT * FROM holder WHERE id = $1", order.holder_id)
        holder = instance(Holder, row)
        if order.kind == OrderKind.CREATE_TRUNK:
            ids += [other.id for other in await others_of_holder(order)]
    await lock_trees_of_orders(ids)
    return holder


async def others_of_holder(order: Order) -> list[Order]:
    """The other open orders of the order's holder."""
    others = Order.filter(holder_id=order.holder_id, status__in=OPEN_STATUSES)
    return await others.exclude(id=order.id).order_by("id")


async def cancel(order: Order, by: Who, *, app_url: str, reason: Refusal | None = None) -> None:
    """Sets an open order CANCELLED, frees what it reserved and tells the requester, under the
    locks of `lock_what_it_names`.

    `by`: who ends it. `reason`: what else than a request ends it. Then also an order that a worker
    has claimed: it has no effect yet, and the worker finds its claim lost. Otherwise raises
    Refused(ORDER_STARTED).
    """
    statuses = OPEN_STATUSES if reason else (OrderStatus.PLANNED, OrderStatus.QUEUED)
    cancelled = await Order.filter(id=order.id, status__in=statuses).update(
        status=OrderStatus.CANCELLED,
        finished_at=clock.now(),
        lease_until=None,
        refusal=reason.to_json() if reason else None,
    )
    if not cancelled:
        raise Refused(Refusal(RefusalCode.ORDER_STARTED, {"order": order.reference}))
    await log_cancelled(by, order, reason)
    holder_ids = {order.holder_id} if order.holder_id is not None else set()
    changed = await release(order)
    await withdraw_reminder(order)
    await enqueue_order_mail(await Order.get(id=order.id), app_url=app_url)
    announce(live.inventory_change(order.customer_id, range_ids=changed, holder_ids=holder_ids))
    announce(live.OrderChange(order.customer_id, order.id))


async def drop_trunk(trunk: Holder, open_orders: Sequence[Order], by: Who, *, app_url: str) -> None:
    """Lets a trunk go that holds nothing any more, with its credentials and `open_orders`."""
    gone = Refusal(RefusalCode.TRUNK_GONE, {"holder": trunk.name})
    for order in open_orders:
        await cancel(order, by, app_url=app_url, reason=gone)
    await SipCredentials.filter(holder_id=trunk.id).delete()
    await Holder.filter(id=trunk.id).update(deleted_at=clock.now(), element_count=0, number_count=0)
    announce(live.InventoryChange(trunk.customer_id, everything=True))


async def drop_planned_trunk(creation: Order, by: Who, *, app_url: str) -> None:
    """Lets the trunk go that `creation` would have made active, with its other open orders."""
    trunk = await Holder.get(id=creation.holder_id)
    await drop_trunk(trunk, await others_of_holder(creation), by, app_url=app_url)
    await log(by, AuditAction.PLANNED_TRUNK_DROPPED, trunk, order_id=creation.id)
