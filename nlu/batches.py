"""Sentences as tensors, in batches of about the same length."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from nlu.frontend import TextTokenizer
from nlu.gazetteer import Gazetteer
from nlu.hints import FoundValue, align_marks, mark_values
from nlu.labels import Labels, context_numbers, describe_context
from nlu.sentence import NOBODY, OUTSIDE, Sentence, read_spans

IGNORED: Final = -100
PARTS: Final = 2
"""Parts of a batch, for as many cores; always the same, so that a training gives the same model on any number."""

_EMPTY: Final = Gazetteer()
FindValues = Callable[[str, str | None], Sequence[FoundValue]]
"""Text, and the slot that was asked for -> what the parsers find."""


@dataclass(frozen=True, slots=True)
class Batch:
    """B sentences of at most L tokens."""

    ids: Tensor
    """Token numbers [B, L], or the numbers of each token's features [B, L, F]."""
    mask: Tensor
    """1 where there is a token [B, L]."""
    sight: Tensor
    """1 where the token stands for a piece of the text [B, L]."""
    hints: Tensor
    """What the parsers found, in the numbering of the tags [B, L]."""
    intents: Tensor
    """Target distribution over the intents [B, intents]; each request has an equal share."""
    second: Tensor
    """1.0 where there is more than one request [B]."""
    tags: Tensor
    """Number of the BIO tag, IGNORED where there is no text [B, L]."""
    owners: Tensor
    """Number of the intent that the token speaks for, IGNORED where unknown or alone [B, L]."""
    acts: Tensor
    """Number of the dialogue act, IGNORED where there is none [B]."""


@dataclass(frozen=True, slots=True)
class _Row:
    ids: Sequence[int] | Sequence[Sequence[int]]
    sight: list[int]
    hints: list[int]
    tags: list[int]
    owners: list[int]
    intents: list[int]
    act: int


class BatchBuilder:
    """Encodes sentences for one set of labels."""

    def __init__(
        self, tokenizer: TextTokenizer, labels: Labels, find: FindValues, gazetteer: Gazetteer = _EMPTY
    ) -> None:
        self._tokenizer = tokenizer
        self._labels = labels
        self._find = find
        self._gazetteer = gazetteer
        self._intents = {name: number for number, name in enumerate(labels.intents)}
        self._tags = {name: number for number, name in enumerate(labels.tags)}
        self._acts = {name: number for number, name in enumerate(labels.acts)}
        self._contexts = context_numbers(tokenizer, labels)

    def build(self, sentences: Sequence[Sentence]) -> Batch:
        """Return one batch of these sentences, in their order."""
        return self._stack([self._encode(sentence) for sentence in sentences])

    def shuffle(self, sentences: Sequence[Sentence], *, size: int, seed: int) -> Iterator[tuple[Batch, ...]]:
        """Yield all sentences in random batches of `size` sentences, alike in length, each in `PARTS` halves."""
        dice = random.Random(seed)
        rows = [self._encode(sentence) for sentence in sentences]
        rows.sort(key=lambda row: len(row.ids) + dice.uniform(-2, 2))
        starts = list(range(0, len(rows), size))
        dice.shuffle(starts)
        for start in starts:
            chosen = rows[start : start + size]
            yield tuple(self._stack(part) for number in range(PARTS) if (part := chosen[number::PARTS]))

    def _encode(self, sentence: Sentence) -> _Row:
        before = [self._contexts[name] for name in describe_context(sentence.context) if name in self._contexts]
        encoding = self._tokenizer.encode(sentence.text, context=before)
        is_text = [end > start for start, end in encoding.offsets]
        places = [start for start, _ in encoding.offsets]
        intents = [self._intents[name] for name in sentence.intents]
        owners = [sentence.owners[place] if text else NOBODY for place, text in zip(places, is_text, strict=True)]
        known = self._gazetteer.find(sentence.text, read_spans(sentence.tags))
        found = [*known, *self._find(sentence.text, sentence.context.requested_slot)]
        return _Row(
            ids=encoding.ids,
            sight=[int(text) for text in is_text],
            hints=align_marks(mark_values(sentence.text, found, self._tags), encoding.offsets),
            tags=self._number_tags(
                sentence, [place if text else None for place, text in zip(places, is_text, strict=True)]
            ),
            owners=[intents[owner] if owner != NOBODY and len(intents) > 1 else IGNORED for owner in owners],
            intents=intents,
            act=self._acts.get(sentence.act, IGNORED),
        )

    def _number_tags(self, sentence: Sentence, places: Sequence[int | None]) -> list[int]:
        """Return the tag of each token; one that begins within an entity, after none of its tokens, begins it."""
        numbers = []
        before = OUTSIDE
        for place in places:
            if place is None:
                numbers.append(IGNORED)
                continue
            tag = sentence.tags[place]
            if tag.startswith("I-") and before[2:] != tag[2:]:
                tag = "B-" + tag[2:]
            numbers.append(self._tags.get(tag, 0))
            before = tag
        return numbers

    def _stack(self, rows: Sequence[_Row]) -> Batch:
        width = max(len(row.ids) for row in rows)
        targets = np.zeros((len(rows), len(self._labels.intents)), dtype=np.float32)
        for number, row in enumerate(rows):
            targets[number, row.intents] = 1.0 / len(row.intents)
        return Batch(
            ids=_pad_ids([row.ids for row in rows], width),
            mask=_pad([[1] * len(row.ids) for row in rows], width, 0),
            sight=_pad([row.sight for row in rows], width, 0),
            hints=_pad([row.hints for row in rows], width, 0),
            intents=torch.from_numpy(targets),
            second=torch.tensor([float(len(row.intents) > 1) for row in rows]),
            tags=_pad([row.tags for row in rows], width, IGNORED),
            owners=_pad([row.owners for row in rows], width, IGNORED),
            acts=torch.tensor([row.act for row in rows]),
        )


def _pad_ids(rows: Sequence[Sequence[int] | Sequence[Sequence[int]]], width: int) -> Tensor:
    """Pad tokens, and where tokens have several features these, too."""
    tables = [np.array(row, dtype=np.int64) for row in rows]
    depth = tuple(max(table.shape[axis] for table in tables) for axis in range(1, tables[0].ndim))
    padded = np.zeros((len(rows), width, *depth), dtype=np.int64)
    for number, table in enumerate(tables):
        place: tuple[int | slice, ...] = (number, *(slice(size) for size in table.shape))
        padded[place] = table
    return torch.from_numpy(padded)


def _pad(rows: Sequence[Sequence[int]], width: int, filler: int) -> Tensor:
    padded = np.full((len(rows), width), filler, dtype=np.int64)
    for number, row in enumerate(rows):
        padded[number, : len(row)] = row
    return torch.from_numpy(padded)
