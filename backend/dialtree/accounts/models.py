"""Customers (tenants), the people who sign in, and what they sign in with."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from dialtree.inputs import MAX_EMAIL_LENGTH
from dialtree.language import Language

NO_PASSWORD = ""
"""Of somebody who has not set one yet: nothing matches it."""
MAX_NAME_LENGTH = 200
NAME_KEY_LENGTH = 250
"""Folding can make a name longer than it is."""
MAX_ADDRESS_LENGTH = 45
"""Of an IPv6 address with an IPv4 address in it, in text."""
MAX_USER_AGENT_LENGTH = 300


class Role(StrEnum):
    ADMINISTRATOR = "ADMINISTRATOR"
    VIEWER = "VIEWER"
    SERVICE = "SERVICE"


class ViewMode(StrEnum):
    USER = "USER"
    EXPERT = "EXPERT"


class LinkPurpose(StrEnum):
    INVITATION = "INVITATION"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - the name of a purpose


class Customer(Model):
    type_name = "Customer"

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(MAX_NAME_LENGTH)
    name_key = fields.CharField(NAME_KEY_LENGTH, default="")
    """The folded name: the order of lists."""
    booked_concurrent_calls = fields.IntField(default=0)
    created_at = fields.DatetimeField()
    site_contract_count = fields.IntField(default=0)
    block_count = fields.IntField(default=0)
    single_number_count = fields.IntField(default=0)
    number_count = fields.BigIntField(default=0)
    """What it has of each, `number_count` in all blocks and single numbers together. Kept by
    imports, which alone add any."""

    class Meta:
        table = "customer"
        indexes = (Index(fields=("name_key", "id"), name="idx_customer_list"),)


class CustomerKey(Model):
    """The folded name from one of its words on, so that each word is found by its beginning."""

    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "dialtree.Customer", related_name=False, on_delete=fields.CASCADE
    )
    customer_id: int
    key = fields.CharField(NAME_KEY_LENGTH)

    class Meta:
        table = "customer_key"
        indexes = (
            Index(fields=("key", "customer_id"), name="idx_customer_key_search"),
            Index(fields=("customer_id",), name="idx_customer_key_customer"),
        )


class User(Model):
    """`customer`: whom the person belongs to. Service staff belong to the provider's own customer
    and work for every other one too (P2)."""

    type_name = "User"

    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "dialtree.Customer", related_name=False, on_delete=fields.RESTRICT
    )
    customer_id: int
    email = fields.CharField(MAX_EMAIL_LENGTH, unique=True)
    """In lower case; it is what a person signs in with."""
    name = fields.CharField(MAX_NAME_LENGTH)
    role = fields.CharEnumField(Role, max_length=20)
    language = fields.CharEnumField(Language, max_length=2)
    order_reminders = fields.BooleanField(default=True)
    """Whether an e-mail comes the day before a planned order of theirs (O7)."""
    view_mode = fields.CharEnumField(ViewMode, max_length=10, default=ViewMode.USER)
    """The expert view adds rejected calls and technical details (P1)."""
    password_hash = fields.CharField(200)
    """NO_PASSWORD until the person has set one."""
    oidc_subject = fields.CharField(512, null=True, unique=True)
    """Issuer and subject of the account at the company's own sign-in, with a space between."""
    created_at = fields.DatetimeField()
    deactivated_at = fields.DatetimeField(null=True)

    class Meta:
        table = "user_account"
        indexes = (Index(fields=("customer_id", "id"), name="idx_user_account_list"),)


class Session(Model):
    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "dialtree.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: int
    secret_hash = fields.CharField(64, unique=True)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField(null=True)
    """To the minute or so: not every request is worth a write."""
    address = fields.CharField(MAX_ADDRESS_LENGTH, null=True)
    user_agent = fields.CharField(MAX_USER_AGENT_LENGTH, null=True)

    class Meta:
        table = "session"
        indexes = (Index(fields=("user_id",), name="idx_session_user"),)


class ApiToken(Model):
    type_name = "ApiToken"

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "dialtree.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: int
    name = fields.CharField(200)
    role = fields.CharEnumField(Role, max_length=20)
    """What it may do; less if its owner may do less by now."""
    secret_hash = fields.CharField(64, unique=True)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)
    last_used_at = fields.DatetimeField(null=True)
    """To the minute or so: not every request is worth a write."""
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_token"
        indexes = (Index(fields=("user_id",), name="idx_api_token_user"),)


class AccountLink(Model):
    """Sent by e-mail and good for one use: to accept an invitation or to set a new password.
    A used one is deleted."""

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "dialtree.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: int
    purpose = fields.CharEnumField(LinkPurpose, max_length=20)
    secret_hash = fields.CharField(64, unique=True)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "account_link"
        indexes = (Index(fields=("user_id", "purpose"), name="idx_account_link_user"),)


class SignInFailure(Model):
    """Kept for as long as it counts against the next attempt."""

    id = fields.BigIntField(primary_key=True)
    account = fields.CharField(64)
    """Hash of the e-mail address that was entered, of an account or not."""
    address = fields.CharField(MAX_ADDRESS_LENGTH)
    at = fields.DatetimeField()

    class Meta:
        table = "sign_in_failure"
        indexes = (
            Index(fields=("account", "at"), name="idx_sign_in_failure_account"),
            Index(fields=("address", "at"), name="idx_sign_in_failure_address"),
        )
