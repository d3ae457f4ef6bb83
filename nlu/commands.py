"""What `gridtalk test nlu` runs; needs nothing that serving does not need."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final

from nlu.evaluate import write_nlu_report
from nlu.examples import load_training_set
from nlu.pipeline import Pipeline

_LONG: Final = frozenset({"intents", "entities", "confusion", "confidence_histogram", "mistakes"})


def test_nlu(data: Path, model: Path, out: Path, clock: Callable[[], datetime]) -> dict[str, object]:
    """Measure `model` on `data`, write report.json and confusion.svg to `out`, return the figures without tables."""
    training_set = load_training_set(data)
    report = write_nlu_report(Pipeline.load(model, clock), training_set, out)
    figures: dict[str, object] = {key: value for key, value in asdict(report).items() if key not in _LONG}
    return figures | {"report": str(out / "report.json"), "picture": str(out / "confusion.svg")}
