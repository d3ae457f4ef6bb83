"""Which values a message holds for which slots."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.domain import Domain, Slot
from bot.phrases import plain
from nlu.understanding import Understanding

LONGEST_YES_NO = 20
"""Characters; a longer sentence is more than a yes or a no."""
LIKELY = 0.3
"""From here on a yes or a no counts, although the sentence was taken for an answer in the running flow."""
_DIGITS = str.maketrans("零〇幺一二两三四五六七八九洞", "00112234567890"[:14])


@dataclass(frozen=True, slots=True)
class SlotReader:
    """Reads slot values from what was understood."""

    domain: Domain

    def volunteered(self, names: Iterable[str], understanding: Understanding) -> dict[str, Any]:
        """Return the values that the message holds for these slots without having been asked."""
        found = {}
        for name in names:
            slot = self.domain.slots.get(name)
            value = None if slot is None else self._from_entities(slot, understanding)
            if value is not None:
                found[name] = value
        return found

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

    def answers_by_intent(self, name: str, intent: str) -> bool:
        """Say whether this intent is an answer to the question for this slot."""
        mappings = self.domain.slots[name].mappings
        return any(mapping.type == "from_intent" and mapping.intent == intent for mapping in mappings)

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
        if not found:
            return None
        if slot.type == "list":
            return list(dict.fromkeys(entity.value for entity in found))
        if understanding.intent.name == "correct":
            return found[-1].value
        return max(found, key=lambda entity: round(entity.confidence, 1)).value  # the first of equally sure ones

    def _from_mappings(self, slot: Slot, understanding: Understanding) -> Any:
        by_intent = {mapping.intent: mapping.value for mapping in slot.mappings if mapping.type == "from_intent"}
        for intent in (understanding.intent, *understanding.intent_ranking):
            if intent.name in by_intent and (intent is understanding.intent or intent.confidence >= LIKELY):
                return by_intent[intent.name]
        if slot.type == "bool" and len(understanding.text) <= LONGEST_YES_NO:
            if self.domain.phrases.is_refusing(understanding.text):
                return by_intent.get("cancel", by_intent.get("deny"))
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


def six_digits(text: str) -> str | None:
    """Return the six digits that a text consists of or holds as a group, spoken digits too."""
    written = plain(text).translate(_DIGITS)
    groups = re.findall(r"(?<!\d)\d{6}(?!\d)", written)
    return groups[-1] if groups else None


def _aliased(slot: Slot, text: str) -> str | None:
    return next((value for said, value in slot.aliases if said in text), None)
