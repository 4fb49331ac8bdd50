"""The audit log (P3): who changed or looked at what, when, from which state to which."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from dialtree.accounts.models import User


class AuditAction(StrEnum):
    TRUNK_ORDERED = "TRUNK_ORDERED"
    TRUNK_UPDATED = "TRUNK_UPDATED"
    TRUNK_DELETED = "TRUNK_DELETED"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    ORDER_RESCHEDULED = "ORDER_RESCHEDULED"
    PLANNED_NUMBERS_CHANGED = "PLANNED_NUMBERS_CHANGED"
    PASSWORD_SHOWN = "PASSWORD_SHOWN"  # noqa: S105 - the name of an action
    PASSWORD_REGENERATED = "PASSWORD_REGENERATED"  # noqa: S105 - the name of an action
    CLOUD_PBX_UPDATED = "CLOUD_PBX_UPDATED"
    CLOUD_PBX_DELETED = "CLOUD_PBX_DELETED"


class AuditEntry(Model):
    """Rows are only ever added. The name stays readable when the subject is gone."""

    id = fields.BigIntField(primary_key=True)
    customer_id = fields.BigIntField()
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "dialtree.User", related_name=False, on_delete=fields.RESTRICT
    )
    user_id: int
    at = fields.DatetimeField()
    action = fields.CharEnumField(AuditAction, max_length=40)
    subject_type = fields.CharField(30)
    """Type of the global id: SipTrunk, CloudPbx, …"""
    subject_id = fields.BigIntField()
    subject_name = fields.CharField(200)
    changes: Any = fields.JSONField()
    """[{"field": …, "before": text or null, "after": text or null}, …]; never a secret."""

    class Meta:
        table = "audit_entry"
        indexes = (
            Index(fields=("customer_id", "id"), name="idx_audit_entry_list"),
            Index(
                fields=("customer_id", "subject_type", "subject_id", "id"),
                name="idx_audit_entry_subject",
            ),
        )
