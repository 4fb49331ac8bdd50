"""Making and revoking API tokens in the app.

Only a person who is signed in does either: a token that could make tokens would outlive its own
revocation, and whoever finds one could lock out its owner's others.
"""

from dataclasses import replace
from datetime import timedelta

from dialtree import clock
from dialtree.accounts.models import ApiToken, Role, User
from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import add_token, log_token
from dialtree.audit.models import AuditAction
from dialtree.database import announce, transaction
from dialtree.inputs import Inputs
from dialtree.live import AccessChanged
from dialtree.refusals import NotFound, refuse
from dialtree.tokens import rules
from dialtree.tokens.queries import visible


async def create_token(
    principal: Principal, name: str, role: Role, days: int
) -> tuple[ApiToken, str]:
    """One's own new token, and its secret, which cannot be shown again.

    Raises Invalid (also for a role above one's own), Refused(NOT_WITH_TOKEN).
    """
    refuse(principal.why_not_with_token())
    inputs = Inputs()
    checked = rules.check_token(inputs, name, role, days, principal.role)
    inputs.done()
    expires_at = clock.now() + timedelta(days=days)

    async def work() -> tuple[ApiToken, str]:
        owner = await User.get(id=principal.user_id)
        token, secret = await add_token(owner, checked, expires_at, role)
        await _log(principal, AuditAction.API_TOKEN_CREATED, token, owner)
        return token, secret

    return await transaction(work)


async def revoke_token(principal: Principal, token_id: int) -> ApiToken:
    """One's own, or as an administrator any of the customer's; it stops working at once.
    Repeating it is harmless.

    Raises NotFound, Refused(NOT_WITH_TOKEN).
    """
    refuse(principal.why_not_with_token())

    async def work() -> ApiToken:
        token = await visible(principal).select_related("user").get_or_none(id=token_id)
        if token is None:
            raise NotFound
        now = clock.now()
        if await ApiToken.filter(id=token.id, revoked_at=None).update(revoked_at=now):
            token.revoked_at = now
            announce(AccessChanged(token.user_id))
            await _log(principal, AuditAction.API_TOKEN_REVOKED, token, token.user)
        return token

    return await transaction(work)


async def _log(principal: Principal, action: AuditAction, token: ApiToken, owner: User) -> None:
    """In the log of whom the owner belongs to, whomever the person works for at the moment."""
    await log_token(replace(principal, customer_id=owner.customer_id), action, token, owner)
