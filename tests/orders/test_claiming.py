"""Claiming takes what is due, of each holder in turn, and costs the same however much is planned,
waits or has been done."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

import aiosqlite
import asyncpg
import pytest

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.database import connection
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import Holder, HolderKind
from dialtree.inventory.commands import split_range
from dialtree.inventory.models import NumberRange
from dialtree.language import Language
from dialtree.notifications import outbox
from dialtree.notifications.models import OutboxMail
from dialtree.orders import claiming
from dialtree.orders.claiming import AT_ONCE, IN_FRONT, MANY, claim_due, claim_statement
from dialtree.orders.models import OPEN_STATUSES, Order, OrderKind, OrderStatus
from dialtree.orders.worker import run_due
from tests.conftest import ON_POSTGRES
from tests.invariants import check
from tests.stock import APP_URL, at, holder, ids, set_clock, split


async def fill(admin: Principal, count: int, status: OrderStatus, **columns: object) -> None:
    """Rows of `count` orders that name nothing."""
    now = clock.now()
    rows = []
    for n in range(count):
        values = {"due_at": now - timedelta(days=1, seconds=-n), "created_at": now} | columns
        if status not in OPEN_STATUSES:
            values["finished_at"] = now
        rows.append(
            Order(
                customer_id=admin.customer_id,
                kind=OrderKind.SPLIT,
                status=status,
                requested_by_id=admin.user_id,
                fingerprint="",
                **values,
            )
        )
    await Order.bulk_create(rows)


async def plan(statement: str) -> str:
    """How the database would run a claim, or another statement whose values are times."""
    now = clock.now()
    explain = "EXPLAIN" if ON_POSTGRES else "EXPLAIN QUERY PLAN"
    rows = await connection().execute_query_dict(
        f"{explain} {statement}", [now] * (2 if "$2" in statement else 1)
    )
    return "\n".join(str(row["QUERY PLAN" if ON_POSTGRES else "detail"]) for row in rows)


@pytest.mark.parametrize("analyzed", [True, False])
async def test_a_claim_walks_the_index_of_open_orders(admin: Principal, *, analyzed: bool) -> None:
    later = clock.now() + timedelta(days=3)
    await fill(admin, 6000, OrderStatus.SUCCEEDED)
    await fill(admin, 3000, OrderStatus.PLANNED, due_at=later)
    await fill(admin, 3000, OrderStatus.QUEUED)
    if analyzed:
        await connection().execute_query("ANALYZE")
    found = await plan(claim_statement(AT_ONCE))
    assert "idx_order_open" in found, found
    assert "idx_order_open_of_holder" in found, found
    whole = "Seq Scan on order_request" if ON_POSTGRES else "SCAN waiting"
    assert whole not in found, found
    # The statuses are in other indexes, which would bring all that wait.
    assert "idx_order_list" not in found, found
    assert "idx_order_reminder" not in found, found


async def test_the_next_one_is_found_in_the_index_of_open_orders(
    admin: Principal, trunk: Holder
) -> None:
    """However many have been done or wait for another one of their holder."""
    await fill(admin, 6000, OrderStatus.SUCCEEDED)
    await fill(admin, 3000, OrderStatus.QUEUED, holder_id=trunk.id)
    await connection().execute_query("ANALYZE")
    found = await plan(claiming._NEXT)
    assert "idx_order_open" in found, found
    assert "idx_order_open_of_holder" in found, found
    for whole in ("Seq Scan", "SCAN waiting", "SCAN order_request"):
        assert whole not in found, found
    with set_clock(2026, 11, 23) as time:
        await Order.filter(status=OrderStatus.QUEUED).update(due_at=time.now - timedelta(days=1))
        assert len(await claimed()) == 1
        assert await claiming.next_due_at(time.now) == time.now + claiming.LEASE


async def test_the_outbox_walks_the_index_of_what_waits(admin: Principal) -> None:
    now = clock.now()
    await OutboxMail.bulk_create(
        OutboxMail(
            customer_id=admin.customer_id,
            topic="test",
            recipient="someone@nordlicht.example",
            recipient_name="Someone",
            language=Language.EN,
            subject="Subject",
            text="Text",
            html="",
            created_at=now,
            due_at=now,
            sent_at=None if n % 100 == 0 else now,
        )
        for n in range(5000)
    )
    await connection().execute_query("ANALYZE")
    found = await plan(outbox.claim_statement())
    assert "idx_outbox_waiting" in found, found
    assert "Seq Scan" not in found, found
    assert "SCAN outbox_mail\n" not in found, found


async def claimed(at_most: int = AT_ONCE) -> list[int]:
    return [claim.order_id for claim in await claim_due(at_most)]


async def test_several_are_claimed_at_once_longest_due_first(admin: Principal) -> None:
    orders = [await split_range(admin, id_) for id_ in await ids(*_elements(range(AT_ONCE + 2)))]
    expected = [order.id for order in orders]
    assert await claimed() == expected[:AT_ONCE]
    assert await claimed() == expected[AT_ONCE:]
    assert await claimed() == []


async def test_of_one_holder_one_at_a_time_however_many_wait(
    admin: Principal, trunk: Holder
) -> None:
    """Orders of others are found behind more of them than are looked at first."""
    with set_clock(2026, 11, 23) as time:
        await fill(admin, IN_FRONT + 6, OrderStatus.QUEUED, holder_id=trunk.id)
        first = await Order.all().order_by("due_at", "id").first()
        assert first is not None
        other = await holder(admin, HolderKind.CLOUD_PBX, "Zentrale")
        change = NumberChange(other.id, await ids("030 23125-1"))
        last = [
            await change_numbers(admin, change),
            await split_range(admin, (await at("030 23125-2")).id),
        ]
        assert await claimed() == [first.id]
        assert await claimed() == [order.id for order in last]
        assert await claimed() == []
        time.forward(claiming.LEASE)
        assert await claimed() == [first.id]
        assert await claimed(1) == [last[0].id]


async def test_what_is_planned_is_not_looked_for_in_vain(admin: Principal, trunk: Holder) -> None:
    """Neither those in front nor all the others are due."""
    now = clock.now()
    await fill(admin, 3 * IN_FRONT, OrderStatus.PLANNED, due_at=now + timedelta(hours=1))
    assert await claimed() == []
    for in_front in (IN_FRONT, MANY):
        assert "idx_order_open" in await plan(claim_statement(AT_ONCE, in_front))


def _elements(numbers: Iterable[int]) -> list[str]:
    return [f"030 23125-{n}" for n in numbers]


# The statements of one order ---------------------------------------------------------------------


@pytest.fixture
def sent(admin: Principal, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that reaches the driver from now on, with those of the transactions."""
    driver = asyncpg.Connection if ON_POSTGRES else aiosqlite.Connection
    statements: list[str] = []

    def spying(original: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def spy(self: object, query: str, *more: object, **options: object) -> object:
            statements.append(query)
            return await original(self, query, *more, **options)

        return spy

    for name in ("execute", "fetch", "fetchrow", "executemany", "execute_fetchall"):
        if hasattr(driver, name):
            monkeypatch.setattr(driver, name, spying(getattr(driver, name)))
    return statements


async def test_an_order_takes_few_statements_however_many_are_done(
    admin: Principal, sent: list[str]
) -> None:
    counts = []
    for numbers in (range(AT_ONCE), range(AT_ONCE, 2 * AT_ONCE)):
        for id_ in await ids(*_elements(numbers)):
            sent.clear()
            await split_range(admin, id_)
            accepted = len(sent)
        sent.clear()
        assert await run_due(APP_URL) == AT_ONCE
        counts.append((accepted, len(sent)))
    assert counts[0] == counts[1]
    # Those of the claim are shared by the orders of one claim; a second one finds nothing more.
    accepted, executed = counts[0]
    assert accepted <= 11, sent
    assert executed <= AT_ONCE * 13 + 9, sent
    await check()


async def test_a_change_of_numbers_takes_no_more_for_more_numbers(
    admin: Principal, sent: list[str]
) -> None:
    counts = set()
    for name, digits in (("Berlin", "1"), ("Hamburg", "234567")):
        to = await holder(admin, HolderKind.CLOUD_PBX, name)
        elements = await ids(*_elements(map(int, digits)))
        sent.clear()
        await change_numbers(admin, NumberChange(to.id, elements))
        accepted = len(sent)
        assert await run_due(APP_URL) == 1
        counts.add((accepted, len(sent)))
    assert len(counts) == 1, counts
    await check()


async def test_counts_above_ranges_of_several_levels_and_trees(
    admin: Principal, trunk: Holder
) -> None:
    """They are written without being read before; `check` counts everything anew."""
    await split(admin, "030 23125-1", "030 23125-12", "040 66969-3")
    numbers = ("030 23125-2", "030 23125-10", "030 23125-11", "030 23125-123", "040 66969-34")
    change = NumberChange(trunk.id, await ids(*numbers, "0221 4710999"))
    order = await change_numbers(admin, change)
    await check()
    assert await run_due(APP_URL) == 1
    assert (await Order.get(id=order.id)).status == OrderStatus.SUCCEEDED
    await check()
    back = NumberChange(trunk.id, await ids("040 66969-35"), await ids("030 23125-123"))
    await change_numbers(admin, back)
    assert await run_due(APP_URL) == 1
    await check()
    block = await NumberRange.get(parent_id=None, digits="493023125")
    assert block.assigned_count == 100 + 20
