"""The demo data: complete, consistent, the same for the same date, and topped up when time goes on."""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.backends.assembly import build_sql_backends
from actions.backends.months import add_months, months_between
from actions.backends.protocols import Backends
from actions.backends.tables import accounts, bills, daily_use, metadata, payments
from actions.backends.values import Account, BillLine, TariffTable
from actions.demo.dataset import ensure_demo_data, reset_demo_data
from actions.demo.listing import demo_accounts, demo_cases
from actions.demo.plan import Step
from actions.demo.population import Population, build_population
from bot.demo_bills import DemoBills
from knowledge_base.tariffs.load import load_tariffs
from storage.clock import CHINA, build_clock
from storage.engine import open_engine, reading
from storage.secret import Cipher
from tests.postgres_server import postgres_url

pytestmark = pytest.mark.asyncio
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=CHINA)
calculate_bill = DemoBills(load_tariffs(Path(__file__).parents[2] / "data" / "tariffs"))
MONTHS = months_between("2025-09", "2026-10")


def calculate_flat(
    account: Account, month: str, kwh: Mapping[str, Decimal], annual_to_date_kwh: Decimal
) -> tuple[Decimal, Sequence[BillLine], TariffTable]:
    total = kwh["energy"] / 2
    line = BillLine("电费", kwh["energy"], "千瓦时", Decimal("0.5"), total)
    return total, [line], TariffTable("单一电价", "无", "2020-01-01")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the data of NOW, made once."""
    path = tmp_path_factory.mktemp("demo") / "backends.sqlite"

    async def build() -> None:
        async with opened(path) as engine:
            assert await ensure_demo_data(engine, NOW, calculate_bill) is Step.BUILD

    asyncio.run(build())
    return path


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(f"sqlite:///{path}", cipher=Cipher(bytes(32)))
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture
async def engine(built: Path) -> AsyncIterator[AsyncEngine]:
    async with opened(built) as engine:
        yield engine


@pytest_asyncio.fixture
async def copied(built: Path, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """The same data in a file that the test may change."""
    shutil.copy(built, tmp_path / "copy.sqlite")
    async with opened(tmp_path / "copy.sqlite") as engine:
        yield engine


@pytest.fixture
def village(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the customers, where their number does not matter."""
    whole = build_population()
    few = Population(whole.grid, whole.customers[::9])
    for module in ("dataset", "listing"):
        monkeypatch.setattr(f"actions.demo.{module}.build_population", lambda: few)


def clock_at(now: datetime) -> Any:
    return build_clock(now, elapsed_seconds=lambda: 0.0)


def backends_at(engine: AsyncEngine, now: datetime) -> Backends:
    return build_sql_backends(engine, clock_at(now))


async def fetch(engine: AsyncEngine, query: Any) -> Sequence[Any]:
    async with reading(engine) as connection:
        return (await connection.execute(query)).all()


async def test_there_are_enough_customers_of_all_kinds_in_four_regions(engine: AsyncEngine) -> None:
    rows = await fetch(engine, select(accounts))
    assert len(rows) >= 2100
    assert set(Counter(row.region for row in rows)) == {"山东", "江苏", "黑龙江", "蒙西"}
    categories = Counter(row.category for row in rows)
    assert set(categories) == {"居民阶梯", "居民峰谷", "居民合表", "居民充电桩", "农业", "工商业单一制", "工商业两部制"}
    assert {row.basic_charge for row in rows} == {None, "容量", "需量"}
    assert {row.voltage for row in rows} == {"不满1千伏", "1-10千伏", "35千伏"}
    for flag in ("has_pv", "has_ev", "is_prepaid", "is_tou", "subsidy", "household_size"):
        assert sum(bool(row._mapping[flag]) for row in rows) >= 20, flag
    assert {(row.region, len(row.account_no)) for row in rows if len(row.account_no) == 10} == {("蒙西", 10)}


async def test_peak_valley_households_live_only_where_there_is_such_a_tariff(engine: AsyncEngine) -> None:
    rows = await fetch(engine, select(accounts.c.region).where(accounts.c.category == "居民峰谷").distinct())
    assert {row.region for row in rows} == {"山东", "江苏"}


