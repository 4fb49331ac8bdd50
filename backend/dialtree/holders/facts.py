"""What the rules of holders need to know, read from the database."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.holders.models import Holder, HolderKind
from dialtree.holders.rules import Change, Element, HolderFacts
from dialtree.instances import instance
from dialtree.inventory.models import ContractStatus, NumberRange, SiteContract
from dialtree.inventory.tree import facts_of
from dialtree.orders.models import OPEN_STATUSES, ItemAction, Order, OrderItem, OrderKind
from dialtree.refusals import NotFound
from dialtree.statements import locked_rows, places, rows
from dialtree.ucc.models import UccPartner


async def locked_holder(
    principal: Principal, holder_id: int, kind: HolderKind | None = None
) -> Holder:
    """The holder, of this kind if one is given, held for this transaction. Raises NotFound."""
    found = await locked_rows(_PRESENT_HOLDER, principal.customer_id, holder_id)
    if not found or kind not in (None, found[0]["kind"]):
        raise NotFound
    return instance(Holder, found[0])


_PRESENT_HOLDER = """
    SELECT * FROM holder WHERE customer_id = $1 AND id = $2 AND deleted_at IS NULL
"""


async def present_holder(holder_id: int) -> bool:
    """Whether it has not been deleted."""
    return await Holder.filter(id=holder_id, deleted_at=None).exists()


async def holder_facts(holder: Holder) -> HolderFacts:
    creation = await creation_of(holder)
    partner = await UccPartner.get(code=holder.partner_id) if holder.partner_id else None
    return HolderFacts(
        id=holder.id,
        kind=holder.kind,
        status=holder.status,
        name=holder.name,
        active_on=creation.execution_date if creation else None,
        partner=partner.name if partner else None,
        takes_split_ranges=partner.takes_split_ranges if partner else True,
        takes_execution_date=partner.takes_execution_date
        if partner
        else holder.kind == HolderKind.SIP_TRUNK,
    )


async def creation_of(holder: Holder) -> Order | None:
    """The open order that makes a planned trunk active."""
    if not holder.is_planned:
        return None
    return await Order.get_or_none(
        holder_id=holder.id, kind=OrderKind.CREATE_TRUNK, status__in=OPEN_STATUSES
    )


async def elements_of(
    ranges: Sequence[NumberRange], *, apart_from_order: int | None = None
) -> list[Element]:
    """The ranges as elements of a change, in the same order."""
    facts = await facts_of(ranges, apart_from_order=apart_from_order)
    contracts = await _contracts({range_.contract_id for range_ in ranges})
    today = clock.today()
    elements = []
    for range_ in ranges:
        contract = contracts[range_.contract_id]
        waits = (
            contract.status == ContractStatus.ORDERED
            and contract.start_date is not None
            and contract.start_date > today
        )
        elements.append(
            Element(
                id=range_.id,
                facts=facts[range_.id],
                holder_id=range_.holder_id,
                block=range_.root_id,
                contract=contract.number,
                contract_starts=contract.start_date if waits else None,
            )
        )
    return elements


async def _contracts(ids: Collection[int]) -> dict[int, SiteContract]:
    if not ids:
        return {}
    sql = f"SELECT * FROM site_contract WHERE id IN ({places(len(ids))})"  # noqa: S608 - places
    return {row["id"]: instance(SiteContract, row) for row in await rows(sql, *ids)}


async def elements_of_order(order: Order) -> tuple[list[Element], list[Element]]:
    """What an open order adds and removes; that it reserves these itself is left out."""
    items = OrderItem.filter(order_id=order.id).order_by("id").prefetch_related("range")
    by_action: dict[ItemAction, list[NumberRange]] = defaultdict(list)
    for item in await items:
        assert item.range is not None, "what an open order names is reserved"
        by_action[item.action].append(item.range)
    added, removed = by_action[ItemAction.ADD], by_action[ItemAction.REMOVE]
    elements = await elements_of([*added, *removed], apart_from_order=order.id)
    return elements[: len(added)], elements[len(added) :]


async def held_by_block(holder: Holder) -> Counter[int | None]:
    """How many elements of each block it holds now (None: single numbers)."""
    return (await held_by_blocks([holder.id]))[holder.id]


async def held_by_blocks(holder_ids: Collection[int]) -> dict[int, Counter[int | None]]:
    """As `held_by_block`, of each holder by its id."""
    held: dict[int, Counter[int | None]] = {id_: Counter() for id_ in holder_ids}
    for holder_id, root_id in await NumberRange.filter(holder_id__in=holder_ids).values_list(
        "holder_id", "root_id"
    ):
        held[holder_id][root_id] += 1
    return held


async def open_changes(holder: Holder, *, apart_from_order: int | None = None) -> list[Change]:
    """What the open orders of the holder will add and remove, and when."""
    changes = await open_changes_of([holder.id], apart_from_order=apart_from_order)
    return changes[holder.id]


async def open_changes_of(
    holder_ids: Collection[int], *, apart_from_order: int | None = None
) -> dict[int, list[Change]]:
    """As `open_changes`, of each holder by its id."""
    orders = await Order.filter(holder_id__in=holder_ids, status__in=OPEN_STATUSES).exclude(
        id=apart_from_order or 0
    )
    changes: dict[int, list[Change]] = {id_: [] for id_ in holder_ids}
    for order, change in zip(orders, await _changes_of(orders), strict=True):
        assert order.holder_id is not None
        changes[order.holder_id].append(change)
    return changes


async def change_of_order(order: Order) -> Change:
    [change] = await _changes_of([order])
    return change


async def _changes_of(orders: Sequence[Order]) -> list[Change]:
    if not orders:
        return []
    items: dict[int, list[OrderItem]] = defaultdict(list)
    for item in await OrderItem.filter(order_id__in=[order.id for order in orders]):
        items[item.order_id].append(item)
    return [
        Change(
            day=order.execution_date or clock.today(),
            added=_count(items[order.id], ItemAction.ADD),
            removed=_count(items[order.id], ItemAction.REMOVE),
        )
        for order in orders
    ]


def _count(items: Sequence[OrderItem], action: ItemAction) -> Counter[int | None]:
    return Counter(
        item.tree_id if item.extension_at is not None else None
        for item in items
        if item.action == action
    )
