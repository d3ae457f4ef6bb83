"""Tickets in several states, and invoices that were issued."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from actions.demo.bills import DemoBill
from actions.demo.customer import Customer

TICKET_COUNT = 80
FIRST_NUMBER = 900_001
"""Demo tickets are numbered from here on each day; those of conversations from 1 on."""
STAGES = ("已受理", "已派单", "处理中", "已完成")
NOTES = {
    "已受理": "智能客服受理",
    "已派单": "已派发至属地供电所",
    "处理中": "工作人员已联系客户并开始处理",
    "已完成": "处理完毕，等待客户评价",
}
SUBJECTS = (
    ("故障报修", "家中停电，邻居有电", timedelta(hours=6)),
    ("故障报修", "电压不稳，灯忽明忽暗", timedelta(hours=6)),
    ("业务申请", "申请校验电能表", timedelta(days=7)),
    ("业务申请", "申请安装充电桩电表", timedelta(days=7)),
    ("业务申请", "屋顶光伏并网申请", timedelta(days=25)),
    ("投诉", "反映停电频繁", timedelta(days=7)),
    ("意见建议", "建议增加自助缴费机", timedelta(days=12)),
    ("查询咨询", "咨询阶梯电价档位", timedelta(days=2)),
)
TICKET_COLUMNS = (
    *("ticket_no", "idempotency_key", "fingerprint", "kind", "status", "created_at", "due_at", "steps", "summary"),
    *("region", "account_no", "address", "phone", "person_name", "is_urgent", "urged_count", "details", "is_demo"),
)
INVOICE_COLUMNS = ("invoice_no", "account_no", "month", "amount", "title", "requested_at", "issued_at")


def build_tickets(customers: Sequence[Customer], now: datetime) -> list[tuple[object, ...]]:
    """Build rows of TICKET_COLUMNS: the state of each fits its age."""
    draw = Random(f"tickets {now:%Y-%m-%d}")
    households = [customer for customer in customers if customer.kind == "household"]
    chosen = draw.sample(households, TICKET_COUNT)
    return [_ticket(customer, index, now, draw) for index, customer in enumerate(chosen)]


def _ticket(customer: Customer, index: int, now: datetime, draw: Random) -> tuple[object, ...]:
    kind, summary, limit = SUBJECTS[index % len(SUBJECTS)]
    created = now - limit * draw.uniform(0.05, 1.3) - timedelta(minutes=draw.randrange(5, 50))
    step_gap = limit / (len(STAGES) + 1)
    steps = []
    for rank, stage in enumerate(STAGES):
        at = created + step_gap * rank
        if at <= now:
            steps.append([at.replace(microsecond=0).isoformat(), stage, NOTES[stage]])
    account = customer.account
    number = f"{created:%y%m%d}{FIRST_NUMBER + index:06d}"
    person = (account.region, account.account_no, account.address, account.phone, account.name)
    times = (created, created + limit, json.dumps(steps, ensure_ascii=False))
    return (
        number,
        f"demo {number}",
        f"demo {number}",
        kind,
        steps[-1][1],
        *times,
        summary,
        *person,
        False,
        0,
        "[]",
        True,
    )


def build_invoices(bills: Sequence[DemoBill], issued: datetime) -> list[tuple[object, ...]]:
    """Build rows of INVOICE_COLUMNS for one month's bills: every business asks, and one household in ten."""
    asking = [
        (index, bill)
        for index, bill in enumerate(bills)
        if bill.account.category.startswith("工商业") or index % 10 == 0
    ]
    at = issued + timedelta(days=3, hours=10)
    prefix = bills[0].month.replace("-", "")
    return [
        (f"D{prefix}{index:06d}", bill.account.account_no, bill.month, bill.total_cents, bill.account.name, at, at)
        for index, bill in asking
    ]
