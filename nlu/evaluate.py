"""`gridtalk test nlu`: how well a model understands a data set; writes report.json and a picture of the confusions."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from nlu.confusion_picture import draw_confusion
from nlu.examples import Example, TrainingSet
from nlu.pipeline import Pipeline
from nlu.scores import Score, Tally, macro_f1, micro_f1, score_names
from nlu.understanding import Entity, Understanding

_BINS: Final = 20


@dataclass(frozen=True, slots=True)
class Mistake:
    """One sentence whose first intent was not the wanted one."""

    text: str
    wanted: str
    given: str
    confidence: float
    source: str


@dataclass(frozen=True, slots=True)
class NluReport:
    """What `report.json` says; shares are 0 to 1."""

    sentences: int
    accuracy: float
    """First intent right."""
    macro_f1: float
    micro_f1: float
    requests_right: float
    """All requests found, none added, in the right order; over all sentences."""
    composites: int
    """Sentences with several requests."""
    composites_right: float
    """All requests found and none added, over the composites."""
    falsely_composite: float
    """Sentences with one request in which several were seen."""
    intents: dict[str, Score]
    entity_f1: float
    """Exact: name, begin and end."""
    entity_f1_overlap: float
    """Name, and at least one character in common."""
    entities: dict[str, Score]
    """By exact match."""
    values_right: float
    """Values as annotated, over the exact spans whose value is annotated."""
    confusion: dict[str, dict[str, int]]
    """Wanted -> given -> count; the right ones too."""
    confidence_histogram: dict[str, list[int]]
    """Right and wrong sentences in twenty equal bins of confidence."""
    mistakes: list[Mistake]
    seconds: float
    milliseconds_p50: float
    milliseconds_p99: float


def evaluate_model(pipeline: Pipeline, examples: Sequence[Example]) -> NluReport:
    """Parse every example, with its context, and compare."""
    started = time.perf_counter()
    understood: list[Understanding] = []
    times: list[float] = []
    for example in examples:
        begun = time.perf_counter()
        understood.append(pipeline.parse(example.text, example.context))
        times.append(1000 * (time.perf_counter() - begun))
    return build_report(examples, understood, times, time.perf_counter() - started)


def write_nlu_report(pipeline: Pipeline, training_set: TrainingSet, out: Path) -> NluReport:
    """Evaluate, write out/report.json and out/confusion.svg, return the report."""
    report = evaluate_model(pipeline, training_set.examples)
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(report), ensure_ascii=False, indent=1)
    (out / "report.json").write_text(text + "\n", encoding="utf-8")
    (out / "confusion.svg").write_text(draw_confusion(report.confusion), encoding="utf-8")
    return report


def build_report(
    examples: Sequence[Example], understood: Sequence[Understanding], times: Sequence[float], seconds: float
) -> NluReport:
    """Compare what was understood with what was meant; `times` are milliseconds a sentence."""
    truth = [example.intents[0] for example in examples]
    given = [understanding.intent.name for understanding in understood]
    intents = score_names(truth, given)
    requests = [tuple(intent.name for intent in understanding.intents) for understanding in understood]
    pairs = list(zip(examples, understood, strict=True))
    several = [
        (example.intents, seen) for example, seen in zip(examples, requests, strict=True) if len(example.intents) > 1
    ]
    single = [seen for example, seen in zip(examples, requests, strict=True) if len(example.intents) == 1]
    return NluReport(
        sentences=len(examples),
        accuracy=_share(wanted == found for wanted, found in zip(truth, given, strict=True)),
        macro_f1=macro_f1(intents),
        micro_f1=micro_f1(
            (Counter(example.intents), Counter(seen)) for example, seen in zip(examples, requests, strict=True)
        ),
        requests_right=_share(example.intents == seen for example, seen in zip(examples, requests, strict=True)),
        composites=len(several),
        composites_right=_share(set(wanted) == set(seen) for wanted, seen in several),
        falsely_composite=_share(len(seen) > 1 for seen in single) if single else 0.0,
        intents=intents,
        entity_f1=micro_f1((_bag(_wanted_spans(example)), _bag(_found_spans(seen))) for example, seen in pairs),
        entity_f1_overlap=_overlap_f1(pairs),
        entities=_score_entities(pairs),
        values_right=_values_right(pairs),
        confusion=_confusion(truth, given),
        confidence_histogram=_histogram(truth, understood),
        mistakes=_mistakes(pairs),
        seconds=round(seconds, 3),
        milliseconds_p50=round(float(np.percentile(times, 50)), 3),
        milliseconds_p99=round(float(np.percentile(times, 99)), 3),
    )


Pair = tuple[Example, Understanding]
SpanKey = tuple[str, int, int]


def _share(outcomes: object) -> float:
    results = [bool(outcome) for outcome in outcomes]  # type: ignore[attr-defined]
    return round(sum(results) / len(results), 4) if results else 1.0


def _bag(spans: Sequence[SpanKey]) -> "Counter[object]":
    return Counter(spans)


def _wanted_spans(example: Example) -> list[SpanKey]:
    return [(span.entity, span.start, span.end) for span in example.spans]


def _found_spans(understanding: Understanding) -> list[SpanKey]:
    return [(entity.entity, entity.start, entity.end) for entity in understanding.entities]


def _score_entities(pairs: Sequence[Pair]) -> dict[str, Score]:
    tallies: dict[str, Tally] = {}
    for example, understanding in pairs:
        wanted, found = set(_wanted_spans(example)), set(_found_spans(understanding))
        for key in wanted | found:
            tally = tallies.setdefault(key[0], Tally())
            tally.wanted += key in wanted
            tally.found += key in found
            tally.both += key in wanted and key in found
    return {name: tally.score() for name, tally in sorted(tallies.items())}


def _overlap_f1(pairs: Sequence[Pair]) -> float:
    recalled = Tally()
    precise = 0
    for example, understanding in pairs:
        wanted, found = _wanted_spans(example), _found_spans(understanding)
        recalled.wanted += len(wanted)
        recalled.found += len(found)
        recalled.both += sum(any(_touch(one, other) for other in found) for one in wanted)
        precise += sum(any(_touch(one, other) for other in wanted) for one in found)
    precision = precise / recalled.found if recalled.found else 0.0
    recall = recalled.both / recalled.wanted if recalled.wanted else 0.0
    return round(2 * precision * recall / (precision + recall), 4) if precision + recall else 0.0


def _touch(one: SpanKey, other: SpanKey) -> bool:
    return one[0] == other[0] and min(one[2], other[2]) > max(one[1], other[1])


def _values_right(pairs: Sequence[Pair]) -> float:
    outcomes: list[bool] = []
    for example, understanding in pairs:
        found: dict[SpanKey, Entity] = {(one.entity, one.start, one.end): one for one in understanding.entities}
        for span in example.spans:
            entity = found.get((span.entity, span.start, span.end))
            if span.value is not None and entity is not None:
                outcomes.append(entity.value == span.value)
    return _share(outcomes)


def _confusion(truth: Sequence[str], given: Sequence[str]) -> dict[str, dict[str, int]]:
    table: dict[str, Counter[str]] = {name: Counter() for name in sorted(set(truth))}
    for wanted, found in zip(truth, given, strict=True):
        table[wanted][found] += 1
    return {wanted: dict(row.most_common()) for wanted, row in table.items()}


def _histogram(truth: Sequence[str], understood: Sequence[Understanding]) -> dict[str, list[int]]:
    bins = {"right": [0] * _BINS, "wrong": [0] * _BINS}
    for wanted, understanding in zip(truth, understood, strict=True):
        row = bins["right" if understanding.intent.name == wanted else "wrong"]
        row[min(_BINS - 1, int(understanding.intent.confidence * _BINS))] += 1
    return bins


def _mistakes(pairs: Sequence[Pair]) -> list[Mistake]:
    return [
        Mistake(example.text, example.intents[0], seen.intent.name, round(seen.intent.confidence, 4), example.source)
        for example, seen in pairs
        if seen.intent.name != example.intents[0]
    ]
