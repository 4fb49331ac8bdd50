"""The keys that passwords are encrypted with, and where they come from."""

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from dialtree.settings import Settings
from dialtree.trunks.vault import BadKey, Unreadable, Vault, new_key


def test_what_is_encrypted_is_read_again_and_does_not_show_the_text() -> None:
    vault = Vault(keys=(new_key(),))
    encrypted = vault.encrypt("geheim")
    assert "geheim" not in encrypted
    assert encrypted != vault.encrypt("geheim")
    assert vault.decrypt(encrypted) == "geheim"


def test_another_key_does_not_read_it() -> None:
    encrypted = Vault(keys=(new_key(),)).encrypt("geheim")
    for operation in (Vault(keys=(new_key(),)).decrypt, Vault(keys=(new_key(),)).renew):
        with pytest.raises(Unreadable):
            operation(encrypted)


def test_the_first_key_encrypts_and_all_of_them_read() -> None:
    old, new = new_key(), new_key()
    encrypted = Vault(keys=(old,)).encrypt("geheim")
    both = Vault(keys=(new, old))
    assert both.decrypt(encrypted) == "geheim"
    assert Vault(keys=(new,)).decrypt(both.renew(encrypted)) == "geheim"


def test_the_first_start_makes_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    vault = Vault.of(Settings(data_dir=tmp_path / "data"))
    file = tmp_path / "data" / "secret.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secret.key"]
    encrypted = vault.encrypt("geheim")
    assert Vault.of(Settings(data_dir=tmp_path / "data")).decrypt(encrypted) == "geheim"


def test_a_file_system_without_hard_links_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.link", link)
    vault = Vault.of(Settings(data_dir=tmp_path))
    assert vault.decrypt(vault.encrypt("geheim")) == "geheim"
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_a_process_that_runs_follows_a_key_that_is_replaced(tmp_path: Path) -> None:
    running = Vault.of(Settings(data_dir=tmp_path))
    before = running.encrypt("geheim")
    rotating = Vault.of(Settings(data_dir=tmp_path))
    rotating.add_key()
    assert running.decrypt(before) == "geheim"
    renewed = rotating.renew(before)
    rotating.add_key()
    assert running.decrypt(before) == "geheim"
    rotating.drop_old_keys()
    # Two keys on the old one is gone; what was encrypted anew is not.
    assert running.decrypt(renewed) == "geheim"
    with pytest.raises(Unreadable):
        running.decrypt(before)
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_the_setting_goes_before_the_file(tmp_path: Path) -> None:
    key = new_key()
    vault = Vault.of(Settings(data_dir=tmp_path, secret_key=SecretStr(f"{key}, {new_key()}")))
    assert not (tmp_path / "secret.key").exists()
    assert Vault(keys=(key,)).decrypt(vault.encrypt("geheim")) == "geheim"


def test_what_is_no_key_is_refused_without_showing_it(tmp_path: Path) -> None:
    with pytest.raises(BadKey, match="secret-key generate") as caught:
        Vault.of(Settings(data_dir=tmp_path, secret_key=SecretStr("hunter2")))
    assert "hunter2" not in str(caught.value)
