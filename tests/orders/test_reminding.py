"""Whoever planned an order is reminded of it on the day before, once for each day it is planned
for (O7)."""

import asyncio
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from dialtree import clock
from dialtree.accounts.models import User
from dialtree.accounts.principal import Principal
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import Holder
from dialtree.ids import to_global_id
from dialtree.language import Language
from dialtree.notifications.models import OutboxMail
from dialtree.orders.models import Order, OrderStatus
from dialtree.orders.reminding import AT_ONCE, remind_due
from dialtree.orders.revising import reschedule_order
from dialtree.orders.worker import run_due
from tests.invariants import Unchanged, check
from tests.stock import APP_URL, SetClock, assign, cancel, create_trunk, done, ids, set_clock

A_MOMENT = timedelta(microseconds=1)
DAY = date(2026, 12, 1)
"""The orders of these tests are planned for it, eight days ahead."""


@pytest.fixture
def time() -> Iterator[SetClock]:
    with set_clock(2026, 11, 23) as time:
        yield time


def wait_until(time: SetClock, day: date, hour: int, *, but: timedelta = timedelta(0)) -> None:
    """Until it is `hour` in Berlin on `day`, or `but` before or after that."""
    time.now = datetime(day.year, day.month, day.day, hour, tzinfo=clock.BERLIN) + but


async def plan(
    admin: Principal, trunk: Holder, day: date = DAY, element: str = "030 23125-1"
) -> Order:
    return await change_numbers(
        admin, NumberChange(trunk.id, await ids(element), execution_date=day)
    )


async def reminders(order: Order) -> list[str]:
    """The days that the requester of the order was reminded of."""
    mails = OutboxMail.filter(order_id=order.id, topic__startswith="order_reminder ")
    return [mail.topic.removeprefix("order_reminder ") for mail in await mails.order_by("id")]


async def test_from_eight_in_the_morning_of_the_day_before(
    admin: Principal, trunk: Holder, time: SetClock
) -> None:
    order = await plan(admin, trunk)
    the_day_before = DAY - timedelta(days=1)
    async with Unchanged():
        for day, hour in ((the_day_before - timedelta(days=1), 12), (the_day_before, 0)):
            wait_until(time, day, hour)
            assert await remind_due(APP_URL) == 0
        wait_until(time, the_day_before, 8, but=-A_MOMENT)
        assert await remind_due(APP_URL) == 0
    wait_until(time, the_day_before, 8)
    assert await remind_due(APP_URL) == 1
    assert await reminders(order) == ["2026-12-01"]
    await check()


async def test_late_if_nobody_could_remind_earlier_but_not_on_the_day_itself(
    admin: Principal, trunk: Holder, time: SetClock
) -> None:
    late, too_late = [
        await plan(admin, trunk, day, element)
        for day, element in ((DAY, "030 23125-1"), (DAY - timedelta(days=1), "030 23125-2"))
    ]
    time.to_midnight(DAY, but=-A_MOMENT)
    assert await remind_due(APP_URL) == 1
    assert await reminders(late) == ["2026-12-01"]
    time.to_midnight(DAY, but=timedelta(hours=9))
    assert await remind_due(APP_URL) == 0
    assert await reminders(too_late) == []


async def send_all() -> None:
    """As if the mail server had taken everything."""
    await OutboxMail.all().update(sent_at=clock.now())


async def test_once_however_often(admin: Principal, trunk: Holder, time: SetClock) -> None:
    order = await plan(admin, trunk)
    wait_until(time, DAY - timedelta(days=1), 8)
    assert await remind_due(APP_URL) == 1
    async with Unchanged():
        for hour in (8, 9, 23):
            wait_until(time, DAY - timedelta(days=1), hour)
            assert await remind_due(APP_URL) == 0
    await send_all()
    time.to_midnight(DAY)
    await done(order)
    assert await remind_due(APP_URL) == 0
    topics = await OutboxMail.filter(order_id=order.id).order_by("id").values_list("topic")
    assert [topic for (topic,) in topics] == ["order_reminder 2026-12-01", "order_finished"]
    await check()


async def test_once_however_many_at_once(admin: Principal, trunk: Holder, time: SetClock) -> None:
    orders = [await plan(admin, trunk, element=f"030 23125-{digit}") for digit in range(5)]
    wait_until(time, DAY - timedelta(days=1), 8)
    counts = await asyncio.gather(*(remind_due(APP_URL) for _ in range(6)))
    assert sum(counts) == len(orders)
    for order in orders:
        assert await reminders(order) == ["2026-12-01"]
    assert await OutboxMail.all().count() == len(orders)


async def test_all_of_them_when_there_are_more_than_are_read_at_once(
    admin: Principal, trunk: Holder, time: SetClock
) -> None:
    order = await plan(admin, trunk)
    kept = {name: getattr(order, name) for name in order._meta.db_fields - {"id"}}
    await Order.bulk_create(Order(**kept) for _ in range(AT_ONCE))
    wait_until(time, DAY - timedelta(days=1), 8)
    assert await remind_due(APP_URL) == AT_ONCE + 1
    assert await OutboxMail.all().count() == AT_ONCE + 1


