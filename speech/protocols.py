"""The vocabulary of speech: what a recognizer hears, what a synthesizer says, what the call asks of the bot.

Sound is mono int16 little-endian at 8000 Hz, in frames of 20 ms (320 bytes). Recognizers block and are called in worker
threads or processes, never on the loop that sends RTP.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

SAMPLE_RATE_HZ = 8000
FRAME_SECONDS = 0.02
FRAME_BYTES = 320
BYTES_PER_SECOND = 16_000
SILENT_FRAME = bytes(FRAME_BYTES)

HintKind = Literal["free", "digits", "yes_no", "amount", "date", "name", "address", "phrases"]


@dataclass(frozen=True, slots=True)
class Hint:
    """What kind of answer the question expects; a recognizer may narrow its grammar or its language model by it."""

    kind: HintKind = "free"
    phrases: tuple[str, ...] = ()
    """Likely answers, as Chinese text; the whole grammar when kind is `phrases`, else a bias."""
    lengths: tuple[int, ...] = ()
    """How many digits the answer may have, where digits are dictated; empty: any."""


@dataclass(frozen=True, slots=True)
class Word:
    """One recognized word."""

    text: str
    start_seconds: float
    """From the first sample that the session accepted."""
    end_seconds: float
    confidence: float
    """0..1"""


@dataclass(frozen=True, slots=True)
class Partial:
    """What a session believes so far; it may still change."""

    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that an utterance may have been."""

    text: str
    """Written form, as in Recognition."""
    weight: float
    """How likely beside the best reading, which has 1: 0..1."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was said in one utterance."""

    text: str
    """Written form: figures as digits, no spaces between Chinese characters; empty when nothing was understood."""
    confidence: float = 0.0
    """0..1 over the whole utterance."""
    alternatives: tuple[Reading, ...] = ()
    """Further readings, best first, without `text`."""
    words: tuple[Word, ...] = ()

    @property
    def least_confidence(self) -> float:
        """That of the word that is least sure: one wrong digit makes a wrong number."""
        return min((word.confidence for word in self.words), default=self.confidence)


class RecognizerSession(Protocol):
    """One utterance. All calls block; one thread at a time."""

    def accept(self, pcm: bytes) -> Partial | None:
        """Take some more sound (any even number of bytes); return a new partial when it has changed."""
        ...

    def finish(self) -> Recognition:
        """End the utterance; the session is of no use afterwards."""
        ...


class Recognizer(Protocol):
    """An engine with its model loaded; shared by all calls."""

    def open(self, hint: Hint) -> RecognizerSession:
        """Begin an utterance. Cheap (milliseconds); may be called from several threads."""
        ...


class Synthesizer(Protocol):
    """Text to sound; shared by all calls."""

    def speak(self, text: str, *, voice: str = "") -> AsyncIterator[bytes]:
        """Yield sound of `text` (figures as digits: the synthesizer normalises), the first piece early.

        Pieces have any even number of bytes. Raises speech.errors.SynthesisFailed.
        """
        ...


TurnKind = Literal["speech", "keys", "silence"]


@dataclass(frozen=True, slots=True)
class CutPrompt:
    """A reply that the caller interrupted, or that was never begun."""

    message_id: str
    """Of the turn that it answered."""
    heard: str
    unheard: str


@dataclass(frozen=True, slots=True)
class CallerTurn:
    """One turn of the caller."""

    text: str
    """Empty is the caller's silence."""
    message_id: str
    kind: TurnKind = "speech"
    confidence: float = 1.0
    alternatives: tuple[Reading, ...] = ()
    cut: tuple[CutPrompt, ...] = ()
    """Replies that were cut since the last turn."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the bot waits for after a reply: how long a pause ends the answer, which keys complete it."""

    hint: Hint = field(default_factory=Hint)
    is_sensitive: bool = False
    """Digits of this answer are never logged and the recording pauses while they are entered."""
    min_digits: int = 0
    max_digits: int = 0
    """0: no keypad entry is asked for; single keys still choose from `choices`."""
    finish_key: str = "#"
    choices: tuple[str, ...] = ()
    """What key 1, 2, 3 ... says for the caller."""


@dataclass(frozen=True, slots=True)
class SpokenReply:
    """One prompt."""

    text: str
    is_protected: bool = False
    """Safety and legal words: not interrupted by speech."""


@dataclass(frozen=True, slots=True)
class Replies:
    """What the bot answers to one turn."""

    prompts: tuple[SpokenReply, ...]
    question: Question = field(default_factory=Question)
    transfer_summary: str | None = None
    """Not None: the caller goes to a person after the prompts, with this summary."""
    is_urgent: bool = False
    """The transfer concerns a danger and goes first."""
    hangs_up: bool = False
    read_as: str = ""
    """What the turn was taken for, where another reading than the first was meant."""
    seconds_by_step: tuple[tuple[str, float], ...] = ()
    """(understanding | action | ..., seconds) of this turn, for the call record."""


Respond = Callable[[CallerTurn], Awaitable[Replies]]
