"""The desk's values: who looks, one conversation that waits for or is with a person, one line of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WAITING, ACTIVE, CLOSED = "waiting", "active", "closed"
ONLINE, AWAY, OFFLINE = "online", "away", "offline"
CUSTOMER, AGENT, SYSTEM, NOTE, WHISPER = "customer", "agent", "system", "note", "whisper"
PENDING, SENT, FAILED = "pending", "sent", "failed"
PHONE_PREFIX = "phone:"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member of staff at the desk."""

    id: int
    """0: a machine."""
    name: str
    """As customers and colleagues see it."""
    scope: str = ""
    """Place in the organisation tree; everything below it may be seen. Empty: everything."""
    is_supervisor: bool = False
    skills: tuple[str, ...] = ()
    """Groups; none means all."""
    capacity: int = 5
    """Conversations at the same time."""

    def sees(self, scope: str) -> bool:
        """Say whether a row of this scope may be seen; a row of nobody's is everybody's."""
        return not scope or is_within(scope, self.scope)


def is_within(scope: str, outer: str) -> bool:
    """Say whether a place lies in another one, or is it."""
    return not outer or scope == outer or scope.startswith(f"{outer}/")


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation that was handed over."""

    id: int
    conversation_id: str
    channel: str
    """app | wechat | phone: the wording's."""
    door: str
    """webchat | wechat | wecom_kf | rest | callback | phone: where it came in."""
    status: str
    skill: str
    priority: int
    reason: str
    scope: str
    created_at: float
    queued_at: float
    is_first: bool
    """Goes before all others: somebody had it already."""
    accepted_at: float | None
    closed_at: float | None
    agent_id: int | None
    agent_name: str | None
    is_held: bool
    """A person has spoken here: the bot keeps silent until it is given back."""
    reserved_until: float | None
    """By the machine's clock: until then it waits for an agent whose line was lost."""
    summary: Mapping[str, Any]
    last_text: str
    last_at: float
    unread: int
    disposition: str | None
    rating_asked: bool
    rating: int | None
    version: int

    @property
    def can_write(self) -> bool:
        """Say whether words can be sent to the customer: a call is spoken."""
        return not self.conversation_id.startswith(PHONE_PREFIX)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a session."""

    id: int
    session_id: int
    place: int
    at: float
    kind: str
    """customer | agent | system | note | whisper."""
    body: Mapping[str, Any]
    """`text`; for `system` also `code` and `values`."""
    staff_id: int | None
    staff_name: str | None
    key: str
    delivery: str | None
    """pending | sent | failed, for what goes to the customer."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A line that is to be written."""

    kind: str
    body: Mapping[str, Any]
    key: str
    """Once per conversation."""
    staff_id: int | None = None
    staff_name: str | None = None
    delivery: str | None = None


@dataclass(frozen=True, slots=True)
class Callback:
    """A promise to call back."""

    id: int
    session_id: int
    conversation_id: str
    skill: str
    scope: str
    reason: str
    """out_of_hours | nobody_there | abandoned."""
    wanted: tuple[str, ...]
    phone: str | None
    created_at: float
    due_at: float
    status: str
    """open | claimed | done."""
    agent_id: int | None
    agent_name: str | None
    result: str | None
    note: str
    done_at: float | None


@dataclass(frozen=True, slots=True)
class Presence:
    """An agent as the desk sees him."""

    staff_id: int
    name: str
    state: str
    """online | away | offline; offline too when his line is lost."""
    wanted: str
    """What he chose himself."""
    since: float
    scope: str
    skills: tuple[str, ...]
    capacity: int
    active: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """What goes to the customer beside the bot's replies."""

    kind: str
    """agent | notice | csat."""
    text: str
    agent_name: str | None = None
    state: str | None = None
    """with_agent | waiting_for_agent | with_bot."""
    extra: Mapping[str, Any] = field(default_factory=dict)
