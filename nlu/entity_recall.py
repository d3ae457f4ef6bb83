"""How many of the values in annotated sentences are understood, with the right value; and what is seen too much.

An entity is found if one of the same name lies on the same stretch of text and has the annotated value; blanks and
punctuation of free text do not count. `ignored` marks what may be seen as anything or not at all.
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import yaml

from nlu.annotations import AnnotatedText, Span, parse_annotated
from nlu.entities import FREE_TEXT
from nlu.pipeline import Pipeline
from nlu.understanding import Entity

IGNORED: Final = "ignored"
TODAY: Final = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
"""The clock of data/eval/entities_dev.yml."""
_NO_LETTER: Final = re.compile(r"[\W_]+")


@dataclass(slots=True)
class Count:
    """What became of the values of one entity."""

    annotated: int = 0
    found: int = 0
    seen: int = 0
    right: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / self.annotated if self.annotated else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.seen if self.seen else 1.0


def load_sentences(path: Path) -> Iterator[AnnotatedText]:
    """Read the annotated lines of an nlu.yml file whose examples are block texts."""
    for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
        for line in block["examples"].splitlines():
            if line.strip().startswith("- "):
                yield parse_annotated(line.strip()[2:])


def count_values(pipeline: Pipeline, sentences: Iterator[AnnotatedText]) -> dict[str, Count]:
    """Parse each sentence and count, for each entity."""
    counts: dict[str, Count] = defaultdict(Count)
    for sentence in sentences:
        entities = pipeline.parse(sentence.text).entities
        for span in sentence.spans:
            if span.entity != IGNORED:
                _count_span(counts[span.entity], span, entities, sentence.text)
        for entity in entities:
            _count_entity(counts[entity.entity], entity, sentence)
    return dict(counts)


def _count_span(count: Count, span: Span, entities: Sequence[Entity], text: str) -> None:
    count.annotated += 1
    if any(_is_same(span, entity, text) for entity in entities):
        count.found += 1
        return
    near = [f"{entity.entity}={entity.value}" for entity in entities if entity.start < span.end > span.start]
    count.misses.append(f"- {text} | {text[span.start : span.end]} = {span.value} | {near}")


def _count_entity(count: Count, entity: Entity, sentence: AnnotatedText) -> None:
    over = [span for span in sentence.spans if span.start < entity.end and entity.start < span.end]
    if any(span.entity == IGNORED for span in over):
        return
    count.seen += 1
    if any(_is_same(span, entity, sentence.text) for span in over):
        count.right += 1
    elif not any(span.entity == entity.entity for span in over):
        count.misses.append(f"+ {sentence.text} | {entity.text} = {entity.value}")


def _is_same(span: Span, entity: Entity, text: str) -> bool:
    if span.entity != entity.entity or span.start >= entity.end or entity.start >= span.end:
        return False
    meant = span.value if span.value is not None else text[span.start : span.end]
    if span.entity in FREE_TEXT:
        return _NO_LETTER.sub("", meant) == _NO_LETTER.sub("", entity.value)
    return meant == entity.value


def main() -> None:
    """Print a table, and with --misses each value that was missed (-), or seen where there is none (+)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, default=Path("data/eval/entities_dev.yml"))
    parser.add_argument("--model", type=Path, default=Path("models/nlu"))
    parser.add_argument("--misses", action="store_true")
    arguments = parser.parse_args()
    counts = count_values(Pipeline.load(arguments.model, lambda: TODAY), load_sentences(arguments.file))
    for entity, count in sorted(counts.items()):
        print(f"{entity:18} {count.annotated:4} recall {count.recall:.3f} precision {count.precision:.3f}")
        for miss in count.misses if arguments.misses else ():
            print("   ", miss)
    every = list(counts.values())
    total = Count(*(sum(getattr(count, name) for count in every) for name in ("annotated", "found", "seen", "right")))
    print(f"{'all':18} {total.annotated:4} recall {total.recall:.3f} precision {total.precision:.3f}")


if __name__ == "__main__":
    main()
