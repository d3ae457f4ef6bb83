"""Outages over HTTP: each method is one operation of the contract."""

from collections.abc import Sequence
from datetime import datetime

from actions.backends.http_client import BackendClient
from actions.backends.values import Outage


class HttpOutage:
    """OutageBackend of a remote system."""

    def __init__(self, client: BackendClient) -> None:
        self._client = client

    async def outages_for_account(self, account_no: str, at: datetime) -> Sequence[Outage]:
        """Return the outages that cut off this account at `at`."""
        result: Sequence[Outage] = await self._client.call("outage.outages_for_account", account_no=account_no, at=at)
        return result

    async def outages_near(self, address: str, at: datetime) -> Sequence[Outage]:
        """Return the outages at `at` in places that the address names (小区, 村, road)."""
        result: Sequence[Outage] = await self._client.call("outage.outages_near", address=address, at=at)
        return result

    async def planned(
        self, first: datetime, last: datetime, account_no: str | None, address: str | None, region: str | None
    ) -> Sequence[Outage]:
        """Return planned outages that touch the time from `first` to `last`, narrowed by what is not None."""
        result: Sequence[Outage] = await self._client.call(
            "outage.planned", first=first, last=last, account_no=account_no, address=address, region=region
        )
        return result
