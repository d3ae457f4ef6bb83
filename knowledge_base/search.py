"""One snapshot asked: a question in, an answer with its source out, or a question back, or the nearest questions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from knowledge_base.answer import Answer, Finding, RegionNeeded, Suggestions
from knowledge_base.article import Article
from knowledge_base.evidence import Evidence, gather_evidence
from knowledge_base.fuse import Calibration, Fusion
from knowledge_base.snapshot import EmbedTexts, Snapshot, Topic
from knowledge_base.text import Reading, read_text

TIME_ZONE: Final = ZoneInfo("Asia/Shanghai")
SURE: Final = 0.99
"""Score of an article whose question was asked word by word."""
SUGGESTED: Final = 3
ELSEWHERE: Final = ""
"""The region of a place for which there are no articles."""
HOME_REGIONS: Final = ("山东", "江苏", "黑龙江")
"""Supplied by the company behind the hotline: what holds in all of them is told while the region is unknown."""
_HOME_NOTE: Final = "（以上适用于山东、江苏、黑龙江；您若在其他地区，请告诉我是哪里。）"
_REMAINS: Final = re.compile(r"（[、和]*）|、(?=、)")
_NO_SCORE: Final = -np.inf


@dataclass(frozen=True, slots=True)
class Searcher:
    """Finds in one snapshot; holds no state."""

    snapshot: Snapshot
    calibration: Calibration
    embed: EmbedTexts | None = None

    def find(self, question: str, *, region: str | None, at: datetime) -> Finding:
        """Find what answers a question; a place in the question wins over the known region."""
        reading = read_text(question, self.snapshot.vocabulary)
        place = place_of(reading, region)
        day = at.astimezone(TIME_ZONE).date()
        evidence = self.gather(reading)
        told = np.array([bool(_told(self.snapshot.topics[n], place, day)) for n in evidence.topics], dtype=bool)
        if not told.any():
            return Suggestions((), 0.0)
        scores = self._fusion.score(evidence.rows)
        order = np.argsort(-np.where(told, scores, _NO_SCORE))[: int(told.sum())]
        best, score = self._choose(reading, evidence, scores, order)
        if score >= self.calibration.answer_from:
            return self._answer(self.snapshot.topics[evidence.topics[best]], reading, place, day, score)
        near = [self.snapshot.topics[n] for n in evidence.topics[order[:SUGGESTED]]]
        return self._suggest(near if score >= self.calibration.suggest_from else [], reading, place, day, score)

    def gather(self, reading: Reading) -> Evidence:
        """Compare a question with the articles."""
        if self.embed is None or self._is_lexical or not reading.spoken:
            return gather_evidence(self.snapshot, reading, None)
        return gather_evidence(self.snapshot, reading, self.embed([reading.spoken])[0])

    @property
    def _is_lexical(self) -> bool:
        return self.embed is None or self.snapshot.meanings is None

    @property
    def _fusion(self) -> Fusion:
        return self.calibration.lexical if self._is_lexical else self.calibration.full

    def _choose(
        self, reading: Reading, evidence: Evidence, scores: NDArray[np.float64], order: NDArray[np.int64]
    ) -> tuple[int, float]:
        """Return the best candidate that may be told, and the probability that it answers."""
        asked = self.snapshot.by_wording.get(reading.plain)
        for place in order:
            if evidence.topics[place] == asked:
                return int(place), SURE
        best = int(order[0])
        return best, min(SURE, self._fusion.probability(evidence.rows, scores, best))

    def _answer(self, topic: Topic, reading: Reading, place: str | None, day: date, score: float) -> Finding:
        articles = _told(topic, place, day)
        if place is None:
            articles = [article for article in articles if is_general(article)]
        if not articles:
            return RegionNeeded(topic.name, _regions_of(_told(topic, place, day)), score)
        article = _prefer(articles, reading)
        note = _HOME_NOTE if place is None and article.regions else ""
        return Answer(
            article_id=article.id,
            version=article.version,
            title=article.question,
            document=article.source.document,
            topic=topic.name,
            text=article.answer + note,
            voice=article.voice,
            score=score,
            is_referral=article.is_referral,
        )

    def _suggest(
        self, topics: Iterable[Topic], reading: Reading, place: str | None, day: date, score: float
    ) -> Suggestions:
        questions: list[str] = []
        for topic in topics:
            article = _prefer(_told(topic, place, day), reading)
            is_open = place is None and not is_general(article)
            questions.append(self._without_regions(article.question) if is_open else article.question)
        return Suggestions(tuple(dict.fromkeys(questions)), score)

    def _without_regions(self, title: str) -> str:
        """Return a standard question without its places and what they leave behind."""
        return _REMAINS.sub("", self.snapshot.vocabulary.regions.remove(title)).lstrip("的、，和")


def place_of(reading: Reading, region: str | None) -> str | None:
    """Return the region that a question is about; ELSEWHERE for places without articles, None if unknown."""
    if reading.regions:
        return region if region in reading.regions else reading.regions[0]
    return ELSEWHERE if reading.is_elsewhere else region


def is_general(article: Article) -> bool:
    """Say whether an article may be told while the region is unknown."""
    return not article.regions or article.regions.issuperset(HOME_REGIONS)


def _told(topic: Topic, place: str | None, day: date) -> list[Article]:
    """Return the articles of a topic that customers in this place may be told on this day."""
    return [a for a in topic.articles if a.is_in_force(day) and (place is None or a.holds_in(place))]


def _prefer(articles: Iterable[Article], reading: Reading) -> Article:
    """Return the article for the customer's class, then for the region, then the newest."""
    return max(
        articles,
        key=lambda article: (
            article.customer_class in reading.customer_classes,
            bool(article.regions),
            article.valid_from,
            article.version,
        ),
    )


def _regions_of(articles: Iterable[Article]) -> tuple[str, ...]:
    """Return the regions in the order in which the articles name them, the hotline's own first."""
    named = {region for article in articles for region in article.regions}
    return (*(region for region in HOME_REGIONS if region in named), *sorted(named.difference(HOME_REGIONS)))
