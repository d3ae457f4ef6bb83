"""Splitting examples into folds, and writing examples as a training file again."""

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from nlu.annotations import Span
from nlu.examples import COMPOSITE_JOINT, Example
from nlu.understanding import Context


def split_folds(
    examples: Sequence[Example], count: int, seed: int = 13
) -> Iterator[tuple[list[Example], list[Example]]]:
    """Yield (learn, test) of each fold, intents spread evenly, equal texts kept together."""
    groups: dict[tuple[str, ...], dict[str, list[Example]]] = defaultdict(lambda: defaultdict(list))
    for example in examples:
        groups[example.intents][example.text].append(example)
    dice = random.Random(seed)
    folds: list[list[Example]] = [[] for _ in range(count)]
    offset = 0
    for _, texts in sorted(groups.items()):
        keys = sorted(texts)
        dice.shuffle(keys)
        for number, key in enumerate(keys):
            folds[(number + offset) % count] += texts[key]
        offset += len(keys)
    for number in range(count):
        yield [one for other, fold in enumerate(folds) if other != number for one in fold], folds[number]


def render_examples(examples: Iterable[Example], synonyms: Mapping[str, str]) -> str:
    """Return a file in the nlu.yml format from which the same examples and synonyms are read."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for example in examples:
        groups[COMPOSITE_JOINT.join(example.intents)].append(_render_example(example))
    meanings: dict[str, list[str]] = defaultdict(list)
    for surface, value in synonyms.items():
        meanings[value].append(surface)
    entries: list[dict[str, Any]] = [{"intent": name, "examples": listed} for name, listed in groups.items()]
    entries += [{"synonym": value, "examples": surfaces} for value, surfaces in meanings.items()]
    return yaml.safe_dump({"version": "3.1", "nlu": entries}, allow_unicode=True, sort_keys=False, width=100_000)


def _render_example(example: Example) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    if context := _render_context(example.context):
        metadata["context"] = context
    if example.act is not None:
        metadata["act"] = example.act
    shown: dict[str, Any] = {"text": _mark(example.text, example.spans)}
    return shown | {"metadata": metadata} if metadata else shown


def _render_context(context: Context) -> dict[str, str]:
    named = {
        "last_user_text": context.last_user_text,
        "last_intent": context.last_intent,
        "last_topic": context.last_topic,
        "active_flow": context.active_flow,
        "requested_slot": context.requested_slot,
        "channel": context.channel,
    }
    return {key: value for key, value in named.items() if value is not None}


def _mark(text: str, spans: Sequence[Span]) -> str:
    parts, place = [], 0
    for span in sorted(spans, key=lambda one: one.start):
        if span.start < place:
            continue  # of spans over the same text the first counts in training, too
        detail = {"entity": span.entity, "value": span.value, "role": span.role, "group": span.group}
        given = json.dumps({key: value for key, value in detail.items() if value is not None}, ensure_ascii=False)
        parts += [text[place : span.start], f"[{text[span.start : span.end]}]{given}"]
        place = span.end
    return "".join([*parts, text[place:]])
