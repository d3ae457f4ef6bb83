"""YAML as people write it by hand: a key that stands twice is a mistake, not the last one's right of way."""

from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path

import yaml


class UniqueKeyLoader(yaml.CSafeLoader):
    """Safe YAML that refuses a key written twice instead of keeping the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """Build a mapping; yaml.YAMLError names the line of a repeated key."""
        seen: set[object] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key.value!r} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def place_of(path: Path, location: Sequence[str | int]) -> str:
    """Return `file:line: key.path`, the line being that of the innermost part that the file has; JSON is YAML here."""
    return f"{path.name}:{line_of(path.read_text(encoding='utf-8'), location)}: {'.'.join(map(str, location))}"


def line_of(text: str, location: Sequence[str | int]) -> int:
    """Return the line, from 1, of the innermost part of a location that a YAML text has."""
    node = yaml.compose(text, UniqueKeyLoader)
    line = 1
    for part in location:
        step = next((found for found in _children(node) if found[0] == str(part)), None)
        if step is None:
            break
        line, node = step[1] + 1, step[2]
    return line


def _children(node: yaml.Node | None) -> Iterable[tuple[str, int, yaml.Node]]:
    """Return key or number, line and node of each entry."""
    if isinstance(node, yaml.MappingNode):
        return [(str(key.value), key.start_mark.line, value) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [(str(place), value.start_mark.line, value) for place, value in enumerate(node.value)]
    return []


def read_yaml(path: Path) -> object:
    """Return what a file says; yaml.YAMLError or UnicodeDecodeError if it says nothing."""
    content: object = yaml.load(path.read_text(encoding="utf-8"), UniqueKeyLoader)
    return content
