"""A back-off n-gram model with interpolated Kneser-Ney smoothing (Chen and Goodman 1999, 4.1.6), pruned by counts."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

START, END = "<s>", "</s>"
History = tuple[str, ...]


@dataclass(slots=True)
class NgramModel:
    """Costs are negative natural logarithms."""

    order: int
    costs: dict[History, dict[str, float]] = field(default_factory=dict)
    """history -> next word -> cost, for the n-grams that were kept"""
    backoffs: dict[History, float] = field(default_factory=dict)
    """history -> cost of falling back to the shorter history"""

    def cost(self, history: History, word: str) -> float:
        """Return the cost of `word` after `history` (the last words, oldest first)."""
        history = history[-(self.order - 1) :] if self.order > 1 else ()
        while history:
            if word in self.costs.get(history, {}):
                return self.costs[history][word]
            if history in self.backoffs:
                return self.backoffs[history] + self.cost(history[1:], word)
            history = history[1:]
        return self.costs[()].get(word, 20.0)


def estimate(
    sentences: Iterable[Sequence[str]],
    vocabulary: Iterable[str],
    *,
    order: int = 3,
    discount: float = 0.75,
    least_gain: float = 0.0,
) -> NgramModel:
    """Count and smooth; an n-gram stays if it raises the sentences' log-likelihood by more than `least_gain`.

    Pruning after Stolcke 1998, with counts in place of probabilities.
    """
    continuation = _continuations(_count(sentences, order), order)
    model = NgramModel(order)
    model.costs[()] = _unigram_costs(continuation[1][()], sorted({*vocabulary, END}))
    for length in range(2, order + 1):
        _add_order(model, continuation[length], length, discount, least_gain)
    return model


def _count(sentences: Iterable[Sequence[str]], order: int) -> Counter[History]:
    counts: Counter[History] = Counter()
    for sentence in sentences:
        words = (START, *sentence, END)
        for end in range(1, len(words)):
            counts[words[max(0, end - order + 1) : end + 1]] += 1
    return counts


def _continuations(counts: Counter[History], order: int) -> dict[int, dict[History, Counter[str]]]:
    """Order n keeps true counts at the top and after the start, else the number of different left neighbours."""
    tables: dict[int, dict[History, Counter[str]]] = {length: defaultdict(Counter) for length in range(1, order + 1)}
    for gram, count in counts.items():
        tables[len(gram)][gram[:-1]][gram[-1]] += count
    for length in range(order, 1, -1):
        for history, nexts in tables[length].items():
            for word in nexts:
                tables[length - 1][history[1:]][word] += 1
    return tables


def _unigram_costs(counts: Counter[str], vocabulary: list[str]) -> dict[str, float]:
    total = sum(counts.values()) + 0.5 * len(vocabulary)
    return {word: -math.log((counts[word] + 0.5) / total) for word in vocabulary}


def _add_order(
    model: NgramModel, table: dict[History, Counter[str]], length: int, discount: float, least_gain: float
) -> None:
    for history, nexts in sorted(table.items()):
        if length > 2 and history[1:] not in model.backoffs:
            continue
        shorter = {word: model.cost(history[1:], word) for word in nexts if word in model.costs[()]}
        total = sum(nexts.values())
        spare = discount * len(nexts) / total
        kept = {}
        for word, lower in shorter.items():
            direct = (nexts[word] - discount) / total + spare * math.exp(-lower)
            if nexts[word] * (lower + math.log(direct) - math.log(spare)) > least_gain:
                kept[word] = nexts[word]
        if kept:
            _keep(model, history, kept, shorter, total, discount)


def _keep(
    model: NgramModel, history: History, kept: dict[str, int], shorter: dict[str, float], total: int, discount: float
) -> None:
    """Give what the n-grams that went had to those that back off."""
    spare = max(1e-6, 1.0 - sum(count - discount for count in kept.values()) / total)
    model.backoffs[history] = -math.log(spare)
    model.costs[history] = {
        word: -math.log((count - discount) / total + spare * math.exp(-shorter[word])) for word, count in kept.items()
    }
