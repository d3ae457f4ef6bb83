"""A question that leans on the one before, made whole: its topic, with the words that were said instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from knowledge_base.search import HOUSEHOLD
from knowledge_base.text import fold, squeeze
from knowledge_base.vocabulary import Vocabulary

_MADE_OF: Final = "非"
"""「非居民」 without 「居民」 must not leave its head behind."""


@dataclass(frozen=True, slots=True)
class Completed:
    """A whole question."""

    question: str
    topic: str
    """What is left of the topic."""
    customer_class: str | None
    """The class that the new words name; None if they name none or several."""
    is_for_others: bool
    """The new words name another class of customers or another place than the topic did."""


def complete_question(words: str, topic: str, vocabulary: Vocabulary) -> Completed:
    """Return the topic with the new words; a class or a place in these takes the place of the topic's own.

    「我开店的呢」 after 「居民电费违约金怎么算」 -> 「电费违约金怎么算 我开店的呢」.
    """
    said = fold(words)
    classes = {*vocabulary.askers.meanings_in(said), *vocabulary.customer_classes.meanings_in(said)}
    names_place = bool(vocabulary.regions.meanings_in(said) or vocabulary.elsewhere.meanings_in(said))
    kept = fold(topic)
    if classes:
        kept = kept.replace(_MADE_OF + HOUSEHOLD, "")
        kept = vocabulary.customer_classes.remove(vocabulary.askers.remove(kept))
    if names_place:
        kept = vocabulary.elsewhere.remove(vocabulary.regions.remove(kept))
    kept = squeeze(kept)
    named = classes.pop() if len(classes) == 1 else None
    return Completed(f"{kept} {words}".strip(), kept, named, named is not None or bool(classes) or names_place)
