"""Whole conversations as tests, as they are written in data/conversations/*.yml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.errors import EvalError


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Expectation(_Strict):
    """What must hold after a turn; what is not named is not checked."""

    intent: str | list[str] | None = None
    intents: list[str] | None = None
    active_flow: str | None = None
    no_active_flow: bool = False
    requested_slot: str | list[str] | None = None
    no_requested_slot: bool = False
    slots: dict[str, Any] = Field(default_factory=dict)
    says: list[str | list[str]] = Field(default_factory=list)
    """Each must be in what the bot says; of an inner list one."""
    not_says: list[str] = Field(default_factory=list)
    events: list[str] = Field(default_factory=list)
    """`handoff` or `flow_started:query_bill`: happened in this turn."""
    not_events: list[str] = Field(default_factory=list)
    verified_level: int | None = None
    sources: bool | None = None
    """The answer names its sources (true) or gives none (false)."""


class TurnEntry(_Strict):
    """One thing that the customer says, and what must come of it."""

    user: str
    expect: Expectation = Field(default_factory=Expectation)


class AccountEntry(_Strict):
    """Which demo customer speaks."""

    region: str | None = None
    category: str | None = None
    index: int = Field(0, ge=0)


class ConversationEntry(_Strict):
    """One conversation."""

    name: str
    channel: Literal["phone", "wechat", "app"] = "app"
    region: str | None = None
    account: AccountEntry | None = None
    turns: list[TurnEntry] = Field(min_length=1)


class ConversationFile(_Strict):
    """One file of conversations."""

    conversations: list[ConversationEntry]


@dataclass(frozen=True, slots=True)
class ConversationTest:
    """A conversation with the file that it comes from."""

    file: str
    entry: ConversationEntry


def load_conversations(path: Path) -> list[ConversationTest]:
    """Read a file or all files of a folder. Raises EvalError naming file and key."""
    files = sorted(path.glob("*.yml")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise EvalError(f"{path}: no conversation file (*.yml) there")
    return [ConversationTest(file.name, entry) for file in files for entry in _read(file).conversations]


def _read(file: Path) -> ConversationFile:
    try:
        return ConversationFile.model_validate(yaml.safe_load(file.read_text("utf-8")))
    except yaml.YAMLError as error:
        raise EvalError(f"{file}: not readable as YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise EvalError(f"{file}: {place}: {first['msg']}") from error
