"""The number of SQL statements of an operation does not grow with its rows."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from tortoise.connection import get_connection

from dialtree import clock
from dialtree.database import is_postgres
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import HolderKind
from dialtree.ids import to_global_id
from dialtree.inventory.commands import split_range
from dialtree.inventory.models import NumberRange
from dialtree.orders.worker import run_due
from tests.conftest import import_for
from tests.server import Server
from tests.world import APP_URL, add_holder, csv

STEMS = ("030;23125", "040;66969", "069;90009", "0221;4710", "089;99998")


async def build(server: Server) -> None:
    """Fifty blocks, each of its own contract and with a Cloud PBX and a trunk of its own: a split
    range with an element held, a range held, and one reserved."""
    admin = server.people.administrator
    roots = [f"{stem}{digit};2;" for stem in STEMS for digit in "0123456789"]
    rows = (f"SV-{i:03};Straße {i};10623;Berlin;ACTIVE;;{root}" for i, root in enumerate(roots))
    await import_for(admin, csv(*rows))
    later = clock.today() + timedelta(days=3)
    blocks = await NumberRange.filter(parent_id=None).order_by("digits")
    levels = [await NumberRange.filter(parent_id=block.id).order_by("digits") for block in blocks]
    for level in levels:
        await split_range(admin, level[0].id)
    await run_due(APP_URL)
    trunks = []
    for i, (to_split, to_hold, *_) in enumerate(levels):
        elements = await NumberRange.filter(parent_id=to_split.id).order_by("digits")
        pbx = await add_holder(admin, f"PBX {i:02}", HolderKind.CLOUD_PBX)
        await change_numbers(admin, NumberChange(pbx.id, (elements[0].id,)))
        trunks.append(await add_holder(admin, f"Trunk {i:02}", HolderKind.SIP_TRUNK))
        await change_numbers(admin, NumberChange(trunks[i].id, (to_hold.id,)))
    await run_due(APP_URL)
    for trunk, level in zip(trunks, levels, strict=True):
        await change_numbers(admin, NumberChange(trunk.id, (level[2].id,), execution_date=later))


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def spying(original: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def spy(query: str, *more: object) -> object:
            sent.append(query)
            return await original(query, *more)

        return spy

    with pytest.MonkeyPatch.context() as patch:
        for name in ("default",) if is_postgres() else ("default", "reader"):
            connection = get_connection(name)
            for method in ("execute_query", "execute_query_dict"):
                patch.setattr(connection, method, spying(getattr(connection, method)))
        yield sent


RANGE = """
    id display displayInternational freeCount assignedCount state
    holder { id name kind elementCount changeNumbers { allowed } meters { elements { used } }
        ... on SipTrunk { creation { id } } }
    siteContract { id number town } parent { id } root { id display }
    split { allowed refusal { message } } merge { allowed refusal { message } }
    openOrder { id reference requestedBy holder { name } }
"""

OPERATIONS = {
    "a tree, two levels open": (
        "numberRanges",
        f"{RANGE} children {{ {RANGE} children {{ {RANGE} }} }}",
    ),
    "children that match": (
        "numberRanges",
        'id children(state: FREE, number: "*5") { id display children(state: ASSIGNED) { id } }',
    ),
    "elements": ("numberElements", RANGE),
    "contracts": (
        "siteContracts",
        f"number numberRanges {{ nodes {{ {RANGE} children {{ {RANGE} }} }} }}",
    ),
    "trunks": (
        "sipTrunks",
        """id name contact { name } meters { elements { used limit }
            blocks { used limit block { id display siteContract { number } } } }
        openOrders { id reference items { display range { id holder { name } } } }
        creation { id } changeNumbers { allowed }""",
    ),
    "Cloud PBX": (
        "cloudPbxes",
        "id name elementCount openOrders { id } meters { blocks { used } }",
    ),
    "orders": (
        "orders",
        f"""id reference requestedBy holder {{ name }} cancel {{ allowed refusal {{ message }} }}
        reschedule {{ allowed }} undo {{ allowed }} items {{ display range {{ {RANGE} }} }}
        ranges {{ id }}""",
    ),
}


async def test_statements_do_not_grow_with_rows(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialtree.graphql.limiting.MAX_COST", 10_000_000)
    await build(server)
    for what, (field, selection) in OPERATIONS.items():
        document = f"query($first: Int) {{ {field}(first: $first) {{ nodes {{ {selection} }} }} }}"
        counts = {}
        # The first twenty elements are those of one block: one of every sort.
        for first in (20, 100) if field == "numberElements" else (5, 50):
            with counting() as sent:
                data = await server.administrator(document, first=first)
            assert len(data[field]["nodes"]) == first, what
            counts[first] = len(sent)
        few, many = counts.values()
        assert 0 < many <= few, (what, counts, sent)


async def test_sums_that_are_not_asked_for_are_not_counted(server: Server) -> None:
    await import_for(server.people.administrator, csv("SV-1;S 1;1;B;ACTIVE;;030;23125;2;"))
    counts = {}
    for selection in (
        "bookedConcurrentCalls",
        "freeCount",
        "numberCount freeCount assignedCount",
        "sipTrunkCount plannedSipTrunkCount cloudPbxCount uccConnectionCount",
    ):
        with counting() as sent:
            await server.administrator(f"{{ inventory {{ {selection} }} }}")
        counts[selection] = len(sent)
    assert len(set(counts.values())) == 1, counts


async def test_one_object_is_read_once_however_often_it_is_shown(server: Server) -> None:
    await import_for(server.people.administrator, csv("SV-1;S 1;1;B;ACTIVE;;030;23125;2;"))
    block = await NumberRange.get(parent_id=None)
    with counting() as once:
        await server.administrator(
            "query($id: ID!) { node(id: $id) { ... on NumberRange { siteContract { id } } } }",
            id=to_global_id("NumberRange", block.id),
        )
    with counting() as often:
        await server.administrator(
            """query($id: ID!) { node(id: $id) { ... on NumberRange {
                siteContract { id } again: siteContract { id }
                root { siteContract { id } } } } }""",
            id=to_global_id("NumberRange", block.id),
        )
    assert len(once) == len(often)
