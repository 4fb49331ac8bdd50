"""One query per kind of object and level of the answer, whatever the number of rows.

Loaders are given ids that stand in rows the asker was allowed to read.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from strawberry.dataloader import DataLoader
from tortoise.models import Model

from dialtree.accounts import queries as people
from dialtree.accounts.models import Customer, User
from dialtree.accounts.principal import Principal
from dialtree.calls.queries import own_roots
from dialtree.customers.queries import contract_counts
from dialtree.holders.models import Holder, HolderKind, HolderStatus
from dialtree.inventory import summary
from dialtree.inventory.models import NumberRange, RangeKind, SiteContract
from dialtree.inventory.queries import PageOfContract, roots_of_contracts
from dialtree.inventory.rules import Blocker
from dialtree.inventory.tree import blockers_beneath
from dialtree.orders.models import OPEN_STATUSES, Order, OrderItem, OrderKind
from dialtree.paging import Page
from dialtree.trunks.models import SipCredentials
from dialtree.ucc.models import UccPartner

M = TypeVar("M", bound=Model)
T = TypeVar("T")


def _by_id(model: type[M]) -> Callable[[list[int]], Awaitable[list[M | None]]]:
    async def load(ids: list[int]) -> list[M | None]:
        found = await model.in_bulk(ids, "pk")
        return [found.get(id_) for id_ in ids]

    return load


async def _children(parent_ids: list[int]) -> list[list[NumberRange]]:
    children: dict[int | None, list[NumberRange]] = defaultdict(list)
    for child in await NumberRange.filter(parent_id__in=parent_ids).order_by("digits"):
        children[child.parent_id].append(child)
    return [children[id_] for id_ in parent_ids]


async def _items(order_ids: list[int]) -> list[list[OrderItem]]:
    items: dict[int, list[OrderItem]] = defaultdict(list)
    for item in await OrderItem.filter(order_id__in=order_ids).order_by("id"):
        items[item.order_id].append(item)
    return [items[id_] for id_ in order_ids]


async def _open_orders_of_holder(holder_ids: list[int]) -> list[list[Order]]:
    orders: dict[int | None, list[Order]] = defaultdict(list)
    for order in await Order.filter(holder_id__in=holder_ids, status__in=OPEN_STATUSES).order_by(
        "due_at", "id"
    ):
        orders[order.holder_id].append(order)
    return [orders[id_] for id_ in holder_ids]


async def _blocks_held(holder_ids: list[int]) -> list[dict[int, int]]:
    """How many elements of each block every holder holds, by id of the block; a planned trunk: it
    will start with."""
    held: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for holder_id, root_id in await NumberRange.filter(
        holder_id__in=holder_ids, root_id__isnull=False
    ).values_list("holder_id", "root_id"):
        held[holder_id][root_id] += 1
    for holder_id, root_id in await NumberRange.filter(
        open_order__holder_id__in=holder_ids,
        open_order__kind=OrderKind.CREATE_TRUNK,
        root_id__isnull=False,
    ).values_list("open_order__holder_id", "root_id"):
        held[holder_id][root_id] += 1
    return [held[id_] for id_ in holder_ids]


async def _credentials(holder_ids: list[int]) -> list[SipCredentials | None]:
    rows = await SipCredentials.filter(holder_id__in=holder_ids)
    found = {row.holder_id: row for row in rows}
    return [found.get(id_) for id_ in holder_ids]


async def _blockers(ranges: list[NumberRange]) -> list[list[Blocker]]:
    blockers = await blockers_beneath(ranges)
    return [blockers[range_.id] for range_ in ranges]


def _each(
    query: Callable[[Principal], Awaitable[T]],
) -> Callable[[list[Principal]], Awaitable[list[T]]]:
    """Fields that share the result of one query ask for it by who asks."""

    async def load(principals: list[Principal]) -> list[T]:
        return [await query(principal) for principal in principals]

    return load


async def _own_roots(keys: list[tuple[Principal, str]]) -> list[NumberRange | None]:
    """Of numbers as they are met in calls."""
    found: dict[tuple[Principal, str], NumberRange] = {}
    for principal in {principal for principal, _party in keys}:
        parties = {party for whose, party in keys if whose == principal}
        roots = await own_roots(principal, parties)
        found |= {(principal, party): root for party, root in roots.items()}
    return [found.get(key) for key in keys]


class Loaders:
    """`remember`: whether an object is read once per request; not for long-lived sockets."""

    def __init__(self, *, remember: bool) -> None:
        self.ranges: DataLoader[int, NumberRange | None] = DataLoader(
            _by_id(NumberRange), cache=remember
        )
        self.contracts: DataLoader[int, SiteContract | None] = DataLoader(
            _by_id(SiteContract), cache=remember
        )
        self.holders: DataLoader[int, Holder | None] = DataLoader(_by_id(Holder), cache=remember)
        self.orders: DataLoader[int, Order | None] = DataLoader(_by_id(Order), cache=remember)
        self.users: DataLoader[int, User | None] = DataLoader(_by_id(User), cache=remember)
        self.customers: DataLoader[int, Customer | None] = DataLoader(
            _by_id(Customer), cache=remember
        )
        self.contract_counts: DataLoader[int, int] = DataLoader(contract_counts, cache=remember)
        self.administrators: DataLoader[int, int] = DataLoader(
            people.administrators, cache=remember
        )
        self.last_used: DataLoader[int, datetime | None] = DataLoader(
            people.last_used, cache=remember
        )
        self.children: DataLoader[int, list[NumberRange]] = DataLoader(_children, cache=remember)
        self.roots_of_contract: DataLoader[PageOfContract, Page[NumberRange]] = DataLoader(
            roots_of_contracts, cache=remember
        )
        self.items: DataLoader[int, list[OrderItem]] = DataLoader(_items, cache=remember)
        self.open_orders_of_holder: DataLoader[int, list[Order]] = DataLoader(
            _open_orders_of_holder, cache=remember
        )
        self.blocks_held: DataLoader[int, dict[int, int]] = DataLoader(_blocks_held, cache=remember)
        self.credentials: DataLoader[int, SipCredentials | None] = DataLoader(
            _credentials, cache=remember
        )
        self.blockers: DataLoader[NumberRange, list[Blocker]] = DataLoader(
            _blockers, cache=remember
        )
        self.number_sums: DataLoader[Principal, tuple[int, int]] = DataLoader(
            _each(summary.numbers), cache=remember
        )
        self.root_counts: DataLoader[Principal, dict[RangeKind, int]] = DataLoader(
            _each(summary.roots), cache=remember
        )
        self.holder_counts: DataLoader[Principal, dict[tuple[HolderKind, HolderStatus], int]] = (
            DataLoader(_each(summary.holders), cache=remember)
        )
        self.own_roots: DataLoader[tuple[Principal, str], NumberRange | None] = DataLoader(
            _own_roots, cache=remember
        )
        self.partners: DataLoader[str, UccPartner | None] = DataLoader(_partners, cache=remember)


async def _partners(codes: list[str]) -> list[UccPartner | None]:
    found = {partner.code: partner for partner in await UccPartner.filter(code__in=codes)}
    return [found.get(code) for code in codes]
