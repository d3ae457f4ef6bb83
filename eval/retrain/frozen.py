"""The frozen sets on which champion and candidate are compared: files with hashes, never trained on, never edited.

`python -m eval.retrain.frozen` writes the hashes of the files as they are now into data/retrain/frozen.yml: a decision
of a person, made in a commit of its own.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from eval.conversation_file import ConversationTest, load_conversations
from eval.errors import FrozenSetChanged, FrozenSetsInvalid
from eval.kb import KnowledgeQuestion, load_questions
from eval.validated import read_model
from nlu.examples import Example, load_training_set

FROZEN = "data/retrain/frozen.yml"
NLU, KNOWLEDGE, CONVERSATIONS = "nlu", "knowledge", "conversations"
_HASH = re.compile(r'sha256: "[0-9a-f]*"')


class FrozenEntry(BaseModel):
    """One set as frozen.yml names it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    kind: Literal["nlu", "knowledge", "conversations"]
    path: str
    """File or folder, from the project's root."""
    sha256: str
    blind: bool = False
    """Measured on, and shown to nobody: flips give its name and the number of the sentence."""
    shared: int = Field(0, ge=0)
    """Sentences that stand word by word in data/nlu too ("你好"); they are not measured. More of them: a leak."""


class FrozenFile(BaseModel):
    """frozen.yml as written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    sets: tuple[FrozenEntry, ...] = Field(min_length=1)


@dataclass(frozen=True)
class FrozenSets:
    """All sets, read when first asked for."""

    root: Path
    entries: tuple[FrozenEntry, ...]

    def of_kind(self, kind: str) -> Iterator[FrozenEntry]:
        """Return the sets of one kind."""
        return (entry for entry in self.entries if entry.kind == kind)

    @cached_property
    def examples(self) -> tuple[tuple[FrozenEntry, tuple[Example, ...]], ...]:
        """The sentences of each set for the understanding."""
        return tuple((entry, load_training_set(self.root / entry.path).examples) for entry in self.of_kind(NLU))

    @cached_property
    def questions(self) -> tuple[KnowledgeQuestion, ...]:
        """The questions to the knowledge base."""
        return tuple(q for entry in self.of_kind(KNOWLEDGE) for q in load_questions(self.root / entry.path))

    @cached_property
    def texts(self) -> frozenset[str]:
        """Every frozen sentence in its plain form: none of them may be learnt."""
        said = [turn.user for e in self.of_kind(CONVERSATIONS) for t in self._held(e) for turn in t.entry.turns]
        sentences = [example.text for _, examples in self.examples for example in examples]
        return frozenset(map(plain, (*said, *sentences, *(question.question for question in self.questions))))

    def size(self, entry: FrozenEntry) -> int:
        """Return how many sentences, questions or conversations a set has."""
        if entry.kind == KNOWLEDGE:
            return len(load_questions(self.root / entry.path))
        if entry.kind == CONVERSATIONS:
            return len(self._held(entry))
        return sum(len(examples) for one, examples in self.examples if one is entry)

    @property
    def fingerprint(self) -> str:
        """Which sets these are, in twelve hexadecimal digits."""
        return hashlib.sha256("".join(entry.sha256 for entry in self.entries).encode()).hexdigest()[:12]

    def _held(self, entry: FrozenEntry) -> Sequence[ConversationTest]:
        return load_conversations(self.root / entry.path)


def plain(text: str) -> str:
    """Return a sentence without marks, blanks and case, as sentences are compared."""
    return "".join(character for character in text.lower() if character.isalnum())


def load_frozen(root: Path, file: str = FROZEN) -> FrozenSets:
    """Read the list and check the hashes. Raises FrozenSetsInvalid, FrozenSetChanged."""
    entries = read_model(root / file, FrozenFile, FrozenSetsInvalid).sets
    for entry in entries:
        found = hash_of(root / entry.path)
        if found != entry.sha256:
            problem = f"{file} says {entry.sha256[:12]}, it is {found[:12]}"
            raise FrozenSetChanged(f"{entry.path} is not what was frozen: {problem}")
    return FrozenSets(root, entries)


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, or of all .yml files of a folder with their names. Raises FrozenSetsInvalid."""
    files = sorted(path.glob("*.yml")) if path.is_dir() else [path]
    digest = hashlib.sha256()
    try:
        for file in files:
            digest.update(file.name.encode() if path.is_dir() else b"")
            digest.update(file.read_bytes())
    except OSError as error:
        raise FrozenSetsInvalid(f"{path} cannot be read: {error}") from error
    return digest.hexdigest()


def refreeze(root: Path, file: str = FROZEN) -> str:
    """Write the present hashes into the list and return its text; comments stay. Raises FrozenSetsInvalid."""
    text = (root / file).read_text("utf-8")
    hashes = iter([hash_of(root / entry.path) for entry in read_model(root / file, FrozenFile, FrozenSetsInvalid).sets])
    text = _HASH.sub(lambda _: f'sha256: "{next(hashes)}"', text)
    (root / file).write_text(text, "utf-8")
    return text


if __name__ == "__main__":
    sys.stdout.write(refreeze(Path()))
