"""What a change of tables means for customers: the same bill by the tables that hold and by the new ones, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from knowledge_base.errors import TariffError
from knowledge_base.tariffs.book import TariffBook
from knowledge_base.tariffs.calculation import Calculation, ChargeLine
from knowledge_base.tariffs.calculator import calculate
from knowledge_base.tariffs.editing.changes import TableChange
from knowledge_base.tariffs.editing.samples import Sample, asked, fitted
from knowledge_base.tariffs.request import TariffRequest


@dataclass(frozen=True, slots=True)
class LineChange:
    """One line of a bill by both books; None where the other bill has no such line."""

    name: str
    old: ChargeLine | None
    new: ChargeLine | None

    @property
    def difference(self) -> Decimal:
        """Yuan; positive: dearer."""
        return _amount(self.new) - _amount(self.old)


@dataclass(frozen=True, slots=True)
class BillChange:
    """One customer's bill by both books."""

    name: str
    category: str
    request: TariffRequest
    old: Calculation | None
    """None where there is no table."""
    new: Calculation | None
    problem: str
    """Why one of them could not be calculated."""

    @property
    def difference(self) -> Decimal | None:
        """Yuan; positive: dearer."""
        return self.new.total - self.old.total if self.old is not None and self.new is not None else None

    @property
    def percent(self) -> Decimal | None:
        """Of the old bill, to a tenth."""
        if self.difference is None or self.old is None or not self.old.total:
            return None
        return (self.difference * 100 / self.old.total).quantize(Decimal("0.1"))

    @property
    def lines(self) -> tuple[LineChange, ...]:
        """All lines of both bills."""
        old = {line.name: line for line in self.old.lines} if self.old is not None else {}
        new = {line.name: line for line in self.new.lines} if self.new is not None else {}
        return tuple(LineChange(name, old.get(name), new.get(name)) for name in dict.fromkeys((*old, *new)))


@dataclass(frozen=True, slots=True)
class CustomerSum:
    """Many customers' bills of one category by both books."""

    category: str
    month: str
    customers: int
    changed: int
    old: Decimal
    new: Decimal
    largest: tuple[BillChange, ...]
    """Those that change most."""


def affected_months(changes: Iterable[TableChange], now: date) -> dict[str, str]:
    """Return category -> the month to look at: this one where it is affected, else the first or last that is."""
    first: dict[str, date] = {}
    last: dict[str, date] = {}
    for change in changes:
        ends = change.entry.effective_to or date.max
        first[change.category] = min(first.get(change.category, date.max), change.first_day)
        last[change.category] = max(last.get(change.category, date.min), ends)
    return {category: f"{max(day, min(now, last[category])):%Y-%m}" for category, day in first.items()}


def telling_month(
    old: TariffBook, new: TariffBook, region: str, category: str, month: str, samples: Sequence[Sample]
) -> str:
    """Return the first of the twelve months from `month` in which some sample's bill changes; else `month`."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1
    for later in range(number, number + 12):
        named = f"{later // 12}-{later % 12 + 1:02d}"
        if any(bill.difference for bill in compare_bills(old, new, region, category, named, samples)):
            return named
    return month


def compare_bills(
    old: TariffBook, new: TariffBook, region: str, category: str, month: str, samples: Sequence[Sample]
) -> list[BillChange]:
    """Calculate samples of a category by both books."""
    return [compare_bill(old, new, one.name, asked(one, region, month)) for one in samples if one.category == category]


def compare_bill(old: TariffBook, new: TariffBook, name: str, request: TariffRequest) -> BillChange:
    """Calculate one bill by both books."""
    before, problem = _calculated(request, old)
    after, other = _calculated(request, new)
    return BillChange(name, request.category, request, before, after, other or problem)


def add_up(category: str, month: str, bills: Sequence[BillChange], most: int = 5) -> CustomerSum:
    """Add up the bills that both books can calculate."""
    both = [bill for bill in bills if bill.difference is not None]
    by_size = sorted(both, key=lambda bill: abs(bill.difference or Decimal(0)), reverse=True)
    return CustomerSum(
        category=category,
        month=month,
        customers=len(both),
        changed=sum(1 for bill in both if bill.difference),
        old=sum((bill.old.total for bill in both if bill.old is not None), Decimal("0.00")),
        new=sum((bill.new.total for bill in both if bill.new is not None), Decimal("0.00")),
        largest=tuple(bill for bill in by_size[:most] if bill.difference),
    )


def _calculated(request: TariffRequest, book: TariffBook) -> tuple[Calculation | None, str]:
    try:
        table, _ = book.find(request.region, request.category, request.month, request.voltage)
        return calculate(fitted(request, table), book), ""
    except TariffError as error:
        return None, str(error)


def _amount(line: ChargeLine | None) -> Decimal:
    return line.amount if line is not None else Decimal("0.00")
