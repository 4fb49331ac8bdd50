"""Limiting the calls of a site, and letting rejected calls go after their days (C2)."""

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import Named, log
from dialtree.calls.models import RejectedCall
from dialtree.calls.rules import KEPT, MAX_CALL_LIMIT
from dialtree.database import transaction
from dialtree.inputs import Inputs
from dialtree.inventory.models import SiteContract
from dialtree.refusals import NotFound

AT_ONCE = 1000


async def set_call_limit(principal: Principal, contract_id: int, limit: int | None) -> SiteContract:
    """How many calls may run at once over all numbers of a site contract; null: as many as are
    booked. Raises Invalid, NotFound, or NOT_SERVICE_STAFF."""
    principal.must_serve()
    inputs = Inputs()
    inputs.number("limit", limit, 1, MAX_CALL_LIMIT)
    inputs.done()

    async def work() -> SiteContract:
        mine = principal.of(SiteContract).filter(id=contract_id)
        contract = await mine.select_for_update(no_key=True).get_or_none()
        if contract is None:
            raise NotFound
        if contract.call_limit != limit:
            before = contract.call_limit
            await mine.update(call_limit=limit)
            contract.call_limit = limit
            await log(
                principal,
                AuditAction.CALL_LIMIT_SET,
                Named("SiteContract", contract.id, contract.number),
                before={"callLimit": before},
                after={"callLimit": limit},
            )
        return contract

    return await transaction(work)


async def forget_old_calls() -> int:
    """Deletes rejected calls that have had their days (C2), and returns how many. No order and no
    person is behind it, so nothing is logged."""
    count = 0
    old = RejectedCall.filter(at__lte=clock.now() - KEPT).order_by("at").limit(AT_ONCE)
    while calls := await old.only("id"):
        count += await _forget([call.id for call in calls])
    return count


async def _forget(ids: list[int]) -> int:
    async def work() -> int:
        return await RejectedCall.filter(id__in=ids).delete()

    return await transaction(work)
