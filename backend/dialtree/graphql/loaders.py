"""One query per kind of object and level of the answer, whatever the number of rows.

Loaders are given ids that stand in rows the asker was allowed to read.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any, Generic, TypeVar

from strawberry.dataloader import DataLoader
from tortoise.models import Model

from dialtree.accounts import queries as people
from dialtree.accounts.models import Customer, User
from dialtree.accounts.principal import Principal
from dialtree.calls.queries import own_roots
from dialtree.customers.queries import contract_counts
from dialtree.holders.models import Holder
from dialtree.inventory import summary
from dialtree.inventory.models import NumberRange, SiteContract
from dialtree.inventory.queries import roots_of_contracts
from dialtree.inventory.rules import Blocker
from dialtree.inventory.tree import blockers_beneath
from dialtree.orders.models import OPEN_STATUSES, Order, OrderItem, OrderKind
from dialtree.statements import where_among
from dialtree.trunks.models import SipCredentials
from dialtree.ucc.models import UccPartner

M = TypeVar("M", bound=Model)
MAX_LOADERS = 100

K = TypeVar("K")
T = TypeVar("T")


def _by_id(model: type[M]) -> Callable[[list[int]], Awaitable[list[M | None]]]:
    async def load(ids: list[int]) -> list[M | None]:
        found: dict[int, M] = {row.pk: row for row in await where_among(model, "id", ids)}
        return [found.get(id_) for id_ in ids]

    return load


async def _children(parent_ids: list[int]) -> list[list[NumberRange]]:
    children: dict[int | None, list[NumberRange]] = defaultdict(list)
    for child in await where_among(NumberRange, "parent_id", parent_ids, "ORDER BY digits"):
        children[child.parent_id].append(child)
    return [children[id_] for id_ in parent_ids]


async def _items(order_ids: list[int]) -> list[list[OrderItem]]:
    items: dict[int, list[OrderItem]] = defaultdict(list)
    for item in await where_among(OrderItem, "order_id", order_ids, "ORDER BY id"):
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


class Loader(DataLoader[K, T]):
    """Also gives the values of many keys at once, with no future for each."""

    def __init__(self, load: Callable[[list[K]], Awaitable[list[T]]], *, remember: bool) -> None:
        super().__init__(self._load_missing, cache=remember)
        self._load = load
        self._remember = remember
        self._known: dict[K, T] = {}

    async def many(self, keys: Iterable[K]) -> dict[K, T]:
        wanted = dict.fromkeys(keys)
        missing = [key for key in wanted if key not in self._known]
        found = dict(zip(missing, await self._load(missing), strict=True)) if missing else {}
        if self._remember:
            self._known |= found
        return {key: found[key] if key in found else self._known[key] for key in wanted}

    async def _load_missing(self, keys: list[K]) -> list[T]:
        found = await self.many(keys)
        return [found[key] for key in keys]


async def _partners(codes: list[str]) -> list[UccPartner | None]:
    found = {partner.code: partner for partner in await UccPartner.filter(code__in=codes)}
    return [found.get(code) for code in codes]


class _Lazy(Generic[K, T]):
    """A loader that is made when a request first asks for it."""

    def __init__(self, load: Callable[[list[K]], Awaitable[list[T]]]) -> None:
        self._load = load

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, loaders: "Loaders", _owner: type) -> Loader[K, T]:
        loader = Loader(self._load, remember=loaders.remember)
        # Found before this descriptor from now on.
        loaders.__dict__[self._name] = loader
        return loader


class Loaders:
    """`remember`: whether an object is read once per request; not for long-lived sockets."""

    def __init__(self, *, remember: bool) -> None:
        self.remember = remember
        self._together: dict[object, DataLoader[Any, Any]] = {}

    def together(
        self,
        resolve: Callable[..., Awaitable[list[Any]]],
        context: object,
        arguments: Mapping[str, object],
    ) -> DataLoader[Any, Any]:
        """Of a field that is resolved for many objects at once (`together`)."""
        key = (resolve, *arguments.items())
        if key not in self._together:
            if len(self._together) >= MAX_LOADERS:  # of a socket that asks ever other things
                self._together.clear()
            load = partial(resolve, context=context, **arguments)
            self._together[key] = DataLoader(load, cache=False)
        return self._together[key]

    ranges = _Lazy(_by_id(NumberRange))
    contracts = _Lazy(_by_id(SiteContract))
    holders = _Lazy(_by_id(Holder))
    orders = _Lazy(_by_id(Order))
    users = _Lazy(_by_id(User))
    customers = _Lazy(_by_id(Customer))
    contract_counts = _Lazy(contract_counts)
    administrators = _Lazy(people.administrators)
    last_used = _Lazy(people.last_used)
    children = _Lazy(_children)
    roots_of_contract = _Lazy(roots_of_contracts)
    items = _Lazy(_items)
    open_orders_of_holder = _Lazy(_open_orders_of_holder)
    blocks_held = _Lazy(_blocks_held)
    credentials = _Lazy(_credentials)
    blockers = _Lazy(_blockers)
    number_sums = _Lazy(_each(summary.numbers))
    root_counts = _Lazy(_each(summary.roots))
    holder_counts = _Lazy(_each(summary.holders))
    own_roots = _Lazy(_own_roots)
    partners = _Lazy(_partners)
