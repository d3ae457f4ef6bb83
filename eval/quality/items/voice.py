"""Item 12: silence, pace and length on the phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from eval.quality.hearing import Evidence, Finding, Hearing
from eval.quality.transcript import Turn

Fault = tuple[str, Evidence]
_SENTENCE = re.compile(r"[^。！？!?\n；;]*[\w\u4e00-\u9fff][^。！？!?\n；;]*")
_SPOKEN = re.compile(r"[\w\u4e00-\u9fff]")
_SHORTEST_TIMED_SECONDS = 1.0


def check_voice(hearing: Hearing) -> Finding:
    """One fault halves the score, two take it."""
    faults = [*_silences(hearing), *_paces(hearing), *_lengths(hearing)]
    evidence = tuple(found for _, found in faults)
    reason = "、".join(words for words, _ in faults) or "语速、停顿和长度合适"
    return Finding((1.0, 0.5, 0.0)[min(len(faults), 2)], reason, evidence)


def _silences(hearing: Hearing) -> Iterator[Fault]:
    for before, after in pairwise(turn for turn in hearing.turns if turn.text.strip()):
        if before.end_seconds is None or after.start_seconds is None or not after.is_service:
            continue
        wait = after.start_seconds - before.end_seconds
        if wait <= hearing.limits.silence_seconds or _announced(hearing, before):
            continue
        yield f"静默{wait:.0f}秒没有说明", Evidence(after.n, f"{before.end_seconds:.1f}–{after.start_seconds:.1f}秒")


def _announced(hearing: Hearing, before: Turn) -> bool:
    """Whether the last thing that we said asked for patience."""
    own = before if before.is_service else next((t for t in reversed(hearing.before(before)) if t.is_service), None)
    return own is not None and hearing.lexicon.has("announces_wait", own.text)


def _paces(hearing: Hearing) -> Iterator[Fault]:
    for turn in hearing.service:
        if turn.start_seconds is None or turn.end_seconds is None:
            continue
        seconds = turn.end_seconds - turn.start_seconds
        if seconds < _SHORTEST_TIMED_SECONDS:
            continue
        pace = len(_SPOKEN.findall(turn.text)) / seconds
        if pace > hearing.limits.characters_per_second:
            yield f"语速每秒{pace:.1f}字", Evidence(turn.n, turn.text)


def _lengths(hearing: Hearing) -> Iterator[Fault]:
    """The opening is no answer; everything after it that the customer did not ask to hear is."""
    for turn in hearing.service[1:]:
        count = len(_SENTENCE.findall(turn.text))
        if count > hearing.limits.spoken_sentences:
            yield f"一次说了{count}句", Evidence(turn.n, turn.text)
