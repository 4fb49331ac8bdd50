"""Commands of `dialtree` that back up and restore an installation on SQLite."""

import argparse
import asyncio
from collections.abc import Callable
from pathlib import Path

from dialtree.cli_support import Stop
from dialtree.database import connected
from dialtree.migrations import migrate
from dialtree.operations.backup import (
    DATABASE,
    KEY,
    BadBackup,
    back_up,
    must_not_be_in_use,
    occupied,
    put_aside,
    put_in_place,
    unpacked,
)
from dialtree.settings import Settings
from dialtree.trunks.credentials import SipService, is_key_of_passwords

ELSEWHERE = (
    "DIALTREE_DATABASE_URL is set: PostgreSQL is backed up with pg_dump and restored with "
    "pg_restore; see “Backup” in docs/operating.md"
)


def backup(arguments: argparse.Namespace, settings: Settings) -> None:
    """Write a backup of a SQLite installation to one file, also while dialtree runs."""
    if settings.database_url is not None:
        raise Stop(ELSEWHERE)
    target, with_key = Path(arguments.file), settings.secret_key is None
    try:
        manifest = back_up(settings.data_dir, target, with_key=with_key, replace=arguments.force)
    except (BadBackup, OSError) as error:
        raise Stop(str(error)) from error
    print(f"wrote {target}: {', '.join(manifest.files)}, as of {manifest.created_at}")
    if not with_key:
        print("the key of the SIP passwords is not in it: keep DIALTREE_SECRET_KEY elsewhere")


def restore(arguments: argparse.Namespace, settings: Settings) -> None:
    """Restore a backup into the data directory; dialtree must be stopped."""
    if settings.database_url is not None:
        raise Stop(ELSEWHERE)
    data_dir = settings.data_dir
    try:
        with unpacked(Path(arguments.file), data_dir) as (folder, manifest):
            has_key = KEY in manifest.files
            present = occupied(data_dir, key=has_key)
            if present and not arguments.force:
                raise Stop(f"{present[0]} exists already; --force puts it aside")
            must_not_be_in_use(data_dir)
            # Done in the folder: what cannot be brought up to date replaces nothing.
            applied = asyncio.run(_bring_up_to_date(folder, settings, has_key=has_key))
            # The last connection has put its log away.
            if present := occupied(data_dir, key=has_key):
                print(f"put aside what was there: {put_aside(present, data_dir)}")
            put_in_place(folder, data_dir)
    except (BadBackup, OSError) as error:
        raise Stop(str(error)) from error
    print(f"restored {', '.join(manifest.files)}, as of {manifest.created_at}")
    for name in applied:
        print(f"applied {name}")


async def _bring_up_to_date(folder: Path, settings: Settings, *, has_key: bool) -> list[str]:
    """Returns the migrations that were missing. Raises Stop without the key of the passwords."""
    async with connected(f"sqlite://{folder / DATABASE}"):
        applied = await migrate()
        # The key that the server will use; where there is none yet one is made, here for nothing.
        has_none = settings.secret_key is None and not (settings.data_dir / KEY).exists()
        place = folder if has_key or has_none else settings.data_dir
        service = SipService.of(settings.model_copy(update={"data_dir": place}))
        if not await is_key_of_passwords(service):
            raise Stop(
                "the SIP passwords in the backup were encrypted with another key; set the "
                "DIALTREE_SECRET_KEY, or put back the secret.key, of that time"
            )
    if not has_key:
        (folder / KEY).unlink(missing_ok=True)
    return applied


def add_commands(commands: object, add: Callable[..., argparse.ArgumentParser]) -> None:
    making = add(commands, "backup", backup)
    making.add_argument("file", metavar="FILE.tar.gz")
    making.add_argument("--force", action="store_true", help="replace a file of that name")
    restoring = add(commands, "restore", restore)
    restoring.add_argument("file", metavar="FILE.tar.gz")
    restoring.add_argument("--force", action="store_true", help="put aside what is there")
