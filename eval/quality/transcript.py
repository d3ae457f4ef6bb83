"""A conversation as it is handed in for scoring, whoever held it: one JSON line of `gridtalk qa score --file`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eval.errors import QuestionFileInvalid, QuestionMistake
from eval.validated import first_mistake

Role = Literal["customer", "bot", "agent", "system"]
Channel = Literal["phone", "wechat", "app"]
_CHANNELS: dict[str, Channel] = {"phone": "phone", "wechat": "wechat", "wecom_kf": "wechat"}
MOST_LINE_BYTES = 4 * 1024 * 1024


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ActionRun(_Entry):
    """Something that was done in a back end, with the level that it needs and the level that was held."""

    name: str
    level_required: int = Field(default=0, ge=0)
    level_held: int = Field(default=0, ge=0)
    ok: bool = True


class CitedSource(_Entry):
    """What an answer rests on; `valid`: in force on the day of the answer."""

    id: str
    version: str | int | None = None
    valid: bool = True


class HeardIntent(_Entry):
    """What the bot took the sentence for."""

    name: str
    confidence: float | None = None


class Turn(_Entry):
    """One utterance."""

    n: int
    role: Role
    text: str = ""
    at: datetime | None = None
    start_seconds: float | None = Field(default=None, ge=0)
    end_seconds: float | None = Field(default=None, ge=0)
    actions: tuple[ActionRun, ...] = ()
    sources: tuple[CitedSource, ...] = ()
    intent: HeardIntent | None = None

    @property
    def is_service(self) -> bool:
        """Whether the bot or a person of the utility says it."""
        return self.role in ("bot", "agent")


class Ticket(_Entry):
    """The work order that came of the conversation."""

    category: str | None = None
    account_no: str | None = None
    address: str | None = None
    phone: str | None = None
    read_back: bool | None = None


class Transcript(_Entry):
    """One conversation."""

    id: Annotated[str, Field(min_length=1)]
    channel: Channel
    agent: Literal["bot", "human"]
    region: str | None = None
    turns: tuple[Turn, ...]
    ticket: Ticket | None = None
    csat: int | None = Field(default=None, ge=1, le=5)
    repeat_contact_24h: bool | None = None

    @model_validator(mode="after")
    def _numbers_are_unique(self) -> Transcript:
        numbers = [turn.n for turn in self.turns]
        if len(set(numbers)) != len(numbers):
            raise ValueError("turns: two turns have the same n")
        return self


Read = TypeVar("Read", bound=Transcript)


def channel_of(door: str) -> Channel:
    """Return the rubric's channel of a door: whatever shows text in a window is the app."""
    return _CHANNELS.get(door, "app")


def read_transcripts(path: Path) -> Iterator[Transcript]:
    """Read one conversation a line, in order. Raises as `read_transcripts_as` does."""
    return read_transcripts_as(path, Transcript)


def read_transcripts_as(path: Path, model: type[Read]) -> Iterator[Read]:
    """Read one conversation a line, in order, through a model with more than a transcript; blank lines are left out.

    Raises QuestionFileInvalid with file, line, key and what is wrong at the first bad line; OSError.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _read_line(path.name, number, line, model)


def _read_line(file: str, number: int, line: bytes, model: type[Read]) -> Read:
    if len(line) > MOST_LINE_BYTES:
        raise _mistake(file, number, "", f"the line has {len(line)} bytes, at most {MOST_LINE_BYTES} are read")
    try:
        return model.model_validate(json.loads(line))
    except ValidationError as error:
        raise _mistake(file, number, *first_mistake(error)) from error
    except (ValueError, RecursionError) as error:
        raise _mistake(file, number, "", f"no JSON: {error}") from error


def _mistake(file: str, line: int, key: str, message: str) -> QuestionFileInvalid:
    return QuestionFileInvalid([QuestionMistake(file, line, key, message)])
