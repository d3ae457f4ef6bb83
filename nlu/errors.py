"""What can go wrong in the understanding.

NluError
├── TrainingFileError    a training or test file is wrong: file, line, what, and what there is instead
├── TrainingError        the examples cannot be learnt from (none, or one intent only)
└── ModelError           a model folder is missing, incomplete or of another version
"""

from pathlib import Path


class NluError(Exception):
    """The root of the package's errors; the text is for people."""


class TrainingFileError(NluError):
    """A training or test file cannot be read; the text begins with `file:line`."""

    def __init__(self, path: Path | str, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path = str(path)
        self.line = line
        self.problem = problem


class TrainingError(NluError):
    """There is nothing to be learnt from these examples."""


class ModelError(NluError):
    """The model folder cannot be used."""
