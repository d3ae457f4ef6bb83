"""What the context decides for certain, beside what the network has learnt from its tokens.

Certain is: a text that is nothing but a value of the slot that was asked for is an answer, and its intent is that of
the flow that asked; a text that is nothing but another value with 「那……呢」 around it repeats the last request; and
「那怎么办理」 wants the business handled that was spoken of before.
"""

import re
from collections.abc import Collection, Sequence
from typing import Final

from nlu.understanding import Context, Entity, Intent

_ANSWER_SHARE: Final = 0.5
"""Part of the text's signs, small words apart, that the value must cover."""
_CERTAIN: Final = 0.97
_GUESS: Final = 0.86
"""Confidence below which a value is there only because it had been asked for."""
_LIKELIER: Final = 0.4
_LONGEST_WISH: Final = 16
_SMALL_WORDS: Final = frozenset("，。！？、,.!?;；… 嗯呃啊吧呢哦噢喂的了是就那个对好我在这你记一下应该说呀嘛")
_SELF_EVIDENT: Final = frozenset({"report_hazard", "request_agent", "correct", "cancel", "wait", "repeat"})
"""Intents that a value in the sentence does not turn into a mere answer."""
_MOVES: Final = frozenset(
    {"greet", "goodbye", "thank", "affirm", "deny", "correct", "cancel", "repeat", "wait", "complain_bot", "chitchat"}
    | {"out_of_scope", "ask_bot", "request_agent"}
)
"""Intents that a follow-up does not repeat."""
_FOLLOW_UP: Final = re.compile(r"^[\s，,]*(?:那么?|还有|要是|换成)?(?P<value>.+?)的?呢[？?。，,\s]*$")
_OUTAGE: Final = "report_outage"
_STOPS: Final = frozenset({"apply_capacity_change", "subscribe_notice"})
"""Intents that 报停电 (to report an outage) resembles by its letters: 报停 is to have the supply paused."""
_REPORTS_OUTAGE: Final = re.compile(r"报(?:个|一下|一个)?停电(?!通知|信息|计划|安排|提醒)")
_CORRECT: Final = "correct"
_PUTS_RIGHT: Final = re.compile(
    r"^(?:哎|啊|呃|嗯|等等|等一下|[，,。\s])*(?:不对|不是的?|(?:说|搞|弄|写)?错了|不{2,}|不，)[了啊呀吧，,。！!\s]*"
    r"(?:应该|我说的)?(?:是|改成|叫|在)(?!不是|吗|吧|怎么|什么)"
)
"""「不对，是21号车位」: what was said before is put right."""
HANDLED: Final = (
    frozenset({"apply_tou", "apply_new_connection", "apply_capacity_change", "transfer_account", "cancel_account"})
    | {"apply_ev_charger", "apply_pv", "bind_account", "update_contact", "subscribe_notice", "request_invoice"}
    | {"verify_meter", "restore_power", "manage_personal_data"}
)
"""Intents that are a business to be handled."""
_WISH: Final = re.compile(
    r"^(?:好的?|行|嗯|可以|材料齐了|那么?|就|[，,。\s])*(?:你|您|我|俺|咱|也|想|要|帮我|给我|替我)*"
    r"(?:怎么|咋|如何|在哪儿?|去哪儿?|到哪儿?|哪里|哪儿)?(?:才|能|可以)*"
    r"(?:办理|申请|申办|开通|办|开|弄)(?:一个|个|一下|下|上|了|吧|呢|啊|呀|的|[，,。？?\s])*$"
)


def is_wish_to_handle(text: str) -> bool:
    """Say whether the text wants something handled without saying what (那怎么办理, 那给我办一个吧)."""
    return len(text) <= _LONGEST_WISH and _WISH.match(text) is not None


def decide_handled(spoken_of: Sequence[Intent]) -> Intent | None:
    """Return the likeliest business among what was spoken of before, likeliest first; none if it was none."""
    return next((Intent(one.name, _CERTAIN) for one in spoken_of if one.name in HANDLED), None)


def decide_from_context(
    text: str, context: Context, entities: Sequence[Entity], best: Intent, known_intents: Collection[str]
) -> Intent | None:
    """Return the intent that the context leaves no doubt about, else none."""
    if best.name in _SELF_EVIDENT:
        return None
    if best.name in _STOPS and _REPORTS_OUTAGE.search(text):
        return Intent(_OUTAGE, _CERTAIN) if _OUTAGE in known_intents else None
    flow, last = context.active_flow, context.last_intent
    if flow is not None and _CORRECT in known_intents and _PUTS_RIGHT.match(text):
        return Intent(_CORRECT, max(_CERTAIN, best.confidence))
    if flow in known_intents and _is_answer(text, context, entities) and not _is_guess(context, entities, best):
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


def _is_guess(context: Context, entities: Sequence[Entity], best: Intent) -> bool:
    """Say whether the value was read into a text that likelier is something else (「多久能到」 after the address)."""
    sureness = max(entity.confidence for entity in entities if entity.entity == context.requested_slot)
    return sureness < _GUESS and best.name != context.active_flow and best.confidence >= _LIKELIER


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
