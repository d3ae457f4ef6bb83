"""Work orders: found by number or account, told without personal data, pressed for once in half an hour."""

from dataclasses import replace
from datetime import timedelta

from actions.backends.values import Ticket, TicketFields
from actions.tickets import choose, likely, means_another
from tests.actions.service_desk import NOW, ServiceDesk


async def open_ticket(desk: ServiceDesk, kind: str = "故障报修", due_minutes: int | None = None) -> Ticket:
    due_at = None if due_minutes is None else NOW + timedelta(minutes=due_minutes)
    fields = TicketFields("全停", account_no=desk.cases["debtor"][1], phone="13812345678", person_name="张三")
    key = f"{kind}{due_minutes}"
    return await desk.services.tickets.create(kind, replace(fields, due_at=due_at), key)


async def test_a_number_finds_its_ticket_however_it_is_written(desk: ServiceDesk) -> None:
    ticket = await open_ticket(desk)
    done = await desk.act("action_pick_ticket", ticket_no=f"GD{ticket.ticket_no}")
    assert done.slots == {"ticket_search": "found", "picked_ticket_no": ticket.ticket_no}


async def test_an_unknown_number_is_said_to_be_unknown(desk: ServiceDesk) -> None:
    done = await desk.act("action_pick_ticket", ticket_no="261121999999")
    assert done.slots["ticket_search"] == "none_by_number"


async def test_the_ticket_of_this_conversation_is_meant_unless_the_words_say_otherwise(desk: ServiceDesk) -> None:
    ticket = await open_ticket(desk)
    meant = await desk.act("action_pick_ticket", "催一下", last_ticket_no=ticket.ticket_no)
    assert meant.slots["ticket_search"] == "found"
    other = await desk.act("action_pick_ticket", "我上周的过户申请呢", last_ticket_no=ticket.ticket_no)
    assert other.slots["ticket_search"] == "by_account"
    assert means_another("昨天报的修", ticket)
    assert not means_another("报修的单子到哪了", ticket)
    assert not means_another("上次你们也说半小时，等了三个钟头，催一下", ticket)
    assert means_another("上次报的修", ticket)


async def test_without_number_or_memory_the_account_is_needed(desk: ServiceDesk) -> None:
    assert (await desk.act("action_pick_ticket")).slots["ticket_search"] == "by_account"


async def test_several_open_tickets_become_choices(desk: ServiceDesk) -> None:
    repair, complaint = await open_ticket(desk), await open_ticket(desk, "投诉")
    desk.slots = {"verified_account": desk.cases["debtor"][1], "verified_level": 1.0}
    done = await desk.act("action_list_tickets", "查工单")
    assert done.slots["ticket_search"] == "several"
    choices = done.slots["ticket_choices"]
    assert choose(choices, "投诉那个") == complaint.ticket_no
    assert choose(choices, f"{repair.ticket_no} 故障报修") == repair.ticket_no
    assert choose(choices, "第一个") == choices[0].split(" ")[0]
    named = await desk.act("action_list_tickets", "我投诉的那个事处理了没")
    assert named.slots["picked_ticket_no"] == complaint.ticket_no


async def test_an_account_without_tickets_has_none(desk: ServiceDesk) -> None:
    done = await desk.act("action_list_tickets", verified_account=desk.cases["stopped"][0])
    assert done.slots["ticket_search"] in ("none", "found")
    assert likely([], "查工单") == []


async def test_state_step_and_due_time_are_told_and_nobody_is_named(desk: ServiceDesk) -> None:
    ticket = await open_ticket(desk, due_minutes=45)
    done = await desk.act("action_tell_ticket", picked_ticket_no=ticket.ticket_no)
    assert "已受理" in done.text
    assert "11月21日10:15" in done.text
    assert "张三" not in done.text
    assert "13812345678" not in done.text


async def test_an_overdue_ticket_is_admitted(desk: ServiceDesk) -> None:
    ticket = await open_ticket(desk, due_minutes=-60)
    assert "抱歉" in (await desk.act("action_tell_ticket", picked_ticket_no=ticket.ticket_no)).text
    assert "抱歉" in (await desk.act("action_urge_ticket", picked_ticket_no=ticket.ticket_no)).text


async def test_a_ticket_is_pressed_for_once_in_half_an_hour(desk: ServiceDesk) -> None:
    ticket = await open_ticket(desk)
    first = await desk.act("action_urge_ticket", picked_ticket_no=ticket.ticket_no)
    again = await desk.act("action_urge_ticket", picked_ticket_no=ticket.ticket_no)
    assert first.responses == ["utter_urged_open"]
    assert again.responses == ["utter_urged_already_open"]
    found = await desk.services.tickets.find(ticket.ticket_no)
    assert found is not None
    assert found.urged_count == 1


async def test_a_closed_ticket_is_told_instead_of_pressed_for(desk: ServiceDesk) -> None:
    closed = [
        ticket
        for account_no in desk.cases["with_ticket"]
        for ticket in await desk.services.tickets.find_by_account(account_no)
        if ticket.status in ("已完成", "已关闭")
    ]
    assert closed, "the demo data have closed tickets"
    done = await desk.act("action_urge_ticket", picked_ticket_no=closed[0].ticket_no)
    assert done.responses == ["utter_ticket_done"]
