"""What is true of all rows whenever no transaction is under way, whatever happened before.

`check` reads the whole database; `problems` judges rows that were read with `read_all`, which also
serves to see that something changed nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tortoise import Tortoise

from dialtree.database import connection
from dialtree.holders.rules import ELEMENTS_PER_BLOCK, ELEMENTS_PER_TRUNK
from dialtree.numbering.ranges import NumberPattern

Row = dict[str, Any]
Rows = dict[str, list[Row]]
"""Every row as the driver gives it, by table, in order of the primary key."""

OPEN = ("PLANNED", "QUEUED", "RUNNING")
INHERITED = ("customer_id", "contract_id", "area_length", "extension_at")


async def read_all() -> Rows:
    """All rows of all models."""
    models = Tortoise.apps["dialtree"].values()
    tables = {model._meta.db_table: model._meta.db_pk_column for model in models}
    return {
        table: await connection().execute_query_dict(f'SELECT * FROM "{table}" ORDER BY "{key}"')
        for table, key in sorted(tables.items())
    }


async def check() -> Rows:
    """Reads all rows and fails with everything that is wrong about them."""
    rows = await read_all()
    found = problems(rows)
    assert not found, "\n".join(found)
    return rows


def problems(rows: Rows) -> list[str]:
    stored = _Stored(rows)
    return [
        *_tree(stored),
        *_numbers_once(stored),
        *_counts(stored),
        *_holders(stored),
        *_customers(rows),
        *_reservations(stored),
        *_orders(stored),
        *_mails(stored),
        *_audit(stored),
    ]


class _Stored:
    def __init__(self, rows: Rows) -> None:
        self.ranges = {row["id"]: row for row in rows["number_range"]}
        self.holders = {row["id"]: row for row in rows["holder"]}
        self.orders = {row["id"]: row for row in rows["order_request"]}
        self.users = {row["id"]: row for row in rows["user_account"]}
        self.mails = rows["outbox_mail"]
        self.entries = rows["audit_entry"]
        self.children: dict[int, list[Row]] = defaultdict(list)
        for row in self.ranges.values():
            if row["parent_id"] is not None:
                self.children[row["parent_id"]].append(row)
        self.items: dict[int, list[Row]] = defaultdict(list)
        for row in rows["order_item"]:
            self.items[row["order_id"]].append(row)

    def above(self, row: Row) -> Iterator[Row]:
        while row["parent_id"] is not None:
            row = self.ranges[row["parent_id"]]
            yield row

    def elements(self) -> Iterator[Row]:
        return (row for row in self.ranges.values() if row["state"] != "SPLIT")


def _named(row: Row) -> str:
    return f"range {row['id']} ({row['digits']}{'x' * row['open_digits']}, {row['state']})"


def _pattern(row: Row) -> NumberPattern:
    return NumberPattern(row["digits"], row["open_digits"], row["first_digits"])


def _tree(stored: _Stored) -> Iterator[str]:
    """The elements of each root tile it exactly: a split node has precisely its ranges of the next
    level as children (N2, S4), every other node has none (M2)."""
    for row in stored.ranges.values():
        children = sorted(stored.children[row["id"]], key=lambda child: child["digits"])
        expected = _pattern(row).children() if row["state"] == "SPLIT" else []
        if [_pattern(child) for child in children] != expected:
            yield f"{_named(row)} has the children {[child['digits'] for child in children]}"
        for child in children:
            yield from _inherits(child, row)
        if row["parent_id"] is None:
            kind, states = (
                ("BLOCK", {"SPLIT"}) if row["open_digits"] else ("SINGLE_NUMBER", _ELEMENT_STATES)
            )
            if (row["kind"], row["level"], row["root_id"]) != (kind, 0, None):
                yield f"{_named(row)} is no proper root"
            if row["state"] not in states:
                yield f"{_named(row)} is a {kind}"


_ELEMENT_STATES = {"FREE", "ASSIGNED"}


def _inherits(child: Row, parent: Row) -> Iterator[str]:
    expected = {name: parent[name] for name in INHERITED}
    expected |= {
        "kind": "RANGE",
        "level": parent["level"] + 1,
        "root_id": parent["root_id"] or parent["id"],
    }
    for name, value in expected.items():
        if child[name] != value:
            yield f"{_named(child)} has {name} {child[name]!r}, its parent asks for {value!r}"


def _numbers_once(stored: _Stored) -> Iterator[str]:
    """No number stands twice and none hides another (N3): no element's digits begin with those of
    another. Whatever sorts between the two begins with the shorter too, so neighbours suffice."""
    elements = sorted(stored.elements(), key=lambda row: row["digits"])
    for row, following in pairwise(elements):
        if following["digits"].startswith(row["digits"]):
            yield f"{_named(row)} overlaps or hides {_named(following)}"


def _counts(stored: _Stored) -> Iterator[str]:
    """The counts of every node agree with a recount from the elements and reservations."""
    free: Counter[int] = Counter()
    assigned: Counter[int] = Counter()
    reserved: Counter[int] = Counter()
    for row in stored.elements():
        count = free if row["state"] == "FREE" else assigned
        for node in (row, *stored.above(row)):
            count[node["id"]] += _pattern(row).size
    for row in stored.ranges.values():
        parent = stored.ranges.get(row["parent_id"])
        within = parent is not None and parent["open_order_id"] == row["open_order_id"]
        if row["open_order_id"] is not None and not within:
            for node in stored.above(row):
                reserved[node["id"]] += 1
    for row in stored.ranges.values():
        kept = (row["free_count"], row["assigned_count"], row["reserved_beneath"])
        counted = (free[row["id"]], assigned[row["id"]], reserved[row["id"]])
        if kept != counted:
            yield f"{_named(row)} keeps free, assigned, reserved {kept}, counted {counted}"


def _holders(stored: _Stored) -> Iterator[str]:
    """Each element has at most one holder, of its own customer, and that agrees with its state;
    the counts of holders are right and trunks within their limits (H2)."""
    held: dict[int, list[Row]] = defaultdict(list)
    waiting = {row["holder_id"] for row in stored.orders.values() if row["status"] in OPEN}
    for row in stored.ranges.values():
        if (row["state"] == "ASSIGNED") != (row["holder_id"] is not None):
            yield f"{_named(row)} has the holder {row['holder_id']}"
        if row["holder_id"] is not None:
            held[row["holder_id"]].append(row)
    for holder in stored.holders.values():
        elements = held[holder["id"]]
        creations = {
            order["id"]
            for order in stored.orders.values()
            if order["holder_id"] == holder["id"]
            and order["kind"] == "CREATE_TRUNK"
            and order["status"] in OPEN
        }
        if creations:
            # A planned trunk counts what it will start with.
            if elements:
                yield f"planned trunk {holder['name']} holds {len(elements)} elements"
            elements = [r for r in stored.ranges.values() if r["open_order_id"] in creations]
        kept = (holder["element_count"], holder["number_count"])
        counted = (len(elements), sum(_pattern(row).size for row in elements))
        if kept != counted:
            yield f"holder {holder['name']} keeps {kept}, counted {counted}"
        if holder["deleted_at"] is not None and (elements or holder["id"] in waiting):
            yield f"holder {holder['name']} is deleted, but has numbers or open orders"
        if any(row["customer_id"] != holder["customer_id"] for row in elements):
            yield f"holder {holder['name']} has numbers of another customer"
        if holder["kind"] == "SIP_TRUNK":
            of_block = Counter(row["root_id"] for row in elements if row["root_id"] is not None)
            if len(elements) > ELEMENTS_PER_TRUNK:
                yield f"trunk {holder['name']} has {len(elements)} elements"
            if of_block and max(of_block.values()) > ELEMENTS_PER_BLOCK:
                yield f"trunk {holder['name']} has {of_block} elements per block"


def _customers(rows: Rows) -> Iterator[str]:
    """What stands with a customer is what a recount of its contracts and roots gives."""
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for contract in rows["site_contract"]:
        counted[contract["customer_id"]]["site_contract_count"] += 1
    for row in rows["number_range"]:
        if row["parent_id"] is None:
            own = counted[row["customer_id"]]
            own["block_count" if row["kind"] == "BLOCK" else "single_number_count"] += 1
            own["number_count"] += _pattern(row).size
    for customer in rows["customer"]:
        for name in ("site_contract_count", "block_count", "single_number_count", "number_count"):
            if customer[name] != counted[customer["id"]][name]:
                yield (
                    f"customer {customer['name']} keeps {name} {customer[name]}, "
                    f"counted {counted[customer['id']][name]}"
                )


def _reservations(stored: _Stored) -> Iterator[str]:
    """The ranges of an open order are reserved by exactly it (H4, S3), for a merge all beneath as
    well (M1); nothing else is reserved."""
    expected: dict[int, int | None] = {}
    for order in stored.orders.values():
        if order["status"] in OPEN:
            for item in stored.items[order["id"]]:
                expected |= dict.fromkeys(_reserved_by(stored, order, item), order["id"])
    for row in stored.ranges.values():
        if row["open_order_id"] != expected.get(row["id"]):
            yield (
                f"{_named(row)} is reserved by {row['open_order_id']}, "
                f"should be by {expected.get(row['id'])}"
            )


def _reserved_by(stored: _Stored, order: Row, item: Row) -> Iterator[int]:
    yield item["range_id"]
    if order["kind"] == "MERGE":
        waiting = list(stored.children[item["range_id"]])
        while waiting:
            row = waiting.pop()
            yield row["id"]
            waiting += stored.children[row["id"]]


def _orders(stored: _Stored) -> Iterator[str]:
    for order in stored.orders.values():
        status = order["status"]
        named = f"order {order['id']} ({order['kind']}, {status})"
        if (status in OPEN) != (order["finished_at"] is None):
            yield f"{named} is finished at {order['finished_at']}"
        if (status == "RUNNING") != (order["lease_until"] is not None):
            yield f"{named} has the lease {order['lease_until']}"
        # Orders also end with their trunk (T5).
        if (status == "FAILED") != (order["refusal"] is not None) and status != "CANCELLED":
            yield f"{named} has the refusal {order['refusal']}"
        for item in stored.items[order["id"]]:
            row = stored.ranges.get(item["range_id"])
            if row is None and status in OPEN:
                yield f"{named} names a range that is gone: {item['digits']}"
            elif row is not None and (
                row["digits"] != item["digits"]
                or row["customer_id"] != order["customer_id"]
                or (row["root_id"] or row["id"]) != item["tree_id"]
            ):
                yield f"{named} names {_named(row)} as {item['digits']}"


def _mails(stored: _Stored) -> Iterator[str]:
    """Exactly one e-mail tells the requester of the end of each order (O7)."""
    mails = Counter(m["order_id"] for m in stored.mails if m["topic"] == "order_finished")
    for order in stored.orders.values():
        told = stored.users[order["requested_by_id"]]["deactivated_at"] is None
        expected = int(order["status"] not in OPEN and told)
        if mails[order["id"]] != expected:
            yield f"order {order['id']} ({order['status']}) has {mails[order['id']]} e-mails"


_DONE = {
    "SPLIT": "RANGE_SPLIT",
    "MERGE": "RANGE_MERGED",
    "CHANGE_NUMBERS": "NUMBERS_CHANGED",
    "CREATE_TRUNK": "TRUNK_ACTIVATED",
    "DELETE_TRUNK": "TRUNK_DELETED",
}
_ENDED = {"FAILED": "ORDER_FAILED", "CANCELLED": "ORDER_CANCELLED"}


def _audit(stored: _Stored) -> Iterator[str]:
    """Exactly one entry of the audit log tells what each finished order has done, or that it has
    done nothing, and none does of an open one (P3, O2)."""
    ends = {*_DONE.values(), *_ENDED.values()}
    told: dict[int, list[str]] = defaultdict(list)
    for entry in stored.entries:
        if entry["order_id"] is not None and entry["action"] in ends:
            told[entry["order_id"]].append(entry["action"])
            if entry["customer_id"] != stored.orders[entry["order_id"]]["customer_id"]:
                yield f"entry {entry['id']} is of another customer than its order"
    for order in stored.orders.values():
        end = _ENDED.get(order["status"], _DONE[order["kind"]])
        expected = [] if order["status"] in OPEN else [end]
        if told[order["id"]] != expected:
            yield f"order {order['id']} ({order['status']}) has the entries {told[order['id']]}"


@dataclass
class Unchanged:
    """An async context in which nothing may change in the database."""

    before: Rows | None = None

    async def __aenter__(self) -> None:
        self.before = await read_all()

    async def __aexit__(self, exc_type: object, exc: object, traceback: object) -> None:
        if exc is None:
            assert await read_all() == self.before
