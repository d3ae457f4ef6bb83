"""What the bot asks of the utility's systems. Every write carries an idempotency key: the same key works once.

Look-ups of one thing return None where it is not there; writes that name a missing thing raise NotFound.
All raise BackendError with a cause (`is_permanent`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from actions.backends.values import (
    Account,
    Balance,
    Bill,
    BusinessHall,
    DailyUse,
    Invoice,
    MonthlyUse,
    Outage,
    Payment,
    Receipt,
    Ticket,
    TicketFields,
)


class BillingBackend(Protocol):
    """Bills, money and use. Months are YYYY-MM, ranges inclusive, results oldest first."""

    async def find_bill(self, account_no: str, month: str) -> Bill | None:
        """Return the bill of a month, None if none was issued (yet)."""

    async def bills(self, account_no: str, first: str, last: str) -> Sequence[Bill]:
        """Return the issued bills from month `first` to month `last`."""

    async def balance(self, account_no: str) -> Balance | None:
        """Return what the account holds or owes now."""

    async def daily_use(self, account_no: str, first: date, last: date) -> Sequence[DailyUse]:
        """Return the use of each day that has been read; today has not."""

    async def year_of_use(self, account_no: str) -> Sequence[MonthlyUse]:
        """Return the last twelve whole months."""

    async def payments(self, account_no: str, first: date, last: date) -> Sequence[Payment]:
        """Return the payments made from day `first` to day `last`."""

    async def invoices(self, account_no: str) -> Sequence[Invoice]:
        """Return the invoices asked for or issued."""

    async def request_invoice(self, account_no: str, month: str, title: str | None, idempotency_key: str) -> Invoice:
        """Ask for the invoice of a month (title None: the registered name); one that is there already is returned."""


class OutageBackend(Protocol):
    """Known outages, by the grid model feeder > transformer > account."""

    async def outages_for_account(self, account_no: str, at: datetime) -> Sequence[Outage]:
        """Return the outages that cut off this account at `at`."""

    async def outages_near(self, address: str, at: datetime) -> Sequence[Outage]:
        """Return the outages at `at` in places that the address names (小区, 村, road)."""

    async def planned(
        self, first: datetime, last: datetime, account_no: str | None, address: str | None, region: str | None
    ) -> Sequence[Outage]:
        """Return planned outages that touch the time from `first` to `last`, narrowed by what is not None."""


class ProfileBackend(Protocol):
    """Accounts, who may see them, what they chose, and where people can go."""

    async def find_account(self, account_no: str) -> Account | None:
        """Return the account, None if there is none."""

    async def accounts_of_channel_user(self, channel_user: str) -> Sequence[Account]:
        """Return the accounts bound to a user of a channel, for instance wechat:OPENID."""

    async def bind(self, channel_user: str, account_no: str, idempotency_key: str) -> Receipt:
        """Bind an account to a channel user."""

    async def unbind(self, channel_user: str, account_no: str, idempotency_key: str) -> Receipt:
        """Take a binding away; NotFound if there is none."""

    async def update_contact(
        self, account_no: str, phone: str, person_name: str | None, idempotency_key: str
    ) -> Receipt:
        """Change the registered phone (and the contact's name), at once."""

    async def apply_tou(self, account_no: str, is_on: bool, idempotency_key: str) -> Receipt:
        """Choose or leave peak/valley pricing from next month on.

        BackendRejected where there is none, or within a year of the last choice (its `reason` says which).
        """

    async def request_transfer(self, account_no: str, new_name: str, new_phone: str, idempotency_key: str) -> Receipt:
        """Ask for a change of the account's owner; papers are checked by people."""

    async def request_personal_data(self, account_no: str, kind: str, detail: str, idempotency_key: str) -> Receipt:
        """Ask for personal data: `kind` is query | correct | delete | withdraw."""

    async def consents(self, account_no: str) -> Sequence[str]:
        """Return the purposes that are consented to."""

    async def set_consent(self, account_no: str, purpose: str, is_granted: bool, idempotency_key: str) -> Receipt:
        """Grant or withdraw consent to a purpose."""

    async def notices(self, account_no: str) -> Sequence[str]:
        """Return the notices subscribed to: 停电, 账单, 余额."""

    async def set_notices(self, account_no: str, kinds: Sequence[str], is_on: bool, idempotency_key: str) -> Receipt:
        """Subscribe to notices, or cancel them."""

    async def business_halls(self, region: str | None, city: str | None, near: str | None) -> Sequence[BusinessHall]:
        """Return halls, those in a district or road named by `near` first, narrowed by region and city where given."""


class TicketBackend(Protocol):
    """Work orders (工单)."""

    async def create(self, kind: str, fields: TicketFields, idempotency_key: str) -> Ticket:
        """Open a ticket; the same key gives the same ticket."""

    async def find(self, ticket_no: str) -> Ticket | None:
        """Return a ticket, None if there is none."""

    async def find_by_account(self, account_no: str) -> Sequence[Ticket]:
        """Return the account's tickets, newest first."""

    async def urge(self, ticket_no: str, idempotency_key: str) -> Ticket:
        """Note that the customer is pressing (催办), once for a key."""

    async def recent(self, since: datetime, region: str | None, before: str | None, limit: int) -> Sequence[Ticket]:
        """Return tickets opened since a moment with numbers below `before`, the highest number first, for staff."""


class SmsSender(Protocol):
    """Sends a text message to a phone."""

    async def send(self, phone: str, text: str, idempotency_key: str) -> None:
        """Hand the message over; raises SmsNotSent."""


@dataclass(frozen=True, slots=True)
class Backends:
    """All back ends of one utility."""

    billing: BillingBackend
    outage: OutageBackend
    profile: ProfileBackend
    tickets: TicketBackend
