"""The desk's values as JSON; what would name a customer is masked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.desk.settings import DeskSettings
from connectors.desk.values import Callback, Presence, Session

_DOOR_NAMES = {"webchat": "网页访客", "wechat": "微信用户", "wecom_kf": "企业微信用户", "phone": "来电"}
_PRIVATE = frozenset({"phone", "id_number", "new_phone"})
_NAMES = frozenset({"person_name", "new_name"})
_LONG_NUMBER = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")


def render_session(session: Session, settings: DeskSettings, **more: Any) -> dict[str, Any]:
    """Return a session's line in a list (`Brief`)."""
    agent = {"id": session.agent_id, "display_name": session.agent_name} if session.agent_id is not None else None
    return {
        "id": session.id,
        "conversation_id": session.conversation_id,
        "channel": session.channel,
        "door": session.door,
        "can_write": session.can_write,
        "status": session.status,
        "skill": session.skill,
        "skill_name": settings.skill_names.get(session.skill, session.skill),
        "priority": session.priority,
        "reason": session.reason,
        "customer": customer_name(session.door, session.conversation_id),
        "scope": session.scope,
        "created_at": session.created_at,
        "waiting_since": session.queued_at if session.status == "waiting" else None,
        "accepted_at": session.accepted_at,
        "closed_at": session.closed_at,
        "agent": agent,
        "unread": session.unread,
        "last_text": session.last_text,
        "last_at": session.last_at,
        "wanted": list(session.summary.get("wanted") or []),
        "mood": session.summary.get("mood", "calm"),
        "estimate_seconds": None,
        "position": None,
        "reserved_for": session.agent_id if session.reserved_until is not None else None,
        "reserved_until": session.reserved_until,
        "disposition": session.disposition,
        "version": session.version,
        **more,
    }


def render_summary(session: Session, settings: DeskSettings, tried: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what an agent must know to go on without asking again."""
    summary, labels = session.summary, settings.labels
    waiting_for = summary.get("waiting_for")
    known = [
        {"name": name, "label": labels.get(name, name), "value": _shown(name, value)}
        for name, value in (summary.get("known") or {}).items()
        if name in labels
    ]
    return {
        "wanted": list(summary.get("wanted") or []),
        "last_words": summary.get("last_words", ""),
        "known": known,
        "waiting_for": {"name": waiting_for, "label": labels.get(waiting_for, waiting_for)} if waiting_for else None,
        "verified_level": summary.get("verified_level", 0),
        "not_understood": summary.get("not_understood", 0),
        "mood": summary.get("mood", "calm"),
        "flow": (summary.get("requests") or [None])[-1],
        "tried": list(tried),
    }


def render_callback(callback: Callback, settings: DeskSettings, *, is_overdue: bool) -> dict[str, Any]:
    """Return a promise to call back, its number masked."""
    agent = {"id": callback.agent_id, "display_name": callback.agent_name} if callback.agent_id is not None else None
    return {
        "id": callback.id,
        "session_id": callback.session_id,
        "conversation_id": callback.conversation_id,
        "customer": customer_name("", callback.conversation_id),
        "phone": mask_numbers(callback.phone) if callback.phone else None,
        "skill": callback.skill,
        "skill_name": settings.skill_names.get(callback.skill, callback.skill),
        "scope": callback.scope,
        "reason": callback.reason,
        "wanted": list(callback.wanted),
        "created_at": callback.created_at,
        "due_at": callback.due_at,
        "is_overdue": is_overdue,
        "status": callback.status,
        "agent": agent,
        "result": callback.result,
        "note": callback.note,
        "done_at": callback.done_at,
    }


def render_presence(one: Presence) -> dict[str, Any]:
    """Return an agent as colleagues see him."""
    return {
        "id": one.staff_id,
        "display_name": one.name,
        "state": one.state,
        "since": one.since,
        "active": one.active,
        "capacity": one.capacity,
        "skills": list(one.skills),
    }


def customer_name(door: str, conversation_id: str) -> str:
    """Return a name that tells conversations apart and nothing about the person."""
    start, _, rest = conversation_id.partition(":")
    kind = _DOOR_NAMES.get(door) or _DOOR_NAMES.get({"web": "webchat"}.get(start, start), "访客")
    # a Call-ID ends with the host that made it, which tells nothing apart
    return f"{kind} {(rest or conversation_id).partition('@')[0][-4:]}"


def mask_numbers(text: str) -> str:
    """Hide the middle of mobile numbers."""
    return _LONG_NUMBER.sub(r"\1****\2", text)


def _shown(name: str, value: Any) -> Any:
    if name in _NAMES and isinstance(value, str) and value:
        return value[0] + "*" * (len(value) - 1)
    if name in _PRIVATE and isinstance(value, str):
        masked = mask_numbers(value)
        return masked if masked != value else f"{value[:3]}****{value[-2:]}"
    return value
