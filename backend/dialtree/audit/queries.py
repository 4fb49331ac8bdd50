"""Reading the audit log (P3)."""

from dialtree import paging
from dialtree.accounts.principal import Principal
from dialtree.audit.models import AuditEntry


async def entries(
    principal: Principal,
    subject: tuple[str, int] | None,
    *,
    first: int | None,
    after: str | None,
) -> paging.Page[AuditEntry]:
    """The newest first; `subject`: only of the object of this type and id. Raises Refused."""
    principal.must_be_administrator()
    found = principal.of(AuditEntry)
    if subject is not None:
        found = found.filter(subject_type=subject[0], subject_id=subject[1])
    return await paging.page(found, ("-id",), first=first, after=after)
