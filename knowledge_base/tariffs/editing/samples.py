"""Customers for whom a change of prices is calculated before anybody is billed by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from knowledge_base.errors import TariffFileInvalid, TariffFileMistake
from knowledge_base.tariffs.load import mistake_in
from knowledge_base.tariffs.request import TariffRequest, parse_tariff_request
from knowledge_base.tariffs.table import CATEGORIES, SLOTS, BusinessTable, Slot, Table
from knowledge_base.yaml_file import UniqueKeyLoader

SAMPLES_FILE: Final = "tariff_samples.yml"
_NEIGHBOUR: Final[Mapping[Slot, Slot]] = {
    "sharp": "peak",
    "deep_valley": "valley",
    "flat": "peak",
    "peak": "flat",
    "valley": "flat",
}
"""Slot that a region does not have -> the one to which its hours belong there."""
NO_LIMIT: Final = Decimal(20)
_ANY_MONTH: Final = {"region": "", "month": "2026-01"}


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SampleEntry(_Entry):
    """One customer as written."""

    name: Annotated[str, Field(min_length=1)]
    categories: Annotated[tuple[str, ...], Field(min_length=1)]
    request: dict[str, Any]

    @field_validator("categories")
    @classmethod
    def check_categories(cls, categories: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse categories that there are not."""
        if unknown := set(categories) - set(CATEGORIES):
            raise ValueError(f"no category {min(unknown)!r}")
        return categories

    @field_validator("request")
    @classmethod
    def check_request(cls, request: dict[str, Any]) -> dict[str, Any]:
        """Refuse what the calculator would not take."""
        try:
            parse_tariff_request({**request, **_ANY_MONTH, "category": ""})
        except Exception as error:
            raise ValueError(str(error)) from error
        return request


class SamplesFile(_Entry):
    """The file of samples."""

    large_change_percent: Annotated[Decimal, Field(gt=0)]
    samples: tuple[SampleEntry, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One customer, for any region and month."""

    name: str
    category: str
    request: TariffRequest
    """Region and month are put in by `asked`."""


@dataclass(frozen=True, slots=True)
class Samples:
    """All typical customers."""

    large_change_percent: Decimal
    """A bill that changes by more is a reason to ask twice."""
    customers: tuple[Sample, ...]

    def of(self, category: str) -> tuple[Sample, ...]:
        """Return the customers of a category."""
        return tuple(one for one in self.customers if one.category == category)


def load_samples(path: Path) -> Samples:
    """Read data/tariff_samples.yml; a project without it has no customers to try. Raises TariffFileInvalid."""
    if not path.is_file():
        return Samples(NO_LIMIT, ())
    text = path.read_text(encoding="utf-8")
    try:
        file = SamplesFile.model_validate(yaml.load(text, UniqueKeyLoader))
    except yaml.YAMLError as error:
        raise TariffFileInvalid([TariffFileMistake(path.name, "", " ".join(str(error).split()))]) from error
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        mistakes = [mistake_in(text, path.name, one["loc"], one["msg"]) for one in faults]
        raise TariffFileInvalid(mistakes) from error
    customers = [
        Sample(entry.name, category, parse_tariff_request({**entry.request, **_ANY_MONTH, "category": category}))
        for entry in file.samples
        for category in entry.categories
    ]
    return Samples(file.large_change_percent, tuple(customers))


def asked(sample: Sample, region: str, month: str) -> TariffRequest:
    """Return the request of a customer in a region and month."""
    return replace(sample.request, region=region, month=month)


def fitted(request: TariffRequest, table: Table) -> TariffRequest:
    """Return the request with the slots that the table has in that month: others go to their neighbours."""
    slots = request.slot_energies()
    there = _slots_of(table, request.month_number)
    if not slots or not there:
        return request
    energies = dict.fromkeys(SLOTS, Decimal(0))
    for slot, kwh in slots.items():
        energies[_home(slot, there)] += kwh
    given: dict[str, Any] = {f"{slot}_kwh": energies[slot] if slot in there else None for slot in SLOTS}
    return replace(request, **given)


def _slots_of(table: Table, month_number: int) -> frozenset[Slot]:
    if isinstance(table, BusinessTable):
        return frozenset(table.time_of_use.season_of(month_number).factors)
    season = table.season_of(month_number)
    return frozenset(season.hours) if season is not None else frozenset()


def _home(slot: Slot, there: frozenset[Slot]) -> Slot:
    while slot not in there:
        slot = _NEIGHBOUR[slot] if _NEIGHBOUR[slot] in there or slot in ("sharp", "deep_valley") else min(there)
    return slot
