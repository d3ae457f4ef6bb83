"""A release as a folder: whole, unchangeable, and no dearer than what is new in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ReleaseInvalid
from bot.releases.make import check_files, make_release, measure_files
from bot.releases.manifest import GateVerdict, Manifest, load_manifest, new_release_id


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small project folder."""
    files = {
        "domain.yml": "a",
        "domain/x.yml": "b",
        "config.yml": "c",
        "endpoints.yml": "d",
        "data/flows/f.yml": "e",
        "data/nlu/n.yml": "f",
        "data/eval/blind.yml": "secret",
        "data/conversations/c.yml": "long",
        "models/nlu/model.onnx": "weights",
        "models/nlu/labels.json": "labels",
        "models/speech/big": "voice",
        "data/.hidden": "x",
        "README.md": "text",
    }
    for name, text in files.items():
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "root"


def manifest(name: str) -> Manifest:
    """A manifest."""
    return Manifest(id=name, made_at=1.0, made_by="li", month="2026-10", data_version="v1", knowledge_revision=4)


def test_a_release_has_all_that_answering_needs_and_nothing_to_measure_with(root: Path, tmp_path: Path) -> None:
    folder = make_release(root, tmp_path / "home", manifest=manifest("r1"))
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == {
        "domain.yml", "domain/x.yml", "config.yml", "endpoints.yml", "data/flows/f.yml", "data/nlu/n.yml",
        "models/nlu/model.onnx", "models/nlu/labels.json", "manifest.json", "files.json",
    }  # fmt: skip
    assert load_manifest(folder) == manifest("r1")
    assert measure_files(folder)[0] == len(found)
    check_files(folder)


def test_new_models_and_data_take_the_place_of_the_old_ones_whole(root: Path, tmp_path: Path) -> None:
    trained, data = tmp_path / "trained", tmp_path / "data.yml"
    trained.mkdir()
    (trained / "model.onnx").write_text("new weights", "utf-8")
    data.write_text("nlu: []", "utf-8")
    folder = make_release(root, tmp_path / "home", manifest=manifest("r1"), models={"nlu": trained}, data={"nlu": data})
    assert [path.name for path in (folder / "models" / "nlu").iterdir()] == ["model.onnx"]
    assert (folder / "models" / "nlu" / "model.onnx").read_text("utf-8") == "new weights"
    assert (folder / "data" / "nlu").read_text("utf-8") == "nlu: []"


def test_what_did_not_change_is_linked_to_the_release_before_and_never_to_the_project(
    root: Path, tmp_path: Path
) -> None:
    first = make_release(root, tmp_path / "home", manifest=manifest("r1"))
    (root / "models" / "nlu" / "labels.json").write_text("other labels", "utf-8")
    second = make_release(root, tmp_path / "home", manifest=manifest("r2"))
    model = Path("models/nlu/model.onnx")
    assert (second / model).stat().st_ino == (first / model).stat().st_ino != (root / model).stat().st_ino
    (root / model).write_text("trained anew in place", "utf-8")
    check_files(first)
    check_files(second)
    assert (first / "models/nlu/labels.json").read_text("utf-8") == "labels"


def test_a_file_that_was_changed_or_lost_afterwards_is_noticed(root: Path, tmp_path: Path) -> None:
    folder = make_release(root, tmp_path / "home", manifest=manifest("r1"))
    path = folder / "models" / "nlu" / "model.onnx"
    path.chmod(0o644)
    path.write_text("tampered", "utf-8")
    with pytest.raises(ReleaseInvalid, match="changed"):
        check_files(folder)
    path.unlink()
    with pytest.raises(ReleaseInvalid, match="missing"):
        check_files(folder)
    third = make_release(root, tmp_path / "home", manifest=manifest("r3"))
    check_files(third)


def test_a_taken_id_and_a_missing_source_leave_nothing_behind(root: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_release(root, home, manifest=manifest("r1"))
    with pytest.raises(ReleaseInvalid, match="there already"):
        make_release(root, home, manifest=manifest("r1"))
    with pytest.raises(ReleaseInvalid, match="not there"):
        make_release(root, home, manifest=manifest("r2"), models={"nlu": tmp_path / "nowhere"})
    assert [path.name for path in (home / "releases").iterdir()] == ["r1"]


def test_files_are_read_only(root: Path, tmp_path: Path) -> None:
    folder = make_release(root, tmp_path / "home", manifest=manifest("r1"))
    assert (folder / "domain.yml").stat().st_mode & 0o222 == 0


@pytest.mark.parametrize("name", ["base", "Ä", "", "../x", "-x", "a" * 65])
def test_an_id_is_a_plain_word(name: str) -> None:
    with pytest.raises(ValueError, match="id"):
        manifest(name)


def test_ids_are_not_made_twice() -> None:
    assert new_release_id("2026-10", "2026-11-21") != new_release_id("2026-10", "2026-11-21")
    assert new_release_id(None, "2026-11-21").startswith("2026-11-21-")


def test_a_verdict_keeps_what_is_shown_and_drops_what_it_does_not_know() -> None:
    flips = [{"text": "t", "wanted": "a", "champion": "a", "candidate": "b", "is_fixed": False}]
    verdict = GateVerdict.model_validate({"passed": True, "gates": [], "flips": flips, "unheard_of": 1})
    assert (verdict.fixed, verdict.broken) == (0, 1)
