"""What a trained model can say: the names behind its outputs, and the tokens for the context before its input."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from nlu.acts import choose_acts
from nlu.encoder.vocabulary import CONTEXT_TOKEN_COUNT
from nlu.errors import ModelError
from nlu.examples import Example
from nlu.frontend import TextTokenizer
from nlu.sentence import OUTSIDE
from nlu.understanding import Context

_FILE = "labels.json"


@dataclass(frozen=True, slots=True)
class Labels:
    """The names, in the order of the outputs."""

    intents: tuple[str, ...]
    tags: tuple[str, ...]
    """`O`, then `B-` and `I-` of each entity."""
    contexts: tuple[str, ...]
    """`last_intent=query_bill`, ...: entry n is token [ctxn]."""
    acts: tuple[str, ...] = ()
    """Dialogue acts; none where the training set has none."""

    def save(self, folder: Path) -> None:
        """Write labels.json."""
        (folder / _FILE).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_labels(folder: Path) -> Labels:
    """Read labels.json as `Labels.save` wrote it."""
    try:
        raw = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return Labels(tuple(raw["intents"]), tuple(raw["tags"]), tuple(raw["contexts"]), tuple(raw.get("acts", ())))
    except (OSError, KeyError, json.JSONDecodeError) as error:
        raise ModelError(
            f"{folder}: no trained model here ({_FILE}: {error}); train one with `gridtalk train`"
        ) from error


def build_labels(examples: Sequence[Example]) -> Labels:
    """Return the labels of a training set; the context tokens only if some example has a context."""
    intents = tuple(sorted({name for example in examples for name in example.intents}))
    entities = sorted({span.entity for example in examples for span in example.spans})
    tags = (OUTSIDE, *(f"{mark}-{entity}" for entity in entities for mark in "BI"))
    return Labels(intents, tags, _context_names(examples, intents), choose_acts(examples))


def describe_context(context: Context) -> tuple[str, ...]:
    """Return the names of the context's tokens, known to the model or not."""
    named = {
        "last_intent": context.last_intent,
        "active_flow": context.active_flow,
        "requested_slot": context.requested_slot,
    }
    return tuple(f"{key}={value}" for key, value in named.items() if value)


def context_numbers(tokenizer: TextTokenizer, labels: Labels) -> dict[str, int]:
    """Return the token number of each context name of the labels."""
    return {name: tokenizer.token_id(f"[ctx{number}]") for number, name in enumerate(labels.contexts)}


def _context_names(examples: Iterable[Example], intents: Sequence[str]) -> tuple[str, ...]:
    """Return what the examples' contexts hold and every intent as last intent, as far as there are tokens."""
    seen = {name for example in examples for name in describe_context(example.context)}
    if not seen:
        return ()
    return tuple(sorted(seen | {f"last_intent={name}" for name in intents}, key=lambda name: (name not in seen, name)))[
        :CONTEXT_TOKEN_COUNT
    ]
