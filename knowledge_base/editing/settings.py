"""The limits of editing as data (data/knowledge_editing.yml); a project without the file has these."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge_base.errors import VocabularyInvalid
from knowledge_base.yaml_file import place_of, read_yaml

FILE: Final = Path("data") / "knowledge_editing.yml"
Words = list[Annotated[str, Field(min_length=1)]]


class EditingSettings(BaseModel):
    """What is said before an article is published, and when its editors are reminded of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = 1
    near_question: float = Field(0.93, ge=0.5, le=1.0)
    """Cosine from which two questions are nearly the same."""
    few_similar: int = Field(3, ge=0)
    voice_characters: int = Field(90, ge=10)
    voice_sentences: int = Field(2, ge=1)
    source_days: int = Field(365, ge=1)
    """After so many days a source is to be compared again."""
    remind_days: int = Field(30, ge=1)
    promise_words: Words = Field(default_factory=list)
    not_promises: Words = Field(default_factory=list)
    """Phrases with such a word that promise nothing."""


def load_editing_settings(root: Path) -> EditingSettings:
    """Read the file of a project. Raises VocabularyInvalid naming file, line and key."""
    path = root / FILE
    if not path.is_file():
        return EditingSettings()
    try:
        return EditingSettings.model_validate(read_yaml(path))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise VocabularyInvalid(f"{path.name}: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        faults = [f"{place_of(path, fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        raise VocabularyInvalid("; ".join(faults)) from error
