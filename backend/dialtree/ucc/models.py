"""The UCC partners and what each of them can do."""

from tortoise import fields
from tortoise.models import Model


class UccPartner(Model):
    """A partner product. What it can do is data, so that a "not yet" ends without a release (S6):
    `takes_split_ranges`, and `takes_execution_date` for changes planned ahead (H3)."""

    code = fields.CharField(30, primary_key=True)
    name = fields.CharField(100)
    takes_split_ranges = fields.BooleanField()
    takes_execution_date = fields.BooleanField(default=False)

    class Meta:
        table = "ucc_partner"
