"""Adding to the audit log, inside the transaction of what is logged (P3)."""

from collections.abc import Mapping

from dialtree import clock
from dialtree.accounts.principal import Principal
from dialtree.audit.models import AuditAction, AuditEntry
from dialtree.holders.models import Holder

Values = Mapping[str, str | int | None]


async def log_holder(
    principal: Principal,
    action: AuditAction,
    holder: Holder,
    *,
    before: Values | None = None,
    after: Values | None = None,
) -> None:
    """Notes that `principal` did `action` to `holder`; of `before` and `after` what differs.
    Neither may hold a secret."""
    old, new = before or {}, after or {}
    changes = [
        {"field": field, "before": _text(old.get(field)), "after": _text(new.get(field))}
        for field in dict.fromkeys((*old, *new))
        if old.get(field) != new.get(field)
    ]
    await AuditEntry.create(
        customer_id=principal.customer_id,
        user_id=principal.user_id,
        at=clock.now(),
        action=action,
        subject_type=holder.type_name,
        subject_id=holder.id,
        subject_name=holder.name,
        changes=changes,
    )


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)
