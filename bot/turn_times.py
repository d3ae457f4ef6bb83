"""How long the steps of a turn take, for whoever asked before the turn began: a call keeps it in its record."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_TIMES: ContextVar[dict[str, float] | None] = ContextVar("turn_times", default=None)


@contextmanager
def timed_turn() -> Iterator[dict[str, float]]:
    """Yield what the steps of the turn inside take, in seconds: understanding, action."""
    seconds: dict[str, float] = {}
    token = _TIMES.set(seconds)
    try:
        yield seconds
    finally:
        _TIMES.reset(token)


@contextmanager
def turn_step(name: str) -> Iterator[None]:
    """Measure one step; steps of the same name are added up."""
    seconds = _TIMES.get()
    if seconds is None:
        yield
        return
    begin = time.perf_counter()
    try:
        yield
    finally:
        seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - begin
