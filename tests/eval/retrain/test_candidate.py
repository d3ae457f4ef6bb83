"""A candidate is trained, measured on the same sentences as the champion, and stopped where it is worse."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.errors import TrainingFailed
from eval.kb import KnowledgeQuestion
from eval.retrain.candidate import CandidatePlan, Champion, make_candidate, prepare_version
from eval.retrain.frozen import load_frozen
from eval.retrain.measure import Scale, choose_sentences, hits
from eval.retrain.training import Progress, Recipe, recipe_config, train_candidate
from eval.retrain.verdict import failed_gates
from nlu.commands_training import build_options
from nlu.examples import Example, load_training_set
from nlu.folds import render_examples
from nlu.options import TrainingOptions
from storage.clock import system_clock
from tests.eval.retrain.small_project import SmallLabel, build_project, train_small

UNDERSTANDING = Scale(knowledge=False, conversations=False)


def train_on_shuffled_labels(project: Path, data: Path, out: Path, recipe: Recipe, progress: Progress) -> None:
    """A trainer that is given worse data than it was told."""
    examples = load_training_set(data).examples
    intents = random.Random(1).sample([example.intents for example in examples], len(examples))
    worse = out.parent / "worse"
    worse.mkdir(parents=True)
    shuffled = [Example(example.text, intent) for example, intent in zip(examples, intents, strict=True)]
    (worse / "nlu.yml").write_text(render_examples(shuffled, {}), "utf-8")
    train_small(project, worse, out, recipe, progress)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project with its own champion."""
    root = build_project(tmp_path_factory.mktemp("project"))
    train_small(root, root / "data/nlu", root / "models/nlu", Recipe(), lambda _, __: None)
    return root


async def test_a_candidate_that_learnt_worse_is_stopped(project: Path, tmp_path: Path) -> None:
    plan = CandidatePlan(project, tmp_path, scale=UNDERSTANDING, train=train_on_shuffled_labels)
    version, frozen = prepare_version(plan, [SmallLabel("账目给看看", "query_bill", "a#1", 1.0)], "2026-10")
    told: list[str] = []
    candidate = await make_candidate(
        plan, Champion("base", project), version, frozen, system_clock, lambda step, _: told.append(step)
    )
    verdict = candidate.verdict
    assert not verdict.passed
    assert "macro_f1" in {gate.name for gate in verdict.gates if not gate.passed}
    assert verdict.interval[1] < 0, "worse beyond chance"
    assert "意图宏平均 F1" in failed_gates(verdict.gates)
    assert list(dict.fromkeys(told)) == ["train", "measure"]
    page = candidate.page.read_text("utf-8")
    assert "有门槛未通过" in page
    assert "改坏" in page
    secret = {example.text for example in load_training_set(project / "data/eval/secret.yml").examples}
    assert not any(text in page for text in secret), "blind sentences are told by number alone"
    assert any(flip.text.startswith("secret:") for flip in verdict.flips)


def test_sentences_that_were_learnt_are_not_measured(project: Path) -> None:
    frozen = load_frozen(project)
    all_of_them = choose_sentences(frozen, (), frozenset())
    learnt = frozenset({"".join(c for c in all_of_them.names[0] if c.isalnum())})
    assert len(choose_sentences(frozen, (), learnt).examples) == len(all_of_them.examples) - 1


def test_hits_count_the_first_article_and_the_first_three() -> None:
    questions = [KnowledgeQuestion(text, None, True, (("5",),)) for text in "abcd"]
    found = {"a": ["5", "x"], "b": ["x", "y", "5"], "c": ["x", "y", "z", "5"], "d": []}
    unanswerable = KnowledgeQuestion("e", None, False)
    assert hits(lambda question: found[question.question], [*questions, unanswerable]) == (0.25, 0.5)


def test_a_recipe_changes_the_projects_own_settings_and_nothing_else(project: Path) -> None:
    settings = recipe_config(project, Recipe({"epochs": 2}))["pipeline"][0]["training"]
    assert settings["epochs"] == 2
    assert settings["encoder_dir"] == str((project / "models/encoder").absolute())
    assert "start_from" not in settings


def test_a_recipe_for_a_warm_start_trains_from_nothing_where_there_are_no_weights(
    project: Path,
) -> None:
    recipe = Recipe({"epochs": 1, "start_from": "models/nlu", "keep_weights": True})
    cold = recipe_config(project, recipe)["pipeline"][0]["training"]
    own = recipe_config(project, Recipe())["pipeline"][0]["training"]
    assert cold == own | {"keep_weights": True}
    (project / "models/nlu/weights.safetensors").touch()
    warm = recipe_config(project, recipe)["pipeline"][0]["training"]
    assert (warm["epochs"], warm["start_from"]) == (1, str((project / "models/nlu").absolute()))


def test_each_attempt_from_a_warm_start_goes_less_far_and_from_nothing_has_another_seed(project: Path) -> None:
    (project / "models/nlu/weights.safetensors").unlink(missing_ok=True)
    recipe = Recipe({"start_from": "models/nlu", "start_share": 0.0}, attempts=3)

    def settings(attempt: int) -> dict[str, Any]:
        tried = replace(recipe, attempt=attempt, first=Path("/first"))
        trained: dict[str, Any] = recipe_config(project, tried)["pipeline"][0]["training"]
        return trained

    seeds = [settings(attempt).get("seed", TrainingOptions().seed) for attempt in range(3)]
    assert seeds == [seeds[0], seeds[0] + 1, seeds[0] + 2]
    (project / "models/nlu/weights.safetensors").touch()
    warm = [settings(attempt) for attempt in range(3)]
    assert [one["start_share"] for one in warm] == [0.0, 0.4, 0.64]
    assert [one.get("finish_at") for one in warm] == [None, "/first", "/first"], "the same way, and nothing is trained"
    assert len({one.get("seed") for one in warm}) == 1
    options = build_options(warm[2], project / "config.yml")
    assert (options.start_share, options.finish_at) == (0.64, Path("/first")), "`gridtalk train` takes these settings"


def test_a_training_that_fails_says_its_last_line(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "import sys; print('epoch 1: step 3 of 6', file=sys.stderr); sys.exit('gridtalk: 没有空间了')"
    monkeypatch.setattr("eval.retrain.training.TRAINER", (sys.executable, "-c", script))
    told: list[tuple[str, float]] = []
    with pytest.raises(TrainingFailed, match=r"status 1: .*没有空间了"):
        train_candidate(project, project / "data/nlu", tmp_path / "out" / "nlu", progress=lambda *one: told.append(one))
    assert told == [("train", 0.5)]
    assert "没有空间了" in (tmp_path / "out" / "training.log").read_text("utf-8")
