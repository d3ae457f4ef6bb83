"""One question, read: fillers out, places out (and noted), words of the trade made one, cut into tokens.

Indexed texts and questions pass through the same reading, so that whatever it does it does to both.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from knowledge_base.vocabulary import Vocabulary

MAX_QUESTION_LENGTH: Final = 300
"""Characters that are read; nobody asks one question in more."""

TRADE: Final = "#"
"""Begins the token of a word of the trade."""
OTHER_TRADE: Final = "!"
"""Begins the token of a word of another trade, such as the water supply."""

_GAP: Final = re.compile(r"[^\w\u4e00-\u9fff.%]+")
_DOT_ALONE: Final = re.compile(r"(?<!\d)\.|\.(?!\d)")
_FOREIGN: Final = re.compile(r"[a-z]+|\d+(?:\.\d+)?%?")
_CLOCK: Final = re.compile(r"(?<!\d)0?(\d{1,2}):(\d\d)")
_BLANK: Final = re.compile(r"(?<!\d) | (?!\d)")
_NUMERAL: Final = re.compile(
    r"(?<![一二三四五六七八九十第])[零一二两三四五六七八九十百千万]+"
    r"(?=度|千伏|千瓦|天|个小时|小时|元|块|倍|个月|月|点|口人|个人|分钟|米|个工作日)"
)
_DECIMAL: Final = re.compile(r"零点([零一二三四五六七八九]+)")
_SMALL_MONEY: Final = re.compile(
    r"([一二两三四五六七八九])毛(?:([一二三四五六七八九])(?!度|个))?(?:分([一二三四五六七八九]{1,2})?)?"
)
_DIGITS: Final = {"两": 2} | {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_POWERS: Final = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question says once it is freed of ornament."""

    spoken: str
    """Without fillers and places, otherwise in the customer's words: what the encoder reads."""
    plain: str
    """The same in the words of the trade: what the lexical index reads."""
    tokens: tuple[str, ...]
    regions: tuple[str, ...]
    """Regions of our articles that are named, in order."""
    is_elsewhere: bool
    """A place is named for which there are no articles."""
    customer_classes: frozenset[str]
    """Classes of customers that any word hints at."""
    asking_as: frozenset[str] = frozenset()
    """Classes of customers that the question leaves no doubt about."""


def read_text(text: str, vocabulary: Vocabulary) -> Reading:
    """Read a question or an indexed text."""
    folded = fold(text[:MAX_QUESTION_LENGTH])
    unplaced = vocabulary.elsewhere.remove(vocabulary.regions.remove(folded)).removeprefix("的")
    spoken = squeeze(vocabulary.fillers.remove(unplaced)) or squeeze(unplaced)
    plain = _BLANK.sub("", vocabulary.synonyms.replace(write_digits(spoken)))
    return Reading(
        spoken=spoken,
        plain=plain,
        tokens=cut(plain, vocabulary),
        regions=vocabulary.regions.meanings_in(folded),
        is_elsewhere=vocabulary.elsewhere.pattern.search(folded) is not None,
        customer_classes=frozenset(vocabulary.customer_classes.meanings_in(plain)),
        asking_as=frozenset(vocabulary.askers.meanings_in(folded)),
    )


def fold(text: str) -> str:
    """Full width to half width, capitals to small letters, 08:30 to 8点30."""
    return _CLOCK.sub(_say_clock, unicodedata.normalize("NFKC", text).lower())


def _say_clock(match: re.Match[str]) -> str:
    hour, minute = match.groups()
    return f"{hour}点 " if minute == "00" else f"{hour}点{minute} "


def squeeze(text: str) -> str:
    """Punctuation to one blank; dots stay inside numbers."""
    return _GAP.sub(" ", _DOT_ALONE.sub(" ", text)).strip()


def write_digits(text: str) -> str:
    """两千五百度 -> 2500度, 零点八二 -> 0.82, 五毛四分六九 -> 0.5469元; numerals without a unit stay."""
    text = _DECIMAL.sub(lambda match: f"0.{_spell(match[1])}", text)
    text = _SMALL_MONEY.sub(lambda match: f"0.{''.join(_spell(part or '') for part in match.groups())}元", text)
    return _NUMERAL.sub(lambda match: str(value_of(match.group())), text)


def _spell(numerals: str) -> str:
    return "".join(str(_DIGITS[numeral]) for numeral in numerals)


def value_of(numeral: str) -> int:
    """两千五百 -> 2500; 三百二 -> 320."""
    total = section = digit = 0
    power = 10
    for sign in numeral:
        if sign == "万":
            total, section, digit, power = total + (section + digit) * 10_000, 0, 0, 10_000
        elif sign in _POWERS:
            power = _POWERS[sign]
            section, digit = section + (digit or 1) * power, 0
        else:
            power = 10 if sign == "零" else power
            digit = _DIGITS[sign]
    is_shortened = len(numeral) > 1 and numeral[-2] in "百千万"
    return total + section + digit * (power // 10 if is_shortened else 1)


def cut(plain: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Characters, neighbouring pairs, numbers (also with unit), foreign words, marked words of the trade and others."""
    tokens: list[str] = []
    last = 0
    for match in _FOREIGN.finditer(plain):
        tokens.extend(_cut_characters(plain[last : match.start()]))
        tokens.append(match.group())
        last = match.end()
        if match.group()[0].isdigit() and plain[last : last + 1].isalpha():
            tokens.append(match.group() + plain[last])
    tokens.extend(_cut_characters(plain[last:]))
    tokens.extend(f"{TRADE}{word}" for word in vocabulary.trade_words.meanings_in(plain))
    tokens.extend(f"{OTHER_TRADE}{word}" for word in vocabulary.other_trades.meanings_in(plain))
    return tuple(tokens)


def _cut_characters(piece: str) -> Iterator[str]:
    yield from piece.replace(" ", "")
    yield from (first + second for first, second in pairwise(piece))
