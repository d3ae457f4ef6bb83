"""The bot's parts as the service interface asks for them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import Histogram

from bot.assembly import Bot
from bot.tracker import render_tracker
from knowledge_base.tariffs.calculation import render_calculation
from knowledge_base.tariffs.calculator import calculate
from knowledge_base.tariffs.request import parse_tariff_request
from nlu.understanding import parse_context, render_understanding

PARSE_SECONDS = Histogram(
    "gridtalk_parse_seconds", "Time to understand one sentence", buckets=(0.001, 0.002, 0.003, 0.005, 0.01, 0.05, 0.1)
)


@dataclass(frozen=True, slots=True)
class BotOperations:
    """Answers the service interface from a running bot."""

    bot: Bot
    started_at: float = field(default_factory=time.monotonic)

    def parse(self, text: str, context: dict[str, Any] | None) -> Mapping[str, Any]:
        """Understand one sentence."""
        with PARSE_SECONDS.time():
            understanding = self.bot.nlu.parse(text, parse_context(context))  # type: ignore[arg-type]
        return render_understanding(understanding)

    def calculate_tariff(self, request: Any) -> Mapping[str, Any]:
        """Calculate a bill."""
        return render_calculation(calculate(parse_tariff_request(request), self.bot.tariffs.book))

    async def tracker(self, sender_id: str) -> Mapping[str, Any]:
        """Return a conversation's state and events."""
        conversation = await self.bot.assistant.conversation(sender_id)
        turns = await self.bot.assistant.turns(sender_id)
        return render_tracker(conversation, turns, self.bot.release())

    def release(self) -> str:
        """Return the release id."""
        return self.bot.release()

    def is_ready(self) -> bool:
        """Say whether everything is loaded and the demo's data are there."""
        return self.bot.ready.is_set()
