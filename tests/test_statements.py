"""The number of SQL statements of an operation does not grow with its rows."""

from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from graphql import build_schema
from tortoise.connection import get_connection

from dialtree import clock
from dialtree.accounts.commands import create_customer
from dialtree.accounts.models import ApiToken, Customer, Role, Session
from dialtree.accounts.principal import Principal
from dialtree.calls.models import CallDirection, CallLevel, RejectedCall
from dialtree.database import is_postgres
from dialtree.graphql.schema import schema
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import Holder, HolderKind
from dialtree.ids import to_global_id
from dialtree.inventory.commands import split_range
from dialtree.inventory.models import NumberRange
from dialtree.orders.worker import run_due
from tests.conftest import import_for, person
from tests.server import Server
from tests.stock import create_trunk, holder
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
    for i, (trunk, level) in enumerate(zip(trunks, levels, strict=True)):
        await change_numbers(admin, NumberChange(trunk.id, (level[2].id,), execution_date=later))
        await create_trunk(admin, f"Trunk {i:02} to come", (level[3].id,), later)
    await add_what_is_beside(admin, trunks)


async def add_what_is_beside(admin: Principal, trunks: list[Holder]) -> None:
    """Fifty of everything else that there are lists of."""
    now = clock.now()
    for i, trunk in enumerate(trunks):
        customer = await create_customer(f"Firma {i:02}", 3)
        await holder(admin, HolderKind.UCC_CONNECTION, f"Zoom {i:02}", partner="ZOOM_X")
        user = await person(
            await Customer.get(id=admin.customer_id), f"p{i}@n.example", Role.VIEWER
        )
        ends = {"created_at": now, "expires_at": now + timedelta(days=1), "secret_hash": f"{i}"}
        await Session.create(user_id=user.user_id, last_used_at=now, **ends)
        await Session.create(user_id=admin.user_id, **ends | {"secret_hash": f"own {i}"})
        await ApiToken.create(user_id=user.user_id, name=f"{customer.id}", role=Role.VIEWER, **ends)
        block = await NumberRange.filter(parent_id=None).order_by("digits").offset(i).first()
        assert block is not None
        await RejectedCall.create(
            customer_id=admin.customer_id,
            call_id=f"call {i}",
            level=CallLevel.TRUNK,
            direction=CallDirection.INCOMING,
            at=now,
            hour=now.replace(minute=0, second=0, microsecond=0),
            caller=f"+{block.digits}11",
            callee=f"+{block.digits}12",
            call_limit=3,
            contract_id=block.contract_id,
            holder_id=trunk.id,
        )


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

HOLDS = f"""
    numbers(first: 3) {{ totalCount nodes {{ {RANGE} }} }}
    found: numbers(first: 3, number: "*1") {{ totalCount reading {{ kind }} nodes {{ id }} }}
    more: numbers(first: 1, after: $after) {{ nodes {{ id }} pageInfo {{ endCursor }} }}
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
        f"""number numberRanges {{ totalCount nodes {{ {RANGE} children {{ {RANGE} }} }} }}
        more: numberRanges(first: 1, after: $after) {{ nodes {{ id }} }}""",
    ),
    "trunks": (
        "sipTrunks",
        f"""id name contact {{ name }} meters {{ elements {{ used limit }}
            blocks {{ used limit block {{ id display siteContract {{ number }} }} }} }}
        then: meters(at: $day) {{ elements {{ used }} blocks {{ used block {{ id display }} }} }}
        openOrders {{ id reference items {{ display range {{ id holder {{ name }} }} }} }}
        creation {{ id }} changeNumbers {{ allowed }} credentials {{ userName }} {HOLDS}""",
    ),
    "Cloud PBX": (
        "cloudPbxes",
        f"id name elementCount openOrders {{ id }} meters {{ blocks {{ used }} }} {HOLDS}",
    ),
    "UCC connections": (
        "uccConnections",
        f"id name partner {{ name }} takesExecutionDate openOrders {{ id }} {HOLDS}",
    ),
    "audit log": (
        "auditLog",
        "action actor changes { field } order { reference requestedBy } subject { id }",
    ),
    "customers": ("customers", "name siteContractCount"),
    "tokens": ("apiTokens", "name owner isOwn revoke { allowed }"),
    "people": (
        "users",
        "name state lastSeenAt changeRole { allowed } deactivate { allowed } "
        "reactivate { allowed } resendInvitation { allowed }",
    ),
    "sessions": ("sessions", "browser address current"),
    "rejected calls": (
        "rejectedCalls",
        "from { display masked } to { display masked } siteContract { number } sipTrunk { name }",
    ),
    "orders": (
        "orders",
        f"""id reference requestedBy holder {{ name }} cancel {{ allowed refusal {{ message }} }}
        reschedule {{ allowed }} undo {{ allowed }} items {{ display range {{ {RANGE} }} }}
        ranges {{ id }}""",
    ),
}


CURSOR = urlsafe_b64encode(b'["4930231250", 1]').decode()
"""Of a list of number ranges."""


def test_all_lists_are_among_the_operations() -> None:
    query = build_schema(schema.as_str()).query_type
    assert query is not None
    lists = {name for name, field in query.fields.items() if "first" in field.args}
    assert lists == {field for field, _ in OPERATIONS.values()}


async def test_statements_do_not_grow_with_rows(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialtree.graphql.limiting.MAX_COST", 10_000_000)
    await build(server)
    day = str(clock.today() + timedelta(days=5))
    for what, (field, selection) in OPERATIONS.items():
        declared = "".join(
            f", ${name}: {type_}"
            for name, type_ in (("after", "String"), ("day", "Date"))
            if f"${name}" in selection
        )
        document = (
            f"query($first: Int{declared}) {{ {field}(first: $first) "
            f"{{ totalCount nodes {{ {selection} }} }} }}"
        )
        counts = {}
        api = server.service if field == "customers" else server.administrator
        # The first twenty elements are those of one block: one of every sort.
        for first in (20, 100) if field == "numberElements" else (5, 50):
            variables = {"first": first, "after": CURSOR, "day": day}
            with counting() as sent:
                data = await api(
                    document, **{k: v for k, v in variables.items() if f"${k}" in document}
                )
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
