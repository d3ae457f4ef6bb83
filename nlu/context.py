"""What the context decides for certain, beside what the network has learnt from its tokens.

Certain is: a text that is nothing but a value of the slot that was asked for is an answer, and its intent is that of
the flow that asked; and a text that is nothing but another value with 「那……呢」 around it repeats the last request.
"""

import re
from collections.abc import Collection, Sequence
from typing import Final

from nlu.understanding import Context, Entity, Intent

_ANSWER_SHARE: Final = 0.5
"""Part of the text's signs, small words apart, that the value must cover."""
_CERTAIN: Final = 0.97
_SMALL_WORDS: Final = frozenset("，。！？、,.!?;；… 嗯呃啊吧呢哦噢喂的了是就那个对好我在这你记一下应该说呀嘛")
_SELF_EVIDENT: Final = frozenset({"report_hazard", "request_agent", "correct", "cancel", "wait", "repeat"})
"""Intents that a value in the sentence does not turn into a mere answer."""
_MOVES: Final = frozenset(
    {"greet", "goodbye", "thank", "affirm", "deny", "correct", "cancel", "repeat", "wait", "complain_bot", "chitchat"}
    | {"out_of_scope", "ask_bot", "request_agent"}
)
"""Intents that a follow-up does not repeat."""
_FOLLOW_UP: Final = re.compile(r"^[\s，,]*(?:那么?|还有|要是|换成)?(?P<value>.+?)的?呢[？?。，,\s]*$")


def decide_from_context(
    text: str, context: Context, entities: Sequence[Entity], best: Intent, known_intents: Collection[str]
) -> Intent | None:
    """Return the intent that the context leaves no doubt about, else none."""
    if best.name in _SELF_EVIDENT:
        return None
    flow, last = context.active_flow, context.last_intent
    if flow in known_intents and _is_answer(text, context, entities):
        return Intent(str(flow), max(_CERTAIN, best.confidence))
    if last in known_intents and last not in _MOVES and _is_follow_up(text, entities):
        return Intent(str(last), max(_CERTAIN, best.confidence))
    return None


def _is_answer(text: str, context: Context, entities: Sequence[Entity]) -> bool:
    """Say whether the text is hardly more than a value of the slot that was asked for."""
    if context.requested_slot is None:
        return False
    is_given = any(entity.entity == context.requested_slot for entity in entities)
    return is_given and _covered_share(text, entities) >= _ANSWER_SHARE


def _is_follow_up(text: str, entities: Sequence[Entity]) -> bool:
    """Say whether the text is 「那……呢」 around one value and nothing else."""
    match = _FOLLOW_UP.match(text)
    if match is None or len(entities) != 1:
        return False
    return entities[0].start <= match.start("value") + 1 and entities[0].end >= match.end("value") - 1


def _covered_share(text: str, entities: Sequence[Entity]) -> float:
    """Return which part of the telling signs belongs to some entity."""
    inside = {place for entity in entities for place in range(entity.start, entity.end)}
    telling = [place for place, sign in enumerate(text) if place in inside or sign not in _SMALL_WORDS]
    return len(inside) / len(telling) if telling else 0.0
