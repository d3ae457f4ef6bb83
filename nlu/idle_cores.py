"""How many cores of this machine have nothing to do; threads that wait for each other on busy ones are slow."""

import os
import time
from pathlib import Path
from typing import Final

_STATISTICS: Final = Path("/proc/stat")
_IDLE_COLUMN: Final = 4
_TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")


def count_idle_cores(seconds: float = 1.0) -> int:
    """Return the idle cores within the next `seconds`, at least one; all of them where the system does not say."""
    if not _STATISTICS.is_file():
        return os.cpu_count() or 1
    before, began = _idle_ticks(), time.monotonic()
    time.sleep(seconds)
    ticks = (_idle_ticks() - before) / (time.monotonic() - began)
    return max(1, round(ticks / _TICKS_PER_SECOND))


def _idle_ticks() -> int:
    """Return the time that all cores together have been idle since the start, in ticks."""
    return int(_STATISTICS.read_text(encoding="ascii").split("\n", 1)[0].split()[_IDLE_COLUMN])
