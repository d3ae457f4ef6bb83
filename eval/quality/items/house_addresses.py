"""Addresses of the files, down to the house or the flat, that the customer had not said himself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.quality.hearing import Hearing
from eval.quality.transcript import Turn
from nlu.values.numerals import parse_number

_N = r"(?:\d{1,5}|[一二三四五六七八九十百零〇两]{1,7})"
_TEXT = r"[\u4e00-\u9fffA-Za-z0-9\-#－—、]"
_PART = rf"{_N}(?:号楼?|栋|幢|单元|室|弄|组|座|层)"
_PLACE = re.compile(rf"{_TEXT}{{2,40}}?(?:{_PART}|{_N}-{_N})(?:{_TEXT}{{0,20}})")
_FLAT = re.compile(
    rf"{_TEXT}{{2,30}}?(?:路|街|道|巷|园|区|村|苑|庭|城|湾|院|里|府|庄|屯|[\d一二三四五六七八九十]号|楼|栋|幢|座){_TEXT}{{0,12}}?"
    rf"(?:{_N}(?:单元|室)|(?<![\dA-Za-z]){_N}-{_N}(?![\d千万]|月|日|点|小时|天|个|度|元|分钟|千伏)|号楼{_N}(?![号栋单、]))"
)
_HAS_FLAT = re.compile(rf"{_N}(?:单元|室)|{_N}-{_N}|号楼{_N}")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_ASKED = re.compile(r"哪|几(?:号|栋|幢|单元|楼|室)|什么")
_MASK = re.compile(r"[*＊×•]")
_CHINESE = re.compile(r"[一二三四五六七八九十百零〇两幺]+")
_DIGITS = str.maketrans("零〇一二三四五六七八九两幺", "0012345678921")
_NOT_HIS = ("public_place", "address_example")
_KNOWN_SHARE = 0.6


def house_addresses(hearing: Hearing, turn: Turn) -> Iterator[str]:
    """Return every address of a turn that is the files'."""
    for sentence in _SENTENCE.findall(turn.text):
        if _MASK.search(sentence) or any(hearing.lexicon.has(name, sentence) for name in _NOT_HIS):
            continue
        place = _introduced(hearing, sentence) or _unintroduced(hearing, sentence)
        if place and not _is_known(place, hearing.said_before(turn)):
            yield place


def _introduced(hearing: Hearing, sentence: str) -> str | None:
    found = hearing.lexicon.find("file_address", sentence)
    match = _PLACE.search(sentence, found.end()) if found else None
    return match.group() if match and not _ASKED.search(match.group()) else None


def _unintroduced(hearing: Hearing, sentence: str) -> str | None:
    """A flat that no word introduces: in no notice of an outage."""
    match = _FLAT.search(sentence) if _HAS_FLAT.search(sentence) else None
    is_told = match is not None and not _ASKED.search(match.group())
    return match.group() if match and is_told and not hearing.lexicon.has("outage_notice", sentence) else None


def _is_known(place: str, heard: str) -> bool:
    """Whether the customer had said most of an address himself, in whatever order, and all of its numbers."""
    said, meant = _with_digits(heard), _with_digits(place)
    if not set(re.findall(r"\d+", meant)) <= set(re.findall(r"\d+", said)):
        return False
    pairs = {meant[index : index + 2] for index in range(len(meant) - 1)}
    return bool(pairs) and sum(pair in said for pair in pairs) / len(pairs) >= _KNOWN_SHARE


def _with_digits(text: str) -> str:
    return _CHINESE.sub(lambda match: _number(match.group()), text)


def _number(words: str) -> str:
    if re.search(r"[十百]", words):
        return str(parse_number(words) or words)
    return words.translate(_DIGITS)
