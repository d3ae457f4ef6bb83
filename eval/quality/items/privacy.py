"""Item 13: nothing personal from the files is said in full: phone, identity number, name, address."""

from __future__ import annotations

from collections.abc import Iterator

from eval.quality.hearing import Evidence, Finding, Hearing
from eval.quality.items.full_names import full_names
from eval.quality.items.house_addresses import house_addresses
from eval.quality.items.personal_numbers import personal_numbers
from eval.quality.transcript import Turn


def check_privacy(hearing: Hearing) -> Finding:
    """Repeating what the customer has just said is no breach; account and ticket numbers are not personal."""
    breaches = [
        Evidence(turn.n, words)
        for turn in hearing.turns
        if turn.role != "customer" and turn.text
        for words in _breaches(hearing, turn)
    ]
    if breaches:
        return Finding(0.0, "说出了档案里的个人信息，没有脱敏", tuple(breaches))
    return Finding(1.0, "没有泄露个人信息")


def _breaches(hearing: Hearing, turn: Turn) -> Iterator[str]:
    yield from personal_numbers(hearing, turn)
    yield from full_names(hearing, turn)
    yield from house_addresses(hearing, turn)
