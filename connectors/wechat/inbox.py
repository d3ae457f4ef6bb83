"""Deliveries that were accepted: each answered once, however often it comes, and not forgotten when a worker dies.

A delivery is written before anything is answered. Its answers are written before it is decided whether the first of
them goes out as the passive answer or all are pushed; the decision is made once, so that every repetition of the
delivery hears the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Column, Float, Integer, MetaData, String, Table, delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from connectors.outbox.letter import SENT, Letter, StoredLetter, letter_key
from connectors.outbox.outbox import Outbox
from connectors.outbox.table import put_letters, release_held, release_origin, settle, waiting_letters
from connectors.wechat.errors import DeliveryRefused
from connectors.wechat.split import MOST_BYTES
from storage.types import EncryptedText

METADATA = MetaData()
INBOX = Table(
    "inbox",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("channel", String(32), nullable=False, index=True),
    Column("conversation_id", String(256), nullable=False),
    Column("fields", EncryptedText, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("decision", String(16)),
    Column("passive", EncryptedText),
    Column("attempts", Integer, nullable=False),
    Column("leased_until", Float, nullable=False),
    Column("created_at", Float, nullable=False),
)
NONCES = Table(
    "wechat_nonces",
    METADATA,
    Column("account", String(128), primary_key=True),
    Column("nonce", String(128), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("seen_at", Float, nullable=False),
)
RECEIVED, ANSWERED = "received", "answered"
PASSIVE, PUSH = "passive", "push"
LEASE_SECONDS = 12.0
PASSIVE_HOLD_SECONDS = 6.0
"""So long letters wait for the decision; a worker that dies before it leaves them to be pushed afterwards."""
KEEP_SECONDS = 2 * 24 * 3600.0
KEEP_NONCES_SECONDS = 900.0
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Receipt:
    """A delivery as it was accepted, and what was decided about it."""

    key: str
    channel: str
    conversation_id: str
    fields: Mapping[str, str]
    created_at: float
    """Seconds, machine's time."""
    attempts: int = 0
    decision: str | None = None
    passive: Mapping[str, Any] | None = None
    """The passive answer: {"text": ...}, {"transfer": true}; None says `success`."""


