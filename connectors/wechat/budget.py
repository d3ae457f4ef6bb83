"""The quota of pushes, planned: what WeChat allows, and what of it each purpose may use.

A message of the customer allows 5 pushes in 48 hours; a click on the menu, a follow, a scan allow 3 within a minute.
Of the five: one answer, one card, one question for satisfaction, two in reserve for a person. An answer may use what
card and question leave, never the reserve. Source: the platform's pages on customer-service messages (客服消息).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

MESSAGE_PUSHES, MESSAGE_SECONDS = 5, 48 * 3600.0
EVENT_PUSHES, EVENT_SECONDS = 3, 60.0
KEPT_BACK: Mapping[str, int] = {"answer": 2, "card": 3, "csat": 2, "agent": 0, "reply": 0}
"""Pushes that must be left after one for this purpose; `reply` is an answer where every answer is a push (微信客服)."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What may still be pushed to one customer; times in seconds by the set clock."""

    pushes: int = 0
    until: float = 0.0
    quick_pushes: int = 0
    """Those of an event, gone within a minute."""
    quick_until: float = 0.0

    def after_message(self, now: float) -> Budget:
        """The customer has written."""
        return replace(self, pushes=MESSAGE_PUSHES, until=now + MESSAGE_SECONDS)

    def after_event(self, now: float) -> Budget:
        """The customer has clicked, followed, or scanned."""
        return replace(self, quick_pushes=EVENT_PUSHES, quick_until=now + EVENT_SECONDS)

    def after_push(self, purpose: str, now: float) -> Budget | None:
        """Return what is left after a push for this purpose; None where it is not to be made."""
        if self.quick_pushes > 0 and now < self.quick_until:
            return replace(self, quick_pushes=self.quick_pushes - 1)
        left = self.pushes if now < self.until else 0
        if left - 1 < KEPT_BACK.get(purpose, KEPT_BACK["answer"]):
            return None
        return replace(self, pushes=left - 1)

    def is_over_time(self, now: float) -> bool:
        """Say whether the customer has not written for 48 hours."""
        return now >= self.until and now >= self.quick_until

    def used_up(self) -> Budget:
        """WeChat has said that nothing is left."""
        return replace(self, pushes=0, quick_pushes=0)
