"""manifest.json: what a release is, who made it of what, and how it was measured."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.errors import ReleaseInvalid

MANIFEST: Final = "manifest.json"
BASE: Final = "base"
"""The id of the project folder itself."""
ID_PATTERN: Final = r"^[a-z0-9][a-z0-9._-]{0,63}$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GateRow(_Strict):
    """One comparison of candidate and champion."""

    name: str
    champion: float
    candidate: float
    passed: bool
    limit: str


class FlipRow(_Strict):
    """A sentence on which the two differ and one is right; of our own sets or masked."""

    text: str
    wanted: str
    champion: str
    candidate: str
    is_fixed: bool


class MeasuredSet(_Strict):
    """One set that both were measured on."""

    name: str
    kind: str = "nlu"
    """nlu | knowledge | conversations."""
    size: int
    sha256: str = ""


class GateVerdict(BaseModel):
    """All gates of a candidate, as eval/retrain renders them; what else it tells is not kept."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    passed: bool
    gates: tuple[GateRow, ...]
    gates_version: str = ""
    flips: tuple[FlipRow, ...] = ()
    """At most so many as are worth reading, broken first."""
    flips_fixed: int | None = None
    flips_broken: int | None = None
    accuracy_difference: float = 0.0
    interval: tuple[float, float] = (0.0, 0.0)
    """95 % of the differences of accuracy (candidate - champion) that resampling gives."""
    champion: str = BASE
    candidate: str = ""
    data_version: str | None = None
    sets: tuple[MeasuredSet, ...] = ()
    knowledge: dict[str, dict[str, float | None]] | None = None
    """{"champion": {"right", "refused", "hit_at_1", "hit_at_3"}, "candidate": ...}."""
    made_at: float | None = None

    @property
    def fixed(self) -> int:
        """How many sentences the candidate has right and the champion has not."""
        return self.flips_fixed if self.flips_fixed is not None else sum(flip.is_fixed for flip in self.flips)

    @property
    def broken(self) -> int:
        """How many sentences the champion has right and the candidate has not."""
        return self.flips_broken if self.flips_broken is not None else sum(not one.is_fixed for one in self.flips)


class Manifest(_Strict):
    """What a release is."""

    id: str = Field(pattern=ID_PATTERN)
    made_at: float
    """Seconds since the epoch."""
    made_by: str = Field(min_length=1, max_length=64)
    note: str = Field("", max_length=2000)
    month: str | None = Field(None, pattern=r"^\d{4}-\d{2}$")
    data_version: str | None = Field(None, max_length=128)
    parent: str = Field(BASE, pattern=ID_PATTERN)
    knowledge_revision: int | None = None
    """Of the articles in the database when it was made; None: there were none."""
    gates: GateVerdict | None = None
    """None: not measured."""

    @field_validator("id")
    @classmethod
    def _is_not_base(cls, value: str) -> str:
        if value == BASE:
            raise ValueError(f"{BASE!r} is the project folder itself")
        return value


def new_release_id(month: str | None, made_on: str) -> str:
    """Return an id that no other release has: the month that was learnt from, else the day that it was made."""
    return f"{month or made_on}-{secrets.token_hex(4)}"


def load_manifest(folder: Path) -> Manifest:
    """Read a release's manifest. Raises ReleaseInvalid."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ReleaseInvalid(f"{path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ReleaseInvalid(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
