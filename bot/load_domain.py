"""Read `domain.yml` and `domain/*.yml` (one domain in several files) into a `Domain`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.domain import Domain, ResponseVariant, Session, Slot, SlotCondition, SlotMapping
from bot.phrases import Phrases
from bot.source import Mistakes, Source, read_model

DEFAULT_SESSION_MINUTES = 60.0


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MappingEntry(_Strict):
    """One slot mapping as written."""

    type: Literal["from_entity", "from_text", "from_intent", "mention", "overheard", "controlled", "custom"]
    entity: str | None = None
    intent: str | None = None
    value: Any = None


class SlotEntry(_Strict):
    """One slot as written."""

    type: Literal["text", "bool", "float", "categorical", "list", "any"]
    initial_value: Any = None
    values: list[str] = Field(default_factory=list)
    aliases: dict[str, list[str]] = Field(default_factory=dict)
    influence_conversation: bool = False
    parts: bool = False
    told: bool = False
    pattern: re.Pattern[str] | None = None
    mappings: list[MappingEntry] = Field(default_factory=list)


class ButtonEntry(_Strict):
    """One button as written."""

    title: str
    payload: str


class ConditionEntry(_Strict):
    """One condition of a response variant as written."""

    type: Literal["slot"] = "slot"
    name: str
    value: Any


class ResponseEntry(_Strict):
    """One response variant as written."""

    text: str = ""
    voice: str | None = None
    buttons: list[ButtonEntry] = Field(default_factory=list)
    image: str | None = None
    custom: dict[str, Any] | None = None
    channel: Literal["phone", "wechat", "app"] | None = None
    condition: list[ConditionEntry] = Field(default_factory=list)
    metadata: dict[str, Any] | None = None


class SessionEntry(_Strict):
    """session_config as written."""

    session_expiration_time: float = Field(DEFAULT_SESSION_MINUTES, gt=0)
    carry_over_slots_to_new_session: bool = False


class PhrasesEntry(_Strict):
    """phrases as written; ours, not Rasa's."""

    affirming: list[str] = Field(default_factory=list)
    denying: list[str] = Field(default_factory=list)
    refusing: re.Pattern[str] | None = None
    follow_up: re.Pattern[str] | None = None
    around_value: re.Pattern[str] | None = None
    unknowing: re.Pattern[str] | None = None
    asking: re.Pattern[str] | None = None
    questioning: re.Pattern[str] | None = None
    declining: re.Pattern[str] | None = None
    cancelling: re.Pattern[str] | None = None
    present: re.Pattern[str] | None = None
    foreign: re.Pattern[str] | None = None
    acknowledging: re.Pattern[str] | None = None
    replacing: re.Pattern[str] | None = None
    hypothetical: re.Pattern[str] | None = None
    elsewhere: re.Pattern[str] | None = None
    to_come: re.Pattern[str] | None = None
    hailing: re.Pattern[str] | None = None
    awaiting: re.Pattern[str] | None = None
    piece: re.Pattern[str] | None = None
    denied: re.Pattern[str] | None = None
    harmless: re.Pattern[str] | None = None
    joining: re.Pattern[str] | None = None
    further: re.Pattern[str] | None = None
    places: list[list[str]] = Field(default_factory=list)

    @field_validator("around_value")
    @classmethod
    def _has_group(cls, pattern: re.Pattern[str] | None) -> re.Pattern[str] | None:
        if pattern is not None and "value" not in pattern.groupindex:
            raise ValueError("the pattern needs a group (?P<value>...)")
        return pattern


class DomainFile(_Strict):
    """One domain file as written."""

    version: str | None = None
    intents: list[str] = Field(default_factory=list)
    entities: list[str] = Field(default_factory=list)
    slots: dict[str, SlotEntry] = Field(default_factory=dict)
    responses: dict[str, list[ResponseEntry]] = Field(default_factory=dict)
    actions: list[str] = Field(default_factory=list)
    session_config: SessionEntry | None = None
    phrases: PhrasesEntry | None = None

    @field_validator("responses")
    @classmethod
    def _named(cls, responses: dict[str, list[ResponseEntry]]) -> dict[str, list[ResponseEntry]]:
        for name, variants in responses.items():
            if not name.startswith("utter_"):
                raise ValueError(f"response {name!r} must begin with utter_")
            if not variants:
                raise ValueError(f"response {name!r} has no variant")
        return responses


