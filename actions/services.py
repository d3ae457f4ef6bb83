"""What actions work with: back ends, verification, tariffs, promises and the clock, handed in once at assembly.

The tariff calculator lives in a sibling package that actions never import: it comes in through the protocols below,
whose price values are read only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from actions.backends.protocols import BillingBackend, OutageBackend, ProfileBackend, TicketBackend
from actions.links import Links
from actions.promises import PromiseBook
from actions.verification import CodeResult
from storage.clock import Clock


class TableReference(Protocol):
    """The published table that prices come from."""

    @property
    def name(self) -> str:
        """Title of the table."""

    @property
    def document(self) -> str:
        """Number of the document that sets the prices."""

    @property
    def effective_from(self) -> date:
        """First day on which the table holds."""


class TierPrice(Protocol):
    """One tier; a flat price is a single tier without name and limits."""

    @property
    def name(self) -> str:
        """第一档 ..., or empty."""

    @property
    def over_kwh(self) -> Decimal:
        """Lower limit, kWh a tier year."""

    @property
    def up_to_kwh(self) -> Decimal | None:
        """Upper limit; None: open."""

    @property
    def price(self) -> Decimal:
        """Yuan/kWh, without time of day."""


class SlotPrice(Protocol):
    """One slot of one season: a price (households) or a multiple of the month's energy price (business)."""

    @property
    def season(self) -> str:
        """Name of the season."""

    @property
    def slot(self) -> str:
        """峰段, 谷段, ..."""

    @property
    def hours(self) -> str | None:
        """Clock times in words; None where they are not published."""

    @property
    def tier(self) -> str:
        """Name of the tier; empty where there is only one."""

    @property
    def price(self) -> Decimal | None:
        """Yuan/kWh of government tables."""

    @property
    def factor(self) -> Decimal | None:
        """Multiple of the agent price (代理购电价格)."""


class PriceList(Protocol):
    """Everything that a customer can be told about one category in one region, month and voltage band."""

    @property
    def region(self) -> str:
        """山东 | 江苏 | 黑龙江 | 蒙西."""

    @property
    def category(self) -> str:
        """The calculator's category, for instance 居民阶梯."""

    @property
    def voltage(self) -> str:
        """The band's name in the table."""

    @property
    def table(self) -> TableReference:
        """Where the prices come from."""

    @property
    def needs_caveat(self) -> bool:
        """Whether 以当地供电公司公布为准 must be said with the prices."""

    @property
    def tiers(self) -> Sequence[TierPrice]:
        """Empty for commerce and industry, whose energy price changes every month."""

    @property
    def slots(self) -> Sequence[SlotPrice]:
        """The slots of all seasons, dearest first within a season."""

    @property
    def season(self) -> str | None:
        """Name of the season in which the month lies."""

    @property
    def transmission(self) -> Decimal | None:
        """Yuan/kWh."""

    @property
    def demand(self) -> Decimal | None:
        """Yuan/kW and month of maximum demand."""

    @property
    def capacity(self) -> Decimal | None:
        """Yuan/kVA and month of transformer capacity."""

    @property
    def funds(self) -> Decimal | None:
        """Yuan/kWh."""

    @property
    def notes(self) -> Sequence[str]:
        """Sentences that belong to the prices."""

    def slots_of_season(self) -> Sequence[SlotPrice]:
        """The slots that hold in the month asked for, dearest first."""


class Tariffs(Protocol):
    """The tariff tables and the exact calculator."""

    def calculate(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the contract's JSON {total, lines, table, notes} for the contract's request.

        Raises actions.errors.TariffUnavailable where there is no table or a figure is missing.
        """

    def price_list(self, region: str, tariff_kind: str, month: str, voltage: str | None) -> PriceList:
        """Return the prices of a kind (居民阶梯, 大工业 ...) in a month; raises TariffUnavailable."""


class Verifies(Protocol):
    """Codes by text message; every answer is alike for accounts that exist and that do not."""

    async def request_code(self, account_no: str, conversation_id: str) -> CodeResult:
        """Send a code: SENT, LIMIT_REACHED or LOCKED."""

    async def awaits_code(self, account_no: str, conversation_id: str) -> bool:
        """Say whether a code was sent here that still holds."""

    async def check_code(self, account_no: str, conversation_id: str, code: str) -> CodeResult:
        """Check a code: ACCEPTED (once), WRONG, EXPIRED, NOT_REQUESTED or LOCKED."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that actions may use."""

    billing: BillingBackend
    outage: OutageBackend
    profile: ProfileBackend
    tickets: TicketBackend
    verification: Verifies
    tariffs: Tariffs
    promises: PromiseBook
    clock: Clock
    links: Links = field(default_factory=Links)
