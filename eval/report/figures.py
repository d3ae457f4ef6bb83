"""Figures of a period, as a whole and by channel, region, intent, release and day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from eval.report.facts import ConversationFacts
from eval.report.tables import ServiceTable
from storage.clock import CHINA

Key = Callable[[ConversationFacts], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares are 0 to 1; None where nothing was measured."""

    conversations: int
    messages: int
    contained: float | None
    handed_over: float | None
    resolved_24h: float | None
    """Without a person, answered, and not come again for the same within 24 hours."""
    resolved_7d: float | None
    """The same within seven days."""
    came_again_7d: float | None
    csat: float | None
    """Mean of 1 to 5."""
    rated: int
    quality: float | None
    """Mean of 0 to 100."""
    fatal: int
    """Conversations with a fatal item."""
    unanswered: int
    not_understood: int
    failures: int


@dataclass(frozen=True, slots=True)
class Report:
    """All tables of a report."""

    title: str
    whole: Figures
    by: dict[str, dict[str, Figures]]
    """Name of the division -> part -> figures, the largest part first; days in order."""
    handoff_reasons: dict[str, int]
    failed_actions: dict[str, int]
    service: tuple[ServiceTable, ...] = ()
    """Beside the bot's conversations: answer times, people, promises, quality by agent."""


DIVISIONS: dict[str, Key] = {
    "渠道": lambda fact: (fact.channel,),
    "地区": lambda fact: (fact.region or "未知",),
    "业务": lambda fact: fact.intents or ("无",),
    "版本": lambda fact: (fact.release,),
    "日期": lambda fact: (datetime.fromtimestamp(fact.started_at, CHINA).date().isoformat(),),
}


def build_report(title: str, facts: Sequence[ConversationFacts]) -> Report:
    """Count a period; a conversation about two matters counts in both."""
    return Report(
        title,
        count(facts),
        {name: _divided(facts, key, is_ordered=name == "日期") for name, key in DIVISIONS.items()},
        dict(Counter(reason for fact in facts for reason in fact.handoffs).most_common()),
        dict(Counter(name for fact in facts for name in fact.failures).most_common()),
    )


def count(facts: Sequence[ConversationFacts]) -> Figures:
    """Count one part."""
    rated = [fact.csat for fact in facts if fact.csat is not None]
    scored = [fact.quality for fact in facts if fact.quality is not None]
    return Figures(
        conversations=len(facts),
        messages=sum(fact.turns for fact in facts),
        contained=_share(fact.is_contained for fact in facts),
        handed_over=_share(not fact.is_contained for fact in facts),
        resolved_24h=_share(fact.is_resolved for fact in facts),
        resolved_7d=_share(fact.is_resolved_7d for fact in facts),
        came_again_7d=_share(fact.repeat_7d for fact in facts),
        csat=round(sum(rated) / len(rated), 2) if rated else None,
        rated=len(rated),
        quality=round(sum(scored) / len(scored), 1) if scored else None,
        fatal=sum(bool(fact.fatal) for fact in facts),
        unanswered=sum(fact.unanswered for fact in facts),
        not_understood=sum(fact.not_understood for fact in facts),
        failures=sum(len(fact.failures) for fact in facts),
    )


def _divided(facts: Sequence[ConversationFacts], key: Key, *, is_ordered: bool) -> dict[str, Figures]:
    parts: dict[str, list[ConversationFacts]] = {}
    for fact in facts:
        for name in key(fact):
            parts.setdefault(name, []).append(fact)
    names = sorted(parts) if is_ordered else sorted(parts, key=lambda name: (-len(parts[name]), name))
    return {name: count(parts[name]) for name in names}


def _share(outcomes: Iterable[bool]) -> float | None:
    results = list(outcomes)
    return round(sum(results) / len(results), 4) if results else None
