"""What libvosk answers, as values: the readings of one utterance, with the confidence of each word.

With alternatives libvosk gives each reading a log-likelihood; a word's confidence is the share of the likelihood of
all readings that have the same word at the same time.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from speech.protocols import Hint, Reading, Recognition, Word
from speech.recognizers.dictation import Heard, dictated
from speech.recognizers.grammar import GARBAGE
from speech.text.written import to_written

ALTERNATIVES = 12
_HANDED_ON = 4


def read_partial(content: str) -> str:
    """Return the words so far without blanks and garbage."""
    return _joined(str(json.loads(content).get("partial", "")))


@dataclass(frozen=True, slots=True)
class Part:
    """One final result of libvosk."""

    readings: tuple[Heard, ...] = ()
    """Spoken words, best first; each word's confidence is that of the whole result."""
    likelihood: float = 0.0
    """Log-likelihood of the best reading; comparable between graphs over the same sound."""

    @property
    def text(self) -> str:
        """The best reading."""
        return _joined(self.readings[0].text) if self.readings else ""


def read_result(content: str) -> Part:
    """Read a final result. Raises ValueError for anything but JSON."""
    found = json.loads(content).get("alternatives") or []
    if not found:
        return Part()
    likelihoods = [float(reading.get("confidence", 0.0)) for reading in found]
    raw = [
        tuple(Word(str(word["word"]), float(word["start"]), float(word["end"]), 0.0) for word in one.get("result", ()))
        for one in found
    ]
    shares = _shares(likelihoods)
    readings = tuple(
        Heard(tuple(replace(word, confidence=_share_of(word, raw, shares)) for word in words), share / shares[0])
        for words, share in zip(raw, shares, strict=True)
    )
    return Part(readings, likelihoods[0])


def join_parts(parts: Sequence[Part], hint: Hint) -> Recognition:
    """Make one written recognition of the parts between libvosk's own endpoints."""
    spoken = [part for part in parts if part.readings and part.readings[0].words]
    if not spoken:
        return Recognition("")
    head = tuple(word for part in spoken[:-1] for word in part.readings[0].words)
    readings = [Heard((*head, *reading.words), reading.weight) for reading in spoken[-1].readings]
    if hint.kind == "digits":
        readings = dictated(readings, hint.lengths)
    best, *rest = readings
    text = to_written(_joined(best.text), hint.kind)
    others = [Reading(to_written(_joined(other.text), hint.kind), other.weight) for other in rest]
    return Recognition(text, mean_confidence(best.words), distinct(others, without=text)[:_HANDED_ON], best.words)


def distinct(readings: Sequence[Reading], *, without: str) -> tuple[Reading, ...]:
    """Return each text once, likeliest first, leaving out what is empty or the best reading already."""
    best: dict[str, Reading] = {}
    for reading in sorted(readings, key=lambda one: -one.weight):
        if reading.text and reading.text != without:
            best.setdefault(reading.text, reading)
    return tuple(best.values())


def mean_confidence(words: Sequence[Word]) -> float:
    """Weigh each word by its length in time; garbage counts as not understood."""
    total = sum(word.end_seconds - word.start_seconds for word in words)
    sure = sum(word.confidence * (word.end_seconds - word.start_seconds) for word in words if word.text != GARBAGE)
    return sure / total if total > 0 else 0.0


def _joined(text: str) -> str:
    return text.replace(GARBAGE, "").replace(" ", "")


def _shares(likelihoods: list[float]) -> list[float]:
    best = max(likelihoods)
    weights = [math.exp(likelihood - best) for likelihood in likelihoods]
    total = sum(weights)
    return [weight / total for weight in weights]


def _share_of(word: Word, readings: Sequence[tuple[Word, ...]], shares: Sequence[float]) -> float:
    alike = zip(readings, shares, strict=True)
    return min(1.0, sum(share for words, share in alike if any(_is_same(word, other) for other in words)))


def _is_same(one: Word, other: Word) -> bool:
    """The same word, more than half of it at the same time."""
    if one.text != other.text:
        return False
    shared = min(one.end_seconds, other.end_seconds) - max(one.start_seconds, other.start_seconds)
    return shared * 2 >= one.end_seconds - one.start_seconds
