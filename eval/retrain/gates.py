"""May a candidate replace the champion: measured on the same frozen sets, gate by gate, with every flipped example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from eval.errors import GatesInvalid
from eval.validated import read_model
from nlu.scores import macro_f1, score_names

OUT_OF_SCOPE = "out_of_scope"


class GateLimits(BaseModel):
    """gates.yml: how much worse a candidate may be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    macro_f1: float = Field(le=0)
    critical_intents: tuple[str, ...]
    critical_recall: float = Field(le=0)
    unknown_recall: float = Field(le=0)
    false_alarms: float = Field(ge=0)
    knowledge_right: float = Field(le=0)
    knowledge_refused: float = Field(le=0)
    knowledge_hit: float = Field(le=0)
    """Of hit@1 and of hit@3."""
    conversations: float = Field(le=0)
    milliseconds_ratio: float = Field(gt=0)
    megabytes: float = Field(gt=0)
    interval_samples: int = Field(ge=100, le=100_000)


@dataclass(frozen=True, slots=True)
class Measured:
    """One release on the frozen sets; the sentences are the same for both, in the same order."""

    release: str
    texts: tuple[str, ...]
    wanted: tuple[str, ...]
    given: tuple[str, ...]
    milliseconds_p50: float
    megabytes: float
    knowledge_right: float | None = None
    """Share of answerable questions; None: not measured."""
    knowledge_refused: float | None = None
    knowledge_hit_1: float | None = None
    """Share of the questions whose facts stand in an article that have such an article first."""
    knowledge_hit_3: float | None = None
    """The same among the first three."""
    conversations: float | None = None
    """Share that passed whole; None: not measured."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One comparison."""

    name: str
    champion: float
    candidate: float
    passed: bool
    limit: str


@dataclass(frozen=True, slots=True)
class Flip:
    """A sentence on which the two differ, and one of them is right."""

    text: str
    wanted: str
    champion: str
    candidate: str

    @property
    def is_fixed(self) -> bool:
        """Whether the candidate is the one that is right."""
        return self.candidate == self.wanted


@dataclass(frozen=True, slots=True)
class Verdict:
    """All gates, the flips, and how sure the difference is."""

    gates: tuple[Gate, ...]
    flips: tuple[Flip, ...]
    accuracy_difference: float
    interval: tuple[float, float]
    """95 % of the differences of accuracy (candidate - champion) that resampling of the sentences gives."""

    @property
    def passed(self) -> bool:
        """Whether every gate is passed."""
        return all(gate.passed for gate in self.gates)


def load_gates(path: Path) -> GateLimits:
    """Read gates.yml. Raises GatesInvalid with file, key and what is wrong."""
    return read_model(path, GateLimits, GatesInvalid)


def judge(champion: Measured, candidate: Measured, limits: GateLimits) -> Verdict:
    """Compare two releases. Raises ValueError where they were not measured on the same sentences."""
    if (champion.texts, champion.wanted) != (candidate.texts, candidate.wanted):
        raise ValueError("both releases must be measured on the same sentences in the same order")
    gates = (*_understanding_gates(champion, candidate, limits), *_other_gates(champion, candidate, limits))
    difference, interval = _difference(champion, candidate, limits.interval_samples)
    return Verdict(gates, tuple(_flips(champion, candidate)), difference, interval)


def _understanding_gates(champion: Measured, candidate: Measured, limits: GateLimits) -> Iterator[Gate]:
    yield _not_lower("macro_f1", _macro_f1(champion), _macro_f1(candidate), limits.macro_f1)
    for intent in limits.critical_intents:
        if intent in champion.wanted:
            before, after = _recall(champion, intent), _recall(candidate, intent)
            yield _not_lower(f"recall:{intent}", before, after, limits.critical_recall)
    if OUT_OF_SCOPE in champion.wanted:
        before, after = _recall(champion, OUT_OF_SCOPE), _recall(candidate, OUT_OF_SCOPE)
        yield _not_lower("unknown_recall", before, after, limits.unknown_recall)
    before, after = _false_alarms(champion), _false_alarms(candidate)
    is_fine = after - before <= limits.false_alarms + _ROUNDING
    yield Gate("false_alarms", before, after, is_fine, f"at most {limits.false_alarms:+.3f}")


def _other_gates(champion: Measured, candidate: Measured, limits: GateLimits) -> Iterator[Gate]:
    measured = (
        ("knowledge_right", champion.knowledge_right, candidate.knowledge_right, limits.knowledge_right),
        ("knowledge_refused", champion.knowledge_refused, candidate.knowledge_refused, limits.knowledge_refused),
        ("knowledge_hit_1", champion.knowledge_hit_1, candidate.knowledge_hit_1, limits.knowledge_hit),
        ("knowledge_hit_3", champion.knowledge_hit_3, candidate.knowledge_hit_3, limits.knowledge_hit),
        ("conversations", champion.conversations, candidate.conversations, limits.conversations),
    )
    for name, before, after, allowed in measured:
        if before is not None and after is not None:
            yield _not_lower(name, before, after, allowed)
    ratio = candidate.milliseconds_p50 / max(champion.milliseconds_p50, 1e-6)
    yield Gate(
        "milliseconds_p50",
        champion.milliseconds_p50,
        candidate.milliseconds_p50,
        ratio <= limits.milliseconds_ratio,
        f"at most {limits.milliseconds_ratio:g} times",
    )
    is_small = candidate.megabytes <= limits.megabytes
    yield Gate("megabytes", champion.megabytes, candidate.megabytes, is_small, f"at most {limits.megabytes:g}")


_ROUNDING = 1e-9


def _not_lower(name: str, before: float, after: float, allowed: float) -> Gate:
    return Gate(name, before, after, after - before >= allowed - _ROUNDING, f"at least {allowed:+.3f}")


def _macro_f1(measured: Measured) -> float:
    return macro_f1(score_names(list(measured.wanted), list(measured.given)))


def _recall(measured: Measured, intent: str) -> float:
    hits = [given == intent for wanted, given in zip(measured.wanted, measured.given, strict=True) if wanted == intent]
    return sum(hits) / len(hits)


def _false_alarms(measured: Measured) -> float:
    known = [given for wanted, given in zip(measured.wanted, measured.given, strict=True) if wanted != OUT_OF_SCOPE]
    return sum(given == OUT_OF_SCOPE for given in known) / len(known) if known else 0.0


def _flips(champion: Measured, candidate: Measured) -> Iterator[Flip]:
    rows = zip(champion.texts, champion.wanted, champion.given, candidate.given, strict=True)
    for text, wanted, before, after in rows:
        if (before == wanted) != (after == wanted):
            yield Flip(text, wanted, before, after)


def _difference(champion: Measured, candidate: Measured, samples: int) -> tuple[float, tuple[float, float]]:
    """Paired bootstrap over the sentences, always the same one."""
    wanted = champion.wanted
    gained = np.array([
        int(after == want) - int(before == want)
        for want, before, after in zip(wanted, champion.given, candidate.given, strict=True)
    ])  # fmt: skip
    if not len(gained):
        return 0.0, (0.0, 0.0)
    random = np.random.default_rng(0)
    means = [float(gained[random.integers(0, len(gained), len(gained))].mean()) for _ in range(samples)]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(gained.mean()), (float(low), float(high))


def worst_first(flips: Sequence[Flip]) -> list[Flip]:
    """Broken ones before fixed ones."""
    return sorted(flips, key=lambda flip: (flip.is_fixed, flip.wanted, flip.text))
