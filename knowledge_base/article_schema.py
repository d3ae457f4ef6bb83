"""The form of data/knowledge/*.yml, checked by pydantic; nothing of it leaves load_articles.py."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from knowledge_base.article import Article, Card, Source

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class SourceEntry(BaseModel):
    """`source:` of an article."""

    model_config = ConfigDict(extra="forbid")

    document: Line
    certainty: Annotated[str, StringConstraints(pattern=r"^(官方原文|多源\d+|单源|推算|记忆未核)$")]
    checked: date


class CardEntry(BaseModel):
    """`card:` of an article."""

    model_config = ConfigDict(extra="forbid")

    title: Line
    description: str = ""
    url: Annotated[str, StringConstraints(pattern=r"^https://\S+$")]
    picture: Annotated[str, StringConstraints(pattern=r"^(https://\S+)?$")] = ""


class ArticleEntry(BaseModel):
    """One article as written."""

    model_config = ConfigDict(extra="forbid")

    id: Slug
    version: Annotated[int, Field(ge=1)]
    referral: bool = False
    topic: Slug
    question: Line
    similar: list[Line]
    answer: Line
    voice: Line
    category: Line
    regions: list[Line]
    customer_class: Literal["居民", "工商业", "农业", "充电", "全部"]
    source: SourceEntry
    valid_from: date
    valid_to: date | None = None
    state: Literal["draft", "review", "published", "archived"]
    card: CardEntry | None = None

    @field_validator("similar")
    @classmethod
    def refuse_repetition(cls, similar: list[str]) -> list[str]:
        """A wording that stands twice teaches nothing."""
        repeated = sorted({text for text in similar if similar.count(text) > 1})
        if repeated:
            raise ValueError(f"stands twice: {', '.join(repeated)}")
        return similar

    @model_validator(mode="after")
    def check_order(self) -> "ArticleEntry":
        """An article ends after it begins."""
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} is before valid_from {self.valid_from}")
        return self

    def to_article(self) -> Article:
        """Return the frozen value."""
        return Article(
            id=self.id,
            version=self.version,
            topic=self.topic,
            question=self.question,
            similar=tuple(self.similar),
            answer=self.answer,
            voice=self.voice,
            category=self.category,
            regions=frozenset(self.regions),
            customer_class=self.customer_class,
            source=Source(self.source.document, self.source.certainty, self.source.checked),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            state=self.state,
            is_referral=self.referral,
            card=Card(**self.card.model_dump()) if self.card is not None else None,
        )
