"""The listening half of a call: frames in; voice, words, keys and the end of the call out."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import structlog

from speech.ear import Ear
from speech.endpointing import Endpointer, VoiceEvent, end_silence_seconds
from speech.errors import SpeechError
from speech.media import CallEnded, HoldChanged, KeyPressed, MediaSession, Sound
from speech.protocols import FRAME_SECONDS, SILENT_FRAME, Question, Recognition, Recognizer
from speech.vad import Vad

_LOG = structlog.get_logger(__name__)
_PRE_ROLL_FRAMES = 15
"""300 ms before the voice was noticed."""
_QUIET_WORDS_SECONDS = 0.4
"""Words that the detector missed: so long without a change beyond the question's pause, and they were all."""
_QUIET_WORDS_CONFIDENCE = 0.6
_FINISH_SECONDS = 8.0
_MISSING_FRAMES = 10


@dataclass(frozen=True, slots=True)
class VoiceStarted:
    """The caller began to speak."""


@dataclass(frozen=True, slots=True)
class VoiceInsisted:
    """The caller has spoken long enough to interrupt."""


@dataclass(frozen=True, slots=True)
class PartialHeard:
    """Words so far."""

    text: str


@dataclass(frozen=True, slots=True)
class UtteranceHeard:
    """The caller has finished."""

    recognition: Recognition
    voiced_seconds: float
    last_voiced_at: float
    """Loop time."""
    ended_at: float
    """Loop time of the decision."""
    recognized_at: float


Heard = VoiceStarted | VoiceInsisted | PartialHeard | UtteranceHeard | KeyPressed | HoldChanged | CallEnded


class Listener:
    """Follows the caller's side of one call."""

    def __init__(
        self,
        media: MediaSession,
        vad: Vad,
        recognizer: Recognizer | None,
        workers: Executor,
        *,
        tell: Callable[[Heard], None],
        on_frame: Callable[[bytes], None],
    ) -> None:
        self._media = media
        self._vad = vad
        self._recognizer = recognizer
        self._workers = workers
        self._tell = tell
        self._on_frame = on_frame
        self._before: deque[bytes] = deque(maxlen=_PRE_ROLL_FRAMES)
        self._ear: Ear | None = None
        self._question = Question()
        self._quiet_text = ""
        self._quiet_frames = 0
        self._frames_missing = 0
        self._finishing: dict[asyncio.Task[None], Ear | None] = {}
        self.endpointer = Endpointer()

    @property
    def is_caller_speaking(self) -> bool:
        """Whether an utterance is going on."""
        return self.endpointer.is_active

    @property
    def can_recognize(self) -> bool:
        """Whether there is a recognizer at all; without one callers use keys."""
        return self._recognizer is not None

    def expect(self, question: Question) -> None:
        """From now on an answer to this question is awaited."""
        self._question = question
        self.endpointer.end_silence_seconds = end_silence_seconds(question)
        if not self.is_caller_speaking:
            self._drop_ear()

    def attend(self) -> None:
        """The prompt is over: listen for words even where the detector hears no voice."""
        if self._ear is None:
            self._open_ear()

    def tick(self) -> None:
        """20 ms have passed; a phone that sends nothing while its owner is silent must not stop our clock."""
        self._frames_missing += 1
        if self._frames_missing > _MISSING_FRAMES:
            self._hear(SILENT_FRAME)

    async def run(self) -> None:
        """Listen until the call ends."""
        async for event in self._media.events():
            if isinstance(event, Sound):
                self._frames_missing = 0
                self._hear(event.pcm)
            else:
                self._tell(event)
        self.close()

    def close(self) -> None:
        """Stop recognizing."""
        self._drop_ear()
        for task, ear in list(self._finishing.items()):
            task.cancel()
            if ear is not None:
                ear.drop()

    def _hear(self, frame: bytes) -> None:
        self._on_frame(frame)
        self._before.append(frame)
        if self._ear is not None:
            self._ear.hear(frame)
        for probability, seconds in self._vad.feed(frame):
            event = self.endpointer.feed(probability, seconds)
            if event is not None:
                self._follow(event)
        self._watch_quiet_words()

    def _follow(self, event: VoiceEvent) -> None:
        if event is VoiceEvent.STARTED:
            if self._ear is None:
                self._open_ear()
            self._tell(VoiceStarted())
        elif event is VoiceEvent.INSISTED:
            self._tell(VoiceInsisted())
        else:
            self._end_utterance(self.endpointer.voiced_seconds, self.endpointer.silent_seconds)

    def _open_ear(self) -> None:
        self._quiet_text, self._quiet_frames = "", 0
        if self._recognizer is None:
            return
        self._ear = Ear(self._recognizer, self._question.hint, self._workers, self._take_partial)
        for frame in self._before:
            self._ear.hear(frame)

    def _drop_ear(self) -> None:
        if self._ear is not None:
            self._ear.drop()
            self._ear = None

    def _take_partial(self, text: str) -> None:
        if text != self._quiet_text:
            self._quiet_text, self._quiet_frames = text, 0
            self._tell(PartialHeard(text))

    def _watch_quiet_words(self) -> None:
        """A short 「嗯」 or 「好」 may be too short for the detector, and is an answer."""
        if not self._quiet_text or self.endpointer.is_active or self._ear is None:
            return
        self._quiet_frames += 1
        waited = self._quiet_frames * FRAME_SECONDS
        if waited >= self.endpointer.end_silence_seconds + _QUIET_WORDS_SECONDS:
            self._end_utterance(0.0, waited)

    def _end_utterance(self, voiced_seconds: float, silent_seconds: float) -> None:
        ear, self._ear = self._ear, None
        self._quiet_text = ""
        now = asyncio.get_running_loop().time()
        task = asyncio.create_task(self._finish(ear, voiced_seconds, now - silent_seconds, now))
        self._finishing[task] = ear
        task.add_done_callback(lambda done: self._finishing.pop(done, None))

    async def _finish(self, ear: Ear | None, voiced_seconds: float, last_voiced_at: float, ended_at: float) -> None:
        recognition = Recognition("")
        try:
            if ear is not None:
                recognition = await asyncio.wait_for(ear.finish(), _FINISH_SECONDS)
        except (SpeechError, TimeoutError, RuntimeError, OSError) as error:
            _LOG.error("recognition failed", error=type(error).__name__)
        if voiced_seconds == 0.0 and recognition.confidence < _QUIET_WORDS_CONFIDENCE:
            recognition = Recognition("")  # noise that was taken for a word
        now = asyncio.get_running_loop().time()
        self._tell(UtteranceHeard(recognition, voiced_seconds, last_voiced_at, ended_at, now))
