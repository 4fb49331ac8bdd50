"""Encrypting the passwords of trunks at rest.

The keys are those of DIALTREE_SECRET_KEY, or of a file that is made at the first start. The first
key encrypts, all of them decrypt. The file is read anew each time, so that processes that run
follow a key that is replaced.
"""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from dialtree.settings import Settings


class BadKey(ValueError):
    """A setting or file that holds no key; says so for the operator, without showing it."""


class Unreadable(Exception):
    """Encrypted with a key that is not at hand."""


@dataclass(frozen=True, slots=True)
class Vault:
    """`keys`: fixed keys; without them those of `file`."""

    keys: tuple[str, ...] = field(default=(), repr=False)
    file: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Vault":
        """Makes the key file if there is none. Raises BadKey."""
        if settings.secret_key is not None:
            names = settings.secret_key.get_secret_value().split(",")
            vault = cls(keys=tuple(name.strip() for name in names))
        else:
            vault = cls(file=settings.data_dir / "secret.key")
            vault.make_file()
        vault._fernet()
        return vault

    def encrypt(self, text: str) -> str:
        return self._fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted: str) -> str:
        """Raises Unreadable."""
        try:
            return self._fernet().decrypt(encrypted).decode()
        except InvalidToken as error:
            raise Unreadable from error

    def renew(self, encrypted: str) -> str:
        """The same text, encrypted with the first key. Raises Unreadable."""
        try:
            return self._fernet().rotate(encrypted.encode()).decode()
        except InvalidToken as error:
            raise Unreadable from error

    def make_file(self) -> None:
        """A file with a new key, readable for its owner only; of processes that start at once one
        makes it."""
        assert self.file is not None
        if not self.file.exists():
            self._put([new_key()], only_if_absent=True)

    def add_key(self) -> None:
        """Puts a new key before all others, which still read what was encrypted with them."""
        self._put([new_key(), *self._file_keys()])

    def drop_old_keys(self) -> None:
        """Keeps the first key, and the one before it for what is being written meanwhile."""
        self._put(self._file_keys()[:2])

    def _fernet(self) -> MultiFernet:
        try:
            return MultiFernet([Fernet(key) for key in self.keys or self._file_keys()])
        except ValueError as error:
            # What Fernet says may contain the key.
            place = self.file or "DIALTREE_SECRET_KEY"
            raise BadKey(
                f"{place} holds something that is no key; make one: dialtree secret-key generate"
            ) from error

    def _file_keys(self) -> list[str]:
        assert self.file is not None
        return self.file.read_text("ascii").split()

    def _put(self, keys: list[str], *, only_if_absent: bool = False) -> None:
        """Whole or not at all."""
        assert self.file is not None
        self.file.parent.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_name(f"{self.file.name}.{secrets.token_hex(8)}")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            if not only_if_absent:
                # Whoever runs the server has to read it, also when root has replaced it.
                before = self.file.stat()
                os.fchown(handle, before.st_uid, before.st_gid)
            file.write("\n".join(keys) + "\n")
            file.flush()
            os.fsync(file.fileno())
        if only_if_absent:
            try:
                os.link(beside, self.file)
            except FileExistsError:
                pass
            except OSError:
                # A file system without hard links.
                beside.rename(self.file)
            beside.unlink(missing_ok=True)
        else:
            beside.replace(self.file)
        # The new name has to last before anything is encrypted with the new key.
        folder = os.open(self.file.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def new_key() -> str:
    return Fernet.generate_key().decode()
