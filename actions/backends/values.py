"""What back ends know: accounts, money, use, outages, tickets, halls. Plain frozen values without behaviour.

Money is Decimal yuan with two places, energy Decimal kWh, months are YYYY-MM, times are aware (China Standard Time).
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """A customer account (户号) as the profile system has it."""

    account_no: str
    """13 digits, in 蒙西 also 10."""
    name: str
    """Registered name: a person or a company."""
    phone: str
    """Registered mobile number, the only one that gets verification codes."""
    region: str
    """山东 | 江苏 | 黑龙江 | 蒙西."""
    city: str
    district: str
    address: str
    category: str
    """居民阶梯 | 居民峰谷 | 居民合表 | 居民充电桩 | 农业 | 工商业单一制 | 工商业两部制: the calculator's name."""
    tariff_kind: str
    """居民阶梯 | 居民峰谷 | 居民合表 | 充电桩 | 农业 | 一般工商业 | 大工业: the entity's name."""
    voltage: str
    """不满1千伏 | 1-10千伏 | 35千伏."""
    capacity_kva: Decimal
    basic_charge: str | None
    """容量 | 需量 for two-part tariffs, else None."""
    power_factor_standard: Decimal | None
    """0.90 | 0.85 | 0.80 where the power factor counts, else None."""
    meter_no: str
    status: str
    """正常 | 已销户. A stop for arrears is in `Balance`."""
    is_tou: bool
    """Peak and valley are priced apart."""
    household_size: int | None
    """Registered persons, for the large-household tiers; None if not registered or no household."""
    subsidy: str | None
    """低保 | 五保 | None."""
    has_pv: bool
    has_ev: bool
    is_prepaid: bool
    tou_since: str | None
    """First month (YYYY-MM) of the present choice of peak/valley, None if never chosen."""


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line of a bill; `amount` is rounded to the cent."""

    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class TariffTable:
    """The published table a bill was computed with."""

    name: str
    document: str
    effective_from: str
    """YYYY-MM-DD."""


@dataclass(frozen=True, slots=True)
class Bill:
    """One month's bill of one account; `total` is the sum of the lines."""

    account_no: str
    month: str
    period_start: date
    period_end: date
    """Last day, inclusive."""
    total: Decimal
    energy_kwh: Decimal
    peak_kwh: Decimal
    valley_kwh: Decimal
    flat_kwh: Decimal
    sharp_kwh: Decimal
    deep_valley_kwh: Decimal
    annual_to_date_kwh: Decimal
    """Used in this calendar year before this month."""
    start_reading: Decimal
    end_reading: Decimal
    """The meter's total register in kWh at the start and the end of the period (表码)."""
    lines: tuple[BillLine, ...]
    table: TariffTable
    issued_at: datetime
    due_date: date
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account holds or owes at `as_of`."""

    account_no: str
    balance: Decimal
    """Positive: credit; negative: owed."""
    arrears: Decimal
    """What is owed, zero or more; not yet due bills included."""
    overdue: Decimal
    """The part of the arrears whose due date has passed."""
    as_of: datetime
    prepaid: bool
    stopped_for_arrears: bool
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class DailyUse:
    """One day's use."""

    date: date
    energy_kwh: Decimal
    peak_kwh: Decimal
    valley_kwh: Decimal


@dataclass(frozen=True, slots=True)
class MonthlyUse:
    """One calendar month's use, as a tariff comparison needs it."""

    month: str
    energy_kwh: Decimal
    peak_kwh: Decimal
    valley_kwh: Decimal


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment; `status`: 已到账 | 处理中."""

    payment_no: str
    account_no: str
    paid_at: datetime
    amount: Decimal
    channel: str
    status: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """An electronic invoice; `status`: 已开具 | 开具中."""

    invoice_no: str
    account_no: str
    month: str
    amount: Decimal
    title: str
    status: str
    requested_at: datetime
    issued_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outage:
    """A planned or fault outage of a feeder or one transformer area (台区)."""

    outage_id: str
    kind: str
    """planned | fault."""
    status: str
    """planned: 计划中 | 停电中 | 已送电 | 已取消; fault: 已派单 | 抢修中 | 已送电."""
    reason: str
    start: datetime
    expected_restore: datetime | None
    """None while nobody knows: then no time may be promised."""
    restored_at: datetime | None
    region: str
    city: str
    district: str
    area: str
    """The places concerned, as announced."""
    feeder: str
    transformer: str | None
    """None: the whole feeder."""
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TicketStep:
    """One step of a ticket's history."""

    at: datetime
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class TicketFields:
    """What a new ticket says. `due_at` is what was promised to the customer, None if nothing was."""

    summary: str
    region: str | None = None
    account_no: str | None = None
    address: str | None = None
    phone: str | None = None
    person_name: str | None = None
    due_at: datetime | None = None
    is_urgent: bool = False
    details: tuple[tuple[str, str], ...] = ()
    """Further facts as name and value, for instance ("fault_symptom", "缺相")."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A work order (工单); `kind`: 故障报修 | 紧急隐患 | 投诉 | 举报 | 意见建议 | 表扬 | 业务申请 | 查询咨询 ..."""

    ticket_no: str
    """12 digits."""
    kind: str
    status: str
    """已受理 | 已派单 | 处理中 | 已完成 | 已关闭."""
    created_at: datetime
    due_at: datetime | None
    steps: tuple[TicketStep, ...]
    summary: str
    region: str | None
    account_no: str | None
    address: str | None
    phone: str | None
    person_name: str | None
    is_urgent: bool
    urged_count: int
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The acknowledgement of a change; repeating the request with its key gives the same receipt."""

    request_no: str
    kind: str
    """tou | contact | bind | unbind | transfer | consent | personal_data | notices."""
    account_no: str | None
    status: str
    """已生效 | 待生效 | 已受理."""
    accepted_at: datetime
    effective_from: date | None
    """First day on which the change counts, None if somebody has to decide first."""


@dataclass(frozen=True, slots=True)
class BusinessHall:
    """A service hall (营业厅). The shipped ones are samples, to be replaced by the operator's list."""

    hall_id: str
    name: str
    region: str
    city: str
    district: str
    address: str
    hours: str
    phone: str
    services: str
    is_sample: bool


@dataclass(frozen=True, slots=True)
class SentSms:
    """A text message that the demo sender kept instead of sending."""

    phone: str
    text: str
    sent_at: datetime
