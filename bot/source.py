"""YAML files of a project, with the line of every key, so that a mistake can be pointed at."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.errors import Mistake

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Location = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


@dataclass(slots=True)
class Source:
    """One parsed file."""

    file: str
    content: Any
    lines: dict[Location, int]
    """Line (from 1) of every mapping key and list item, by its path."""

    def line(self, location: Location) -> int:
        """Return the line of the innermost known part of this path."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)

    def mistake(self, location: Location, message: str, nearest: str | None = None) -> Mistake:
        """Return a mistake at this place."""
        return Mistake(self.file, self.line(location), ".".join(str(part) for part in location), message, nearest)


@dataclass(slots=True)
class Mistakes:
    """A list that collects everything that is wrong."""

    found: list[Mistake] = field(default_factory=list)

    def add(self, mistake: Mistake) -> None:
        """Note one."""
        self.found.append(mistake)


def load_source(path: Path, root: Path, mistakes: Mistakes) -> Source:
    """Read one file; an unreadable one gives an empty mapping and a mistake."""
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    try:
        loader = _Loader(path.read_text("utf-8"))
        node = loader.get_single_node()
        lines: dict[Location, int] = {}
        _note_lines(node, (), lines)
        content = loader.construct_document(node) if node is not None else {}
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line + 1) if error.problem_mark else 1
        mistakes.add(Mistake(name, line, "", f"not readable as YAML: {error.problem or error}"))
        return Source(name, {}, {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        mistakes.add(Mistake(name, 1, "", f"not readable: {error}"))
        return Source(name, {}, {})
    return Source(name, content if content is not None else {}, lines)


def load_sources(paths: Iterable[Path], root: Path, mistakes: Mistakes) -> list[Source]:
    """Read several files, in the order given."""
    return [load_source(path, root, mistakes) for path in paths]


def read_model(model: type[M], content: Any, source: Source, location: Location, mistakes: Mistakes) -> M | None:
    """Validate a part of a file; every mistake is noted with its place and None is returned."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        for detail in error.errors():
            place = _real_location(content, detail["loc"])
            nearest = None
            message = detail["msg"]
            if detail["type"] == "extra_forbidden":
                known = sorted(_alias_names(model))
                nearest = nearest_name(str(detail["loc"][-1]), known)
                message = "unknown key"
            mistakes.add(source.mistake((*location, *place), message, nearest))
        return None


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like this one, if any is."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return close[0] if close else None


def _alias_names(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def _real_location(content: Any, location: tuple[int | str, ...]) -> Location:
    """Drop the parts that pydantic adds for unions and that are not in the file."""
    real: list[str | int] = []
    here: Any = content
    for part in location:
        if isinstance(here, dict) and part in here:
            here = here[part]
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[int(part)]
        elif part is not location[-1]:
            continue
        real.append(part)
    return tuple(real)


def _note_lines(node: yaml.Node | None, location: Location, lines: dict[Location, int]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*location, key.value)
            lines[place] = key.start_mark.line + 1
            _note_lines(value, place, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            place = (*location, index)
            lines[place] = item.start_mark.line + 1
            _note_lines(item, place, lines)
