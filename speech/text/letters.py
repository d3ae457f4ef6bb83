"""Latin letters as Chinese syllables, because a Mandarin voice reads bare letters as pinyin or as English."""

from __future__ import annotations

import re
from re import Match

from speech.text.rule import rule

LETTERS = {
    "A": "诶",
    "B": "必",
    "C": "西",
    "D": "迪",
    "E": "伊",
    "F": "艾弗",
    "G": "吉",
    "H": "艾尺",
    "I": "艾",
    "J": "杰",
    "K": "开",
    "L": "艾勒",
    "M": "艾姆",
    "N": "恩",
    "O": "欧",
    "P": "批",
    "Q": "丘",
    "R": "阿尔",
    "S": "艾丝",
    "T": "提",
    "U": "优",
    "V": "维",
    "W": "达不溜",
    "X": "艾克斯",
    "Y": "歪",
    "Z": "贼",
}
_WORDS = {"app": "诶批批", "wifi": "歪佛爱", "ok": "欧剋", "email": "伊妹儿", "no": "第"}


def spell_letters(letters: str) -> str:
    """APP -> 诶批批."""
    return "".join(LETTERS.get(letter.upper(), "") for letter in letters)


def _word(match: Match[str]) -> str:
    word = match[0]
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    # A long word in small letters is foreign text, not an abbreviation: the engine knows better.
    return word if len(word) > 3 and not word.isupper() else spell_letters(word)


RULES = (
    rule(r"(?i)https?://\S+", lambda match: "网址"),
    rule(
        r"(?<=[A-Za-z])\.(?=[A-Za-z零一二三四五六七八九幺十])|(?<=[零一二三四五六七八九幺十])\.(?=[A-Za-z])",
        lambda match: "点",
    ),
    rule(r"(?i)\bno\.\s*(?=\d)", lambda match: "第"),
    rule(r"[A-Za-z]+", _word),
)
SYMBOLS = (
    rule(r"#(?=变|机|杆|线|炉|楼)", lambda match: "号"),
    rule(r"#号?键?", lambda match: "井号键" if match[0] != "#" else "井"),
    rule(r"\*号?键?", lambda match: "星号键" if match[0] != "*" else "星"),
    rule(r"@", lambda match: "艾特"),
    rule(r"&", lambda match: "和"),
    rule(r"(?<=[A-Za-z])/(?=[A-Za-z])", lambda match: "，"),
    rule(r"/", lambda match: "、"),
    rule(r"≈", lambda match: "约等于"),
    rule(r"≥|>=|⩾", lambda match: "大于等于"),
    rule(r"≤|<=|⩽", lambda match: "小于等于"),
    rule(r">|＞", lambda match: "大于"),
    rule(r"<|＜", lambda match: "小于"),
    rule(r"=|＝", lambda match: "等于"),
    rule(r"±", lambda match: "正负"),
    rule(r"[×✕]", lambda match: "乘"),
    rule(r"÷", lambda match: "除以"),
    rule(r"(?<=[\u4e00-\u9fff）)])\s*\+\s*(?=[\u4e00-\u9fff（(])", lambda match: "加"),
)
_SPACES = re.compile(r"\s+")
_PAUSES = re.compile(r"[“”\"'‘’《》「」『』【】\[\]〔〕_`|^~～•●■◆▶→]+")
_BRACKETS = re.compile(r"[（）()：:；;—–…]+")


def strip_marks(text: str) -> str:
    """Drop quotation marks and decoration; turn brackets and colons into short pauses."""
    text = _BRACKETS.sub("，", _PAUSES.sub("", text))
    text = re.sub(r"，*([。！？!?])，*", r"\1", re.sub(r"[，,、]*，[，,、]*", "，", text))
    return _SPACES.sub(" ", text).strip(" ，")
