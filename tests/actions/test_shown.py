"""What is shown says the same as the words."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from actions.backends.values import Bill, TicketFields
from actions.errors import LinksInvalid
from actions.links import load_links
from actions.shown import show_balance, show_bill, show_days, show_months, show_outage_map, show_ticket
from tests.actions.service_desk import ServiceDesk

ROOT = Path(__file__).parents[2]


async def bills_of(desk: ServiceDesk) -> Sequence[Bill]:
    """The bills of one customer in 2026."""
    return await desk.services.billing.bills(desk.cases["just_paid"][0], "2026-01", "2026-12")


async def test_the_table_of_a_bill_adds_up_to_its_total(desk: ServiceDesk) -> None:
    bill = (await bills_of(desk))[-1]
    shown = show_bill(bill)["bill"]
    assert sum(Decimal(line["amount"]) for line in shown["lines"]) == Decimal(shown["total"]) == bill.total
    assert all("元" not in line["price"] for line in shown["lines"])


async def test_a_chart_needs_three_bars(desk: ServiceDesk) -> None:
    bills = (await bills_of(desk))[:3]
    chart = show_months(bills)
    assert chart is not None
    assert [point["value"] for point in chart["usage"]["points"]] == [float(bill.energy_kwh) for bill in bills]
    assert show_months(bills[:2]) is None
    assert show_days([]) is None


async def test_the_progress_of_a_ticket_ends_where_it_stands_and_tells_no_note(desk: ServiceDesk) -> None:
    account_no = desk.cases["just_paid"][0]
    ticket = await desk.services.tickets.create(
        "故障报修", TicketFields("全停", None, account_no, "历下区", None), "k1"
    )
    steps = show_ticket(ticket)["progress"]["steps"]
    assert [step["state"] for step in steps] == ["current", "todo", "todo", "todo"]
    assert steps[0]["title"] == ticket.status == "已受理"
    over = show_ticket(replace(ticket, status="已关闭"))["progress"]["steps"]
    assert {step["state"] for step in over} == {"done"}
    assert "历下" not in str(steps)


async def test_a_balance_is_a_card_with_what_is_left_or_owed(desk: ServiceDesk) -> None:
    balance = await desk.services.billing.balance(desk.cases["just_paid"][0])
    assert balance is not None
    owing = replace(balance, balance=Decimal("-12.30"), arrears=Decimal("12.30"))
    assert show_balance(owing)["card"]["fields"][1] == {"label": "欠费", "value": "12.30元"}
    paid = replace(balance, balance=Decimal(5), arrears=Decimal(0))
    assert show_balance(paid)["card"]["fields"][1] == {"label": "余额", "value": "5.00元"}


def test_an_outage_points_to_the_regions_page_where_it_has_one(tmp_path: Path) -> None:
    links = load_links(ROOT / "data" / "links.yml")
    assert show_outage_map(links.outage_map.get("蒙西")) is None
    shown = show_outage_map(links.outage_map.get("山东"))
    assert shown is not None
    assert shown["outage_map"]["url"].startswith("https://")
    assert load_links(tmp_path / "none.yml").outage_map == {}
    (tmp_path / "bad.yml").write_text("outage_map: {山东: {url: 'javascript:alert(1)', title: 图}}", "utf-8")
    with pytest.raises(LinksInvalid, match="url"):
        load_links(tmp_path / "bad.yml")
