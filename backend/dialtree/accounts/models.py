"""Customers (tenants), the people who sign in, and what they sign in with."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from dialtree.language import Language

MAX_EMAIL_LENGTH = 254


class Role(StrEnum):
    ADMINISTRATOR = "ADMINISTRATOR"
    VIEWER = "VIEWER"
    SERVICE = "SERVICE"


class Customer(Model):
    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(200)
    booked_concurrent_calls = fields.IntField(default=0)
    created_at = fields.DatetimeField()

    class Meta:
        table = "customer"


class User(Model):
    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "dialtree.Customer", related_name=False, on_delete=fields.RESTRICT
    )
    customer_id: int
    email = fields.CharField(MAX_EMAIL_LENGTH, unique=True)
    """In lower case; it is what a person signs in with."""
    name = fields.CharField(200)
    role = fields.CharEnumField(Role, max_length=20)
    language = fields.CharEnumField(Language, max_length=2)
    order_reminders = fields.BooleanField(default=True)
    """Whether an e-mail comes the day before a planned order of theirs (O7)."""
    password_hash = fields.CharField(200)
    created_at = fields.DatetimeField()
    deactivated_at = fields.DatetimeField(null=True)

    class Meta:
        table = "user_account"


class Session(Model):
    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "dialtree.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: int
    secret_hash = fields.CharField(64, unique=True)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "session"


class ApiToken(Model):
    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "dialtree.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: int
    name = fields.CharField(200)
    secret_hash = fields.CharField(64, unique=True)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_token"
