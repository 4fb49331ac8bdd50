"""Changing a site contract, which is the provider's to do (P2)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tortoise.expressions import Subquery

from dialtree import clock, live
from dialtree.accounts.principal import Principal
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import Named, log
from dialtree.database import announce, transaction
from dialtree.inputs import Inputs
from dialtree.inventory.importing import WIDTHS
from dialtree.inventory.models import (
    KEY_LENGTH,
    ContractStatus,
    NumberRange,
    RangeState,
    SiteContract,
    SiteKey,
)
from dialtree.inventory.rules import why_not_postpone
from dialtree.inventory.tree import lock_trees
from dialtree.numbering.sites import stored_keys
from dialtree.refusals import NotFound, Refusal, RefusalCode, refuse


def site_keys(street: str, postcode: str, town: str) -> list[str]:
    """What finds a contract by the beginning of street, postcode or town (F3)."""
    texts = (street, postcode, town)
    keys = (key[:KEY_LENGTH] for text in texts for key in stored_keys(text))
    return [key for key in dict.fromkeys(keys) if key]


@dataclass(frozen=True, slots=True)
class ContractUpdate:
    """What is None stays as it is."""

    street: str | None = None
    postcode: str | None = None
    town: str | None = None
    status: ContractStatus | None = None
    start_date: date | None = None


async def update_site_contract(
    principal: Principal, contract_id: int, update: ContractUpdate
) -> SiteContract:
    """Changes address, status or start date, at once. Its numbers cannot be assigned before a
    start date that lies ahead, so none may be assigned when that is set.

    Raises Invalid, NotFound, Refused (not service staff, CONTRACT_NUMBERS_ASSIGNED).
    """
    principal.must_serve()
    inputs = Inputs()
    columns: dict[str, Any] = {}
    for name in ("street", "postcode", "town"):
        if (text := getattr(update, name)) is not None:
            columns[name] = inputs.text(name, text, WIDTHS[name], required=True)
    if update.status is not None:
        columns["status"] = update.status
    if update.start_date is not None:
        columns["start_date"] = update.start_date
    inputs.done()

    async def work() -> SiteContract:
        contracts = principal.of(SiteContract)
        contract = await contracts.select_for_update().get_or_none(id=contract_id)
        if contract is None:
            raise NotFound
        before = _values(contract)
        contract.update_from_dict(columns)
        if contract.status == ContractStatus.ORDERED and contract.start_date is None:
            inputs.note("startDate", Refusal(RefusalCode.VALUE_MISSING))
            inputs.done()
        if _values(contract) == before:
            return contract
        if _waits(contract):
            assigned = await _assigned(contract)
            refuse(why_not_postpone(contract.number, [range_.display() for range_ in assigned]))
        await SiteContract.filter(id=contract.id).update(**columns)
        await _write_keys(contract)
        subject = Named("SiteContract", contract.id, contract.number)
        await log(
            principal,
            AuditAction.CONTRACT_UPDATED,
            subject,
            before=before,
            after=_values(contract),
        )
        announce(live.InventoryChange(principal.customer_id, everything=True))
        return contract

    return await transaction(work)


def _waits(contract: SiteContract) -> bool:
    return bool(
        contract.status == ContractStatus.ORDERED
        and contract.start_date is not None
        and contract.start_date > clock.today()
    )


async def _assigned(contract: SiteContract) -> list[NumberRange]:
    """Elements of the contract with a holder; none can be added for the rest of the transaction,
    because its trees are locked."""
    roots = NumberRange.filter(
        customer_id=contract.customer_id, contract_id=contract.id, parent_id__isnull=True
    )
    await lock_trees([id_ for (id_,) in await roots.values_list("id")])
    beneath = NumberRange.filter(
        root_id__in=Subquery(roots.values("id")), state=RangeState.ASSIGNED
    )
    held = [*await roots.filter(state=RangeState.ASSIGNED), *await beneath]
    return sorted(held, key=lambda range_: range_.digits)


async def _write_keys(contract: SiteContract) -> None:
    await SiteKey.filter(contract_id=contract.id).delete()
    await SiteKey.bulk_create(
        [
            SiteKey(customer_id=contract.customer_id, contract_id=contract.id, key=key)
            for key in site_keys(contract.street, contract.postcode, contract.town)
        ]
    )


def _values(contract: SiteContract) -> dict[str, str | int | bool | None]:
    """What of a contract stands in the audit log."""
    start = contract.start_date
    return {
        "street": contract.street,
        "postcode": contract.postcode,
        "town": contract.town,
        "status": contract.status.value,
        "startDate": start.isoformat() if start else None,
    }