def load_domain(sources: Iterable[Source], mistakes: Mistakes) -> Domain:
    """Merge the files into one domain; the same name twice is a mistake."""
    merged = DomainFile()
    for source in sources:
        entry = read_model(DomainFile, source.content, source, (), mistakes)
        if entry is not None:
            _merge(merged, entry, source, mistakes)
    session = merged.session_config or SessionEntry()
    slots = {name: _build_slot(name, entry, merged.entities) for name, entry in merged.slots.items()}
    return Domain(
        intents=frozenset(merged.intents),
        entities=frozenset(merged.entities),
        slots=slots,
        responses={name: tuple(map(_build_variant, variants)) for name, variants in merged.responses.items()},
        actions=frozenset(merged.actions),
        session=Session(session.session_expiration_time * 60, session.carry_over_slots_to_new_session),
        phrases=_build_phrases(merged.phrases or PhrasesEntry()),
        mention_slots=tuple(
            slot for slot in slots.values() if any(mapping.type == "mention" for mapping in slot.mappings)
        ),
        overheard_slots=tuple(
            slot for slot in slots.values() if any(mapping.type == "overheard" for mapping in slot.mappings)
        ),
    )


def _merge(merged: DomainFile, entry: DomainFile, source: Source, mistakes: Mistakes) -> None:
    merged.intents += entry.intents
    merged.entities += entry.entities
    merged.actions += entry.actions
    merged.session_config = entry.session_config or merged.session_config
    merged.phrases = entry.phrases or merged.phrases
    for key, known, new in (("slots", merged.slots, entry.slots), ("responses", merged.responses, entry.responses)):
        for name in set(known) & set(new):
            mistakes.add(source.mistake((key, name), "is already defined in another domain file"))
    merged.slots.update(entry.slots)
    merged.responses.update(entry.responses)


def _build_slot(name: str, entry: SlotEntry, entities: Iterable[str]) -> Slot:
    mappings = tuple(SlotMapping(item.type, item.entity, item.intent, item.value) for item in entry.mappings)
    if not mappings and name in entities:
        mappings = (SlotMapping("from_entity", entity=name),)
    pairs = [(value, value) for value in entry.values]
    pairs += [(said, value) for value, all_said in entry.aliases.items() for said in all_said]
    pairs.sort(key=lambda pair: -len(pair[0]))
    return Slot(
        name=name,
        type=entry.type,
        initial_value=entry.initial_value,
        values=tuple(entry.values),
        aliases=tuple(pairs),
        mappings=mappings,
        parts=entry.parts,
        is_told=entry.told,
        pattern=entry.pattern,
    )


def _build_phrases(entry: PhrasesEntry) -> Phrases:
    words = [(word, True) for word in entry.affirming] + [(word, False) for word in entry.denying]
    return Phrases(
        yes_no=tuple(sorted(words, key=lambda pair: -len(pair[0]))),
        refusing=entry.refusing,
        follow_up=entry.follow_up,
        around_value=entry.around_value,
        unknowing=entry.unknowing,
        asking=entry.asking,
        questioning=entry.questioning,
        declining=entry.declining,
        cancelling=entry.cancelling,
        present=entry.present,
        foreign=entry.foreign,
        acknowledging=entry.acknowledging,
        replacing=entry.replacing,
        hypothetical=entry.hypothetical,
        elsewhere=entry.elsewhere,
        to_come=entry.to_come,
        hailing=entry.hailing,
        awaiting=entry.awaiting,
        piece=entry.piece,
        denied=entry.denied,
        harmless=entry.harmless,
        joining=entry.joining,
        further=entry.further,
        places=tuple((word, place) for place, words in enumerate(entry.places) for word in words),
    )


def _build_variant(entry: ResponseEntry) -> ResponseVariant:
    return ResponseVariant(
        text=entry.text,
        voice=entry.voice,
        buttons=tuple((button.title, button.payload) for button in entry.buttons),
        image=entry.image,
        custom=entry.custom,
        channel=entry.channel,
        conditions=tuple(SlotCondition(condition.name, condition.value) for condition in entry.condition),
    )
