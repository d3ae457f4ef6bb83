"""Pictures and voice messages of customers: kept sealed under the home folder, for so many days and no longer."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, delete, insert, select
from sqlalchemy.engine import Connection

from bot.errors import StoreUnavailable
from bot.guarded import guarded_read, persistent_write
from connectors.webchat.media import Medium
from storage.database import Database, Work
from storage.secret import Cipher

T = TypeVar("T")
METADATA = MetaData()
UPLOADS = Table(
    "webchat_uploads",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("conversation_id", String(256), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("content_type", String(64), nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("delete_after", Float, nullable=False, index=True),
)
_ID = re.compile(r"[0-9a-f]{32}")
_DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Uploads:
    """Keeps, reads and forgets what customers send."""

    database: Database
    cipher: Cipher
    clock: Callable[[], datetime]
    folder: Path
    days: int

    async def prepare(self) -> None:
        """Make table and folder, and delete what is over its time."""
        await self.database.create_tables(METADATA)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        await self.sweep()

    async def keep(self, conversation_id: str, message_id: str, medium: Medium) -> str:
        """Keep a medium and return its id, the same for the same message. Raises StoreUnavailable."""
        identifier = self.cipher.lookup(f"webchat upload\n{conversation_id}\n{message_id}")
        now = self.clock().timestamp()
        sealed = await asyncio.to_thread(self._seal, medium.content)
        row = {
            "id": identifier,
            "conversation_id": conversation_id,
            "kind": medium.kind,
            "content_type": medium.content_type,
            "bytes": len(medium.content),
            "seconds": medium.seconds,
            "created_at": now,
            "delete_after": now + self.days * _DAY_SECONDS,
        }
        try:
            (self.folder / identifier).write_bytes(sealed)
        except OSError as error:
            raise StoreUnavailable("the upload could not be kept; send it again") from error
        await self._run(lambda connection: _enter(connection, row))
        return identifier

    async def read(self, identifier: str) -> tuple[str, bytes] | None:
        """Return content type and content; none when there is no such upload, or no longer."""
        if not _ID.fullmatch(identifier):
            return None
        wanted = select(UPLOADS.c.content_type).where(
            UPLOADS.c.id == identifier, UPLOADS.c.delete_after > self.clock().timestamp()
        )
        content_type = await self._run(lambda connection: connection.scalar(wanted))
        path = self.folder / identifier
        if content_type is None or not path.is_file():
            return None
        return str(content_type), await asyncio.to_thread(self._open, path)

    async def sent(self, conversation_id: str, since: float) -> list[tuple[str, str, float]]:
        """Return (id, kind, at) of what a conversation has sent after `since` and is still kept, in order."""
        wanted = (UPLOADS.c.conversation_id == conversation_id) & (UPLOADS.c.created_at > since)
        query = select(UPLOADS.c.id, UPLOADS.c.kind, UPLOADS.c.created_at).where(wanted).order_by(UPLOADS.c.created_at)
        away = "the store of uploads does not answer"
        rows = await guarded_read(self.database, lambda connection: connection.execute(query).all(), away)
        return [(row.id, row.kind, row.created_at) for row in rows]

    async def sweep(self) -> int:
        """Delete what is over its time; return how many there were."""
        now = self.clock().timestamp()

        def take(connection: Connection) -> list[str]:
            over = UPLOADS.c.delete_after <= now
            found = [str(row.id) for row in connection.execute(select(UPLOADS.c.id).where(over))]
            connection.execute(delete(UPLOADS).where(over))
            return found

        identifiers: list[str] = await self._run(take)
        for identifier in identifiers:
            (self.folder / identifier).unlink(missing_ok=True)
        return len(identifiers)

    def _seal(self, content: bytes) -> bytes:
        return self.cipher.seal(base64.b64encode(content).decode("ascii"))

    def _open(self, path: Path) -> bytes:
        return base64.b64decode(self.cipher.open(path.read_bytes()))

    async def _run(self, work: Work[T]) -> T:
        away = "the store of uploads does not answer; send it again"
        return await persistent_write(self.database, work, away, attempts=1)


def _enter(connection: Connection, row: dict[str, Any]) -> None:
    if connection.scalar(select(UPLOADS.c.id).where(UPLOADS.c.id == row["id"])) is None:
        connection.execute(insert(UPLOADS), row)
