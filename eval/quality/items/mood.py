"""Items 10 and 11: how we speak, and how the customer feels at the end."""

from __future__ import annotations

import re

from eval.quality.hearing import NOT_APPLICABLE, Evidence, Finding, Hearing
from eval.quality.items.safety import check_safety
from eval.quality.transcript import Turn

_FURIOUS, _NEGATIVE, _POSITIVE = -2, -1, 1
_PACE = re.compile(r"慢|太快|大声|听清")
"""To ask for slower or louder words is no protest."""
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
    upset = [turn for turn in hearing.customer if _is_upset(hearing, turn)]
    if not upset or _is_soothed(hearing):
        return Finding(1.0, "用语得当")
    return Finding(0.5, "客户不满，没有安抚", (Evidence(upset[0].n, upset[0].text),))


def check_mood(hearing: Hearing) -> Finding:
    """The end against the start; neutral throughout is well."""
    moods = [(turn, mood_of(hearing, turn)) for turn in hearing.customer]
    if not moods:
        return Finding(1.0, _UNSTIRRED)
    start, end = moods[0][1], moods[-1][1]
    if end >= start:
        return Finding(1.0, _UNSTIRRED if start == end == 0 else "结束时情绪不比开始差")
    worst = moods[-1][0]
    is_lost = end == _FURIOUS and start > _NEGATIVE
    return Finding(0.0 if is_lost else 0.5, "结束时情绪比开始差", (Evidence(worst.n, worst.text),))


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
    """Furious, or negative in more than one word, or protesting; a danger wants help, not comfort, where it came."""
    lexicon = hearing.lexicon
    if lexicon.has("hazard", turn.text) and hearing.find(check_safety).score == 1.0:
        return False
    mood = mood_of(hearing, turn)
    is_loud = lexicon.count("mood_negative", turn.text) > 1 or lexicon.has("mood_loud", turn.text)
    return (
        mood == _FURIOUS
        or (mood == _NEGATIVE and is_loud)
        or (lexicon.has("protest", turn.text) and not _PACE.search(turn.text))
    )


def _is_soothed(hearing: Hearing) -> bool:
    """Whether a word of understanding came, not before the customer had spoken at all."""
    replies = list(hearing.replies(hearing.customer[0]))
    return not replies or any(hearing.lexicon.has("empathy", turn.text) for turn in replies)
