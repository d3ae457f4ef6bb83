"""The sub-words of an encoder that somebody else has trained: `tokenizers` alone, without transformers or torch."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from tokenizers import Tokenizer

from nlu.encoder.tokenizer import Encoding
from nlu.encoder.vocabulary import CONTEXT_TOKENS
from nlu.errors import ModelError

_TOKENIZER_FILE: Final = "tokenizer.json"
_FILE: Final = "subwords.json"


@dataclass(frozen=True, slots=True)
class SubwordRules:
    """What is put around a text."""

    first: tuple[int, ...]
    """Token numbers before everything ([CLS], <s>)."""
    last: tuple[int, ...]
    """Token numbers after everything ([SEP], </s>)."""
    unknown: int
    context_start: int
    """Number of the first context token: they come after the encoder's own."""
    max_length: int = 192


class SubwordTokenizer:
    """Turns a text into sub-words with their places."""

    def __init__(self, tokenizer: Tokenizer, rules: SubwordRules) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self.rules = rules
        self._context = {name: number for number, name in enumerate(CONTEXT_TOKENS, rules.context_start)}

    def __len__(self) -> int:
        return self.rules.context_start + len(self._context)

    def token_id(self, token: str) -> int:
        """Return the number of a context token, the unknown one where there is none."""
        return self._context.get(token, self.rules.unknown)

    def encode(self, text: str, *, context: Sequence[int] = ()) -> Encoding:
        """Return first, context, sub-words, last; a text that is too long loses its end."""
        rules = self.rules
        readable = text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate becomes one question mark
        read = self._tokenizer.encode(readable, add_special_tokens=False)
        room = rules.max_length - len(rules.first) - len(rules.last) - len(context)
        offsets = [_without_blanks(text, start, end) for start, end in read.offsets[:room]]
        no_place = [(0, 0)]
        return Encoding(
            [*rules.first, *context, *read.ids[:room], *rules.last],
            no_place * (len(rules.first) + len(context)) + offsets + no_place * len(rules.last),
        )

    def save(self, folder: Path) -> None:
        """Write tokenizer.json and subwords.json."""
        self._tokenizer.save(str(folder / _TOKENIZER_FILE))
        (folder / _FILE).write_text(json.dumps(asdict(self.rules), indent=1) + "\n", encoding="utf-8")


def load_subword_tokenizer(folder: Path) -> SubwordTokenizer:
    """Read what `SubwordTokenizer.save` wrote."""
    try:
        raw = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        rules = SubwordRules(**{**raw, "first": tuple(raw["first"]), "last": tuple(raw["last"])})
        text = (folder / _TOKENIZER_FILE).read_text(encoding="utf-8")
        return SubwordTokenizer(Tokenizer.from_str(text), rules)
    except Exception as error:  # the tokenizers library raises bare exceptions
        raise ModelError(f"{folder}: the tokenizer is missing or broken ({error}); train a model anew") from error


def _without_blanks(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the place without the blanks that some tokenizers count to a word; (0, 0) if nothing is left."""
    part = text[start:end]
    lead = len(part) - len(part.lstrip())
    trail = len(part) - len(part.rstrip())
    return (start + lead, end - trail) if lead + trail < len(part) else (0, 0)
