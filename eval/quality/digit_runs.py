"""Runs of digits in a text, written or spoken (幺三八…), with pauses inside."""

from __future__ import annotations

import re
from collections.abc import Iterator

_DIGIT = "0-9０-９〇零一二三四五六七八九幺两"
_RUN = re.compile(rf"[{_DIGIT}](?:[{_DIGIT}xX]|[\s\-—－，,、](?=[{_DIGIT}]))*")
_PAUSE = re.compile(r"[\s\-—－，,、]")
_TO_DIGITS = str.maketrans("０１２３４５６７８９〇零一二三四五六七八九幺两", "0123456789" + "00123456789" + "12")


def digit_runs(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Return every run: where it stands, and its digits (an identity number's last X stays)."""
    for match in _RUN.finditer(text):
        yield match, _PAUSE.sub("", match.group()).translate(_TO_DIGITS)
