"""What the desk's pages send."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class PresenceBody(_Body):
    """POST /desk/presence."""

    state: str


class AcceptBody(_Body):
    """POST /desk/sessions/{id}/accept."""

    take_over: bool = False


class WordsBody(_Body):
    """What an agent says, or notes."""

    text: str = Field(min_length=1, max_length=2000)
    client_id: str | None = Field(None, min_length=1, max_length=64)


class TransferBody(_Body):
    """POST /desk/sessions/{id}/transfer."""

    to_agent: int | None = None
    to_skill: str | None = Field(None, max_length=32)
    note: str = Field("", max_length=2000)


class ReturnBody(_Body):
    """POST /desk/sessions/{id}/return."""

    note: str = Field("", max_length=2000)
    slots: dict[str, str | float | bool | None] = Field(default_factory=dict, max_length=30)


class CloseBody(_Body):
    """POST /desk/sessions/{id}/close."""

    disposition: str = Field(max_length=32)
    note: str = Field("", max_length=2000)
    ask_rating: bool = True


class NoteBody(_Body):
    """POST /desk/sessions/{id}/requeue."""

    note: str = Field("", max_length=2000)


class TicketBody(_Body):
    """POST /desk/sessions/{id}/tickets."""

    category: str = Field(max_length=32)
    summary: str = Field(min_length=1, max_length=1000)
    account_no: str | None = Field(None, max_length=32)
    phone: str | None = Field(None, max_length=32)
    address: str | None = Field(None, max_length=200)
    client_id: str | None = Field(None, min_length=1, max_length=64)


class CannedBody(_Body):
    """POST /desk/canned."""

    category: str = Field(min_length=1, max_length=64)
    title: str = Field(min_length=1, max_length=64)
    text: str = Field(min_length=1, max_length=2000)
    shared: bool = False


class CallbackDoneBody(_Body):
    """POST /desk/callbacks/{id}/done."""

    result: str = Field(max_length=32)
    note: str = Field("", max_length=2000)
