"""Messages that spell out what they mean, as Rasa's buttons do: `/query_bill{"month": "2026-10"}`."""

from __future__ import annotations

import re
from typing import Any

import orjson

from nlu.understanding import Entity, Intent, Understanding

_PAYLOAD = re.compile(r"^/([a-z_]{2,64})\s*(\{.*\})?$", re.DOTALL)


def parse_payload(text: str) -> Understanding | None:
    """Return the understanding that a payload spells out, or None for ordinary text."""
    match = _PAYLOAD.match(text)
    if match is None:
        return None
    intent = Intent(match.group(1), 1.0)
    entities = tuple(
        Entity(str(name), str(value), str(value), 0, len(text), 1.0)
        for name, value in _values(match.group(2)).items()
        if isinstance(value, str | int | float)
    )
    return Understanding(text, intent, (intent,), (intent,), entities)


def _values(braces: str | None) -> dict[str, Any]:
    try:
        values = orjson.loads(braces) if braces else {}
    except orjson.JSONDecodeError:
        return {}
    return values if isinstance(values, dict) else {}
