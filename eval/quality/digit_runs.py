"""Runs of digits in a text, written or spoken (幺三八…), with pauses inside.

A group is digits without a break; a run is groups with only pauses between them, as a number is said in pieces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_DIGIT = "0-9０-９〇零一二三四五六七八九幺两洞拐"
_BREAK = r"[\s\-—–－_，,、。.…·]{1,6}"
_RUN = re.compile(rf"[{_DIGIT}](?:[{_DIGIT}xX]|{_BREAK}(?=[{_DIGIT}]))*")
_GROUP = re.compile(rf"[{_DIGIT}][{_DIGIT}xX]*")
_PAUSE = re.compile(_BREAK)
_TO_DIGITS = str.maketrans(
    "０１２３４５６７８９〇零一二三四五六七八九幺两洞拐", "0123456789" + "00123456789" + "12" + "07"
)
_MOST_GROUPS = 18
"""An identity number said digit by digit."""


@dataclass(frozen=True, slots=True)
class SaidNumber:
    """A number said at one go or in pieces."""

    digits: str
    """An identity number's last X stays."""
    words: str
    start: int
    end: int


def digit_runs(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Return every run: where it stands, and its digits (an identity number's last X stays)."""
    for match in _RUN.finditer(text):
        yield match, _PAUSE.sub("", match.group()).translate(_TO_DIGITS)


def digit_groups(text: str) -> list[str]:
    """Return the digits of every group."""
    return [match.group().translate(_TO_DIGITS) for match in _GROUP.finditer(text)]


def said_numbers(text: str, is_whole: Callable[[str], bool]) -> Iterator[SaidNumber]:
    """Find the numbers of a wanted form, from the left: neighbouring groups of one run are tried together."""
    for run in _RUN.finditer(text):
        groups = list(_GROUP.finditer(text, run.start(), run.end()))
        first = 0
        while first < len(groups):
            number = _number_from(text, groups[first : first + _MOST_GROUPS], is_whole)
            if number is None:
                first += 1
                continue
            yield number
            first += sum(number.start <= group.start() < number.end for group in groups)


def _number_from(text: str, groups: list[re.Match[str]], is_whole: Callable[[str], bool]) -> SaidNumber | None:
    digits = ""
    for group in groups:
        digits += group.group().translate(_TO_DIGITS)
        if is_whole(digits):
            start, end = groups[0].start(), group.end()
            return SaidNumber(digits, text[start:end], start, end)
    return None
