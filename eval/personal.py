"""Personal data out of what is kept for learning: figures and names give way to stand-ins of the same form."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

PERSONAL = {"account_no": "户号", "phone": "电话", "person_name": "姓名", "address": "地址", "ticket_no": "工单号"}
"""Entities of the contract that tell who somebody is, and what stands in their place."""
NUMBER = "号码"
"""Stands in the place of a long number of no known kind."""
_LONG_NUMBER = re.compile(r"[0-9０-９Xx幺〇零一二三四五六七八九]{6,}")
_STAND_IN = re.compile("〔(" + "|".join((*PERSONAL.values(), NUMBER)) + ")〕")
_NAMES = ("李建国", "王秀兰", "张伟", "刘芳", "陈志强", "赵敏", "周晓燕", "孙磊")
_ADDRESSES = ("幸福路12号", "和平小区3号楼2单元501", "建设街88号", "东风里6号楼", "人民路21号院", "柳树村4组")


class Said(Protocol):
    """An entity with its place in the text."""

    @property
    def entity(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that is written otherwise in another text."""

    start: int
    end: int
    written: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text of which pieces were written otherwise."""

    text: str
    pieces: tuple[Piece, ...]
    """In the order of the text, none overlapping."""

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where `[start, end)` of the old text lies in the new one; what is cut by a piece takes it whole."""
        return self._moved(start, at_end=False), self._moved(end, at_end=True)

    def _moved(self, place: int, *, at_end: bool) -> int:
        shift = 0
        for piece in self.pieces:
            if piece.end <= place:
                shift += len(piece.written) - (piece.end - piece.start)
            elif piece.start < place:  # inside
                return piece.start + shift + (len(piece.written) if at_end else 0)
        return place + shift


def mask(text: str, entities: Iterable[Said] = ()) -> str:
    """Replace every personal value by its name in brackets, and every long number besides.

    `entities` have places in `text` (code points); where they overlap the first counts.
    """
    return masked(text, entities).text


def masked(text: str, entities: Iterable[Said] = ()) -> Rewritten:
    """Replace as `mask` does, and remember where everything went."""
    pieces: list[Piece] = []
    place = 0
    for said in sorted((said for said in entities if said.entity in PERSONAL), key=lambda said: said.start):
        if said.start >= place:
            pieces += _numbers(text, place, said.start)
            pieces.append(Piece(said.start, said.end, f"〔{PERSONAL[said.entity]}〕"))
            place = said.end
    return _rewritten(text, [*pieces, *_numbers(text, place, len(text))])


def filled(text: str) -> Rewritten:
    """Put invented values in the place of what was masked: the same ones for the same text, so that runs agree."""
    return _rewritten(
        text,
        [
            Piece(found.start(), found.end(), _invented(found[1], f"{text}:{found.start()}"))
            for found in _STAND_IN.finditer(text)
        ],
    )


def _invented(kind: str, seed: str) -> str:
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    match kind:
        case "姓名":
            return _NAMES[number % len(_NAMES)]
        case "地址":
            return _ADDRESSES[number % len(_ADDRESSES)]
        case "电话":
            return f"138{number % 10**8:08d}"
        case "户号":
            return f"37{number % 10**8:08d}"
        case "工单号":
            return f"2611{number % 10**8:08d}"
        case _:
            return f"{10**7 + number % (9 * 10**7)}"


def _rewritten(text: str, pieces: Sequence[Piece]) -> Rewritten:
    parts, place = [], 0
    for piece in pieces:
        parts += [text[place : piece.start], piece.written]
        place = piece.end
    return Rewritten("".join(parts) + text[place:], tuple(pieces))


def _numbers(text: str, start: int, end: int) -> list[Piece]:
    found = _LONG_NUMBER.finditer(text[start:end])  # a slice: a number does not reach into an entity
    return [Piece(start + number.start(), start + number.end(), f"〔{NUMBER}〕") for number in found]
