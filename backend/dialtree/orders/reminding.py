"""Reminding people of their planned orders the day before (O7)."""

from datetime import date, datetime, time, timedelta

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from dialtree import clock
from dialtree.database import transaction
from dialtree.notifications.writing import enqueue_reminder
from dialtree.orders.models import Order, OrderStatus

HOUR = 8
"""From this hour in Berlin on: nobody is told at midnight."""
AT_ONCE = 100


async def remind_due(app_url: str) -> int:
    """Writes the reminders of all orders planned for tomorrow that have had none; returns how
    many orders that were. Each is reminded of once for each day it is planned for."""
    today = clock.today()
    tomorrow = today + timedelta(days=1)
    if clock.now() < datetime.combine(today, time(HOUR), clock.BERLIN):
        return 0
    count = 0
    while orders := await _waiting(tomorrow).order_by("id").limit(AT_ONCE):
        for order in orders:
            count += await _remind(order, tomorrow, app_url)
    return count


def _waiting(day: date) -> QuerySet[Order]:
    """Planned for `day` and not yet reminded of it."""
    return Order.filter(
        Q(reminded_for__isnull=True) | Q(reminded_for__not=day),
        status=OrderStatus.PLANNED,
        execution_date=day,
    )


async def _remind(order: Order, day: date, app_url: str) -> int:
    async def work() -> int:
        # Guarded: of several workers one writes it, and none if it was moved or cancelled.
        mine = _waiting(day).filter(id=order.id)
        if not await mine.update(reminded_for=day):
            return 0
        await enqueue_reminder(await Order.get(id=order.id), app_url=app_url)
        return 1

    return await transaction(work)
