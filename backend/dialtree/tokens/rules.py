"""What a new API token may be. Pure."""

from dialtree.accounts.models import Role
from dialtree.accounts.principal import lesser
from dialtree.inputs import Inputs
from dialtree.refusals import Refusal, RefusalCode

MAX_NAME_LENGTH = 100
DEFAULT_DAYS = 90
MAX_DAYS = 366
"""Only the operator makes tokens that do not expire, at the command line."""


def check_token(inputs: Inputs, name: str, role: Role, days: int, maker: Role) -> str:
    """The name as it is kept; problems are noted in `inputs`."""
    checked = inputs.text("name", name, MAX_NAME_LENGTH, required=True)
    if lesser(role, maker) != role:
        inputs.note("role", Refusal(RefusalCode.ROLE_TOO_HIGH), role.value)
    inputs.number("days", days, 1, MAX_DAYS)
    return checked or ""
