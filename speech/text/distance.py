"""How far two texts are apart."""

from __future__ import annotations


def edit_distance(one: str, other: str) -> int:
    """Count insertions, deletions and substitutions of characters (Levenshtein 1966)."""
    row = list(range(len(other) + 1))
    for index, char in enumerate(one, 1):
        diagonal, row[0] = row[0], index
        for place, against in enumerate(other, 1):
            diagonal, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, diagonal + (char != against))
    return row[-1]
