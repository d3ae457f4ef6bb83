"""How calls are held: seconds, thresholds, what is kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from speech.phrases import CallPhrases
from speech.protocols import Question


@dataclass(frozen=True, slots=True)
class CallSettings:
    """Settings of all calls of a line."""

    greeting: str
    """Said first, after the notice."""
    first_question: Question = field(default_factory=Question)
    """What the greeting asks."""
    has_agents: bool = False
    """Whether a call can be handed to a person."""
    phrases: CallPhrases = field(default_factory=CallPhrases)
    person_words: str = "转人工"
    """What the bot is told when the ladders end at a person or key 0 is pressed."""
    no_input_seconds: float = 6.0
    filler_seconds: float = 0.8
    still_waiting_seconds: float = 4.0
    """After the last sound: never 5 s of silence while an answer is prepared."""
    give_up_seconds: float = 25.0
    """So long without an answer: an apology; the answer is still said when it comes."""
    false_barge_in_seconds: float = 1.5
    held_reply_seconds: float = 2.5
    least_confidence: float = 0.35
    """Words below this were not understood."""
    sure_of_digits: float = 0.8
    """A dictated number with a digit below this is read back in groups before the bot gets it."""
    least_voiced_seconds: float = 0.4
    """A shorter sound without words is no attempt to speak."""
    longest_call_seconds: float = 1800.0
    is_recorded: bool = True
    back_channels: frozenset[str] = frozenset({"嗯", "啊", "哦", "呃", "嗯嗯", "喂", "哎"})
    """Said while the bot speaks or works, these are not a turn."""
