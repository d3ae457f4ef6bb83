"""Turns of speech that the engine itself must know, as written under `phrases` in domain.yml.

Another language, other words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NOISE = re.compile(r"[\s，。,.、!！?？~～…;；:：]+")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Words and patterns of the customers' language."""

    yes_no: tuple[tuple[str, bool], ...] = ()
    """(how an answer begins, yes or no), longest first."""
    refusing: re.Pattern[str] | None = None
    """Anywhere in an answer: not now, whatever it begins with (「嗯，先不办」)."""
    follow_up: re.Pattern[str] | None = None
    """In sentences that lean on what came before."""
    around_value: re.Pattern[str] | None = None
    """A follow-up around a value; the group `value` is what stands inside."""
    unknowing: re.Pattern[str] | None = None
    """In sentences of people who do not know or have what is asked for."""
    asking: re.Pattern[str] | None = None
    """In questions."""
    elsewhere: re.Pattern[str] | None = None
    """Names of places that the bot does not serve."""
    to_come: re.Pattern[str] | None = None
    """Words for a time whose prices are not published."""
    places: tuple[tuple[str, int], ...] = ()
    """(word, place in a list from 0)."""

    def yes_or_no(self, text: str) -> bool | None:
        """Return what a short answer begins with: yes, no, or neither."""
        spoken = plain(text)
        return next((is_yes for word, is_yes in self.yes_no if spoken.startswith(word)), None)

    def is_refusing(self, text: str) -> bool:
        """Say whether an answer puts the matter off."""
        return bool(self.refusing and self.refusing.search(plain(text)))

    def is_bare_yes_or_no(self, text: str) -> bool:
        """Say whether the text is nothing but a yes or a no."""
        spoken = plain(text)
        return any(spoken == word for word, _ in self.yes_no)

    def is_follow_up(self, text: str) -> bool:
        """Say whether the wording leans on what came before."""
        return bool(self.follow_up and self.follow_up.search(text))

    def inside_follow_up(self, text: str) -> str | None:
        """Return what stands inside a follow-up, or None for another sentence."""
        match = self.around_value.match(text) if self.around_value else None
        return match.group("value") if match else None

    def is_unknowing(self, text: str) -> bool:
        """Say whether somebody does not know or have something."""
        return bool(self.unknowing and self.unknowing.search(text))

    def is_asking(self, text: str) -> bool:
        """Say whether this looks like a question."""
        return bool(self.asking and self.asking.search(text))

    def is_elsewhere(self, text: str) -> bool:
        """Say whether a place is named that the bot does not serve."""
        return bool(self.elsewhere and self.elsewhere.search(text))

    def is_to_come(self, text: str) -> bool:
        """Say whether a time to come is named."""
        return bool(self.to_come and self.to_come.search(text))

    def place_in_list(self, text: str) -> int | None:
        """Return which of several choices is meant by its place, from 0."""
        spoken = plain(text)
        if spoken.isdecimal() and len(spoken) == 1:
            return int(spoken) - 1 if spoken != "0" else None
        return next((place for word, place in self.places if word in spoken), None)


def plain(text: str) -> str:
    """Return a text without spaces and punctuation, in lower case."""
    return _NOISE.sub("", text).lower()
