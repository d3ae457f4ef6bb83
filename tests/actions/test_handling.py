"""Matters for people to decide: what the words tell already, promises by region, tickets that say enough."""

import pytest

from actions.backends.values import Ticket
from tests.actions.service_desk import NOW, ServiceDesk


async def ticket_of(desk: ServiceDesk, number: str) -> Ticket:
    ticket = await desk.services.tickets.find(number)
    assert ticket is not None
    return ticket


@pytest.mark.parametrize(
    ("said", "use"),
    [
        ("新房子要装电表", "居民"),
        ("新开的店面要单独装表", "商业"),
        ("工地临时用电怎么办理", "临时"),
        ("养殖场刚建好要接电", "农业"),
        ("要报装一台630千伏安变压器", "高压"),
        ("我要申请用电", None),
    ],
)
async def test_the_request_tells_the_use_of_a_new_supply(desk: ServiceDesk, said: str, use: str | None) -> None:
    assert (await desk.act("action_prepare_matter", said, matter="新装")).slots.get("use_kind") == use


async def test_a_complaint_told_at_length_is_not_asked_again(desk: ServiceDesk) -> None:
    told = "我要投诉你们抄表员，上周来抄表态度特别差还骂人"
    assert (await desk.act("action_prepare_matter", told, matter="投诉")).slots["complaint_text"] == told
    assert "complaint_text" not in (await desk.act("action_prepare_matter", "我要投诉", matter="投诉")).slots


async def test_what_is_owed_stops_a_transfer(desk: ServiceDesk) -> None:
    debtor, settled = desk.cases["debtor"][0], desk.cases["tou"][0]
    owing = await desk.act("action_prepare_matter", matter="过户", verified_account=debtor)
    assert float(owing.slots["amount_owed"]) > 0
    free = await desk.act("action_prepare_matter", matter="过户", verified_account=settled)
    assert free.slots["amount_owed"] is None


async def test_nothing_is_told_about_an_account_that_was_only_stated(desk: ServiceDesk) -> None:
    done = await desk.act("action_prepare_matter", matter="过户", account_no=desk.cases["debtor"][0])
    assert done.slots["amount_owed"] is None


@pytest.mark.parametrize(("region", "contact", "answer"), [("山东", "24小时", "5个工作日"), ("蒙西", None, None)])
async def test_promises_for_complaints_go_by_region(
    desk: ServiceDesk, region: str, contact: str | None, answer: str | None
) -> None:
    done = await desk.act("action_prepare_matter", matter="投诉", region=region)
    assert (done.slots["contact_time"], done.slots["answer_time"]) == (contact, answer)


async def test_a_ticket_says_what_was_said_and_is_due_by_the_promise(desk: ServiceDesk) -> None:
    facts = {"matter": "新装", "use_kind": "居民", "address": "崂山区北宅街道沟崖村12号", "phone": "13812345678"}
    done = await desk.act("action_register_matter", **facts)
    ticket = await ticket_of(desk, done.slots["new_ticket_no"])
    assert done.slots["matter_time"] == "5个工作日"
    assert ticket.due_at is not None
    assert ticket.due_at > NOW
    assert (ticket.kind, ticket.address, ticket.phone) == ("业务申请", facts["address"], facts["phone"])


async def test_praise_is_a_kind_of_its_own(desk: ServiceDesk) -> None:
    done = await desk.act("action_register_matter", matter="意见建议", feedback_kind="表扬", feedback_text="李师傅好")
    assert (await ticket_of(desk, done.slots["new_ticket_no"])).kind == "表扬"


async def test_an_anonymous_report_of_theft_names_nobody(desk: ServiceDesk) -> None:
    done = await desk.act("action_register_matter", matter="举报", address="铜山区郑集镇", theft_text="表前接线")
    ticket = await ticket_of(desk, done.slots["new_ticket_no"])
    assert (ticket.kind, ticket.phone, ticket.person_name, ticket.account_no) == ("举报", None, None, None)


async def test_the_start_of_a_pause_lies_ahead(desk: ServiceDesk) -> None:
    facts = {"matter": "容量变更", "capacity_change": "暂停", "date": "2025-12-01"}
    done = await desk.act("action_register_matter", verified_account=desk.cases["tou"][0], **facts)
    details = dict((await ticket_of(desk, done.slots["new_ticket_no"])).details)
    assert details == {"capacity_change": "暂停", "date": "2026-12-01"}
