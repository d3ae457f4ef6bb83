"""A project with few sentences and a trainer with few steps: candidates in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from eval.retrain.frozen import hash_of, refreeze
from eval.retrain.training import Progress, Recipe
from nlu.examples import Example, load_training_set
from nlu.folds import render_examples
from nlu.options import TrainingOptions
from nlu.train import train_model

ROOT = Path(__file__).parents[3]
INTENTS = ("query_bill", "report_outage", "request_agent", "out_of_scope")
LEARNT, FROZEN = 24, 16
_LINKED = ("domain.yml", "domain", "config.yml", "endpoints.yml")
_SETS = """
version: "test"
sets:
  - {name: regression, kind: nlu, path: data/eval/regression.yml, sha256: "0"}
  - {name: secret, kind: nlu, path: data/eval/secret.yml, blind: true, sha256: "0"}
"""


@dataclass(frozen=True, slots=True)
class SmallLabel:
    """An accepted label."""

    text: str
    intent: str
    conversation: str
    at: float
    entities: tuple[object, ...] = ()


def sentences(intent: str) -> list[Example]:
    """Written sentences of one intent, without context, each text once."""
    found = {e.text: e for e in _written() if e.intents == (intent,)}
    return [example for example in found.values() if not example.context.active_flow][: LEARNT + FROZEN]


@cache
def _written() -> tuple[Example, ...]:
    return load_training_set(ROOT / "data" / "nlu").examples


def build_project(root: Path) -> Path:
    """Make a project that borrows flows and domain and has sentences, frozen sets and gates of its own."""
    for name in _LINKED:
        if (ROOT / name).exists():
            (root / name).symlink_to(ROOT / name)
    for folder in ("data/nlu", "data/eval", "data/retrain", "models"):
        (root / folder).mkdir(parents=True)
    for entry in (ROOT / "data").iterdir():
        if not (root / "data" / entry.name).exists():
            (root / "data" / entry.name).symlink_to(entry)
    for entry in (ROOT / "models").iterdir():
        if entry.name != "nlu":
            (root / "models" / entry.name).symlink_to(entry)
    of_intents = [sentences(intent) for intent in INTENTS]
    _write(root / "data/nlu/small.yml", [e for group in of_intents for e in group[:LEARNT]])
    _write(root / "data/eval/regression.yml", [e for group in of_intents for e in group[LEARNT : LEARNT + 12]])
    _write(root / "data/eval/secret.yml", [e for group in of_intents for e in group[LEARNT + 12 :]])
    (root / "data/retrain/gates.yml").write_bytes((ROOT / "data/retrain/gates.yml").read_bytes())
    (root / "data/retrain/frozen.yml").write_text(_SETS, "utf-8")
    refreeze(root)
    assert hash_of(root / "data/eval/regression.yml") in (root / "data/retrain/frozen.yml").read_text("utf-8")
    return root


def train_small(project: Path, data: Path, out: Path, recipe: Recipe, progress: Progress) -> None:
    """Train some steps in this process."""
    del project, recipe
    options = TrainingOptions(encoder_dir=ROOT / "models/encoder", least_steps=6, most_steps=6, held_out=0.0)
    train_model(load_training_set(data), out, options, lambda _: progress("train", 0.5))


def _write(file: Path, examples: list[Example]) -> None:
    file.write_text(render_examples(examples, {}), "utf-8")
