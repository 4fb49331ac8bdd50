"""What an entry of the audit log is about, found again by type and id."""

from dialtree.accounts.graphql import Customer
from dialtree.graphql.context import Info
from dialtree.graphql.holders import load_holder
from dialtree.graphql.paging import Node
from dialtree.holders.models import TYPE_NAMES
from dialtree.inventory.graphql import NumberRange, SiteContract
from dialtree.orders.graphql import Order


async def load_subject(info: Info, type_name: str, id_: int) -> Node | None:
    """Null where it is gone, or of a type that is not read by id."""
    loaders = info.context.loaders
    if type_name in TYPE_NAMES.values():
        row = await loaders.holders.load(id_)
        return await load_holder(info.context, id_) if row and row.deleted_at is None else None
    if type_name == "NumberRange":
        range_ = await loaders.ranges.load(id_)
        return NumberRange.of(range_) if range_ else None
    if type_name == "Order":
        order = await loaders.orders.load(id_)
        return Order.of(order) if order else None
    if type_name == "SiteContract":
        contract = await loaders.contracts.load(id_)
        return SiteContract.of(contract) if contract else None
    if type_name == "Customer":
        customer = await loaders.customers.load(id_)
        return Customer.of(customer) if customer else None
    return None