async def test_every_account_has_bills_for_fourteen_months(engine: AsyncEngine) -> None:
    rows = await fetch(engine, select(bills.c.account_no, bills.c.month))
    held: dict[str, set[str]] = {}
    for row in rows:
        held.setdefault(row.account_no, set()).add(row.month)
    assert len(held) >= 2100
    assert all(set(MONTHS) <= months for months in held.values())


async def test_bills_add_up(engine: AsyncEngine) -> None:
    backends = backends_at(engine, NOW)
    for number in [row.account_no for row in (await fetch(engine, select(accounts.c.account_no)))[::20]]:
        found = await backends.billing.bills(number, MONTHS[0], MONTHS[-1])
        for bill in found:
            assert bill.total == sum(line.amount for line in bill.lines)
            parts = (bill.peak_kwh, bill.valley_kwh, bill.flat_kwh, bill.sharp_kwh, bill.deep_valley_kwh)
            assert bill.energy_kwh == sum(parts) == bill.end_reading - bill.start_reading
        for earlier, later in pairwise(found):
            assert later.start_reading == earlier.end_reading
            carried = Decimal(0) if later.month.endswith("-01") else earlier.annual_to_date_kwh + earlier.energy_kwh
            assert later.annual_to_date_kwh == carried


async def test_the_days_of_a_month_add_up_to_its_bill(engine: AsyncEngine) -> None:
    backends = backends_at(engine, NOW)
    for number in [row.account_no for row in (await fetch(engine, select(accounts.c.account_no)))[::50]]:
        bill = await backends.billing.find_bill(number, "2026-08")
        assert bill is not None
        days = await backends.billing.daily_use(number, bill.period_start, bill.period_end)
        assert sum(day.energy_kwh for day in days) == bill.energy_kwh
        assert sum(day.peak_kwh for day in days) == bill.peak_kwh + bill.sharp_kwh
        assert all(
            min(day.peak_kwh, day.valley_kwh, day.energy_kwh - day.peak_kwh - day.valley_kwh) >= 0 for day in days
        )


async def test_two_years_of_daily_use_are_there_and_the_current_month_up_to_yesterday(engine: AsyncEngine) -> None:
    row = (await fetch(engine, select(func.min(daily_use.c.month), func.max(daily_use.c.month))))[0]
    assert (row[0] <= "2024-11", row[1]) == (True, "2026-11")
    number = (await fetch(engine, select(accounts.c.account_no).limit(1)))[0].account_no
    days = await backends_at(engine, NOW).billing.daily_use(number, NOW.date().replace(day=1), NOW.date())
    assert days[-1].date == NOW.date() - timedelta(days=1)
    assert len(days) == 20


async def test_summer_and_winter_show_in_the_use(engine: AsyncEngine) -> None:
    query = select(daily_use.c.month, func.sum(daily_use.c.energy_kwh)).join(
        accounts, accounts.c.account_no == daily_use.c.account_no
    )
    query = query.where(accounts.c.category == "居民阶梯", accounts.c.region == "江苏").group_by(daily_use.c.month)
    use = {row[0]: row[1] for row in await fetch(engine, query)}
    assert min(use["2026-07"], use["2026-08"]) > max(use["2026-04"], use["2026-10"])


async def test_demo_accounts_fulfil_the_contract(engine: AsyncEngine) -> None:
    shown = await demo_accounts(engine, clock_at(NOW))
    households = Counter(one["region"] for one in shown if one["category"] in ("居民阶梯", "居民峰谷", "居民合表"))
    assert len(shown) >= 60
    assert sum(households.values()) >= 40
    assert min(households["山东"], households["江苏"]) >= 15
    assert sum(one["category"].startswith("工商业") for one in shown) >= 6
    for one in shown:
        assert [bill["month"] for bill in one["bills"]] == MONTHS
        assert len(one["payments"]) >= 2
        assert Decimal(one["balance"]).as_tuple().exponent == -2
        assert one["phone"].isdigit()


