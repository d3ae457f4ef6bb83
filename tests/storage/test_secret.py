"""The installation's key: made once, kept, and refused when it is not the right one."""

import base64
import stat
from pathlib import Path

import pytest

from storage.errors import HomeUnusable, SecretUnusable
from storage.home import home_folder
from storage.key_ring import add_key, told_keys
from storage.secret import Cipher, load_cipher


def test_the_key_is_made_on_the_first_start_and_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GRIDTALK_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("GRIDTALK_SECRET", raising=False)
    sealed = load_cipher().seal("镇海路18号")
    assert load_cipher().open(sealed) == "镇海路18号"
    assert stat.S_IMODE((tmp_path / "state" / "secret.key").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "state").iterdir()] == ["secret.key"]


def test_the_key_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GRIDTALK_HOME", str(tmp_path))
    monkeypatch.setenv("GRIDTALK_SECRET", base64.urlsafe_b64encode(bytes(32)).decode())
    assert load_cipher().lookup("a") == Cipher(bytes(32)).lookup("a")
    assert not (tmp_path / "secret.key").exists()


@pytest.mark.parametrize("setting", ["short", "AAAA", "ä"])
def test_a_malformed_key_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    monkeypatch.setenv("GRIDTALK_SECRET", setting)
    with pytest.raises(SecretUnusable, match="GRIDTALK_SECRET"):
        load_cipher()


def test_equal_texts_are_sealed_differently_and_hashed_equally() -> None:
    cipher = Cipher(bytes(32))
    assert cipher.seal("a") != cipher.seal("a")
    assert cipher.lookup("a") == cipher.lookup("a") != cipher.lookup("b")


def test_a_changed_value_is_not_opened() -> None:
    cipher = Cipher(bytes(32))
    sealed = bytearray(cipher.seal("a"))
    sealed[-1] ^= 1
    with pytest.raises(SecretUnusable):
        cipher.open(bytes(sealed))


def test_a_home_that_is_a_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GRIDTALK_HOME", str(tmp_path / "file"))
    with pytest.raises(HomeUnusable, match="GRIDTALK_HOME"):
        home_folder()


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A fresh installation with its key in a file."""
    monkeypatch.setenv("GRIDTALK_HOME", str(tmp_path))
    monkeypatch.delenv("GRIDTALK_SECRET", raising=False)
    return tmp_path


def test_a_new_key_seals_and_the_old_ones_open(home: Path) -> None:
    before = load_cipher()
    old = before.seal("镇海路18号")
    name = add_key(1_700_000_000.0)
    after = load_cipher()
    assert (after.newest, after.newest != before.newest) == (name, True)
    assert after.open(old) == "镇海路18号"
    assert (after.is_newest(old), after.is_newest(after.seal("a"))) == (False, True)
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600


def test_a_running_process_opens_what_another_sealed_with_a_newer_key(home: Path) -> None:
    running = load_cipher()
    add_key()
    sealed = load_cipher().seal("a")
    assert running.open(sealed) == "a"
    assert running.newest == load_cipher().newest


def test_lookups_and_chains_survive_a_rotation(home: Path) -> None:
    before = load_cipher()
    add_key()
    after = load_cipher()
    assert (after.lookup("a"), after.link("0", "b")) == (before.lookup("a"), before.link("0", "b"))


def test_keys_are_told_by_fingerprint_and_age_and_never_themselves(home: Path) -> None:
    load_cipher()
    first = told_keys()
    add_key(1_700_000_000.0)
    told = told_keys()
    assert [one.seals for one in told] == [False, True]
    assert told[1].made_at == 1_700_000_000.0
    assert (told[0].fingerprint, told[0].made_at) == (first[0].fingerprint, int(first[0].made_at or 0))
    text = (home / "secret.key").read_text()
    assert not any(one.fingerprint in text for one in told)


def test_keys_of_the_environment_are_rotated_there(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (base64.urlsafe_b64encode(bytes([number] * 32)).decode() for number in (1, 2))
    monkeypatch.setenv("GRIDTALK_SECRET", first)
    old = load_cipher()
    with pytest.raises(SecretUnusable, match="GRIDTALK_SECRET"):
        add_key()
    monkeypatch.setenv("GRIDTALK_SECRET", f"{first},{second}")
    new = load_cipher()
    assert new.open(old.seal("a")) == "a"
    assert (new.newest == old.newest, new.lookup("a") == old.lookup("a")) == (False, True)
