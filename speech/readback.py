"""A dictated number is read back in groups; the caller confirms it, corrects one group, or says it again. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_NO = re.compile(r"不对|不是|错了|有误|不正确|^不$|没有?对")
_YES = re.compile(r"^(嗯+|对+|是+|好|没错|正确|可以|行|对的|是的|好的|没问题|是这个|对对对|嗯对)")
_FIRST = re.compile(r"第[1一]组|开头|最?前面|前[34三四]位|前几位")
_SECOND = re.compile(r"第[2二]组|中间")
_LAST = re.compile(r"第[34三四]组|最后|末尾|后面|尾号|后[34三四]位|后几位")
_DIGITS = re.compile(r"\d+")


class Verdict(Enum):
    """What the caller's answer means."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    """Read back again."""
    DENIED = "denied"
    """Wrong, and not said what is right."""
    UNCLEAR = "unclear"


def groups_of(digits: str) -> list[str]:
    """Cut as people dictate: 11 digits (phones) 3-4-4, 10 (accounts) 3-3-4, 13 3-3-3-4, others by 4 from the front."""
    sizes = {11: (3, 4, 4), 10: (3, 3, 4), 13: (3, 3, 3, 4)}.get(len(digits))
    if sizes is None:
        return [digits[start : start + 4] for start in range(0, len(digits), 4)]
    places = [sum(sizes[:index]) for index in range(len(sizes))]
    return [digits[place : place + size] for place, size in zip(places, sizes, strict=True)]


@dataclass(slots=True)
class Readback:
    """One number on its way to certainty."""

    digits: str

    @property
    def groups(self) -> list[str]:
        """The number as it is read."""
        return groups_of(self.digits)

    def hear(self, text: str) -> Verdict:
        """Take the caller's answer in written form (figures as digits); a correction changes `digits`."""
        spoken = self._without_ordinals(text)
        numbers = _DIGITS.findall(spoken)
        if numbers and numbers[-1] == self.digits:
            return Verdict.DENIED if _NO.search(text) else Verdict.CONFIRMED
        if numbers:
            return Verdict.CORRECTED if self._correct(text, numbers[-1]) else Verdict.UNCLEAR
        if _NO.search(text):
            return Verdict.DENIED
        return Verdict.CONFIRMED if _YES.search(text) else Verdict.UNCLEAR

    @staticmethod
    def _without_ordinals(text: str) -> str:
        """「第2组」 and 「后4位」 name a place, not digits of the number."""
        return re.sub(r"第\d组|[前后]\d位", "", text)

    def _correct(self, text: str, number: str) -> bool:
        if len(number) == len(self.digits):
            self.digits = number
            return True
        groups = self.groups
        place = self._place(text, number, groups)
        if place is None or len(number) != len(groups[place]):
            return False
        groups[place] = number
        self.digits = "".join(groups)
        return True

    @staticmethod
    def _place(text: str, number: str, groups: list[str]) -> int | None:
        """Which group is meant: the one that was named, else the most similar one of this length."""
        named = (_FIRST, 0), (_SECOND, 1), (_LAST, len(groups) - 1)
        for pattern, place in named:
            if pattern.search(text) and place < len(groups):
                return place
        fitting = [index for index, group in enumerate(groups) if len(group) == len(number)]
        return min(fitting, key=lambda index: _differences(groups[index], number), default=None)


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))
