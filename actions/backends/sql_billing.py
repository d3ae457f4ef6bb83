"""Billing over SQL: bills, balance, use, payments, invoices."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from actions.backends.boundary import change, look_up
from actions.backends.inserting import insert_new, next_number
from actions.backends.months import add_months, month_of, start_of
from actions.backends.rows import bill_of, local, past_or_none
from actions.backends.series import unpack_series
from actions.backends.tables import accounts, bill_tables, bills, daily_use, invoices, payments, stops
from actions.backends.values import Balance, Bill, DailyUse, Invoice, MonthlyUse, Payment
from actions.errors import NotFound
from storage.clock import CHINA, Clock

INVOICE_DELAY = timedelta(minutes=5)
ZERO = Decimal("0.00")


class SqlBilling:
    """BillingBackend over the tables; what the clock has not reached is not told."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def find_bill(self, account_no: str, month: str) -> Bill | None:
        """Return the bill of a month, None if none was issued (yet)."""
        found = await self.bills(account_no, month, month)
        return found[0] if found else None

    async def bills(self, account_no: str, first: str, last: str) -> Sequence[Bill]:
        """Return the issued bills from month `first` to month `last`."""
        at = self._clock()
        query = _bills_query().where(bills.c.account_no == account_no, bills.c.month.between(first, last))
        async with look_up(self._engine) as connection:
            rows = await connection.execute(query.where(bills.c.issued_at <= at).order_by(bills.c.month))
            return [bill_of(row, at) for row in rows]

    async def balance(self, account_no: str) -> Balance | None:
        """Return what the account holds or owes now."""
        at = self._clock()
        async with look_up(self._engine) as connection:
            row = (await connection.execute(_balance_query(account_no, at))).one_or_none()
        if row is None:
            return None
        held = row.opening_credit + (row.paid or ZERO) - (row.billed or ZERO)
        arrears = max(ZERO, -held)
        not_due = max(ZERO, row.not_due or ZERO)
        return Balance(
            account_no=account_no,
            balance=held,
            arrears=arrears,
            overdue=max(ZERO, arrears - not_due),
            as_of=local(at),
            prepaid=row.is_prepaid,
            stopped_for_arrears=row.stopped_at is not None,
            stopped_at=None if row.stopped_at is None else local(row.stopped_at),
        )

    async def daily_use(self, account_no: str, first: date, last: date) -> Sequence[DailyUse]:
        """Return the use of each day that has been read; today has not."""
        yesterday = self._clock().astimezone(CHINA).date() - timedelta(days=1)
        end = min(last, yesterday)
        query = select(daily_use.c.month, daily_use.c.series).where(
            daily_use.c.account_no == account_no, daily_use.c.month.between(f"{first:%Y-%m}", f"{end:%Y-%m}")
        )
        async with look_up(self._engine) as connection:
            rows = (await connection.execute(query.order_by(daily_use.c.month))).all()
        return [day for row in rows for day in unpack_series(row.series, row.month) if first <= day.date <= end]

    async def year_of_use(self, account_no: str) -> Sequence[MonthlyUse]:
        """Return the last twelve whole months."""
        current = month_of(self._clock())
        query = select(daily_use).where(
            daily_use.c.account_no == account_no,
            daily_use.c.month.between(add_months(current, -12), add_months(current, -1)),
        )
        async with look_up(self._engine) as connection:
            rows = await connection.execute(query.order_by(daily_use.c.month))
            return [MonthlyUse(row.month, row.energy_kwh, row.peak_kwh, row.valley_kwh) for row in rows]

    async def payments(self, account_no: str, first: date, last: date) -> Sequence[Payment]:
        """Return the payments made from day `first` to day `last`."""
        at = self._clock()
        query = select(payments).where(
            payments.c.account_no == account_no,
            payments.c.paid_at >= start_of(first),
            payments.c.paid_at < min(start_of(last + timedelta(days=1)), at),
        )
        async with look_up(self._engine) as connection:
            rows = await connection.execute(query.order_by(payments.c.paid_at))
            return [_payment_of(row, at) for row in rows]

    async def invoices(self, account_no: str) -> Sequence[Invoice]:
        """Return the invoices asked for or issued."""
        at = self._clock()
        query = select(invoices).where(invoices.c.account_no == account_no, invoices.c.requested_at <= at)
        async with look_up(self._engine) as connection:
            rows = await connection.execute(query.order_by(invoices.c.month))
            return [_invoice_of(row, at) for row in rows]

    async def request_invoice(self, account_no: str, month: str, title: str | None, idempotency_key: str) -> Invoice:
        """Ask for the invoice of a month, once for an account and month whatever the key.

        Raises NotFound if the month has no bill.
        """
        at = self._clock()
        where = and_(invoices.c.account_no == account_no, invoices.c.month == month)
        async with change(self._engine) as connection:
            row = (await connection.execute(select(invoices).where(where))).one_or_none()
            if row is None:
                await self._issue(connection, account_no, month, title, at)
                row = (await connection.execute(select(invoices).where(where))).one()
            return _invoice_of(row, at)

    async def _issue(
        self, connection: AsyncConnection, account_no: str, month: str, title: str | None, at: datetime
    ) -> None:
        query = select(bills.c.total, accounts.c.name).join(accounts, accounts.c.account_no == bills.c.account_no)
        query = query.where(bills.c.account_no == account_no, bills.c.month == month, bills.c.issued_at <= at)
        bill = (await connection.execute(query)).one_or_none()
        if bill is None:
            raise NotFound(f"there is no bill of {month} for this account", reason="no_bill")
        number = await next_number(connection, f"invoice {at:%Y%m%d}")
        row = {
            "invoice_no": f"{at:%Y%m%d}{number:08d}",
            "account_no": account_no,
            "month": month,
            "amount": bill.total,
            "title": title or bill.name,
            "requested_at": at,
            "issued_at": at + INVOICE_DELAY,
        }
        await insert_new(connection, invoices, row)


