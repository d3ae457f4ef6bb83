"""data/retrain/canary.yml: what a canary is watched for, and from where on it rolls back by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import ReleaseInvalid

CANARY_FILE: Final = Path("data") / "retrain" / "canary.yml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ShareLimit(_Strict):
    """How far a share of the turns may go."""

    more: float = Field(ge=0, le=1)
    """Above the stable release's."""
    most: float = Field(ge=0, le=1)
    """Where there are too few of the stable release's turns to compare with."""


class ShareLimits(_Strict):
    """Limits by figure."""

    not_understood: ShareLimit = ShareLimit(more=0.10, most=0.60)
    failed_actions: ShareLimit = ShareLimit(more=0.05, most=0.30)
    handoffs: ShareLimit = ShareLimit(more=0.10, most=0.60)
    one_intent: ShareLimit = ShareLimit(more=0.25, most=0.90)


class SlowLimit(_Strict):
    """How long the slowest twentieth of the turns may take."""

    times: float = Field(2.0, ge=1)
    spared_ms: float = Field(60.0, ge=0)
    most_ms: float = Field(3000.0, gt=0)
    least_turns: int = Field(200, ge=1)


class ShadowSettings(_Strict):
    """What is done in the shadow."""

    share: float = Field(1.0, ge=0, le=1)
    waiting: int = Field(64, ge=1, le=10_000)
    examples: int = Field(500, ge=0, le=100_000)


class Probe(_Strict):
    """A sentence that every release understands."""

    text: str = Field(min_length=1, max_length=200)
    intents: tuple[str, ...] = Field(min_length=1)


class Probes(_Strict):
    """What a release is asked when it is loaded."""

    least_right: float = Field(0.5, ge=0, le=1)
    sentences: tuple[Probe, ...] = ()


class CanarySettings(_Strict):
    """canary.yml."""

    version: str = ""
    window_minutes: int = Field(60, ge=1)
    stable_minutes: int = Field(1440, ge=1)
    least_turns: int = Field(8, ge=1)
    least_stable_turns: int = Field(20, ge=1)
    certainty: float = Field(0.99, gt=0.5, lt=1)
    exceptions: int = Field(0, ge=0)
    limits: ShareLimits = ShareLimits()
    slow: SlowLimit = SlowLimit()
    shadow: ShadowSettings = ShadowSettings()
    probes: Probes = Probes()


def load_canary_settings(root: Path) -> CanarySettings:
    """Read a project's canary.yml; without one, the defaults. Raises ReleaseInvalid with file and key."""
    path = root / CANARY_FILE
    if not path.exists():
        return CanarySettings()
    try:
        return CanarySettings.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ReleaseInvalid(f"{path} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ReleaseInvalid(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
