"""Outages over SQL: who is cut off, found through feeder and transformer."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from actions.backends.boundary import look_up
from actions.backends.rows import outage_of
from actions.backends.tables import accounts, feeders, outages, transformers
from actions.backends.values import Outage
from storage.clock import Clock


class SqlOutage:
    """OutageBackend over the tables."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def outages_for_account(self, account_no: str, at: datetime) -> Sequence[Outage]:
        """Return the outages that cut off this account at `at`."""
        async with look_up(self._engine) as connection:
            places = await _places_of_account(connection, account_no)
            return await _find(connection, _touching(places), _cut_off(at), at)

    async def outages_near(self, address: str, at: datetime) -> Sequence[Outage]:
        """Return the outages at `at` in places that the address names (小区, 村, road)."""
        async with look_up(self._engine) as connection:
            places = await _places_at(connection, address)
            return await _find(connection, _touching(places), _cut_off(at), at)

    async def planned(
        self, first: datetime, last: datetime, account_no: str | None, address: str | None, region: str | None
    ) -> Sequence[Outage]:
        """Return planned outages that touch the time from `first` to `last`, narrowed by what is not None."""
        conditions = [outages.c.kind == "planned", outages.c.start <= last, outages.c.expected_restore >= first]
        if region is not None:
            conditions.append(outages.c.region == region)
        async with look_up(self._engine) as connection:
            if account_no is not None:
                conditions.append(_touching(await _places_of_account(connection, account_no)))
            if address is not None:
                conditions.append(_touching(await _places_at(connection, address)))
            return await _find(connection, *conditions, self._clock())


async def _find(connection: AsyncConnection, *conditions_and_time: Any) -> list[Outage]:
    *conditions, at = conditions_and_time
    rows = await connection.execute(_outages_query().where(*conditions).order_by(outages.c.start))
    return [outage_of(row, at) for row in rows]


def _outages_query() -> Select[tuple[object, ...]]:
    names = (feeders.c.name.label("feeder_name"), transformers.c.name.label("transformer_name"))
    return (
        select(outages, *names)
        .join(feeders, feeders.c.feeder_id == outages.c.feeder_id)
        .outerjoin(transformers, transformers.c.transformer_id == outages.c.transformer_id)
    )


def _cut_off(at: datetime) -> ColumnElement[bool]:
    not_restored = or_(outages.c.restored_at.is_(None), outages.c.restored_at > at)
    return and_(outages.c.start <= at, not_restored, outages.c.is_cancelled.is_(False))


def _touching(places: Iterable[Row[Any]]) -> ColumnElement[bool]:
    """An outage of a whole feeder touches all its transformers, one of a transformer only that."""
    found = list(places)
    whole_feeder = and_(
        outages.c.transformer_id.is_(None), outages.c.feeder_id.in_({place.feeder_id for place in found})
    )
    return or_(whole_feeder, outages.c.transformer_id.in_({place.transformer_id for place in found}))


async def _places_of_account(connection: AsyncConnection, account_no: str) -> Sequence[Row[Any]]:
    query = select(transformers).join(accounts, accounts.c.transformer_id == transformers.c.transformer_id)
    return (await connection.execute(query.where(accounts.c.account_no == account_no))).all()


async def _places_at(connection: AsyncConnection, address: str) -> Sequence[Row[Any]]:
    """Find what the address names: the community if there is one, else the road; within the district if it is named."""
    said = literal(address.replace(" ", ""))
    query = select(transformers).where(or_(said.contains(transformers.c.community), said.contains(transformers.c.road)))
    found = (await connection.execute(query)).all()
    in_community = [place for place in found if place.community in address]
    in_district = [place for place in in_community or found if place.district in address or place.city in address]
    return in_district or in_community or found
