"""A month learnt in earnest: labels to a draft release; a failed gate rejects it; nothing new makes none."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.config import RetrainEntry
from bot.releases.book import ReleaseBook
from bot.releases.manifest import load_manifest
from eval.retrain.gates import judge
from eval.retrain.labels.book import LabelBook
from eval.retrain.learn import NONE, PASSED, REJECTED, Learning
from eval.retrain.measure import Scale
from eval.retrain.training import Progress, Recipe
from storage.clock import CHINA
from storage.database import Database, open_database
from tests.eval.retrain.small_project import SmallLabel, build_project

NOW = datetime(2026, 11, 20, 10, tzinfo=CHINA)
OCTOBER = datetime(2026, 10, 5, tzinfo=CHINA).timestamp()
MODEL = Path("models/nlu")
LABELS = [
    SmallLabel("账目给瞧一眼", "query_bill", "a#1", OCTOBER),
    SmallLabel("屋里黑灯了", "report_outage", "b#1", OCTOBER),
]


@dataclass(frozen=True, slots=True)
class Copied:
    """A trainer that gives the shipped model again, or half of it."""

    is_broken: bool = False

    def __call__(self, project: Path, data: Path, out: Path, recipe: Recipe, progress: Progress) -> None:
        assert (data / "small.yml").is_file()
        shutil.copytree(MODEL, out)
        if self.is_broken:  # every class of the linear half speaks for another
            decision = out / "decision.json"
            decision.write_text(decision.read_text("utf-8").replace('"sparse_weight": ', '"sparse_weight": -'), "utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = build_project(tmp_path_factory.mktemp("project"))
    (root / "models/nlu").symlink_to(MODEL.absolute())
    return root


@pytest.fixture
async def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    monkeypatch.setenv("GRIDTALK_HOME", str(tmp_path / "home"))
    made = open_database(f"sqlite:///{tmp_path}/book.sqlite")
    yield made
    await made.close()


@pytest.fixture
def labels(monkeypatch: pytest.MonkeyPatch) -> list[SmallLabel]:
    """Accepted labels, without the work of labelling (tests/eval/retrain/labels shows that)."""
    kept: list[SmallLabel] = []

    async def accepted(_: LabelBook, month: str | None = None) -> Sequence[SmallLabel]:
        return kept

    monkeypatch.setattr(LabelBook, "accepted", accepted)
    return kept


@pytest.fixture
def learning(project: Path, tmp_path: Path, database: Database) -> Learning:
    scale = Scale(knowledge=False, conversations=False)
    return Learning(project, tmp_path / "home", database, lambda: NOW, RetrainEntry(), Copied(), scale)


async def learn(learning: Learning, *, force: bool = False) -> tuple[str, str | None]:
    learnt = await learning.learn("2026-10", "theo", force=force, progress=lambda _, __: None)
    return learnt.verdict, learnt.release


async def test_without_labels_there_is_no_candidate(learning: Learning, labels: list[SmallLabel]) -> None:
    assert await learn(learning) == (NONE, None)


async def test_labels_become_a_draft_release_with_its_verdict(
    learning: Learning, labels: list[SmallLabel], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.retrain.candidate.judge", _at_the_same_speed)
    labels += [*LABELS, SmallLabel("十一月才说的", "query_bill", "c#1", NOW.timestamp())]
    verdict, release_id = await learn(learning)
    assert verdict == PASSED
    assert release_id is not None
    release = await ReleaseBook(database).release(release_id)
    assert (release.state, release.month, release.parent) == ("draft", "2026-10", "base")
    folder = learning.home / "releases" / release_id
    manifest = load_manifest(folder)
    assert manifest.gates is not None
    assert manifest.gates.passed
    assert manifest.data_version == release.data_version
    assert "账目给瞧一眼" in (folder / "data/nlu/zz_labelled.yml").read_text("utf-8")
    assert "十一月才说的" not in (folder / "data/nlu/zz_labelled.yml").read_text("utf-8")
    assert await learn(learning) == (NONE, None), "the same labels make no second candidate"


async def test_a_failed_gate_rejects_the_release_and_force_needs_no_labels(
    learning: Learning, labels: list[SmallLabel], database: Database
) -> None:
    verdict, release_id = await learn(replace(learning, train=Copied(is_broken=True)), force=True)
    assert verdict == REJECTED
    assert release_id is not None
    release = await ReleaseBook(database).release(release_id)
    assert release.state == "rejected"
    assert "未过门槛" in release.note


async def test_a_stopped_candidate_is_tried_again_where_that_is_wished(
    learning: Learning, labels: list[SmallLabel], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.retrain.candidate.judge", _at_the_same_speed)
    attempts: list[tuple[int, bool]] = []

    def train(project: Path, data: Path, out: Path, recipe: Recipe, progress: Progress) -> None:
        attempts.append((recipe.attempt, recipe.first is not None and (recipe.first / "labels.json").is_file()))
        Copied(is_broken=len(attempts) == 1)(project, data, out, recipe, progress)

    labels += LABELS
    twice = replace(learning, train=train, entry=RetrainEntry(attempts=3))
    learnt = await twice.learn("2026-10", "theo", force=False, progress=lambda _, __: None)
    assert (learnt.verdict, attempts) == (PASSED, [(0, False), (1, True)]), "the first is there for the second"
    assert "第 2 次训练" in learnt.detail


async def test_without_torch_there_is_a_clear_line(
    learning: Learning, labels: list[SmallLabel], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.retrain.learn.has_trainer", lambda: False)
    labels += LABELS
    learnt = await learning.learn("2026-10", "theo", force=False, progress=lambda _, __: None)
    assert learnt.verdict == NONE
    assert "torch" in learnt.detail


def _at_the_same_speed(before, after, limits):  # type: ignore[no-untyped-def]
    """The same model twice: how busy the machine was between two sentences is no matter here."""
    return judge(before, replace(after, milliseconds_p50=before.milliseconds_p50), limits)
