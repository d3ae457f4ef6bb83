"""A component of an integrator that fails, as config.yml can name one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nlu.pipeline import Pipeline
from nlu.understanding import Context, Understanding
from storage.clock import Clock

SOUND_SENTENCES = 20


class Fragile:
    """Understands a few sentences, those of the probes among them, and raises on every one after that."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._heard = 0

    @classmethod
    def load(cls, folder: Path, clock: Clock, **parameters: Any) -> Fragile:
        """Load the pipeline of the folder."""
        return cls(Pipeline.load(folder, clock, **parameters))

    def parse(self, text: str, context: Context) -> Understanding:
        """Understand, as long as it lasts."""
        self._heard += 1
        if self._heard > SOUND_SENTENCES:
            raise LookupError("no weights")
        return self._pipeline.parse(text, context)