async def test_shown_accounts_answer_as_the_back_end_does(engine: AsyncEngine) -> None:
    backends = backends_at(engine, NOW)
    for one in (await demo_accounts(engine, clock_at(NOW)))[::10]:
        balance = await backends.billing.balance(one["account_no"])
        bill = await backends.billing.find_bill(one["account_no"], "2026-10")
        assert balance is not None
        assert bill is not None
        assert (str(balance.balance), str(bill.total)) == (one["balance"], one["bills"][-1]["total"])
        assert balance.stopped_for_arrears is False


async def test_special_situations_can_be_met(engine: AsyncEngine) -> None:
    backends, cases = backends_at(engine, NOW), await demo_cases(engine, clock_at(NOW))
    assert all(len(numbers) >= 3 for numbers in cases.values()), {case: len(numbers) for case, numbers in cases.items()}
    for case, owes in (("stopped", True), ("prepaid_empty", True), ("just_paid", False)):
        balance = await backends.billing.balance(cases[case][0])
        assert balance is not None
        assert (balance.stopped_for_arrears, balance.arrears > 0) == (True, owes)
    debtor = await backends.billing.balance(cases["debtor"][0])
    assert debtor is not None
    assert (debtor.overdue > 0, debtor.stopped_for_arrears) == (True, False)
    statuses = {
        ticket.status for number in cases["with_ticket"] for ticket in await backends.tickets.find_by_account(number)
    }
    assert statuses >= {"已受理", "已派单", "处理中", "已完成"}


async def test_faults_are_going_on_now_some_with_and_some_without_a_promised_time(engine: AsyncEngine) -> None:
    backends, cases = backends_at(engine, NOW), await demo_cases(engine, clock_at(NOW))
    found = [one for number in cases["in_fault"] for one in await backends.outage.outages_for_account(number, NOW)]
    assert {outage.expected_restore is None for outage in found if outage.kind == "fault"} == {True, False}
    assert all(outage.updated_at <= NOW and outage.restored_at is None for outage in found if outage.kind == "fault")


async def test_each_city_has_five_halls_marked_as_samples(engine: AsyncEngine) -> None:
    halls = await backends_at(engine, NOW).profile.business_halls(None, None, None)
    assert min(Counter(hall.city for hall in halls).values()) >= 5
    assert all(hall.is_sample for hall in halls)


async def test_asking_again_does_nothing_and_another_day_refreshes_the_outages(copied: AsyncEngine) -> None:
    assert await ensure_demo_data(copied, NOW + timedelta(hours=3), calculate_bill) is Step.NOTHING
    tomorrow = NOW + timedelta(days=1)
    assert await ensure_demo_data(copied, tomorrow, calculate_bill) is Step.REFRESH
    assert (await demo_cases(copied, clock_at(tomorrow)))["in_fault"]


async def test_later_months_are_added_and_what_customers_did_is_kept(copied: AsyncEngine) -> None:
    later = datetime(2027, 2, 3, 10, tzinfo=CHINA)
    number = (await demo_accounts(copied, clock_at(NOW)))[1]["account_no"]
    await backends_at(copied, NOW).profile.update_contact(number, "19400000001", None, "k")
    assert await ensure_demo_data(copied, later, calculate_bill) is Step.TOP_UP
    backends = backends_at(copied, later)
    found = await backends.billing.bills(number, "2026-09", "2027-01")
    assert [bill.month for bill in found] == ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01"]
    assert [later.start_reading for later in found[1:]] == [earlier.end_reading for earlier in found[:-1]]
    assert found[-2].annual_to_date_kwh > 0
    assert found[-1].annual_to_date_kwh == 0
    account = await backends.profile.find_account(number)
    assert account is not None
    assert account.phone == "19400000001"
    assert (await backends.billing.daily_use(number, later.date() - timedelta(days=2), later.date()))[-1].date.day == 2


