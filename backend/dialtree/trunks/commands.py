"""Ordering a SIP trunk (T1)."""

from dataclasses import dataclass
from datetime import date

from dialtree.accounts.principal import Principal
from dialtree.database import transaction
from dialtree.holders.commands import why_not_change
from dialtree.holders.models import Holder, HolderKind, HolderStatus
from dialtree.holders.rules import why_too_large
from dialtree.inventory.tree import locked_ranges
from dialtree.numbering.sites import fold
from dialtree.orders.models import ItemAction, Order, OrderKind
from dialtree.orders.placing import OrderRequest, place
from dialtree.refusals import Refusal, RefusalCode, refuse


@dataclass(frozen=True, slots=True)
class NewTrunk:
    """`execution_date`: the day it becomes active with `elements`; until then it is planned."""

    name: str
    elements: tuple[int, ...]
    execution_date: date
    contact_name: str | None = None
    contact_email: str | None = None


async def create_sip_trunk(principal: Principal, trunk: NewTrunk) -> Order:
    """Accepts the order of a trunk and reserves its elements.

    Raises Refused (name taken, and as `change_numbers`), NotFound, or NOT_ADMINISTRATOR.
    """

    async def work() -> Order:
        name_key = fold(trunk.name)
        namesakes = principal.of(Holder).filter(
            kind=HolderKind.SIP_TRUNK, name_key=name_key, deleted_at=None
        )
        if await namesakes.exists():
            refuse(Refusal(RefusalCode.TRUNK_NAME_TAKEN, {"name": trunk.name}))
        holder = await Holder.create(
            customer_id=principal.customer_id,
            kind=HolderKind.SIP_TRUNK,
            status=HolderStatus.PLANNED,
            name=trunk.name,
            name_key=name_key,
            contact_name=trunk.contact_name,
            contact_email=trunk.contact_email,
        )
        ranges = await locked_ranges(principal, trunk.elements)
        refuse(await why_not_change(holder, ranges, [], trunk.execution_date))
        request = OrderRequest(
            OrderKind.CREATE_TRUNK,
            tuple((ItemAction.ADD, range_.id) for range_ in ranges),
            holder_id=holder.id,
            execution_date=trunk.execution_date,
        )
        return await place(principal, request, ranges)

    principal.must_be_administrator()
    refuse(why_too_large(len(trunk.elements)))
    return await transaction(work)
