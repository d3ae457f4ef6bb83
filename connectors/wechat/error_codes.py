"""WeChat's error codes, and what each means for us."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Remedy(Enum):
    """What to do about an error code."""

    RETRY = "retry"
    """Busy: again with back-off, three times at most."""
    NEW_TOKEN = "new_token"
    """One refresh for all workers, then once again."""
    CONFIGURATION = "configuration"
    """App id, secret, or our address is wrong: nothing works until an operator has acted."""
    UNREACHABLE = "unreachable"
    """Unknown to the account, or not following."""
    SHORTEN = "shorten"
    PAUSE_DAY = "pause_day"
    PAUSE_MINUTE = "pause_minute"
    NOTICE = "notice"
    """Outside the 48 hours: a template or subscription message, where there is one."""
    HOLD = "hold"
    """Over the five: the letter goes out with the next answer."""
    IGNORE = "ignore"
    """About typing: nobody misses it."""
    NO_PERMISSION = "no_permission"
    """The account may not use this; the feature is off until it may."""
    REFUSE = "refuse"
    """Anything else: it will not work a second time either."""


REMEDIES: Mapping[int, Remedy] = {
    -1: Remedy.RETRY,
    40001: Remedy.NEW_TOKEN,
    40014: Remedy.NEW_TOKEN,
    42001: Remedy.NEW_TOKEN,
    40013: Remedy.CONFIGURATION,
    40125: Remedy.CONFIGURATION,
    41004: Remedy.CONFIGURATION,
    40164: Remedy.CONFIGURATION,
    40003: Remedy.UNREACHABLE,
    43004: Remedy.UNREACHABLE,
    48002: Remedy.UNREACHABLE,
    45002: Remedy.SHORTEN,
    45009: Remedy.PAUSE_DAY,
    45011: Remedy.PAUSE_MINUTE,
    45015: Remedy.NOTICE,
    45047: Remedy.HOLD,
    45072: Remedy.IGNORE,
    45080: Remedy.IGNORE,
    45081: Remedy.IGNORE,
    48001: Remedy.NO_PERMISSION,
}


def remedy_for(code: int) -> Remedy:
    """Return what to do."""
    return REMEDIES.get(code, Remedy.REFUSE)
