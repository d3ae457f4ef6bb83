"""Long texts in pieces of at most 2048 bytes, the limit of a text message (45002), cut at the end of a sentence."""

from __future__ import annotations

MOST_BYTES = 2048
_ENDS = ("\n", "。！？!?", "；;", "，,、 ")
"""Where to cut, best first."""
_LEAST_SHARE = 0.4
"""A cut nearer to the beginning than this leaves a piece too short; the next kind of end is looked for."""


def split_text(text: str, most_bytes: int = MOST_BYTES) -> list[str]:
    """Return the pieces, in order, without their outer blanks; none is empty, none cuts a character."""
    pieces = []
    rest = text.strip()
    while len(rest.encode()) > most_bytes:
        head = rest.encode()[:most_bytes].decode(errors="ignore")
        cut = _cut(head)
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [piece for piece in (*pieces, rest) if piece]


def _cut(head: str) -> int:
    for ends in _ENDS:
        at = max((head.rfind(end) for end in ends), default=-1) + 1
        if at >= len(head) * _LEAST_SHARE:
            return at
    return len(head)
