"""A clock that stands still until it is moved: a year passes in minutes."""

from __future__ import annotations

from datetime import datetime, timedelta


class MovedClock:
    """Shows the simulated moment; itself a `Clock`."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        """Return the simulated moment."""
        return self._now

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by

    def move_to(self, moment: datetime) -> None:
        """Let time pass until a moment; it never goes back."""
        self._now = max(self._now, moment)
