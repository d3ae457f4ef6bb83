"""The lexicon of repair: which words are restored, which sounds are confused, what is left as it stands.

Read from nlu/repair_lexicon.yml, or from the file that config.yml names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from nlu.errors import ModelError

DEFAULT_LEXICON: Final = Path(__file__).with_name("repair_lexicon.yml")


class Confusion(BaseModel):
    """Two sounds, beginnings or ends of syllables, that many speakers do not tell apart."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sounds: tuple[str, str]
    cost: float


class Lexicon(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = 1
    confusions: tuple[Confusion, ...] = ()
    another_character: float = 0.35
    least: float = 0.6
    words: Mapping[str, float] = {}
    protected: tuple[str, ...] = ()
    """Rows of words, parted by blanks."""


def load_lexicon(path: Path = DEFAULT_LEXICON) -> Lexicon:
    """Read a lexicon; ModelError says what is wrong with it."""
    try:
        return Lexicon.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ModelError(f"{path}: the lexicon of repair cannot be read ({error})") from error


@dataclass(frozen=True, slots=True)
class Sounds:
    """Syllables with what is confused made one, and what was confused in each."""

    confusions: Sequence[Confusion]
    _read: dict[str, tuple[str, int]] = field(default_factory=dict)

    def blur(self, syllable: str) -> tuple[str, int]:
        """Return the blurred syllable, and a bit for each confusion whose first sound it had."""
        if syllable not in self._read:
            self._read[syllable] = self._blur(syllable)
        return self._read[syllable]

    def cost(self, one: int, other: int) -> float:
        """Return what it costs that two syllables, blurred alike, had different sounds."""
        differing = one ^ other
        return sum(confusion.cost for bit, confusion in enumerate(self.confusions) if differing >> bit & 1)

    def _blur(self, syllable: str) -> tuple[str, int]:
        bits = 0
        blurred = syllable
        for bit, confusion in enumerate(self.confusions):
            first, second = confusion.sounds
            is_end = first[0] in "aeiou"
            if is_end and blurred.endswith(second) and len(second) > len(first):
                blurred, bits = blurred.removesuffix(second) + first, bits | 1 << bit
            elif not is_end and _begins(blurred, first):
                blurred, bits = second + blurred.removeprefix(first), bits | 1 << bit
        return _RESPELT.get(blurred, blurred), bits


def _begins(syllable: str, sound: str) -> bool:
    """Say whether a syllable begins with just this sound (c is not ch)."""
    return syllable.startswith(sound) and not (len(sound) == 1 and syllable[1:2] == "h")


_RESPELT: Final = {"fuan": "fan", "fua": "fa", "fui": "fei", "fun": "fen", "fong": "fen", "fuo": "fo"}
"""What h made f would be written as."""
