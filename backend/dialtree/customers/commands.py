"""What service staff set of customers: that they exist, name, booked concurrent calls (C1, P2)."""

from dataclasses import replace
from typing import Any

from dialtree import live
from dialtree.accounts.commands import add_customer, write_customer_keys
from dialtree.accounts.models import MAX_NAME_LENGTH, NAME_KEY_LENGTH, Customer
from dialtree.accounts.principal import Principal
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import log
from dialtree.database import announce, transaction
from dialtree.inputs import Inputs
from dialtree.numbering.sites import fold
from dialtree.refusals import NotFound

MAX_CONCURRENT_CALLS = 100_000


async def create_customer(
    principal: Principal, name: str, booked_concurrent_calls: int
) -> Customer:
    """Raises Invalid, Refused(NOT_SERVICE_STAFF)."""
    principal.must_serve()
    inputs = Inputs()
    checked = inputs.text("name", name, MAX_NAME_LENGTH, required=True)
    inputs.number("bookedConcurrentCalls", booked_concurrent_calls, 0, MAX_CONCURRENT_CALLS)
    inputs.done()

    async def work() -> Customer:
        customer = await add_customer(checked or "", booked_concurrent_calls)
        await _log(principal, AuditAction.CUSTOMER_CREATED, customer, {})
        return customer

    return await transaction(work)


async def update_customer(
    principal: Principal,
    customer_id: int,
    *,
    name: str | None = None,
    booked_concurrent_calls: int | None = None,
) -> Customer:
    """Null leaves it as it is. Raises Invalid, NotFound, Refused(NOT_SERVICE_STAFF)."""
    principal.must_serve()
    inputs = Inputs()
    columns: dict[str, Any] = {}
    if name is not None:
        checked = inputs.text("name", name, MAX_NAME_LENGTH, required=True)
        columns |= {"name": checked, "name_key": fold(checked or "")[:NAME_KEY_LENGTH]}
    if booked_concurrent_calls is not None:
        columns["booked_concurrent_calls"] = inputs.number(
            "bookedConcurrentCalls", booked_concurrent_calls, 0, MAX_CONCURRENT_CALLS
        )
    inputs.done()

    async def work() -> Customer:
        customer = await principal.customers().select_for_update().get_or_none(id=customer_id)
        if customer is None:
            raise NotFound
        before = _values(customer)
        customer.update_from_dict(columns)
        if _values(customer) == before:
            return customer
        await Customer.filter(id=customer.id).update(**columns)
        renamed = customer.name != before["name"]
        if renamed:
            await write_customer_keys(customer)
        await _log(principal, AuditAction.CUSTOMER_UPDATED, customer, before)
        # The sums come with every event; a name stands in more places than those.
        announce(live.InventoryChange(customer.id, everything=renamed))
        return customer

    return await transaction(work)


async def _log(
    principal: Principal,
    action: AuditAction,
    customer: Customer,
    before: dict[str, str | int | bool | None],
) -> None:
    """In the log of that customer, whomever the person works for at the moment."""
    there = replace(principal, customer_id=customer.id)
    await log(there, action, customer, before=before, after=_values(customer))


def _values(customer: Customer) -> dict[str, str | int | bool | None]:
    """What of a customer stands in the audit log."""
    return {
        "name": customer.name,
        "bookedConcurrentCalls": customer.booked_concurrent_calls,
    }
