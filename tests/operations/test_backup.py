"""A backup of an installation at work, and what is restored from it: whole, checked, or nothing."""

import hashlib
import io
import json
import os
import sqlite3
import stat
import subprocess
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from dialtree import clock
from dialtree.database import connected
from dialtree.migrations import available
from dialtree.operations.backup import BadBackup, back_up, unpacked
from dialtree.orders.claiming import LEASE
from dialtree.orders.models import OPEN_STATUSES, Order, OrderStatus
from dialtree.orders.worker import run_due
from dialtree.settings import Settings
from dialtree.trunks.credentials import SipService, is_key_of_passwords
from dialtree.trunks.models import SipCredentials
from dialtree.trunks.vault import new_key
from tests.invariants import check
from tests.running import Running, dialtree, running
from tests.stock import APP_URL

pytestmark = pytest.mark.skipif(
    os.environ.get("DIALTREE_TEST_DATABASE") == "postgres", reason="backups are of SQLite"
)

ADMINISTRATOR = "admin@demo.example"
Refusal = Callable[..., str]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a demo company at rest."""
    data_dir = tmp_path_factory.mktemp("demo")
    loaded = dialtree("demo", "load", data_dir=str(data_dir))
    assert loaded.returncode == 0, loaded.stderr
    return data_dir


@pytest.fixture
def made(demo: Path, tmp_path: Path) -> Path:
    """A backup of it."""
    file = tmp_path / "made.tar.gz"
    back_up(demo, file, with_key=True)
    return file


def restore(file: Path, data_dir: Path, *arguments: str, **settings: str):
    return dialtree("restore", str(file), *arguments, data_dir=str(data_dir), **settings)


def refused(ended: "subprocess.CompletedProcess[str]") -> str:
    """The one line with which the command ended."""
    assert ended.returncode == 1, ended.stdout
    assert "Traceback" not in ended.stderr
    [*_, line] = ended.stderr.splitlines()
    assert line.startswith("dialtree: ")
    return line


# At work -----------------------------------------------------------------------------------------


@contextmanager
def under_load(server: Running, token: str) -> Iterator[None]:
    """Splits and merges the same ranges again and again."""
    stopping, failures, done = threading.Event(), [], [0]
    query = "{ numberRanges(first: 50) { nodes { children { id state } } } }"
    mutations = [
        f"mutation M($id: ID!) {{ {name}(input: {{rangeId: $id}}) {{ __typename }} }}"
        for name in ("splitRange", "mergeRange")
    ]

    def work() -> None:
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as http:

            def ask(document: str, **variables: str) -> dict:
                body = {"query": document, "variables": variables}
                return http.post("/graphql", json=body, timeout=30).json()["data"]

            roots = ask(query)["numberRanges"]["nodes"]
            ids = [child["id"] for root in roots for child in root["children"]]
            while not stopping.is_set():
                for id_ in ids:
                    for mutation in mutations:
                        [answer] = ask(mutation, id=id_).values()
                        done[0] += answer["__typename"] == "OrderAccepted"

    def guarded() -> None:
        try:
            work()
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
    assert not failures
    assert done[0] > 10


def past_every_lease() -> datetime:
    return datetime.now(UTC) + LEASE


async def test_a_backup_under_load_is_whole_and_goes_on_where_it_was_made(tmp_path: Path) -> None:
    data, files = tmp_path / "data", [tmp_path / f"{number}.tar.gz" for number in range(4)]
    with running("--demo", data_dir=str(data)) as server:
        asked = dialtree("token", "create", "x", "--user", ADMINISTRATOR, data_dir=str(data))
        with under_load(server, asked.stdout.strip()):
            for file in files:
                ended = dialtree("backup", str(file), data_dir=str(data))
                assert ended.returncode == 0, ended.stderr
        assert "database is locked" not in server.text
        server.stop()
        assert server.ended() == 0
    executed = set()
    for file in files:
        restored = tmp_path / f"restored-{file.name}"
        ended = restore(file, restored)
        assert ended.returncode == 0, ended.stderr
        async with connected(f"sqlite://{restored / 'dialtree.sqlite3'}"):
            before = await check()
            executed.add(len(before["order_request"]))
            waiting = await Order.filter(
                status__in=(OrderStatus.QUEUED, OrderStatus.RUNNING)
            ).values_list("id", flat=True)
            assert await SipCredentials.exists()
            assert await is_key_of_passwords(SipService.of(Settings(data_dir=restored)))
            with clock.reading(past_every_lease):
                await run_due(APP_URL)
            await check()
            for order in await Order.filter(id__in=waiting):
                assert order.status not in OPEN_STATUSES
    assert len(executed) > 1, "nothing was written between the backups"


async def test_a_restored_installation_is_the_same(demo: Path, made: Path, tmp_path: Path) -> None:
    assert restore(made, tmp_path / "new").returncode == 0
    rows = []
    for data_dir in (demo, tmp_path / "new"):
        async with connected(f"sqlite://{data_dir / 'dialtree.sqlite3'}"):
            rows.append(await check())
    assert rows[0] == rows[1]
    assert (tmp_path / "new" / "secret.key").read_bytes() == (demo / "secret.key").read_bytes()
    left = sorted(file.name for file in (tmp_path / "new").iterdir())
    assert left == ["dialtree.sqlite3", "secret.key"]


def test_a_restored_installation_starts(made: Path, tmp_path: Path) -> None:
    assert restore(made, tmp_path / "new").returncode == 0
    with running(data_dir=str(tmp_path / "new")) as server:
        assert httpx.get(f"{server.url}/readyz").status_code == 200


# The file ----------------------------------------------------------------------------------------


def test_only_its_owner_may_read_it_and_it_says_what_it_holds(made: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    with tarfile.open(made) as archive:
        assert archive.getnames() == ["manifest.json", "dialtree.sqlite3", "secret.key"]
        assert {member.mode for member in archive} == {0o600}
        manifest = json.load(archive.extractfile("manifest.json"))
        for name, about in manifest["files"].items():
            content = archive.extractfile(name).read()
            assert len(content) == about["bytes"]
            assert hashlib.sha256(content).hexdigest() == about["sha256"]
    assert manifest["migrations"] == [migration.name for migration in available("sqlite")]


def test_a_key_of_the_environment_is_not_in_it(demo: Path, tmp_path: Path) -> None:
    file, key = tmp_path / "b.tar.gz", (demo / "secret.key").read_text().strip()
    ended = dialtree("backup", str(file), data_dir=str(demo), secret_key=key)
    assert "keep DIALTREE_SECRET_KEY elsewhere" in ended.stdout
    with tarfile.open(file) as archive:
        assert "secret.key" not in archive.getnames()
    assert "another key" in refused(restore(file, tmp_path / "a"))
    assert "another key" in refused(restore(file, tmp_path / "a", secret_key=new_key()))
    assert list((tmp_path / "a").iterdir()) == []
    assert restore(file, tmp_path / "a", secret_key=key).returncode == 0
    assert [file.name for file in (tmp_path / "a").iterdir()] == ["dialtree.sqlite3"]


def test_a_backup_replaces_nothing_unasked(demo: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.tar.gz"
    file.write_text("precious")
    command = ("backup", str(file))
    assert "exists already" in refused(dialtree(*command, data_dir=str(demo)))
    assert file.read_text() == "precious"
    assert dialtree(*command, "--force", data_dir=str(demo)).returncode == 0
    assert tarfile.is_tarfile(file)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b.tar.gz"]


def test_what_cannot_be_backed_up_is_said_in_one_line(demo: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "b.tar.gz")
    nowhere = str(tmp_path / "nowhere")
    assert "there is no" in refused(dialtree("backup", file, data_dir=nowhere))
    assert not Path(nowhere).exists()
    into = f"{nowhere}/b.tar.gz"
    assert "No such file" in refused(dialtree("backup", into, data_dir=str(demo)))
    url = "postgres://dialtree:geheim@db.example/dialtree"
    for command in ("backup", "restore"):
        line = refused(dialtree(command, file, data_dir=str(demo), database_url=url))
        assert "pg_dump" in line
        assert "geheim" not in line


def test_a_damaged_database_is_not_backed_up(demo: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with closing(sqlite3.connect(demo / "dialtree.sqlite3")) as source:
        source.execute(f"VACUUM INTO '{data / 'dialtree.sqlite3'}'")
    with closing(sqlite3.connect(data / "dialtree.sqlite3")) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("DELETE FROM customer")
        database.commit()
    (data / "secret.key").write_text(new_key())
    with pytest.raises(BadBackup, match="references lead nowhere"):
        back_up(data, tmp_path / "b.tar.gz", with_key=True)
    assert not (tmp_path / "b.tar.gz").exists()


# Restoring ---------------------------------------------------------------------------------------


def test_what_is_there_is_put_aside_only_when_asked(made: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert restore(made, data).returncode == 0
    (data / "secret.key").write_text("old key")
    assert "exists already" in refused(restore(made, data))
    assert (data / "secret.key").read_text() == "old key"
    ended = restore(made, data, "--force")
    assert ended.returncode == 0, ended.stderr
    [aside] = data.glob("before-restore-*")
    assert (aside / "secret.key").read_text() == "old key"
    assert {file.name for file in aside.iterdir()} == {"dialtree.sqlite3", "secret.key"}


def test_nothing_is_restored_under_a_running_server(made: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data_dir=str(data)) as server:
        before = {file.name for file in data.iterdir()}
        assert "in use" in refused(restore(made, data, "--force"))
        assert {file.name for file in data.iterdir()} == before
        assert httpx.get(f"{server.url}/readyz").status_code == 200


def test_an_older_backup_is_brought_up_to_date(demo: Path, tmp_path: Path) -> None:
    [first, *later] = available("sqlite")
    data = tmp_path / "old"
    data.mkdir()
    with closing(sqlite3.connect(data / "dialtree.sqlite3")) as database:
        database.executescript(first.sql)
        database.execute("CREATE TABLE migration (name text PRIMARY KEY, applied_at text NOT NULL)")
        database.execute("INSERT INTO migration VALUES (?, '')", [first.name])
        database.commit()
    (data / "secret.key").write_text(new_key())
    back_up(data, tmp_path / "b.tar.gz", with_key=True)
    ended = restore(tmp_path / "b.tar.gz", tmp_path / "new")
    assert ended.returncode == 0, ended.stderr
    for migration in later:
        assert f"applied {migration.name}" in ended.stdout


def repacked(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The backup with other contents."""
    with tarfile.open(source) as archive:
        contents = {member.name: archive.extractfile(member).read() for member in archive}
    change(contents)
    with tarfile.open(target, "w:gz") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target


