"""Says prompts and keeps account of them: what was heard, what was cut, what can be resumed or repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from speech.call_record import BotLine, CallRecord
from speech.protocols import CutPrompt, SpokenReply
from speech.saying import Saying, saying_of
from speech.speaker import FrameSink, Speaker
from speech.voice import Voice

FirstFrame = Callable[[Saying], None]


class Prompter:
    """The bot's mouth in one call."""

    def __init__(
        self,
        sink: FrameSink,
        voice: Voice,
        record: CallRecord,
        clock: Callable[[], datetime],
        *,
        on_first_frame: FirstFrame,
        on_silent: Callable[[], None],
    ) -> None:
        self.speaker = Speaker(sink, voice, on_started=self._started, on_over=self._over)
        self._record = record
        self._clock = clock
        self._on_first_frame = on_first_frame
        self._on_silent = on_silent
        self._lines: dict[int, BotLine] = {}
        self._cut: list[Saying] = []
        self._given_up: list[CutPrompt] = []
        self._last: tuple[SpokenReply, ...] = ()
        self._began_at = asyncio.get_running_loop().time()

    @property
    def position_seconds(self) -> float:
        """Seconds since the call began: the place in the recording."""
        return asyncio.get_running_loop().time() - self._began_at

    @property
    def is_speaking(self) -> bool:
        """Whether something is being said or waits to be."""
        return self.speaker.is_speaking

    @property
    def has_cut(self) -> bool:
        """Whether something was cut that may be resumed."""
        return bool(self._cut)

    def say(self, prompts: Sequence[SpokenReply], *, message_id: str = "") -> None:
        """Say replies; they are what is repeated when the caller asks."""
        if prompts:
            self._last = tuple(prompts)
        self.speaker.say(saying_of(prompts, message_id=message_id))

    def say_phrase(self, *texts: str) -> None:
        """Say fixed phrases."""
        self.speaker.say(saying_of([SpokenReply(text) for text in texts if text]))

    def say_filler(self, text: str) -> None:
        """Say a fixed phrase before a reply whose sound is not there yet."""
        self.speaker.say(saying_of([SpokenReply(text)], is_filler=True), is_first=True)

    def repeat(self) -> None:
        """Say the last replies again."""
        self.speaker.say(saying_of(self._last))

    @property
    def last_question(self) -> str:
        """The last sentence that was asked."""
        sentences = saying_of(self._last).sentences
        return sentences[-1].text if sentences else ""

    def cut(self) -> None:
        """Fall silent now; what was cut can be resumed until it is dropped."""
        cut = self.speaker.interrupt()
        for saying in cut:
            self._close_line(saying)
        self._cut = [saying for saying in cut if not saying.is_filler]

    def resume(self) -> None:
        """Nobody had said anything: go on with the sentence that was cut."""
        cut, self._cut = self._cut, []
        for saying in cut:
            self.speaker.say(saying.rest())

    def drop_cut(self) -> None:
        """The caller wants something else."""
        self.speaker.drop(self._cut)
        self._given_up += [_cut_prompt(saying) for saying in self._cut if saying.message_id]
        self._cut = []

    def take_given_up(self) -> tuple[CutPrompt, ...]:
        """Return the replies that were cut and dropped since this was asked last."""
        given_up, self._given_up = tuple(self._given_up), []
        return given_up

    def close(self) -> None:
        """The call is over."""
        for saying in self.speaker.interrupt():
            self._close_line(saying)
        self.speaker.close()

    def _started(self, saying: Saying) -> None:
        line = BotLine("", self._clock(), self.position_seconds)
        self._lines[id(saying)] = line
        self._record.lines.append(line)
        self._on_first_frame(saying)

    def _over(self, saying: Saying) -> None:
        self._close_line(saying)
        if not self.speaker.is_speaking:
            self._on_silent()

    def _close_line(self, saying: Saying) -> None:
        line = self._lines.pop(id(saying), None)
        if line is None:
            return
        line.text, line.end_seconds = saying.heard, self.position_seconds
        line.unheard = saying.text[len(line.text) :]


def _cut_prompt(saying: Saying) -> CutPrompt:
    heard = saying.heard
    return CutPrompt(saying.message_id, saying.before + heard, saying.text[len(heard) :])
