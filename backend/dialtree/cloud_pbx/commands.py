"""Editing and deleting a Cloud PBX (H6). Who sets one up is the provider: dialtree cloud-pbx."""

from dialtree import clock, live
from dialtree.accounts.principal import Principal
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import log
from dialtree.cloud_pbx import rules
from dialtree.database import announce, transaction
from dialtree.holders.contacts import Contact, check_contact, contact_columns, logged_contact
from dialtree.holders.facts import locked_holder
from dialtree.holders.models import Holder, HolderKind
from dialtree.inputs import Inputs
from dialtree.orders.models import OPEN_STATUSES, Order
from dialtree.refusals import refuse


async def update_cloud_pbx(
    principal: Principal, holder_id: int, contact: Contact, support_email: str | None
) -> Holder:
    """Replaces the contact with both its addresses, at once.

    Raises Invalid, NotFound, or NOT_ADMINISTRATOR.
    """
    principal.must_be_administrator()
    inputs = Inputs()
    contact = check_contact(inputs, contact)
    support_email = inputs.email("supportEmail", support_email)
    inputs.done()

    async def work() -> Holder:
        holder = await locked_holder(principal, holder_id, HolderKind.CLOUD_PBX)
        before = _values(holder)
        await Holder.filter(id=holder.id).update(
            **contact_columns(contact), support_email=support_email
        )
        holder = await Holder.get(id=holder.id)
        if _values(holder) != before:
            await log(
                principal,
                AuditAction.CLOUD_PBX_UPDATED,
                holder,
                before=before,
                after=_values(holder),
            )
            announce(live.inventory_change(principal.customer_id, holder_ids={holder.id}))
        return holder

    return await transaction(work)


async def delete_cloud_pbx(principal: Principal, holder_id: int) -> Holder:
    """Deletes one that holds no number and that no open order names; returns it as it was.

    Raises Refused, NotFound, or NOT_ADMINISTRATOR.
    """
    principal.must_be_administrator()

    async def work() -> Holder:
        holder = await locked_holder(principal, holder_id, HolderKind.CLOUD_PBX)
        order = await Order.filter(holder_id=holder.id, status__in=OPEN_STATUSES).first()
        refuse(
            rules.why_not_delete(
                holder.name, holder.element_count, order.reference if order else None
            )
        )
        await Holder.filter(id=holder.id).update(deleted_at=clock.now())
        await log(principal, AuditAction.CLOUD_PBX_DELETED, holder, before=_values(holder))
        announce(live.InventoryChange(principal.customer_id, everything=True))
        return holder

    return await transaction(work)


def _values(holder: Holder) -> dict[str, str | int | None]:
    """What of a Cloud PBX stands in the audit log."""
    return {
        **logged_contact(holder),
        "supportEmail": holder.support_email,
    }