async def test_a_chosen_tariff_counts_in_later_bills(copied: AsyncEngine) -> None:
    query = select(accounts.c.account_no).where(accounts.c.category == "居民阶梯", accounts.c.region == "山东").limit(1)
    number = (await fetch(copied, query))[0].account_no
    await backends_at(copied, NOW).profile.apply_tou(number, True, "k")
    later = datetime(2027, 1, 3, 10, tzinfo=CHINA)
    await ensure_demo_data(copied, later, calculate_bill)
    backends = backends_at(copied, later)
    november, december = await backends.billing.bills(number, "2026-11", "2026-12")
    account = await backends.profile.find_account(number)
    assert account is not None
    assert (account.category, account.tou_since) == ("居民峰谷", "2026-12")
    assert "峰" not in november.lines[0].name
    assert "峰" in december.lines[0].name


async def test_an_earlier_date_builds_its_own_past(tmp_path: Path, village: None) -> None:
    earlier = datetime(2025, 3, 1, 0, 30, tzinfo=CHINA)
    async with opened(tmp_path / "x.sqlite") as engine:
        await ensure_demo_data(engine, NOW, calculate_flat)
        assert await ensure_demo_data(engine, earlier, calculate_flat) is Step.BUILD
        shown = await demo_accounts(engine, clock_at(earlier))
    assert len(shown) >= 30
    assert all(one["bills"][-1]["month"] == "2025-02" and len(one["payments"]) >= 2 for one in shown)


async def test_the_same_date_gives_the_same_data_however_often(tmp_path: Path, village: None) -> None:
    shown = []
    for name in ("a", "b"):
        async with opened(tmp_path / f"{name}.sqlite") as engine:
            await ensure_demo_data(engine, NOW, calculate_flat)
            shown.append((await demo_accounts(engine, clock_at(NOW)), await demo_cases(engine, clock_at(NOW))))
    assert shown[0] == shown[1]


async def test_two_processes_at_once_make_the_data_once(tmp_path: Path, village: None) -> None:
    async with opened(tmp_path / "x.sqlite") as one, opened(tmp_path / "x.sqlite") as other:
        steps = await asyncio.gather(*(ensure_demo_data(engine, NOW, calculate_flat) for engine in (one, other)))
        assert sorted(step.value for step in steps) == ["build", "nothing"]
        assert (await fetch(one, select(func.count()).select_from(payments)))[0][0] > 1000


async def test_a_calculator_that_fails_leaves_no_half_data(tmp_path: Path, village: None) -> None:
    def fail(account: Account, month: str, kwh: object, annual_to_date_kwh: Decimal) -> Any:
        raise ArithmeticError(f"{account.account_no} {month}")

    async with opened(tmp_path / "x.sqlite") as engine:
        with pytest.raises(ArithmeticError):
            await ensure_demo_data(engine, NOW, fail)
        assert await ensure_demo_data(engine, NOW, calculate_flat) is Step.BUILD


async def test_a_reset_forgets_what_conversations_wrote(copied: AsyncEngine, village: None) -> None:
    number = (await fetch(copied, select(accounts.c.account_no).limit(1)))[0].account_no
    await backends_at(copied, NOW).profile.bind("wechat:a", number, "k")
    stages: list[float] = []
    await reset_demo_data(copied, NOW, calculate_flat, lambda _stage, fraction: stages.append(fraction))
    assert list(await backends_at(copied, NOW).profile.accounts_of_channel_user("wechat:a")) == []
    assert stages == sorted(stages)
    assert stages[-1] == 1.0
    assert {table.name for table in metadata.sorted_tables} >= {"bindings", "tickets", "verifications"}


async def test_every_month_of_the_past_is_within_the_bills_needed() -> None:
    assert add_months("2026-11", -14) == MONTHS[0]


async def test_the_data_can_be_made_and_topped_up_on_postgresql(village: None) -> None:
    with postgres_url() as url:
        engine = open_engine(url, cipher=Cipher(bytes(32)))
        assert await ensure_demo_data(engine, NOW, calculate_flat) is Step.BUILD
        shown = await demo_accounts(engine, clock_at(NOW))
        assert all([bill["month"] for bill in one["bills"]] == MONTHS for one in shown)
        later = datetime(2026, 12, 2, 10, tzinfo=CHINA)
        assert await ensure_demo_data(engine, later, calculate_flat) is Step.TOP_UP
        await engine.dispose()
