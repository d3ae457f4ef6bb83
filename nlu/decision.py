"""From the classifiers' numbers to calibrated probabilities: the few numbers that are fitted on held-out sentences."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.errors import ModelError

_FILE: Final = "decision.json"

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Decision:
    """Weights and thresholds."""

    network_weight: float = 1.0
    """Of the network's logits: the inverse of its temperature."""
    sparse_weight: float = 2.0
    """Of the linear classifier's margins."""
    second_threshold: float = 1.0
    """Score (`requests.second_score`) from which there is more than one request."""
    urgent_intents: tuple[str, ...] = ()
    urgent_threshold: float = 0.3
    """Probability from which an urgent intent is taken, whatever is likelier."""
    named_urgent_threshold: float = 0.001
    """The same where the sentence names a danger (`hazards.py`)."""
    question_intent: str = "ask_knowledge"
    """An intent that names dangers without reporting one."""
    scope_intent: str = "out_of_scope"
    novelty_weight: float = 0.0
    """Of the share of unfamiliar character pairs, as a logit for the scope intent."""
    scope_threshold: float = 0.0
    """Probability of the best intent below which the sentence is out of scope."""

    def probabilities(
        self, logits: Floats, margins: Floats, *, novelty: float | Floats = 0.0, scope: int | None = None
    ) -> Floats:
        """Return the distribution over the intents; the last axis of both is the intents.

        `novelty`: share of unfamiliar pairs, one a row; `scope`: the number of the scope intent, if there is one.
        """
        scores = self.network_weight * logits + self.sparse_weight * margins
        if scope is not None:
            scores[..., scope] += self.novelty_weight * novelty
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        return np.asarray(scores / scores.sum(axis=-1, keepdims=True), dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write decision.json."""
        (folder / _FILE).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_decision(folder: Path) -> Decision:
    """Read decision.json as `Decision.save` wrote it."""
    try:
        raw = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return Decision(**{**raw, "urgent_intents": tuple(raw["urgent_intents"])})
    except (OSError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise ModelError(
            f"{folder}: {_FILE} is missing or broken ({error}); train a model with `gridtalk train`"
        ) from error
