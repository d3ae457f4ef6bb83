"""Waiting for the caller: from the end of a prompt until he speaks, with the questions whether he is still there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from speech.call_parts import CallParts
from speech.ladders import Step
from speech.timers import Alarm

_SOON_SECONDS = 1.0


class Waiting:
    """Counts the caller's silence."""

    def __init__(
        self, parts: CallParts, *, caller_waits: Callable[[], bool], is_collecting: Callable[[], bool]
    ) -> None:
        """caller_waits: whether he waits for us, for an answer or a person; is_collecting: whether he presses keys."""
        self._parts = parts
        self._caller_waits = caller_waits
        self._is_collecting = is_collecting
        self._due = 0.0

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def begin(self, *, is_fresh: bool = True) -> None:
        """Wait for the caller to say something; is_fresh: his time begins anew."""
        parts = self._parts
        if parts.prompter.is_speaking or self._caller_waits() or self._is_collecting():
            return
        if is_fresh:
            self._due = self._now + parts.settings.no_input_seconds
        parts.listener.attend()
        parts.timers.set(Alarm.NO_INPUT, max(self._due, self._now + _SOON_SECONDS))

    def watch(self) -> None:
        """Whatever went wrong: somebody is always waited for, or spoken to. Asked for again once a second."""
        parts = self._parts
        parts.timers.set(Alarm.WATCHDOG, self._now + _SOON_SECONDS)
        is_idle = not (parts.prompter.is_speaking or self._caller_waits() or parts.prompter.has_cut)
        if is_idle and not parts.listener.is_caller_speaking and not parts.timers.is_set(Alarm.NO_INPUT):
            self.begin(is_fresh=False)

    def nothing_heard(self) -> bool:
        """The time is up: the bot asks whether he is there; True when it has asked often enough."""
        parts = self._parts
        if parts.listener.is_caller_speaking or parts.prompter.is_speaking or self._caller_waits():
            return False
        parts.record.count("no_inputs")
        if parts.ladders.no_input() is not Step.PERSON:
            parts.turns.take("", "silence")
            return False
        parts.ladders.understood()
        return True
