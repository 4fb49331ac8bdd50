"""The succeeded orders carried out once each on a plain dictionary, to compare the result with the
tree. It knows neither rows nor rules of the product, only what each kind of order does."""

from collections import defaultdict
from collections.abc import Iterator

from tests.invariants import Row, Rows

FREE, SPLIT = "FREE", "SPLIT"
Node = tuple[str, int]
"""Fixed digits, and how many are open."""
Numbers = dict[Node, str]
"""State of each node: FREE, SPLIT, or the holder it has."""


def numbers(rows: Rows) -> Numbers:
    return {
        (row["digits"], row["open_digits"]): (
            f"holder {row['holder_id']}" if row["holder_id"] is not None else row["state"]
        )
        for row in rows["number_range"]
    }


def differences(before: Rows, after: Rows) -> list[str]:
    """What should be otherwise, in words."""
    model = numbers(before)
    wrong = []
    items: dict[int, list[Row]] = defaultdict(list)
    for item in after["order_item"]:
        items[item["order_id"]].append(item)
    known = {order["id"] for order in before["order_request"]}
    done = [
        order
        for order in after["order_request"]
        if order["status"] == "SUCCEEDED" and order["id"] not in known
    ]
    # Orders of one tree finish one after the other, under its lock; the others do not meet.
    for order in sorted(done, key=lambda order: (str(order["finished_at"]), order["id"])):
        for item in items[order["id"]]:
            wrong += [
                f"order {order['id']} ({order['kind']}): {problem}"
                for problem in apply(model, order, item)
            ]
    found = numbers(after)
    for node in sorted(model.keys() | found.keys()):
        if model.get(node) != found.get(node):
            digits, open_digits = node
            wrong.append(
                f"{digits}{'x' * open_digits} is {found.get(node)}, should be {model.get(node)}"
            )
    return wrong


def apply(model: Numbers, order: Row, item: Row) -> Iterator[str]:
    """Changes `model` as the order does; gives what made that impossible."""
    node = (item["digits"], item["open_digits"])
    held = f"holder {order['holder_id']}"
    match item["action"]:
        case "SPLIT":
            yield from _turn(model, node, FREE, SPLIT)
            for child in _children(node):
                if child in model:
                    yield f"{child[0]} is there already"
                model[child] = FREE
        case "MERGE":
            yield from _turn(model, node, SPLIT, FREE)
            for below in [other for other in model if _is_beneath(other, node)]:
                if model.pop(below) not in (FREE, SPLIT):
                    yield f"{below[0]} was held"
        case "ADD":
            yield from _turn(model, node, FREE, held)
        case "REMOVE":
            yield from _turn(model, node, held, FREE)


def _turn(model: Numbers, node: Node, old: str, new: str) -> Iterator[str]:
    if model.get(node) != old:
        yield f"{node[0]} was {model.get(node)}, not {old}"
    model[node] = new


def _children(node: Node) -> list[Node]:
    digits, open_digits = node
    return [(f"{digits}{digit}", open_digits - 1) for digit in range(10)]


def _is_beneath(other: Node, node: Node) -> bool:
    return other[0].startswith(node[0]) and len(other[0]) > len(node[0])