async def test_again_after_the_order_was_moved(
    admin: Principal, trunk: Holder, time: SetClock
) -> None:
    order = await plan(admin, trunk)
    wait_until(time, DAY - timedelta(days=1), 9)
    await remind_due(APP_URL)
    await send_all()
    await reschedule_order(admin, order.id, DAY + timedelta(days=1))
    async with Unchanged():
        assert await remind_due(APP_URL) == 0
        time.to_midnight(DAY)
        assert await run_due(APP_URL) == 0
    wait_until(time, DAY, 8)
    assert await remind_due(APP_URL) == 1
    assert await reminders(order) == ["2026-12-01", "2026-12-02"]
    await check()


async def test_of_the_day_it_was_moved_to_only(
    admin: Principal, trunk: Holder, time: SetClock
) -> None:
    order = await plan(admin, trunk)
    await reschedule_order(admin, order.id, DAY + timedelta(days=5))
    wait_until(time, DAY - timedelta(days=1), 8)
    assert await remind_due(APP_URL) == 0
    wait_until(time, DAY + timedelta(days=4), 8)
    assert await remind_due(APP_URL) == 1
    assert await reminders(order) == ["2026-12-06"]


async def test_not_of_what_was_ordered_today_for_tomorrow(
    admin: Principal, trunk: Holder, time: SetClock
) -> None:
    for hour in (0, 7, 12):  # also before the hour of reminders
        wait_until(time, DAY - timedelta(days=1), hour)
        await plan(admin, trunk, DAY, f"030 23125-{hour % 10}")
    await create_trunk(admin, "Messe", await ids("030 23125-9"), DAY)
    async with Unchanged():
        assert await remind_due(APP_URL) == 0


async def test_not_of_what_was_moved_today_to_tomorrow(
    admin: Principal, trunk: Holder, time: SetClock
) -> None:
    order = await plan(admin, trunk, DAY + timedelta(days=5))
    wait_until(time, DAY - timedelta(days=1), 7)
    await reschedule_order(admin, order.id, DAY)
    wait_until(time, DAY - timedelta(days=1), 8)
    async with Unchanged():
        assert await remind_due(APP_URL) == 0
    # Moved on from there, it is an order like any other.
    await reschedule_order(admin, order.id, DAY + timedelta(days=2))
    wait_until(time, DAY + timedelta(days=1), 8)
    assert await remind_due(APP_URL) == 1
    assert await reminders(order) == ["2026-12-03"]


async def test_not_twice_of_a_day_it_was_moved_from_and_back_to(
    admin: Principal, trunk: Holder, time: SetClock
) -> None:
    order = await plan(admin, trunk)
    wait_until(time, DAY - timedelta(days=1), 8)
    await remind_due(APP_URL)
    await send_all()
    for day in (DAY + timedelta(days=5), DAY):
        await reschedule_order(admin, order.id, day)
    assert await remind_due(APP_URL) == 0
    assert await reminders(order) == ["2026-12-01"]


@pytest.mark.parametrize("moved", [True, False])
async def test_a_reminder_that_waits_is_taken_back_when_it_is_no_longer_true(
    admin: Principal, trunk: Holder, time: SetClock, moved: bool
) -> None:
    """A mail server that was down must not announce tomorrow what was moved or is over (O7)."""
    order = await plan(admin, trunk)
    wait_until(time, DAY - timedelta(days=1), 8)
    await remind_due(APP_URL)
    if moved:
        await reschedule_order(admin, order.id, DAY + timedelta(days=5))
    else:
        await cancel(admin, order.id)
    assert await reminders(order) == []
    await check()


async def test_not_of_what_was_cancelled_or_is_to_be_done_now(
    admin: Principal, trunk: Holder, time: SetClock
) -> None:
    cancelled = await plan(admin, trunk)
    at_once = await plan(admin, trunk, element="030 23125-2")
    await cancel(admin, cancelled.id)
    wait_until(time, DAY - timedelta(days=1), 8)
    await reschedule_order(admin, at_once.id, clock.today())
    async with Unchanged():
        assert await remind_due(APP_URL) == 0
    assert await reminders(cancelled) == []


@pytest.mark.parametrize("why", ["wants none", "account closed"])
async def test_not_who_is_not_to_be_told(
    admin: Principal, trunk: Holder, time: SetClock, why: str
) -> None:
    await plan(admin, trunk)
    values = {"order_reminders": False} if why == "wants none" else {"deactivated_at": time.now}
    await User.filter(id=admin.user_id).update(**values)
    wait_until(time, DAY - timedelta(days=1), 8)
    await remind_due(APP_URL)
    assert await OutboxMail.all().count() == 0


