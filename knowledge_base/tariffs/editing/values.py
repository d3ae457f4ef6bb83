"""What editing tariffs deals with: versions of a region's tables, publications, who did it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DRAFT, REVIEW, PUBLISHED, DISCARDED = "draft", "review", "published", "discarded"
STATES = (DRAFT, REVIEW, PUBLISHED, DISCARDED)
PUBLISH, ROLL_BACK = "publish", "roll_back"
SHIPPED = 0
"""Stands for the project's own file where a version is named."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts."""

    id: int
    """0: a machine."""
    name: str


@dataclass(frozen=True, slots=True)
class TariffVersion:
    """One text of all tables of a region, in work or published."""

    id: int
    region: str
    number: int
    """Of the region, from 1."""
    state: str
    note: str
    """What it is for, as its author says."""
    text: str
    edit: int
    """Counts what was done to it; who acts sends back the one he saw."""
    base: int
    """The region's publication when it was written or submitted; 0: the project's file."""
    author: str
    editors: tuple[int, ...]
    """Numbers of all who wrote in it: none of them may publish it."""
    made_at: float
    changed_at: float


@dataclass(frozen=True, slots=True)
class VersionAct:
    """One thing that was done to a version."""

    at: float
    by: str
    act: str
    """made | saved | submitted | withdrawn | refused | published | discarded."""
    reason: str


@dataclass(frozen=True, slots=True)
class Publication:
    """One decision what holds for a region, and from when."""

    id: int
    region: str
    version: int
    """Id of the version; 0: the project's file."""
    number: int
    """Number of the version; 0: the project's file."""
    kind: str
    live_from: float
    """Moment at which every worker takes it."""
    at: float
    by: str
    reason: str
    is_cancelled: bool
    shipped_hash: str
    """Of the project's file when this was decided."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """What people published, at a moment."""

    revision: int = 0
    """How many publications hold or held; another number means: read again."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Region -> text that takes the place of the project's file."""
