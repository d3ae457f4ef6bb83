"""One call's sound and keys, whatever carries them: SIP, AudioSocket, a WebSocket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Sound:
    """20 ms of the caller."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """One key: 0-9 * # A-D."""

    key: str


@dataclass(frozen=True, slots=True)
class HoldChanged:
    """The caller put us on hold, or came back."""

    is_held: bool


@dataclass(frozen=True, slots=True)
class CallEnded:
    """Nothing more comes."""

    cause: str
    """caller | line_silent | never_acknowledged | shutdown | failed"""


MediaEvent = Sound | KeyPressed | HoldChanged | CallEnded


@dataclass(frozen=True, slots=True)
class LineQuality:
    """What the network did to this call."""

    packets_sent: int = 0
    packets_received: int = 0
    packets_lost: int = 0
    jitter_seconds: float = 0.0
    concealed_frames: int = 0


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """What goes with a caller to a person."""

    conversation_id: str
    summary: str
    is_urgent: bool = False


class MediaSession(Protocol):
    """One call as the dialogue sees it."""

    @property
    def call_id(self) -> str:
        """The carrier's id of the call."""
        ...

    @property
    def can_transfer(self) -> bool:
        """Whether there are people to whom this call can be handed."""
        ...

    def events(self) -> AsyncIterator[MediaEvent]:
        """Yield what comes from the caller; the last is CallEnded."""
        ...

    def send(self, frame: bytes) -> None:
        """Send 20 ms; dropped while on hold and after the end. Never blocks."""
        ...

    async def transfer(self, request: TransferRequest) -> bool:
        """Hand the caller to a person; False when nobody took the call and it goes on here."""
        ...

    async def hang_up(self) -> None:
        """End the call."""
        ...

    def quality(self) -> LineQuality:
        """Return what the network did so far."""
        ...
