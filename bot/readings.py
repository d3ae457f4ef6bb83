"""Which of the recognizer's readings was meant: what is understood in its context bears it out. Pure.

A clear first reading is never overridden. Among doubtful ones the recognizer's likelihood counts a little, and the
understanding's sureness, and above all whether a reading answers what was asked, much.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from bot.message import Reading
from nlu.understanding import Understanding

CLEAR = 0.95
"""Confidence of the recognition from which its first reading stands."""
RECOGNIZER_SHARE = 0.2
"""Weight of the recognizer's log-likelihood beside the understanding's (measured: docs/speech.md)."""
ANSWER_BONUS = 2.0
"""What a value for the open question is worth, in natural logarithms of probability."""
NOT_OURS = ("out_of_scope", "chitchat")
"""Intents that a sentence gets when it is garbled: being sure of them bears no reading out."""
NOT_OURS_SHARE = 0.3
_LEAST = 1e-3
Answers = Callable[[Understanding], bool]


def choose_reading(
    first: Understanding, others: Sequence[tuple[Reading, Understanding]], answers: Answers
) -> Understanding:
    """Return the understanding of the reading that was most likely meant; the first where nothing speaks against it.

    answers: whether an understanding holds a value for what was asked.
    """
    best, highest = first, _score(first, 1.0, answers)
    for reading, understanding in others:
        if (score := _score(understanding, reading.weight, answers)) > highest + 1e-9:
            best, highest = understanding, score
    return best


def _score(understanding: Understanding, weight: float, answers: Answers) -> float:
    sureness = understanding.intent.confidence
    if understanding.intent.name in NOT_OURS:
        sureness *= NOT_OURS_SHARE
    bonus = ANSWER_BONUS if answers(understanding) else 0.0
    return RECOGNIZER_SHARE * math.log(max(weight, _LEAST)) + math.log(max(sureness, _LEAST)) + bonus
