"""The values of the parsers: a found span, and the sentence that is being read.

Folding is one character to one character, so that offsets in the folded text are offsets in the original.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_FULL_WIDTH_UPPER = {code: code - 0xFEE0 + 32 for code in range(0xFF21, 0xFF3B)}
_PUNCTUATION = {ord(source): target for source, target in zip("\u3000～〜–—－", " ~~---", strict=True)}
_FOLDING: dict[int, int | str] = {**_FULL_WIDTH, **_LOWER, **_FULL_WIDTH_UPPER, **_PUNCTUATION}

_HEAD = (
    r"(?:嗯+|呃+|额+|啊|哦+|那个|就是说?|就(?![我俺咱他])|是|我说|我是说|大概是?|大约|差不多|估计|应该是?|可能|有|"
    r"也就|填|选|查|要|"
    r"用了?|"
    r"一共|总共|每个?月|平均|我(?![们家这])|给我|我要|改成|换成|那就|那|按|喂|好的?|行|对|得|[\s,.。、!?])*"
)
_TAIL = r"(?:吧|呢|啊|呀|左右|上下|样子|嘛|哈|哦|就行|就好|就可以|可以|的|了|那个|谢谢|行吗|好吗|没错|[\s,.。、!?…])*+"
_BARE = re.compile(rf"^{_HEAD}(?P<core>.*?){_TAIL}$", re.S)


@dataclass(frozen=True, slots=True)
class ValueSpan:
    """A stretch of the text that stands for a value of an entity."""

    entity: str
    """Name as in the contract, or `verification_code`."""
    value: str
    """Normal form."""
    text: str
    """The original characters `text[start:end]`."""
    start: int
    """First code point in the original text."""
    end: int
    """One after the last code point."""
    confidence: float
    """0 to 1; set by rule, not learnt."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One sentence with what is needed to read it."""

    text: str
    """As it came."""
    folded: str
    """Same length: half-width, lower case."""
    now: datetime
    """The conversation's clock."""
    expected: str | None
    """The slot that the bot asked for."""
    ticket_prefixes: tuple[str, ...] = ("GD",)
    """Letters with which our own ticket numbers begin."""

    @property
    def today(self) -> date:
        """Calendar day of `now` in its own zone."""
        return self.now.date()

    def span(self, entity: str, value: str, start: int, end: int, confidence: float) -> ValueSpan:
        """Make a span of the original text."""
        return ValueSpan(entity, value, self.text[start:end], start, end, confidence)


def fold(text: str) -> str:
    """Turn full-width forms, dashes and capitals into their plain forms, one character to one."""
    return text.translate(_FOLDING)


def bare_answer(folded: str) -> tuple[str, int]:
    """Strip fillers from both ends of a short answer; return what is left and where it starts."""
    match = _BARE.match(folded)
    if match is None:
        return folded, 0
    return match["core"], match.start("core")
