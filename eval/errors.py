"""What can go wrong in a measurement.

EvalError
└── QuestionFileInvalid    a file of test questions is wrong; lists every mistake with its line
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


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
