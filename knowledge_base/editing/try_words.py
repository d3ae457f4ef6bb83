"""What customers would find with other synonyms: given questions, and wordings that the changed words stand in.

A wording would be found word by word; so those that are asked are taken out of the index, before and after alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from knowledge_base.article import Article
from knowledge_base.editing.hit_test import ASKED, NEAR, Asking, Row
from knowledge_base.editing.survey import Survey
from knowledge_base.overlay import Words
from knowledge_base.search import Searcher

TryOut = Callable[[Sequence[Article], Words | None], Searcher]
_MOST_ASKED: Final = 60


def try_words(
    try_out: TryOut, survey: Survey, live: Words, words: Words, questions: Iterable[str], asking: Asking
) -> list[Row]:
    """Return each question before and after; takes a second or two."""
    articles = [article for topic in survey.searcher.snapshot.topics for article in topic.articles]
    asked = _affected(articles, {surface for pair in set(words) ^ set(live) for surface in (pair[0], *pair[1])})
    lacking = {text for _, text in asked}
    thinned = [_without(article, lacking) for article in articles]
    before, after = try_out(thinned, live), try_out(thinned, words)
    rows = [
        Row(text, NEAR, owner, asking.ask(before, text, owner), asking.ask(after, text, owner)) for owner, text in asked
    ]
    if given := list(questions):
        whole = try_out(articles, words)
        for text in given:
            now = asking.ask(whole, text, articles[0])
            owner = next((one for one in articles if one.id == now.id), articles[0])
            rows.append(Row(text, ASKED, owner, asking.ask(survey.searcher, text, articles[0]), now))
    return rows


def _affected(articles: Iterable[Article], surfaces: Iterable[str]) -> list[tuple[Article, str]]:
    """Return wordings that hold one of the words, one of each article, no more than can be asked."""
    words = [surface.lower() for surface in surfaces if surface]
    found = (
        (article, next((text for text in article.similar if any(word in text.lower() for word in words)), ""))
        for article in articles
    )
    return [(article, text) for article, text in found if text][:_MOST_ASKED]


def _without(article: Article, lacking: set[str]) -> Article:
    return replace(article, similar=tuple(text for text in article.similar if text not in lacking))
