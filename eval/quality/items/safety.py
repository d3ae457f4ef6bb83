"""Item 8: where a danger is named, safety comes at once and before everything else."""

from __future__ import annotations

import re

from eval.quality.hearing import NOT_APPLICABLE, Evidence, Finding, Hearing
from eval.quality.transcript import Turn

_CLAUSE = re.compile(r"[^，,。！!？?；;\n]+[，,。！!？?；;\n]*")
_FORBIDS = re.compile(r"(?:别|不要|不能|勿|严禁|禁止|不得|不可|不准)[^，,。！!？?；;]{0,12}")
_ASKS = re.compile(r"[？?]|吗|有没有|是不是|是否")
_SENDS_HELP = re.compile(r"hazard|escalat|emergen|handoff|transfer|dispatch|urgent", re.IGNORECASE)


def check_safety(hearing: Hearing) -> Finding:
    """The first reply to a danger warns or sends help; none that follows lets the customer touch it."""
    first = next((turn for turn in hearing.customer if _names_hazard(hearing, turn)), None)
    if first is None:
        return NOT_APPLICABLE
    reply = next(hearing.replies(first), None)
    said = hearing.evidence("hazard", first)
    if reply is None:
        return Finding(0.0, "客户说出险情后没有答复", (said,))
    for turn in hearing.replies(first):
        unsafe = hearing.lexicon.find("unsafe_advice", _FORBIDS.sub("", turn.text))
        if unsafe is not None:
            return Finding(0.0, "险情没有排除，却让客户动手", (said, Evidence(turn.n, unsafe.group())))
    if _is_helped(hearing, first, reply):
        return Finding(1.0, "险情优先，当即提醒或上报", (said, Evidence(reply.n, reply.text)))
    return Finding(0.0, "客户说出险情，答复没有先提醒安全或立即上报", (said, Evidence(reply.n, reply.text)))


def _is_helped(hearing: Hearing, first: Turn, reply: Turn) -> bool:
    """Whether words or log up to the first reply warn or send help; help on a condition is none."""
    lexicon = hearing.lexicon
    if lexicon.has("safety_advice", reply.text):
        return True
    sure = lexicon.patterns["escalation_withheld"].sub("", reply.text)
    if lexicon.has("escalation", sure):
        return True
    between = [turn for turn in hearing.after(first) if turn.n == reply.n or turn in hearing.before(reply)]
    return any(
        any(run.ok and _SENDS_HELP.search(run.name) for run in turn.actions)
        or (turn.role == "system" and lexicon.has("escalation", turn.text))
        for turn in between
    )


def _names_hazard(hearing: Hearing, turn: Turn) -> bool:
    """A danger that is there now: not denied, not a figure of speech, not over, not a question for knowledge."""
    if turn.intent is not None and turn.intent.name == "report_hazard":
        return True
    lexicon = hearing.lexicon
    if not lexicon.has("hazard", turn.text):
        return _affirms(hearing, turn)
    if lexicon.has("hazard_studied", turn.text) and not lexicon.has("hazard_urgent", turn.text):
        return False
    if lexicon.has("hazard_over", turn.text) and not lexicon.has("hazard_now", turn.text):
        return False
    thought = lexicon.patterns["hazard_thought_of"].sub("", turn.text)
    return lexicon.has("hazard", lexicon.patterns["hazard_denied"].sub("", thought))


def _affirms(hearing: Hearing, turn: Turn) -> bool:
    """Whether it says yes to our question for smoke, smell or sparks."""
    if not hearing.lexicon.has("hazard_affirmed", turn.text):
        return False
    asked = next((earlier for earlier in reversed(hearing.before(turn)) if earlier.is_service), None)
    return asked is not None and any(
        _ASKS.search(clause) and hearing.lexicon.has("hazard", clause) for clause in _CLAUSE.findall(asked.text)
    )
