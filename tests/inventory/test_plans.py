"""No list reads all rows of a customer: what the databases say of their own plans, with and without
figures about the tables."""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tortoise.connection import get_connection

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.database import connection
from dialtree.holders.models import HolderKind
from dialtree.holders.queries import holders
from dialtree.inventory import summary
from dialtree.inventory.models import NumberRange, RangeState
from dialtree.inventory.queries import (
    Search,
    lookup,
    number_elements,
    number_ranges,
    site_contracts,
)
from dialtree.orders.models import Order, OrderKind, OrderStatus
from dialtree.orders.queries import orders
from tests.conftest import ON_POSTGRES, People, import_for
from tests.stock import holder
from tests.world import csv

BIG = ("number_range", "number_piece", "order_request")
STEMS = ("030;23125", "040;66969", "069;90009", "0221;4710", "089;99998")
BLOCKS = 300
"""Of each stem, with ten ranges each."""
MOST_READ = 3_000
"""Rows of tables and indexes that a statement may read, of more than 16,000. What is found at a few
sites or held by few is read as a whole; a page has ten rows."""


@pytest.fixture
async def admin(people: People) -> Principal:
    lines = [
        f"SV-{i % 50:03};Straße {i % 50};{10_000 + i % 50};{'Bonn' if i % 50 == 7 else 'Berlin'};"
        f"ACTIVE;;{stem}{i:03};1;"
        for i in range(BLOCKS)
        for stem in STEMS
    ]
    await import_for(people.administrator, csv(*lines))
    trunk = await holder(people.administrator)
    await NumberRange.filter(digits__endswith="7", level=1).update(
        holder_id=trunk.id, state=RangeState.ASSIGNED, free_count=0, assigned_count=1
    )
    now = clock.now()
    await Order.bulk_create(
        Order(
            kind=OrderKind.SPLIT,
            status=OrderStatus.SUCCEEDED if i % 100 else OrderStatus.FAILED,
            customer_id=people.administrator.customer_id,
            requested_by_id=people.administrator.user_id,
            due_at=now,
            created_at=now,
            finished_at=now,
            fingerprint="",
        )
        for i in range(2 * MOST_READ)
    )
    return people.administrator


LISTS: dict[str, Callable[[Principal], Awaitable[Any]]] = {}
for name, arguments in {
    "all": {},
    "by prefix": {"number": "030 23125"},
    "by a long prefix": {"number": "030 23125 0017"},
    "free": {"state": RangeState.FREE},
    "assigned": {"state": RangeState.ASSIGNED},
    "by site": {"site": "Bonn"},
    "by a common site": {"site": "B"},
    "containing": {"number": "*4711"},
    "containing what is common": {"number": "*030"},
    "containing one digit": {"number": "*4"},
    "containing what is nowhere": {"number": "*98765432"},
    "containing, by site": {"number": "*4711", "site": "Bonn"},
    "containing, by a common site": {"number": "*4711", "site": "B"},
    "containing, free": {"number": "*4711", "state": RangeState.FREE},
}.items():
    for kind, query in (("roots", number_ranges), ("elements", number_elements)):
        LISTS[f"{kind} {name}"] = lambda principal, query=query, arguments=arguments: query(
            principal, Search.read(**arguments), first=10, after=None
        )
LISTS |= {
    "orders": lambda principal: orders(principal, None, first=10, after=None),
    "open orders": lambda principal: orders(
        principal, [OrderStatus.PLANNED, OrderStatus.QUEUED], first=10, after=None
    ),
    "finished orders": lambda principal: orders(
        principal, [OrderStatus.SUCCEEDED, OrderStatus.FAILED], first=10, after=None
    ),
    "contracts": lambda principal: site_contracts(principal, None, first=10, after=None),
    "contracts by site": lambda principal: site_contracts(principal, "Bonn", first=10, after=None),
    "trunks by number": lambda principal: holders(
        principal, HolderKind.SIP_TRUNK, search=Search.read("*4711"), first=10, after=None
    ),
    "trunks by prefix": lambda principal: holders(
        principal, HolderKind.SIP_TRUNK, search=Search.read("03023125"), first=10, after=None
    ),
    "lookup": lambda principal: lookup(principal, "030 23125 0017"),
    "sums": summary.numbers,
    "sums of roots": summary.roots,
}


@contextmanager
def explained() -> Iterator[list[tuple[str, str]]]:
    """The statements that are sent meanwhile, each with the lines of its plan."""
    plans: list[tuple[str, str]] = []
    sent_by = get_connection("default" if ON_POSTGRES else "reader")
    explain = sent_by.execute_query_dict
    prefix = "EXPLAIN ANALYZE " if ON_POSTGRES else "EXPLAIN QUERY PLAN "

    def spying(original: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def spy(query: str, values: Any = None) -> object:
            rows = await explain(prefix + query, values)
            lines = (str(row.get("QUERY PLAN", row.get("detail"))) for row in rows)
            plans.append((query, "\n".join(lines)))
            return await original(query, values)

        return spy

    with pytest.MonkeyPatch.context() as patch:
        for method in ("execute_query", "execute_query_dict"):
            patch.setattr(sent_by, method, spying(getattr(sent_by, method)))
        yield plans


def faults(plan: str) -> list[str]:
    """Lines of a plan that read most of a big table."""
    if ON_POSTGRES:
        read = re.findall(r"(.*Scan.*)\(actual.* rows=([\d.]+) loops=(\d+)\)", plan)
        many = [line for line, rows, loops in read if float(rows) * int(loops) > MOST_READ]
        removed = re.findall(r"Rows Removed by Filter: (\d+)", plan)
        return [*many, *(number for number in removed if int(number) > MOST_READ)]
    # Not "creation": of orders with two statuses SQLite thinks that looking one up finds half.
    names = {"root", "node", "piece", "held", "reserved", *BIG}
    return [line for line in plan.splitlines() if re.match(rf"SCAN (?:{'|'.join(names)})\b", line)]


# PostgreSQL has no figures only for the first minute.
@pytest.mark.parametrize("analyzed", [True] if ON_POSTGRES else [False, True], ids=str)
async def test_no_list_scans_a_table(admin: Principal, *, analyzed: bool) -> None:
    if analyzed:
        await connection().execute_query("ANALYZE")
    for name, read in LISTS.items():
        with explained() as plans:
            await read(admin)
        assert plans, name
        for query, plan in plans:
            assert not faults(plan), (name, query, plan)
