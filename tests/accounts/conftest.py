"""Passwords that these tests set cost little; the hash of nobody stays what it is."""

import pytest
from argon2 import PasswordHasher

from dialtree.accounts import passwords


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
