"""Dictated numbers: a digit that is too short to be one was none, and a reading of the expected length is likelier.

A graph of digits has no idea how many come. Where one vowel glides into the next it hears a digit more (六幺 as
六九幺), or one long digit for two that are alike (二二), and in the noise of a pause
a word that may stand before a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from speech.protocols import Word

DIGITS = frozenset("零〇一幺二两三四五六七八九洞拐勾")
_SHORTEST_SHARE = 0.62
"""Of the median digit's length: what is shorter is a slip."""
_SLIP_SECONDS = 0.14
_GLIDING = frozenset("一幺二五")
"""Digits that begin with a vowel: two of them run into one another."""
_DOUBLE_SHARE = 1.4
"""Of the median digit's length: one that is as long may be two."""
_DOUBLE_CONFIDENCE = 0.5
"""Of a digit that was heard once and is written twice: the number is read back to the caller."""
_DICTATED = 5
"""So many digits in a row are being dictated; fewer may be anything."""
_BETWEEN = frozenset({"是", "号码", "户号", "电话", "手机号", "验证码", "嗯", "我的", "后面"})
"""Words of the grammar that mean nothing in the middle of a number."""
_LEAST_WEIGHT = 0.002
"""A reading of the right length that is less likely than this beside the best is not believed either."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One reading with the place of each word."""

    words: tuple[Word, ...]
    weight: float
    """Beside the likeliest, which has 1."""

    @property
    def text(self) -> str:
        """The words without blanks."""
        return "".join(word.text for word in self.words)


def dictated(readings: Sequence[Heard], lengths: Sequence[int]) -> list[Heard]:
    """Return readings put right; one with an expected number of digits comes before a likelier one without."""
    cleaned = [without_slips(without_words_between(reading), lengths) for reading in readings]
    if not lengths or not cleaned or count_digits(cleaned[0]) < _DICTATED:
        return cleaned
    fits = [reading for reading in cleaned if count_digits(reading) in lengths and reading.weight >= _LEAST_WEIGHT]
    if not fits and (doubled := with_doubles(cleaned[0], lengths)) is not None:
        return [doubled, *cleaned]
    return [*fits, *(reading for reading in cleaned if reading not in fits)]


def without_words_between(reading: Heard) -> Heard:
    """Leave out what was heard in the pauses of a number."""
    places = [place for place, word in enumerate(reading.words) if word.text in DIGITS]
    if len(places) < _DICTATED:
        return reading
    first, last = places[0], places[-1]
    kept = tuple(
        word for place, word in enumerate(reading.words) if not (first < place < last and word.text in _BETWEEN)
    )
    return replace(reading, words=kept)


def without_slips(reading: Heard, lengths: Sequence[int] = ()) -> Heard:
    """Leave out digits that are far shorter than the others, unless there are as many as expected."""
    digits = [word for word in reading.words if word.text in DIGITS]
    if len(digits) < _DICTATED or len(digits) in lengths:
        return reading
    usual = median(_seconds(word) for word in digits)
    longest_slip = min(_SLIP_SECONDS, _SHORTEST_SHARE * usual)
    kept = tuple(word for word in reading.words if word.text not in DIGITS or _seconds(word) > longest_slip)
    return replace(reading, words=kept)


def with_doubles(reading: Heard, lengths: Sequence[int]) -> Heard | None:
    """Write the longest digits twice where that gives an expected number of them; None where it does not."""
    digits = [word for word in reading.words if word.text in DIGITS]
    usual = median(_seconds(word) for word in digits)
    long = [word for word in digits if word.text in _GLIDING and _seconds(word) >= _DOUBLE_SHARE * usual]
    missing = min((length - len(digits) for length in lengths if length > len(digits)), default=0)
    if not 0 < missing <= len(long):
        return None
    twice = sorted(long, key=_seconds)[-missing:]
    words = (half for word in reading.words for half in (_halves(word) if word in twice else (word,)))
    return replace(reading, words=tuple(words))


def _halves(word: Word) -> tuple[Word, Word]:
    middle, doubt = (word.start_seconds + word.end_seconds) / 2, min(word.confidence, _DOUBLE_CONFIDENCE)
    return replace(word, end_seconds=middle, confidence=doubt), replace(word, start_seconds=middle, confidence=doubt)


def count_digits(reading: Heard) -> int:
    """Count the digits of a reading."""
    return sum(word.text in DIGITS for word in reading.words)


def _seconds(word: Word) -> float:
    return word.end_seconds - word.start_seconds
