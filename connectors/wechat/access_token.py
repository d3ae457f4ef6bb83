"""One access token for all workers: kept in the database, renewed by whoever holds the lease, asked for by nobody else.

Times are the machine's own: a token ends by WeChat's clock, not by the set one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Column, Float, MetaData, String, Table, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from connectors.wechat.errors import ApiUnreachable
from storage.database import Database
from storage.types import EncryptedText

METADATA = MetaData()
TOKENS = Table(
    "access_tokens",
    METADATA,
    Column("account", String(160), primary_key=True),
    Column("token", EncryptedText),
    Column("renew_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("leased_until", Float, nullable=False),
    Column("forced_at", Float, nullable=False),
)
EARLY_SECONDS, EARLY_SHARE = 300.0, 0.1
"""The platform renews five minutes early, and both tokens work for that long; a short-lived token is renewed later."""
LEASE_SECONDS = 12.0
WAIT_SECONDS = 15.0
FORCE_EVERY_SECONDS = 31.0
"""The platform wants at least 30 seconds between two forced refreshes, and 20 a day at most."""
_POLL_SECONDS = 0.05
_REFUSED = -1.0
"""`expires_at` of a token that WeChat has refused."""


@dataclass(frozen=True, slots=True)
class FreshToken:
    """A token as it was given."""

    token: str
    lives_seconds: float


class FetchToken(Protocol):
    """Asks the platform for a token."""

    def __call__(self, *, force: bool) -> Awaitable[FreshToken]:
        """Return one; `force` makes the platform end the one before."""
        ...


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str | None
    renew_at: float
    expires_at: float
    is_ours: bool = False
    """Whether we hold the lease to renew it."""
    may_force: bool = False


@dataclass(slots=True)
class AccessToken:
    """The token of one account."""

    database: Database
    account: str
    fetch: FetchToken
    now: Callable[[], float] = time.time
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def prepare(self) -> None:
        """Make the table where it is not there."""
        await self.database.create_tables(METADATA)

    async def get(self) -> str:
        """Return a token that works. Raises ApiFailed or ApiUnreachable."""
        async with self._lock:
            deadline = time.monotonic() + WAIT_SECONDS
            while time.monotonic() < deadline:
                kept = await self.database.read(self._read)
                if kept is None or kept.renew_at <= self.now():
                    kept = await self._claimed()
                if kept.is_ours:
                    return await self._renewed(kept)
                if kept.token and kept.expires_at > self.now():
                    return kept.token
                await asyncio.sleep(_POLL_SECONDS)
        raise ApiUnreachable("no access token")

    async def refused(self, token: str) -> None:
        """Note that WeChat does not take this token any more; a newer one is left alone."""

        def work(link: Connection) -> None:
            row = link.execute(self._row().with_for_update()).first()
            if row is not None and row.token == token:
                link.execute(self._update().values(renew_at=0.0, expires_at=_REFUSED))

        await self.database.write(work)

    async def _renewed(self, kept: _Kept) -> str:
        """Fetch under the lease; a refused token that comes back unchanged is ended by force."""
        try:
            fresh = await self.fetch(force=False)
            forced = kept.expires_at == _REFUSED and fresh.token == kept.token and kept.may_force
            if forced:
                fresh = await self.fetch(force=True)
        except BaseException:
            await self.database.write(lambda link: link.execute(self._update().values(leased_until=0.0)))
            raise
        now = self.now()
        values: dict[str, Any] = {"token": fresh.token, "leased_until": 0.0}
        values["expires_at"] = now + fresh.lives_seconds
        values["renew_at"] = values["expires_at"] - min(EARLY_SECONDS, fresh.lives_seconds * EARLY_SHARE)
        if forced:
            values["forced_at"] = now
        await self.database.write(lambda link: link.execute(self._update().values(values)))
        return fresh.token

    async def _claimed(self) -> _Kept:
        """Take the lease where nobody holds it; what another worker has just renewed is taken as it is."""
        now = self.now()

        def work(link: Connection) -> _Kept:
            row = link.execute(self._row().with_for_update()).first()
            if row is None:
                never = {"renew_at": 0.0, "expires_at": 0.0, "forced_at": 0.0}
                link.execute(insert(TOKENS).values(account=self.account, leased_until=now + LEASE_SECONDS, **never))
                return _Kept(None, 0.0, 0.0, True)
            is_ours = row.leased_until <= now and row.renew_at <= now
            if is_ours:
                link.execute(self._update().values(leased_until=now + LEASE_SECONDS))
            may_force = now - row.forced_at > FORCE_EVERY_SECONDS
            return _Kept(row.token, row.renew_at, row.expires_at, is_ours, may_force)

        try:
            return await self.database.write(work)
        except IntegrityError:
            return _Kept(None, 0.0, 0.0)  # another worker was quicker

    def _read(self, link: Connection) -> _Kept | None:
        row = link.execute(self._row()).first()
        return None if row is None else _Kept(row.token, row.renew_at, row.expires_at)

    def _row(self) -> Any:
        return select(TOKENS).where(TOKENS.c.account == self.account)

    def _update(self) -> Any:
        return update(TOKENS).where(TOKENS.c.account == self.account)
