"""Whether the parsers read a training set's entities as its annotators do.

Another data set may call `date` what our parsers do not: there they would do harm, and stay silent.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from nlu.examples import Example
from nlu.hints import FoundValue

_LEAST_SHARE: Final = 0.6

FindValues = Callable[[str, str | None], Sequence[FoundValue]]


def are_parsers_right(examples: Iterable[Example], find: FindValues, readable: frozenset[str]) -> bool:
    """Say whether the parsers find most annotated spans of the entities that they can read, border for border."""
    wanted = right = 0
    for example in examples:
        spans = {(span.entity, span.start, span.end) for span in example.spans if span.entity in readable}
        if spans:
            found = find(example.text, example.context.requested_slot)
            wanted += len(spans)
            right += len(spans & {(value.entity, value.start, value.end) for value in found})
    return wanted > 0 and right >= _LEAST_SHARE * wanted
