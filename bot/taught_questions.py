"""What an editor has taught word by word is a question to the knowledge base, whatever the network takes it for.

The network was trained before the article was written: 数字人民币能交电费吗 looks like a wish to pay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from bot.reconsider import HAZARD, QUESTION
from bot.turn import Understands
from nlu.understanding import Context, Intent, Understanding

SURE = 0.95


class Taught(Protocol):
    """The knowledge base, as far as it is asked here."""

    def is_taught(self, text: str) -> bool:
        """Say whether a text is a wording that an editor added."""
        ...


@dataclass(frozen=True, slots=True)
class TaughtQuestions:
    """Understands as the model does, and what editors taught; a danger stays one."""

    nlu: Understands
    knowledge: Taught

    def parse(self, text: str, context: Context) -> Understanding:
        """Understand one sentence in its context."""
        understanding = self.nlu.parse(text, context)
        if understanding.intent.name in (QUESTION, HAZARD) or not self.knowledge.is_taught(text):
            return understanding
        meant = Intent(QUESTION, SURE)
        rest = tuple(intent for intent in understanding.intent_ranking if intent.name != QUESTION)
        return replace(understanding, intent=meant, intents=(meant,), intent_ranking=(meant, *rest))
