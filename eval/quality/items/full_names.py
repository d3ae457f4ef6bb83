"""Full names of persons from the files: after 户主是 and the like, before 先生, or alone where files are read out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.quality.hearing import Hearing
from eval.quality.transcript import Turn
from nlu.values.names import is_person_name
from nlu.values.surnames import COMPOUND, SINGLE

_SURNAME = "(?:" + "|".join(sorted(COMPOUND, key=len, reverse=True)) + f"|[{''.join(sorted(SINGLE))}])"
_CANDIDATE = re.compile(rf"(?={_SURNAME}[\u4e00-\u9fff])")
_START = re.compile(r"(?:^|[，。,.！!？?；;、：:\s“「\"（(]|是|叫|为|给|的|由|好)$")
_END = re.compile(
    r"$|[，。,.！!？?；;、\s”」\")）]|家的|名下|的(?:户|表|名)|是(?:户|机|业|原)|这户|那户|吗|吧|对(?:吗|吧)|没错|本人"
)
_OPENING = re.compile(r"[\s“「\"：:]+")
_AFTER_INTRODUCTION = re.compile(
    r"$|[，。,.！!？?；;、\s”」\"]|先生|女士|本人|同志|家|的|是|名下|这个|没错|吗|吧|呢|对|么"
)
_ADDRESSED = re.compile(r"先生|女士|本人|同志")
_NO_NAME = re.compile(
    r"^(什么|谁|哪|您|你|他|她|不|没|和|与|为|是|对|吗|否|同|正|有|已|空|多|真|本|别|单|公司|信息|方便|.*某|.{1,2}(?:先生|女士|小姐|同志|师傅|大[爷妈哥姐叔]|阿姨|经理))"
)
_NO_ADDRESS = re.compile(r"[老小大总工家个]$|^[那和向于由同就叫对]")
_INTRODUCES_SELF = re.compile(r"(?:我是|我叫|工号|客服|坐席|座席|话务员)[^，。]{0,8}$")
_SAYS_WHO = re.compile(r"(?:是|叫|为|名字?|人)[：:\s]?$")
_LOOK_BACK = 12
_LONGEST, _SHORTEST = 4, 2


def full_names(hearing: Hearing, turn: Turn) -> Iterator[str]:
    """Return every full name of a turn that the customer had not said himself."""
    names = {*_introduced(hearing, turn.text), *_standing(hearing, turn.text)}
    if names:
        heard = hearing.said_before(turn)
        yield from sorted(name for name in names if name not in heard)


def _introduced(hearing: Hearing, text: str) -> Iterator[str]:
    for found in hearing.lexicon.patterns["file_name"].finditer(text):
        opening = _OPENING.match(text, found.end())
        start = opening.end() if opening else found.end()
        name = _name_at(text, start, _AFTER_INTRODUCTION)
        if name and not _NO_NAME.match(name) and not _is_staffs(hearing, text, found.start()):
            yield name


def _standing(hearing: Hearing, text: str) -> Iterator[str]:
    """Names that no word introduces; outside of an address they need the files' words and usual given names."""
    is_read_out = hearing.lexicon.has("files_read", text)
    for place in _CANDIDATE.finditer(text):
        start = place.start()
        if _START.search(_before(text, start)) is None or _is_staffs(hearing, text, start):
            continue
        addressed = _name_at(text, start, _ADDRESSED)
        if addressed and not _NO_NAME.match(addressed) and not _NO_ADDRESS.search(addressed):
            yield addressed
        elif is_read_out and (name := _name_at(text, start, _END)):
            is_sure = len(name) > _SHORTEST or _SAYS_WHO.search(_before(text, start)) is not None
            if is_sure and _is_usual(hearing, name) and not _NO_NAME.match(name):
                yield name


def _name_at(text: str, start: int, end: re.Pattern[str]) -> str | None:
    for length in range(_SHORTEST, _LONGEST + 1):
        surface = text[start : start + length]
        if len(surface) == length and end.match(text, start + length) and is_person_name(surface):
            return surface
    return None


def _is_usual(hearing: Hearing, name: str) -> bool:
    """Made of usual characters; two characters alone are as often a word."""
    given = name[2:] if name.startswith(COMPOUND) else name[1:]
    usual = hearing.lexicon.patterns["given_name"]
    return all(usual.fullmatch(character) for character in given)


def _is_staffs(hearing: Hearing, text: str, start: int) -> bool:
    before = _before(text, start)
    return hearing.lexicon.has("staff", before) or _INTRODUCES_SELF.search(before) is not None


def _before(text: str, start: int) -> str:
    return text[max(0, start - _LOOK_BACK) : start]
