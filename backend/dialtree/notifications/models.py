"""The outbox: e-mails written in the transaction of what they tell about, sent afterwards."""

from tortoise import fields
from tortoise.models import Model

from dialtree.language import Language
from dialtree.orders.models import Order


class OutboxMail(Model):
    """At most one row per order, recipient and topic: a repeated attempt writes no second mail."""

    id = fields.BigIntField(primary_key=True)
    customer_id = fields.BigIntField()
    order: fields.ForeignKeyNullableRelation[Order] = fields.ForeignKeyField(
        "dialtree.Order", null=True, related_name=False, on_delete=fields.CASCADE
    )
    order_id: int | None
    topic = fields.CharField(30)
    recipient = fields.CharField(254)
    recipient_name = fields.CharField(200)
    language = fields.CharEnumField(Language, max_length=2)
    subject = fields.CharField(300)
    text = fields.TextField()
    html = fields.TextField()
    created_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    """When the next attempt may start; a sending process pushes it on as its lease."""
    attempts = fields.IntField(default=0)
    last_error = fields.CharField(500, null=True)
    sent_at = fields.DatetimeField(null=True)

    class Meta:
        table = "outbox_mail"
        unique_together = (("order", "recipient", "topic"),)
