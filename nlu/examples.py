"""Training and test sentences: any file, or folder of files, in the Rasa 3 nlu.yml format.

Understood: intents (`a+b` is a sentence with two requests, in the order in which they are to be handled), both
forms of `examples`, annotations, `metadata.context`, `metadata.act`, synonyms, regexes and
lookups. Every mistake is reported with file and line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from nlu.acts import ACTS
from nlu.annotations import Span, parse_annotated
from nlu.errors import TrainingFileError
from nlu.understanding import NO_CONTEXT, Context, ContextJson, parse_context

COMPOSITE_JOINT: Final = "+"
_SECTIONS: Final = ("intent", "synonym", "regex", "lookup")
_CONTEXT_KEYS: Final = tuple(sorted(ContextJson.__optional_keys__))
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence that a customer may say, with what it means."""

    text: str
    intents: tuple[str, ...]
    """One, or several in the order in which they are to be handled."""
    spans: tuple[Span, ...] = ()
    context: Context = NO_CONTEXT
    source: str = ""
    """`file:line`."""
    act: str | None = None
    """The dialogue act (`acts.py`), if the author stated one."""


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """All that nlu.yml files say."""

    examples: tuple[Example, ...]
    synonyms: dict[str, str] = field(default_factory=dict)
    """Surface -> value."""
    regexes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Entity -> patterns."""
    lookups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Entity -> surfaces."""


def load_training_set(path: Path) -> TrainingSet:
    """Read one file, or all *.yml and *.yaml files of a folder and its subfolders, in the order of their names."""
    files = sorted(found for found in path.rglob("*") if found.suffix in {".yml", ".yaml"}) if path.is_dir() else [path]
    if not files:
        raise TrainingFileError(path, 1, "the folder holds no *.yml file")
    reader = _Reader()
    for file in files:
        reader.read_file(file)
    if not reader.examples:
        raise TrainingFileError(path, 1, "there is no example in it; expected `nlu:` with entries `- intent:`")
    return TrainingSet(tuple(reader.examples), reader.synonyms, reader.regexes, reader.lookups)


@dataclass(frozen=True, slots=True)
class _Metadata:
    context: Context = NO_CONTEXT
    act: str | None = None


_NO_METADATA: Final = _Metadata()


