"""Calls are read back by the conversation that they were; ids from outside never become paths."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from connectors.phone.archive import CallArchive
from storage.clock import CHINA

AT = datetime(2026, 11, 20, 0, 5, tzinfo=CHINA)


def keep(folder: Path, name: str, **record: Any) -> Path:
    """Write a record, and a recording beside it where the record names one."""
    path = folder / AT.date().isoformat() / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps({"started_at": AT.isoformat(), **record}))
    if record.get("recording"):
        path.with_suffix(".wav").write_bytes(b"RIFF")
    return path


def test_a_call_is_found_with_its_recording(tmp_path: Path) -> None:
    path = keep(tmp_path, "000500-a_b", id="phone:a/b", recording="000500-a_b.wav")
    keep(tmp_path, "000501-a_b", id="phone:a?b")
    call = CallArchive(tmp_path).find("phone:a/b", AT.timestamp())
    assert call is not None
    assert (call.record["id"], call.recording) == ("phone:a/b", path.with_suffix(".wav"))
    assert CallArchive(tmp_path).find("phone:a/b", AT.timestamp() - 3600) is not None, "the day before, before midnight"


def test_a_call_id_with_a_host_in_it_is_found_as_the_phone_writes_it(tmp_path: Path) -> None:
    named = tmp_path / AT.date().isoformat() / "000500-b7@127.0.0.1"
    keep(tmp_path, named.with_suffix(".json").stem, id="phone:b7@127.0.0.1")
    assert CallArchive(tmp_path).find("phone:b7@127.0.0.1", AT.timestamp()) is not None


def test_of_two_calls_with_the_same_id_the_nearer_one_is_meant(tmp_path: Path) -> None:
    keep(tmp_path, "000500-x", id="phone:x", outcome="bot")
    keep(tmp_path, "080000-x", id="phone:x", outcome="caller", started_at=AT.replace(hour=8).isoformat())
    call = CallArchive(tmp_path).find("phone:x", AT.replace(hour=7).timestamp())
    assert call is not None
    assert call.record["outcome"] == "caller"


def test_what_is_deleted_broken_or_no_call_is_not_there(tmp_path: Path) -> None:
    archive = CallArchive(tmp_path)
    assert archive.find("phone:gone", AT.timestamp()) is None
    assert archive.find("web:x", AT.timestamp()) is None
    path = keep(tmp_path, "000500-broken", id="phone:broken")
    path.write_text("{")
    assert archive.find("phone:broken", AT.timestamp()) is None
    path = keep(tmp_path, "000500-late", id="phone:late", recording="x.wav")
    path.with_suffix(".wav").unlink()
    call = archive.find("phone:late", AT.timestamp())
    assert call is not None
    assert call.recording is None


def test_an_imported_recording_lies_where_its_id_says_inside_the_folder(tmp_path: Path) -> None:
    archive = CallArchive(tmp_path)
    place = archive.place_for("import:../../etc/passwd", AT.date())
    assert place.parent == tmp_path / "2026-11-20"
    assert archive.imported("import:../../etc/passwd") is None
    place.parent.mkdir()
    place.write_bytes(b"RIFF")
    assert archive.imported("import:../../etc/passwd") == place