def _bills_query() -> Select[tuple[object, ...]]:
    table = (bill_tables.c.name.label("table_name"), bill_tables.c.document, bill_tables.c.effective_from)
    return select(bills, *table).join(bill_tables, bill_tables.c.table_id == bills.c.table_id)


def _balance_query(account_no: str, at: datetime) -> Select[tuple[object, ...]]:
    issued = and_(bills.c.account_no == account_no, bills.c.issued_at <= at)
    cleared = and_(payments.c.account_no == account_no, payments.c.cleared_at <= at)
    today = at.astimezone(CHINA).date()
    stop = and_(stops.c.account_no == accounts.c.account_no, stops.c.stopped_at <= at)
    still = (stops.c.restored_at.is_(None)) | (stops.c.restored_at > at)
    return (
        select(
            accounts.c.opening_credit,
            accounts.c.is_prepaid,
            select(func.sum(payments.c.amount)).where(cleared).scalar_subquery().label("paid"),
            select(func.sum(bills.c.total)).where(issued).scalar_subquery().label("billed"),
            select(func.sum(bills.c.total)).where(issued, bills.c.due_date >= today).scalar_subquery().label("not_due"),
            stops.c.stopped_at,
        )
        .outerjoin(stops, and_(stop, still))
        .where(accounts.c.account_no == account_no)
    )


def _payment_of(row: Row[tuple[object, ...]], at: datetime) -> Payment:
    status = "已到账" if past_or_none(row.cleared_at, at) else "处理中"
    return Payment(row.payment_no, row.account_no, local(row.paid_at), row.amount, row.channel, status)


def _invoice_of(row: Row[tuple[object, ...]], at: datetime) -> Invoice:
    issued_at = past_or_none(row.issued_at, at)
    status = "已开具" if issued_at else "开具中"
    return Invoice(
        row.invoice_no, row.account_no, row.month, row.amount, row.title, status, local(row.requested_at), issued_at
    )
