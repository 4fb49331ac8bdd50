"""Site contracts and the tree of number ranges beneath them."""

from enum import StrEnum
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from dialtree.accounts.models import Customer
from dialtree.numbering.display import Style, display
from dialtree.numbering.ranges import NumberPattern
from dialtree.numbering.search import MAX_PIECE_LENGTH

if TYPE_CHECKING:
    from dialtree.holders.models import Holder
    from dialtree.orders.models import Order


KEY_LENGTH = 250
"""Characters of a site's search key; folding can make a text longer than its column."""


class ContractStatus(StrEnum):
    ACTIVE = "ACTIVE"
    ORDERED = "ORDERED"


class RangeKind(StrEnum):
    BLOCK = "BLOCK"
    RANGE = "RANGE"
    SINGLE_NUMBER = "SINGLE_NUMBER"


class RangeState(StrEnum):
    FREE = "FREE"
    ASSIGNED = "ASSIGNED"
    SPLIT = "SPLIT"


class SiteContract(Model):
    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "dialtree.Customer", related_name=False, on_delete=fields.RESTRICT
    )
    customer_id: int
    number = fields.CharField(50)
    street = fields.CharField(200)
    postcode = fields.CharField(10)
    town = fields.CharField(100)
    status = fields.CharEnumField(ContractStatus, max_length=10)
    start_date = fields.DateField(null=True)
    call_limit = fields.IntField(null=True)
    """How many calls may run at once over all its numbers; null: as many as are booked (C2)."""

    class Meta:
        table = "site_contract"
        unique_together = (("customer", "number"),)


class SiteKey(Model):
    """One folded beginning-searchable text of a contract's street, postcode or town (F3)."""

    id = fields.BigIntField(primary_key=True)
    customer_id = fields.BigIntField()
    contract: fields.ForeignKeyRelation[SiteContract] = fields.ForeignKeyField(
        "dialtree.SiteContract", related_name=False, on_delete=fields.CASCADE
    )
    contract_id: int
    key = fields.CharField(KEY_LENGTH)

    class Meta:
        table = "site_key"
        indexes = (
            Index(fields=("customer_id", "key", "contract_id"), name="idx_site_key_search"),
            Index(fields=("contract_id",), name="idx_site_key_contract"),
        )


class NumberRange(Model):
    """A node of the tree: a root (block or single number) or a range below a block.

    `free_count` and `assigned_count` count numbers in and beneath the node, and are kept by
    increments, as is `reserved_beneath`: how many reservations by open orders begin below it.
    """

    type_name = "NumberRange"

    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "dialtree.Customer", related_name=False, on_delete=fields.RESTRICT
    )
    customer_id: int
    contract: fields.ForeignKeyRelation[SiteContract] = fields.ForeignKeyField(
        "dialtree.SiteContract", related_name=False, on_delete=fields.RESTRICT
    )
    contract_id: int
    root: fields.ForeignKeyNullableRelation["NumberRange"] = fields.ForeignKeyField(
        "dialtree.NumberRange", null=True, related_name=False, on_delete=fields.CASCADE
    )
    root_id: int | None
    """Null for a root; see `tree_id`."""
    parent: fields.ForeignKeyNullableRelation["NumberRange"] = fields.ForeignKeyField(
        "dialtree.NumberRange", null=True, related_name=False, on_delete=fields.CASCADE
    )
    parent_id: int | None
    kind = fields.CharEnumField(RangeKind, max_length=20)
    level = fields.SmallIntField()
    digits = fields.CharField(15)
    open_digits = fields.SmallIntField()
    first_digits = fields.CharField(10, default="0123456789")
    """Which first extension digits the block was sold with (N2)."""
    area_length = fields.SmallIntField()
    extension_at = fields.SmallIntField(null=True)
    """Index in `digits` at which the extension begins; null for a single number."""
    state = fields.CharEnumField(RangeState, max_length=10)
    holder: fields.ForeignKeyNullableRelation["Holder"] = fields.ForeignKeyField(
        "dialtree.Holder", null=True, related_name=False, on_delete=fields.RESTRICT
    )
    holder_id: int | None
    open_order: fields.ForeignKeyNullableRelation["Order"] = fields.ForeignKeyField(
        "dialtree.Order", null=True, related_name=False, on_delete=fields.RESTRICT
    )
    open_order_id: int | None
    free_count = fields.BigIntField()
    assigned_count = fields.BigIntField(default=0)
    reserved_beneath = fields.IntField(default=0)

    class Meta:
        table = "number_range"
        indexes = (
            Index(fields=("customer_id", "digits", "id"), name="idx_number_range_digits"),
            Index(fields=("customer_id", "state", "digits", "id"), name="idx_number_range_state"),
        )
        """Those that hold for some rows only stand in the migrations: of roots, and of what has a
        parent, a holder, an open order."""

    @property
    def tree_id(self) -> int:
        """The id of the root of the tree this node stands in."""
        return self.root_id or self.id

    @property
    def pattern(self) -> NumberPattern:
        return NumberPattern(self.digits, self.open_digits, self.first_digits)

    @property
    def name(self) -> str:
        """As it stands in the audit log."""
        return self.display()

    def display(self, style: Style = Style.NATIONAL) -> str:
        return display(
            self.digits,
            self.area_length,
            self.extension_at,
            self.open_digits,
            self.first_digits,
            style=style,
        )


class NumberPiece(Model):
    """A key under which "contains" searches find a root (`numbering.search.pieces`), with its
    digits, so that the index has them in the order of the list."""

    id = fields.BigIntField(primary_key=True)
    customer_id = fields.BigIntField()
    root: fields.ForeignKeyRelation[NumberRange] = fields.ForeignKeyField(
        "dialtree.NumberRange", related_name=False, on_delete=fields.CASCADE
    )
    root_id: int
    piece = fields.CharField(MAX_PIECE_LENGTH)
    digits = fields.CharField(15)

    class Meta:
        table = "number_piece"
        indexes = (
            Index(
                fields=("customer_id", "piece", "digits", "root_id"),
                name="idx_number_piece_search",
            ),
            Index(fields=("root_id",), name="idx_number_piece_root"),
        )
