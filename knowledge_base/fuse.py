"""From evidence to one number: which topic is best, and how probable it is that it answers the question.

Both steps are linear and logistic, so that a weight can be read and argued about. The weights are fitted by
calibrate.py on questions that the index does not hold, and live in a JSON file beside the models.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge_base.errors import CalibrationInvalid
from knowledge_base.evidence import FEATURES, Rows
from knowledge_base.yaml_file import place_of

CERTAINTY_FEATURES: Final = ("one", "rank", "lead", *FEATURES)
"""What the probability rests on: a constant, the best topic's rank score, its lead over the next, its evidence."""
_WIDEST_LEAD: Final = 6.0

Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights for one kind of evidence."""

    rank: Weights
    """[features], columns as in FEATURES."""
    certainty: Weights
    """[certainty features], columns as in CERTAINTY_FEATURES."""

    def score(self, rows: Rows) -> NDArray[np.float64]:
        """Return the rank score of each candidate: [candidates]."""
        scores: NDArray[np.float64] = rows @ self.rank
        return scores

    def probability(self, rows: Rows, scores: NDArray[np.float64], best: int) -> float:
        """Return the probability that the candidate at `best` answers the question."""
        logit = float(certainty_row(rows, scores, best) @ self.certainty)
        return float(1.0 / (1.0 + np.exp(-np.clip(logit, -30, 30))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything that was fitted."""

    full: Fusion
    """With an encoder."""
    lexical: Fusion
    """Without one."""
    answer_from: float
    """Probability from which an article is given as the answer."""
    suggest_from: float
    """Probability from which the nearest questions are offered."""


def certainty_row(rows: Rows, scores: NDArray[np.float64], best: int) -> Weights:
    """Return the figures for the probability: [certainty features]; a rival without any evidence scores 0."""
    others = np.delete(scores, best)
    lead = scores[best] - others.max(initial=0.0)
    return np.concatenate([[1.0, scores[best], np.clip(lead, -_WIDEST_LEAD, _WIDEST_LEAD)], rows[best]])


class FusionEntry(BaseModel):
    """One set of weights as written."""

    model_config = ConfigDict(extra="forbid")

    rank: dict[str, float]
    certainty: dict[str, float]


class CalibrationEntry(BaseModel):
    """retrieval.json as written."""

    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    full: FusionEntry
    lexical: FusionEntry
    answer_from: Annotated[float, Field(ge=0, le=1)]
    suggest_from: Annotated[float, Field(ge=0, le=1)]


def load_calibration(path: Path) -> Calibration:
    """Read the weights; CalibrationInvalid says what is wrong with the file."""
    try:
        entry = CalibrationEntry.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CalibrationInvalid(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise CalibrationInvalid(f"{path}: {error}") from error
    except ValidationError as error:
        raise CalibrationInvalid(
            "; ".join(_describe(path, fault["loc"], fault["msg"]) for fault in error.errors())
        ) from error
    return Calibration(
        full=_to_fusion(path, entry.full),
        lexical=_to_fusion(path, entry.lexical),
        answer_from=entry.answer_from,
        suggest_from=entry.suggest_from,
    )


def _describe(path: Path, location: tuple[int | str, ...], message: str) -> str:
    """Return file, line and key where there is a key; a file that is no JSON has none."""
    return f"{place_of(path, location)}: {message}" if location else f"{path.name}: {message}"


def save_calibration(calibration: Calibration, path: Path) -> None:
    """Write the weights, each under its name."""
    entry = CalibrationEntry(
        full=_to_entry(calibration.full),
        lexical=_to_entry(calibration.lexical),
        answer_from=calibration.answer_from,
        suggest_from=calibration.suggest_from,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(entry.model_dump(), indent=2) + "\n", encoding="utf-8")


def _to_fusion(path: Path, entry: FusionEntry) -> Fusion:
    for found, names in ((entry.rank, FEATURES), (entry.certainty, CERTAINTY_FEATURES)):
        if set(found) != set(names):
            wrong = ", ".join(sorted(set(found) ^ set(names)))
            raise CalibrationInvalid(f"{path}: the weights do not fit this version ({wrong}); calibrate again")
    return Fusion(
        rank=np.array([entry.rank[name] for name in FEATURES]),
        certainty=np.array([entry.certainty[name] for name in CERTAINTY_FEATURES]),
    )


def _to_entry(fusion: Fusion) -> FusionEntry:
    return FusionEntry(
        rank={name: round(float(weight), 4) for name, weight in zip(FEATURES, fusion.rank, strict=True)},
        certainty={
            name: round(float(weight), 4) for name, weight in zip(CERTAINTY_FEATURES, fusion.certainty, strict=True)
        },
    )
