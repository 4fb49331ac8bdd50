"""Making customers and users, and what a person may set for themselves."""

from dataclasses import replace
from typing import Any

from dialtree import clock, live
from dialtree.accounts.limiting import forgive_account
from dialtree.accounts.links import end_links
from dialtree.accounts.models import (
    NAME_KEY_LENGTH,
    ApiToken,
    Customer,
    CustomerKey,
    Role,
    Session,
    User,
    ViewMode,
)
from dialtree.accounts.passwords import hash_password
from dialtree.accounts.people_commands import end_access
from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import log_token
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import log, operator
from dialtree.database import announce, transaction
from dialtree.language import Language
from dialtree.numbering.sites import fold, word_keys


async def create_customer(
    name: str, booked_concurrent_calls: int = 0, *, by_operator: bool = False
) -> Customer:
    """`by_operator`: as which it is logged; service staff: `customers.commands.create_customer`."""

    async def work() -> Customer:
        customer = await add_customer(name, booked_concurrent_calls)
        if by_operator:
            after: dict[str, str | int | bool | None] = {
                "name": name,
                "bookedConcurrentCalls": booked_concurrent_calls,
            }
            await log(operator(customer.id), AuditAction.CUSTOMER_CREATED, customer, after=after)
        return customer

    return await transaction(work)


async def add_customer(name: str, booked_concurrent_calls: int) -> Customer:
    """Inside a transaction."""
    customer = await Customer.create(
        name=name,
        name_key=fold(name)[:NAME_KEY_LENGTH],
        booked_concurrent_calls=booked_concurrent_calls,
        created_at=clock.now(),
    )
    await write_customer_keys(customer)
    return customer


async def write_customer_keys(customer: Customer) -> None:
    """What the customer is found by, anew from its name."""
    await CustomerKey.filter(customer_id=customer.id).delete()
    keys = (key[:NAME_KEY_LENGTH] for key in word_keys(customer.name))
    await CustomerKey.bulk_create(
        [CustomerKey(customer_id=customer.id, key=key) for key in dict.fromkeys(keys)]
    )


async def create_user(
    customer: Customer, *, email: str, name: str, role: Role, language: Language, password: str
) -> User:
    """By the operator. `email` is kept in lower case; a taken one raises IntegrityError."""
    password_hash = await hash_password(password)

    async def work() -> User:
        user = await User.create(
            customer_id=customer.id,
            email=email.strip().lower(),
            name=name,
            role=role,
            language=language,
            password_hash=password_hash,
            created_at=clock.now(),
        )
        after = {"email": user.email, "name": name, "role": role}
        await log(operator(customer.id), AuditAction.USER_CREATED, user, after=after)
        return user

    return await transaction(work)


async def update_settings(
    principal: Principal,
    language: Language | None = None,
    order_reminders: bool | None = None,
    view_mode: ViewMode | None = None,
) -> Principal:
    """What a person sets for themselves (P1, P4, O7); null leaves it as it is."""
    given = {"language": language, "order_reminders": order_reminders, "view_mode": view_mode}
    changed: dict[str, Any] = {name: value for name, value in given.items() if value is not None}

    async def work() -> None:
        user = await User.filter(id=principal.user_id).select_for_update().get()
        before = {_API_NAMES[name]: getattr(user, name) for name in changed}
        after = {_API_NAMES[name]: value for name, value in changed.items()}
        if before != after:
            await User.filter(id=user.id).update(**changed)
            # It is theirs, whomever they work for at the moment.
            at_home = replace(principal, customer_id=principal.home_customer_id)
            await log(at_home, AuditAction.SETTINGS_CHANGED, user, before=before, after=after)

    if changed:
        await transaction(work)
    return replace(principal, **changed)


_API_NAMES = {
    "language": "language",
    "order_reminders": "orderReminders",
    "view_mode": "viewMode",
}


async def set_password(user: User, password: str) -> None:
    """By the operator. Whoever was signed in with the old one is not any more."""
    password_hash = await hash_password(password)

    async def work() -> None:
        await User.filter(id=user.id).update(password_hash=password_hash)
        await Session.filter(user_id=user.id).delete()
        await end_links(user)
        await forgive_account(user.email)
        await log(operator(user.customer_id), AuditAction.USER_PASSWORD_RESET, user)
        announce(live.AccessChanged(user.id))

    await transaction(work)


async def deactivate(user: User) -> None:
    """By the operator, who may also deactivate the last administrator."""

    async def work() -> None:
        await end_access(operator(user.customer_id), user)

    await transaction(work)


async def revoke_token(token_id: int) -> bool:
    """By the operator. Whether there was a valid one."""

    async def work() -> bool:
        valid = ApiToken.filter(id=token_id, revoked_at=None)
        token = await valid.select_related("user").first()
        if token is None or not await valid.update(revoked_at=clock.now()):
            return False
        owner = token.user
        await log_token(operator(owner.customer_id), AuditAction.API_TOKEN_REVOKED, token, owner)
        announce(live.AccessChanged(owner.id))
        return True

    return await transaction(work)
