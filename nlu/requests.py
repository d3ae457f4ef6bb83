"""Which requests a sentence makes, in the order in which they are to be handled.

Danger to people comes first; the others as they were said, which the network shows by where each intent looks.
"""

from collections.abc import Sequence

import numpy as np

from nlu.decision import Decision, Floats
from nlu.understanding import Intent

MOST_REQUESTS = 3


def decide_requests(
    names: Sequence[str], probabilities: Floats, places: Floats, second: float, decision: Decision
) -> tuple[Intent, ...]:
    """Return one intent or several.

    `probabilities` and `places`: [intents]; `second`: the probability that there are several requests.
    """
    best = np.argsort(-probabilities)[:MOST_REQUESTS].tolist()
    chosen = best[:1]
    if second >= decision.second_threshold:
        chosen += [number for number in best[1:] if probabilities[number] >= decision.share_threshold]
    chosen = _with_urgent(chosen, names, probabilities, decision)
    if len(chosen) == 1 and probabilities[chosen[0]] < decision.scope_threshold and decision.scope_intent in names:
        scope = names.index(decision.scope_intent)
        return (Intent(names[scope], float(max(probabilities[scope], 1.0 - probabilities[chosen[0]]))),)
    chosen.sort(key=lambda number: (names[number] not in decision.urgent_intents, places[number]))
    # Several requests share the probability; each is as sure as its part of a fair share.
    return tuple(Intent(names[number], min(1.0, float(probabilities[number]) * len(chosen))) for number in chosen)


def _with_urgent(chosen: list[int], names: Sequence[str], probabilities: Floats, decision: Decision) -> list[int]:
    """Let an urgent intent in from its own, lower threshold; alone it takes the best one's place."""
    for name in decision.urgent_intents:
        if name not in names:
            continue
        number = names.index(name)
        if number not in chosen and probabilities[number] >= decision.urgent_threshold:
            chosen = [number] if len(chosen) == 1 else [number, *chosen]
    return chosen
