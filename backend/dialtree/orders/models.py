"""Orders: requested changes that outlive the request (O1-O6)."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from dialtree.accounts.models import Customer, User
from dialtree.holders.models import Holder
from dialtree.inventory.models import NumberRange
from dialtree.numbering.display import display


class OrderKind(StrEnum):
    SPLIT = "SPLIT"
    MERGE = "MERGE"
    CHANGE_NUMBERS = "CHANGE_NUMBERS"
    CREATE_TRUNK = "CREATE_TRUNK"
    DELETE_TRUNK = "DELETE_TRUNK"


class OrderStatus(StrEnum):
    PLANNED = "PLANNED"
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


OPEN_STATUSES = (OrderStatus.PLANNED, OrderStatus.QUEUED, OrderStatus.RUNNING)


class OrderCreator(StrEnum):
    CUSTOMER = "CUSTOMER"
    SERVICE = "SERVICE"


class ItemAction(StrEnum):
    SPLIT = "SPLIT"
    MERGE = "MERGE"
    ADD = "ADD"
    REMOVE = "REMOVE"


class Order(Model):
    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "dialtree.Customer", related_name=False, on_delete=fields.RESTRICT
    )
    customer_id: int
    kind = fields.CharEnumField(OrderKind, max_length=20)
    status = fields.CharEnumField(OrderStatus, max_length=10)
    creator = fields.CharEnumField(OrderCreator, max_length=10, default=OrderCreator.CUSTOMER)
    requested_by: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "dialtree.User", related_name=False, on_delete=fields.RESTRICT
    )
    requested_by_id: int
    holder: fields.ForeignKeyNullableRelation[Holder] = fields.ForeignKeyField(
        "dialtree.Holder", null=True, related_name=False, on_delete=fields.RESTRICT
    )
    holder_id: int | None
    undoes: fields.ForeignKeyNullableRelation["Order"] = fields.ForeignKeyField(
        "dialtree.Order", null=True, related_name=False, on_delete=fields.SET_NULL
    )
    undoes_id: int | None
    execution_date = fields.DateField(null=True)
    """Null: at once."""
    due_at = fields.DatetimeField()
    created_at = fields.DatetimeField()
    started_at = fields.DatetimeField(null=True)
    finished_at = fields.DatetimeField(null=True)
    refusal: Any = fields.JSONField(null=True)
    """Why it FAILED, or was CANCELLED by something else than a request to do so:
    {"code": …, "params": {…}}."""
    merged_levels = fields.SmallIntField(null=True)
    """How many levels a merge removed; only a merge of one level can be undone."""
    idempotency_key = fields.CharField(100, null=True)
    fingerprint = fields.CharField(64)
    """Hash of what was asked for, to tell a repeated request from a reused key (O5)."""
    attempt = fields.IntField(default=0)
    """Counts claims; a worker's effect is kept only while its number stands (O2)."""
    faults = fields.IntField(default=0)
    """Counts unexpected errors, after some of which it FAILS."""
    lease_until = fields.DatetimeField(null=True)
    reminded_for = fields.DateField(null=True)
    """The execution date that the requester was reminded of, or that needs no reminder."""

    class Meta:
        table = "order_request"
        unique_together = (("customer", "idempotency_key"),)
        indexes = (
            Index(fields=("customer_id", "id"), name="idx_order_all"),
            Index(fields=("customer_id", "status", "id"), name="idx_order_list"),
            Index(fields=("holder_id", "status"), name="idx_order_holder"),
            Index(fields=("status", "execution_date"), name="idx_order_reminder"),
        )

    @property
    def reference(self) -> str:
        return order_reference(self.id)


def order_reference(order_id: int) -> str:
    return f"A-{order_id:06d}"


class OrderItem(Model):
    """What the order does to one range. The digits stay when a merge has deleted the range."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "dialtree.Order", related_name=False, on_delete=fields.CASCADE
    )
    order_id: int
    range: fields.ForeignKeyNullableRelation[NumberRange] = fields.ForeignKeyField(
        "dialtree.NumberRange", null=True, related_name=False, on_delete=fields.SET_NULL
    )
    range_id: int | None
    tree_id = fields.BigIntField()
    """Id of the root the range stands in."""
    action = fields.CharEnumField(ItemAction, max_length=10)
    digits = fields.CharField(15)
    open_digits = fields.SmallIntField()
    area_length = fields.SmallIntField()
    extension_at = fields.SmallIntField(null=True)

    class Meta:
        table = "order_item"
        indexes = (
            Index(fields=("order_id", "id"), name="idx_order_item_order"),
            Index(fields=("range_id",), name="idx_order_item_range"),
        )

    def display(self) -> str:
        return display(self.digits, self.area_length, self.extension_at, self.open_digits)
