"""What simulated customers want and how they say it (data/simulate): topics with seasons, drifting wordings, people.

Nothing here is ever trained on: the sentences reach a training only as what a customer said to the bot, was captured,
and was labelled by an annotator who errs.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from eval.errors import WorldInvalid
from eval.validated import read_model

FOLDER = "data/simulate"
MONTHS = 12
LASTS_MONTHS = 3
"""How long a wording is in use: what was learnt in one month is not simply said again all year."""
FIRST_WORDINGS = 5
"""Wordings with which a new topic begins."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class LaterWordings(_Strict):
    """What people say from some month on."""

    since: int = Field(alias="from", ge=2, le=MONTHS)
    wordings: tuple[str, ...] = Field(min_length=3)


class Topic(_Strict):
    """One thing that customers want."""

    id: str
    title: str
    intent: str
    """Where an annotator who reads the sentence puts it."""
    weight: float = Field(gt=0)
    since: int = Field(1, alias="from", ge=1, le=MONTHS)
    """Month of the simulated year in which somebody first asks."""
    grow: float = Field(1.0, gt=0)
    """Factor from month to month after that."""
    season: dict[int, float] = Field(default_factory=dict)
    """Factor by month of the calendar."""
    wordings: tuple[str, ...] = Field(min_length=3)
    later: LaterWordings | None = None

    def volume(self, month: int, calendar: int) -> float:
        """Return its share of the visits of a month, before all shares are brought to one."""
        if month < self.since:
            return 0.0
        return self.weight * self.grow ** (month - self.since) * self.season.get(calendar, 1.0)


class TopicFile(_Strict):
    """One file of topics."""

    topics: tuple[Topic, ...] = Field(min_length=1)


class Reaction(_Strict):
    """What share of the customers does what, when the bot missed what they meant."""

    rephrase: float
    agent: float
    leave: float


class People(_Strict):
    """How customers speak and how patient they are."""

    openings: tuple[str, ...]
    endings: tuple[str, ...]
    opening_share: float = Field(ge=0, le=1)
    ending_share: float = Field(ge=0, le=1)
    typo_share: float = Field(ge=0, le=1)
    typos: tuple[tuple[str, str], ...]
    asks_agent: tuple[str, ...]
    not_that: tuple[str, ...]
    gives_up: tuple[str, ...]
    satisfied: tuple[str, ...]
    unable: tuple[str, ...]
    after_miss_1: Reaction
    after_miss_2: Reaction
    notices_wrong: float = Field(ge=0, le=1)
    comes_back: float = Field(ge=0, le=1)


@dataclass(frozen=True, slots=True)
class World:
    """All topics, the people, and in which months each wording is in use."""

    topics: tuple[Topic, ...]
    people: People
    in_use: dict[str, tuple[tuple[int, str], ...]]
    """By topic: wordings with the month in which each comes up."""

    def wordings(self, topic: Topic, month: int) -> list[str]:
        """Return what customers say for a topic in a month; never nothing."""
        began = [(start, text) for start, text in self.in_use[topic.id] if start <= month]
        current = [text for start, text in began if month < start + LASTS_MONTHS]
        return current or [text for _, text in began[-FIRST_WORDINGS:]] or [topic.wordings[0]]


def load_world(root: Path, seed: int) -> World:
    """Read data/simulate and set out the wordings over the year. Raises WorldInvalid."""
    folder = root / FOLDER
    files = sorted(path for path in folder.glob("*.yml") if path.name != "people.yml")
    topics = tuple(topic for file in files for topic in read_model(file, TopicFile, WorldInvalid).topics)
    if not topics:
        raise WorldInvalid(f"{folder} holds no topics")
    people = read_model(folder / "people.yml", People, WorldInvalid)
    dice = random.Random(seed)
    return World(topics, people, {topic.id: tuple(sorted(_set_out(topic, dice))) for topic in topics})


def _set_out(topic: Topic, dice: random.Random) -> Iterator[tuple[int, str]]:
    """Yield the month in which each wording comes up: the later ones from their month on, the others spread evenly."""
    until = topic.later.since if topic.later is not None else MONTHS
    yield from _spread(topic.wordings, topic.since, max(until, topic.since), dice)
    if topic.later is not None:
        yield from _spread(topic.later.wordings, topic.later.since, MONTHS, dice)


def _spread(wordings: tuple[str, ...], first: int, last: int, dice: random.Random) -> Iterator[tuple[int, str]]:
    shuffled = dice.sample(wordings, len(wordings))
    yield from ((first, text) for text in shuffled[:FIRST_WORDINGS])
    rest = shuffled[FIRST_WORDINGS:]
    for number, text in enumerate(rest):
        yield first + (number + 1) * (last - first) // max(len(rest), 1), text
