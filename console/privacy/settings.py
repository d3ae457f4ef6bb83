"""`data/retention.yml`: how long everything is kept, and what is kept in spite of a person's request."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from connectors.errors import CredentialsInvalid

FILE = Path("data") / "retention.yml"
Kind = Literal["conversations", "recordings", "transcripts", "uploads", "quality", "notices", "audit"]
KINDS: tuple[Kind, ...] = ("conversations", "recordings", "transcripts", "uploads", "quality", "notices", "audit")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Term(_Section):
    """How long one kind is kept."""

    days: int = Field(ge=1, le=36_500)
    least_days: int = Field(1, ge=1)
    """A shorter term is refused."""
    basis: str = ""
    certainty: str = ""

    @model_validator(mode="after")
    def _is_long_enough(self) -> Term:
        if self.days < self.least_days:
            raise ValueError(f"days: {self.days} is less than least_days: {self.least_days}")
        return self


class KeptPart(_Section):
    """Something that is kept, and why."""

    what: str
    why: str
    certainty: str = ""


class Retention(_Section):
    """The whole file."""

    version: str | float = ""
    kinds: dict[Kind, Term] = Field(default_factory=dict)
    """A kind that is not named is kept for ever."""
    kept: tuple[KeptPart, ...] = ()


def load_retention(root: Path) -> Retention:
    """Return a project's terms; where it has no file everything is kept. Raises CredentialsInvalid."""
    path = root / FILE
    if not path.is_file():
        return Retention()
    try:
        return Retention.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise CredentialsInvalid(f"{path} cannot be used: {error}") from error
