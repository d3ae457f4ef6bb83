"""Public pages that answers point to, read from data/links.yml: a region without a page gets no link."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from actions.errors import LinksInvalid


class Link(BaseModel):
    """A page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, Field(pattern=r"^https://\S+$")]
    title: Annotated[str, Field(min_length=1, max_length=40)]


class Links(BaseModel):
    """All pages, each by region."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outage_map: Mapping[str, Link] = Field(default_factory=dict)
    """Where announced outages are shown."""


def load_links(path: Path) -> Links:
    """Read the file; without one there are no links. Raises LinksInvalid."""
    if not path.is_file():
        return Links()
    try:
        return Links.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise LinksInvalid(f"{path}: {error}") from error
