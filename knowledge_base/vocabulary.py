"""The words of the trade as data (data/knowledge_synonyms.yml): fillers, synonyms, places, customers' classes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge_base.errors import VocabularyInvalid
from knowledge_base.yaml_file import place_of, read_yaml

_NEVER: Final = re.compile(r"(?!)")
CustomerClass = Literal["居民", "工商业", "农业", "充电"]
Words = list[Annotated[str, Field(min_length=1)]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Surfaces and what they stand for; the longest surface wins."""

    pattern: re.Pattern[str]
    meaning: Mapping[str, str]

    def replace(self, text: str) -> str:
        """Return the text with every surface replaced by its meaning."""
        return self.pattern.sub(lambda match: self.meaning[match.group()], text)

    def remove(self, text: str) -> str:
        """Return the text without the surfaces."""
        return self.pattern.sub("", text)

    def meanings_in(self, text: str) -> tuple[str, ...]:
        """Return what the surfaces in a text stand for, in order, each once."""
        return tuple(dict.fromkeys(self.meaning[match.group()] for match in self.pattern.finditer(text)))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that is known about the words of a question."""

    fillers: Lexicon
    synonyms: Lexicon
    trade_words: Lexicon
    other_trades: Lexicon
    customer_classes: Lexicon
    regions: Lexicon
    elsewhere: Lexicon
    askers: Lexicon
    """Words that leave no doubt for which class of customers a question is asked."""


class VocabularyFile(BaseModel):
    """data/knowledge_synonyms.yml as written."""

    model_config = ConfigDict(extra="forbid")

    version: int = 1
    fillers: Words = Field(default_factory=list)
    synonyms: dict[str, Words] = Field(default_factory=dict)
    trade_words: Words = Field(default_factory=list)
    other_trades: Words = Field(default_factory=list)
    customer_classes: dict[CustomerClass, Words] = Field(default_factory=dict)
    regions: dict[str, Words] = Field(default_factory=dict)
    elsewhere: Words = Field(default_factory=list)
    askers: dict[CustomerClass, Words] = Field(default_factory=dict)


def load_vocabulary(path: Path) -> Vocabulary:
    """Read the file; VocabularyInvalid names file, line and key."""
    return build_vocabulary(read_vocabulary(path))


def read_vocabulary(path: Path) -> VocabularyFile:
    """Read the file as it is written; VocabularyInvalid names file, line and key."""
    try:
        entry = VocabularyFile.model_validate(read_yaml(path))
        build_vocabulary(entry)
        return entry
    except FileNotFoundError as error:
        raise VocabularyInvalid(f"{path.name}: the file is missing") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise VocabularyInvalid(f"{path.name}: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        faults = [f"{place_of(path, fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        raise VocabularyInvalid("; ".join(faults)) from error
    except ValueError as error:
        raise VocabularyInvalid(f"{path.name}: {error}") from error


def with_synonyms(entry: VocabularyFile, words: Iterable[tuple[str, Sequence[str]]]) -> VocabularyFile:
    """Return a file with other synonyms for some words; a word without any is taken out."""
    synonyms = {**entry.synonyms, **{word: list(others) for word, others in words}}
    return entry.model_copy(update={"synonyms": {word: others for word, others in synonyms.items() if others}})


def build_vocabulary(entry: VocabularyFile) -> Vocabulary:
    """Return the frozen value; ValueError if a surface stands for two things."""
    return Vocabulary(
        fillers=build_lexicon(dict.fromkeys(entry.fillers, "")),
        synonyms=build_lexicon(turn_around("synonyms", entry.synonyms)),
        trade_words=build_lexicon({word: word for word in (*entry.trade_words, *entry.synonyms)}),
        other_trades=build_lexicon({word: word for word in entry.other_trades}),
        customer_classes=build_lexicon(turn_around("customer_classes", entry.customer_classes)),
        regions=build_lexicon(turn_around("regions", entry.regions)),
        elsewhere=build_lexicon({place: place for place in entry.elsewhere}),
        askers=build_lexicon(turn_around("askers", entry.askers)),
    )


def turn_around(section: str, groups: Mapping[Any, Iterable[str]]) -> dict[str, str]:
    """{"账单": ["电费单"]} -> {"账单": "账单", "电费单": "账单"}."""
    if section == "synonyms":
        groups = {canonical: [canonical, *surfaces] for canonical, surfaces in groups.items()}
    meaning: dict[str, str] = {}
    for canonical, surfaces in groups.items():
        for surface in map(str.lower, surfaces):
            if meaning.setdefault(surface, canonical) != canonical:
                raise ValueError(f"{section}: {surface!r} stands for {meaning[surface]!r} and for {canonical!r}")
    return meaning


def build_lexicon(meaning: Mapping[str, str]) -> Lexicon:
    """Return a lexicon whose pattern tries longer surfaces first."""
    surfaces = sorted(meaning, key=len, reverse=True)
    return Lexicon(re.compile("|".join(map(re.escape, surfaces))) if surfaces else _NEVER, dict(meaning))


NO_VOCABULARY: Final = build_vocabulary(VocabularyFile())
