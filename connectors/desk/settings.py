"""What the operator decides about the desk: hours, skills, limits, words. Read from data/desk.yml of the project."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from functools import cached_property
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from connectors.errors import CredentialsInvalid

Span = tuple[time, time]
GENERAL = "general"


def _parse_span(text: object) -> object:
    """Read 08:00-20:00."""
    if not isinstance(text, str):
        return text
    opens, _, closes = text.partition("-")
    span = time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    if span[0] >= span[1]:
        raise ValueError("the end must come after the beginning")
    return span


SpanText = Annotated[Span, BeforeValidator(_parse_span)]
_EVERY_DAY: dict[str, Span] = dict.fromkeys(
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), (time(8), time(20))
)


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hours(_Section):
    """When people answer, in China Standard Time."""

    weekdays: dict[str, SpanText] = Field(default_factory=lambda: dict(_EVERY_DAY))
    """By English weekday; a day that is not listed is closed."""
    closed: frozenset[date] = frozenset()
    special: dict[date, SpanText] = Field(default_factory=dict)
    words: str = "每天 8:00-20:00"


class Skill(_Section):
    """A group of agents by what they know."""

    code: str = Field(pattern=r"^[a-z_]{1,32}$")
    name: str
    priority: int = Field(1, ge=1, le=3)
    requests: tuple[str, ...] = ()


class Choice(_Section):
    """A code with its name."""

    code: str = Field(pattern=r"^[a-z_]{1,32}$")
    name: str


class CannedText(_Section):
    """Words that are ready to be sent."""

    category: str = Field(min_length=1, max_length=64)
    title: str = Field(min_length=1, max_length=64)
    text: str = Field(min_length=1, max_length=2000)


class DeskSettings(_Section):
    """All of data/desk.yml; every key has a default."""

    hours: Hours = Hours()
    skills: tuple[Skill, ...] = (Skill(code=GENERAL, name="综合咨询"),)
    urgent_requests: frozenset[str] = frozenset({"report_hazard"})
    late_seconds: float = Field(120, ge=0)
    handling_seconds: float = Field(300, gt=0)
    heartbeat_seconds: float = Field(45, ge=1)
    grace_seconds: float = Field(60, ge=0)
    abandon_seconds: float = Field(600, ge=0)
    forget_hours: float = Field(24, gt=0)
    callback_minutes: float = Field(120, gt=0)
    rating_hours: float = Field(24, gt=0)
    dispositions: tuple[Choice, ...] = (Choice(code="solved", name="已解决"), Choice(code="follow_up", name="待跟进"))
    ticket_kinds: tuple[str, ...] = ("业务申请", "查询咨询")
    labels: dict[str, str] = Field(default_factory=dict)
    """Names of the slots that an agent sees, and may set when he gives a conversation back."""
    actions: dict[str, str] = Field(default_factory=dict)
    """Names of the actions that an agent sees under what was tried."""
    canned: tuple[CannedText, ...] = ()

    @cached_property
    def skill_names(self) -> dict[str, str]:
        """Names by code."""
        return {skill.code: skill.name for skill in self.skills}

    def skill_for(self, requests: Sequence[str]) -> Skill:
        """Return the group for what the customer was about; the last one takes what no other does."""
        wanted = set(requests)
        return next((skill for skill in self.skills if wanted & set(skill.requests)), self.skills[-1])

    def disposition_codes(self) -> frozenset[str]:
        """Codes of the ways in which a session may end."""
        return frozenset(choice.code for choice in self.dispositions)


def load_desk_settings(root: Path) -> DeskSettings:
    """Return the settings of a project; the defaults where it has none. Raises CredentialsInvalid with file and key."""
    path = root / "data" / "desk.yml"
    if not path.is_file():
        return DeskSettings()
    try:
        return DeskSettings.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise CredentialsInvalid(f"{path} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CredentialsInvalid(f"{path}: {place}: {first['msg']}") from error
