"""What every implementation of the back-end protocols does: SQL on SQLite and PostgreSQL, and HTTP."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from actions.backends.assembly import build_http_backends, build_sql_backends, create_tables
from actions.backends.http_client import BackendClient
from actions.backends.protocols import Backends
from actions.backends.server import build_backend_app
from actions.backends.tables import metadata
from actions.backends.values import TicketFields
from actions.errors import BackendRejected, KeyReused, NotFound
from storage.clock import build_clock
from storage.engine import open_engine, writing
from storage.secret import Cipher
from tests.contracts.backend_world import HOME, NOBODY, NOW, SHOP, at, write_world
from tests.postgres_server import postgres_url

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with postgres_url() as url:
        yield url


@pytest_asyncio.fixture(params=["sqlite", "postgresql", "http"])
async def backends(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Backends]:
    url = request.getfixturevalue("postgres") if request.param == "postgresql" else f"sqlite:///{tmp_path}/world.sqlite"
    engine = open_engine(url, cipher=Cipher(bytes(32)))
    async with writing(engine) as connection:
        await connection.run_sync(metadata.drop_all)
    await create_tables(engine)
    await write_world(engine)
    over_sql = build_sql_backends(engine, build_clock(NOW, elapsed_seconds=lambda: 0.0))
    if request.param == "http":
        async with TestServer(build_backend_app(over_sql, token="t")) as server:
            client = BackendClient(str(server.make_url("")), token="t")
            yield build_http_backends(client)
            await client.close()
    else:
        yield over_sql
    await engine.dispose()


async def test_an_account_comes_whole_and_a_missing_one_is_none(backends: Backends) -> None:
    account = await backends.profile.find_account(HOME)
    assert account is not None
    assert (account.name, account.phone, account.address) == ("王小明", "15400000001", "青岛市市南区青松路1号")
    assert (account.capacity_kva, account.is_tou, account.has_ev) == (Decimal(10), False, True)
    assert await backends.profile.find_account(NOBODY) is None


async def test_a_bill_comes_with_lines_table_and_readings(backends: Backends) -> None:
    bill = await backends.billing.find_bill(HOME, "2026-09")
    assert bill is not None
    assert (bill.total, bill.energy_kwh, bill.annual_to_date_kwh) == (Decimal("210.50"), Decimal(310), Decimal(2400))
    assert (bill.period_start, bill.period_end, bill.due_date) == (
        date(2026, 9, 1),
        date(2026, 9, 30),
        date(2026, 10, 20),
    )
    assert bill.lines[0].amount == Decimal("210.50")
    assert (bill.table.document, bill.paid_at) == ("某文件1号", at(10, 7))
    assert bill.end_reading - bill.start_reading == bill.energy_kwh


async def test_a_bill_that_is_not_issued_yet_is_not_told(backends: Backends) -> None:
    assert await backends.billing.find_bill(HOME, "2026-11") is None
    assert [bill.month for bill in await backends.billing.bills(HOME, "2026-01", "2026-12")] == ["2026-09", "2026-10"]


async def test_the_balance_counts_what_is_issued_and_cleared(backends: Backends) -> None:
    balance = await backends.billing.balance(HOME)
    assert balance is not None
    assert (balance.balance, balance.arrears, balance.overdue) == (
        Decimal("-198.30"),
        Decimal("198.30"),
        Decimal("198.30"),
    )
    assert (balance.prepaid, balance.stopped_for_arrears) == (False, False)
    assert await backends.billing.balance(NOBODY) is None


async def test_a_stop_for_arrears_shows_in_the_balance(backends: Backends) -> None:
    balance = await backends.billing.balance(SHOP)
    assert balance is not None
    assert (balance.prepaid, balance.stopped_for_arrears, balance.stopped_at) == (True, True, at(11, 19))


async def test_daily_use_ends_yesterday(backends: Backends) -> None:
    days = await backends.billing.daily_use(HOME, date(2026, 10, 30), date(2026, 11, 30))
    assert (days[0].date, days[-1].date, len(days)) == (date(2026, 10, 30), date(2026, 11, 20), 22)
    assert days[-1].energy_kwh == Decimal("0.50")


async def test_a_year_of_use_is_twelve_whole_months(backends: Backends) -> None:
    year = await backends.billing.year_of_use(HOME)
    assert (year[0].month, year[-1].month, len(year)) == ("2025-11", "2026-10", 12)


async def test_a_payment_just_made_is_in_process(backends: Backends) -> None:
    payments = await backends.billing.payments(HOME, date(2026, 10, 1), date(2026, 11, 21))
    assert [(payment.payment_no, payment.status) for payment in payments] == [("P1", "已到账"), ("P2", "处理中")]


async def test_an_invoice_is_made_once_for_a_month_whatever_the_key(backends: Backends) -> None:
    first = await backends.billing.request_invoice(HOME, "2026-09", None, "k1")
    again = await backends.billing.request_invoice(HOME, "2026-09", "某公司", "k2")
    assert first == again
    assert (first.title, first.amount, first.status) == ("王小明", Decimal("210.50"), "开具中")
    assert list(await backends.billing.invoices(HOME)) == [first]


async def test_an_invoice_for_a_month_without_bill_is_not_found(backends: Backends) -> None:
    with pytest.raises(NotFound) as caught:
        await backends.billing.request_invoice(HOME, "2020-01", None, "k1")
    assert (caught.value.reason, caught.value.is_permanent) == ("no_bill", True)


async def test_a_fault_of_one_transformer_cuts_off_its_accounts_alone(backends: Backends) -> None:
    (outage,) = await backends.outage.outages_for_account(HOME, NOW)
    assert (outage.kind, outage.status, outage.expected_restore, outage.restored_at) == ("fault", "抢修中", None, None)
    assert (outage.feeder, outage.transformer) == ("10千伏海锦线", "锦澜花园台区")
    assert list(await backends.outage.outages_for_account(SHOP, NOW)) == []


async def test_a_planned_outage_of_a_feeder_cuts_off_all_its_transformers(backends: Backends) -> None:
    for address in ("青岛市市南区锦澜花园3号楼", "市南区 云栖家园 1单元"):
        (outage,) = await backends.outage.outages_near(address, at(11, 24, 9))
        assert (outage.outage_id, outage.status, outage.transformer) == ("PL1", "停电中", None)


async def test_outages_are_found_by_community_before_road(backends: Backends) -> None:
    assert [o.outage_id for o in await backends.outage.outages_near("青松路1号锦澜花园", NOW)] == ["FA1"]
    assert list(await backends.outage.outages_near("青松路1号云栖家园", NOW)) == []
    assert [o.outage_id for o in await backends.outage.outages_near("市南区青松路9号", NOW)] == ["FA1"]
    assert list(await backends.outage.outages_near("一个没有人知道的地方", NOW)) == []


async def test_an_outage_is_over_when_it_is_restored(backends: Backends) -> None:
    assert list(await backends.outage.outages_for_account(HOME, at(11, 21, 13))) == []


async def test_planned_outages_are_narrowed_by_account_address_and_region(backends: Backends) -> None:
    week, month = (NOW, NOW + timedelta(days=7)), (NOW, NOW + timedelta(days=30))
    assert [o.outage_id for o in await backends.outage.planned(*week, HOME, None, None)] == ["PL1"]
    assert [o.outage_id for o in await backends.outage.planned(*month, None, "锦澜花园", None)] == ["PL1", "PL2"]
    assert list(await backends.outage.planned(*month, SHOP, None, None)) == []
    assert list(await backends.outage.planned(*month, None, None, "江苏")) == []


async def test_a_ticket_is_opened_once_for_its_key(backends: Backends) -> None:
    fields = TicketFields(
        "家中停电",
        region="山东",
        account_no=HOME,
        address="锦澜花园",
        due_at=at(11, 21, 11),
        details=(("scope", "一户"),),
    )
    first = await backends.tickets.create("故障报修", fields, "k1")
    again = await backends.tickets.create("故障报修", fields, "k1")
    other = await backends.tickets.create("故障报修", fields, "k2")
    assert first == again
    assert first.ticket_no != other.ticket_no
    assert len(first.ticket_no) == 12
    assert (first.status, first.due_at, first.details) == ("已受理", at(11, 21, 11), (("scope", "一户"),))
    assert await backends.tickets.find(first.ticket_no) == first
    assert {ticket.ticket_no for ticket in await backends.tickets.find_by_account(HOME)} == {
        first.ticket_no,
        other.ticket_no,
    }
    assert await backends.tickets.find("000000000000") is None


async def test_the_same_key_at_the_same_moment_opens_one_ticket(backends: Backends) -> None:
    fields = TicketFields("家中停电", account_no=HOME)
    tickets = await asyncio.gather(*(backends.tickets.create("故障报修", fields, "k1") for _ in range(8)))
    assert len({ticket.ticket_no for ticket in tickets}) == 1


async def test_a_key_used_for_something_else_is_refused(backends: Backends) -> None:
    await backends.tickets.create("故障报修", TicketFields("停电", account_no=HOME), "k1")
    with pytest.raises(KeyReused):
        await backends.tickets.create("投诉", TicketFields("停电频繁", account_no=HOME), "k1")
    await backends.profile.bind("wechat:a", HOME, "k2")
    with pytest.raises(KeyReused):
        await backends.profile.bind("wechat:a", SHOP, "k2")


async def test_recent_tickets_come_newest_first_in_pieces_and_by_region(backends: Backends) -> None:
    numbers = []
    for place, region in enumerate(["山东", "江苏", "山东"]):
        ticket = await backends.tickets.create("故障报修", TicketFields("停电", region=region), f"k{place}")
        numbers.append(ticket.ticket_no)
    since = at(11, 21, 0)

    async def recent(region: str | None, before: str | None = None, limit: int = 10) -> list[str]:
        return [one.ticket_no for one in await backends.tickets.recent(since, region, before, limit)]

    assert await recent(None) == numbers[::-1]
    assert await recent(None, limit=1) == [numbers[2]]
    assert await recent(None, before=numbers[2]) == [numbers[1], numbers[0]]
    assert await recent("山东") == [numbers[2], numbers[0]]
    assert list(await backends.tickets.recent(at(11, 22, 0), None, None, 10)) == []


async def test_urging_counts_once_for_a_key(backends: Backends) -> None:
    ticket = await backends.tickets.create("故障报修", TicketFields("停电"), "k1")
    await backends.tickets.urge(ticket.ticket_no, "u1")
    urged = await backends.tickets.urge(ticket.ticket_no, "u1")
    assert (urged.urged_count, len(urged.steps)) == (1, 2)
    with pytest.raises(NotFound):
        await backends.tickets.urge("000000000000", "u2")


async def test_bindings_come_and_go(backends: Backends) -> None:
    receipt = await backends.profile.bind("wechat:a", HOME, "k1")
    assert (receipt.status, receipt.effective_from) == ("已生效", date(2026, 11, 21))
    await backends.profile.bind("wechat:a", SHOP, "k2")
    assert {account.account_no for account in await backends.profile.accounts_of_channel_user("wechat:a")} == {
        HOME,
        SHOP,
    }
    assert list(await backends.profile.accounts_of_channel_user("wechat:b")) == []
    await backends.profile.unbind("wechat:a", HOME, "k3")
    assert [account.account_no for account in await backends.profile.accounts_of_channel_user("wechat:a")] == [SHOP]
    with pytest.raises(NotFound):
        await backends.profile.unbind("wechat:a", HOME, "k4")


async def test_a_new_phone_counts_at_once(backends: Backends) -> None:
    await backends.profile.update_contact(HOME, "19400000009", None, "k1")
    account = await backends.profile.find_account(HOME)
    assert account is not None
    assert account.phone == "19400000009"
    with pytest.raises(NotFound):
        await backends.profile.update_contact(NOBODY, "19400000009", None, "k2")


async def test_peak_valley_pricing_starts_next_month_and_binds(backends: Backends) -> None:
    first = await backends.profile.apply_tou(HOME, True, "k1")
    assert (first.status, first.effective_from) == ("待生效", date(2026, 12, 1))
    assert await backends.profile.apply_tou(HOME, True, "k1") == first
    account = await backends.profile.find_account(HOME)
    assert account is not None
    assert account.is_tou is False
    with pytest.raises(BackendRejected) as caught:
        await backends.profile.apply_tou(HOME, False, "k2")
    assert caught.value.reason == "already_pending"


async def test_peak_valley_pricing_is_refused_where_there_is_none(backends: Backends) -> None:
    with pytest.raises(BackendRejected) as caught:
        await backends.profile.apply_tou(SHOP, True, "k1")
    assert caught.value.reason == "no_tou_here"


async def test_what_was_refused_leaves_nothing_behind(backends: Backends) -> None:
    for _attempt in range(2):
        with pytest.raises(BackendRejected, match="region"):
            await backends.profile.apply_tou(SHOP, True, "k1")


async def test_requests_that_people_decide_on_are_taken_down(backends: Backends) -> None:
    transfer = await backends.profile.request_transfer(HOME, "李四", "19400000003", "k1")
    personal = await backends.profile.request_personal_data(HOME, "delete", "注销", "k2")
    assert {transfer.status, personal.status} == {"已受理"}
    assert transfer.request_no != personal.request_no
    with pytest.raises(BackendRejected):
        await backends.profile.request_personal_data(HOME, "sell", "", "k3")


async def test_consents_and_notices_are_kept(backends: Backends) -> None:
    await backends.profile.set_consent(HOME, "录音", True, "k1")
    await backends.profile.set_notices(HOME, ["账单", "停电"], True, "k2")
    assert list(await backends.profile.consents(HOME)) == ["录音"]
    assert list(await backends.profile.notices(HOME)) == ["停电", "账单"]
    await backends.profile.set_consent(HOME, "录音", False, "k3")
    await backends.profile.set_notices(HOME, ["停电"], False, "k4")
    assert (list(await backends.profile.consents(HOME)), list(await backends.profile.notices(HOME))) == ([], ["账单"])


async def test_halls_that_are_near_come_first(backends: Backends) -> None:
    halls = await backends.profile.business_halls("山东", None, "我在市北这边")
    assert [hall.hall_id for hall in halls] == ["H2", "H1"]
    assert list(await backends.profile.business_halls("江苏", None, None)) == []
