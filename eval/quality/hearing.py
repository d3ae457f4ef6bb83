"""One conversation opened for the checkers, and what a checker finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from eval.quality.rubric import Lexicon, Limits, Rubric
from eval.quality.transcript import Transcript, Turn


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a finding rests on: the turn, and the words where words decided."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one item."""

    score: float | None
    """0.0 to 1.0; None: not applicable."""
    reason: str
    evidence: tuple[Evidence, ...] = ()


Check = Callable[["Hearing"], Finding]

NOT_APPLICABLE = Finding(None, "不适用")


@dataclass(frozen=True)
class Hearing:
    """A transcript with the rubric's words and numbers at hand."""

    transcript: Transcript
    rubric: Rubric
    _findings: dict[Check, Finding] = field(default_factory=dict)

    def find(self, check: Check) -> Finding:
        """Return what a checker finds; one that others build on is run once."""
        if check not in self._findings:
            self._findings[check] = check(self)
        return self._findings[check]

    @property
    def lexicon(self) -> Lexicon:
        """Words."""
        return self.rubric.lexicon

    @property
    def limits(self) -> Limits:
        """Numbers."""
        return self.rubric.limits

    @property
    def turns(self) -> Sequence[Turn]:
        """All turns in order."""
        return self.transcript.turns

    @cached_property
    def service(self) -> tuple[Turn, ...]:
        """What bot and staff said; a turn without words that only did something is no utterance."""
        return tuple(turn for turn in self.turns if turn.is_service and turn.text.strip())

    @cached_property
    def customer(self) -> tuple[Turn, ...]:
        """What the customer said."""
        return tuple(turn for turn in self.turns if turn.role == "customer" and turn.text.strip())

    @cached_property
    def day(self) -> date | None:
        """The day of the conversation, where its turns bear times."""
        return next((turn.at.date() for turn in self.turns if turn.at is not None), None)

    @cached_property
    def _index(self) -> dict[int, int]:
        return {turn.n: index for index, turn in enumerate(self.turns)}

    def before(self, turn: Turn) -> Sequence[Turn]:
        """The turns before one."""
        return self.turns[: self._index[turn.n]]

    def after(self, turn: Turn) -> Sequence[Turn]:
        """The turns after one."""
        return self.turns[self._index[turn.n] + 1 :]

    def replies(self, turn: Turn) -> Iterator[Turn]:
        """What bot and staff said after a turn."""
        return (later for later in self.after(turn) if later.is_service and later.text.strip())

    def said_before(self, turn: Turn) -> str:
        """All that the customer had said before a turn."""
        return "\n".join(earlier.text for earlier in self.before(turn) if earlier.role == "customer")

    def evidence(self, name: str, turn: Turn) -> Evidence:
        """The words of a turn that a list names, or the whole turn."""
        match = self.lexicon.find(name, turn.text)
        return Evidence(turn.n, match.group() if match else turn.text)
