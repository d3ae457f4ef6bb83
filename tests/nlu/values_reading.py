"""What the tests of nlu.values share: the day they live on, and the values of one entity in a sentence."""

from datetime import datetime, timedelta, timezone

from nlu.values import ValueSpan, find_values

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=timezone(timedelta(hours=8)))
"""A Saturday."""


def read(text: str, entity: str, expected: str | None = None) -> list[str]:
    """Return the values of `entity` in the order of the text."""
    return [span.value for span in find_values(text, NOW, expected=expected) if span.entity == entity]


def find_one(text: str, entity: str, expected: str | None = None) -> ValueSpan:
    """Return the only span of `entity`."""
    (span,) = [span for span in find_values(text, NOW, expected=expected) if span.entity == entity]
    return span
