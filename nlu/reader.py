"""How a training set is going to be read: front end, tokenizer and encoder, and the settings that suit them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from nlu.encoder.tokenizer import CharTokenizer
from nlu.encoder.vocabulary import choose_tokens, count_characters, load_vocabulary
from nlu.errors import TrainingError
from nlu.frontend import AUTOMATIC, CHARACTERS, SUBWORDS, WORDS, FrontEnd, TextTokenizer, choose_front_end
from nlu.hub import is_our_encoder, load_hub_encoder
from nlu.model import TextEncoder, load_encoder
from nlu.options import TrainingOptions
from nlu.word_encoder import WordEncoder, WordShape
from nlu.words import build_word_tokenizer

_RECIPES: Final[Mapping[str, Mapping[str, Any]]] = {
    CHARACTERS: {},
    WORDS: {
        "learning_rate": 2e-3,
        "head_learning_rate": 2e-3,
        "batch_size": 64,
        "epochs": 26.0,
        "least_steps": 800,
        "most_steps": 3700,  # three minutes on two idle cores
        "dropout": 0.3,
        "tag_weight": 2.0,  # what the network loses in intents the sparse half makes good
    },
    SUBWORDS: {"learning_rate": 1e-4, "head_learning_rate": 1e-3, "epochs": 8.0},
}
"""What takes the place of a setting that is left at its default."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The parts."""

    front_end: FrontEnd
    tokenizer: TextTokenizer
    encoder: TextEncoder


def plan_reading(texts: Sequence[str], options: TrainingOptions) -> tuple[FrontEnd, TrainingOptions]:
    """Return how `texts` are read, and the settings for it."""
    if options.front_end not in (AUTOMATIC, CHARACTERS, WORDS):
        known = ", ".join((AUTOMATIC, CHARACTERS, WORDS))
        raise TrainingError(f"training: front_end {options.front_end!r} is unknown; there are {known}")
    front_end = choose_front_end(texts, options.front_end)
    named = options.encoder_dir
    if named is not None and options.front_end == AUTOMATIC and not is_our_encoder(named):
        front_end = replace(front_end, kind=SUBWORDS)
    defaults = TrainingOptions()
    default_of = {field.name: getattr(defaults, field.name) for field in fields(TrainingOptions)}
    recipe = _RECIPES[front_end.kind]
    fitting = {name: value for name, value in recipe.items() if getattr(options, name) == default_of[name]}
    return front_end, replace(options, **fitting)


def build_reader(front_end: FrontEnd, texts: Sequence[str], options: TrainingOptions) -> Reader:
    """Build or load tokenizer and encoder."""
    if front_end.kind == WORDS:
        words = build_word_tokenizer(texts)
        return Reader(front_end, words, WordEncoder(WordShape(features=len(words))))
    named = options.encoder_dir
    if front_end.kind == SUBWORDS and named is not None:
        return Reader(front_end, *load_hub_encoder(named, dropout=options.encoder_dropout))
    ours = Path(named) if named is not None and is_our_encoder(named) else None
    if named is not None and ours is None:
        raise TrainingError(f"encoder_dir: {named} is no folder of an encoder over characters; front_end asks for one")
    vocabulary = (
        choose_tokens(count_characters(texts), least=1) if ours is None else load_vocabulary(ours / "vocab.txt")
    )
    encoder = load_encoder(ours, vocabulary_size=len(vocabulary), dropout=options.encoder_dropout)
    return Reader(front_end, CharTokenizer(vocabulary), encoder)
