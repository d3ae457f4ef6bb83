"""Billing over HTTP: each method is one operation of the contract."""

from collections.abc import Sequence
from datetime import date

from actions.backends.http_client import BackendClient
from actions.backends.values import Balance, Bill, DailyUse, Invoice, MonthlyUse, Payment


class HttpBilling:
    """BillingBackend of a remote system."""

    def __init__(self, client: BackendClient) -> None:
        self._client = client

    async def find_bill(self, account_no: str, month: str) -> Bill | None:
        """Return the bill of a month, None if none was issued (yet)."""
        result: Bill | None = await self._client.call("billing.find_bill", account_no=account_no, month=month)
        return result

    async def bills(self, account_no: str, first: str, last: str) -> Sequence[Bill]:
        """Return the issued bills from month `first` to month `last`."""
        result: Sequence[Bill] = await self._client.call("billing.bills", account_no=account_no, first=first, last=last)
        return result

    async def balance(self, account_no: str) -> Balance | None:
        """Return what the account holds or owes now."""
        result: Balance | None = await self._client.call("billing.balance", account_no=account_no)
        return result

    async def daily_use(self, account_no: str, first: date, last: date) -> Sequence[DailyUse]:
        """Return the use of each day that has been read; today has not."""
        result: Sequence[DailyUse] = await self._client.call(
            "billing.daily_use", account_no=account_no, first=first, last=last
        )
        return result

    async def year_of_use(self, account_no: str) -> Sequence[MonthlyUse]:
        """Return the last twelve whole months."""
        result: Sequence[MonthlyUse] = await self._client.call("billing.year_of_use", account_no=account_no)
        return result

    async def payments(self, account_no: str, first: date, last: date) -> Sequence[Payment]:
        """Return the payments made from day `first` to day `last`."""
        result: Sequence[Payment] = await self._client.call(
            "billing.payments", account_no=account_no, first=first, last=last
        )
        return result

    async def invoices(self, account_no: str) -> Sequence[Invoice]:
        """Return the invoices asked for or issued."""
        result: Sequence[Invoice] = await self._client.call("billing.invoices", account_no=account_no)
        return result

    async def request_invoice(self, account_no: str, month: str, title: str | None, idempotency_key: str) -> Invoice:
        """Ask for the invoice of a month (title None: the registered name); one that is there already is returned."""
        result: Invoice = await self._client.call(
            "billing.request_invoice", account_no=account_no, month=month, title=title, idempotency_key=idempotency_key
        )
        return result
