"""The telephony credentials of SIP trunks (T3-T6)."""

from tortoise import fields
from tortoise.models import Model

from dialtree.holders.models import Holder


class SipCredentials(Model):
    """What a PBX registers with. The password is encrypted; the digests are what a registrar
    compares with, of the view sip_subscriber, and do not give the password away."""

    id = fields.BigIntField(primary_key=True)
    customer_id = fields.BigIntField()
    holder: fields.OneToOneRelation[Holder] = fields.OneToOneField(
        "dialtree.Holder", related_name=False, on_delete=fields.CASCADE
    )
    holder_id: int
    user_name = fields.CharField(64, unique=True)
    """An identifier made at random, not a phone number (T6)."""
    realm = fields.CharField(253)
    password_encrypted = fields.TextField()
    ha1 = fields.CharField(32)
    ha1b = fields.CharField(32)
    """As `ha1`, for a user name sent as name@realm."""
    ha1_sha256 = fields.CharField(64)
    password_set_at = fields.DatetimeField()

    class Meta:
        table = "sip_credentials"

    @property
    def authentication_name(self) -> str:
        return f"{self.user_name}@{self.realm}"
