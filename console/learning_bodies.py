"""What the pages 未知问题 and 标注 send."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from console.quality_bodies import Number, Reason, Text
from eval.retrain.labels.values import MOST_INTENTS, LabelledEntity, Meaning

Name = Annotated[Text, Field(min_length=1, max_length=64)]
MOST_TEXT = 2000


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class StudyBody(_Body):
    """POST /learning/studies."""

    month: Annotated[Text, Field(min_length=7, max_length=7)]


class ArticleBody(_Body):
    """POST /learning/topics/{id}/article."""

    article: Annotated[Text, Field(min_length=1, max_length=128)]


class SentencesBody(_Body):
    """POST /learning/topics/{id}/sentences."""

    intent: Name
    questions: list[Number] = Field(min_length=1, max_length=500)


class ReasonBody(_Body):
    """POST /learning/topics/{id}/ignore and /reopen."""

    reason: Reason


class QueueBody(_Body):
    """POST /learning/queue."""

    size: int = Field(5, ge=1, le=10)
    month: Annotated[Text, Field(max_length=7)] = ""
    topic: Number | None = None


class EntityBody(_Body):
    """A marked piece of a sentence, in code points."""

    entity: Name
    start: int = Field(ge=0, le=MOST_TEXT)
    end: int = Field(ge=1, le=MOST_TEXT)


class _Judged(_Body):
    intents: list[Name] = Field(default_factory=list, max_length=MOST_INTENTS)
    entities: list[EntityBody] = Field(default_factory=list, max_length=50)

    def meaning(self) -> Meaning:
        """Return what is meant."""
        marked = [LabelledEntity(one.start, one.end, one.entity) for one in self.entities]
        return Meaning(tuple(self.intents), tuple(sorted(marked)))


class LabelBody(_Judged):
    """POST /learning/labels."""

    question: Number
    verdict: Literal["label", "skip"]
    seconds: float = Field(0.0, ge=0, le=86_400)


class SettleBody(_Judged):
    """POST /learning/disputes/{id}/settle."""

    drop: bool = False
