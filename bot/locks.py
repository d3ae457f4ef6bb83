"""One turn at a time per conversation: in this process, across the workers of a machine, across machines."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol
from weakref import WeakValueDictionary

from redis.asyncio import Redis
from redis.exceptions import LockError, RedisError

from bot.errors import ConversationBusy

WAIT_SECONDS = 20.0
HOLD_SECONDS = 60.0
_POLL_SECONDS = 0.002


class LockStore(Protocol):
    """Gives the word to one turn of a conversation."""

    def hold(self, sender_id: str) -> AbstractAsyncContextManager[None]:
        """Hold the conversation's lock. Raises ConversationBusy when it is not had in time."""
        ...


class ProcessLocks:
    """Locks within one process, first come first served."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def hold(self, sender_id: str) -> AsyncIterator[None]:
        """Hold the conversation's lock."""
        lock = self._locks.get(sender_id)
        if lock is None:
            lock = self._locks[sender_id] = asyncio.Lock()
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await lock.acquire()
        except TimeoutError as error:
            raise ConversationBusy("the conversation is busy, try again in a moment") from error
        try:
            yield
        finally:
            lock.release()


class FileLocks:
    """Locks among the workers of one machine: a file per slice of the conversations, held by `flock`.

    The kernel lets go of a dead worker's locks. A slice is a hash of the id, so that the folder stays small; two
    conversations of one slice wait for each other, which costs a few milliseconds at most.
    """

    def __init__(self, folder: Path, slices: int = 4096) -> None:
        self._folder = folder
        self._slices = slices
        self._process = ProcessLocks()
        folder.mkdir(parents=True, exist_ok=True)

    @asynccontextmanager
    async def hold(self, sender_id: str) -> AsyncIterator[None]:
        """Hold the conversation's lock."""
        number = int.from_bytes(hashlib.blake2b(sender_id.encode(), digest_size=4).digest()) % self._slices
        async with self._process.hold(str(number)):
            descriptor = os.open(self._folder / f"{number:04x}", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                await _flock(descriptor)
                yield
            finally:
                os.close(descriptor)


class RedisLocks:
    """Locks among machines, kept in Redis; a dead worker's lock ends after HOLD_SECONDS."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_timeout=WAIT_SECONDS + 5, socket_connect_timeout=3)

    @asynccontextmanager
    async def hold(self, sender_id: str) -> AsyncIterator[None]:
        """Hold the conversation's lock."""
        lock = self._redis.lock(
            f"gridtalk:turn:{sender_id}", timeout=HOLD_SECONDS, blocking_timeout=WAIT_SECONDS, sleep=_POLL_SECONDS * 5
        )
        try:
            if not await lock.acquire():
                raise ConversationBusy("the conversation is busy, try again in a moment")
        except RedisError as error:
            raise ConversationBusy("the lock store does not answer") from error
        try:
            yield
        finally:
            try:
                await lock.release()
            except (LockError, RedisError):
                pass  # it ran out or Redis is gone: the turn's unique number still keeps the order


async def _flock(descriptor: int) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise ConversationBusy("the conversation is busy, try again in a moment") from None
            await asyncio.sleep(_POLL_SECONDS)
