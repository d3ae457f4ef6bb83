"""What Prometheus learns of turns: how many, what was not understood or answered, who went to a person and why."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import Counter, Histogram

from bot.events import ActionFailed, BotSaid, Event, HandedOver, SessionStarted, UserSaid

TURNS = Counter(
    "gridtalk_turns_total", "Turns by channel, and whether the words were understood", ["channel", "understood"]
)
SESSIONS = Counter("gridtalk_sessions_total", "Conversations that began, by channel", ["channel"])
HANDOFFS = Counter("gridtalk_handoffs_total", "Conversations that went to a person, by reason", ["reason"])
UNANSWERED = Counter("gridtalk_unanswered_total", "Replies that are no answer, by response", ["response"])
FAILED_ACTIONS = Counter("gridtalk_failed_actions_total", "Actions that could not be done", ["action"])
HEARD = Histogram(
    "gridtalk_heard_confidence",
    "How sure the recognition was of spoken words",
    buckets=(0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99),
)
NO_ANSWER = frozenset(
    {
        "utter_not_covered",
        "utter_no_knowledge",
        "utter_suggestions",
        "utter_not_understood_once",
        "utter_not_understood_twice",
    }
)
"""Names of the responses that are no answer."""


def count_turn(channel: str, events: Iterable[Event]) -> None:
    """Count one turn that was written."""
    for event in events:
        match event:
            case UserSaid():
                TURNS.labels(channel, "yes" if event.understood else "no").inc()
                if event.heard < 1.0:
                    HEARD.observe(event.heard)
            case SessionStarted():
                SESSIONS.labels(channel).inc()
            case HandedOver():
                HANDOFFS.labels(event.reason).inc()
            case ActionFailed():
                FAILED_ACTIONS.labels(event.name).inc()
            case BotSaid() if event.response in NO_ANSWER:
                UNANSWERED.labels(event.response).inc()
            case _:
                pass
