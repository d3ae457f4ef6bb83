"""Log-ins: who is in, since when, and who has tried too often. Times are the machine's: a set clock ends no log-in."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.guarded import guarded_read, persistent_write
from console.errors import LockedOut, NotLoggedIn
from console.passwords import PasswordCheck
from console.staff import Staff, StaffBook
from console.table import ATTEMPTS, LOGINS
from console.totp import matching_step
from storage.database import Work

T = TypeVar("T")
IDLE_SECONDS = 30 * 60.0
LONGEST_SECONDS = 12 * 3600.0
MOST_FAILURES = 5
LOCK_SECONDS = 15 * 60.0
FORGET_FAILURES_SECONDS = 3600.0
_NOTE_SEEN_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Login:
    """One log-in."""

    staff: Staff
    csrf: str
    ends_at: float
    token: str = ""
    """Only where it has just been made."""
    token_hash: str = ""


@dataclass(frozen=True, slots=True)
class Logins:
    """Opens and ends log-ins."""

    book: StaffBook
    passwords: PasswordCheck = field(default_factory=PasswordCheck)
    now: Callable[[], float] = time.time

    async def open(self, name: str, password: str, code: str | None, address: str, *, is_loopback: bool) -> Login:
        """Log somebody in. Raises NotLoggedIn (bad_login, code_needed) or LockedOut, an unknown name like any other."""
        name = name.strip().lower()[:64]
        await self._check_lock(name)
        found = await self.book.by_name(name)
        is_right = await self.passwords.is_right(found[1] if found else None, password)
        if found is None or not is_right or not found[0].is_active or (found[0].is_demo and not is_loopback):
            raise await self._failed(name)
        await self._check_code(found[0], code)
        await self._write(lambda link: link.execute(delete(ATTEMPTS).where(ATTEMPTS.c.name == name)))
        await self.book.keep(found[0].id, last_login_at=self.book.clock().timestamp())
        return await self._make(found[0], address)

    async def admit(self, staff: Staff, address: str) -> Login:
        """Log in somebody whom an identity provider has vouched for."""
        await self.book.keep(staff.id, last_login_at=self.book.clock().timestamp())
        return await self._make(staff, address)

    async def read(self, token: str) -> Login:
        """Return the log-in of a token and note that it is used. Raises NotLoggedIn."""
        own, now = _digest(token), self.now()
        row = await self._read(lambda link: link.execute(select(LOGINS).where(LOGINS.c.token_hash == own)).first())
        if row is None or now - row.seen_at > IDLE_SECONDS or now - row.created_at > LONGEST_SECONDS:
            raise NotLoggedIn
        staff = await self.book.by_id(row.staff_id)
        if staff is None or not staff.is_active:
            raise NotLoggedIn
        if now - row.seen_at > _NOTE_SEEN_SECONDS:
            seen = update(LOGINS).where(LOGINS.c.token_hash == own).values(seen_at=now)
            await self._write(lambda link: link.execute(seen))
        return Login(staff, row.csrf, row.created_at + LONGEST_SECONDS, token_hash=own)

    async def end(self, login: Login) -> None:
        """Log out."""
        await self._write(lambda link: link.execute(delete(LOGINS).where(LOGINS.c.token_hash == login.token_hash)))

    async def end_all(self, staff_id: int, but: str = "") -> None:
        """End all log-ins of somebody, one excepted: after a change of password, role or scope."""
        his = (LOGINS.c.staff_id == staff_id) & (LOGINS.c.token_hash != but)
        await self._write(lambda link: link.execute(delete(LOGINS).where(his)))

    async def unlock(self, name: str) -> None:
        """Let somebody try again at once."""
        await self._write(lambda link: link.execute(delete(ATTEMPTS).where(ATTEMPTS.c.name == name)))

    async def locked(self) -> frozenset[str]:
        """Return the names that are locked now."""
        query = select(ATTEMPTS.c.name).where(ATTEMPTS.c.locked_until > self.now())
        return frozenset(await self._read(lambda link: link.execute(query).scalars().all()))

    async def is_password(self, staff: Staff, password: str) -> bool:
        """Say whether this is his password; wrong ones count towards the lock. Raises LockedOut."""
        await self._check_lock(staff.name)
        found = await self.book.by_name(staff.name)
        is_right = found is not None and await self.passwords.is_right(found[1], password)
        if not is_right:
            await self._failed(staff.name)
        return is_right

    async def forget_old(self) -> None:
        """Delete log-ins and failures that count no more."""
        now = self.now()
        ended = (LOGINS.c.created_at < now - LONGEST_SECONDS) | (LOGINS.c.seen_at < now - IDLE_SECONDS)
        past = (ATTEMPTS.c.failed_at < now - FORGET_FAILURES_SECONDS) & (ATTEMPTS.c.locked_until < now)

        def forget(connection: Connection) -> None:
            connection.execute(delete(LOGINS).where(ended))
            connection.execute(delete(ATTEMPTS).where(past))

        await self._write(forget)

    async def _check_code(self, staff: Staff, code: str | None) -> None:
        secret, _, last_step = await self.book.secrets(staff.id)
        if secret is None:
            return
        if not code:
            raise NotLoggedIn("code_needed", "send the six digits of the authenticator as code")
        step = matching_step(secret, code, last_step)
        if step is None:
            raise await self._failed(staff.name)
        await self.book.keep(staff.id, totp_last_step=step)

    async def _check_lock(self, name: str) -> None:
        row = await self._read(lambda link: link.execute(select(ATTEMPTS).where(ATTEMPTS.c.name == name)).first())
        if row is not None and row.locked_until > self.now():
            raise LockedOut(row.locked_until - self.now())

    async def _failed(self, name: str) -> NotLoggedIn:
        """Count a failure and return the refusal."""
        now = self.now()

        def count(connection: Connection) -> None:
            row = connection.execute(select(ATTEMPTS).where(ATTEMPTS.c.name == name).with_for_update()).first()
            is_fresh = row is not None and now - row.failed_at <= FORGET_FAILURES_SECONDS
            failures = (row.failures if row is not None and is_fresh else 0) + 1
            values: dict[str, Any] = {"failures": failures, "failed_at": now, "locked_until": 0.0}
            if failures >= MOST_FAILURES:
                values |= {"locked_until": now + LOCK_SECONDS, "failures": 0}
            if row is None:
                connection.execute(insert(ATTEMPTS), {"name": name, **values})
            else:
                connection.execute(update(ATTEMPTS).where(ATTEMPTS.c.name == name).values(values))

        await self._write(count)
        return NotLoggedIn("bad_login", "name or password is wrong")

    async def _make(self, staff: Staff, address: str) -> Login:
        token, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(24), self.now()
        own = _digest(token)
        row = {
            "token_hash": own,
            "staff_id": staff.id,
            "csrf": csrf,
            "created_at": now,
            "seen_at": now,
            "address": address[:64],
        }
        await self._write(lambda link: link.execute(insert(LOGINS), row))
        return Login(staff, csrf, now + LONGEST_SECONDS, token, own)

    async def _read(self, work: Work[T]) -> T:
        return await guarded_read(self.book.database, work, "the log-ins cannot be read; try again")

    async def _write(self, work: Work[T]) -> T:
        away = "the log-ins cannot be written; try again"
        return await persistent_write(self.book.database, work, away, attempts=2)  # the second time the row is there


def is_same(given: str, wanted: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
