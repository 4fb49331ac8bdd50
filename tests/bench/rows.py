"""The rows of an inventory of any size, always the same ones for a size and a day."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

from dialtree import clock
from dialtree.inventory.contracts import site_keys
from dialtree.numbering.ranges import ALL_DIGITS
from dialtree.numbering.search import pieces
from dialtree.numbering.sites import fold, word_keys
from dialtree.refusals import Refusal, RefusalCode
from tests.bench.columns import (
    CONTRACT_COLUMNS,
    CUSTOMER_COLUMNS,
    ENTRY_COLUMNS,
    HOLDER_COLUMNS,
    ITEM_COLUMNS,
    MAIL_COLUMNS,
    ORDER_COLUMNS,
    PIECE_COLUMNS,
    RANGE_COLUMNS,
    TOKEN_COLUMNS,
    USER_COLUMNS,
)
from tests.bench.nodes import Holder, Item, Node, item_of
from tests.bench.places import (
    BLOCKS_PER_CONTRACT,
    MAIN,
    PART,
    PARTNERS,
    Size,
    address,
    customer_name,
    part,
    place,
    token_of,
)

Row = tuple[Any, ...]


@dataclass
class Inventory:
    """The rows of all tables, table by table: `tables` is to be read once and in order, because
    what the ranges turn out to be decides about holders and orders."""

    size: Size
    now: datetime = field(default_factory=clock.now)

    def __post_init__(self) -> None:
        self._last_range = 0
        self._roots: list[tuple[int, int, str, int]] = []
        self._holders: dict[tuple[int, str], Holder] = {}
        self._full: list[Holder] = []
        self._holder_count = 0
        self._touched: list[Item] = []
        self._open: list[tuple[str, Item]] = []
        self._trunks: dict[int, Holder] = {}

    @property
    def range_count(self) -> int:
        return self._last_range

    def tables(self) -> Iterator[tuple[str, tuple[str, ...], Iterator[Row]]]:
        """Name, columns and rows of each table."""
        yield "customer", CUSTOMER_COLUMNS, self._customers()
        yield "customer_key", ("id", "customer_id", "key"), self._customer_keys()
        yield "user_account", USER_COLUMNS, self._users()
        yield "api_token", TOKEN_COLUMNS, self._tokens()
        yield "site_contract", CONTRACT_COLUMNS, self._contracts()
        yield "site_key", ("id", "customer_id", "contract_id", "key"), self._site_keys()
        yield "number_range", RANGE_COLUMNS, self.ranges()
        yield "number_piece", PIECE_COLUMNS, self._pieces()
        yield "holder", HOLDER_COLUMNS, self._holder_rows()
        yield "order_request", ORDER_COLUMNS, self._orders()
        yield "order_item", ITEM_COLUMNS, self._items()
        yield "outbox_mail", MAIL_COLUMNS, self._mails()
        yield "audit_entry", ENTRY_COLUMNS, self._entries()

    # People and places ---------------------------------------------------------------------------

    def _customer_ids(self) -> range:
        return range(MAIN, self.size.customers + 1)

    def _customers(self) -> Iterator[Row]:
        for id_ in self._customer_ids():
            name = customer_name(id_)
            yield id_, name, fold(name), 30, self.now

    def _customer_keys(self) -> Iterator[Row]:
        keys = [(id_, k) for id_ in self._customer_ids() for k in word_keys(customer_name(id_))]
        return ((number, *key) for number, key in enumerate(keys, 1))

    def _users(self) -> Iterator[Row]:
        for id_ in self._customer_ids():
            for user_id, role in ((2 * id_ - 1, "ADMINISTRATOR"), (2 * id_, "VIEWER")):
                email = f"{role.lower()}@kunde-{id_}.example"
                name = f"{role.title()} {id_}"
                yield user_id, id_, email, name, role, "EN", "", self.now, True, "USER"

    def _tokens(self) -> Iterator[Row]:
        for id_ in self._customer_ids():
            secret = sha256(token_of(id_).encode()).hexdigest()
            yield id_, 2 * id_ - 1, "benchmark", "ADMINISTRATOR", secret, self.now, self.now

    def _contracts(self) -> Iterator[Row]:
        for contract in range(self.size.contracts):
            street, postcode, town = address(contract)
            number = f"SV-{contract + 1:06d}"
            owner = self.size.owner(contract)
            yield contract + 1, owner, number, street, postcode, town, "ACTIVE"

    def _site_keys(self) -> Iterator[Row]:
        id_ = 0
        for contract in range(self.size.contracts):
            for key in site_keys(*address(contract)):
                id_ += 1
                yield id_, self.size.owner(contract), contract + 1, key

    # The tree ------------------------------------------------------------------------------------

    def ranges(self) -> Iterator[Row]:
        for contract in range(self.size.contracts):
            owner = self.size.owner(contract)
            area, stem, first_block = place(contract)
            for number in range(first_block, first_block + BLOCKS_PER_CONTRACT):
                root = self._root(area, stem, number)
                nodes = self._block(root, owner, contract, number)
                if number % 21 == 3:
                    self._reserve(nodes, owner)
                yield from self._rows(nodes, owner, contract, len(area), len(root.digits))
            if contract % 4 == 0:
                yield self._single_number(contract, owner, area, stem)

    def _root(self, area: str, stem: str, number: int) -> Node:
        lengthening, open_digits = part(number)
        first_digits = PART if number % 10 == 9 else ALL_DIGITS
        self._last_range += 1
        digits = f"49{area}{stem}{lengthening}"
        return Node(self._last_range, None, 0, digits, open_digits, "SPLIT", first_digits)

    def _block(self, root: Node, owner: int, contract: int, number: int) -> list[Node]:
        """The root and all beneath it, parents first, with holders and counts."""
        self._roots.append((root.id, owner, root.digits, root.open_digits))
        nodes = [root]
        taken = 0
        for parent in nodes:
            if parent.state == "SPLIT" and parent is not root:
                self._touch(parent, owner)
            if parent.state != "SPLIT":
                self._hold(parent, owner, contract, number, taken)
                taken += parent.state == "ASSIGNED"
                self._count(parent)
                continue
            for digit in parent.first_digits:
                self._last_range += 1
                child = Node(
                    self._last_range,
                    parent,
                    parent.level + 1,
                    parent.digits + digit,
                    parent.open_digits - 1,
                    _state(parent, number, digit),
                )
                nodes.append(child)
        return nodes

    def _hold(self, node: Node, owner: int, contract: int, number: int, taken: int) -> None:
        """Assigns the element, if its contract uses numbers: at most ten of a block (H2)."""
        node.state = "FREE"
        use = contract // 2 % 10
        if use >= 7 or taken >= 10 or int(node.digits[-1]) % 5 == 4:
            return
        kind = "SIP_TRUNK" if use < 4 else "CLOUD_PBX" if use < 6 else "UCC_CONNECTION"
        holder = self._holder(owner, kind)
        node.state, node.holder_id = "ASSIGNED", holder.id
        holder.room -= 1
        holder.elements += 1
        holder.numbers += int(10**node.open_digits)
        if number % 9 == 0:
            self._touch(node, owner)

    def _holder(self, owner: int, kind: str) -> Holder:
        """The one of that kind that has room."""
        holder = self._holders.get((owner, kind))
        if holder is None or not holder.room:
            if holder is not None:
                self._full.append(holder)
            self._holder_count += 1
            number = self._holder_count
            # Every third trunk holds as much as it may; other kinds have no limit.
            room = 60 if number % 3 == 0 else 10 + number * 7 % 50
            partner = PARTNERS[number % 2] if kind == "UCC_CONNECTION" else None
            name = f"{_HOLDER_NAMES[kind]} {number:05d}"
            if kind != "SIP_TRUNK":
                room = 5000
            holder = Holder(number, owner, kind, name, partner, room)
            self._holders[owner, kind] = holder
            if kind == "SIP_TRUNK":
                self._trunks[number] = holder
        return holder

    def _count(self, element: Node) -> None:
        numbers = int(10**element.open_digits)
        node: Node | None = element
        while node is not None:
            if element.state == "FREE":
                node.free += numbers
            else:
                node.assigned += numbers
            node = node.parent

    def _touch(self, node: Node, owner: int) -> None:
        """Some finished order was about it."""
        if len(self._touched) < self.size.finished_orders:
            self._touched.append(item_of(node, owner))

    def _reserve(self, nodes: list[Node], owner: int) -> None:
        """An open order: a planned removal from a trunk; at first also some splits, of which
        every other one was under way in a process that is gone."""
        count = len(self._open)
        status = (
            {5: "RUNNING", 6: "QUEUED"}.get(count % 20, "PLANNED") if count < 200 else "PLANNED"
        )
        for node in nodes:
            trunk = self._trunks.get(node.holder_id or 0)
            if trunk if status == "PLANNED" else node.state == "FREE" and node.open_digits:
                self._open.append((status, item_of(node, owner)))
                node.order_id = self.size.finished_orders + len(self._open)
                above = node.parent
                while above is not None:
                    above.reserved += 1
                    above = above.parent
                return

    def _rows(
        self, nodes: list[Node], owner: int, contract: int, area_length: int, extension_at: int
    ) -> Iterator[Row]:
        root = nodes[0]
        for node in nodes:
            parent = node.parent
            yield (
                node.id,
                owner,
                contract + 1,
                None if parent is None else root.id,
                None if parent is None else parent.id,
                "BLOCK" if parent is None else "RANGE",
                node.level,
                node.digits,
                node.open_digits,
                node.first_digits,
                area_length,
                extension_at,
                node.state,
                node.holder_id,
                node.order_id,
                node.free,
                node.assigned,
                node.reserved,
            )

    def _single_number(self, contract: int, owner: int, area: str, stem: str) -> Row:
        self._last_range += 1
        digits = f"49{area}{stem}5{contract // 25:05d}"
        self._roots.append((self._last_range, owner, digits, 0))
        node = Node(self._last_range, None, 0, digits, 0, "FREE")
        self._hold(node, owner, contract, 1, 0)
        self._count(node)
        [row] = self._rows([node], owner, contract, len(area), len(digits))
        kind, extension_at = RANGE_COLUMNS.index("kind"), RANGE_COLUMNS.index("extension_at")
        values = list(row)
        values[kind], values[extension_at] = "SINGLE_NUMBER", None
        return tuple(values)

    def _pieces(self) -> Iterator[Row]:
        id_ = 0
        for root_id, owner, digits, open_digits in self._roots:
            for piece in pieces(digits, open_digits):
                id_ += 1
                yield id_, owner, root_id, digits, piece

    def _holder_rows(self) -> Iterator[Row]:
        for holder in sorted((*self._full, *self._holders.values()), key=lambda one: one.id):
            yield (
                holder.id,
                holder.customer_id,
                holder.kind,
                "ACTIVE",
                holder.name,
                fold(holder.name),
                "Technik",
                "030 23125-100",
                f"technik@kunde-{holder.customer_id}.example",
                "STANDARD" if holder.kind == "SIP_TRUNK" else None,
                holder.partner,
                holder.elements,
                holder.numbers,
            )

    # Orders --------------------------------------------------------------------------------------

    def _all_orders(self) -> Iterator[tuple[int, str, str, Item]]:
        """Id, kind, status and element of each, in order of the ids."""
        for id_, item in enumerate(self._touched, 1):
            status = ("FAILED", "CANCELLED")[id_ % 20] if id_ % 20 < 2 else "SUCCEEDED"
            yield id_, "SPLIT" if item.state == "SPLIT" else "CHANGE_NUMBERS", status, item
        for id_, (status, item) in enumerate(self._open, self.size.finished_orders + 1):
            yield id_, "CHANGE_NUMBERS" if status == "PLANNED" else "SPLIT", status, item

    def _finished(self) -> Iterator[tuple[int, str, str, Item]]:
        return (order for order in self._all_orders() if order[0] <= self.size.finished_orders)

    def _created(self, order_id: int) -> datetime:
        """One a minute, the last a short while ago."""
        return self.now - timedelta(minutes=self.size.finished_orders + len(self._open) - order_id)

    def _orders(self) -> Iterator[Row]:
        today = self.now.astimezone(clock.BERLIN).date()
        for id_, kind, status, item in self._all_orders():
            created = self._created(id_)
            day = today + timedelta(days=2 + id_ % 300) if status == "PLANNED" else None
            yield (
                id_,
                item.customer_id,
                kind,
                status,
                "CUSTOMER",
                2 * item.customer_id - 1,
                item.holder_id,
                day,
                clock.midnight(day) if day else created,
                created,
                created if status not in ("PLANNED", "QUEUED", "CANCELLED") else None,
                created + timedelta(seconds=2) if id_ <= self.size.finished_orders else None,
                _REFUSAL if status == "FAILED" else None,
                f"{id_:064d}",
                int(status != "PLANNED"),
                created if status == "RUNNING" else None,
            )

    def _items(self) -> Iterator[Row]:
        for id_, kind, status, item in self._all_orders():
            action = "SPLIT" if kind == "SPLIT" else "REMOVE" if status == "PLANNED" else "ADD"
            yield (
                id_,
                id_,
                item.range_id,
                item.root_id,
                action,
                item.digits,
                item.open_digits,
                item.area_length,
                item.extension_at,
            )

    def _mails(self) -> Iterator[Row]:
        for id_, _kind, status, item in self._finished():
            done = self._created(id_) + timedelta(seconds=2)
            customer = item.customer_id
            recipient = f"administrator@kunde-{customer}.example"
            subject = f"A-{id_:06d}: {status}"
            text = f"{subject}\n\n{item.display()}\n"
            row = (id_, customer, "order_finished", recipient, f"Administrator {customer}", "EN")
            yield *row, subject, text, f"<p>{text}</p>", done, done, 1, done, id_

    def _entries(self) -> Iterator[Row]:
        id_ = 0
        for order_id, kind, status, item in self._all_orders():
            placed, done = _ACTIONS[kind]
            actions = [placed]
            if order_id <= self.size.finished_orders:
                actions.append(done if status == "SUCCEEDED" else f"ORDER_{status}")
            for action in actions:
                id_ += 1
                customer = item.customer_id
                who = (customer, 2 * customer - 1, f"Administrator {customer}", "ADMINISTRATOR")
                subject = ("NumberRange", item.range_id, item.display(), order_id)
                yield id_, *who, self._created(order_id), action, *subject, "[]"


def _state(parent: Node, number: int, digit: str) -> str:
    """Whether a range is split: one of sixty on the first level, more of those beneath."""
    share = 61 if parent.parent is None else 13
    splits = parent.open_digits > 1 and (number * 10 + int(digit)) % share == 0
    return "SPLIT" if splits else "FREE"


_HOLDER_NAMES = {"SIP_TRUNK": "Trunk", "CLOUD_PBX": "Cloud PBX", "UCC_CONNECTION": "UCC"}
_REFUSAL = orjson.dumps(Refusal(RefusalCode.TRY_AGAIN).to_json()).decode()
_ACTIONS = {
    "SPLIT": ("SPLIT_ORDERED", "RANGE_SPLIT"),
    "CHANGE_NUMBERS": ("NUMBERS_ORDERED", "NUMBERS_CHANGED"),
}
