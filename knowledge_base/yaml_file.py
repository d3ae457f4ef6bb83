"""YAML as people write it by hand: a key that stands twice is a mistake, not the last one's right of way."""

from collections.abc import Hashable
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


def read_yaml(path: Path) -> object:
    """Return what a file says; yaml.YAMLError or UnicodeDecodeError if it says nothing."""
    content: object = yaml.load(path.read_text(encoding="utf-8"), UniqueKeyLoader)
    return content
