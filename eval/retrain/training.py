"""The training of a candidate as a process of its own, with the trainer of `gridtalk train` and low priority.

The process is apart so that serving never holds torch, and so that a training that fails takes nothing with it.
"""

from __future__ import annotations

import copy
import importlib.util
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

from eval.errors import TrainingFailed
from nlu.options import WEIGHTS_FILE, TrainingOptions

CONFIG: Final = "config.yml"
TRAINER: Final = (sys.executable, "-m", "gridtalk", "train")
_STEP = re.compile(r"step (\d+) of (\d+)")
_LAST_LINES = 5
NEARER: Final = 0.6
"""Step of an attempt from a warm start, against the one before."""
_PATHS: Final = ("encoder_dir", "start_from")
Progress = Callable[[str, float], None]
"""What is being done, and the share that is done, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a candidate is trained, where it differs from the project's own `training` settings."""

    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Keys of nlu/options.py; folders absolute or from the project's root."""
    copies: int = 1
    """How often a labelled sentence stands in the training file."""
    attempts: int = 1
    """Trainings until one passes the gates: each goes less far from its start, or, from nothing, has another seed."""
    attempt: int = 0
    """Which of them this is, from 0."""
    first: Path | None = None
    """Model folder of the first one, where this is another."""
    limit_seconds: float = 4 * 3600.0
    niceness: int = 10


FULL_RECIPE: Final = Recipe()


Train = Callable[[Path, Path, Path, Recipe, Progress], None]
"""(project, data, out, recipe, progress): what `train_candidate` does."""


def has_trainer() -> bool:
    """Say whether candidates can be trained here: torch is the `train` extra."""
    return importlib.util.find_spec("torch") is not None and importlib.util.find_spec("transformers") is not None


def train_candidate(
    root: Path, data: Path, out: Path, recipe: Recipe = FULL_RECIPE, progress: Progress = lambda _, __: None
) -> None:
    """Train on `data` with the settings of the project `root` and write the model folder `out`.

    Its lines go to training.log beside `out`. Raises TrainingFailed with the last one.
    """
    work = out.parent
    work.mkdir(parents=True, exist_ok=True)
    config, log = work / CONFIG, work / "training.log"
    config.write_text(yaml.safe_dump(recipe_config(root, recipe), allow_unicode=True), "utf-8")
    options = ("--data", str(data), "--config", str(config), "--out", str(out))
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(
            [*TRAINER, *options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        os.setpriority(os.PRIO_PROCESS, process.pid, recipe.niceness)
        watch = threading.Timer(recipe.limit_seconds, process.kill)
        watch.start()
        try:
            last = _follow(process, written.write, progress)
            status = process.wait()
        finally:
            watch.cancel()
            process.kill()  # of no effect where it has ended
            process.wait()
    if status or not (out / "labels.json").is_file():
        raise TrainingFailed(f"the training ended with status {status}: {' / '.join(last)} (all of it: {log})")


def recipe_config(root: Path, recipe: Recipe) -> dict[str, Any]:
    """Return the project's config.yml with the recipe's settings; folders are absolute.

    Where the recipe starts from weights that are not there, the project's own settings train from nothing.
    """
    content = yaml.safe_load((root / CONFIG).read_text("utf-8")) if (root / CONFIG).is_file() else {}
    content = copy.deepcopy(content or {})
    pipeline = content.setdefault("pipeline", [{"name": "TransformerNlu"}])
    own = dict(pipeline[0].get("training") or {})
    settings = own | dict(recipe.settings)
    start = settings.get("start_from")
    if start is not None and not (root / str(start) / WEIGHTS_FILE).is_file():  # a recipe for a start that is not there
        settings, start = own | {"keep_weights": settings.get("keep_weights", False)}, None
    if recipe.attempt:
        settings |= _try_again(settings, recipe, is_warm=start is not None)
    settings.setdefault("encoder_dir", "models/encoder")
    for name in _PATHS:
        folder = root / str(settings.get(name))
        if settings.get(name) is not None and folder.exists():  # else it is a name on the hub
            settings[name] = str(folder.absolute())
    pipeline[0]["training"] = settings
    return {"pipeline": pipeline}


def _try_again(settings: Mapping[str, Any], recipe: Recipe, *, is_warm: bool) -> dict[str, Any]:
    """Return what an attempt after the first one changes.

    From a warm start it goes `NEARER` as far as the one before on the way of the first: a line search for the longest
    step that the gates allow, and no second throw of the dice. Nothing is trained for it.
    """
    if not is_warm:
        return {"seed": int(settings.get("seed", TrainingOptions().seed)) + recipe.attempt}
    return {"start_share": round(1 - NEARER**recipe.attempt, 4), "finish_at": str(recipe.first)}


def _follow(process: subprocess.Popen[str], keep: Callable[[str], Any], progress: Progress) -> list[str]:
    assert process.stderr is not None
    last: list[str] = []
    for line in process.stderr:
        keep(line)
        last = [*last, line.strip()][-_LAST_LINES:]
        if match := _STEP.search(line):
            progress("train", int(match[1]) / max(int(match[2]), 1))
    return last
