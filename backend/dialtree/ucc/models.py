"""The UCC partners and what each of them can do."""

from tortoise import fields
from tortoise.models import Model


class UccPartner(Model):
    """A partner product; `takes_split_ranges` is data, so that a "not yet" ends without a release
    (S6)."""

    code = fields.CharField(30, primary_key=True)
    name = fields.CharField(100)
    takes_split_ranges = fields.BooleanField()

    class Meta:
        table = "ucc_partner"