def with_manifest(**fields: object) -> Callable[[dict[str, bytes]], None]:
    def change(contents: dict[str, bytes]) -> None:
        contents["manifest.json"] = json.dumps(
            json.loads(contents["manifest.json"]) | fields
        ).encode()

    return change


def other_database(contents: dict[str, bytes]) -> None:
    content = contents["dialtree.sqlite3"]
    contents["dialtree.sqlite3"] = content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (other_database, "is not what was backed up"),
        (lambda c: c.update({"dialtree.sqlite3": c["dialtree.sqlite3"] + b"x"}), "size"),
        (lambda c: c.pop("secret.key"), "other files than its manifest names"),
        (lambda c: c.update({"../evil": b"x"}), "other files than its manifest names"),
        (lambda c: c.update({"/etc/evil": b"x"}), "other files than its manifest names"),
        (lambda c: c.pop("manifest.json"), "no manifest"),
        (lambda c: c.update({"manifest.json": b"{}"}), "cannot be read"),
        (with_manifest(format=2), "cannot be read"),
        (with_manifest(migrations=["9999_future"]), "newer: this one does not know 9999_future"),
        (with_manifest(files={"../evil": {"bytes": 1, "sha256": ""}}), "other files"),
    ],
)
def test_what_is_not_as_it_was_made_is_refused(
    made: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], reason: str
) -> None:
    file = repacked(made, tmp_path / "changed.tar.gz", change)
    data = tmp_path / "data"
    with pytest.raises(BadBackup, match=reason), unpacked(file, data):
        pass
    assert list(data.iterdir()) == []
    assert not (tmp_path / "evil").exists()


def test_links_are_refused(made: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "links.tar.gz", "w:gz") as archive:
        for name in ("manifest.json", "dialtree.sqlite3"):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(member)
    assert "something else than files" in refused(
        restore(tmp_path / "links.tar.gz", tmp_path / "data")
    )


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.99])
def test_a_broken_off_or_foreign_file_is_refused(made: Path, tmp_path: Path, share: float) -> None:
    file = tmp_path / "broken.tar.gz"
    content = made.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BadBackup, match="no whole backup"), unpacked(file, tmp_path / "data"):
        pass
    assert list((tmp_path / "data").iterdir()) == []


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = refused(restore(tmp_path / "missing.tar.gz", tmp_path / "data"))
    assert "No such file" in missing
