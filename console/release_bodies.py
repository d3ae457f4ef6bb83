"""What the page of the releases sends."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.releases.manifest import ID_PATTERN


def _is_said(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain the character NUL")
    if len(text.strip()) < 2:
        raise ValueError("say why, in two characters at least")
    return text.strip()


Reason = Annotated[str, Field(min_length=2, max_length=200), AfterValidator(_is_said)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ReasonBody(_Body):
    """POST .../shadow, /stop, /promote."""

    reason: Reason


class CanaryBody(_Body):
    """POST .../canary."""

    percent: Literal[5, 25, 50, 100]
    reason: Reason


class RollBackBody(_Body):
    """POST /rollback."""

    reason: Reason
    to: str | None = Field(None, pattern=ID_PATTERN)
    with_knowledge: bool = False


class AcknowledgeBody(_Body):
    """POST /release-alerts/{id}/acknowledge."""

    note: Reason
