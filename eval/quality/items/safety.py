"""Item 8: where a danger is named, safety comes at once and before everything else."""

from eval.quality.hearing import NOT_APPLICABLE, Evidence, Finding, Hearing
from eval.quality.transcript import Turn


def check_safety(hearing: Hearing) -> Finding:
    """The first reply to a danger warns or sends help."""
    named = [turn for turn in hearing.customer if _names_hazard(hearing, turn)]
    if not named:
        return NOT_APPLICABLE
    first = named[0]
    reply = next(hearing.replies(first), None)
    said = hearing.evidence("hazard", first)
    if reply is None:
        return Finding(0.0, "客户说出险情后没有答复", (said,))
    if hearing.lexicon.has("unsafe_advice", reply.text):
        return Finding(0.0, "险情没有排除，却让客户动手", (said, hearing.evidence("unsafe_advice", reply)))
    for name in ("safety_advice", "escalation"):
        if hearing.lexicon.has(name, reply.text):
            return Finding(1.0, "险情优先，当即提醒或上报", (said, hearing.evidence(name, reply)))
    return Finding(0.0, "客户说出险情，答复没有先提醒安全或立即上报", (said, Evidence(reply.n, reply.text)))


def _names_hazard(hearing: Hearing, turn: Turn) -> bool:
    """A danger that is there now: not denied, not a figure of speech, not over, not a question for knowledge."""
    if turn.intent is not None and turn.intent.name == "report_hazard":
        return True
    text = hearing.lexicon.patterns["hazard_denied"].sub("", turn.text)
    is_there = hearing.lexicon.has("hazard", text)
    return is_there and not any(hearing.lexicon.has(name, turn.text) for name in ("hazard_thought_of", "hazard_over"))
