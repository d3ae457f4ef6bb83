"""Any number of articles, made by recombining the questions and answers of the real ones; the same every time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge_base.article import Article

SIMILAR = 1
"""Similar questions an article; with the standard one, two texts are indexed for each."""
_SEED = 95598


def recombine_articles(real: Sequence[Article], count: int) -> list[Article]:
    """Make articles whose questions and answers begin like one real article's and end like another's."""
    chance = random.Random(_SEED)
    questions = [question for article in real for question in article.questions]
    return [_recombine(number, chance.choice(real), chance.choice(real), questions, chance) for number in range(count)]


def _recombine(number: int, first: Article, second: Article, questions: list[str], chance: random.Random) -> Article:
    return replace(
        first,
        id=f"synthetic-{number}",
        topic=f"synthetic-{number}",
        question=_join(*chance.sample(questions, 2)),
        similar=tuple(_similar(questions, chance)),
        answer=_join(first.answer, second.answer),
    )


def _similar(questions: list[str], chance: random.Random) -> Iterator[str]:
    for _ in range(SIMILAR):
        yield _join(*chance.sample(questions, 2))


def _join(first: str, second: str) -> str:
    return first[: (len(first) + 1) // 2] + second[len(second) // 2 :]
