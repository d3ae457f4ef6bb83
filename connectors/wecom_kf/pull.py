"""Pulling with a cursor: messages and the cursor behind them are written together, so nothing is lost or read twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from prometheus_client import Counter
from sqlalchemy import Column, Float, MetaData, String, Table, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from connectors.outbox.letter import Letter, letter_key
from connectors.outbox.table import put_letters
from connectors.wechat import texts
from connectors.wechat.errors import ApiFailed, ApiUnreachable
from connectors.wechat.inbox import LEASE_SECONDS, PUSH, Receipt, enter_receipt, is_known
from connectors.wecom_kf.client import Page, WecomKfClient
from connectors.wecom_kf.sessions import STATUS_CHANGE, is_with_person, note_change
from storage.database import Database

_LOG = structlog.get_logger(__name__)
SEND_FAILS = Counter("gridtalk_wecom_kf_send_fails_total", "Messages that WeCom took and could not deliver", ["type"])
METADATA = MetaData()
ACCOUNTS = Table(
    "wecom_kf_accounts",
    METADATA,
    Column("open_kfid", String(128), primary_key=True),
    Column("cursor", String(256), nullable=False),
    Column("token", String(256), nullable=False),
    Column("signalled_at", Float, nullable=False),
    Column("pulled_at", Float, nullable=False),
    Column("leased_until", Float, nullable=False),
)
CHANNEL = "wecom_kf"
CONVERSATION_PREFIX = "wecom_kf:"
FROM_CUSTOMER = 3
ENTERED = "enter_session"
_PULL_LEASE_SECONDS = 30.0
_AGAIN_SECONDS = 3.0
_PARTS = {"text": "content", "voice": "media_id", "image": "media_id", "location": "name"}
_FIELDS = {"text": "Content", "voice": "MediaId", "image": "MediaId", "location": "Label"}


@dataclass(frozen=True, slots=True)
class Account:
    """A customer-service account that has signalled."""

    open_kfid: str
    cursor: str
    token: str
    signalled_at: float


@dataclass(frozen=True, slots=True)
class Puller:
    """Pulls the messages of every account that has signalled."""

    client: WecomKfClient
    database: Database
    now: Callable[[], float]

    async def signal(self, open_kfid: str, token: str) -> None:
        """Write down that there is something to pull, before the signal is answered."""
        now = self.now()

        def work(link: Connection) -> None:
            values = {"token": token, "signalled_at": now}
            row = update(ACCOUNTS).where(ACCOUNTS.c.open_kfid == open_kfid).values(**values)
            if link.execute(row).rowcount == 0:
                fresh = {"open_kfid": open_kfid, "cursor": "", "pulled_at": 0.0, "leased_until": 0.0}
                link.execute(insert(ACCOUNTS).values(**fresh, **values))

        try:
            await self.database.write(work)
        except IntegrityError:  # another worker made the row in between
            await self.database.write(work)

    async def pull_all(self) -> list[Receipt]:
        """Pull what was signalled; return the new messages. Raises ApiFailed or ApiUnreachable."""
        found: list[Receipt] = []
        while (account := await self.database.write(self._take)) is not None:
            found += await self._pull(account)
        return found

    def _take(self, link: Connection) -> Account | None:
        """Take an account under a lease: two workers must not move one cursor."""
        now = self.now()
        waiting = (ACCOUNTS.c.signalled_at > ACCOUNTS.c.pulled_at, ACCOUNTS.c.leased_until <= now)
        row: Any = link.execute(select(ACCOUNTS).where(*waiting).limit(1).with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        self._change(link, row.open_kfid, leased_until=now + _PULL_LEASE_SECONDS)
        return Account(row.open_kfid, row.cursor, row.token, row.signalled_at)

    async def _pull(self, account: Account) -> list[Receipt]:
        found: list[Receipt] = []
        cursor, has_more = account.cursor, True
        while has_more:
            page = await self._page(account, cursor)
            has_more = page.has_more and page.next_cursor != cursor
            cursor = page.next_cursor or cursor
            found += await self._written(account, page.messages, cursor)
        done = {"pulled_at": account.signalled_at, "leased_until": 0.0}
        await self.database.write(lambda link: self._change(link, account.open_kfid, **done))
        return found

    async def _page(self, account: Account, cursor: str) -> Page:
        try:
            return await self.client.pull(account.open_kfid, cursor, account.token)
        except (ApiFailed, ApiUnreachable):
            soon = self.now() + _AGAIN_SECONDS
            await self.database.write(lambda link: self._change(link, account.open_kfid, leased_until=soon))
            raise

    async def _written(self, account: Account, items: Sequence[Mapping[str, Any]], cursor: str) -> list[Receipt]:
        """Write a page and the cursor behind it in one transaction; return the messages that the bot answers."""

        def work(link: Connection) -> list[Receipt]:
            fresh = [receipt for item in items if (receipt := self._entered(link, item)) is not None]
            self._change(link, account.open_kfid, cursor=cursor, leased_until=self.now() + _PULL_LEASE_SECONDS)
            return fresh

        return await self.database.write(work)

    def _entered(self, link: Connection, item: Mapping[str, Any]) -> Receipt | None:
        """Write one item; return it where it is a customer's new message and no person has the conversation."""
        if item.get("msgtype") == "event":
            self._note_event(link, item.get("event") or {})
            return None
        receipt = self._receipt(item)
        if receipt is None or is_with_person(link, receipt.conversation_id) or is_known(link, receipt.key):
            return None
        enter_receipt(link, receipt, self.now() + LEASE_SECONDS)
        return receipt

    def _note_event(self, link: Connection, event: Mapping[str, Any]) -> None:
        """A session changed hands; somebody came in; a message that WeCom took did not arrive after all."""
        kind = event.get("event_type")
        names = [event.get(name) for name in ("open_kfid", "external_userid")]
        conversation = f"{CONVERSATION_PREFIX}{names[0]}:{names[1]}"
        if kind == STATUS_CHANGE and all(isinstance(name, str) for name in names):
            note_change(link, conversation, event, self.now())
        elif kind == ENTERED and event.get("welcome_code") and all(isinstance(name, str) for name in names):
            code = str(event["welcome_code"])
            body = {"text": texts.WELCOME_SERVICE, "code": code}
            letter = Letter(letter_key(CHANNEL, "welcome", code), f"{conversation}:welcome", CHANNEL, "welcome", body)
            put_letters(link, [letter], self.now(), self.now())
        elif kind == "msg_send_fail":
            SEND_FAILS.labels(str(event.get("fail_type", ""))).inc()
            _LOG.warning("WeCom could not deliver a message", fail_type=event.get("fail_type"))

    @staticmethod
    def _change(link: Connection, open_kfid: str, **values: Any) -> None:
        link.execute(update(ACCOUNTS).where(ACCOUNTS.c.open_kfid == open_kfid).values(**values))

    def _receipt(self, item: Mapping[str, Any]) -> Receipt | None:
        """Return a customer's message as a delivery; None for what is not one."""
        names = ("msgid", "open_kfid", "external_userid")
        if item.get("origin") != FROM_CUSTOMER or not all(isinstance(item.get(name), str) for name in names):
            return None
        kind = str(item.get("msgtype", ""))
        content = item.get(kind)
        value = content.get(_PARTS.get(kind, ""), "") if isinstance(content, dict) else ""
        fields = {"MsgType": kind, "MsgId": item["msgid"], _FIELDS.get(kind, "Other"): str(value)}
        conversation = f"{CONVERSATION_PREFIX}{item['open_kfid']}:{item['external_userid']}"
        key = letter_key(CHANNEL, item["open_kfid"], item["msgid"])
        return Receipt(key, CHANNEL, conversation, fields, self.now(), decision=PUSH)
