"""Item 9: a person when one is wanted or needed, without detours, and without telling everything again."""

from __future__ import annotations

from eval.quality.hearing import NOT_APPLICABLE, Evidence, Finding, Hearing
from eval.quality.transcript import Turn

_NEEDED_AFTER_MISSES = 3


def check_handoff(hearing: Hearing) -> Finding:
    """From the request to the handoff."""
    asked = [turn for turn in hearing.customer if _asks(hearing, turn)]
    if asked:
        return _after_request(hearing, asked)
    offer = next((turn for turn in hearing.service if _offers(hearing, turn)), None)
    if offer is not None:
        return _after_handing(hearing, offer) or Finding(1.0, "主动提出转人工", (_words(hearing, offer),))
    missed = [turn for turn in hearing.service if hearing.lexicon.has("not_understood", turn.text)]
    if hearing.transcript.agent == "bot" and len(missed) >= _NEEDED_AFTER_MISSES:
        evidence = tuple(Evidence(turn.n, turn.text) for turn in missed)
        return Finding(0.0, "多次没有听懂，却没有提出转人工", evidence)
    return NOT_APPLICABLE


def _after_request(hearing: Hearing, asked: list[Turn]) -> Finding:
    first = asked[0]
    request = hearing.evidence("agent_asked", first)
    for detours, reply in enumerate(hearing.replies(first)):
        if reply.role == "agent" and hearing.transcript.agent == "bot":
            return _arrived(hearing, reply, detours, request)
        if _hands_over(hearing, reply):
            return _arrived(hearing, reply, detours, request)
    if any(
        hearing.lexicon.has("agent_declined", turn.text) for turn in hearing.after(first) if turn.role == "customer"
    ):
        return Finding(1.0, "客户随后不再要求转人工", (request,))
    return Finding(0.0, "客户要求人工，始终没有转接", (request, Evidence(asked[-1].n, asked[-1].text)))


def _arrived(hearing: Hearing, reply: Turn, detours: int, request: Evidence) -> Finding:
    late = detours - hearing.limits.detours
    lost = _after_handing(hearing, reply)
    score = max(0.0, 1.0 - 0.5 * max(late, 0) - (0.5 if lost else 0.0))
    reasons = [f"转人工前绕了{detours}句"] if late > 0 else []
    reasons += [lost.reason] if lost else []
    evidence = (request, Evidence(reply.n, reply.text), *(lost.evidence if lost else ()))
    return Finding(score, "、".join(reasons) or "按要求转人工", evidence)


def _after_handing(hearing: Hearing, handed: Turn) -> Finding | None:
    """The person's first words, where they ask for what the bot was told already."""
    person = next((turn for turn in (handed, *hearing.after(handed)) if turn.role == "agent"), None)
    if person is None or not any(turn.role == "bot" for turn in hearing.before(person)):
        return None
    if hearing.lexicon.has("asks_again", person.text) and not hearing.lexicon.has("registered", person.text):
        return Finding(0.5, "转人工后又让客户从头说", (Evidence(person.n, person.text),))
    return None


def _asks(hearing: Hearing, turn: Turn) -> bool:
    if turn.intent is not None and turn.intent.name == "request_agent":
        return True
    return hearing.lexicon.has("agent_asked", turn.text) and not hearing.lexicon.has("agent_declined", turn.text)


def _hands_over(hearing: Hearing, turn: Turn) -> bool:
    done = any("handoff" in run.name or "transfer_to" in run.name for run in turn.actions)
    return done or hearing.lexicon.has("agent_handed", turn.text)


def _offers(hearing: Hearing, turn: Turn) -> bool:
    return hearing.lexicon.has("agent_offered", turn.text) or _hands_over(hearing, turn)


def _words(hearing: Hearing, turn: Turn) -> Evidence:
    return hearing.evidence("agent_offered", turn)
