"""The command `dialtree`, as an operator runs it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dialtree.database import postgres_arguments

CSV = """\
contract;street;postcode;town;status;start_date;area_code;stem;extension_digits;first_digits
SV-1;Kantstraße 12;10623;Berlin;ACTIVE;;030;23125;3;
"""


@pytest.fixture
def dialtree(tmp_path: Path):
    """Runs a command on a SQLite of its own; returns the finished process."""

    def run(*arguments: str, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("DIALTREE_")}
        return subprocess.run(
            [Path(sys.executable).with_name("dialtree"), *arguments],
            env={**kept, "DIALTREE_DATA_DIR": str(tmp_path), **settings},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def make_user(dialtree, email: str = "admin@firma.example") -> None:
    role = ("--customer", "Firma", "--role", "ADMINISTRATOR")
    made = dialtree("user", "create", email, *role, stdin="correct horse battery\n")
    assert made.returncode == 0, made.stderr


def test_an_import_names_bad_rows_and_changes_nothing(dialtree, tmp_path: Path) -> None:
    make_user(dialtree)
    file = tmp_path / "numbers.csv"
    file.write_text(CSV + "SV-1;Kantstraße 12;10623;Berlin;ACTIVE;;0999;1;1;\n", "cp1252")
    refused = dialtree("import", "contracts", str(file))
    assert refused.returncode == 1
    assert f"{file}:3: area_code: There is no German area code “0999”" in refused.stdout

    skipped = dialtree("import", "contracts", str(file), "--skip-bad-rows", "--dry-run")
    assert "would add 1 contracts, 1 blocks" in skipped.stdout
    done = dialtree("import", "contracts", str(file), "--skip-bad-rows")
    assert "added 1 contracts, 1 blocks, 0 single numbers (1000 numbers)" in done.stdout
    file.write_text(CSV)
    assert "added 0 contracts" in dialtree("import", "contracts", str(file)).stdout


def test_service_staff_and_customers_are_made_at_the_command_line(dialtree) -> None:
    role = ("--customer", "Netz und Leitung", "--role", "SERVICE")
    made = dialtree("user", "create", "service@netz.example", *role, stdin="correct horse bat\n")
    assert made.returncode == 0, made.stderr
    assert (
        "created Westwind AG"
        in dialtree("customer", "create", "Westwind AG", "--calls", "4").stdout
    )
    assert dialtree("customer", "create", " Westwind  AG ").returncode == 1
    listed = dialtree("customer", "list").stdout.splitlines()
    assert [line.split("\t")[1:] for line in listed] == [
        ["Netz und Leitung", "calls: 0"],
        ["Westwind AG", "calls: 4"],
    ]
    user = ("--user", "service@netz.example")
    assert dialtree("token", "create", "sync", *user, "--role", "VIEWER").returncode == 0


def test_what_is_kept_is_for_its_owner_only(dialtree, tmp_path: Path) -> None:
    make_user(dialtree)
    kept = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert kept
    assert [file.stat().st_mode & 0o077 for file in kept] == [0] * len(kept)


def test_a_token_has_no_more_rights_than_its_user(dialtree) -> None:
    make_user(dialtree)
    refused = dialtree(
        "token", "create", "sync", "--user", "admin@firma.example", "--role", "SERVICE"
    )
    assert refused.returncode == 1
    assert "may do less than SERVICE" in refused.stderr


def test_what_is_missing_is_said_in_one_line(dialtree, tmp_path: Path) -> None:
    for arguments in (
        ("import", "contracts", str(tmp_path / "none.csv")),
        ("token", "create", "x", "--user", "nobody@firma.example"),
        ("token", "revoke", "7"),
        ("worker",),
    ):
        ended = dialtree(*arguments)
        assert ended.returncode == 1
        assert ended.stderr.strip().splitlines()[-1].startswith("dialtree: ")
        assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", [["serve", "--workers", "2"], ["worker"]])
def test_a_database_that_is_away_is_said_in_one_line(dialtree, command: list[str]) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # does not listen
        url = f"postgres://127.0.0.1:{nobody.getsockname()[1]}/dialtree"
        ended = dialtree(*command, DIALTREE_DATABASE_URL=url)
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    assert line.startswith("dialtree: no connection to the database: ")


def test_users_are_checked(dialtree) -> None:
    make_user(dialtree)
    role = ("--customer", "Firma")
    for email, password in (
        ("admin@firma.example", "correct horse battery"),
        ("no address", "correct horse battery"),
        ("other@firma.example", "short"),
    ):
        assert dialtree("user", "create", email, *role, stdin=password + "\n").returncode == 1


def test_a_token_is_made_listed_and_revoked_with_its_user(dialtree) -> None:
    make_user(dialtree)
    token = dialtree("token", "create", "script", "--user", "admin@firma.example").stdout.strip()
    assert token.startswith("dialtree_")
    assert "script\tadmin@firma.example\tvalid" in dialtree("token", "list").stdout
    assert dialtree("user", "deactivate", "admin@firma.example").returncode == 0
    assert "script\tadmin@firma.example\trevoked" in dialtree("token", "list").stdout


def test_the_demo_company_is_loaded_once(dialtree) -> None:
    first = dialtree("demo", "load")
    assert "viewer@demo.example and service@demo.example, password: " in first.stdout
    assert "has data already" in dialtree("demo", "load").stdout


def test_postgres_urls() -> None:
    assert postgres_arguments("postgres://anna:p%40ss@db.example:6543/numbers?sslmode=require") == {
        "host": "db.example",
        "port": 6543,
        "user": "anna",
        "password": "p@ss",
        "database": "numbers",
        "ssl": "require",
    }
    with pytest.raises(ValueError, match="maxsize"):
        postgres_arguments("postgres://db/numbers?maxsize=20")


def test_holders_are_added_by_the_operator(dialtree) -> None:
    make_user(dialtree)
    company = ("--customer", "Firma")
    made = dialtree("cloud-pbx", "create", "Zentrale", *company)
    assert (made.returncode, made.stdout) == (0, "created Zentrale at Firma\n")
    again = dialtree("cloud-pbx", "create", "ZENTRALE", *company)
    assert again.returncode == 1
    assert "Firma has one named ZENTRALE already" in again.stderr
    assert dialtree("cloud-pbx", "create", "*", *company).returncode == 1
    zoom = dialtree("ucc-connection", "create", "Vertrieb", *company, "--partner", "ZOOM_X")
    assert zoom.returncode == 0, zoom.stderr
    unknown = dialtree("ucc-connection", "create", "Vertrieb", *company, "--partner", "ZOOM")
    assert "there is no partner ZOOM" in unknown.stderr
    nowhere = dialtree("cloud-pbx", "create", "Zentrale", "--customer", "Nobody")
    assert "there is no customer Nobody" in nowhere.stderr


def test_what_a_partner_can_do_is_set_without_a_release(dialtree) -> None:
    listed = dialtree("partner", "list").stdout
    assert "UNIFY_X\tUnify X (by RingCentral)\tsplit ranges: no\tdated: no\n" in listed
    options = ("--split-ranges", "yes", "--dated", "yes")
    assert dialtree("partner", "set", "UNIFY_X", *options).returncode == 0
    assert "UNIFY_X\tUnify X (by RingCentral)\tsplit ranges: yes\tdated: yes\n" in (
        dialtree("partner", "list").stdout
    )
    assert "there is no partner X" in dialtree("partner", "set", "X", "--dated", "no").stderr
    assert "say what changes" in dialtree("partner", "set", "UNIFY_X").stderr


def test_the_key_of_passwords_is_replaced(dialtree, tmp_path: Path) -> None:
    assert dialtree("demo", "load").returncode == 0
    before = (tmp_path / "secret.key").read_text()
    rotated = dialtree("secret-key", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    assert rotated.stdout == "encrypted anew: 4, not readable with the keys at hand: 0\n"
    new, kept = (tmp_path / "secret.key").read_text().split()
    assert kept == before.strip() != new
    (tmp_path / "secret.key").write_text(dialtree("secret-key", "generate").stdout)
    lost = dialtree("secret-key", "rotate")
    assert lost.stdout == "encrypted anew: 0, not readable with the keys at hand: 4\n"
    assert (lost.returncode, len((tmp_path / "secret.key").read_text().split())) == (1, 2)
    keys = {dialtree("secret-key", "generate").stdout for _ in range(2)}
    assert len(keys) == 2


def test_unknown_credentials_are_refused(dialtree) -> None:
    checked = dialtree("credentials", "check", "trunk-abcdefghjk", stdin="wrong\n")
    assert (checked.returncode, checked.stderr.strip()) == (1, "dialtree: refused")


def test_a_key_that_is_none_is_said_in_one_line(dialtree, tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("hunter2\n")
    rotated = dialtree("secret-key", "rotate")
    assert rotated.returncode == 1
    assert rotated.stderr.startswith(f"dialtree: {tmp_path / 'secret.key'} holds something")
    assert "hunter2" not in rotated.stderr
