"""espeak-ng through ctypes: sound and phoneme times of a text.

The library (in the `espeakng-loader` wheel) is GPL-3.0, and keeps one global state per process. Nothing that serves
imports this module: `espeak_worker` and the model builder do, in processes of their own. Source: `speak_lib.h` of
espeak-ng 1.52.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache

import espeakng_loader
import numpy as np
from numpy.typing import NDArray

_SYNCHRONOUS, _PHONEME_EVENTS, _UTF8 = 2, 1, 1
_LIST_TERMINATED, _PHONEME = 0, 7
RATE, VOLUME, PITCH, RANGE = 1, 2, 3, 4
"""espeak_PARAMETER: words a minute (80..450), 0..200, 0..100, 0..100."""


class _EventId(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    ]


_SynthCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True, slots=True)
class Phone:
    """One phoneme event."""

    name: str
    """espeak's mnemonic with stress marks."""
    start_sample: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """What espeak said."""

    samples: NDArray[np.int16]
    phones: tuple[Phone, ...]


@cache
def _load() -> tuple[ctypes.CDLL, int]:
    """Load and initialise the library once; return it with its sample rate in Hz."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate_hz = int(library.espeak_Initialize(_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), _PHONEME_EVENTS))
    if rate_hz <= 0:
        raise OSError("espeak_Initialize failed: the voice data of espeakng-loader was not found")
    return library, rate_hz


class EspeakLibrary:
    """The synthesizer of this process; several objects share its one state."""

    def __init__(self) -> None:
        self._library, self.sample_rate_hz = _load()
        self._callback = _SynthCallback(self._collect)
        self._pieces: list[NDArray[np.int16]] = []
        self._phones: list[Phone] = []

    def set_voice(self, name: str) -> bool:
        """Choose a voice (`cmn-latn-pinyin`, `cmn+f3`); False where there is none of that name."""
        return bool(self._library.espeak_SetVoiceByName(name.encode()) == 0)

    def set_parameter(self, parameter: int, value: int) -> None:
        """Set RATE, VOLUME, PITCH or RANGE."""
        self._library.espeak_SetParameter(parameter, value, 0)

    def speak(self, text: str) -> Utterance:
        """Render `text`. Raises OSError when the library refuses."""
        self._pieces, self._phones = [], []
        # Each time anew: the library would call back into whichever object was the last to speak.
        self._library.espeak_SetSynthCallback(self._callback)
        encoded = text.encode() + b"\0"
        code = self._library.espeak_Synth(encoded, ctypes.c_size_t(len(encoded)), 0, 1, 0, _UTF8, None, None)
        if code:
            raise OSError(f"espeak_Synth returned {code}")
        self._library.espeak_Synchronize()
        samples = np.concatenate(self._pieces) if self._pieces else np.zeros(0, np.int16)
        return Utterance(samples, tuple(self._phones))

    def _collect(self, wav: object, count: int, events: object) -> int:
        if wav and count > 0:
            self._pieces.append(np.ctypeslib.as_array(wav, (count,)).copy())
        index = 0
        while events[index].type != _LIST_TERMINATED:  # type: ignore[index]
            event = events[index]  # type: ignore[index]
            if event.type == _PHONEME:
                self._phones.append(Phone(event.id.string.decode("utf-8", "replace"), event.sample))
            index += 1
        return 0
