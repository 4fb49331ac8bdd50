"""Hashing passwords with Argon2id, a few at a time.

Each hash takes much memory and time on purpose. In a pool of their own a flood of sign-ins waits
for its turn instead of starving everything else; who would wait too long is turned away.
"""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dialtree.accounts.rules import MAX_PASSWORD_LENGTH
from dialtree.refusals import Refusal, RefusalCode, Refused

T = TypeVar("T")

HASHES_AT_ONCE = 2
MAX_WAITING = 100
"""About ten seconds' worth."""

_hasher = PasswordHasher()
_nobodys_hash = _hasher.hash(secrets.token_urlsafe())
_pool = ThreadPoolExecutor(HASHES_AT_ONCE, "password")
_waiting = 0


async def hash_password(password: str) -> str:
    return await _in_turn(lambda: _hasher.hash(password))


async def is_password(password: str, password_hash: str | None) -> bool:
    """Whether it belongs to `password_hash`; without one it takes as long and does not."""
    if len(password) > MAX_PASSWORD_LENGTH:
        return False
    return await _in_turn(lambda: _matches(password_hash or _nobodys_hash, password))


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


async def _in_turn(work: Callable[[], T]) -> T:
    global _waiting  # noqa: PLW0603 - of the one pool of the process
    if _waiting >= MAX_WAITING:
        raise Refused(Refusal(RefusalCode.TOO_MANY_ATTEMPTS, {"minutes": 1}))
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_pool, work)
    finally:
        _waiting -= 1