class _Reader:
    """Collects what the files say."""

    def __init__(self) -> None:
        self.examples: list[Example] = []
        self.synonyms: dict[str, str] = {}
        self.regexes: dict[str, tuple[str, ...]] = {}
        self.lookups: dict[str, tuple[str, ...]] = {}
        self._file = Path()

    def read_file(self, file: Path) -> None:
        self._file = file
        root = _compose(file)
        if root is None:
            return
        entries = _mapping(file, root, "the file").get("nlu")
        if entries is None:
            return
        if not isinstance(entries, yaml.SequenceNode):
            raise self._error(entries, "`nlu` must be a list of entries")
        for entry in entries.value:
            self._read_entry(entry)

    def _read_entry(self, entry: yaml.Node) -> None:
        keys = _mapping(self._file, entry, "an entry of `nlu`")
        kind = next((section for section in _SECTIONS if section in keys), None)
        if kind is None:
            raise self._error(entry, f"an entry with none of the keys {', '.join(_SECTIONS)}")
        name = self._scalar(keys[kind], kind)
        if "examples" not in keys:
            raise self._error(entry, f"{kind} {name!r} has no `examples`")
        lines = list(self._lines(keys["examples"]))
        if kind == "intent":
            self._read_intent(name, lines, self._metadata(keys.get("metadata")))
        elif kind == "synonym":
            self.synonyms.update((text, name) for text, _, _ in lines)
        else:
            table = self.regexes if kind == "regex" else self.lookups
            table[name] = (*table.get(name, ()), *(self._checked(kind, text, line) for text, line, _ in lines))

    def _read_intent(self, name: str, lines: Sequence[tuple[str, int, _Metadata]], shared: _Metadata) -> None:
        intents = tuple(part.strip() for part in name.split(COMPOSITE_JOINT))
        for raw, line, own in lines:
            try:
                annotated = parse_annotated(raw)
            except ValueError as error:
                raise TrainingFileError(self._file, line, str(error)) from error
            source = f"{self._file}:{line}"
            context = own.context if own.context != NO_CONTEXT else shared.context
            act = own.act or shared.act
            self.examples.append(Example(annotated.text, intents, annotated.spans, context, source, act))

    def _lines(self, node: yaml.Node) -> Iterator[tuple[str, int, _Metadata]]:
        """Yield text, line number and metadata of each example, whichever of the two forms it has."""
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                yield self._listed(item)
            return
        text = self._scalar(node, "examples")
        is_block = getattr(node, "style", None) in {"|", ">"}
        first = node.start_mark.line + (2 if is_block else 1)
        for number, line in enumerate(text.splitlines(), first):
            stripped = line.strip()
            if not stripped:
                continue
            if not stripped.startswith("-"):
                raise TrainingFileError(self._file, number, f"an example must begin with `- `: {stripped[:30]!r}")
            if sentence := stripped[1:].strip():
                yield sentence, number, _NO_METADATA

    def _listed(self, item: yaml.Node) -> tuple[str, int, _Metadata]:
        if isinstance(item, yaml.ScalarNode):
            return item.value.strip(), item.start_mark.line + 1, _NO_METADATA
        keys = _mapping(self._file, item, "an example")
        if "text" not in keys:
            raise self._error(item, "an example without `text`")
        text = self._scalar(keys["text"], "text").strip().removeprefix("- ")
        return text, keys["text"].start_mark.line + 1, self._metadata(keys.get("metadata"))

    def _metadata(self, node: yaml.Node | None) -> _Metadata:
        if not isinstance(node, yaml.MappingNode):
            return _NO_METADATA
        keys = _mapping(self._file, node, "metadata")
        return _Metadata(self._context(keys.get("context")), self._act(keys.get("act")))

    def _act(self, node: yaml.Node | None) -> str | None:
        if node is None:
            return None
        act = self._scalar(node, "act")
        if act not in ACTS:
            raise self._error(node, f"unknown dialogue act {act!r}; there are: {', '.join(ACTS)}")
        return act

    def _context(self, given: yaml.Node | None) -> Context:
        if given is None:
            return NO_CONTEXT
        values = {key: self._scalar(value, key) for key, value in _mapping(self._file, given, "context").items()}
        for key in values:
            if key not in _CONTEXT_KEYS:
                raise self._error(given, f"unknown context key {key!r}; there are: {', '.join(_CONTEXT_KEYS)}")
        picked: ContextJson = {key: value for key, value in values.items() if value != "null"}  # type: ignore[assignment]
        return parse_context(picked)

    def _checked(self, kind: str, text: str, line: int) -> str:
        if kind == "regex":
            try:
                re.compile(text)
            except re.error as error:
                raise TrainingFileError(self._file, line, f"broken regular expression {text!r}: {error}") from error
        return text

    def _scalar(self, node: yaml.Node, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._error(node, f"`{what}` must be text")
        return str(node.value)

    def _error(self, node: yaml.Node, problem: str) -> TrainingFileError:
        return TrainingFileError(self._file, node.start_mark.line + 1, problem)


def _compose(file: Path) -> yaml.Node | None:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise TrainingFileError(file, 1, f"the file is not UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise TrainingFileError(file, 1, error.strerror or str(error)) from error
    try:
        return yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TrainingFileError(file, line, f"broken YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise TrainingFileError(file, 1, f"broken YAML: {error}") from error


def _mapping(file: Path, node: yaml.Node, what: str) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise TrainingFileError(file, node.start_mark.line + 1, f"{what} must be a mapping of keys")
    return {str(key.value): value for key, value in node.value}
