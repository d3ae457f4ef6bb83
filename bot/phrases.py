"""Turns of speech that the engine itself must know, as written under `phrases` in domain.yml.

Another language, other words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_DECLINING = 14
"""Signs, without punctuation; a longer sentence says more than that."""
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
    """In what may be a question."""
    questioning: re.Pattern[str] | None = None
    """In what surely is a question, even where a yes or a no is awaited."""
    declining: re.Pattern[str] | None = None
    """In short answers that leave a value out, whatever else they look like."""
    cancelling: re.Pattern[str] | None = None
    """In short answers that give up what is being handled."""
    present: re.Pattern[str] | None = None
    """How somebody answers who was asked whether he is still there."""
    foreign: re.Pattern[str] | None = None
    """Sentences that name the business of others and none of ours."""
    acknowledging: re.Pattern[str] | None = None
    """How somebody says that he has understood."""
    replacing: re.Pattern[str] | None = None
    """How somebody begins who wants another thing than he was taken to want."""
    hypothetical: re.Pattern[str] | None = None
    """In questions about a danger that is not there: what one should do, how far is safe."""
    elsewhere: re.Pattern[str] | None = None
    """Names of places that the bot does not serve."""
    to_come: re.Pattern[str] | None = None
    """Words for a time whose prices are not published."""
    hailing: re.Pattern[str] | None = None
    """How somebody calls to hear whether anybody is there (喂, 有人吗)."""
    awaiting: re.Pattern[str] | None = None
    """How somebody who waits for a person asks about it (几点有人, 还要等多久)."""
    piece: re.Pattern[str] | None = None
    """A text that is nothing but a piece of a value given before (三单元, after an address)."""
    denied: re.Pattern[str] | None = None
    """What stands before a fault that is said not to be (没冒烟)."""
    harmless: re.Pattern[str] | None = None
    """Words that sound like a fault and name none (火星人)."""
    joining: re.Pattern[str] | None = None
    """What stands between the clauses of a message."""
    further: re.Pattern[str] | None = None
    """How a clause begins that asks for something of its own (顺便…, 再查…)."""
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

    def is_questioning(self, text: str) -> bool:
        """Say whether this surely is a question."""
        return bool(self.questioning and self.questioning.search(text))

    def is_declining(self, text: str) -> bool:
        """Say whether a value is to be left out."""
        return len(plain(text)) <= LONGEST_DECLINING and bool(self.declining and self.declining.search(plain(text)))

    def is_cancelling(self, text: str) -> bool:
        """Say whether what is being handled is given up."""
        return len(plain(text)) <= LONGEST_DECLINING and bool(self.cancelling and self.cancelling.search(plain(text)))

    def is_present(self, text: str) -> bool:
        """Say whether somebody says that he is still there."""
        return bool(self.present and self.present.search(plain(text)))

    def is_foreign(self, text: str) -> bool:
        """Say whether the business of others is named."""
        return bool(self.foreign and self.foreign.search(text))

    def is_acknowledging(self, text: str) -> bool:
        """Say whether somebody says that he has understood, and nothing else."""
        return bool(self.acknowledging and self.acknowledging.search(plain(text)))

    def is_replacing(self, text: str) -> bool:
        """Say whether the request at hand is the wrong one."""
        return bool(self.replacing and self.replacing.search(plain(text)))

    def is_hypothetical(self, text: str) -> bool:
        """Say whether a danger is only thought of."""
        return bool(self.hypothetical and self.hypothetical.search(text))

    def is_elsewhere(self, text: str) -> bool:
        """Say whether a place is named that the bot does not serve."""
        return bool(self.elsewhere and self.elsewhere.search(text))

    def is_to_come(self, text: str) -> bool:
        """Say whether a time to come is named."""
        return bool(self.to_come and self.to_come.search(text))

    def is_hailing(self, text: str) -> bool:
        """Say whether somebody only calls to hear whether anybody is there."""
        return bool(self.hailing and self.hailing.search(plain(text)))

    def is_awaiting(self, text: str) -> bool:
        """Say whether somebody asks about the person he waits for."""
        return bool(self.awaiting and self.awaiting.search(plain(text)))

    def is_piece(self, text: str) -> bool:
        """Say whether a text is nothing but a piece of a value."""
        return bool(self.piece and self.piece.search(plain(text)))

    def is_no_fault(self, text: str, start: int) -> bool:
        """Say whether what sounds like a fault at this place is denied by the words before it, or names none."""
        if self.denied and self.denied.search(text[:start]):
            return True
        found = self.harmless.finditer(text) if self.harmless else ()
        return any(match.start() <= start < match.end() for match in found)

    def is_harmless(self, text: str) -> bool:
        """Say whether words stand in a text that sound like a fault and name none."""
        return bool(self.harmless and self.harmless.search(text))

    def further_clauses(self, text: str) -> list[str]:
        """Return the clauses of a message that ask for something of their own."""
        if self.joining is None or self.further is None:
            return []
        return [part.strip() for part in self.joining.split(text) if self.further.search(plain(part))]

    def place_in_list(self, text: str) -> int | None:
        """Return which of several choices is meant by its place, from 0."""
        spoken = plain(text)
        if spoken.isdecimal() and len(spoken) == 1:
            return int(spoken) - 1 if spoken != "0" else None
        return next((place for word, place in self.places if word in spoken), None)


def plain(text: str) -> str:
    """Return a text without spaces and punctuation, in lower case."""
    return _NOISE.sub("", text).lower()
