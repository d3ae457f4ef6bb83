"""What is known of each customer of the account: the budget of pushes, the region, whether we can reach them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import orjson
from sqlalchemy import Boolean, Column, MetaData, String, Table, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from connectors.wechat.budget import Budget
from storage.clock import Clock
from storage.database import Database

METADATA = MetaData()
CONTACTS = Table(
    "wechat_contacts",
    METADATA,
    Column("conversation_id", String(256), primary_key=True),
    Column("budget", String(256), nullable=False),
    Column("region", String(32)),
    Column("is_reachable", Boolean, nullable=False),
)
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Contact:
    """One customer."""

    budget: Budget
    region: str | None = None
    is_reachable: bool = True


@dataclass(frozen=True, slots=True)
class Contacts:
    """Keeps the contacts."""

    database: Database
    clock: Clock

    async def prepare(self) -> None:
        """Make the table where it is not there."""
        await self.database.create_tables(METADATA)

    async def find(self, conversation_id: str) -> Contact | None:
        """Return a contact."""
        return await self.database.read(lambda link: _find(link, conversation_id))

    async def heard(self, conversation_id: str, *, is_message: bool, region: str | None = None) -> Contact:
        """Note that the customer has written, or clicked; the budget is renewed."""
        now = self.clock().timestamp()

        def renew(contact: Contact) -> Contact:
            budget = contact.budget.after_message(now) if is_message else contact.budget.after_event(now)
            return Contact(budget, region or contact.region, True)

        return await self._change(conversation_id, renew)

    async def lost(self, conversation_id: str) -> None:
        """Note that we cannot reach the customer: not following any more, or unknown."""
        await self._change(conversation_id, lambda contact: Contact(contact.budget, contact.region, False))

    async def spend(self, conversation_id: str, purpose: str) -> str | None:
        """Take a push from the budget; return why not, where it is not to be made: unreachable, over_time, budget."""
        now = self.clock().timestamp()
        refusal: list[str] = []

        def take(contact: Contact) -> Contact:
            left = contact.budget.after_push(purpose, now)
            if not contact.is_reachable:
                refusal.append("unreachable")
            elif contact.budget.is_over_time(now):
                refusal.append("over_time")
            elif left is None:
                refusal.append("budget")
            return contact if refusal or left is None else Contact(left, contact.region, contact.is_reachable)

        await self._change(conversation_id, take)
        return refusal[0] if refusal else None

    async def give_back(self, conversation_id: str) -> None:
        """Put a push back that WeChat has not counted."""

        def put(contact: Contact) -> Contact:
            budget = contact.budget
            grown = Budget(min(budget.pushes + 1, 5), budget.until, budget.quick_pushes, budget.quick_until)
            return Contact(grown, contact.region, contact.is_reachable)

        await self._change(conversation_id, put)

    async def used_up(self, conversation_id: str) -> None:
        """Note that WeChat counts no push left."""
        await self._change(
            conversation_id, lambda contact: Contact(contact.budget.used_up(), contact.region, contact.is_reachable)
        )

    async def _change(self, conversation_id: str, change: Callable[[Contact], Contact]) -> Contact:
        def work(link: Connection) -> Contact:
            known = _find(link, conversation_id, lock=True)
            contact = change(known or Contact(Budget()))
            values = {
                "budget": orjson.dumps(asdict(contact.budget)).decode(),
                "region": contact.region,
                "is_reachable": contact.is_reachable,
            }
            if known is None:
                link.execute(insert(CONTACTS).values(conversation_id=conversation_id, **values))
            else:
                link.execute(update(CONTACTS).where(CONTACTS.c.conversation_id == conversation_id).values(**values))
            return contact

        for attempt in range(_ATTEMPTS):
            try:
                return await self.database.write(work)
            except IntegrityError:
                if attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")


def _find(link: Connection, conversation_id: str, *, lock: bool = False) -> Contact | None:
    query = select(CONTACTS).where(CONTACTS.c.conversation_id == conversation_id)
    row: Any = link.execute(query.with_for_update() if lock else query).first()
    return None if row is None else Contact(Budget(**orjson.loads(row.budget)), row.region, row.is_reachable)
