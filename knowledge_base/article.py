"""Articles: what the utility tells its customers, one fact an article, with its source and its time of validity."""

from dataclasses import dataclass
from datetime import date

ALL_CUSTOMERS = "全部"
"""The class of an article that is for everybody."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts of an article come from."""

    document: str
    """Name and number of the document."""
    certainty: str
    """官方原文 | 多源n | 单源 | 推算 | 记忆未核."""
    checked: date
    """The day on which the facts were compared with the document."""


@dataclass(frozen=True, slots=True)
class Card:
    """A picture message that goes with an answer where the channel has such (WeChat)."""

    title: str
    description: str
    url: str
    """Where it leads; https."""
    picture: str
    """Address of the picture; https, or empty."""


@dataclass(frozen=True, slots=True)
class Article:
    """One fact in the words of a standard question, of customers, and of an answer for the eye and for the ear."""

    id: str
    """Unique over all files."""
    version: int
    topic: str
    """Articles that answer the same question for different regions share it."""
    question: str
    """The standard question."""
    similar: tuple[str, ...]
    """The same question as customers ask it."""
    answer: str
    """Wording for app and WeChat."""
    voice: str
    """Wording for the phone, at most two sentences."""
    category: str
    regions: frozenset[str]
    """Regions in which the answer holds; empty: everywhere."""
    customer_class: str
    """居民 | 工商业 | 农业 | 充电 | 全部."""
    source: Source
    valid_from: date
    """The first day in force; the day of the check where the true beginning is not known."""
    valid_to: date | None
    """The last day in force; None: until further notice."""
    state: str
    """draft | review | published | archived."""
    is_referral: bool = False
    """The fact that is asked for is not confirmed; the answer says so and where to ask."""
    card: Card | None = None

    @property
    def questions(self) -> tuple[str, ...]:
        """All wordings of the question, the standard one first."""
        return (self.question, *self.similar)

    def is_in_force(self, day: date) -> bool:
        """Say whether customers may be told this on that day; an unknown beginning lies before every day."""
        has_begun = self.valid_from <= day or self.valid_from == self.source.checked
        return self.state == "published" and has_begun and (self.valid_to is None or day <= self.valid_to)

    def holds_in(self, region: str) -> bool:
        """Say whether the answer is the one for this region."""
        return not self.regions or region in self.regions
