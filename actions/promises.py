"""Promised times by region and area, as dated values read from data/promises.yml: no promise, no number said.

Only figures that may be announced are in the file; a single-source figure needs 以当地供电公司公布为准 with it.
Working days leave out Saturdays and Sundays; public holidays are not in the data: due moments are the earliest ones.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Unit = Literal["minutes", "hours", "days", "working_days"]
Area = Literal["城区", "农村", "偏远"]
UNIT_WORDS: dict[Unit, str] = {"minutes": "分钟", "hours": "小时", "days": "天", "working_days": "个工作日"}
SATURDAY = 5


class Promise(BaseModel):
    """One promised time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    """What is promised, for instance crew_on_site."""
    regions: tuple[str, ...]
    area: Area | None = None
    """None: holds everywhere in the region."""
    amount: int = Field(gt=0)
    unit: Unit
    is_average: bool = False
    """The source speaks of an average (一般), so the words must too."""
    source: str
    certainty: str
    """官方原文 | 多源n | 单源."""
    effective_from: date
    effective_to: date | None = None

    @property
    def words(self) -> str:
        """The time in words: 45分钟, 5个工作日."""
        return f"{self.amount}{UNIT_WORDS[self.unit]}"

    @property
    def needs_caveat(self) -> bool:
        """Whether 以当地供电公司公布为准 must be said with it."""
        return not self.certainty.startswith(("官方原文", "多源"))

    def due_at(self, start: datetime) -> datetime:
        """The moment until which the promise is to be kept, for something accepted at `start` (aware)."""
        if self.unit == "minutes":
            return start + timedelta(minutes=self.amount)
        if self.unit == "hours":
            return start + timedelta(hours=self.amount)
        if self.unit == "days":
            return start + timedelta(days=self.amount)
        return add_working_days(start, self.amount)


class PromiseBook:
    """All promises; never changes after it is built."""

    def __init__(self, promises: Iterable[Promise]) -> None:
        self._promises = tuple(promises)

    def find(self, kind: str, region: str | None, on: date, area: str | None = None) -> Promise | None:
        """The promise that holds on a day, the one for the area first; None: nothing may be promised."""
        holding = [promise for promise in self._promises if promise.kind == kind and holds(promise, region, on)]
        for_area = next((promise for promise in holding if area is not None and promise.area == area), None)
        return for_area or next((promise for promise in holding if promise.area is None), None)

    def areas(self, kind: str, region: str | None, on: date) -> tuple[Promise, ...]:
        """All promises of a kind on a day, for naming them side by side (城区45分钟、农村90分钟)."""
        return tuple(promise for promise in self._promises if promise.kind == kind and holds(promise, region, on))


def load_promises(path: Path) -> PromiseBook:
    """Read the file; raises pydantic's ValidationError, which names the entry and the key."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return PromiseBook(TypeAdapter(list[Promise]).validate_python(content["promises"]))


def holds(promise: Promise, region: str | None, on: date) -> bool:
    """Whether a promise is made in this region on this day; without a region none is."""
    is_in_force = promise.effective_from <= on <= (promise.effective_to or date.max)
    return is_in_force and region is not None and region in promise.regions


def add_working_days(start: datetime, count: int) -> datetime:
    """The end of the `count`-th working day after the day of `start`."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day.replace(hour=23, minute=59, second=59, microsecond=0)
