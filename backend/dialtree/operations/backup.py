"""Copies of an installation on SQLite: one file with the database, the key of the SIP passwords and
a manifest by which they are checked."""

import hashlib
import io
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, ValidationError

from dialtree import clock
from dialtree.migrations import available

DATABASE = "dialtree.sqlite3"
KEY = "secret.key"
MANIFEST = "manifest.json"
BESIDE_DATABASE = ("", "-wal", "-shm", "-journal")
MAX_MANIFEST_BYTES = 100_000


class BadBackup(Exception):
    """Why nothing was backed up or restored, in a sentence for the operator."""


class Member(BaseModel):
    bytes: int
    sha256: str


class Manifest(BaseModel):
    format: Literal[1] = 1
    dialtree: str
    created_at: str
    migrations: list[str]
    files: dict[str, Member]


def back_up(data_dir: Path, target: Path, *, with_key: bool, replace: bool = False) -> Manifest:
    """Writes `target` whole or not at all, readable for its owner only, while others may read and
    write the database. Raises BadBackup, OSError."""
    database = data_dir / DATABASE
    if not database.is_file():
        raise BadBackup(f"there is no {database}")
    if target.exists() and not replace:
        raise BadBackup(f"{target} exists already; --force replaces it")
    # Beside the target: there is room for the copy, and it can be renamed.
    with tempfile.TemporaryDirectory(prefix=".dialtree-backup-", dir=target.parent) as folder:
        copy = Path(folder) / DATABASE
        _copy_database(database, copy)
        files = {DATABASE: copy}
        if with_key:
            # After the database: a key that is being replaced stays in the file beside the new one.
            files[KEY] = Path(folder) / KEY
            shutil.copyfile(data_dir / KEY, files[KEY])
        manifest = Manifest(
            dialtree=version("dialtree"),
            created_at=clock.now().isoformat(timespec="seconds"),
            migrations=_check_database(copy),
            files={
                name: Member(bytes=file.stat().st_size, sha256=_sha256(file))
                for name, file in files.items()
            },
        )
        packed = Path(folder) / "packed"
        _pack(packed, manifest, files)
        packed.replace(target)
        _sync_folder(target.parent)
    return manifest


def _copy_database(source: Path, target: Path) -> None:
    """As it is at one moment: all pages in one step; thanks to the log others write meanwhile."""
    target.touch(mode=0o600)
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        reading.execute("PRAGMA busy_timeout = 10000")
        reading.backup(writing)
        # One file, without a log beside it.
        writing.execute("PRAGMA journal_mode = DELETE")


def _check_database(file: Path) -> list[str]:
    """The names of the migrations in it. Raises BadBackup."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
            [(first,), *_others] = database.execute("PRAGMA integrity_check(1)").fetchall()
            if first != "ok":
                raise BadBackup(f"the database is damaged: {first}")
            broken = database.execute("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise BadBackup(f"the database is damaged: {len(broken)} references lead nowhere")
            names = database.execute("SELECT name FROM migration ORDER BY name").fetchall()
    except sqlite3.DatabaseError as error:
        raise BadBackup(f"the database is damaged: {error}") from error
    return [name for (name,) in names]


def _pack(target: Path, manifest: Manifest, files: dict[str, Path]) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
            content = manifest.model_dump_json(indent=2).encode()
            about = tarfile.TarInfo(MANIFEST)
            about.size, about.mode = len(content), 0o600
            archive.addfile(about, io.BytesIO(content))
            for name, source in files.items():
                archive.add(source, name, filter=_without_owner)
        file.flush()
        os.fsync(file.fileno())


def _without_owner(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


@contextmanager
def unpacked(source: Path, data_dir: Path) -> Iterator[tuple[Path, Manifest]]:
    """A folder in `data_dir` with the files of the backup, checked against its manifest and in
    themselves; it is removed afterwards. Raises BadBackup, OSError."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".dialtree-restore-", dir=data_dir) as name:
        folder = Path(name)
        try:
            with tarfile.open(source, "r:gz") as archive:
                manifest = _unpack(archive, folder)
        except (tarfile.TarError, EOFError, ValueError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise BadBackup(f"{source} is no whole backup: {error}") from error
        migrations = _check_database(folder / DATABASE)
        known = {migration.name for migration in available("sqlite")}
        if newer := sorted({*migrations, *manifest.migrations} - known):
            raise BadBackup(
                f"the backup was made by dialtree {manifest.dialtree}, which is newer: this one "
                f"does not know {', '.join(newer)}"
            )
        yield folder, manifest


def _unpack(archive: tarfile.TarFile, folder: Path) -> Manifest:
    members = {member.name: member for member in archive}
    if any(not member.isreg() for member in members.values()):
        raise BadBackup("the backup holds something else than files")
    if MANIFEST not in members or members[MANIFEST].size > MAX_MANIFEST_BYTES:
        raise BadBackup("the backup has no manifest")
    try:
        manifest = Manifest.model_validate_json(_content(archive, members[MANIFEST]).read())
    except ValidationError as error:
        raise BadBackup("the manifest of the backup cannot be read") from error
    if not {DATABASE} <= manifest.files.keys() <= {DATABASE, KEY}:
        raise BadBackup("the manifest of the backup names other files than expected")
    if members.keys() != {MANIFEST, *manifest.files}:
        raise BadBackup("the backup holds other files than its manifest names")
    for name, expected in manifest.files.items():
        if members[name].size != expected.bytes:
            raise BadBackup(f"{name} in the backup has not the size that the manifest names")
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(_content(archive, members[name]), file)
            file.flush()
            os.fsync(file.fileno())
        if _sha256(folder / name) != expected.sha256:
            raise BadBackup(f"{name} in the backup is not what was backed up")
    return manifest


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(member)
    assert content is not None, "a regular file"
    return content


def occupied(data_dir: Path, *, key: bool) -> list[Path]:
    """What stands where a backup would be restored to."""
    names = [f"{DATABASE}{end}" for end in BESIDE_DATABASE] + ([KEY] if key else [])
    return [data_dir / name for name in names if (data_dir / name).exists()]


def must_not_be_in_use(data_dir: Path) -> None:
    """Raises BadBackup while another program has the database open.

    Every connection to a database with a write-ahead log holds a shared lock as long as it is
    open, and only without one the log can be put away.
    """
    database = data_dir / DATABASE
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database, timeout=0)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise BadBackup(f"{database} is in use; stop dialtree first") from error
        raise BadBackup(f"{database}: {error}") from error
    except sqlite3.DatabaseError:
        return  # damaged, which may be why it is to be replaced


def put_aside(files: list[Path], data_dir: Path) -> Path:
    """Moves `files` to a new folder beside them, which is returned."""
    moment = re.sub(r"[-:]", "", clock.now().isoformat(timespec="seconds").partition("+")[0])
    folder = Path(tempfile.mkdtemp(prefix=f"before-restore-{moment}-", dir=data_dir))
    for file in files:
        file.replace(folder / file.name)
    _sync_folder(folder)
    return folder


def put_in_place(folder: Path, data_dir: Path) -> None:
    """The key before the database: without it the database is of no use."""
    # Connections that end at the same moment may leave the log to each other.
    must_not_be_in_use(folder)
    for name in (KEY, DATABASE):
        if (folder / name).exists():
            if os.geteuid() == 0:
                # Whoever runs the server has to read it.
                owner = data_dir.stat()
                os.chown(folder / name, owner.st_uid, owner.st_gid)
            (folder / name).replace(data_dir / name)
    _sync_folder(data_dir)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
