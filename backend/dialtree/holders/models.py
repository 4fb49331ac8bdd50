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


class HolderStatus(StrEnum):
    PLANNED = "PLANNED"
    ACTIVE = "ACTIVE"


class Holder(Model):
    """`element_count` and `number_count` are what it holds now, kept by increments."""

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
    def takes_execution_date(self) -> bool:
        """Whether its changes may be planned for a later day (H3)."""
        return self.kind == HolderKind.SIP_TRUNK
