"""What customers would find, before and after a version is published: tried in memory, nothing of it is live.

An article's own wordings would all be found word by word; so each is asked of an index that lacks half of them. The
nearest other topics lack half of theirs, too, and must keep their questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Final

from knowledge_base.answer import Answer, Finding, RegionNeeded, Suggestions
from knowledge_base.article import ALL_CUSTOMERS, Article
from knowledge_base.editing.survey import Survey
from knowledge_base.editing.values import PUBLISHED
from knowledge_base.overlay import Overlay
from knowledge_base.search import TIME_ZONE, Searcher

TryOut = Callable[[Sequence[Article]], Searcher]
"""Articles -> what finds in them."""
ASKED: Final = "asked"
OWN: Final = "own"
NEAR: Final = "near"
_NEAR_TOPICS: Final = 5
_NEAR_FROM: Final = 0.6
_MOST_NEAR: Final = 60
_HALVES: Final = (0, 1)


@dataclass(frozen=True, slots=True)
class Found:
    """What a question came to."""

    kind: str
    """answer | region_needed | suggestions."""
    id: str
    version: int
    topic: str
    question: str
    score: float
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One question, before and after."""

    question: str
    kind: str
    """asked | own | near."""
    owner: Article
    """The article that it belongs to; of asked ones the candidate."""
    before: Found
    after: Found

    @property
    def hit_before(self) -> bool:
        """Say whether the owner was found."""
        return self._is_hit(self.before)

    @property
    def hit_after(self) -> bool:
        """Say whether the owner is found with the candidate live."""
        return self._is_hit(self.after)

    def _is_hit(self, found: Found) -> bool:
        return found.id == self.owner.id or (
            self.kind == NEAR and bool(found.topic) and found.topic == self.owner.topic
        )


@dataclass(frozen=True, slots=True)
class Asking:
    """For whom, and when, it is asked."""

    region: str | None
    customer_class: str | None
    at: datetime

    def ask(self, searcher: Searcher, question: str, owner: Article) -> Found:
        """Ask as a customer of the owner would."""
        region = self.region or (min(owner.regions) if owner.regions else None)
        own_class = owner.customer_class if owner.customer_class != ALL_CUSTOMERS else None
        begins = datetime.combine(owner.valid_from, time(12), TIME_ZONE)
        at = max(self.at, begins)
        finding = searcher.find(question, region=region, at=at, customer_class=self.customer_class or own_class)
        return _found(finding)


def run_hit_test(
    try_out: TryOut, survey: Survey, candidate: Article, questions: Iterable[str], asking: Asking
) -> list[Row]:
    """Ask given questions, the candidate's own and those of its neighbours, before and after; takes a second or two."""
    live = [article for topic in survey.searcher.snapshot.topics for article in topic.articles]
    candidate = replace(candidate, state=PUBLISHED)
    after = Overlay(0, (candidate,), frozenset()).over(live)
    trial = try_out(after)
    rows = [
        Row(text, ASKED, candidate, *(asking.ask(one, text, candidate) for one in (survey.searcher, trial)))
        for text in questions
    ]
    neighbours = _neighbours(survey, candidate)
    for half in _HALVES:
        rows += _ask_half(try_out, live, after, candidate, neighbours, asking, half)
    return sorted(rows, key=lambda row: (ASKED, OWN, NEAR).index(row.kind))


def _ask_half(
    try_out: TryOut,
    live: Sequence[Article],
    after: Sequence[Article],
    candidate: Article,
    neighbours: Sequence[Article],
    asking: Asking,
    half: int,
) -> Iterator[Row]:
    thinned = {candidate.id, *(article.id for article in neighbours)}
    old = try_out([_thin(article, half) if article.id in thinned else article for article in live])
    new = try_out([_thin(article, half) if article.id in thinned else article for article in after])
    share = max(1, _MOST_NEAR // 2)
    asked = [(OWN, candidate, text) for text in _left_out(candidate, half)]
    asked += [(NEAR, article, text) for article in neighbours for text in _left_out(article, half)][:share]
    for kind, owner, text in asked:
        yield Row(text, kind, owner, asking.ask(old, text, owner), asking.ask(new, text, owner))


def _neighbours(survey: Survey, candidate: Article) -> list[Article]:
    """Return the articles of the topics nearest to the candidate's questions."""
    best: dict[str, tuple[float, Article]] = {}
    for text in candidate.questions:
        for near in survey.near(text, candidate.topic, _NEAR_FROM):
            article = near.wording.article
            if article.topic not in best or best[article.topic][0] < near.similarity:
                best[article.topic] = near.similarity, article
    ordered = sorted(best.values(), key=lambda pair: -pair[0])[:_NEAR_TOPICS]
    return [article for _, article in ordered]


def _left_out(article: Article, half: int) -> list[str]:
    """Return the wordings that a half lacks; an article keeps at least one."""
    wordings = article.questions
    return [text for place, text in enumerate(wordings) if place % 2 == half] if len(wordings) > 1 else []


def _thin(article: Article, half: int) -> Article:
    lacking = set(_left_out(article, half))
    kept = [text for text in article.questions if text not in lacking]
    return replace(article, question=kept[0], similar=tuple(kept[1:]))


def _found(finding: Finding) -> Found:
    if isinstance(finding, Answer):
        return Found("answer", finding.article_id, finding.version, finding.topic, finding.title, finding.score)
    if isinstance(finding, RegionNeeded):
        return Found("region_needed", "", 0, finding.topic, "", finding.score)
    assert isinstance(finding, Suggestions)
    return Found("suggestions", "", 0, "", "", finding.score, finding.questions)
