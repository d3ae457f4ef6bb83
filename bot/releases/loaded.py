"""A release in memory: everything that answers with it, and nothing that releases share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.assistant import Assistant
from bot.project import Project
from bot.tariff_desk import TariffDesk
from bot.turn import Understands
from knowledge_base.live import KnowledgeBase


@dataclass(frozen=True, slots=True, eq=False)
class LoadedRelease:
    """One release, ready to answer."""

    id: str
    project: Project
    nlu: Understands
    knowledge: KnowledgeBase
    tariffs: TariffDesk
    assistant: Assistant
    fingerprint: Callable[[], str]
    """Twelve digits over model, flows, wording and knowledge: what turns are marked with."""
