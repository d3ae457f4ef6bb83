"""Where one verification stands: a pure state machine over codes sent, wrong tries and locks, fed with the time."""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

CODE_LIFE = timedelta(minutes=5)
LEAST_LEFT = timedelta(minutes=1)
"""With less than this left a code is too old to be waited for."""
LOCK_TIME = timedelta(minutes=30)
WRONG_CODES = 5
"""Wrong codes until the lock."""
RESENDS = 3
"""Codes after the first one, within LOCK_TIME."""


class CodeStatus(Enum):
    """What became of a request for a code, or of a code."""

    SENT = "sent"
    LIMIT_REACHED = "limit_reached"
    ACCEPTED = "accepted"
    WRONG = "wrong"
    EXPIRED = "expired"
    NOT_REQUESTED = "not_requested"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class CodeState:
    """One account in one conversation."""

    window_started_at: datetime
    """Counts of sent and wrong codes begin anew LOCK_TIME after this."""
    code_hash: str | None = None
    expires_at: datetime | None = None
    sent_count: int = 0
    wrong_count: int = 0
    locked_until: datetime | None = None

    def renewed(self, at: datetime) -> "CodeState":
        """Begin anew if the window is over."""
        return CodeState(at) if at >= self.window_started_at + LOCK_TIME and not self.is_locked(at) else self

    def is_locked(self, at: datetime) -> bool:
        """Whether neither a request nor a code is taken."""
        return self.locked_until is not None and at < self.locked_until

    def awaits(self, at: datetime) -> bool:
        """Whether a code was sent that can still be said, with time left to look for it."""
        is_live = self.code_hash is not None and self.expires_at is not None and at < self.expires_at - LEAST_LEFT
        return is_live and not self.is_locked(at)

    def with_code(self, code_hash: str, at: datetime) -> tuple["CodeState", CodeStatus]:
        """Take a new code in place of the old one: SENT, LIMIT_REACHED or LOCKED."""
        if self.is_locked(at):
            return self, CodeStatus.LOCKED
        if self.sent_count > RESENDS:
            return self, CodeStatus.LIMIT_REACHED
        sent = replace(self, code_hash=code_hash, expires_at=at + CODE_LIFE, sent_count=self.sent_count + 1)
        return sent, CodeStatus.SENT

    def with_try(self, code_hash: str, at: datetime) -> tuple["CodeState", CodeStatus]:
        """Take a code that was said: ACCEPTED (once), WRONG, EXPIRED, NOT_REQUESTED or LOCKED."""
        if self.is_locked(at):
            return self, CodeStatus.LOCKED
        if self.code_hash is None or self.expires_at is None:
            return self, CodeStatus.NOT_REQUESTED
        if at >= self.expires_at:
            return self, CodeStatus.EXPIRED
        if hmac.compare_digest(self.code_hash, code_hash):
            return CodeState(at), CodeStatus.ACCEPTED
        wrong = replace(self, wrong_count=self.wrong_count + 1)
        if wrong.wrong_count < WRONG_CODES:
            return wrong, CodeStatus.WRONG
        return replace(wrong, code_hash=None, locked_until=at + LOCK_TIME), CodeStatus.LOCKED
