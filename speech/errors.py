"""Errors of the package.

SpeechError
├── ModelMissing       a model or library is not there; the message says where it comes from
├── SynthesisFailed    no synthesizer of the chain could say it
└── RecognitionFailed  the recognizer broke off
"""

from __future__ import annotations


class SpeechError(Exception):
    """Root of the package's errors."""


class ModelMissing(SpeechError):
    """A model folder, file or library is missing; the message says which and where an operator gets it."""


class SynthesisFailed(SpeechError):
    """Nothing could say the text."""


class RecognitionFailed(SpeechError):
    """The recognizer broke off in the middle of an utterance."""
