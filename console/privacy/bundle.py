"""A person's own data as a ZIP file: what was said, by whom and when, pictures, voice, calls, and what is not in it."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.events import BotSaid, SlotSet, UserSaid, parse_event
from bot.store import TURNS
from connectors.desk.table import CALLBACKS, ENTRIES
from connectors.desk.values import AGENT, CUSTOMER, SYSTEM
from connectors.webchat.records import RATINGS
from connectors.webchat.uploads import UPLOADS
from console.privacy.erasure import Files, in_pieces
from storage.clock import CHINA
from storage.secret import Cipher

_ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "audio/wav": ".wav", "audio/ogg": ".ogg"}
_SEEN = (CUSTOMER, AGENT, SYSTEM)
"""Notes and whispers are the staff's own, and not the person's data."""


@dataclass(frozen=True, slots=True)
class PersonalRows:
    """What the database keeps of a person."""

    conversations: Sequence[Mapping[str, Any]]
    desk: Sequence[Mapping[str, Any]]
    callbacks: Sequence[Mapping[str, Any]]
    ratings: Sequence[Mapping[str, Any]]
    uploads: Sequence[Mapping[str, Any]]


def read_rows(link: Connection, senders: Collection[str]) -> PersonalRows:
    """Read everything that the person said or was told in these conversations."""
    talks, desk, promises = list[dict[str, Any]](), list[dict[str, Any]](), list[dict[str, Any]]()
    ratings, uploads = list[dict[str, Any]](), list[dict[str, Any]]()
    for piece in in_pieces(senders):
        turns = select(TURNS).where(TURNS.c.sender_id.in_(piece)).order_by(TURNS.c.sender_id, TURNS.c.number)
        talks += [line for row in link.execute(turns) for line in _lines(row)]
        said = select(ENTRIES).where(ENTRIES.c.conversation_id.in_(piece), ENTRIES.c.kind.in_(_SEEN))
        desk += [_entry(row) for row in link.execute(said.order_by(ENTRIES.c.id))]
        promised = select(CALLBACKS).where(CALLBACKS.c.conversation_id.in_(piece))
        promises += [
            {"due": _told(row.due_at), "phone": row.phone, "status": row.status} for row in link.execute(promised)
        ]
        rated = select(RATINGS).where(RATINGS.c.conversation_id.in_(piece))
        ratings += [
            {"at": _told(row.changed_at), "score": row.score, "comment": row.comment} for row in link.execute(rated)
        ]
        sent = select(UPLOADS).where(UPLOADS.c.conversation_id.in_(piece))
        uploads += [
            {"id": row.id, "content_type": row.content_type, "at": _told(row.created_at)} for row in link.execute(sent)
        ]
    return PersonalRows(talks, desk, promises, ratings, uploads)


def write_bundle(
    rows: PersonalRows,
    files: Files,
    calls: Iterable[Path],
    cipher: Cipher,
    kept: Sequence[Mapping[str, str]],
    at: float,
) -> bytes:
    """Return the ZIP file. Blocks: call it in a thread."""
    content = {
        "made_at": _told(at),
        "conversations": rows.conversations,
        "with_agents": rows.desk,
        "callbacks": rows.callbacks,
        "ratings": rows.ratings,
        "uploads": rows.uploads,
        "kept_elsewhere": list(kept),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("data.json", orjson.dumps(content, option=orjson.OPT_INDENT_2))
        bundle.writestr("说明.txt", _readme(content, kept))
        for upload in rows.uploads:
            path = files.uploads / upload["id"]
            if path.is_file():
                sealed = base64.b64decode(cipher.open(path.read_bytes()))
                bundle.writestr(f"uploads/{upload['id']}{_ENDINGS.get(upload['content_type'], '.bin')}", sealed)
        for path in calls:
            bundle.write(path, f"calls/{path.parent.name}/{path.name}")
    return made.getvalue()


def _lines(row: Any) -> Iterable[dict[str, Any]]:
    for event in map(parse_event, orjson.loads(row.events)):
        who = {"conversation": row.sender_id, "at": _told(event.timestamp), "channel": row.channel}
        if isinstance(event, UserSaid):
            yield {**who, "from": "您", "text": event.text, "understood_as": event.intent}
        elif isinstance(event, BotSaid):
            yield {**who, "from": "机器人（AI）", "text": event.text}
        elif isinstance(event, SlotSet) and event.by == "customer":
            yield {**who, "from": "系统记录", "name": event.name, "value": event.value}


def _entry(row: Any) -> dict[str, Any]:
    body = orjson.loads(row.body)
    names = {CUSTOMER: "您", AGENT: f"坐席 {row.staff_name or ''}".strip(), SYSTEM: "系统"}
    return {
        "conversation": row.conversation_id,
        "at": _told(row.at),
        "from": names[row.kind],
        "text": body.get("text", ""),
    }


def _readme(content: Mapping[str, Any], kept: Sequence[Mapping[str, str]]) -> str:
    lines = [
        "个人信息副本",
        f"生成时间：{content['made_at']}",
        "",
        f"data.json：会话 {len(content['conversations'])} 条，人工服务记录 {len(content['with_agents'])} 条，"
        f"回呼 {len(content['callbacks'])} 条，评价 {len(content['ratings'])} 条。",
        "uploads/：您发来的图片和语音。calls/：通话录音（.wav，左声道为您）与通话记录（.json）。",
        "其中标明“AI”的回答由人工智能生成。",
        "",
        "不在本文件中的：",
        *(f"- {one['what']}：{one['why']}" for one in kept),
    ]
    return "\n".join(lines) + "\n"


def _told(at: float) -> str:
    return f"{datetime.fromtimestamp(at, CHINA):%Y-%m-%d %H:%M:%S}"
