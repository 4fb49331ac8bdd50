"""Whose account it is that the provider vouches for.

An account is known by issuer and subject. The first time it is found by its e-mail address, if the
provider has verified that, and bound for good: an address can be given to another person later, a
subject cannot. Nobody gets an account by signing in: people are invited.
"""

from datetime import timedelta

from dialtree.accounts.models import AccountLink, LinkPurpose, User
from dialtree.accounts.oidc.problems import Problem, SignInFailed
from dialtree.accounts.oidc.tokens import Identity
from dialtree.accounts.origin import Origin
from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import open_session
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import log
from dialtree.database import transaction
from dialtree.inputs import MAX_EMAIL_LENGTH


async def sign_in_with(
    identity: Identity,
    lasting: timedelta,
    *,
    origin: Origin,
    trust_email: bool = False,
) -> tuple[Principal, str]:
    """Returns who signed in and the secret of the new session. `trust_email`: an address of which
    the provider does not say whether it is verified, is. Raises SignInFailed."""
    subject = f"{identity.issuer} {identity.subject}"

    async def work() -> tuple[Principal, str]:
        user = await User.get_or_none(oidc_subject=subject)
        is_new = False
        if user is None:
            user, is_new = await _bind(identity, subject, trust_email=trust_email)
        # Also holds the row: whoever deactivates the account next ends the new session too.
        active = User.filter(id=user.id, oidc_subject=subject, deactivated_at=None)
        if not await active.update(oidc_subject=subject):
            raise SignInFailed(Problem.NO_ACCOUNT, "the account is deactivated")
        principal = Principal.from_user(user, address=origin.address)
        if is_new:
            before: dict[str, str | None] = {"oidcSubject": None}
            after: dict[str, str | None] = {"oidcSubject": subject}
            await log(principal, AuditAction.SIGN_IN_LINKED, user, before=before, after=after)
        return principal, await open_session(user, lasting, origin)

    return await transaction(work)


async def _bind(identity: Identity, subject: str, *, trust_email: bool) -> tuple[User, bool]:
    """The account with the address, from now on that of `subject`, and whether it is since now; a
    pending invitation is accepted by it."""
    email = (identity.email or "").strip().lower()
    verified = identity.email_verified
    if not email or not (trust_email if verified is None else verified):
        raise SignInFailed(Problem.UNVERIFIED, "no verified e-mail address")
    if len(email) > MAX_EMAIL_LENGTH or not email.isprintable():
        raise SignInFailed(Problem.NO_ACCOUNT, "nobody can have this e-mail address")
    user = await User.get_or_none(email=email, deactivated_at=None)
    if user is None:
        raise SignInFailed(Problem.NO_ACCOUNT, "no active account has the e-mail address")
    free = User.filter(id=user.id, oidc_subject=None, deactivated_at=None)
    if await free.update(oidc_subject=subject) != 1:
        # The same person may have come first in another tab.
        if await User.exists(id=user.id, oidc_subject=subject):
            return user, False
        raise SignInFailed(Problem.NO_ACCOUNT, "the account belongs to another subject")
    await AccountLink.filter(user_id=user.id, purpose=LinkPurpose.INVITATION).delete()
    return user, True
