"""Items 1 and 2: who speaks, that it is a machine, that the call is recorded."""

from eval.quality.hearing import Evidence, Finding, Hearing
from eval.quality.transcript import Turn


def check_opening(hearing: Hearing) -> Finding:
    """Greeting and identity in the first sentences; the bot says that it is one."""
    opening = hearing.service[: hearing.limits.opening_turns]
    if not opening:
        return Finding(0.0, "没有开场白")
    text = "\n".join(turn.text for turn in (*_notices(hearing), *opening))
    wanted = {"greeting": "问候", "identity": "亮明身份"}
    if hearing.transcript.agent == "bot":
        wanted["ai_disclosure"] = "说明是智能客服"
    missing = [words for name, words in wanted.items() if not hearing.lexicon.has(name, text)]
    evidence = (Evidence(opening[0].n, opening[0].text),)
    if not missing:
        return Finding(1.0, "有问候，亮明了身份", evidence)
    return Finding(0.0 if len(missing) == len(wanted) else 0.5, f"缺少{'、'.join(missing)}", evidence)


def check_recording_notice(hearing: Hearing) -> Finding:
    """The caller is told of the recording before his matter is taken up."""
    spoken = [turn for turn in hearing.turns if turn.role != "customer" and turn.text.strip()]
    for place, turn in enumerate(spoken):
        if hearing.lexicon.has("recording", turn.text):
            is_early = place < hearing.limits.notice_turns
            reason = "已告知录音" if is_early else "录音告知太晚"
            return Finding(1.0 if is_early else 0.5, reason, (hearing.evidence("recording", turn),))
    first = (Evidence(spoken[0].n, spoken[0].text),) if spoken else ()
    return Finding(0.0, "没有告知录音", first)


def _notices(hearing: Hearing) -> list[Turn]:
    """What the system showed before the first sentence of the customer."""
    notices: list[Turn] = []
    for turn in hearing.turns:
        if turn.role == "customer":
            break
        if turn.role == "system":
            notices.append(turn)
    return notices
