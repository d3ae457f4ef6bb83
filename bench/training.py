"""Seconds of `gridtalk train`: on all of data/nlu, and on a set as large as the one that Rasa was measured with."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from bench.errors import NotMeasurable, TrainingFailed
from bench.figures import Extent, Figure
from bench.server import ROOT, home_environment

SMALL_INTENTS = 21
SMALL_SENTENCES = 25
"""Of each intent: 525 sentences in 21 intents."""
_LIMIT_SECONDS = 3600
_QUICK_SETTINGS = {"epochs": 1, "least_steps": 2, "most_steps": 2}


def measure_training(extent: Extent) -> list[Figure]:
    """Train from the sentences to the model folder, process start included.

    Raises NotMeasurable without torch, TrainingFailed.
    """
    if importlib.util.find_spec("torch") is None:
        raise NotMeasurable("torch is not installed; training needs it")
    with tempfile.TemporaryDirectory(prefix="gridtalk-bench-") as temporary:
        folder = Path(temporary)
        small = write_small_set(ROOT / "data" / "nlu", folder / "small.yml")
        config = write_quick_config(folder / "config.yml") if extent.is_quick else ROOT / "config.yml"
        note = "two steps only (--quick)" if extent.is_quick else ""
        figures = [_train(small, config, folder, f"{SMALL_SENTENCES * SMALL_INTENTS} sentences", extent, note)]
        if not extent.is_quick:
            figures.append(_train(ROOT / "data" / "nlu", config, folder, "all of data/nlu", extent, ""))
    return figures


def write_small_set(data: Path, target: Path) -> Path:
    """Write the first sentences of the first intents that have enough of them."""
    chosen: dict[str, list[str]] = {}
    for file in sorted(data.glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu", []):
            sentences = _sentences(entry)
            if len(sentences) >= SMALL_SENTENCES and len(chosen) < SMALL_INTENTS:
                chosen.setdefault(str(entry["intent"]), sentences[:SMALL_SENTENCES])
    content = [{"intent": intent, "examples": "\n".join(sentences)} for intent, sentences in chosen.items()]
    target.write_text(yaml.safe_dump({"version": "3.1", "nlu": content}, allow_unicode=True), encoding="utf-8")
    return target


def _sentences(entry: dict[str, Any]) -> list[str]:
    examples = entry.get("examples")
    if not isinstance(examples, str) or "+" in str(entry.get("intent", "+")):
        return []
    return [line for line in examples.splitlines() if line.startswith("- ")]


def write_quick_config(path: Path) -> Path:
    """Write a config.yml with which a training makes two steps."""
    content = {"pipeline": [{"name": "TransformerNlu", "training": _QUICK_SETTINGS}]}
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def _train(data: Path, config: Path, folder: Path, name: str, extent: Extent, note: str) -> Figure:
    seconds = []
    for repeat in range(extent.repeats):
        out = folder / f"model-{data.stem}-{repeat}"
        command = [sys.executable, "-m", "gridtalk", "train", "--data", data, "--config", config, "--out", out]
        begin = time.perf_counter()
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env=home_environment(folder),
            capture_output=True,
            timeout=_LIMIT_SECONDS,
        )
        if done.returncode:
            raise TrainingFailed(f"training failed: {done.stderr.decode(errors='replace').strip().splitlines()[-1]}")
        seconds.append(time.perf_counter() - begin)
    return Figure(name, "s", tuple(seconds), note)
