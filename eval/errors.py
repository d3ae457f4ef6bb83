"""What can go wrong in a measurement.

EvalError
├── EncoderMissing         no encoder is configured: questions cannot be compared
├── ExtraMissing           a library of another extra (train, ray) is not installed
├── DayUnreadable          a day is not written like 2026-10-01
├── FrozenSetsInvalid      frozen.yml of the retraining is wrong
├── FrozenSetChanged       a frozen set is not what was frozen
├── FrozenSentenceLearnt   a sentence of a frozen set stands in the training data
├── GatesInvalid           gates.yml of the retraining is wrong
├── LabelSettingsInvalid   labels.yml or intents.yml of the retraining is wrong
├── MonthUnreadable        a month is not written like 2026-10
├── NothingLearnt          there is no label that the serving release has not learnt
├── TrainingFailed         the training of a candidate ended without a model
├── WorldInvalid           data/simulate is wrong
├── QuestionFileInvalid    a file of test questions or transcripts is wrong; lists every mistake with its line
└── RubricInvalid          the rubric or a lexicon of the quality scoring is wrong

BadRequest (connectors.errors): the quality review, asked over HTTP
├── NotInSight             404: no such row for whoever asks
├── ReviewRefused          409 or 400: a step cannot be taken now
├── LabelRefused           409 or 400: a label, a study or a topic cannot be had so
└── TrainingRefused        409: a training cannot be begun now
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from connectors.errors import BadRequest


class EvalError(Exception):
    """The root: catch this to catch all of the package's errors."""

    code: ClassVar[str] = "eval_error"
    """Stable name for machines."""


@dataclass(frozen=True, slots=True)
class QuestionMistake:
    """One thing that is wrong in a file of test questions."""

    file: str
    line: int
    """From 1; 0 when the whole file is meant."""
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class QuestionFileInvalid(EvalError):
    """The test questions were read and found wrong; `mistakes` lists all of them, not only the first."""

    code = "question_file_invalid"

    def __init__(self, mistakes: Sequence[QuestionMistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(str(mistake) for mistake in self.mistakes))


class RubricInvalid(EvalError):
    """data/qa was read and found wrong; the message names file and key."""

    code = "rubric_invalid"


class MonthUnreadable(EvalError):
    """A month is not written like 2026-10."""

    code = "month_unreadable"


class GatesInvalid(EvalError):
    """gates.yml was read and found wrong; the message names file and key."""

    code = "gates_invalid"


class FrozenSetsInvalid(EvalError):
    """frozen.yml was read and found wrong; the message names file and key."""

    code = "frozen_sets_invalid"


class FrozenSetChanged(EvalError):
    """A frozen set is not what was frozen: figures would not be comparable."""

    code = "frozen_set_changed"


class FrozenSentenceLearnt(EvalError):
    """A sentence of a frozen set stands in the training data; the message says how many and where."""

    code = "frozen_sentence_learnt"


class NothingLearnt(EvalError):
    """There is no label that the serving release has not learnt: no candidate is made unless forced."""

    code = "nothing_learnt"


class TrainingFailed(EvalError):
    """The training of a candidate ended without a model; the message has its last line."""

    code = "training_failed"


class WorldInvalid(EvalError):
    """data/simulate was read and found wrong; the message names file and key."""

    code = "world_invalid"


class EncoderMissing(EvalError):
    """config.yml names no encoder, or it is not there: questions cannot be compared."""

    code = "encoder_missing"


class LabelSettingsInvalid(EvalError):
    """labels.yml or intents.yml was read and found wrong; the message names file and key."""

    code = "label_settings_invalid"


class DayUnreadable(EvalError):
    """A day is not written like 2026-10-01."""

    code = "day_unreadable"


class ExtraMissing(EvalError):
    """A library of another extra is not installed."""

    code = "extra_missing"


class ReviewRefused(BadRequest):
    """A step of the quality review cannot be taken now; `code` says why."""

    def __init__(self, code: str, message: str, status: int = 409) -> None:
        super().__init__(code, message, status)


class LabelRefused(BadRequest):
    """A step of the labelling cannot be taken now; `code` says why."""

    def __init__(self, code: str, message: str, status: int = 409) -> None:
        super().__init__(code, message, status)


class TrainingRefused(BadRequest):
    """A training cannot be begun now; `code` says why."""

    def __init__(self, code: str, message: str, status: int = 409) -> None:
        super().__init__(code, message, status)


class NotInSight(BadRequest):
    """There is no such row for whoever asks."""

    def __init__(self, what: str) -> None:
        super().__init__("not_found", f"there is no such {what}", 404)
