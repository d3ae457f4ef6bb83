"""Item 4: the bot took up what was wanted, with one repeated question at most."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from eval.quality.digit_runs import digit_groups
from eval.quality.hearing import NOT_APPLICABLE, Evidence, Finding, Hearing
from eval.quality.items.safety import check_safety
from eval.quality.transcript import Turn

_SAME_WORDS = 0.8
_SHORTEST_REPEATED = 5
_SHORTEST_ANSWER = 10
_PACE = re.compile(r"慢|太快|大声|听清")
_DICTATION = re.compile(r"验证码|户号|慢(一)?点|号码|数字|短信|身份证|手机号")
_THINGS = "手机号|电话|户号|地址|姓名"
_MOST_ASKED = 2
_SHORTEST_GIVEN = 6
_HALF_AT_MOST = 2
_UNKNOWN = frozenset({"nlu_fallback", "out_of_scope"})


def check_understanding(hearing: Hearing) -> Finding:
    """Count where the bot did not understand, the customer protested, or he had to say the same again."""
    if not hearing.customer:
        return NOT_APPLICABLE
    protests = [turn for turn in hearing.customer[1:] if _protests(hearing, turn)]
    missed = [turn for turn in hearing.service if _missed(hearing, turn)]
    missed += [turn for turn in (*_said_again(hearing), *_asked_again(hearing)) if turn not in missed]
    repeated = [turn for turn in (*_repeated(hearing), *_corrections(hearing)) if turn not in protests]
    signs = sorted({turn.n: turn for turn in (*protests, *missed, *repeated)}.values(), key=lambda turn: turn.n)
    evidence = tuple(Evidence(turn.n, turn.text) for turn in signs)
    count = max(len(missed), len(repeated)) + len(protests)
    if hearing.find(check_safety).score == 0.0:
        count += 2  # a danger was handled like any other matter
    if missed and missed[-1] is hearing.service[-1]:
        count += 1  # it ends without having been understood
    if count == 0 or (count <= hearing.limits.clarifications and not protests):
        return Finding(1.0, "理解正确" if not count else "追问一次后理解正确", evidence)
    if count <= _HALF_AT_MOST:
        return Finding(0.5, f"没有一次听懂，共{count}处", evidence)
    return Finding(0.0, f"多次没有听懂，共{count}处", evidence)


def _protests(hearing: Hearing, turn: Turn) -> bool:
    """To ask for slower or louder words is no protest."""
    return hearing.lexicon.has("protest", turn.text) and not _PACE.search(turn.text)


def _missed(hearing: Hearing, turn: Turn) -> bool:
    """A digit that was not caught is no misunderstanding."""
    return hearing.lexicon.has("not_understood", turn.text) and not _DICTATION.search(turn.text)


def _said_again(hearing: Hearing) -> list[Turn]:
    """Answers that the bot gave word for word before."""
    again: list[Turn] = []
    seen: set[str] = set()
    for turn in hearing.service:
        text = turn.text.strip()
        if len(text) >= _SHORTEST_ANSWER and text in seen and not _DICTATION.search(text):
            again.append(turn)
        seen.add(text)
    return again


def _asked_again(hearing: Hearing) -> list[Turn]:
    """Questions for the same thing after the second one, where he gives no figures: he wants something else."""
    again: list[Turn] = []
    for thing in _THINGS.split("|"):
        asked = [turn for turn in hearing.service if re.search(rf"(请|问|说|输入|提供)[^。]*{thing}", turn.text)]
        is_given = any(len(run) >= _SHORTEST_GIVEN for turn in hearing.customer for run in digit_groups(turn.text))
        if len(asked) > _MOST_ASKED and not is_given:
            again += asked[1:]
    return again


def _corrections(hearing: Hearing) -> list[Turn]:
    """不是这个，是那个."""
    return [turn for turn in hearing.customer[1:] if hearing.lexicon.has("corrects", turn.text)]


def _repeated(hearing: Hearing) -> list[Turn]:
    """Sentences that the customer had to say a second time."""
    repeated: list[Turn] = []
    for place, turn in enumerate(hearing.customer):
        text = turn.text.strip()
        if len(text) < _SHORTEST_REPEATED:
            continue
        earlier = [other.text.strip() for other in hearing.customer[:place]]
        if any(SequenceMatcher(None, text, other).ratio() >= _SAME_WORDS for other in earlier):
            repeated.append(turn)
    return repeated
