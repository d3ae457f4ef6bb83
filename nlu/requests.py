"""Which requests a sentence makes, in the order in which they are to be handled.

Danger to people comes first; the others as they were said, which the network shows by where each intent looks.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from nlu.decision import Decision, Floats
from nlu.understanding import Intent

_RUNNER_UP_WEIGHT: Final = 0.5
"""Of the second intent's log-probability, beside the log-odds that there is a second request."""
_THIRD_SHARE: Final = 0.15
"""Probability that a third request must have, where there are several."""
_TINY: Final = 1e-6


def decide_requests(
    names: Sequence[str], probabilities: Floats, places: Floats, second: float, decision: Decision
) -> tuple[Intent, ...]:
    """Return one intent or several.

    `probabilities` and `places`: [intents]; `second`: the probability that there are several requests.
    """
    best = np.argsort(-probabilities)[:3].tolist()
    chosen = best[:1]
    if second_score(second, float(probabilities[best[1]])) >= decision.second_threshold:
        chosen = best[:2] + [number for number in best[2:] if probabilities[number] >= _THIRD_SHARE]
    chosen = _with_urgent(chosen, names, probabilities, decision)
    if len(chosen) == 1 and probabilities[chosen[0]] < decision.scope_threshold and decision.scope_intent in names:
        scope = names.index(decision.scope_intent)
        return (Intent(names[scope], float(max(probabilities[scope], 1.0 - probabilities[chosen[0]]))),)
    chosen.sort(key=lambda number: (names[number] not in decision.urgent_intents, places[number]))
    return tuple(Intent(names[number], _sureness(probabilities[number], second, len(chosen))) for number in chosen)


def second_score(second: float, runner_up: float) -> float:
    """Return how much speaks for a second request: log-odds of the head, and what the second intent is worth."""
    odds = math.log((second + _TINY) / (1 - second + _TINY))
    return odds + _RUNNER_UP_WEIGHT * math.log(runner_up + _TINY)


def _sureness(probability: float, second: float, count: int) -> float:
    """Return the confidence of one of `count` requests; several share the probability between them."""
    if count == 1:
        return float(probability)
    return min(1.0, max(float(probability) * count, second))


def _with_urgent(chosen: list[int], names: Sequence[str], probabilities: Floats, decision: Decision) -> list[int]:
    """Let an urgent intent in from its own, lower threshold; alone it takes the best one's place."""
    for name in decision.urgent_intents:
        if name not in names:
            continue
        number = names.index(name)
        if number not in chosen and probabilities[number] >= decision.urgent_threshold:
            chosen = [number] if len(chosen) == 1 else [number, *chosen]
    return chosen
