"""data/retrain/labels.yml and intents.yml: shares and thresholds of the labelling, titles of what can be chosen."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.errors import LabelSettingsInvalid

FOLDER = Path("data") / "retrain"
SETTINGS, TITLES = "labels.yml", "intents.yml"
Model = TypeVar("Model", bound=BaseModel)


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CaptureSettings(_Section):
    """What counts as a weakness of a message."""

    sure: float = Field(0.7, ge=0, le=1)
    """Confidence from which an intent is believed."""
    margin: float = Field(0.15, ge=0, le=1)
    """Lead of the likeliest intent over the second from which there is no doubt between them."""
    heard: float = Field(0.6, ge=0, le=1)
    """Confidence of the recognition from which words are believed."""
    novel: float = Field(0.44, ge=0, le=1.5)
    """Strangeness from which an answered message is looked at; 1.5: only in company."""
    poor_rating: int = Field(2, ge=1, le=5)
    """A rating up to this is a thumb down."""
    quality_items: tuple[int, ...] = (4, 5, 6)
    """Items of the quality rubric whose deductions point at a message."""


class LabelSettings(_Section):
    """Everything about queue and labels."""

    version: str
    double_share: float = Field(0.2, ge=0, le=1)
    """Share of the questions that two people label, blind to each other."""
    skips: int = Field(2, ge=1, le=10)
    """A question that so many people skip waits no longer."""
    lease_minutes: float = Field(10.0, gt=0, le=240)
    most_questions: int = Field(3000, ge=1, le=100_000)
    """Of a month."""
    kappa_floor: float = Field(0.8, ge=0, le=1)
    """Agreement below this calls for a talk about the lines between intents."""
    capture: CaptureSettings = CaptureSettings()
    business_weights: dict[str, float] = Field(default_factory=dict)
    """By intent; what is not named has 1."""


class IntentTitle(_Section):
    """What a person reads of an intent."""

    title: str
    example: str
    kind: str
    """service | knowledge | dialogue."""


class Titles(_Section):
    """All that can be chosen."""

    intents: dict[str, IntentTitle]
    entities: dict[str, str]


def load_label_settings(root: Path) -> LabelSettings:
    """Return the settings of a project; the defaults where it has none. Raises LabelSettingsInvalid."""
    path = root / FOLDER / SETTINGS
    return _load(path, LabelSettings) if path.is_file() else LabelSettings(version="default")


@lru_cache(maxsize=4)
def load_titles(root: Path) -> Titles:
    """Return titles of intents and entities; none where the project has no file. Raises LabelSettingsInvalid."""
    path = root / FOLDER / TITLES
    return _load(path, Titles) if path.is_file() else Titles(intents={}, entities={})


def _load(path: Path, model: type[Model]) -> Model:
    try:
        content: Any = yaml.safe_load(path.read_text("utf-8"))
        return model.model_validate(content)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LabelSettingsInvalid(f"{path} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise LabelSettingsInvalid(f"{path}: {place}: {first['msg']}") from error
