"""The parts of one call that its pieces of behaviour share."""

from __future__ import annotations

from dataclasses import dataclass

from speech.call_record import CallRecord
from speech.call_settings import CallSettings
from speech.ladders import Ladders
from speech.listener import Listener
from speech.prompter import Prompter
from speech.recording import Recording
from speech.timers import Timers
from speech.turn_taker import TurnTaker


@dataclass(frozen=True, slots=True)
class CallParts:
    """Everything that hearing, keys and the loop work on."""

    settings: CallSettings
    record: CallRecord
    recording: Recording | None
    timers: Timers
    ladders: Ladders
    prompter: Prompter
    turns: TurnTaker
    listener: Listener

    def fall_silent(self) -> None:
        """Something else is wanted than what is being said; protected words go on."""
        if self.prompter.is_speaking and not self.prompter.speaker.is_protected:
            self.prompter.cut()
        self.prompter.drop_cut()
