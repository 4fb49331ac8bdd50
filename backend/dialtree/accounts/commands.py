"""Making customers and users, and what a person may set for themselves."""

from dialtree import clock
from dialtree.accounts.models import ApiToken, Customer, Role, Session, User
from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import hash_password
from dialtree.database import transaction
from dialtree.language import Language


async def create_customer(name: str, booked_concurrent_calls: int = 0) -> Customer:
    return await transaction(
        lambda: Customer.create(
            name=name, booked_concurrent_calls=booked_concurrent_calls, created_at=clock.now()
        )
    )


async def create_user(
    customer: Customer, *, email: str, name: str, role: Role, language: Language, password: str
) -> User:
    """`email` is kept in lower case; a taken one raises tortoise's IntegrityError."""
    password_hash = await hash_password(password)
    return await transaction(
        lambda: User.create(
            customer_id=customer.id,
            email=email.strip().lower(),
            name=name,
            role=role,
            language=language,
            password_hash=password_hash,
            created_at=clock.now(),
        )
    )


async def update_settings(
    principal: Principal, language: Language | None = None, order_reminders: bool | None = None
) -> Principal:
    """What a person sets for themselves (P4, O7); null leaves it as it is."""
    given = {"language": language, "order_reminders": order_reminders}
    changed = {name: value for name, value in given.items() if value is not None}

    async def work() -> User:
        if changed:
            await User.filter(id=principal.user_id).update(**changed)
        return await User.get(id=principal.user_id)

    return Principal.from_user(await transaction(work))


async def set_password(user: User, password: str) -> None:
    """Whoever was signed in with the old one is not any more."""
    password_hash = await hash_password(password)

    async def work() -> None:
        await User.filter(id=user.id).update(password_hash=password_hash)
        await Session.filter(user_id=user.id).delete()

    await transaction(work)


async def deactivate(user: User) -> None:
    """The account stays, for its orders; its sessions end and its tokens are revoked."""
    now = clock.now()

    async def work() -> None:
        await User.filter(id=user.id).update(deactivated_at=now)
        await Session.filter(user_id=user.id).delete()
        await ApiToken.filter(user_id=user.id, revoked_at=None).update(revoked_at=now)

    await transaction(work)
