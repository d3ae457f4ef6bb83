"""What of a question a topic does not speak of at all: the longest run of its characters, and their share.

Weights of tokens hide this: one name among many known words changes a share little, yet the question is about it
(「智能电表用的是什么芯片」). Words that every question has (什么, 多少, 怎么) and particles count neither way.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge_base.lexical import LexicalIndex

_COMMON: Final = re.compile(
    r"什么时候|什么|多少钱|多少|多久|怎么|为什么|哪里|哪些|哪个|哪|是不是|有没有|能不能|要不要|可以|需要|一度|一个|到底|现在"
    r"|[的了吗呢吧着过是在有我你他她它们这那和与及就都也还要会能把被给让从到对跟向为几多又再很太得地个按一上下里后前不没用电]"
)
_LONGEST: Final = 4.0
"""Characters of a run from which on it is as long as can be."""
_MOST: Final = 60
"""Characters of a question that are looked at."""

Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unheard:
    """Of each candidate: between 0 (all is heard of) and 1."""

    longest: Column
    """The longest run of characters, as a share of four: [topics]."""
    share: Column
    """Their share of the characters that say something: [topics]."""


def unheard_of(topics: LexicalIndex, chosen: NDArray[np.int64], plain: str) -> Unheard:
    """Compare a question in the words of the trade with the chosen topics; `topics` holds all that they say."""
    pieces = list(_pieces_of(plain[:_MOST]))
    telling = sum(map(len, pieces))
    longest, total = np.zeros(len(chosen)), np.zeros(len(chosen))
    for piece in pieces:
        missing = _missing(topics, chosen, piece)
        run = np.zeros(len(chosen))
        for column in missing.T:
            run = (run + 1) * column
            longest = np.maximum(longest, run)
        total += missing.sum(axis=1)
    return Unheard(np.minimum(longest / _LONGEST, 1.0), total / max(telling, 1))


def _pieces_of(plain: str) -> Iterator[str]:
    """Yield the runs of characters between common words, blanks and figures."""
    for piece in re.split(r"[^\u4e00-\u9fff]+", _COMMON.sub(" ", plain)):
        if piece:
            yield piece


def _missing(topics: LexicalIndex, chosen: NDArray[np.int64], piece: str) -> NDArray[np.bool_]:
    """Say of every character whether no pair with a neighbour is heard of: [topics, characters]."""
    if len(piece) == 1:
        return ~topics.contain([piece], chosen).T
    pairs: Sequence[str] = [piece[place : place + 2] for place in range(len(piece) - 1)]
    heard = topics.contain(pairs, chosen).T
    beside = np.zeros((len(chosen), len(piece)), dtype=np.bool_)
    beside[:, :-1] |= heard
    beside[:, 1:] |= heard
    return ~beside
