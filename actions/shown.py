"""What channels can show beside the words, which always say the same: tables, charts, progress, lists, cards, links."""

from collections.abc import Sequence
from typing import Any

from actions.backends.values import Balance, Bill, BusinessHall, DailyUse, Ticket
from actions.links import Link
from actions.wording import UNITS, moment, month, number, price, yuan

TICKET_STAGES = ("已受理", "已派单", "处理中", "已完成")
"""What a ticket goes through; one that is closed has gone through all."""
FEWEST_BARS = 3
"""Fewer than this are said quicker than shown."""


def show_bill(bill: Bill) -> dict[str, Any]:
    """Return the `custom` content of a bill: its lines as a table."""
    lines = [
        {
            "name": line.name,
            "quantity": number(line.quantity),
            "unit": UNITS.get(line.unit, line.unit),
            "price": price(line.price).removesuffix("元"),
            "amount": str(line.amount),
        }
        for line in bill.lines
    ]
    return {"bill": {"month": f"{month(bill.month)}电费", "total": str(bill.total), "lines": lines}}


def show_months(bills: Sequence[Bill]) -> dict[str, Any] | None:
    """Return the `custom` content of several months' use, oldest first: a chart."""
    points = [
        {
            "label": f"{int(bill.month[5:])}月",
            "value": float(bill.energy_kwh),
            "peak": float(bill.peak_kwh),
            "valley": float(bill.valley_kwh),
        }
        for bill in bills
    ]
    return {"usage": {"unit": "度", "points": points}} if len(points) >= FEWEST_BARS else None


def show_days(use: Sequence[DailyUse]) -> dict[str, Any] | None:
    """Return the `custom` content of several days' use, oldest first: a chart."""
    points = [
        {
            "label": f"{one.date.month}/{one.date.day}",
            "value": float(one.energy_kwh),
            "peak": float(one.peak_kwh),
            "valley": float(one.valley_kwh),
        }
        for one in use
    ]
    return {"usage": {"unit": "度", "points": points}} if len(points) >= FEWEST_BARS else None


def show_ticket(ticket: Ticket) -> dict[str, Any]:
    """Return the `custom` content of a ticket: how far it is, with the time of each stage; no note, no person."""
    reached = {step.status: moment(step.at) for step in reversed(ticket.steps)}
    now = TICKET_STAGES.index(ticket.status) if ticket.status in TICKET_STAGES else len(TICKET_STAGES)
    is_over = now >= len(TICKET_STAGES) - 1
    steps = []
    for place, stage in enumerate(TICKET_STAGES):
        state = "done" if place < now or is_over else "current" if place == now else "todo"
        at = {"at": reached[stage]} if stage in reached and state != "todo" else {}
        steps.append({"title": stage, "state": state, **at})
    return {"progress": {"steps": steps}}


def show_halls(halls: Sequence[BusinessHall]) -> dict[str, Any]:
    """Return the `custom` content of service halls: a list."""
    items = [{"title": hall.name, "text": f"{hall.address}\n{hall.hours}　{hall.phone}"} for hall in halls]
    return {"list": {"title": "营业厅", "items": items}}


def show_balance(balance: Balance) -> dict[str, Any]:
    """Return the `custom` content of a balance: a card with what the words say."""
    fields = [{"label": "截至", "value": moment(balance.as_of)}]
    if balance.arrears:
        fields.append({"label": "欠费", "value": yuan(balance.arrears)})
    else:
        fields.append({"label": "余额", "value": yuan(abs(balance.balance))})
    return {"card": {"title": "账户余额", "fields": fields}}


def show_outage_map(link: Link | None) -> dict[str, Any] | None:
    """Return the `custom` content of an announced outage: the page that shows them all, where the region has one."""
    return None if link is None else {"outage_map": {"url": link.url, "title": link.title}}
