"""What a question to the knowledge base comes to: an answer with its source, a question back, or near questions."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge_base.article import Card


@dataclass(frozen=True, slots=True)
class Answer:
    """One article answers the question well enough."""

    article_id: str
    version: int
    title: str
    """The article's standard question."""
    document: str
    """Name and number of the document that the facts come from."""
    topic: str
    text: str
    """Wording for app and WeChat."""
    voice: str
    """Wording for the phone, at most two sentences."""
    score: float
    """Calibrated probability that this answers the question."""
    is_referral: bool = False
    """The fact is not confirmed: the article only says where to ask, and is no answer of substance."""
    card: Card | None = None
    """Goes with the answer where the channel has such messages."""


@dataclass(frozen=True, slots=True)
class RegionNeeded:
    """The answer depends on the region, and it is not known."""

    topic: str
    regions: tuple[str, ...]
    """Regions for which there is an answer."""
    score: float


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Nothing answers well enough; these standard questions are nearest (they may be none)."""

    questions: tuple[str, ...]
    score: float


Finding = Answer | RegionNeeded | Suggestions
