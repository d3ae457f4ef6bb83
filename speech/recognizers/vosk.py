"""Vosk: streaming recognition with partial results, alternatives, word times and run-time grammars.

One model, one `KaldiRecognizer` per utterance. A telephone's 8 kHz is brought to the model's rate here. A question
that expects digits or yes/no is heard twice, by the grammar and by the free graph; the likelier reading counts, so
that a caller who says something else is still understood.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from speech.errors import ModelMissing, RecognitionFailed
from speech.protocols import SAMPLE_RATE_HZ, Hint, HintKind, Partial, Reading, Recognition, RecognizerSession
from speech.recognizers.grammar import GARBAGE, grammar_phrases, render_grammar
from speech.recognizers.model_folder import ModelFolder, grammar_view, inspect_model
from speech.recognizers.vosk_result import ALTERNATIVES, Part, distinct, join_parts, read_partial, read_result
from speech.resampling import StreamResampler
from speech.text.written import to_written

_LOG = structlog.get_logger(__name__)
_MARGINS: dict[HintKind, float] = {"digits": 3.5}
"""How much likelier free speech must be than the grammar's answer, for each word of that: free speech knows which words
follow each other, a grammar's digits are all alike and cost so much more."""
MakeRecognizer = Callable[[], Any]


class VoskRecognizer:
    """Implements `speech.protocols.Recognizer`."""

    def __init__(self, path: Path) -> None:
        """Load a model folder (seconds for a large one). Raises ModelMissing."""
        import vosk  # libvosk takes 100 ms and memory: only who recognises loads it

        self._vosk = vosk
        vosk.SetLogLevel(-1)
        self.folder: ModelFolder = inspect_model(path)
        self._model = _load(vosk, path)
        self._grammar_model = self._model if self.folder.has_runtime_grammar else _load_grammar(vosk, self.folder)
        self._grammars: dict[Hint, str] = {}
        if self.folder.is_synthetic:
            _LOG.warning(
                "the recognizer was trained on synthetic speech only: for demos and tests, not for human callers",
                model=self.folder.name,
            )

    def open(self, hint: Hint) -> RecognizerSession:
        """Begin an utterance."""
        free = self._session(self._make_free, Hint())
        grammar = self._grammar_for(hint)
        if not grammar:
            return free
        narrow = self._session(lambda: self._make_narrow(grammar), hint)
        return _TwoWaySession(narrow, free, hint)

    def knows(self, word: str) -> bool:
        """Whether the model's vocabulary has this word."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def _session(self, make: MakeRecognizer, hint: Hint) -> VoskSession:
        return VoskSession(make(), self.folder.sample_rate_hz, hint)

    def _make_free(self) -> Any:
        recognizer = self._vosk.KaldiRecognizer(self._model, self.folder.sample_rate_hz)
        recognizer.SetWords(True)
        recognizer.SetMaxAlternatives(ALTERNATIVES)
        return recognizer

    def _make_narrow(self, grammar: str) -> Any:
        recognizer = self._vosk.KaldiRecognizer(self._grammar_model, self.folder.sample_rate_hz, grammar)
        recognizer.SetWords(True)
        recognizer.SetMaxAlternatives(ALTERNATIVES)
        return recognizer

    def _grammar_for(self, hint: Hint) -> str:
        if self._grammar_model is None:
            return ""
        if hint not in self._grammars:
            if len(self._grammars) > 256:
                self._grammars.clear()
            self._grammars[hint] = render_grammar(grammar_phrases(hint), self.knows)
        return self._grammars[hint]


def _load(library: Any, path: Path) -> Any:
    try:
        return library.Model(str(path))
    except Exception as error:  # libvosk raises bare Exception for any model that it cannot read
        raise ModelMissing(f"Vosk cannot load the model in {path}; see `gridtalk speech check`") from error


def _load_grammar(library: Any, folder: ModelFolder) -> Any | None:
    if folder.grammar_path is None:
        return None
    with grammar_view(folder) as view:
        return _load(library, view)


class VoskSession:
    """One utterance with one graph."""

    def __init__(self, recognizer: Any, model_rate_hz: int, hint: Hint) -> None:
        self._recognizer, self._hint = recognizer, hint
        self._resampler = StreamResampler(SAMPLE_RATE_HZ, model_rate_hz) if model_rate_hz != SAMPLE_RATE_HZ else None
        self._parts: list[Part] = []
        self._partial = ""

    @property
    def likelihood(self) -> float:
        """Return the log-likelihood of what was heard so far."""
        return sum(part.likelihood for part in self._parts)

    def accept(self, pcm: bytes) -> Partial | None:
        """Take sound; return a new partial when it has changed."""
        sound = self._resampler.accept(pcm) if self._resampler else pcm
        if not sound:
            return None
        now = ""
        if self._recognizer.AcceptWaveform(sound):
            self._parts.append(read_result(self._recognizer.Result()))
        else:
            now = read_partial(self._recognizer.PartialResult())
        text = to_written("".join(part.text for part in self._parts) + now, self._hint.kind)
        if text == self._partial:
            return None
        self._partial = text
        return Partial(text)

    def finish(self) -> Recognition:
        """End the utterance. Raises RecognitionFailed."""
        try:
            self._parts.append(read_result(self._recognizer.FinalResult()))
        except ValueError as error:
            raise RecognitionFailed("Vosk answered no JSON") from error
        return join_parts(self._parts, self._hint)


def holds_number(text: str, lengths: Sequence[int]) -> bool:
    """Say whether a written text holds a number of one of these lengths."""
    return any(len(run) in lengths for run in re.findall(r"\d+", text))


class _TwoWaySession:
    """The same sound through a grammar and through the free graph."""

    def __init__(self, narrow: VoskSession, free: VoskSession, hint: Hint) -> None:
        self._narrow, self._free, self._lengths = narrow, free, hint.lengths
        self._margin = _MARGINS.get(hint.kind, 0.0)

    def accept(self, pcm: bytes) -> Partial | None:
        """Take sound; the free graph's partial is reported."""
        self._narrow.accept(pcm)
        return self._free.accept(pcm)

    def _fits_better(self, free: Recognition, narrow: Recognition) -> bool:
        """Say whether free speech alone heard a number of the expected length."""
        lengths = self._lengths
        is_whole = free.text.isdigit() and len(free.text) in lengths
        return is_whole and not holds_number(narrow.text, lengths)

    def finish(self) -> Recognition:
        """Believe the grammar where its words explain the sound as well as free speech does."""
        narrow, free = self._narrow.finish(), self._free.finish()
        has_garbage = any(word.text == GARBAGE for word in narrow.words)
        ahead = self._narrow.likelihood + self._margin * len(narrow.words) - self._free.likelihood
        if not narrow.text or has_garbage or ahead < 0 or self._fits_better(free, narrow):
            return free
        behind = math.exp(-ahead)
        others = [Reading(free.text, behind), *narrow.alternatives]
        return replace(narrow, alternatives=distinct(others, without=narrow.text))
