"""Which values a message holds for which slots."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain import Domain, Slot
from bot.phrases import plain
from nlu.understanding import Understanding
from nlu.values import read_digits

LONGEST_YES_NO = 20
"""Characters; a longer sentence is more than a yes or a no."""
LIKELY = 0.3
"""From here on a yes or a no counts, although the sentence was taken for an answer in the running flow."""
YES_OR_NO = ("affirm", "deny", "cancel")
GUESS = 0.86
"""Confidence below which an entity was read into a text because the bot had asked for it."""
LONGEST_PIECE, LONGEST_NUMBER = 9, 12
"""Digits of a piece of a number, and of a number."""
FILLERS = 6
"""Signs that may stand around a piece of a number (我的电话是)."""
CorrectParts = Callable[[str, str], str | None]
"""(value given before, what was said) -> the value put right by a part of it; None where none is corrected."""
_FIGURES = re.compile(r"(?<![\d.])\d{2,}(?![\d.年月日号楼栋单室幢])")
_SAID_DIGITS = re.compile(r"[\d零〇幺一二两三四五六七八九洞]+")


@dataclass(frozen=True, slots=True)
class SlotReader:
    """Reads slot values from what was understood."""

    domain: Domain
    correct_parts: CorrectParts | None = None

    def volunteered(self, names: Iterable[str], understanding: Understanding) -> dict[str, Any]:
        """Return the values that the message holds for these slots without having been asked."""
        found = {}
        for name in names:
            slot = self.domain.slots.get(name)
            value = None if slot is None else self._from_entities(slot, understanding)
            if value is not None:
                found[name] = value
        return found

    def put_right(self, known: Mapping[str, Any], text: str) -> dict[str, str]:
        """Return the values given before that the text puts right by a part of them, or by another number."""
        found = _number_instead(known, text)
        for slot in self.domain.slots.values():
            earlier = known.get(slot.name)
            if slot.parts and self.correct_parts is not None and isinstance(earlier, str):
                right = self.correct_parts(earlier, text)
                if right is not None:
                    found[slot.name] = right
        return found

    def is_guess(self, name: str, understanding: Understanding) -> bool:
        """Say whether this slot's value was read into the text only because it had been asked for."""
        wanted = {mapping.entity for mapping in self.domain.slots[name].mappings if mapping.type == "from_entity"}
        found = [entity.confidence for entity in understanding.entities if entity.entity in wanted]
        return bool(found) and max(found) < GUESS

    def mentioned(self, understanding: Understanding) -> dict[str, Any]:
        """Return the values of `mention` slots (a region) that the text names."""
        named = {slot.name: _aliased(slot, understanding.text) for slot in self.domain.mention_slots}
        return {name: value for name, value in named.items() if value is not None}

    def answer(self, name: str, understanding: Understanding) -> Any:
        """Return the value that the message gives as an answer to the question for this slot, or None."""
        slot = self.domain.slots[name]
        value = self._from_entities(slot, understanding)
        if value is None and slot.type == "categorical":
            value = _aliased(slot, understanding.text)
            value = self._by_place(slot, understanding.text) if value is None else value
        if value is None:
            value = self._from_mappings(slot, understanding)
        return value

    def is_exact(self, name: str, text: str) -> bool:
        """Say whether a text is nothing but a value of this slot, so that it can be nothing else."""
        slot = self.domain.slots[name]
        if slot.type == "bool":
            return self.domain.phrases.is_bare_yes_or_no(text)
        return any(plain(text) == said.lower() for said, _ in slot.aliases)

    def digits(self, name: str, text: str, before: str) -> tuple[str, bool] | None:
        """Return the digits said so far of a number, and whether it is whole; None where the text is no piece of one.

        before: the digits of the pieces said before.
        """
        pattern, spoken = self.domain.slots[name].pattern, plain(text)
        said = _SAID_DIGITS.findall(spoken)
        if pattern is None or len(said) != 1 or len(said[0]) > LONGEST_PIECE or len(spoken) - len(said[0]) > FILLERS:
            return None
        piece = read_digits(said[0])
        joined = next((whole for whole in (before + piece, piece) if pattern.fullmatch(whole)), None)
        if joined is not None:
            return joined, True
        is_one = len(piece) > 1 and len(before + piece) <= LONGEST_NUMBER
        return (before + piece, False) if is_one else None

    def answers_by_intent(self, name: str, intent: str) -> bool:
        """Say whether this intent is an answer to the question for this slot."""
        mappings = self.domain.slots[name].mappings
        return any(mapping.type == "from_intent" and mapping.intent == intent for mapping in mappings)

    def is_question(self, understanding: Understanding) -> bool:
        """Say whether somebody asks where a yes or a no was awaited."""
        phrases = self.domain.phrases
        is_answer = phrases.is_bare_yes_or_no(_first_clause(understanding.text))
        is_answer = is_answer or understanding.intent.name in YES_OR_NO
        return not is_answer and phrases.is_questioning(understanding.text)

    def begins_with_yes(self, text: str) -> bool:
        """Say whether the first clause is nothing but a yes."""
        clause = _first_clause(text)
        return self.domain.phrases.is_bare_yes_or_no(clause) and self.domain.phrases.yes_or_no(clause) is True

    def takes_free_text(self, name: str) -> bool:
        """Say whether any text answers the question for this slot."""
        slot = self.domain.slots[name]
        return slot.type != "categorical" and any(mapping.type == "from_text" for mapping in slot.mappings)

    def is_yes_no(self, name: str) -> bool:
        """Say whether this slot is a yes or a no."""
        return self.domain.slots[name].type == "bool"

    def _by_place(self, slot: Slot, text: str) -> str | None:
        place = self.domain.phrases.place_in_list(text)
        return slot.values[place] if place is not None and 0 <= place < len(slot.values) else None

    def _from_entities(self, slot: Slot, understanding: Understanding) -> Any:
        wanted = {mapping.entity for mapping in slot.mappings if mapping.type == "from_entity"}
        found = [entity for entity in understanding.entities if entity.entity in wanted]
        if slot.pattern is not None:
            found = [entity for entity in found if slot.pattern.fullmatch(entity.value)]
        if not found:
            return None
        if slot.type == "list":
            return list(dict.fromkeys(entity.value for entity in found))
        if understanding.intent.name == "correct":
            return found[-1].value
        if slot.parts:
            return "".join(dict.fromkeys(entity.value for entity in found))
        return max(found, key=lambda entity: round(entity.confidence, 1)).value  # the first of equally sure ones

    def _from_mappings(self, slot: Slot, understanding: Understanding) -> Any:
        by_intent = {mapping.intent: mapping.value for mapping in slot.mappings if mapping.type == "from_intent"}
        if slot.type == "bool" and self.is_question(understanding):
            return None
        is_short = len(understanding.text) <= LONGEST_YES_NO
        if "cancel" in by_intent and is_short and self.domain.phrases.is_refusing(understanding.text):
            return by_intent["cancel"]  # 「嗯，先不办」 to 「确定不办了吗」
        for intent in (understanding.intent, *understanding.intent_ranking):
            if intent.name in by_intent and (intent is understanding.intent or intent.confidence >= LIKELY):
                return by_intent[intent.name]
        if slot.type == "bool" and is_short:
            if self.domain.phrases.is_refusing(understanding.text):
                return by_intent.get("deny")
            said = self.domain.phrases.yes_or_no(understanding.text)
            return next(
                (mapping.value for mapping in slot.mappings if said is not None and mapping.value is said), None
            )
        for mapping in slot.mappings:
            if mapping.type == "from_text" and slot.type not in ("categorical", "bool"):
                return understanding.text or None
        if slot.name == "verification_code":
            return six_digits(understanding.text)
        return None


