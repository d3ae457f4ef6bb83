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
from knowledge_base.article import ALL_CUSTOMERS, Article
from knowledge_base.evidence import FEATURES, Evidence, Rows, gather_evidence
from knowledge_base.fuse import Calibration, Fusion
from knowledge_base.rerank import Rerank, rescore
from knowledge_base.scope import Scope
from knowledge_base.snapshot import EmbedTexts, Snapshot, Topic
from knowledge_base.text import Reading, read_text

TIME_ZONE: Final = ZoneInfo("Asia/Shanghai")
SURE: Final = 0.99
"""Score of an article whose question was asked word by word."""
DOUBTFUL: Final = 0.2
"""The most that an article can score that lacks what the question is about: see lacks_what_is_asked."""
SUGGESTED: Final = 3
ELSEWHERE: Final = ""
"""The region of a place for which there are no articles."""
HOME_REGIONS: Final = ("山东", "江苏", "黑龙江")
"""Supplied by the company behind the hotline: what holds in all of them is told while the region is unknown."""
_HOME_NOTE: Final = "（以上适用于山东、江苏、黑龙江；您若在其他地区，请告诉我是哪里。）"
_REMAINS: Final = re.compile(r"（[、和]*）|、(?=、)")
_NO_SCORE: Final = -np.inf
_NEAR: Final = 1.5
"""Rank score by which an article that holds everywhere may be behind one that depends on the region."""
OTHER_TRADES: Final = FEATURES.index("other_trades_covered")
NARROW_KIND: Final = FEATURES.index("narrow_kind_missing")
ENOUGH_COVERED: Final = 0.5
"""Share of its words of other trades that an article must have to be the answer to a question."""
HOUSEHOLD: Final = "居民"
BUSINESS: Final = "工商业"
_TIE: Final = 1e-6
"""Rank score that an article for households is given ahead, so that it wins where nothing else tells two apart."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, where and when."""

    place: str | None
    """Region; ELSEWHERE for places without articles, None if unknown."""
    classes: frozenset[str]
    """Classes of customers; empty: any."""
    day: date

    def may_be_told(self, article: Article) -> bool:
        """Say whether an article is in force, for this place and for one of these classes."""
        is_for_them = not self.classes or article.customer_class in {*self.classes, ALL_CUSTOMERS}
        is_here = self.place is None or article.holds_in(self.place)
        return is_for_them and is_here and article.is_in_force(self.day)


