"""What the rows of an inventory are made from, while it is being made."""

from dataclasses import dataclass

from dialtree.numbering.display import display
from dialtree.numbering.ranges import ALL_DIGITS


@dataclass(slots=True)
class Holder:
    """A holder that is being filled; `room`: how many elements it takes yet."""

    id: int
    customer_id: int
    kind: str
    name: str
    partner: str | None
    room: int
    elements: int = 0
    numbers: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """An element that an order names, with what an order item repeats of it."""

    customer_id: int
    root_id: int
    range_id: int
    digits: str
    open_digits: int
    area_length: int
    extension_at: int | None
    holder_id: int | None
    state: str

    def display(self) -> str:
        return display(self.digits, self.area_length, self.extension_at, self.open_digits)


@dataclass(slots=True)
class Node:
    """A node of the block that is being made."""

    id: int
    parent: "Node | None"
    level: int
    digits: str
    open_digits: int
    state: str
    first_digits: str = ALL_DIGITS
    holder_id: int | None = None
    order_id: int | None = None
    free: int = 0
    assigned: int = 0
    reserved: int = 0


def item_of(node: Node, owner: int) -> Item:
    root = node
    while root.parent is not None:
        root = root.parent
    return Item(
        owner,
        root.id,
        node.id,
        node.digits,
        node.open_digits,
        3 if root.digits.startswith("49221") else 2,
        len(root.digits),
        node.holder_id,
        node.state,
    )
