"""What number elements are assigned to: SIP trunks, Cloud PBX and UCC connections."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from dialtree.accounts.models import Customer
from dialtree.ucc.models import UccPartner

NAME_KEY_LENGTH = 200


class HolderKind(StrEnum):
    SIP_TRUNK = "SIP_TRUNK"
    CLOUD_PBX = "CLOUD_PBX"
    UCC_CONNECTION = "UCC_CONNECTION"


TYPE_NAMES = {
    HolderKind.SIP_TRUNK: "SipTrunk",
    HolderKind.CLOUD_PBX: "CloudPbx",
    HolderKind.UCC_CONNECTION: "UccConnection",
}
"""Types of the global ids."""


class HolderStatus(StrEnum):
    PLANNED = "PLANNED"
    ACTIVE = "ACTIVE"


class TrunkProfile(StrEnum):
    STANDARD = "STANDARD"
    MEDIA_BYPASS = "MEDIA_BYPASS"


class Holder(Model):
    """`element_count` and `number_count` are what it holds now, kept by increments; for a planned
    trunk what it will start with."""

    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "dialtree.Customer", related_name=False, on_delete=fields.RESTRICT
    )
    customer_id: int
    kind = fields.CharEnumField(HolderKind, max_length=20)
    status = fields.CharEnumField(HolderStatus, max_length=10, default=HolderStatus.ACTIVE)
    """PLANNED only for a SIP trunk whose execution date has not come."""
    name = fields.CharField(100)
    name_key = fields.CharField(NAME_KEY_LENGTH)
    """The name folded, for uniqueness (T1) and the search by its beginning (H7)."""
    contact_name = fields.CharField(200, null=True)
    contact_phone = fields.CharField(50, null=True)
    contact_email = fields.CharField(254, null=True)
    """For a Cloud PBX the address for booking information (H6)."""
    support_email = fields.CharField(254, null=True)
    """Only for a Cloud PBX: the address for support (H6)."""
    profile = fields.CharEnumField(TrunkProfile, max_length=20, null=True)
    """Only for a SIP trunk; fixed when it is created (T3)."""
    call_limit = fields.IntField(null=True)
    incoming_call_limit = fields.IntField(null=True)
    outgoing_call_limit = fields.IntField(null=True)
    """How many calls may run at once over the trunk; null: as many as are booked (T1)."""
    partner: fields.ForeignKeyNullableRelation[UccPartner] = fields.ForeignKeyField(
        "dialtree.UccPartner", null=True, related_name=False, on_delete=fields.RESTRICT
    )
    partner_id: str | None
    element_count = fields.IntField(default=0)
    number_count = fields.BigIntField(default=0)
    deleted_at = fields.DatetimeField(null=True)
    """Set instead of deleting the row, which its orders still name. Names are unique among the
    others, by an index of the migration that the ORM cannot express."""

    class Meta:
        table = "holder"
        indexes = (
            Index(fields=("customer_id", "kind", "status", "name_key"), name="idx_holder_list"),
        )

    @property
    def type_name(self) -> str:
        """The type of its global id."""
        return TYPE_NAMES[self.kind]

    @property
    def is_planned(self) -> bool:
        return self.status == HolderStatus.PLANNED
