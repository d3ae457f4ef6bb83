"""Where the network sees entities: spans of its likeliest tags, and how far it would go along with another span."""

from collections.abc import Sequence
from dataclasses import dataclass

from nlu.decision import Floats
from nlu.encoder.tokenizer import Encoding
from nlu.sentence import read_spans


@dataclass(frozen=True, slots=True)
class TagSpan:
    """A place where the network sees an entity."""

    entity: str
    start: int
    end: int
    confidence: float


class Tagging:
    """The tag probabilities of one sentence."""

    def __init__(self, probabilities: Floats, encoding: Encoding, names: Sequence[str]) -> None:
        self._probabilities = probabilities
        self._names = names
        self._offsets = encoding.offsets
        self._tokens = [place for place, (start, end) in enumerate(encoding.offsets) if end > start]

    def spans(self) -> list[TagSpan]:
        """Return the spans of the likeliest tags; a span is as sure as its least sure token."""
        best = self._probabilities.argmax(axis=1)
        spans = []
        for span in read_spans([self._names[best[token]] for token in self._tokens]):
            tokens = self._tokens[span.start : span.end]
            confidence = float(min(self._probabilities[token, best[token]] for token in tokens))
            spans.append(TagSpan(span.entity, self._offsets[tokens[0]][0], self._offsets[tokens[-1]][1], confidence))
        return spans

    def support(self, entity: str, start: int, end: int) -> float:
        """Return the probability that the surest character of [start, end) belongs to `entity`."""
        columns = [number for number, name in enumerate(self._names) if name[2:] == entity]
        rows = [token for token in self._tokens if start <= self._offsets[token][0] < end]
        if not columns or not rows:
            return 0.0
        return float(self._probabilities[rows][:, columns].sum(axis=1).max())
