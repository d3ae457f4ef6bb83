"""Run-time grammars: which phrases a question's answer may consist of, cut into words that the model knows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from speech.protocols import Hint
from speech.text.spoken import to_spoken

GARBAGE = "[unk]"
_DIGITS = "零一二三四五六七八九幺"
_YES_NO = (
    *(
        "是",
        "是的",
        "对",
        "对的",
        "没错",
        "好",
        "好的",
        "行",
        "可以",
        "嗯",
        "要",
        "需要",
        "确认",
        "不是",
        "不对",
        "不",
        "不用",
    ),
    *("不要", "不行", "没有", "错了", "不需要", "取消", "算了", "等一下", "再说一遍", "转人工", "人工"),
)
_DIGIT_FILLERS = (
    *("我的", "户号", "是", "号码", "电话", "手机号", "验证码", "后面", "嗯", "不对", "重说", "转人工", "人工"),
    *("两", "洞", "拐", "勾"),
)
_LONGEST_WORD = 6


def grammar_phrases(hint: Hint) -> tuple[str, ...]:
    """Return the phrases of a hint that narrows the grammar; empty where free speech is expected."""
    if hint.kind == "yes_no":
        return (*_YES_NO, *hint.phrases)
    if hint.kind == "digits":
        return (*_DIGITS, *_DIGIT_FILLERS, *hint.phrases)
    return hint.phrases if hint.kind == "phrases" else ()


def render_grammar(phrases: Iterable[str], knows: Callable[[str], bool]) -> str:
    """Return the JSON list that libvosk takes; phrases that the vocabulary cannot write are left out."""
    cut = [cut_words(to_spoken(phrase), knows) for phrase in dict.fromkeys(phrases)]
    known = [" ".join(pieces) for pieces in cut if pieces]
    rest = [GARBAGE] if knows(GARBAGE) else []
    return json.dumps([*dict.fromkeys(known), *rest], ensure_ascii=False) if known else ""


def cut_words(phrase: str, knows: Callable[[str], bool]) -> list[str]:
    """Cut a phrase into the fewest known words; empty where it cannot be. Marks are left out."""
    text = "".join(char for char in phrase if char.isalnum())
    best: list[list[str] | None] = [[], *([None] * len(text))]
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - _LONGEST_WORD), end):
            before, now = best[start], best[end]
            if before is None or (now is not None and len(now) <= len(before) + 1):
                continue
            if knows(text[start:end]):
                best[end] = [*before, text[start:end]]
    return best[-1] or []
