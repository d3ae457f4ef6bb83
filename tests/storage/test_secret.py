"""The installation's key: made once, kept, and refused when it is not the right one."""

import base64
import stat
from pathlib import Path

import pytest

from storage.errors import HomeUnusable, SecretUnusable
from storage.home import home_folder
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
