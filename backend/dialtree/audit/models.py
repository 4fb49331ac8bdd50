"""The audit log (P3): who changed or looked at what, when, from which state to which."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from dialtree.accounts.models import MAX_ADDRESS_LENGTH, Role, User


class AuditAction(StrEnum):
    # An order is placed, changed while it waits, …
    SPLIT_ORDERED = "SPLIT_ORDERED"
    MERGE_ORDERED = "MERGE_ORDERED"
    NUMBERS_ORDERED = "NUMBERS_ORDERED"
    TRUNK_ORDERED = "TRUNK_ORDERED"
    PLANNED_NUMBERS_CHANGED = "PLANNED_NUMBERS_CHANGED"
    ORDER_RESCHEDULED = "ORDER_RESCHEDULED"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    # … and has its effect, or none.
    RANGE_SPLIT = "RANGE_SPLIT"
    RANGE_MERGED = "RANGE_MERGED"
    NUMBERS_CHANGED = "NUMBERS_CHANGED"
    TRUNK_ACTIVATED = "TRUNK_ACTIVATED"
    ORDER_FAILED = "ORDER_FAILED"
    # Holders and their credentials.
    TRUNK_UPDATED = "TRUNK_UPDATED"
    TRUNK_DELETED = "TRUNK_DELETED"
    PLANNED_TRUNK_DROPPED = "PLANNED_TRUNK_DROPPED"
    PASSWORD_SHOWN = "PASSWORD_SHOWN"  # noqa: S105 - the name of an action
    PASSWORD_REGENERATED = "PASSWORD_REGENERATED"  # noqa: S105 - the name of an action
    SECRET_KEY_ROTATED = "SECRET_KEY_ROTATED"  # noqa: S105 - the name of an action
    CLOUD_PBX_CREATED = "CLOUD_PBX_CREATED"
    CLOUD_PBX_UPDATED = "CLOUD_PBX_UPDATED"
    CLOUD_PBX_DELETED = "CLOUD_PBX_DELETED"
    UCC_CONNECTION_CREATED = "UCC_CONNECTION_CREATED"
    UCC_PARTNER_CHANGED = "UCC_PARTNER_CHANGED"
    # What the provider sets.
    CUSTOMER_CREATED = "CUSTOMER_CREATED"
    CUSTOMER_UPDATED = "CUSTOMER_UPDATED"
    CONTRACTS_IMPORTED = "CONTRACTS_IMPORTED"
    CONTRACT_UPDATED = "CONTRACT_UPDATED"
    CALL_LIMIT_SET = "CALL_LIMIT_SET"
    # People and what they sign in with.
    USER_CREATED = "USER_CREATED"
    USER_INVITED = "USER_INVITED"
    INVITATION_SENT_AGAIN = "INVITATION_SENT_AGAIN"
    INVITATION_ACCEPTED = "INVITATION_ACCEPTED"
    USER_UPDATED = "USER_UPDATED"
    USER_DEACTIVATED = "USER_DEACTIVATED"
    USER_REACTIVATED = "USER_REACTIVATED"
    USER_PASSWORD_CHANGED = "USER_PASSWORD_CHANGED"  # noqa: S105 - as above
    USER_PASSWORD_RESET = "USER_PASSWORD_RESET"  # noqa: S105 - as above
    SIGNED_IN = "SIGNED_IN"
    SIGN_IN_LINKED = "SIGN_IN_LINKED"
    SESSIONS_ENDED = "SESSIONS_ENDED"
    API_TOKEN_CREATED = "API_TOKEN_CREATED"  # noqa: S105 - the name of an action
    API_TOKEN_REVOKED = "API_TOKEN_REVOKED"  # noqa: S105 - the name of an action
    SETTINGS_CHANGED = "SETTINGS_CHANGED"
    # The log itself.
    AUDIT_LOG_EXPORTED = "AUDIT_LOG_EXPORTED"


class AuditEntry(Model):
    """Rows are only ever added: triggers of the migration refuse anything else. The name stays
    readable when the subject is gone."""

    id = fields.BigIntField(primary_key=True)
    customer_id = fields.BigIntField()
    user: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "dialtree.User", null=True, related_name=False, on_delete=fields.RESTRICT
    )
    user_id: int | None
    """Null: nobody's account, such as the operator at the command line."""
    actor_name = fields.CharField(200)
    """As it was then."""
    actor_role = fields.CharEnumField(Role, max_length=20, null=True)
    address = fields.CharField(MAX_ADDRESS_LENGTH, null=True)
    """Where it was asked for; null: on the machine itself."""
    via = fields.CharField(200, null=True)
    """Name of the API token it was done with, "command line", or the reference of the order whose
    execution did it; null: by a person who was signed in."""
    at = fields.DatetimeField()
    action = fields.CharEnumField(AuditAction, max_length=40)
    subject_type = fields.CharField(30)
    """Type of the global id: SipTrunk, CloudPbx, …"""
    subject_id = fields.BigIntField()
    subject_name = fields.CharField(200)
    order_id = fields.BigIntField(null=True)
    """The order that was placed, revised or executed."""
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
            Index(fields=("customer_id", "user_id", "id"), name="idx_audit_entry_user"),
            Index(fields=("customer_id", "action", "id"), name="idx_audit_entry_action"),
            Index(fields=("customer_id", "order_id", "id"), name="idx_audit_entry_order"),
            Index(fields=("customer_id", "at"), name="idx_audit_entry_at"),
        )
