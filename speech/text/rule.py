"""What a rule of the normaliser is: a pattern and what to say for a match."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
"""A figure with or without thousands commas; no sign."""
SIGNED = rf"(?<![\d.A-Za-z])-?(?:{NUMBER})"
DASH = r"\s*(?:-|~|—{1,2}|–|至|到)\s*"


@dataclass(frozen=True, slots=True)
class Rule:
    """One reading; the words it makes hold no figure, so that no later rule touches them again."""

    pattern: re.Pattern[str]
    spell: Callable[[re.Match[str]], str]


def rule(pattern: str, spell: Callable[[re.Match[str]], str]) -> Rule:
    """Compile one rule."""
    return Rule(re.compile(pattern), spell)


def apply(rules: tuple[Rule, ...], text: str) -> str:
    """Apply each rule to the whole text, in order."""
    for each in rules:
        text = each.pattern.sub(each.spell, text)
    return text
