"""The inventory that is measured is one that the product itself could have come to."""

import pytest

from dialtree.accounts.models import ApiToken
from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import digest
from dialtree.database import connected
from dialtree.holders.models import Holder
from dialtree.inventory.models import NumberRange
from dialtree.inventory.queries import LookupOutcome, Search, lookup, number_ranges
from dialtree.orders.models import OrderStatus
from dialtree.orders.worker import run_due
from tests.bench.dataset import load
from tests.bench.places import MAIN, Size, token_of
from tests.bench.rows import Inventory
from tests.invariants import check

RANGES = 10_000


async def test_the_rows_are_consistent_and_stay_so_when_orders_are_executed(
    database_url: str,
) -> None:
    loaded = await load(database_url, RANGES, yardstick=False)
    async with connected(database_url):
        rows = await check()
        assert len(rows["number_range"]) == loaded.ranges >= RANGES
        assert {order["status"] for order in rows["order_request"]} == set(OrderStatus)
        assert await run_due("http://test.example")
        rows = await check()
        left = {order["status"] for order in rows["order_request"]}
        assert left == set(OrderStatus) - {OrderStatus.QUEUED, OrderStatus.RUNNING}


async def test_what_is_measured_is_there_at_the_smallest_size(database_url: str) -> None:
    await load(database_url, RANGES, yardstick=False)
    async with connected(database_url):
        token = await ApiToken.get(secret_hash=digest(token_of(MAIN))).select_related("user")
        principal = Principal.from_user(token.user)
        assert principal.customer_id == MAIN
        for search in (
            Search.read(number="030"),
            Search.read(number="*4711"),
            Search.read(site="Köl"),
            Search.read(number="030", site="10623"),
        ):
            page = await number_ranges(principal, search, first=50, after=None)
            assert len(page.rows) == 50, search
        assert await Holder.exists(customer_id=MAIN, kind="SIP_TRUNK", element_count=60)
        assigned = await NumberRange.filter(customer_id=MAIN, holder_id__isnull=False).first()
        assert assigned is not None
        found = await lookup(principal, f"+{assigned.pattern.first}")
        assert found.outcome == LookupOutcome.ASSIGNED
        whole, half = await NumberRange.all().count(), await principal.of(NumberRange).count()
        assert 0.45 < half / whole < 0.55


@pytest.mark.parametrize("ranges", [10_000, 1_000_000])
def test_a_size_has_the_blocks_contracts_and_customers_it_should(ranges: int) -> None:
    size = Size(ranges)
    assert size.contracts * 50 == ranges
    owners = [size.owner(contract) for contract in range(size.contracts)]
    assert set(owners) == set(range(1, size.customers + 1))
    assert owners.count(MAIN) * 2 == size.contracts


def test_the_same_size_gives_the_same_rows() -> None:
    first, second = (list(Inventory(Size(1000)).ranges()) for _ in range(2))
    assert first == second
