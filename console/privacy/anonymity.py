"""Turning a person's conversations into nobody's: turns without personal values, under a name made up for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.store import TURNS
from console.privacy.erasure import erase_conversations
from eval.personal import PERSONAL, mask
from eval.report.ledger import FACTS

KEPT = (str(TURNS.name), str(FACTS.name))
"""What stays, without the person: figures of the time and what was wanted."""
SHORTEST = 2
"""Characters: shorter values are not looked for in other texts."""
_PLACE = "region"


class _Entity:
    """An entity of a stored event, as `mask` asks for it."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        self.entity = str(stored.get("entity", ""))
        self.start, self.end = int(stored.get("start", 0)), int(stored.get("end", 0))


def anonymise(link: Connection, names: Mapping[str, str]) -> dict[str, int]:
    """Rename conversations (sender -> new name), mask their turns, delete all else; returns how many rows by table."""
    changed = erase_conversations(link, names, but=KEPT)
    for sender, name in names.items():
        for table, count in zip(
            KEPT, (_rewrite_turns(link, sender, name), _rename_facts(link, sender, name)), strict=True
        ):
            changed[table] = changed.get(table, 0) + count
    return changed


def _rewrite_turns(link: Connection, sender: str, name: str) -> int:
    rows = link.execute(select(TURNS).where(TURNS.c.sender_id == sender)).all()
    events = {row.id: orjson.loads(row.events) for row in rows}
    values = set(_values(event for found in events.values() for event in found))
    for row in rows:
        message_id = f"{name}.{row.number}"
        told = [_without(event, values, message_id) for event in events[row.id]]
        replies = _clean(orjson.loads(row.replies), values)
        changed = {
            "sender_id": name,
            "message_id": message_id,
            "events": orjson.dumps(told).decode(),
            "replies": orjson.dumps(replies).decode(),
        }
        link.execute(update(TURNS).where(TURNS.c.id == row.id).values(changed))
    return len(rows)


def _rename_facts(link: Connection, sender: str, name: str) -> int:
    rows = link.execute(select(FACTS).where(FACTS.c.sender_id == sender)).all()
    fresh = []
    for row in rows:
        own = f"{name}#{row.conversation_id.rpartition('#')[2]}"
        facts = orjson.dumps({**orjson.loads(row.facts), "id": own, "sender_id": name}).decode()
        fresh.append({**row._asdict(), "conversation_id": own, "sender_id": name, "facts": facts})
    link.execute(delete(FACTS).where(FACTS.c.sender_id == sender))
    if fresh:
        link.execute(insert(FACTS), fresh)
    return len(fresh)


def _values(events: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Return what was told of the person: values of slots and entities that name somebody."""
    for event in events:
        if event.get("event") == "slot" and event.get("name") in PERSONAL and isinstance(event.get("value"), str):
            yield event["value"]
        for entity in event.get("entities", ()):
            if entity.get("entity") in PERSONAL:
                yield from (str(entity[name]) for name in ("value", "text") if entity.get(name))


def _without(event: Mapping[str, Any], values: set[str], message_id: str) -> dict[str, Any]:
    """Return an event without what names the person; what happened stays."""
    told = dict(event)
    if told.get("event") == "slot" and told.get("name") != _PLACE:
        return {**told, "value": None}
    if told.get("event") == "user":
        told["text"] = mask(told["text"], [_Entity(one) for one in told.get("entities", ())])
        told |= {"entities": [], "message_id": message_id}
    if isinstance(told.get("slots"), dict):
        told["slots"] = dict.fromkeys(told["slots"])
    return {name: _clean(value, values) for name, value in told.items()}


def _clean(value: Any, values: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: _clean(inner, values) for name, inner in value.items()}
    if isinstance(value, list):
        return [_clean(inner, values) for inner in value]
    if not isinstance(value, str):
        return value
    for known in sorted(values, key=len, reverse=True):
        value = value.replace(known, "〔个人信息〕") if len(known) >= SHORTEST else value
    return mask(value)
