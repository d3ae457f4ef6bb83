"""Named alarms of one call."""

from __future__ import annotations

from enum import Enum


class Alarm(Enum):
    """What is waited for."""

    NO_INPUT = "no_input"
    """The caller says nothing after a prompt."""
    KEYS = "keys"
    """No further key comes."""
    FILLER = "filler"
    """The answer takes long."""
    FALSE_BARGE_IN = "false_barge_in"
    """A voice cut the prompt and no words came."""
    HELD_REPLY = "held_reply"
    """A reply waits for the caller to finish speaking."""
    LONGEST_CALL = "longest_call"
    WATCHDOG = "watchdog"
    """Once a second: is anything still expected to happen?"""


class Timers:
    """Set, cleared, and asked which is due."""

    def __init__(self) -> None:
        self._due: dict[Alarm, float] = {}

    def set(self, alarm: Alarm, at: float) -> None:
        """Let the alarm go off at this loop time; an earlier setting is replaced."""
        self._due[alarm] = at

    def clear(self, *alarms: Alarm) -> None:
        """Let them not go off."""
        for alarm in alarms:
            self._due.pop(alarm, None)

    def is_set(self, alarm: Alarm) -> bool:
        """Whether it will go off."""
        return alarm in self._due

    @property
    def next_at(self) -> float | None:
        """Loop time of the first."""
        return min(self._due.values(), default=None)

    def take_due(self, now: float) -> list[Alarm]:
        """Return and clear those that are due, oldest first."""
        due = sorted((at, alarm.value, alarm) for alarm, at in self._due.items() if at <= now)
        self.clear(*(alarm for _, _, alarm in due))
        return [alarm for _, _, alarm in due]