async def test_who_asks_for_no_reminders_hears_of_the_end_all_the_same(
    admin: Principal, trunk: Holder, time: SetClock
) -> None:
    await User.filter(id=admin.user_id).update(order_reminders=False)
    order = await plan(admin, trunk)
    wait_until(time, DAY - timedelta(days=1), 8)
    await remind_due(APP_URL)
    time.to_midnight(DAY)
    await done(order)
    [mail] = await OutboxMail.all()
    assert mail.topic == "order_finished"


@pytest.mark.parametrize(
    ("day", "from_utc"),
    [
        (date(2027, 3, 28), "2027-03-27T07:00"),  # the clock goes forward that night
        (date(2027, 3, 29), "2027-03-28T06:00"),
        (date(2027, 10, 31), "2027-10-30T06:00"),  # and back again
        (date(2027, 11, 1), "2027-10-31T07:00"),
    ],
)
async def test_at_eight_also_when_the_clock_changes(
    admin: Principal, trunk: Holder, day: date, from_utc: str
) -> None:
    with set_clock(2027, day.month - 1, 20) as time:
        order = await plan(admin, trunk, day)
        from_ = datetime.fromisoformat(f"{from_utc}:00+00:00")
        time.now = from_ - A_MOMENT
        assert await remind_due(APP_URL) == 0
        time.now = from_
        assert await remind_due(APP_URL) == 1
        assert await reminders(order) == [day.isoformat()]
        time.to_midnight(day, but=-A_MOMENT)
        assert (await remind_due(APP_URL), await run_due(APP_URL)) == (0, 0)
        time.to_midnight(day)
        await done(order)


SAID = {
    Language.DE: (
        "Morgen ändern sich die Rufnummern von Hamburg",
        "wird am 01.12.2026 um 00:00 Uhr ausgeführt. Bis dahin lässt er sich verschieben oder "
        "stornieren.",
        "Kommt hinzu (2)\n  + 030 23125-1xx\n  + 040 66969-4xx\n",
        "Wird entfernt (1)\n  \N{MINUS SIGN} 030 23125-3xx\n",
        "SIP-Trunk: Hamburg",
        "Ausführungsdatum: 01.12.2026",
        "Diese Erinnerungen lassen sich unter „Einstellungen“ abschalten.",
    ),
    Language.EN: (
        "Tomorrow the numbers of Hamburg change",
        "will be carried out on 2026-12-01 at 00:00 (German time). Until then it can be moved or "
        "cancelled.",
        "To be added (2)\n  + 030 23125-1xx\n  + 040 66969-4xx\n",
        "To be removed (1)\n  \N{MINUS SIGN} 030 23125-3xx\n",
        "SIP trunk: Hamburg",
        "Execution date: 2026-12-01",
        "These reminders can be switched off under “Settings”.",
    ),
}


@pytest.mark.parametrize("language", Language)
async def test_what_the_mail_says(
    admin: Principal, trunk: Holder, time: SetClock, language: Language
) -> None:
    await User.filter(id=admin.user_id).update(language=language)
    await assign(admin, trunk, "030 23125-3")
    change = NumberChange(
        trunk.id, await ids("030 23125-1", "040 66969-4"), await ids("030 23125-3"), DAY
    )
    order = await change_numbers(admin, change)
    wait_until(time, DAY - timedelta(days=1), 8)
    await remind_due(APP_URL)
    mail = await OutboxMail.get(order_id=order.id)
    assert (mail.topic, mail.language) == ("order_reminder 2026-12-01", language)
    assert mail.recipient == "admin@nordlicht.example"
    assert (mail.due_at, mail.sent_at) == (time.now, None)
    title, *sentences = SAID[language]
    word = "Auftrag" if language == Language.DE else "order"
    assert mail.subject == f"{title} ({word} {order.reference})"
    for sentence in (title, *sentences):
        assert sentence in mail.text
    link = f"{APP_URL}/orders/{to_global_id('Order', order.id)}"
    assert link in mail.text.splitlines()
    assert f'href="{link}"' in mail.html


@pytest.mark.parametrize(
    ("language", "title"),
    [
        (Language.DE, "Morgen wird der SIP-Trunk Messe aktiv"),
        (Language.EN, "Tomorrow the SIP trunk Messe becomes active"),
    ],
)
async def test_names_what_a_new_trunk_will_start_with(
    admin: Principal, time: SetClock, language: Language, title: str
) -> None:
    """As it was changed since it was ordered (T2)."""
    await User.filter(id=admin.user_id).update(language=language)
    order = await create_trunk(admin, "Messe", await ids("030 23125-1", "030 23125-2"), DAY)
    assert order.holder_id is not None
    await change_numbers(
        admin,
        NumberChange(order.holder_id, await ids("0221 4710999"), await ids("030 23125-1")),
    )
    wait_until(time, DAY - timedelta(days=1), 8)
    assert await remind_due(APP_URL) == 1
    mail = await OutboxMail.get(order_id=order.id)
    assert mail.subject.startswith(title)
    assert "  + 0221 4710999\n  + 030 23125-2xx\n" in mail.text
    assert "030 23125-1xx" not in mail.text
    assert (await Order.get(id=order.id)).status == OrderStatus.PLANNED
