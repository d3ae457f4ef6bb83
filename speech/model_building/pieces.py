"""The vocabulary: pieces of one to four characters, learnt from the sentences; every single character is one.

A unigram model as in SentencePiece (Kudo 2018), by the `tokenizers` library. Number words stay single, so that any
figure can be spoken. A sentence is cut the same way in building and in run-time grammars.
"""

from __future__ import annotations

from collections.abc import Iterable

from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Split
from tokenizers.trainers import UnigramTrainer

NUMBER_WORDS = "零一二三四五六七八九幺两十百千万亿点"
LONGEST_PIECE = 4
_UNKNOWN = "<unk>"


class Pieces:
    """Cuts sentences into vocabulary pieces."""

    def __init__(self, sentences: Iterable[str], *, size: int) -> None:
        self._tokenizer = Tokenizer(Unigram())
        self._tokenizer.pre_tokenizer = Split(Regex(f"[{NUMBER_WORDS}]"), "isolated")
        trainer = UnigramTrainer(
            vocab_size=size,
            max_piece_length=LONGEST_PIECE,
            special_tokens=[_UNKNOWN],
            unk_token=_UNKNOWN,
            show_progress=False,
        )
        self._tokenizer.train_from_iterator(sentences, trainer)

        vocabulary = self._tokenizer.get_vocab()
        self.words = frozenset(piece for piece in vocabulary if piece != _UNKNOWN)

    def cut(self, sentence: str) -> tuple[str, ...]:
        """Return the pieces of a sentence; characters that were never seen are left out."""
        return tuple(piece for piece in self._tokenizer.encode(sentence).tokens if piece in self.words)
