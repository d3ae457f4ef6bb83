"""Simulated annotators: they read what was captured, and err at a stated rate.

An annotator knows what a sentence means because a person who reads it would: the truth that the simulator holds stands
for his reading. He sees only sentences of the month's study, in its order, and as many as he has time for.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.retrain.rank import RankedQuestion
from nlu.annotations import Span

Truth = Mapping[tuple[str, float], str]
"""(sender, when it was said) -> intent."""
FindSpans = Callable[[str], tuple[Span, ...]]
"""Sentence -> the entities that the bot proposes; the annotator confirms them."""


@dataclass(frozen=True, slots=True)
class SimulatedLabel:
    """One accepted label, with what a data version asks for."""

    text: str
    intent: str
    entities: tuple[Span, ...]
    conversation: str
    at: float


@dataclass(frozen=True, slots=True)
class AnnotatorPlan:
    """How much is labelled, and how well."""

    sentences: int = 160
    """A month."""
    error_rate: float = 0.05
    """Of one annotator; half of his errors are what the bot took it for, the others any intent."""
    double_share: float = 0.2
    """Labelled by two; where they differ a third settles it, who errs as often."""


DEFAULT_ANNOTATORS = AnnotatorPlan()


def label_month(
    questions: Sequence[RankedQuestion],
    truth: Truth,
    intents: Sequence[str],
    find_spans: FindSpans,
    dice: random.Random,
    plan: AnnotatorPlan = DEFAULT_ANNOTATORS,
) -> list[SimulatedLabel]:
    """Label the first sentences of a month's study; answers, masked ones and small talk are skipped."""
    labels: list[SimulatedLabel] = []
    for question in questions:
        if len(labels) >= plan.sentences:
            break
        first = question.messages[0]
        keys = ((message.conversation.rpartition("#")[0], message.at) for message in question.messages)
        wanted = next((truth[key] for key in keys if key in truth), None)
        if wanted is None or "〔" in question.text:
            continue
        intent = _labelled(wanted, first.intent, intents, dice, plan)
        labels.append(SimulatedLabel(question.text, intent, find_spans(question.text), first.conversation, first.at))
    return labels


def _labelled(wanted: str, proposed: str, intents: Sequence[str], dice: random.Random, plan: AnnotatorPlan) -> str:
    first = _read(wanted, proposed, intents, dice, plan)
    if dice.random() >= plan.double_share:
        return first
    second = _read(wanted, proposed, intents, dice, plan)
    return first if first == second else _read(wanted, proposed, intents, dice, plan)


def _read(wanted: str, proposed: str, intents: Sequence[str], dice: random.Random, plan: AnnotatorPlan) -> str:
    if dice.random() >= plan.error_rate:
        return wanted
    return proposed if proposed in intents and dice.random() < 0.5 else dice.choice(list(intents))
