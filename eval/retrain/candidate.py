"""A candidate: trained on a data version, measured against the champion on the same sets, judged by the gates."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.releases.manifest import GateVerdict
from eval.retrain.data_version import DataVersion, Labelled, build_version
from eval.retrain.frozen import FrozenSets, load_frozen, plain
from eval.retrain.gates import GateLimits, judge, load_gates
from eval.retrain.labels.settings import load_titles
from eval.retrain.measure import FULL, Scale, choose_sentences, measure_both
from eval.retrain.training import FULL_RECIPE, Progress, Recipe, Train, train_candidate
from eval.retrain.verdict import render_verdict, render_verdict_page
from nlu.examples import load_training_set
from storage.clock import Clock

GATES = "data/retrain/gates.yml"
WRITTEN = "data/nlu"
VERDICT_PAGE, VERDICT_FILE = "verdict.html", "verdict.json"


@dataclass(frozen=True, slots=True)
class Champion:
    """What serves now."""

    id: str
    folder: Path
    """Its project folder."""


@dataclass(frozen=True, slots=True)
class CandidatePlan:
    """How a candidate is made and measured."""

    root: Path
    """The project: written sentences, frozen sets, gates."""
    home: Path
    """GRIDTALK_HOME."""
    recipe: Recipe = FULL_RECIPE
    scale: Scale = FULL
    written: Path | None = None
    """The sentences that the labels are added to; None: data/nlu of the project."""
    train: Train = train_candidate

    @property
    def base(self) -> Path:
        """The written sentences."""
        return self.written or self.root / WRITTEN


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trained model with what the gates say of it."""

    id: str
    version: DataVersion
    model: Path
    verdict: GateVerdict
    page: Path
    attempts: int = 1
    """Trainings that it took."""


def prepare_version(plan: CandidatePlan, labels: Sequence[Labelled], month: str) -> tuple[DataVersion, FrozenSets]:
    """Write the data version of a month. Raises what reading frozen sets and sentences raises."""
    frozen = load_frozen(plan.root)
    return build_version(plan.base, labels, frozen, plan.home, month, plan.recipe.copies), frozen


async def make_candidate(
    plan: CandidatePlan,
    champion: Champion,
    version: DataVersion,
    frozen: FrozenSets,
    clock: Clock,
    progress: Progress = lambda _, __: None,
) -> Candidate:
    """Train on a data version, measure against the champion, judge, and write the page; again where the recipe says so.

    Raises TrainingFailed, GatesInvalid and what loading either project raises.
    """
    limits = load_gates(plan.root / GATES)
    first = made = await _attempt(plan, champion, version, frozen, limits, clock, progress)
    for attempt in range(1, plan.recipe.attempts):
        if made.verdict.passed:
            break
        if made is not first:
            forget_model(made)
        again = replace(plan, recipe=replace(plan.recipe, attempt=attempt, first=first.model))
        made = await _attempt(again, champion, version, frozen, limits, clock, progress)
    if made is not first:
        forget_model(first)
    return made


async def _attempt(
    plan: CandidatePlan,
    champion: Champion,
    version: DataVersion,
    frozen: FrozenSets,
    limits: GateLimits,
    clock: Clock,
    progress: Progress,
) -> Candidate:
    attempt = plan.recipe.attempt
    name = f"{version.month}-{version.id[:8]}" + (f"-{attempt + 1}" if attempt else "")
    folder = plan.home / "retrain" / version.month
    model = folder / name / "nlu"
    progress("train", 0.0)
    await asyncio.to_thread(plan.train, champion.folder, version.training, model, plan.recipe, progress)
    progress("measure", 0.0)
    with staged(champion.folder, model) as project:
        verdict = await _judged(plan, champion, Champion(name, project), version, frozen, limits, clock)
    page = folder / name / VERDICT_PAGE
    titles = {intent: entry.title for intent, entry in load_titles(plan.root).intents.items()}
    page.write_text(render_verdict_page(verdict, version, titles), "utf-8")
    (folder / name / VERDICT_FILE).write_text(verdict.model_dump_json(indent=1) + "\n", "utf-8")
    progress("measure", 1.0)
    return Candidate(name, version, model, verdict, page, attempt + 1)


async def _judged(
    plan: CandidatePlan,
    champion: Champion,
    candidate: Champion,
    version: DataVersion,
    frozen: FrozenSets,
    limits: GateLimits,
    clock: Clock,
) -> GateVerdict:
    learnt = frozenset(plain(example.text) for example in load_training_set(version.training).examples)
    sentences = choose_sentences(frozen, version.held_out_examples, learnt)
    pair = (champion.id, champion.folder), (candidate.id, candidate.folder)
    before, after = await measure_both(*pair, sentences, frozen, clock, plan.scale)
    verdict = judge(before, after, limits)
    return render_verdict(verdict, (before, after), version, frozen, clock().timestamp(), limits.version)


@contextmanager
def staged(project: Path, model: Path) -> Iterator[Path]:
    """Return a project folder that is another one with this model as models/nlu, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="gridtalk-candidate-") as name:
        folder = Path(name)
        for entry in (*project.glob("*.yml"), project / "domain", project / "data"):
            if entry.exists():
                (folder / entry.name).symlink_to(entry.absolute())
        (folder / "models").mkdir()
        for entry in (project / "models").iterdir():
            if entry.name != model.name:
                (folder / "models" / entry.name).symlink_to(entry.absolute())
        (folder / "models" / model.name).symlink_to(model.absolute())
        yield folder


def forget_model(candidate: Candidate) -> None:
    """Delete the trained model where a release has it by now."""
    shutil.rmtree(candidate.model, ignore_errors=True)
