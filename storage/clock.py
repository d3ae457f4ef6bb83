"""The one clock: it starts at GRIDTALK_NOW where that is set, and runs on, so that timeouts and limits still pass.

Times are aware and in China Standard Time (UTC+8, without daylight saving): months, dates and office hours of a utility
are those of the wall clock there.
"""

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from storage.errors import ClockUnreadable

Clock = Callable[[], datetime]
"""Returns the present moment as an aware datetime."""

CHINA = timezone(timedelta(hours=8), "CST")


def system_clock() -> datetime:
    """Return the present moment; itself a `Clock`, to be handed on uncalled.

    Raises ClockUnreadable where GRIDTALK_NOW is set to something else than ISO 8601 with a zone.
    """
    setting = os.environ.get("GRIDTALK_NOW", "").strip()
    if not setting:
        return datetime.now(CHINA)
    return _started_clock(setting)()


def build_clock(start: datetime, *, elapsed_seconds: Callable[[], float] = time.monotonic) -> Clock:
    """Build a clock that shows `start` (aware) now and runs on with `elapsed_seconds`."""
    if start.tzinfo is None:
        raise ClockUnreadable(f"the clock's start {start.isoformat()} has no zone, for instance +08:00")
    origin = elapsed_seconds()

    def read() -> datetime:
        return (start + timedelta(seconds=elapsed_seconds() - origin)).astimezone(CHINA)

    return read


def parse_start(text: str) -> datetime:
    """Parse ISO 8601 with zone, for instance 2026-11-21T09:00:00+08:00; raises ClockUnreadable."""
    try:
        start = datetime.fromisoformat(text)
    except ValueError as error:
        raise ClockUnreadable(
            f"GRIDTALK_NOW={text!r} is no ISO 8601 time, for instance 2026-11-21T09:00:00+08:00"
        ) from error
    if start.tzinfo is None:
        raise ClockUnreadable(f"GRIDTALK_NOW={text!r} has no zone, for instance +08:00")
    return start


@lru_cache(maxsize=8)
def _started_clock(setting: str) -> Clock:
    return build_clock(parse_start(setting))
