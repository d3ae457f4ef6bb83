"""The outbox at work: letters are taken under a lease, sent, and settled; a dead worker's letters go out all the same.

At least once to the channel: a worker that dies between the channel's receipt and its own note sends that letter again.
Times here are the machine's own, not those of the set clock: a clock that was set back must not keep a letter waiting.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from connectors.outbox.errors import SendDelayed, SendHeld, SendRefused
from connectors.outbox.letter import DEAD, HELD_UNTIL, SENT, Letter, StoredLetter
from connectors.outbox.table import (
    METADATA,
    count_letters,
    forget_sent,
    has_due,
    put_back,
    put_letters,
    release_held,
    settle,
    take_due,
)
from storage.database import Database

_LOG = structlog.get_logger(__name__)
LETTERS = Gauge("gridtalk_outbox_letters", "Letters by channel and state", ["channel", "state"])
SENDS = Counter("gridtalk_outbox_sends_total", "Attempts to send a letter", ["channel", "result"])

Send = Callable[[StoredLetter], Awaitable[None]]
LEASE_SECONDS = 45.0
"""Longer than any channel's own time limit for one letter."""
MOST_ATTEMPTS = 8
MOST_AT_ONCE = 32
LOOK_EVERY_SECONDS = 0.5
KEEP_SENT_SECONDS = 3 * 24 * 3600.0
_COUNT_EVERY_SECONDS = 15.0
_PUT_ATTEMPTS = 5
_NOTE_ATTEMPTS = 5
_LAST_WISH_SECONDS = 5.0


@dataclass(slots=True)
class Outbox:
    """Keeps letters and hands them to their channel."""

    database: Database
    now: Callable[[], float] = time.time
    lease_seconds: float = LEASE_SECONDS
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """Set where something was written in this process, so that it goes out at once."""

    async def prepare(self) -> None:
        """Make the table where it is not there."""
        await self.database.create_tables(METADATA)

    async def put(self, letters: Sequence[Letter], *, after_seconds: float = 0.0) -> None:
        """Write letters, to go out after so many seconds. A key that is there already is left alone."""
        now = self.now()
        for attempt in range(_PUT_ATTEMPTS):
            try:
                await self.database.write(lambda link: put_letters(link, letters, now, now + after_seconds))
                break
            except IntegrityError:  # another worker took the same place: look again
                if attempt == _PUT_ATTEMPTS - 1:
                    raise
        self.wake.set()

    async def release(self, conversation_id: str) -> None:
        """Let a conversation's held letters go out."""
        now = self.now()
        await self.database.write(lambda link: release_held(link, conversation_id, now))
        self.wake.set()

    async def deliver(self, channel: str, send: Send) -> int:
        """Send what is due now, each conversation in its order; return how many letters were tried."""
        tried = 0
        while letters := await self._take(channel, MOST_AT_ONCE):
            tried += len(letters)
            await asyncio.gather(*(self._send(letter, send) for letter in letters))
        return tried

    async def run(self, channel: str, send: Send) -> None:
        """Deliver until cancelled; one slow conversation does not keep the others waiting."""
        sending: set[asyncio.Task[None]] = set()
        counted = 0.0
        try:
            while True:
                free = MOST_AT_ONCE - len(sending)
                letters = await self._taken(channel, free) if free else []
                for letter in letters:
                    task = asyncio.create_task(self._send(letter, send))
                    sending.add(task)
                    task.add_done_callback(sending.discard)
                    task.add_done_callback(lambda _: self.wake.set())
                if self.now() - counted > _COUNT_EVERY_SECONDS:
                    counted = self.now()
                    await self._count()
                if not letters:
                    await self._rest()
        finally:
            if sending:
                await asyncio.wait(sending, timeout=_LAST_WISH_SECONDS)

    async def counts(self) -> dict[tuple[str, str], int]:
        """Return the number of letters by (channel, state)."""
        return {(channel, state): number for channel, state, number in await self.database.read(count_letters)}

    async def _taken(self, channel: str, most: int) -> list[StoredLetter]:
        try:
            return await self._take(channel, most)
        except (SQLAlchemyError, OSError):  # the database is away: the letters stay where they are
            _LOG.warning("the outbox cannot be read", channel=channel)
            return []

    async def _take(self, channel: str, most: int) -> list[StoredLetter]:
        now = self.now()
        if not await self.database.read(lambda link: has_due(link, channel, now)):
            return []
        return await self.database.write(lambda link: take_due(link, channel, now, now + self.lease_seconds, most))

    async def _send(self, letter: StoredLetter, send: Send) -> None:
        channel = letter.letter.channel
        try:
            await send(letter)
        except SendHeld as error:
            await self._wait(letter, HELD_UNTIL, error.cause, counts=False)
        except SendRefused as error:
            await self._bury(letter, error.cause)
        except SendDelayed as error:
            await self._delay(letter, error)
        except Exception as error:  # the boundary of a call to a channel: a fault there must not stop the others
            _LOG.exception("a channel failed", channel=channel, kind=letter.letter.kind)
            await self._delay(letter, SendDelayed(type(error).__name__))
        else:
            now = self.now()
            await self._note(lambda link: settle(link, [letter.id], SENT, None, now))
            SENDS.labels(channel, "sent").inc()

    async def _delay(self, letter: StoredLetter, error: SendDelayed) -> None:
        if letter.attempts + 1 >= (error.most_attempts or MOST_ATTEMPTS):
            await self._bury(letter, error.cause)
            return
        wait = error.wait_seconds if error.wait_seconds is not None else min(300.0, 2.0**letter.attempts)
        await self._wait(letter, self.now() + wait, error.cause, counts=True)

    async def _wait(self, letter: StoredLetter, not_before: float, cause: str, *, counts: bool) -> None:
        await self._note(lambda link: put_back(link, letter, not_before, cause, counts=counts))
        SENDS.labels(letter.letter.channel, "waits").inc()

    async def _bury(self, letter: StoredLetter, cause: str) -> None:
        now = self.now()
        await self._note(lambda link: settle(link, [letter.id], DEAD, cause, now))
        SENDS.labels(letter.letter.channel, "dead").inc()
        _LOG.error("a letter is dead", channel=letter.letter.channel, kind=letter.letter.kind, cause=cause)

    async def _note(self, work: Callable[[Connection], None]) -> None:
        """Write what became of a letter, stubbornly: a result that is lost sends the letter again."""
        for attempt in range(_NOTE_ATTEMPTS):
            try:
                await self.database.write(work)
                return
            except (SQLAlchemyError, OSError):
                _LOG.warning("a letter's result could not be noted", attempt=attempt)
                await asyncio.sleep(attempt)

    async def _count(self) -> None:
        try:
            before = self.now() - KEEP_SENT_SECONDS
            await self.database.write(lambda link: forget_sent(link, before))
            for (channel, state), number in (await self.counts()).items():
                LETTERS.labels(channel, state).set(number)
        except (SQLAlchemyError, OSError):
            _LOG.warning("the outbox cannot be counted")

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(LOOK_EVERY_SECONDS):  # wait_for of Python 3.11 may swallow a cancellation
                await self.wake.wait()
        except TimeoutError:
            pass
        self.wake.clear()
