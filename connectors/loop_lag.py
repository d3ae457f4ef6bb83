"""How late the event loop is: the time that a message waits before anybody looks at it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from prometheus_client import Gauge

EVERY_SECONDS = 0.5
_FADING = 0.9
LAG = Gauge("gridtalk_loop_lag_seconds", "How late the event loop was at most within the last seconds")


@dataclass(slots=True)
class LoopLag:
    """Measures the lag of the loop that it runs in."""

    worst_seconds: float = 0.0
    """Fades by a tenth each half second."""

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            wanted = time.perf_counter() + EVERY_SECONDS
            await asyncio.sleep(EVERY_SECONDS)
            self.note(time.perf_counter() - wanted)

    def note(self, late_seconds: float) -> None:
        """Take one measurement."""
        self.worst_seconds = max(late_seconds, self.worst_seconds * _FADING, 0.0)
        LAG.set(self.worst_seconds)


LOOP_LAG = LoopLag()
"""This process's."""