@dataclass(frozen=True, slots=True)
class Once:
    """What tells a replay from a repetition."""

    account: str
    nonce: str
    digest: str
    at: float
    """Seconds by the set clock."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """Accepts deliveries and settles them together with the outbox."""

    outbox: Outbox
    now: Callable[[], float] = time.time
    lease_seconds: float = LEASE_SECONDS
    hold_seconds: float = PASSIVE_HOLD_SECONDS

    async def prepare(self) -> None:
        """Make the tables where they are not there."""
        await self.outbox.database.create_tables(METADATA)

    async def accept(self, receipt: Receipt, once: Once) -> Receipt:
        """Write a delivery, or return it as it stands. Raises DeliveryRefused where its nonce was used for another."""

        def work(link: Connection) -> Receipt:
            _check_once(link, once)
            return _entered(link, receipt, self.now() + self.lease_seconds)

        for _ in range(_ATTEMPTS):
            try:
                return await self.outbox.database.write(work)
            except IntegrityError:
                continue  # another worker wrote it in between: now it is there
        return await self.outbox.database.write(work)

    async def enter(self, receipt: Receipt) -> bool:
        """Write a delivery that is answered by letters alone; say whether it is new."""

        def work(link: Connection) -> bool:
            if is_known(link, receipt.key):
                return False
            enter_receipt(link, receipt, self.now() + self.lease_seconds)
            return True

        try:
            return await self.outbox.database.write(work)
        except IntegrityError:  # another worker wrote it in between
            return False

    async def answer(self, receipt: Receipt, letters: Sequence[Letter]) -> None:
        """Write the answers; they wait for the decision where there is none yet."""
        now = self.now()

        def work(link: Connection) -> None:
            row = link.execute(select(INBOX).where(INBOX.c.key == receipt.key).with_for_update()).one()
            if row.state == RECEIVED:
                put_letters(link, letters, now, now if row.decision else now + self.hold_seconds)
                link.execute(update(INBOX).where(INBOX.c.key == receipt.key).values(state=ANSWERED))

        for attempt in range(_ATTEMPTS):
            try:
                await self.outbox.database.write(work)
                break
            except IntegrityError:
                if attempt == _ATTEMPTS - 1:
                    raise
        self.outbox.wake.set()

    async def decide_passive(self, key: str, *, transfer: bool = False) -> Receipt:
        """Take the answers as the passive one, as far as one message can; what it cannot take is pushed."""
        return await self._decide(key, PASSIVE, transfer)

    async def decide_push(self, key: str) -> Receipt:
        """Let all answers be pushed, unless it was decided otherwise."""
        return await self._decide(key, PUSH, False)

    async def withdraw(self, receipt: Receipt) -> None:
        """Push what was taken for a passive answer that could not be given in time."""
        if receipt.passive is None or "text" not in receipt.passive:
            return
        body = {"text": receipt.passive["text"], "purpose": "answer", "ai": True}
        key = letter_key(receipt.key, "late")
        letter = Letter(key, receipt.conversation_id, receipt.channel, "text", body, receipt.key)
        now = self.now()

        def work(link: Connection) -> None:
            late = (INBOX.c.key == receipt.key, INBOX.c.decision == PASSIVE)
            if link.execute(update(INBOX).where(*late).values(decision=PUSH, passive=None)).rowcount:
                put_letters(link, [letter], now, now)

        await self.outbox.database.write(work)
        self.outbox.wake.set()

    async def left_behind(self, channel: str, most: int = 16) -> list[Receipt]:
        """Take deliveries whose worker has not answered them in time."""
        now = self.now()
        open_ones = (INBOX.c.channel == channel, INBOX.c.state == RECEIVED, INBOX.c.leased_until <= now)
        query = select(INBOX).where(*open_ones).order_by(INBOX.c.created_at).limit(most)

        def work(link: Connection) -> list[Receipt]:
            rows = link.execute(query.with_for_update(skip_locked=True)).all()
            taken = update(INBOX).where(INBOX.c.key.in_([row.key for row in rows]))
            link.execute(taken.values(leased_until=now + self.lease_seconds, attempts=INBOX.c.attempts + 1))
            return [_receipt(row) for row in rows]

        if not await self.outbox.database.read(lambda link: link.scalar(select(INBOX.c.key).where(*open_ones))):
            return []
        return await self.outbox.database.write(work)

    async def try_again(self, key: str) -> None:
        """Let a delivery that could not be answered be taken up again soon."""
        soon = update(INBOX).where(INBOX.c.key == key, INBOX.c.state == RECEIVED).values(leased_until=self.now())
        await self.outbox.database.write(lambda link: link.execute(soon))

    async def forget_old(self, account: str, at: float) -> None:
        """Remove what no repetition can refer to any more; `at` by the set clock."""
        old = delete(INBOX).where(INBOX.c.state == ANSWERED, INBOX.c.created_at < self.now() - KEEP_SECONDS)
        used = delete(NONCES).where(NONCES.c.account == account, NONCES.c.seen_at < at - KEEP_NONCES_SECONDS)

        def work(link: Connection) -> None:
            link.execute(old)
            link.execute(used)

        await self.outbox.database.write(work)

    async def _decide(self, key: str, decision: str, transfer: bool) -> Receipt:
        now = self.now()

        def work(link: Connection) -> Receipt:
            row = link.execute(select(INBOX).where(INBOX.c.key == key).with_for_update()).one()
            if row.decision is None:
                _write_decision(link, _receipt(row), decision, transfer, now)
                row = link.execute(select(INBOX).where(INBOX.c.key == key)).one()
            return _receipt(row)

        decided = await self.outbox.database.write(work)
        self.outbox.wake.set()
        return decided


def _check_once(link: Connection, once: Once) -> None:
    this = (NONCES.c.account == once.account, NONCES.c.nonce == once.nonce)
    used = link.execute(select(NONCES.c.digest, NONCES.c.seen_at).where(*this)).first()
    if used is None:
        row = {"account": once.account, "nonce": once.nonce, "digest": once.digest, "seen_at": once.at}
        link.execute(insert(NONCES).values(row))
    elif used.seen_at < once.at - KEEP_NONCES_SECONDS:
        link.execute(update(NONCES).where(*this).values(digest=once.digest, seen_at=once.at))
    elif used.digest != once.digest:
        raise DeliveryRefused("replay")


def _entered(link: Connection, receipt: Receipt, until: float) -> Receipt:
    row = link.execute(select(INBOX).where(INBOX.c.key == receipt.key)).first()
    if row is not None:
        return _receipt(row)
    enter_receipt(link, receipt, until)
    return receipt


def enter_receipt(link: Connection, receipt: Receipt, until: float) -> None:
    """Write a delivery that is not there yet; nobody else answers it before `until`."""
    link.execute(
        insert(INBOX).values(
            key=receipt.key,
            channel=receipt.channel,
            conversation_id=receipt.conversation_id,
            fields=orjson.dumps(dict(receipt.fields)).decode(),
            state=RECEIVED,
            decision=receipt.decision,
            attempts=0,
            leased_until=until,
            created_at=receipt.created_at,
        )
    )


def is_known(link: Connection, key: str) -> bool:
    """Say whether a delivery was accepted before."""
    return link.scalar(select(INBOX.c.key).where(INBOX.c.key == key)) is not None


def _write_decision(link: Connection, receipt: Receipt, decision: str, transfer: bool, now: float) -> None:
    passive: dict[str, Any] | None = None
    if decision == PASSIVE and transfer:
        passive = {"transfer": True}
    elif decision == PASSIVE:
        taken = _fitting(waiting_letters(link, receipt.conversation_id, receipt.key, now))
        settle(link, [letter.id for letter in taken], SENT, "passive", now)
        if taken:
            passive = {"text": _joined(taken)}
    rendered = None if passive is None else orjson.dumps(passive).decode()
    link.execute(update(INBOX).where(INBOX.c.key == receipt.key).values(decision=decision, passive=rendered))
    release_held(link, receipt.conversation_id, now)  # the customer has written: there is a quota again
    release_origin(link, receipt.key, now)


def _fitting(letters: Sequence[StoredLetter]) -> list[StoredLetter]:
    """Return the first letters that are texts and together fit into one message."""
    taken: list[StoredLetter] = []
    for letter in letters:
        if letter.letter.kind != "text" or len(_joined([*taken, letter]).encode()) > MOST_BYTES:
            break
        taken.append(letter)
    return taken


def _joined(letters: Sequence[StoredLetter]) -> str:
    return "\n\n".join(str(letter.letter.body["text"]) for letter in letters)


def _receipt(row: Any) -> Receipt:
    return Receipt(
        key=row.key,
        channel=row.channel,
        conversation_id=row.conversation_id,
        fields=orjson.loads(row.fields),
        created_at=row.created_at,
        attempts=row.attempts,
        decision=row.decision,
        passive=None if row.passive is None else orjson.loads(row.passive),
    )
