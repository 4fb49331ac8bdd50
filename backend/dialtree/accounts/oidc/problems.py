"""Why a sign-in through the provider came to nothing.

The sign-in page words these codes (`login.problem.…` in frontend/src/i18n): they reach it in its
address, and nothing that a provider or a link says is shown to people.
"""

from enum import StrEnum


class Problem(StrEnum):
    EXPIRED = "EXPIRED"
    """It was begun too long ago, in another browser, or has been used already."""
    DENIED = "DENIED"
    """The person or the provider refused."""
    UNAVAILABLE = "UNAVAILABLE"
    """The provider does not answer."""
    REJECTED = "REJECTED"
    """What the provider answered cannot be trusted, or the settings do not fit it."""
    UNVERIFIED = "UNVERIFIED"
    """Nobody has this account yet, and its e-mail address may be anybody's."""
    NO_ACCOUNT = "NO_ACCOUNT"
    """Nobody invited the person, or the account is deactivated or somebody else's."""


class SignInFailed(Exception):
    """`detail` is for the operator's log and holds no secret."""

    def __init__(self, problem: Problem, detail: str) -> None:
        super().__init__(f"{problem}: {detail}")
        self.problem = problem
        self.detail = detail
