"""Items 10 and 11: how we speak, and how the customer feels at the end."""

from __future__ import annotations

from eval.quality.hearing import NOT_APPLICABLE, Evidence, Finding, Hearing
from eval.quality.transcript import Turn

_FURIOUS, _NEGATIVE, _POSITIVE = -2, -1, 1
_UNSTIRRED = "情绪平稳"


def check_tone(hearing: Hearing) -> Finding:
    """No forbidden words; a word of understanding where the customer is upset."""
    if not hearing.service:
        return NOT_APPLICABLE
    forbidden = [turn for turn in hearing.service if hearing.lexicon.has("forbidden", turn.text)]
    if forbidden:
        return Finding(0.0, "出现服务忌语", tuple(hearing.evidence("forbidden", turn) for turn in forbidden))
    blunt = [turn for turn in hearing.service if hearing.lexicon.has("blunt", turn.text)]
    if blunt:
        return Finding(0.5, "语气生硬", tuple(hearing.evidence("blunt", turn) for turn in blunt))
    upset = next((turn for turn in hearing.customer if _is_upset(hearing, turn)), None)
    if upset is None or _is_soothed(hearing, upset):
        return Finding(1.0, "用语得当")
    return Finding(0.5, "客户不满，没有安抚", (Evidence(upset.n, upset.text),))


def check_mood(hearing: Hearing) -> Finding:
    """The end against the start; neutral throughout is well."""
    moods = [(turn, mood_of(hearing, turn)) for turn in hearing.customer]
    if not moods:
        return Finding(1.0, _UNSTIRRED)
    start, end = moods[0][1], moods[-1][1]
    if end >= start:
        return Finding(1.0, _UNSTIRRED if start == end == 0 else "结束时情绪不比开始差")
    worst = moods[-1][0]
    return Finding(0.0 if end < 0 else 0.5, "结束时情绪比开始差", (Evidence(worst.n, worst.text),))


def mood_of(hearing: Hearing, turn: Turn) -> int:
    """-2 furious, -1 negative, 0 neutral, 1 positive."""
    lexicon = hearing.lexicon
    if lexicon.has("mood_furious", turn.text):
        return _FURIOUS
    negative = lexicon.count("mood_negative", turn.text)
    positive = lexicon.count("mood_positive", turn.text)
    if negative > positive:
        return _NEGATIVE
    return _POSITIVE if positive > negative else 0


def _is_upset(hearing: Hearing, turn: Turn) -> bool:
    """Furious, or negative in more than one word; a danger wants help, not comfort."""
    if hearing.lexicon.has("hazard", turn.text):
        return False
    mood = mood_of(hearing, turn)
    return mood == _FURIOUS or (mood == _NEGATIVE and hearing.lexicon.count("mood_negative", turn.text) > 1)


def _is_soothed(hearing: Hearing, upset: Turn) -> bool:
    replies = list(hearing.replies(upset))
    return not replies or any(hearing.lexicon.has("empathy", turn.text) for turn in replies)
