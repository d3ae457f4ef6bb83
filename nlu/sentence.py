"""A training sentence as parallel lists, one item a character, so that noise may insert, delete and replace."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nlu.acts import NEW_REQUEST, derive_act
from nlu.annotations import Span
from nlu.examples import Example
from nlu.understanding import NO_CONTEXT, Context

OUTSIDE: Final = "O"
NOBODY: Final = -1


@dataclass(slots=True)
class Sentence:
    """One sentence that is being made ready for training; the only value here that changes."""

    characters: list[str]
    tags: list[str]
    """BIO tag of each character."""
    owners: list[int]
    """Which of `intents` each character speaks for; NOBODY where unknown."""
    intents: tuple[str, ...]
    context: Context = NO_CONTEXT
    act: str = NEW_REQUEST
    """What it does in the conversation that it was written for."""

    @property
    def text(self) -> str:
        return "".join(self.characters)

    def copy(self) -> "Sentence":
        return Sentence(list(self.characters), list(self.tags), list(self.owners), self.intents, self.context, self.act)

    def insert(self, place: int, text: str) -> None:
        """Put `text` before the character at `place`; inside an entity it becomes part of it."""
        inside = place < len(self.tags) and self.tags[place].startswith("I-")
        tag = self.tags[place] if inside else OUTSIDE
        self.characters[place:place] = list(text)
        self.tags[place:place] = [tag] * len(text)
        self.owners[place:place] = [NOBODY] * len(text)

    def replace(self, start: int, end: int, text: str) -> None:
        """Put `text` in the place of [start, end), which must lie in one entity or in none."""
        tag = self.tags[start]
        following = OUTSIDE if tag == OUTSIDE else "I-" + tag[2:]
        self.characters[start:end] = list(text)
        self.tags[start:end] = [tag, *[following] * (len(text) - 1)]
        self.owners[start:end] = [self.owners[start]] * len(text)

    def is_even(self, start: int, end: int) -> bool:
        """Say whether [start, end) lies in one entity or in none."""
        first, *rest = self.tags[start:end]
        return all(tag == (OUTSIDE if first == OUTSIDE else "I-" + first[2:]) for tag in rest)

    def delete(self, place: int) -> None:
        """Take out one character; an entity that loses its first begins with the next."""
        tag = self.tags[place]
        if tag.startswith("B-") and place + 1 < len(self.tags) and self.tags[place + 1] == "I-" + tag[2:]:
            self.tags[place + 1] = tag
        del self.characters[place], self.tags[place], self.owners[place]


def build_sentence(example: Example) -> Sentence:
    """Return the example as a sentence; nested or overlapping spans: the first one counts."""
    tags = [OUTSIDE] * len(example.text)
    for span in example.spans:
        if all(tag == OUTSIDE for tag in tags[span.start : span.end]):
            tags[span.start : span.end] = ["B-" + span.entity, *["I-" + span.entity] * (span.end - span.start - 1)]
    owner = 0 if len(example.intents) == 1 else NOBODY
    act = example.act or derive_act(example.intents, example.context)
    return Sentence(list(example.text), tags, [owner] * len(tags), example.intents, example.context, act)


def join_sentences(first: Sentence, joint: str, second: Sentence, intents: tuple[str, ...]) -> Sentence:
    """Return `first` + `joint` + `second`; `intents` says in which order they are to be handled."""
    owners = [
        *[intents.index(first.intents[0])] * len(first.characters),
        *[NOBODY] * len(joint),
        *[intents.index(second.intents[0])] * len(second.characters),
    ]
    return Sentence(
        [*first.characters, *joint, *second.characters],
        [*first.tags, *[OUTSIDE] * len(joint), *second.tags],
        owners,
        intents,
        first.context,
        derive_act(intents, first.context),
    )


def read_spans(tags: Sequence[str]) -> tuple[Span, ...]:
    """Return the spans of a BIO sequence; a stray I- begins a span."""
    spans: list[Span] = []
    start = 0
    for place, tag in enumerate(tags):
        following = tags[place + 1] if place + 1 < len(tags) else OUTSIDE
        if tag == OUTSIDE:
            continue
        if tag.startswith("B-") or place == 0 or tags[place - 1][2:] != tag[2:]:
            start = place
        if following != "I-" + tag[2:]:
            spans.append(Span(tag[2:], start, place + 1))
    return tuple(spans)
