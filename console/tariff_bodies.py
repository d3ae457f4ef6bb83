"""What the page of tariff tables sends."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

MOST_TEXT = 60_000
MOST_ID = 2_147_483_647


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain the character NUL")
    return text


def _date(value: object) -> object:
    """Take a date as JSON has it; strict models would want Python's."""
    return date.fromisoformat(value) if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(_without_nul)]
Region = Annotated[Text, Field(min_length=1, max_length=32)]
Note = Annotated[Text, Field(max_length=500)]
Reason = Annotated[Text, Field(min_length=1, max_length=500)]
Day = Annotated[date, BeforeValidator(_date)]
Number = Annotated[int, Field(ge=0, le=MOST_ID)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CheckBody(_Body):
    """POST /tariffs/check."""

    text: Annotated[Text, Field(max_length=MOST_TEXT)]


class DraftBody(_Body):
    """POST /tariffs/versions."""

    region: Region
    text: Annotated[Text, Field(min_length=1, max_length=MOST_TEXT)]
    note: Note = ""


class FigureBody(_Body):
    """One figure of a copied table."""

    path: Annotated[list[Annotated[int, Field(ge=0, le=999)] | Text], Field(min_length=1, max_length=8)]
    value: Annotated[str, Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,10})?$")]


class CopyBody(_Body):
    """POST /tariffs/versions/copy."""

    region: Region
    category: Annotated[Text, Field(min_length=1, max_length=16)]
    copied_from: Day
    """First day of the table that is copied."""
    effective_from: Day
    effective_to: Day | None = None
    name: Annotated[Text, Field(min_length=1, max_length=100)]
    document: Annotated[Text, Field(min_length=1, max_length=200)]
    certainty: Annotated[str, Field(pattern="^(官方原文|多源[2-9]|单源|推算)$")]
    notes: Annotated[list[Annotated[Text, Field(min_length=1, max_length=500)]], Field(max_length=20)] = []
    figures: Annotated[list[FigureBody], Field(max_length=500)] = []
    note: Note = ""


class SaveBody(_Body):
    """PUT /tariffs/versions/{id}."""

    edit: Number
    text: Annotated[Text, Field(min_length=1, max_length=MOST_TEXT)]
    note: Note = ""


class ActBody(_Body):
    """POST /tariffs/versions/{id}/submit and /withdraw."""

    edit: Number


class ReasonedBody(_Body):
    """POST /tariffs/versions/{id}/discard and /refuse."""

    edit: Number
    reason: Reason


class PublishBody(_Body):
    """POST /tariffs/versions/{id}/publish."""

    edit: Number
    acknowledge: Annotated[list[Annotated[str, Field(max_length=32)]], Field(max_length=20)] = []
    live_from: Day | None = None
    """Day on which the workers take it; none: at once. Bills go by the tables' own days."""
    reason: Note = ""


class RollBackBody(_Body):
    """POST /tariffs/roll-back."""

    region: Region
    version: Number
    """Id of a version that held before; 0: the project's file."""
    reason: Reason


class CancelBody(_Body):
    """POST /tariffs/cancel."""

    region: Region
    reason: Reason
