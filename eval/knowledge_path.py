"""The bot's whole knowledge path, as `gridtalk test kb` measures it: articles, price tables and the bill calculator.

Each question is a conversation of its own with the real engine; the intent is the likeliest one among those that
knowledge answers, so that this measures knowledge and `gridtalk test nlu` measures understanding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from bot.assembly import Bot, build_bot
from bot.conversation import Conversation
from bot.message import UserMessage
from bot.turn import TurnEngine, Understands
from eval.kb import FoundAnswer, KnowledgeQuestion, KnowledgeReport, evaluate_knowledge
from nlu.understanding import Context, Intent, Understanding
from storage.clock import system_clock

KNOWLEDGE_INTENTS = ("ask_knowledge", "query_tariff", "calculate_bill", "energy_saving_advice")
OUT_OF_SCOPE = "out_of_scope"
SURE = 0.9
ACCOUNT_INTENTS = ("query_balance", "query_bill", "query_usage", "query_ticket", "query_payment_record")
"""Questions about the customer's own account, which only the verified account answers."""
SURE_OF_ACCOUNT = 0.97


@dataclass(frozen=True, slots=True)
class KnowledgeOnly:
    """Hears knowledge questions in everything but what surely is out of scope or about the customer's own account."""

    nlu: Understands

    def parse(self, text: str, context: Context) -> Understanding:
        """Understand, and keep the likeliest intent that knowledge answers."""
        understanding = self.nlu.parse(text, context)
        ranked = {intent.name: intent.confidence for intent in reversed(understanding.intent_ranking)}
        if ranked.get(OUT_OF_SCOPE, 0.0) >= SURE:
            return understanding
        is_own = max(ranked.get(name, 0.0) for name in ACCOUNT_INTENTS) >= SURE_OF_ACCOUNT
        name = OUT_OF_SCOPE if is_own else self._knowledge_intent(ranked)
        intent = Intent(name, 1.0)
        return replace(understanding, intent=intent, intents=(intent,), intent_ranking=(intent,))

    @staticmethod
    def _knowledge_intent(ranked: dict[str, float]) -> str:
        name = max(KNOWLEDGE_INTENTS, key=lambda name: ranked.get(name, 0.0))
        if ranked.get(name, 0.0) < 0.1:
            return KNOWLEDGE_INTENTS[0]
        return name


async def run_knowledge_test(questions: tuple[KnowledgeQuestion, ...], project: Path) -> KnowledgeReport:
    """Ask the bot of a project every question."""
    bot = await build_bot(project, system_clock)
    bot.ready.set()  # no question here needs the back ends' data, and nobody makes it
    try:
        engine = replace(bot.assistant.engine, nlu=KnowledgeOnly(bot.nlu))
        found = [await _ask(bot, engine, question, number) for number, question in enumerate(questions)]
    finally:
        await bot.close()
    answers = iter(found)
    return evaluate_knowledge(lambda _question, _region: next(answers), questions)


async def _ask(bot: Bot, engine: TurnEngine, question: KnowledgeQuestion, number: int) -> FoundAnswer:
    conversation = Conversation(f"kb-{number}", bot.project.domain.initial_slots())
    message = UserMessage(question.question, conversation.sender_id, "app", f"kb-{number}", question.region)
    record = await engine.take_turn(conversation, message)
    texts = [reply.text for reply in record.replies if reply.custom.get("sources")]
    sources = [source for reply in record.replies for source in reply.custom.get("sources", [])]
    if not texts:
        return FoundAnswer(None, (), 0.0)
    score = max((float(source.get("score", 1.0)) for source in sources), default=1.0)
    return FoundAnswer("\n".join(texts), tuple(f"{source['id']}@{source['version']}" for source in sources), score)
