"""One annotated line, `我[上个月](month)电费多少`, taken apart into its text and its spans."""

import json
import re
from dataclasses import dataclass
from typing import Any

_MARK = re.compile(
    r"\[(?P<text>[^\[\]]+?)\](?:\((?P<name>[^()\s:]+(?::[^()]*)?)\)|(?P<detail>\{[^{}]*\})|(?P<several>\[\s*\{[^\[\]]*\}\s*\]))"
)
_DETAIL_KEYS = frozenset({"entity", "value", "role", "group"})


@dataclass(frozen=True, slots=True)
class Span:
    """An annotated piece of an example."""

    entity: str
    start: int
    end: int
    value: str | None = None
    """The normal form that the author gave, or none."""
    role: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A sentence without its marks."""

    text: str
    spans: tuple[Span, ...]


def parse_annotated(line: str) -> AnnotatedText:
    """Return the text and the spans of an annotated line; ValueError says what is wrong with a mark."""
    parts: list[str] = []
    spans: list[Span] = []
    place = length = 0
    for mark in _MARK.finditer(line):
        before = line[place : mark.start()]
        start = length + len(before)
        length = start + len(mark["text"])
        parts += [before, mark["text"]]
        spans += _build_spans(mark, start, length)
        place = mark.end()
    parts.append(line[place:])
    return AnnotatedText("".join(parts), tuple(spans))


def _build_spans(mark: re.Match[str], start: int, end: int) -> list[Span]:
    """Return the span of a mark; a list of objects gives several that cover the same text."""
    if mark["name"] is not None:
        name, _, value = mark["name"].partition(":")
        return [Span(name, start, end, value.strip() or None)]
    raw = mark["detail"] or mark["several"]
    try:
        parsed = json.loads(raw)
    except json.JSONDecodeError as error:
        raise ValueError(f"the annotation {raw} is no JSON object: {error.msg}") from error
    details = [_check_detail(one, raw) for one in (parsed if isinstance(parsed, list) else [parsed])]
    return [
        Span(one["entity"], start, end, value=one.get("value"), role=one.get("role"), group=one.get("group"))
        for one in details
    ]


def _check_detail(detail: Any, raw: str) -> dict[str, str]:
    if not isinstance(detail, dict):
        raise ValueError(f"the annotation {raw} is no JSON object")
    unknown = sorted(set(detail) - _DETAIL_KEYS)
    if unknown:
        raise ValueError(
            f"the annotation {raw} has the unknown key {unknown[0]!r}; there are: entity, value, role, group"
        )
    if not isinstance(detail.get("entity"), str):
        raise ValueError(f"the annotation {raw} names no entity")
    return {key: str(value) for key, value in detail.items() if value is not None}