def overheard(domain: Domain, text: str) -> dict[str, str]:
    """Return the values of `overheard` slots that an alias in the text leaves no doubt about; no value by its name."""
    found = {}
    for slot in domain.overheard_slots:
        said = {value for alias, value in slot.aliases if alias != value and alias in text}
        if len(said) == 1:
            found[slot.name] = said.pop()
    return found


def _number_instead(known: Mapping[str, Any], text: str) -> dict[str, str]:
    """Return the value that 「不对，是315」 corrects: the only number given before of as many figures."""
    said = _FIGURES.findall(text)
    if len(said) != 1:
        return {}
    numbers = {name: value for name, value in known.items() if isinstance(value, str) and value.isdecimal()}
    alike = [name for name, value in numbers.items() if len(value) == len(said[0]) and value != said[0]]
    return {alike[0]: said[0]} if len(alike) == 1 else {}


def _first_clause(text: str) -> str:
    return re.split(r"[，,。！!\s]", text.strip(), maxsplit=1)[0]


def six_digits(text: str) -> str | None:
    """Return the six digits that a text consists of or holds as a group, spoken digits too."""
    groups = [read_digits(text), *(read_digits(said) for said in _SAID_DIGITS.findall(plain(text)))]
    return next((digits for digits in reversed(groups) if len(digits) == 6), None)


def _aliased(slot: Slot, text: str) -> str | None:
    return next((value for said, value in slot.aliases if said in text), None)
