"""What a text is read as, characters, words or the sub-words of a named encoder, and whether our parsers have a say.

Chosen from the training sentences, written into the model folder, read from there when serving.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Protocol

from nlu.encoder.tokenizer import CharTokenizer
from nlu.errors import ModelError
from nlu.subwords import load_subword_tokenizer
from nlu.words import is_unparted, load_word_tokenizer, split_words

_FILE: Final = "front_end.json"
CHARACTERS: Final = "characters"
WORDS: Final = "words"
SUBWORDS: Final = "subwords"
AUTOMATIC: Final = "auto"


class TextEncoding(Protocol):
    """The tokens of one text."""

    @property
    def ids(self) -> Sequence[int] | Sequence[Sequence[int]]:
        """A number, or the numbers of the features, of each token."""

    @property
    def offsets(self) -> list[tuple[int, int]]:
        """Begin and end of each token in code points of the text; (0, 0) for tokens that stand for no text."""


class TextTokenizer(Protocol):
    """What turns a text into tokens."""

    def __len__(self) -> int: ...

    def token_id(self, token: str) -> int:
        """Return the number of a context token."""

    def encode(self, text: str, *, context: Sequence[int] = ()) -> TextEncoding:
        """Return the tokens of `text` after those of the context."""

    def save(self, folder: Path) -> None:
        """Write what `load_tokenizer` needs."""


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """How a model reads."""

    kind: str = CHARACTERS
    """CHARACTERS, WORDS or SUBWORDS."""
    has_parsers: bool = True
    """Whether the Chinese parsers, contract and phrases have a say."""

    def save(self, folder: Path) -> None:
        """Write front_end.json."""
        (folder / _FILE).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def load_front_end(folder: Path) -> FrontEnd:
    """Read front_end.json; a folder without one is from before there was a choice."""
    path = folder / _FILE
    if not path.is_file():
        return FrontEnd()
    try:
        return FrontEnd(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, TypeError, json.JSONDecodeError) as error:
        raise ModelError(f"{path} is broken ({error}); train a model with `gridtalk train`") from error


def choose_front_end(texts: Iterable[str], wanted: str = AUTOMATIC) -> FrontEnd:
    """Return words where there are more of them than characters of scripts without blanks, else characters.

    `wanted`: one of the two to have it whatever the texts are.
    """
    words = unparted = han = 0
    for text in texts:
        for word in split_words(text):
            is_single = is_unparted(word.text[0])
            unparted += is_single
            han += is_single and "\u3400" <= word.text[0] <= "\u9fff"
            words += word.text[0].isalpha() and not is_single
    kind = WORDS if words > unparted else CHARACTERS
    return FrontEnd(kind if wanted == AUTOMATIC else wanted, has_parsers=han >= words and 2 * han >= unparted)


def load_tokenizer(folder: Path, front_end: FrontEnd) -> TextTokenizer:
    """Read the tokenizer of a model folder."""
    if front_end.kind == WORDS:
        return load_word_tokenizer(folder)
    if front_end.kind == SUBWORDS:
        return load_subword_tokenizer(folder)
    if front_end.kind == CHARACTERS:
        return CharTokenizer.load(folder)
    raise ModelError(f"{folder / _FILE}: unknown kind {front_end.kind!r}; there are {CHARACTERS}, {WORDS}, {SUBWORDS}")
