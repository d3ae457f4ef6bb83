"""What the pages of knowledge send, and the filters of their lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from connectors.errors import BadRequest
from knowledge_base.editing.content import CUSTOMER_CLASSES
from knowledge_base.editing.listing import ORDERS, Wanted
from knowledge_base.editing.values import STATES

MOST_NUMBER = 2_147_483_647
MOST_QUERY = 100
MOST_DAYS = 36_500


def _sayable(text: str) -> str:
    if any(ord(character) < 32 and character not in "\n\t" for character in text):
        raise ValueError("must not contain control characters")
    return text


Text = Annotated[str, AfterValidator(_sayable)]
Note = Annotated[Text, Field(max_length=500)]
Reason = Annotated[Text, Field(min_length=1, max_length=500)]
Number = Annotated[int, Field(ge=0, le=MOST_NUMBER)]
Codes = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=40)]
Word = Annotated[Text, Field(max_length=20)]


class Body(BaseModel):
    """A JSON object with these fields alone."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NewArticleBody(Body):
    """POST /knowledge/articles: what the article says stands under `article`, or beside the rest."""

    model_config = ConfigDict(extra="allow", strict=True)

    id: Annotated[Text, Field(max_length=80)] = ""
    note: Note = ""
    origin: Literal["console", "topic"] = "console"
    submit: bool = False
    article: dict[str, Any] = Field(default_factory=dict)

    @property
    def content(self) -> dict[str, Any]:
        """What the article says."""
        return {**self.article, **(self.model_extra or {})}


class ChangeBody(Body):
    """PATCH /knowledge/articles/{name}."""

    edit: Number
    note: Note = ""
    article: dict[str, Any]


class ActBody(Body):
    """POST .../submit, /withdraw."""

    edit: Number
    note: Note = ""


class ReasonedBody(Body):
    """POST .../discard, /refuse, /archive."""

    edit: Number
    reason: Reason


class PublishBody(Body):
    """POST .../publish."""

    edit: Number
    acknowledge: Codes = []
    note: Note = ""


class RollBackBody(Body):
    """POST .../rollback."""

    edit: Number
    version: Annotated[int, Field(ge=1, le=MOST_NUMBER)]
    reason: Reason


class HitTestBody(Body):
    """POST .../hit-test."""

    questions: Annotated[list[Annotated[Text, Field(min_length=1, max_length=300)]], Field(max_length=50)] = []
    region: Word | None = None
    customer_class: Word | None = None
    version: Annotated[int, Field(ge=1, le=MOST_NUMBER)] | None = None


class ManyItem(Body):
    """One of many articles to publish."""

    id: Annotated[str, Field(max_length=80)]
    edit: Number


class PublishManyBody(Body):
    """POST /knowledge/publish."""

    items: Annotated[list[ManyItem], Field(min_length=1, max_length=200)]
    acknowledge: Codes = []
    note: Note = ""


class RestoreBody(Body):
    """POST /knowledge/restore."""

    revision: Number
    reason: Reason


def parse_wanted(query: Mapping[str, str], name: str) -> Wanted:
    """Return the filters of a list; `name` is who asks. Raises BadRequest."""
    return Wanted(
        words=query.get("q", "")[:MOST_QUERY],
        state=_choice(query, "state", STATES),
        in_work=query.get("in_work") == "1" or query.get("mine") == "1",
        category=query.get("category", "")[:MOST_QUERY].strip("/"),
        region=query.get("region", "")[:MOST_QUERY],
        customer_class=_choice(query, "customer_class", CUSTOMER_CLASSES),
        expiring_days=_days(query, "expiring"),
        unsure=query.get("unsure") == "1",
        unchecked_days=_days(query, "unchecked"),
        author=name if query.get("mine") == "1" else query.get("author", "")[:MOST_QUERY],
        origin=_choice(query, "origin", ("file", "console")),
        order=_choice(query, "order", ORDERS) or ORDERS[0],
    )


def _choice(query: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    text = query.get(name, "")
    if text and text not in choices:
        raise BadRequest("invalid_query", f"{name}: one of {', '.join(choices)}")
    return text


def _days(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text[:8]) > MOST_DAYS:
        raise BadRequest("invalid_query", f"{name}: a number of days from 0 to {MOST_DAYS}")
    return int(text)
