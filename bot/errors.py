"""What can go wrong in the dialogue engine.

BotError
├── ProjectInvalid        the project's files have mistakes; carries all of them
├── ConditionInvalid      an `if:` cannot be read
├── UnendingFlow          a turn ran more steps than any sane flow has
├── ConversationBusy      the conversation's lock was not had in time
├── StoreUnavailable      the database did not take or give events in time
├── MessageRefused        the message itself is unusable (size, characters)
└── ReleaseError
    ├── ReleaseInvalid    a release's folder or manifest has mistakes
    └── ReleaseRefused    a release cannot be moved so now; carries a code
"""

from __future__ import annotations

from dataclasses import dataclass


class BotError(Exception):
    """Root of every error that the engine raises."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a project file, with the place and the nearest valid name."""

    file: str
    line: int
    key: str
    message: str
    nearest: str | None = None

    def __str__(self) -> str:
        hint = f" (nearest: {self.nearest})" if self.nearest else ""
        return f"{self.file}:{self.line}: {self.key}: {self.message}{hint}"


class ProjectInvalid(BotError):
    """The project cannot be loaded; `mistakes` lists everything that is wrong, not only the first."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(str(mistake) for mistake in mistakes))


class ConditionInvalid(BotError):
    """An `if:` expression cannot be read."""


class UnendingFlow(BotError):
    """A turn ran too many steps: a flow jumps in a circle without asking anything."""


class ConversationBusy(BotError):
    """Another turn of the same conversation held the lock longer than the limit."""


class StoreUnavailable(BotError):
    """The conversation store did not answer; nothing of the turn was accepted."""


class MessageRefused(BotError):
    """The message is unusable; `code` is short and stable, the text says what to do."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class ReleaseError(BotError):
    """Root of what can go wrong with releases."""


class ReleaseInvalid(ReleaseError):
    """The folder or the manifest of a release has mistakes: it cannot be made, added or loaded."""


class ReleaseRefused(ReleaseError):
    """A release cannot be moved so now; `code` is short and stable, the text says what to do."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)
