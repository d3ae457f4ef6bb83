"""Prompts that a person has recorded: a folder with `prompts.yml` (text -> WAV file).

Texts are compared without punctuation and spaces. Files are read once, brought to 8 kHz and the common loudness.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from speech.errors import SynthesisFailed
from speech.synthesizers.sound import finish_sound, read_wav

_MARKS = re.compile(r"[^\w]+")


class RecordedPrompts:
    """Knows the sentences for which there is a recording."""

    def __init__(self, folder: Path) -> None:
        """Read prompts.yml. Raises SynthesisFailed where it is broken or a file is missing."""
        index = folder / "prompts.yml"
        try:
            content = yaml.safe_load(index.read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise SynthesisFailed(f"{index} cannot be read: {error}") from error
        if not isinstance(content, dict):
            raise SynthesisFailed(f"{index} must map texts to WAV files")
        self._files = {_key(str(text)): folder / str(name) for text, name in content.items()}
        missing = [path.name for path in self._files.values() if not path.is_file()]
        if missing:
            raise SynthesisFailed(f"{index} names files that are not there: {', '.join(sorted(missing))}")
        self._sounds: dict[str, bytes] = {}

    def find(self, text: str) -> bytes | None:
        """Return telephone PCM of a recorded sentence, None where there is none."""
        key = _key(text)
        if key not in self._sounds:
            path = self._files.get(key)
            if path is None:
                return None
            samples, rate_hz = read_wav(path.read_bytes())
            self._sounds[key] = finish_sound(samples, rate_hz)
        return self._sounds[key]


def _key(text: str) -> str:
    return _MARKS.sub("", text)
