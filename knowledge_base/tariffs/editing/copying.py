"""A new table from an old one: the region's text with a copy put behind it, and the old one ended the day before.

The text is changed where it stands, so that what people wrote around it (comments, anchors) stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml

from knowledge_base.errors import TariffEditRefused
from knowledge_base.tariffs.editing.figures import KeyPath, with_figures
from knowledge_base.tariffs.load import RegionSource, TariffLoader

PARTS = ("catalogue", "business")
_WIDTH = 150
_SHORT = 40


@dataclass(frozen=True, slots=True)
class NewTable:
    """What is different in the copy."""

    effective_from: date
    effective_to: date | None
    name: str
    document: str
    certainty: str
    notes: tuple[str, ...]
    figures: tuple[tuple[KeyPath, str], ...]


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table as it stands in a text."""

    part: str
    place: int
    content: Mapping[str, Any]
    effective_to: date | None


def find_table(source: RegionSource, category: str, effective_from: date) -> FoundTable:
    """Find a table in a text. Raises TariffEditRefused."""
    for part in PARTS:
        for place, entry in enumerate(getattr(source.entry, part)):
            if entry.category == category and entry.effective_from == effective_from:
                content = yaml.load(source.text, TariffLoader)[part][place]
                return FoundTable(part, place, content, entry.effective_to)
    raise TariffEditRefused("no_table", f"no table of {category} from {effective_from}")


def with_copy(source: RegionSource, category: str, effective_from: date, new: NewTable) -> str:
    """Return the region's text with a new table behind an old one, which ends the day before. Raises TariffEditRefused.

    The text may still be wrong (a limit below the one before it): check it.
    """
    if new.effective_from <= effective_from:
        raise TariffEditRefused("not_later", f"the new table must begin after {effective_from}")
    found = find_table(source, category, effective_from)
    ends = found.effective_to
    copy = {**with_figures(found.content, new.figures), "name": new.name, "document": new.document}
    copy |= {"effective_from": new.effective_from, "certainty": new.certainty}
    copy = {key: value for key, value in copy.items() if key not in ("effective_to", "notes")}
    last_day = new.effective_to or (ends if ends is not None and ends >= new.effective_from else None)
    if last_day is not None:
        copy["effective_to"] = last_day
    if new.notes:
        copy["notes"] = list(new.notes)
    text = source.text if source.text.endswith("\n") else f"{source.text}\n"
    node = _entry_node(text, found)
    text = _with_lines(text, _last_line(node), _item(copy, node.start_mark.column))
    return text if ends is not None and ends < new.effective_from else _ended(text, found, new.effective_from)


def _entry_node(text: str, found: FoundTable) -> yaml.MappingNode:
    """Return the node of a table; the pure Python loader counts characters, the other one bytes."""
    root = yaml.compose(text, yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    entries = next(value for key, value in root.value if key.value == found.part)
    node = entries.value[found.place]
    if node.flow_style:
        raise TariffEditRefused("flow_style", "a table between braces cannot be copied by form; edit the text")
    assert isinstance(node, yaml.MappingNode)
    return node


def _last_line(node: yaml.MappingNode) -> int:
    """Return the last line that belongs to a table, from 0; anchors that it names stand elsewhere."""
    first, behind = node.start_mark.index, node.end_mark.index
    return max(line for start, end, line in _ends(node) if first <= start and end <= behind)


def _ends(node: yaml.Node) -> Iterator[tuple[int, int, int]]:
    if isinstance(node, yaml.ScalarNode) or (isinstance(node, yaml.CollectionNode) and node.flow_style):
        is_block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
        yield node.start_mark.index, node.end_mark.index, node.end_mark.line - (1 if is_block else 0)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from (*_ends(key), *_ends(value))
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _ends(value)


def _item(content: Mapping[str, Any], column: int) -> list[str]:
    """Return the lines of a new list item whose keys stand at `column`."""
    told = yaml.dump(content, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=_WIDTH, default_flow_style=None)
    lines = told.splitlines()
    indent = " " * column
    head = f"{' ' * (column - 2)}- {lines[0]}"
    return ["", head, *(f"{indent}{line}" for line in lines[1:])]


def _with_lines(text: str, behind: int, more: Sequence[str]) -> str:
    lines = text.splitlines()
    return "\n".join([*lines[: behind + 1], *more, *lines[behind + 1 :]]) + "\n"


def _ended(text: str, found: FoundTable, next_from: date) -> str:
    """Return the text with the old table ended the day before the next one."""
    node = _entry_node(text, found)
    keys = {key.value: (key, value) for key, value in node.value}
    last_day = (next_from - timedelta(days=1)).isoformat()
    if "effective_to" in keys:
        value = keys["effective_to"][1]
        return f"{text[: value.start_mark.index]}{last_day}{text[value.end_mark.index :]}"
    line = keys["effective_from"][1].end_mark.line
    return _with_lines(text, line, [f"{' ' * node.start_mark.column}effective_to: {last_day}"])


class _Plain(yaml.SafeDumper):
    """YAML as our files have it: no anchors, numbers in double quotes, what holds only words and numbers on a line."""

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        """Return a mapping."""
        node = super().represent_mapping(tag, mapping, flow_style)
        node.flow_style = all(_is_short(value) for _, value in node.value)
        return node

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:
        """Return a list."""
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = all(_is_short(value) for value in node.value)
        return node

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out."""
        return True


def _is_short(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and len(node.value) < _SHORT


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    is_number = text.replace(".", "", 1).isdigit()
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if is_number else None)


_Plain.add_representer(str, _text)
