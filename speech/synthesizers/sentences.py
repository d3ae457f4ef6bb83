"""Where a text may be cut, so that its first sentence is spoken while the second is rendered."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[。！？!?；;\n])\s*")
_LONGEST = 60
_COMMA = re.compile(r"(?<=[，,、：])")


def split_sentences(text: str) -> list[str]:
    """Cut at full stops; a sentence of more than 60 characters also at a comma near its middle."""
    pieces = [piece.strip() for piece in _END.split(text)]
    return [part for piece in pieces if piece for part in _halve(piece)]


def _halve(sentence: str) -> list[str]:
    if len(sentence) <= _LONGEST:
        return [sentence]
    clauses = _COMMA.split(sentence)
    if len(clauses) == 1:
        return [sentence]
    position, middle, best = 0, len(sentence) / 2, 0
    for clause in clauses[:-1]:
        position += len(clause)
        if abs(position - middle) < abs(best - middle):
            best = position
    return [*_halve(sentence[:best]), *_halve(sentence[best:])]
