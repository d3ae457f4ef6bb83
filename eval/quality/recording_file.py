"""A recorded call as a conversation: two channels through voice detection and recognition, turns with their seconds.

Left and right must be one person each: who speaks is known by the channel, never guessed from the voice. Blocks.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Literal

import numpy as np

from eval.errors import ExtraMissing, QuestionFileInvalid, QuestionMistake
from eval.quality.import_file import YEARS, ImportedTranscript
from speech.endpointing import Endpointer, VoiceEvent
from speech.engines import open_recognizer
from speech.errors import SpeechError
from speech.protocols import BYTES_PER_SECOND, FRAME_BYTES, SAMPLE_RATE_HZ, Hint, Recognizer, RecognizerSession
from speech.recognizers.model_folder import inspect_model, model_path
from speech.vad import OpenVad, Vad, load_vad
from storage.clock import CHINA

Side = Literal["left", "right"]
SIDES: tuple[Side, ...] = ("left", "right")
SOUND_SUFFIXES = (".wav", ".mp3")
MOST_SECONDS = 2 * 3600.0
_PRE_ROLL_FRAMES = 15
"""300 ms before the voice was noticed."""
_SAME_BREATH_SECONDS = 1.2
"""A shorter pause of the same person, with nobody in between, ends no turn."""
_FREE = Hint()


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one person said in one piece."""

    role: Literal["customer", "agent"]
    text: str
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True, slots=True)
class Ears:
    """What hears a recording."""

    recognizer: Recognizer
    open_vad: OpenVad
    tell: Callable[[float], None] = lambda _: None
    """Told how many seconds are heard."""


@dataclass(frozen=True, slots=True)
class CallTold:
    """What is known of a recorded call besides its sound."""

    id: str
    started_at: datetime
    agent_name: str = ""
    scope: str = ""
    customer: Side = "left"


def is_recording(path: Path) -> bool:
    """Say whether a file is sound, by its name."""
    return path.suffix.lower() in SOUND_SUFFIXES


def read_side(text: str) -> Side:
    """Return a channel. Raises QuestionFileInvalid."""
    for side in SIDES:
        if text == side:
            return side
    raise QuestionFileInvalid([QuestionMistake("", 0, "customer", "left or right")])


def read_moment(path: Path, text: str | None) -> datetime:
    """Return when a call began: as told (China's time without a zone), else as old as the file. Raises the same."""
    if text is None:
        return datetime.fromtimestamp(path.stat().st_mtime, CHINA)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise QuestionFileInvalid([QuestionMistake(path.name, 0, "began", "a time as 2026-11-20T09:30")]) from error
    if moment.year not in YEARS:
        raise QuestionFileInvalid([QuestionMistake(path.name, 0, "began", "a time of this century")])
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=CHINA)


def can_recognise() -> bool:
    """Say whether this installation has a model to recognize with, without loading it."""
    if os.environ.get("GRIDTALK_SHERPA_MODEL", "").strip():
        return True
    try:
        inspect_model(model_path())
    except SpeechError:
        return False
    return find_spec("vosk") is not None


def open_ears(tell: Callable[[float], None] = lambda _: None) -> Ears:
    """Load recognizer and voice detection of this installation (blocks). Raises ExtraMissing where it has none."""
    recognizer = open_recognizer()
    if recognizer is None:
        raise ExtraMissing("recordings need a recognizer: see `gridtalk speech check`")
    return Ears(recognizer, load_vad(), tell)


def recognise_call(path: Path, told: CallTold, ears: Ears) -> ImportedTranscript:
    """Return a call as a person's conversation. Raises QuestionFileInvalid where it is no two-channel sound."""
    heard = hear_file(path, told.customer, ears)
    turns = [
        {
            "n": number,
            "role": one.role,
            "text": one.text,
            "at": told.started_at + timedelta(seconds=one.start_seconds),
            "start_seconds": round(one.start_seconds, 2),
            "end_seconds": round(one.end_seconds, 2),
        }
        for number, one in enumerate(heard, 1)
    ]
    if not turns:
        raise _mistake(path, "nothing was understood in it")
    whole = {"id": told.id, "channel": "phone", "agent": "human", "turns": turns}
    return ImportedTranscript.model_validate({**whole, "agent_name": told.agent_name, "scope": told.scope})


