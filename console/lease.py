"""Work that one worker alone may do: a row in the database says whose it is, and until when."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Column, Float, String, Table, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.guarded import guarded_write
from console.table import METADATA
from storage.database import Database

LEASES = Table(
    "console_leases",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Float, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Leases:
    """Takes leases for this worker. Times are the machine's."""

    database: Database
    now: Callable[[], float] = time.time
    holder: str = field(default_factory=lambda: f"{os.getpid()}-{secrets.token_hex(4)}")

    async def take(self, name: str, seconds: float) -> bool:
        """Take or keep a lease; False where another worker has it. Raises StoreUnavailable."""
        now = self.now()

        def take(link: Connection) -> bool:
            row = link.execute(select(LEASES).where(LEASES.c.name == name).with_for_update()).first()
            if row is None:
                link.execute(insert(LEASES), {"name": name, "holder": self.holder, "until": now + seconds})
                return True
            if row.holder != self.holder and row.until > now:
                return False
            mine = update(LEASES).where(LEASES.c.name == name).values(holder=self.holder, until=now + seconds)
            link.execute(mine)
            return True

        try:
            return await guarded_write(self.database, take, "the leases do not answer")
        except IntegrityError:
            return False  # another worker was quicker
