"""Our understanding against the classical floor: same sentences, same folds, same machine.

Also a command of its own, for other data sets: `python -m bench.understanding --data DIR --folds 5`.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.errors import NotMeasurable, TrainingFailed
from bench.figures import Extent, Figure, Result, collect_figures
from bench.machine import read_load
from bench.report import render_table
from bench.server import ROOT, home_environment
from bench.training import write_quick_config
from nlu.evaluate import evaluate_model
from nlu.examples import Example, TrainingSet, load_training_set
from nlu.folds import render_examples, split_folds
from nlu.pipeline import Pipeline

FOLDS = 5
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
_QUICK_SENTENCES = 300
_LIMIT_SECONDS = 3600
_UNITS = {
    "ours: accuracy": "",
    "floor: accuracy": "",
    "ours: macro F1": "",
    "floor: macro F1": "",
    "ours: entity F1, exact": "",
    "ours: training and start": "s",
    "floor: training, test and start": "s",
}


def measure_understanding(extent: Extent) -> list[Figure]:
    """Measure data/nlu fold by fold; a fold is a repeat."""
    return compare([ROOT / "data" / "nlu"], FOLDS, extent)


def compare(sets: Sequence[Path], folds: int, extent: Extent) -> list[Figure]:
    """Return the figures of each data set. Raises NotMeasurable without the training packages, TrainingFailed."""
    for package in ("torch", "sklearn"):
        if importlib.util.find_spec(package) is None:
            raise NotMeasurable(f"{package} is not installed; training needs it")
    figures: list[Figure] = []
    for path in sets:
        training_set = load_training_set(path)
        examples = training_set.examples[:: extent.choose(1, max(1, len(training_set.examples) // _QUICK_SENTENCES))]
        pairs = list(split_folds(examples, folds))[: extent.choose(folds, 1)]
        repeats = [_compare_fold(training_set, learn, test, extent) for learn, test in pairs]
        quick = extent.choose("", ", two steps only (--quick)")
        note = f"{path.name}: {len(examples)} sentences, {folds} folds{quick}"
        figures += collect_figures(_UNITS, repeats, note)
    return figures


def _compare_fold(
    training_set: TrainingSet, learn: Sequence[Example], test: Sequence[Example], extent: Extent
) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="gridtalk-bench-") as temporary:
        folder = Path(temporary)
        (folder / "learn.yml").write_text(render_examples(learn, training_set.synonyms), encoding="utf-8")
        (folder / "test.yml").write_text(render_examples(test, {}), encoding="utf-8")
        config = write_quick_config(folder / "config.yml") if extent.is_quick else ROOT / "config.yml"
        model = folder / "model"
        given: list[str | Path] = ["--data", folder / "learn.yml", "--config", config, "--out", model]
        _, our_seconds = _run(["gridtalk", "train", "nlu", *given], folder)
        floor, floor_seconds = _run(["bench.linear_floor", folder / "learn.yml", folder / "test.yml"], folder)
        report = evaluate_model(Pipeline.load(model, lambda: NOW), test)
        scores = json.loads(floor)
    return {
        "ours: accuracy": report.accuracy,
        "floor: accuracy": scores["accuracy"],
        "ours: macro F1": report.macro_f1,
        "floor: macro F1": scores["macro_f1"],
        "ours: entity F1, exact": report.entity_f1,
        "ours: training and start": our_seconds,
        "floor: training, test and start": floor_seconds,
    }


def _run(command: Sequence[str | Path], home: Path) -> tuple[str, float]:
    """Run a module of ours; return what it printed, and its seconds."""
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        cwd=ROOT,
        env=home_environment(home),
        capture_output=True,
        text=True,
        timeout=_LIMIT_SECONDS,
    )
    if done.returncode:
        raise TrainingFailed(f"{command[0]} failed: {(done.stderr.strip().splitlines() or ['no word'])[-1]}")
    return done.stdout, time.perf_counter() - begin


def run(
    data: Annotated[list[Path], typer.Option(help="Data set in the nlu.yml format; may be given several times.")],
    folds: Annotated[int, typer.Option(min=2, help="In how many folds each set is split.")] = FOLDS,
    quick: Annotated[bool, typer.Option("--quick", help="One fold at tiny size: does it work?")] = False,
) -> None:
    """Compare on any data sets; a table goes to stderr, the figures as JSON to stdout."""
    begin, load = time.perf_counter(), read_load()
    figures = compare(data, folds, Extent(is_quick=quick))
    result = Result("understanding", load, time.perf_counter() - begin, tuple(figures))
    Console(stderr=True).print(render_table(result))
    print(json.dumps([asdict(figure) for figure in figures], ensure_ascii=False, indent=1))


if __name__ == "__main__":
    typer.run(run)
