"""The rubric and the lexicons as data: data/qa/*.yml, each with its version; every score carries them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from actions.promises import PromiseBook, load_promises
from eval.errors import RubricInvalid
from eval.validated import read_mapping, read_model
from knowledge_base.tariffs.book import TariffBook
from knowledge_base.tariffs.load import load_tariffs
from knowledge_base.tariffs.table import CatalogueTable

Agent = Literal["bot", "human"]
_TIERED = {"居民阶梯", "居民峰谷"}


class RubricItem(BaseModel):
    """One item as written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: int = Field(ge=1)
    name: str
    weight: float = Field(ge=0)
    fatal: bool = False
    applies_to: tuple[Agent, ...]
    channels: tuple[Literal["phone", "wechat", "app"], ...] = ("phone", "wechat", "app")
    checker: str


class Limits(BaseModel):
    """Numbers of the checkers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    opening_turns: int = Field(ge=1)
    notice_turns: int = Field(ge=1)
    silence_seconds: float = Field(gt=0)
    characters_per_second: float = Field(gt=0)
    spoken_sentences: int = Field(ge=1)
    detours: int = Field(ge=0)
    clarifications: int = Field(ge=0)


class RubricFile(BaseModel):
    """rubric.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    items: tuple[RubricItem, ...]
    limits: Limits


class TicketCategory(BaseModel):
    """Which words a customer uses where a category fits."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    category: str
    words: str


class CategoriesFile(BaseModel):
    """ticket_categories.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    categories: tuple[TicketCategory, ...]


class LimitWords(BaseModel):
    """Which promises a sentence with a time speaks of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: tuple[str, ...]
    words: str
    unless: str = "(?!)"


class LimitsFile(BaseModel):
    """time_limits.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    limits: tuple[LimitWords, ...]


@dataclass(frozen=True, slots=True)
class SpokenLimit:
    """Words that make a time in the same sentence a promise of one of these kinds."""

    kinds: tuple[str, ...]
    words: re.Pattern[str]
    unless: re.Pattern[str]

    def fits(self, clause: str) -> bool:
        """Say whether a clause speaks of it."""
        return self.words.search(clause) is not None and self.unless.search(clause) is None


@dataclass(frozen=True)
class Lexicon:
    """Named lists of regular expressions."""

    version: str
    patterns: Mapping[str, re.Pattern[str]]

    def find(self, name: str, text: str) -> re.Match[str] | None:
        """The first place in a text that a list names."""
        return self.patterns[name].search(text)

    def has(self, name: str, text: str) -> bool:
        """Say whether a list names something in a text."""
        return self.find(name, text) is not None

    def count(self, name: str, text: str) -> int:
        """How many places a list names."""
        return sum(1 for _ in self.patterns[name].finditer(text))


@dataclass(frozen=True, slots=True)
class TierPrice:
    """One price per kWh of a tier of a household tariff."""

    region: str
    first_month: str
    last_month: str
    """YYYY-MM, inclusive."""
    tier: int
    """From 0."""
    price: Decimal


@dataclass(frozen=True)
class Rubric:
    """All that the checkers go by."""

    file: RubricFile
    lexicon: Lexicon
    categories: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    promises: PromiseBook
    spoken_limits: tuple[SpokenLimit, ...]
    prices: tuple[TierPrice, ...] = ()

    def tier_prices(self, region: str | None, month: str, tier: int) -> frozenset[Decimal]:
        """Every price, at any voltage and time of day, that households pay in a tier in a month (YYYY-MM)."""
        return frozenset(
            row.price
            for row in self.prices
            if row.region == region and row.tier == tier and row.first_month <= month <= row.last_month
        )

    @property
    def items(self) -> Sequence[RubricItem]:
        """The items in the order of the file."""
        return self.file.items

    @property
    def limits(self) -> Limits:
        """Numbers of the checkers."""
        return self.file.limits

    @cached_property
    def version(self) -> str:
        """Rubric version, and the lexicon's where that differs: 2026.11+lexicon.2026.12."""
        same = self.lexicon.version == self.file.version
        return self.file.version if same else f"{self.file.version}+lexicon.{self.lexicon.version}"


def load_rubric(folder: Path) -> Rubric:
    """Read data/qa, and data/promises.yml and data/tariffs beside it.

    Raises RubricInvalid with file, key and what is wrong; TariffFileInvalid.
    """
    rubric = load_rubric_file(folder)
    categories = read_model(folder / "ticket_categories.yml", CategoriesFile, RubricInvalid).categories
    return Rubric(
        rubric,
        _lexicon(folder / "lexicon.yml"),
        tuple((_compiled(folder, row.category), _compiled(folder, row.words)) for row in categories),
        load_promises(folder.parent / "promises.yml"),
        _spoken_limits(folder / "time_limits.yml"),
        tuple(_tier_prices(folder.parent / "tariffs")),
    )


def _tier_prices(folder: Path) -> Iterator[TierPrice]:
    """The prices by tier of household tables, each once; a project without tables has none."""
    book = load_tariffs(folder) if folder.is_dir() else TariffBook(())
    for known in book.available():
        if known.category in _TIERED:
            for table in book.tables_in_force(known.region, known.category, known.effective_from.strftime("%Y-%m")):
                if isinstance(table, CatalogueTable):
                    label = table.label
                    for tier, price in _prices_of(table):
                        yield TierPrice(label.region, label.first_month, label.last_month, tier, price)


def _prices_of(table: CatalogueTable) -> Iterator[tuple[int, Decimal]]:
    for number, tier in enumerate(table.tiers):
        yield from ((number, price) for price in tier.prices.values())
    for season in table.seasons:
        for tiers in season.prices.values():
            yield from ((number, price) for number, slots in enumerate(tiers) for price in slots.values())


def _spoken_limits(path: Path) -> tuple[SpokenLimit, ...]:
    rows = read_model(path, LimitsFile, RubricInvalid).limits
    return tuple(SpokenLimit(row.kinds, _compiled(path, row.words), _compiled(path, row.unless)) for row in rows)


def _lexicon(path: Path) -> Lexicon:
    content = read_mapping(path, RubricInvalid)
    version = str(content.pop("version", ""))
    if not version:
        raise RubricInvalid(f"{path}: version is missing")
    patterns: dict[str, re.Pattern[str]] = {}
    for name, rows in content.items():
        if not isinstance(rows, list) or not all(isinstance(row, str) and row for row in rows):
            raise RubricInvalid(f"{path}: {name} must be a list of regular expressions")
        patterns[name] = _compiled(path, "|".join(f"(?:{row})" for row in rows))
    return Lexicon(version, patterns)


def _compiled(path: Path, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise RubricInvalid(f"{path}: {pattern!r} is no regular expression: {error}") from error


def load_rubric_file(folder: Path) -> RubricFile:
    """Read the items and weights alone, as the console shows them. Raises RubricInvalid."""
    return read_model(folder / "rubric.yml", RubricFile, RubricInvalid)
