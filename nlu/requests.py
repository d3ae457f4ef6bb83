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
    names: Sequence[str],
    probabilities: Floats,
    places: Floats,
    second: float,
    decision: Decision,
    *,
    is_danger_named: bool = False,
) -> tuple[Intent, ...]:
    """Return one intent or several.

    `probabilities` and `places`: [intents]; `second`: the probability that there are several requests.
    """
    best = np.argsort(-probabilities)[:3].tolist()
    chosen = best[:1]
    if second_score(second, float(probabilities[best[1]])) >= decision.second_threshold:
        chosen = best[:2] + [number for number in best[2:] if probabilities[number] >= _THIRD_SHARE]
    is_report = is_danger_named and names[best[0]] != decision.question_intent
    least = decision.named_urgent_threshold if is_report else decision.urgent_threshold
    chosen = _with_urgent(chosen, names, probabilities, decision.urgent_intents, least)
    if _is_outside(chosen, names, probabilities, decision):
        scope = names.index(decision.scope_intent)
        return (Intent(names[scope], float(max(probabilities[scope], 1.0 - probabilities[chosen[0]]))),)
    chosen.sort(key=lambda number: (names[number] not in decision.urgent_intents, places[number]))
    urgent = [names[number] in decision.urgent_intents for number in chosen]
    return tuple(
        Intent(names[number], _sureness(float(probabilities[number]), second, len(chosen), is_urgent=is_urgent))
        for number, is_urgent in zip(chosen, urgent, strict=True)
    )


def _is_outside(chosen: list[int], names: Sequence[str], probabilities: Floats, decision: Decision) -> bool:
    """Say whether the only request is so unlikely that the sentence is none of ours; what is urgent never is."""
    if len(chosen) > 1 or decision.scope_intent not in names or names[chosen[0]] in decision.urgent_intents:
        return False
    return bool(probabilities[chosen[0]] < decision.scope_threshold)


def second_score(second: float, runner_up: float) -> float:
    """Return how much speaks for a second request: log-odds of the head, and what the second intent is worth."""
    odds = math.log((second + _TINY) / (1 - second + _TINY))
    return odds + _RUNNER_UP_WEIGHT * math.log(runner_up + _TINY)


def _sureness(probability: float, second: float, count: int, *, is_urgent: bool) -> float:
    """Return the confidence of one of `count` requests; several share the probability between them.

    An urgent one was let in on purpose from a low probability: it is to be acted upon, and says so.
    """
    shared = probability if count == 1 else min(1.0, max(probability * count, second))
    return max(shared, (1 + probability) / 2) if is_urgent else shared


def _with_urgent(
    chosen: list[int], names: Sequence[str], probabilities: Floats, urgent: Sequence[str], least: float
) -> list[int]:
    """Let an urgent intent in from its own, lower threshold; alone it takes the best one's place."""
    for name in urgent:
        if name not in names:
            continue
        number = names.index(name)
        if number not in chosen and probabilities[number] >= least:
            chosen = [number] if len(chosen) == 1 else [number, *chosen]
    return chosen