def hear_file(path: Path, customer: Side, ears: Ears) -> list[Utterance]:
    """Return what both sides said, in order. Raises QuestionFileInvalid."""
    left: Literal["customer", "agent"] = "customer" if customer == "left" else "agent"
    right: Literal["customer", "agent"] = "agent" if customer == "left" else "customer"
    sides = (_Side(left, ears), _Side(right, ears))
    heard: list[Utterance] = []
    seconds = 0.0
    for pieces in _two_channels(path):
        for side, piece in zip(sides, pieces, strict=True):
            heard += side.hear(piece)
        seconds += len(pieces[0]) / BYTES_PER_SECOND
        ears.tell(seconds)
        if seconds > MOST_SECONDS:
            raise _mistake(path, f"longer than {MOST_SECONDS / 3600:g} hours")
    heard += [one for side in sides for one in side.end()]
    return _joined(sorted(heard, key=lambda one: one.start_seconds))


class _Side:
    """Follows one person: a recognizer's session from 300 ms before the voice to the pause behind it."""

    def __init__(self, role: Literal["customer", "agent"], ears: Ears) -> None:
        self._role: Literal["customer", "agent"] = role
        self._recognizer = ears.recognizer
        self._vad: Vad = ears.open_vad()
        self._endpointer = Endpointer()
        self._before: deque[bytes] = deque(maxlen=_PRE_ROLL_FRAMES)
        self._session: RecognizerSession | None = None
        self._rest = b""
        self._seconds = 0.0
        self._began = 0.0

    def hear(self, pcm: bytes) -> Iterator[Utterance]:
        """Take some sound; yield what is complete."""
        self._rest += pcm
        while len(self._rest) >= FRAME_BYTES:
            frame, self._rest = self._rest[:FRAME_BYTES], self._rest[FRAME_BYTES:]
            yield from self._frame(frame)

    def end(self) -> Iterator[Utterance]:
        """The sound is over."""
        if self._session is not None:
            yield from self._finish(0.0)

    def _frame(self, frame: bytes) -> Iterator[Utterance]:
        self._before.append(frame)
        self._seconds += FRAME_BYTES / BYTES_PER_SECOND
        if self._session is not None:
            self._session.accept(frame)
        for probability, seconds in self._vad.feed(frame):
            event = self._endpointer.feed(probability, seconds)
            if event is VoiceEvent.STARTED:
                self._begin()
            elif event is VoiceEvent.ENDED:
                yield from self._finish(self._endpointer.silent_seconds)

    def _begin(self) -> None:
        self._session = self._recognizer.open(_FREE)
        self._began = max(0.0, self._seconds - self._endpointer.voiced_seconds)
        for frame in self._before:
            self._session.accept(frame)

    def _finish(self, silent_seconds: float) -> Iterator[Utterance]:
        session, self._session = self._session, None
        text = session.finish().text.strip() if session is not None else ""
        if text:
            yield Utterance(self._role, text, self._began, max(self._began, self._seconds - silent_seconds))


def _joined(heard: list[Utterance]) -> list[Utterance]:
    """Put together what one person said in one breath."""
    joined: list[Utterance] = []
    for one in heard:
        last = joined[-1] if joined else None
        if last is not None and last.role == one.role and one.start_seconds - last.end_seconds < _SAME_BREATH_SECONDS:
            joined[-1] = replace(last, text=f"{last.text}，{one.text}", end_seconds=one.end_seconds)
        else:
            joined.append(one)
    return joined


def _two_channels(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Yield pieces of both channels, int16 at 8000 Hz: PCM, A-law, mu-law or MP3. Raises QuestionFileInvalid."""
    import av  # ffmpeg's libraries: loaded with the first recording

    resampler = av.AudioResampler(format="s16", layout="stereo", rate=SAMPLE_RATE_HZ)
    try:
        with av.open(str(path), "r") as container:
            if not container.streams.audio:
                raise _mistake(path, "no sound in it")
            if container.streams.audio[0].codec_context.layout.nb_channels != 2:
                raise _mistake(path, "needs two channels, customer and agent apart")
            for frame in chain(container.decode(audio=0), [None]):  # None: what the filter still holds
                for piece in resampler.resample(frame):
                    both = np.frombuffer(bytes(piece.planes[0])[: piece.samples * 4], "<i2").reshape(-1, 2)
                    yield both[:, 0].tobytes(), both[:, 1].tobytes()
    except (av.FFmpegError, OSError, ValueError, EOFError) as error:
        raise _mistake(path, f"cannot be read as sound: {type(error).__name__}") from error


def _mistake(path: Path, message: str) -> QuestionFileInvalid:
    return QuestionFileInvalid([QuestionMistake(path.name, 0, "", message)])
