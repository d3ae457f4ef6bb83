"""What differs between two versions of an article, field by field, with the words that went and came."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from knowledge_base.article import Article
from knowledge_base.editing.content import render_content

_PIECES: Final = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?%?|\s+|.", re.DOTALL)
_IN_WORDS: Final = frozenset({"question", "answer", "voice", "source.document", "card.title", "card.description"})
_OPS: Final = {"equal": ("same",), "delete": ("removed",), "insert": ("added",), "replace": ("removed", "added")}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text."""

    op: str
    """same | removed | added."""
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs."""

    field: str
    before: Any
    after: Any
    parts: tuple[Part, ...] = ()
    """Of texts: the whole as pieces."""
    removed: tuple[str, ...] = ()
    """Of lists."""
    added: tuple[str, ...] = ()


def compare(before: Article, after: Article) -> list[FieldChange]:
    """Return the fields that differ, in the order of the page."""
    old, new = _flat(render_content(before)), _flat(render_content(after))
    names = [*old, *(name for name in new if name not in old)]
    return [_change(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]


def compare_texts(before: str, after: str) -> tuple[Part, ...]:
    """Return two texts as one, in pieces: numbers and words whole, Chinese by character."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    parts: list[Part] = []
    for op, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        parts += [Part(kind, "".join(new[c:d] if kind == "added" else old[a:b])) for kind in _OPS[op]]
    return tuple(parts)


def _change(name: str, before: Any, after: Any) -> FieldChange:
    if isinstance(before, list) and isinstance(after, list):
        removed, added = _without(before, after), _without(after, before)
        return FieldChange(name, before, after, removed=removed, added=added)
    parts = compare_texts(before or "", after or "") if name in _IN_WORDS else ()
    return FieldChange(name, before, after, parts)


def _without(lines: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if line not in others)


def _flat(content: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """{"source": {"document": ...}} -> {"source.document": ...}."""
    flat: dict[str, Any] = {}
    for name, value in content.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{above}{name}.")
        elif not (name == "card" and value is None):
            flat[f"{above}{name}"] = value
    return flat
