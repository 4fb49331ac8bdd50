"""Calls that were rejected because too many ran at once (C2)."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from dialtree.accounts.models import Customer
from dialtree.holders.models import Holder
from dialtree.inventory.models import SiteContract
from dialtree.numbering.parties import MAX_PARTY_LENGTH

MAX_CALL_ID_LENGTH = 128


class CallLevel(StrEnum):
    CUSTOMER = "CUSTOMER"
    SITE = "SITE"
    TRUNK = "TRUNK"


class CallDirection(StrEnum):
    INCOMING = "INCOMING"
    OUTGOING = "OUTGOING"


class RejectedCall(Model):
    """Kept for `rules.KEPT`, then gone. One call may be rejected on several levels."""

    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "dialtree.Customer", related_name=False, on_delete=fields.RESTRICT
    )
    customer_id: int
    call_id = fields.CharField(MAX_CALL_ID_LENGTH)
    """The network's own id of the call."""
    level = fields.CharEnumField(CallLevel, max_length=10)
    direction = fields.CharEnumField(CallDirection, max_length=10)
    at = fields.DatetimeField()
    hour = fields.DatetimeField()
    """Beginning of the hour of `at`, so that both databases count by it."""
    caller = fields.CharField(MAX_PARTY_LENGTH, null=True)
    """+ and E.164 digits, or the digits of a number that is none (110); null: withheld."""
    callee = fields.CharField(MAX_PARTY_LENGTH)
    call_limit = fields.IntField()
    """How many calls might run at once then."""
    contract: fields.ForeignKeyNullableRelation[SiteContract] = fields.ForeignKeyField(
        "dialtree.SiteContract", null=True, related_name=False, on_delete=fields.SET_NULL
    )
    contract_id: int | None
    holder: fields.ForeignKeyNullableRelation[Holder] = fields.ForeignKeyField(
        "dialtree.Holder", null=True, related_name=False, on_delete=fields.SET_NULL
    )
    holder_id: int | None
    """The trunk it ran over, where the network named it."""

    class Meta:
        table = "rejected_call"
        unique_together = (("customer", "call_id", "level"),)
        indexes = (
            Index(fields=("customer_id", "at", "id"), name="idx_rejected_call_list"),
            Index(fields=("customer_id", "level", "at", "id"), name="idx_rejected_call_level"),
            Index(fields=("contract_id", "at"), name="idx_rejected_call_contract"),
            Index(fields=("holder_id", "at"), name="idx_rejected_call_holder"),
            Index(fields=("at",), name="idx_rejected_call_age"),
        )
