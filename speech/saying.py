"""What is being said: sentences with their sound, how far it got, and what of it was heard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from speech.protocols import BYTES_PER_SECOND, FRAME_BYTES, SpokenReply

_SENTENCE = re.compile(r".+?(?:[。！？!?；;]+[”」』]?|$)", re.DOTALL)
_SHORT_CHARACTERS = 6
PAUSE_SECONDS = 0.12
"""Between sentences."""


@dataclass(slots=True)
class Sentence:
    """One sentence; its sound grows while it is rendered."""

    text: str
    is_protected: bool = False
    sound: bytearray = field(default_factory=bytearray)
    is_claimed: bool = False
    """Somebody renders it already."""
    is_rendered: bool = False
    sent: int = 0
    """Bytes that have left."""

    @property
    def is_over(self) -> bool:
        """Whether all of it has left."""
        return self.is_rendered and self.sent >= len(self.sound)

    @property
    def heard(self) -> str:
        """The part that has left, to the character."""
        if self.is_over or not self.sent:
            return self.text if self.is_over and self.sound else ""
        expected = len(self.sound) if self.is_rendered else max(len(self.sound), len(self.text) * BYTES_PER_SECOND // 4)
        return self.text[: int(len(self.text) * self.sent / expected)]

    def take(self) -> bytes | None:
        """Return the next frame; None when there is no whole one yet."""
        frame = bytes(self.sound[self.sent : self.sent + FRAME_BYTES])
        if len(frame) < FRAME_BYTES and not self.is_rendered:
            return None
        self.sent += len(frame)
        return frame.ljust(FRAME_BYTES, b"\0") if frame else None


@dataclass(slots=True)
class Saying:
    """Prompts on their way to the caller."""

    sentences: list[Sentence]
    is_filler: bool = False
    message_id: str = ""
    started_at: float | None = None
    """Loop time of its first frame."""
    before: str = ""
    """What had been heard of it before it was cut and resumed."""

    @property
    def current(self) -> Sentence | None:
        """The sentence that is due."""
        return next((sentence for sentence in self.sentences if not sentence.is_over), None)

    @property
    def is_protected(self) -> bool:
        """Whether speech may not interrupt now."""
        sentence = self.current
        return sentence is not None and sentence.is_protected

    @property
    def heard(self) -> str:
        """What has left so far."""
        return "".join(sentence.heard for sentence in self.sentences)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(sentence.text for sentence in self.sentences)

    @property
    def is_cut(self) -> bool:
        """Whether some of it was not heard."""
        return self.current is not None

    def rest(self) -> Saying:
        """Return what is left, beginning with the sentence that was cut; its sound is kept."""
        done = "".join(sentence.text for sentence in self.sentences if sentence.is_over)
        left = [sentence for sentence in self.sentences if not sentence.is_over]
        for sentence in left:
            sentence.sent = 0
        return Saying(left, self.is_filler, self.message_id, before=self.before + done)


def saying_of(prompts: Sequence[SpokenReply], *, is_filler: bool = False, message_id: str = "") -> Saying:
    """Cut prompts into sentences."""
    sentences = [
        Sentence(text, prompt.is_protected) for prompt in prompts for text in split_sentences(prompt.text) if text
    ]
    return Saying(sentences, is_filler, message_id)


def split_sentences(text: str) -> Iterator[str]:
    """Yield sentences; very short ones stay with the next, so that the voice does not hack."""
    held = ""
    for found in _SENTENCE.finditer(text.strip()):
        held += found.group(0)
        if len(held.strip()) >= _SHORT_CHARACTERS:
            yield held.strip()
            held = ""
    if held.strip():
        yield held.strip()
