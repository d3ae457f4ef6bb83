"""Profiles over SQL: accounts, bindings, choices, halls."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from actions.backends.boundary import change as changing
from actions.backends.boundary import look_up
from actions.backends.inserting import insert_new
from actions.backends.months import add_months, first_day, month_of
from actions.backends.rows import account_of, hall_of
from actions.backends.sql_requests import Change, accept, find_receipt
from actions.backends.tables import accounts, halls
from actions.backends.tou_rule import check_tou_change
from actions.backends.values import Account, BusinessHall, Receipt
from actions.backends.written_tables import bindings, consents, notices
from actions.errors import BackendRejected, NotFound
from storage.clock import CHINA, Clock

PERSONAL_DATA_REQUESTS = ("query", "correct", "delete", "withdraw")
NOTICE_KINDS = ("停电", "账单", "余额")
Effect = Callable[[AsyncConnection, datetime], Awaitable[object]]


class SqlProfile:
    """ProfileBackend over the tables."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def find_account(self, account_no: str) -> Account | None:
        """Return the account, None if there is none."""
        async with look_up(self._engine) as connection:
            row = (await connection.execute(select(accounts).where(accounts.c.account_no == account_no))).one_or_none()
        return None if row is None else account_of(row, self._clock())

    async def accounts_of_channel_user(self, channel_user: str) -> Sequence[Account]:
        """Return the accounts bound to a user of a channel, in the order of binding."""
        query = select(accounts).join(bindings, bindings.c.account_no == accounts.c.account_no)
        query = query.where(bindings.c.channel_user == channel_user).order_by(
            bindings.c.bound_at, bindings.c.account_no
        )
        async with look_up(self._engine) as connection:
            return [account_of(row, self._clock()) for row in await connection.execute(query)]

    async def bind(self, channel_user: str, account_no: str, idempotency_key: str) -> Receipt:
        """Bind an account to a channel user."""

        async def effect(connection: AsyncConnection, at: datetime) -> None:
            row = {"channel_user": channel_user, "account_no": account_no, "bound_at": at}
            await insert_new(connection, bindings, row)

        return await self._change(Change("bind", account_no, idempotency_key, {"user": channel_user}), effect)

    async def unbind(self, channel_user: str, account_no: str, idempotency_key: str) -> Receipt:
        """Take a binding away; NotFound if there is none."""

        async def effect(connection: AsyncConnection, _at: datetime) -> None:
            mine = (bindings.c.channel_user == channel_user, bindings.c.account_no == account_no)
            if (await connection.execute(delete(bindings).where(*mine))).rowcount == 0:
                raise NotFound("this account is not bound here", reason="not_bound")

        return await self._change(Change("unbind", account_no, idempotency_key, {"user": channel_user}), effect)

    async def update_contact(
        self, account_no: str, phone: str, person_name: str | None, idempotency_key: str
    ) -> Receipt:
        """Change the registered phone (and note the contact's name), at once."""

        async def effect(connection: AsyncConnection, _at: datetime) -> None:
            values = {"phone": phone, "phone_lookup": phone}
            await connection.execute(update(accounts).where(accounts.c.account_no == account_no).values(values))

        payload: dict[str, object] = {"phone": phone, "person_name": person_name}
        return await self._change(Change("contact", account_no, idempotency_key, payload), effect)

    async def apply_tou(self, account_no: str, is_on: bool, idempotency_key: str) -> Receipt:
        """Choose or leave peak/valley pricing from next month on; raises BackendRejected (see tou_rule)."""
        starts = add_months(month_of(self._clock()), 1)

        async def effect(connection: AsyncConnection, at: datetime) -> None:
            row = await _account_row(connection, account_no)
            check_tou_change(account_of(row, at), is_on=is_on, pending_from=row.pending_tou_from, at=at)
            values = _current_choice(row, at) | {"pending_tou": is_on, "pending_tou_from": starts}
            await connection.execute(update(accounts).where(accounts.c.account_no == account_no).values(values))

        change = Change("tou", account_no, idempotency_key, {"is_on": is_on})
        return await self._change(change, effect, status="待生效", effective_from=first_day(starts))

    async def request_transfer(self, account_no: str, new_name: str, new_phone: str, idempotency_key: str) -> Receipt:
        """Ask for a change of the account's owner; papers are checked by people."""
        change = Change("transfer", account_no, idempotency_key, {"new_name": new_name, "new_phone": new_phone})
        return await self._change(change, _nothing, status="已受理", effective_from=None)

    async def request_personal_data(self, account_no: str, kind: str, detail: str, idempotency_key: str) -> Receipt:
        """Ask for personal data: `kind` is query | correct | delete | withdraw."""
        if kind not in PERSONAL_DATA_REQUESTS:
            raise BackendRejected(f"{kind!r} is none of {', '.join(PERSONAL_DATA_REQUESTS)}", reason="unknown_kind")
        change = Change("personal_data", account_no, idempotency_key, {"kind": kind, "detail": detail})
        return await self._change(change, _nothing, status="已受理", effective_from=None)

    async def consents(self, account_no: str) -> Sequence[str]:
        """Return the purposes that are consented to."""
        async with look_up(self._engine) as connection:
            query = select(consents.c.purpose).where(consents.c.account_no == account_no).order_by(consents.c.purpose)
            return list((await connection.execute(query)).scalars())

    async def set_consent(self, account_no: str, purpose: str, is_granted: bool, idempotency_key: str) -> Receipt:
        """Grant or withdraw consent to a purpose."""

        async def effect(connection: AsyncConnection, at: datetime) -> None:
            await connection.execute(
                delete(consents).where(consents.c.account_no == account_no, consents.c.purpose == purpose)
            )
            if is_granted:
                row = {"account_no": account_no, "purpose": purpose, "granted_at": at}
                await connection.execute(insert(consents).values(row))

        payload: dict[str, object] = {"purpose": purpose, "is_granted": is_granted}
        return await self._change(Change("consent", account_no, idempotency_key, payload), effect)

    async def notices(self, account_no: str) -> Sequence[str]:
        """Return the notices subscribed to: 停电, 账单, 余额."""
        async with look_up(self._engine) as connection:
            query = select(notices.c.kind).where(notices.c.account_no == account_no)
            return sorted((await connection.execute(query)).scalars(), key=NOTICE_KINDS.index)

    async def set_notices(self, account_no: str, kinds: Sequence[str], is_on: bool, idempotency_key: str) -> Receipt:
        """Subscribe to notices, or cancel them."""
        if unknown := set(kinds) - set(NOTICE_KINDS):
            raise BackendRejected(f"{sorted(unknown)} are none of {', '.join(NOTICE_KINDS)}", reason="unknown_kind")

        async def effect(connection: AsyncConnection, at: datetime) -> None:
            await connection.execute(
                delete(notices).where(notices.c.account_no == account_no, notices.c.kind.in_(kinds))
            )
            if is_on:
                rows = [{"account_no": account_no, "kind": kind, "since": at} for kind in sorted(set(kinds))]
                await connection.execute(insert(notices), rows)

        payload: dict[str, object] = {"kinds": sorted(set(kinds)), "is_on": is_on}
        return await self._change(Change("notices", account_no, idempotency_key, payload), effect)

    async def business_halls(self, region: str | None, city: str | None, near: str | None) -> Sequence[BusinessHall]:
        """Return halls, those in a district or road named by `near` first, narrowed by region and city where given."""
        query = select(halls).order_by(halls.c.hall_id)
        if region is not None:
            query = query.where(halls.c.region == region)
        if city is not None:
            query = query.where(halls.c.city == city)
        async with look_up(self._engine) as connection:
            found = [hall_of(row) for row in await connection.execute(query)]
        return found if near is None else sorted(found, key=lambda hall: -_nearness(hall, near))

    async def _change(
        self, change: Change, effect: Effect, *, status: str = "已生效", effective_from: date | None = None
    ) -> Receipt:
        """Accept a change and make its effect in one transaction, once for its key."""
        at = self._clock()
        first = at.astimezone(CHINA).date() if status == "已生效" else effective_from
        async with changing(self._engine) as connection:
            earlier = await find_receipt(connection, change)
            if earlier is not None:
                return earlier
            if change.account_no is not None:
                await _account_row(connection, change.account_no)
            receipt, is_new = await accept(connection, change, at=at, status=status, effective_from=first)
            if is_new:
                await effect(connection, at)
            return receipt


async def _nothing(_connection: AsyncConnection, _at: datetime) -> None:
    """The effect of a request that people decide on."""


async def _account_row(connection: AsyncConnection, account_no: str) -> Row[tuple[object, ...]]:
    query = select(accounts).where(accounts.c.account_no == account_no)
    row = (await connection.execute(query.with_for_update())).one_or_none()
    if row is None:
        raise NotFound("there is no such account", reason="no_account")
    return row


def _current_choice(row: Row[tuple[object, ...]], at: datetime) -> dict[str, object]:
    account = account_of(row, at)
    return {
        "is_tou": account.is_tou,
        "tou_since": account.tou_since,
        "category": account.category,
        "tariff_kind": account.tariff_kind,
    }


def _nearness(hall: BusinessHall, near: str) -> int:
    """3 for a road, 2 for a district, 1 for a city that is named (short forms too: 市南 for 市南区)."""
    road = hall.address.removeprefix(hall.city).removeprefix(hall.district)
    words = (road[: road.find("路") + 1], hall.district, hall.district[:-1], hall.city, hall.city[:-1])
    scores = (3, 2, 2, 1, 1)
    return max((score for word, score in zip(words, scores, strict=True) if len(word) >= 2 and word in near), default=0)