@dataclass(frozen=True, slots=True)
class Searcher:
    """Finds in one snapshot; holds no state."""

    snapshot: Snapshot
    calibration: Calibration
    embed: EmbedTexts | None = None
    """Questions -> unit vectors; None: lexical only."""
    rerank: Rerank | None = None

    def find(self, question: str, *, region: str | None, at: datetime, customer_class: str | None = None) -> Finding:
        """Find what answers a question; a place or a class in the question wins over the known region or class."""
        reading = read_text(question, self.snapshot.vocabulary)
        asker = Asker(place_of(reading, region), classes_of(reading, customer_class), at.astimezone(TIME_ZONE).date())
        evidence, scores, order = self._weigh(reading, asker)
        if not len(order):
            return Suggestions((), 0.0)
        best, score = self._choose(reading, evidence, scores, self._general_first(evidence, scores, order, asker))
        if score >= self.calibration.answer_from:
            return self._answer(self.snapshot.topics[evidence.topics[best]], reading, asker, score)
        near = [self.snapshot.topics[n] for n in evidence.topics[order[:SUGGESTED]]]
        return self._suggest(near if score >= self.calibration.suggest_from else [], reading, asker, score)

    def nearest(
        self, question: str, *, region: str | None, at: datetime, count: int = SUGGESTED
    ) -> tuple[Article, ...]:
        """Return the articles that are weighed first, best first, whether or not `find` is sure of one."""
        reading = read_text(question, self.snapshot.vocabulary)
        asker = Asker(place_of(reading, region), classes_of(reading, None), at.astimezone(TIME_ZONE).date())
        evidence, _, order = self._weigh(reading, asker)
        topics = [self.snapshot.topics[evidence.topics[place]] for place in order[:count]]
        return tuple(_prefer(_told(topic, asker), reading) for topic in topics)

    def _weigh(self, reading: Reading, asker: Asker) -> tuple[Evidence, NDArray[np.float64], NDArray[np.int64]]:
        """Return the candidates, their rank scores, and the order of those that may be told to this asker."""
        scope = self.snapshot.scopes.of(asker.place, asker.classes, asker.day)
        evidence = self.gather(reading, scope)
        told = scope.is_told[evidence.topics]
        if not told.any():
            return evidence, np.zeros(0), np.zeros(0, dtype=np.int64)
        scores = rescore(self.rerank, self.snapshot, reading, evidence, self._fusion.score(evidence.rows))
        order = np.argsort(-np.where(told, scores + self._ahead(evidence), _NO_SCORE))[: int(told.sum())]
        return evidence, scores, order

    def wordings(self) -> list[str]:
        """Return all wordings of all questions."""
        return [text for topic in self.snapshot.topics for article in topic.articles for text in article.questions]

    def gather(self, reading: Reading, scope: Scope | None = None) -> Evidence:
        """Compare a question with the articles, those of a scope first."""
        if self.embed is None or self._is_lexical or not reading.spoken:
            return gather_evidence(self.snapshot, reading, None, scope)
        return gather_evidence(self.snapshot, reading, self.embed([reading.spoken])[0], scope)

    def _ahead(self, evidence: Evidence) -> NDArray[np.float64]:
        topics = (self.snapshot.topics[place].articles for place in evidence.topics)
        return np.array([_TIE * any(a.customer_class == HOUSEHOLD for a in articles) for articles in topics])

    @property
    def _is_lexical(self) -> bool:
        return self.embed is None or self.snapshot.meanings is None

    @property
    def _fusion(self) -> Fusion:
        return self.calibration.lexical if self._is_lexical else self.calibration.full

    def _general_first(
        self, evidence: Evidence, scores: NDArray[np.float64], order: NDArray[np.int64], asker: Asker
    ) -> NDArray[np.int64]:
        """Return the order, but before a question back for the region an article that holds everywhere and is near."""
        if asker.place is not None:
            return order
        near = [place for place in order if scores[place] >= scores[order[0]] - _NEAR]
        general = [p for p in near if any(map(is_general, _told(self.snapshot.topics[evidence.topics[p]], asker)))]
        if not general or general[0] == order[0]:
            return order
        return np.array([general[0], *(place for place in order if place != general[0])], dtype=np.int64)

    def _choose(
        self, reading: Reading, evidence: Evidence, scores: NDArray[np.float64], order: NDArray[np.int64]
    ) -> tuple[int, float]:
        """Return the best candidate that may be told, and the probability that it answers."""
        asked = self.snapshot.by_wording.get(reading.plain)
        for place in order:
            if evidence.topics[place] == asked:
                return int(place), SURE
        best = int(order[0])
        is_doubtful = bool(lacks_what_is_asked(evidence.rows)[best])
        return best, min(DOUBTFUL if is_doubtful else SURE, self._fusion.probability(evidence.rows, scores, best))

    def _answer(self, topic: Topic, reading: Reading, asker: Asker, score: float) -> Finding:
        place = asker.place
        articles = _told(topic, asker)
        if place is None:
            articles = [article for article in articles if is_general(article)]
        if not articles:
            return RegionNeeded(topic.name, _regions_of(_told(topic, asker)), score)
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
            card=article.card,
        )

    def _suggest(self, topics: Iterable[Topic], reading: Reading, asker: Asker, score: float) -> Suggestions:
        questions: list[str] = []
        for topic in topics:
            article = _prefer(_told(topic, asker), reading)
            is_open = asker.place is None and not is_general(article)
            questions.append(self._without_regions(article.question) if is_open else article.question)
        return Suggestions(tuple(dict.fromkeys(questions)), score)

    def _without_regions(self, title: str) -> str:
        """Return a standard question without its places and what they leave behind."""
        return _REMAINS.sub("", self.snapshot.vocabulary.regions.remove(title)).lstrip("的、，和")


def lacks_what_is_asked(rows: Rows) -> NDArray[np.bool_]:
    """Say which candidates lack the words of another trade, or the narrow kind of thing, that is asked for."""
    lacking: NDArray[np.bool_] = (rows[:, OTHER_TRADES] < ENOUGH_COVERED) | (rows[:, NARROW_KIND] > ENOUGH_COVERED)
    return lacking


def place_of(reading: Reading, region: str | None) -> str | None:
    """Return the region that a question is about; ELSEWHERE for places without articles, None if unknown."""
    if reading.regions:
        return region if region in reading.regions else reading.regions[0]
    return ELSEWHERE if reading.is_elsewhere else region


def is_general(article: Article) -> bool:
    """Say whether an article may be told while the region is unknown."""
    return not article.regions or article.regions.issuperset(HOME_REGIONS)


def classes_of(reading: Reading, known: str | None) -> frozenset[str]:
    """Return the classes whose articles may be told besides those for all; empty: any.

    Whoever says that it is about a household gets no business article, and the other way round. Who says both, or
    nothing while the class is unknown, gets either. A known class gives way to what a word of the question hints at.
    Farms and charging stations are businesses too.
    """
    said = reading.asking_as
    if HOUSEHOLD in said and len(said) > 1:
        return frozenset()
    if not said and known is not None:
        said = reading.customer_classes | {known}
    return said if said <= {HOUSEHOLD, BUSINESS} else said | {BUSINESS}


def _told(topic: Topic, asker: Asker) -> list[Article]:
    """Return the articles of a topic that these customers may be told."""
    return [a for a in topic.articles if asker.may_be_told(a)]


def _prefer(articles: Iterable[Article], reading: Reading) -> Article:
    """Return the article for the customer's class, then for the region, then the newest."""
    return max(
        articles,
        key=lambda article: (
            article.customer_class in reading.customer_classes,
            article.customer_class == HOUSEHOLD,
            bool(article.regions),
            article.valid_from,
            article.version,
        ),
    )


def _regions_of(articles: Iterable[Article]) -> tuple[str, ...]:
    """Return the regions in the order in which the articles name them, the hotline's own first."""
    named = {region for article in articles for region in article.regions}
    return (*(region for region in HOME_REGIONS if region in named), *sorted(named.difference(HOME_REGIONS)))
