"""Where the network sees entities: spans of its likeliest path, and how far it would go along with another span."""

from collections.abc import Sequence
from dataclasses import dataclass

from nlu.crf import TagChain
from nlu.decision import Floats
from nlu.frontend import TextEncoding
from nlu.sentence import read_spans


@dataclass(frozen=True, slots=True)
class TagSpan:
    """A place where the network sees an entity."""

    entity: str
    start: int
    end: int
    confidence: float


class Tagging:
    """The tags of one sentence's N tokens that stand for text."""

    def __init__(self, probabilities: Floats, encoding: TextEncoding, names: Sequence[str], chain: TagChain) -> None:
        """`probabilities`: the network's, of all tokens, each token for itself [L, tags]."""
        tokens = [place for place, (start, end) in enumerate(encoding.offsets) if end > start]
        self._names = names
        self._offsets = [encoding.offsets[token] for token in tokens]
        self._path = chain.best_path(probabilities[tokens])
        self._marginals = chain.marginals(probabilities[tokens])

    def spans(self) -> list[TagSpan]:
        """Return the spans of the likeliest path; a span is as sure as its least sure token."""
        spans = []
        for span in read_spans([self._names[tag] for tag in self._path]):
            confidence = min(float(self._marginals[token, self._path[token]]) for token in range(span.start, span.end))
            spans.append(TagSpan(span.entity, self._offsets[span.start][0], self._offsets[span.end - 1][1], confidence))
        return spans

    def support(self, entity: str, start: int, end: int) -> float:
        """Return the probability that the surest character of [start, end) belongs to `entity`."""
        columns = [number for number, name in enumerate(self._names) if name[2:] == entity]
        rows = [token for token, (place, _) in enumerate(self._offsets) if start <= place < end]
        if not columns or not rows:
            return 0.0
        return float(self._marginals[rows][:, columns].sum(axis=1).max())
