"""Tickets of the back end: those of one's place, what is late first, customers' numbers masked."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from actions.backends.values import TicketFields
from actions.errors import BackendRejected, BackendUnavailable
from connectors.desk.organisation import load_organisation
from connectors.errors import BadRequest
from console.staff import NewStaff
from console.tickets import TicketBoard, TicketFilter
from tests.connectors.desk.world import ROOT
from tests.console.conftest import PASSWORD, Office

PHONE, NAME = "13812345678", "王小明"


async def open_tickets(office: Office) -> dict[str, str]:
    """Tickets of three places; the first is late. Returns their numbers by place."""
    now = office.world.talk.clock()
    places = {
        "青岛": TicketFields(
            f"停电，电话{PHONE}",
            "山东",
            "3712345678901",
            "青岛市市南区香港中路1号",
            PHONE,
            NAME,
            now - timedelta(hours=1),
        ),
        "南京": TicketFields("电压低", "江苏", None, "南京市玄武区", None, None, now + timedelta(hours=1)),
        "无": TicketFields("询问"),
    }
    kinds = {"青岛": "故障报修", "南京": "故障报修", "无": "查询咨询"}
    return {
        place: (await office.tickets.create(kinds[place], fields, place)).ticket_no for place, fields in places.items()
    }


async def listed(office: Office, name: str, query: str = "") -> dict[str, Any]:
    """What somebody's list shows."""
    status, answer = await (await office.browser(name)).get(f"/tickets{query}")
    assert status == 200, answer
    return answer


async def test_what_is_late_comes_first_and_every_view_is_counted(small_office: Office) -> None:
    numbers = await open_tickets(small_office)
    found = await listed(small_office, "sue")
    assert [one["ticket_no"] for one in found["items"]] == [numbers["青岛"], numbers["无"], numbers["南京"]]
    assert [one["is_overdue"] for one in found["items"]] == [True, False, False]
    assert found["counts"] == {"open": 3, "overdue": 1, "closed": 0, "all": 3}
    assert found["kinds"] == ["故障报修", "查询咨询"]
    assert (await listed(small_office, "sue", "?view=overdue"))["total"] == 1


async def test_tickets_are_found_by_number_account_words_and_kind(small_office: Office) -> None:
    numbers = await open_tickets(small_office)
    for query, expected in (
        (f"query={numbers['南京']}", {"南京"}),
        ("query=3712345678901", {"青岛"}),
        ("query=电压", {"南京"}),
        ("kind=查询咨询", {"无"}),
        ("scope=山东/青岛市", {"青岛"}),
        ("status=已完成", set()),
        ("query=没有", set()),
    ):
        found = await listed(small_office, "sue", f"?{query}")
        assert {one["ticket_no"] for one in found["items"]} == {numbers[place] for place in expected}, query


async def test_a_ticket_of_another_place_is_not_there(small_office: Office) -> None:
    numbers = await open_tickets(small_office)
    await small_office.console.book.add(
        NewStaff("qing", "青", "agent", "山东/青岛市", must_change_password=False), PASSWORD
    )
    assert {one["ticket_no"] for one in (await listed(small_office, "carl"))["items"]} == {numbers["南京"]}
    assert {one["ticket_no"] for one in (await listed(small_office, "qing"))["items"]} == {numbers["青岛"]}
    carl, qing = await small_office.browser("carl"), await small_office.browser("qing")
    for browser, place, expected in ((carl, "青岛", 404), (carl, "无", 404), (carl, "南京", 200), (qing, "青岛", 200)):
        assert (await browser.get(f"/tickets/{numbers[place]}"))[0] == expected
    assert (await carl.get("/tickets/999999999999"))[0] == 404


async def test_a_ticket_shows_its_steps_and_no_full_name_or_number(small_office: Office) -> None:
    numbers = await open_tickets(small_office)
    await small_office.tickets.urge(numbers["青岛"], "u1")
    sue = await small_office.browser("sue")
    status, answer = await sue.get(f"/tickets/{numbers['青岛']}")
    ticket = answer["ticket"]
    assert (status, ticket["phone"], ticket["person_name"], ticket["account"]) == (
        200,
        "138****5678",
        "王**",
        "****8901",
    )
    assert [step["note"] for step in ticket["steps"]] == ["智能客服受理", "客户催办，已提醒处理人员"]
    assert PHONE not in str(answer)
    assert PHONE not in str(await listed(small_office, "sue"))
    acts = await (await small_office.browser("audrey")).get("/audit?action=ticket.read")
    assert [row["object"] for row in acts[1]["items"]] == [f"ticket:{numbers['青岛']}"]


async def test_the_excel_file_has_what_the_list_shows(small_office: Office) -> None:
    numbers = await open_tickets(small_office)
    sue = await small_office.browser("sue")
    response = await sue.client.get("/console/api/tickets/export?view=all")
    rows = list(load_workbook(io.BytesIO(await response.read()))["工单"].iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["工单号", numbers["青岛"], numbers["无"], numbers["南京"]]
    assert (rows[1][7], PHONE in str(rows)) == ("是", False)


async def test_time_limits_kept_and_broken_are_on_the_dashboard(small_office: Office) -> None:
    await open_tickets(small_office)
    until = small_office.world.talk.clock().timestamp() + 7200
    sue, carl = await small_office.browser("sue"), await small_office.browser("audrey")
    shown = (await sue.get(f"/dashboard?until={until}"))[1]["tickets"]
    assert (shown["due"], shown["kept"], shown["broken"], shown["waiting"], shown["share"]) == (2, 0, 1, 1, 0.0)
    assert (await carl.get(f"/dashboard?until={until}&scope=江苏"))[1]["tickets"]["broken"] == 0


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (BackendRejected("no such address", reason="refused"), "tickets_not_listed"),
        (BackendUnavailable("away"), "tickets_away"),
    ],
)
async def test_a_back_end_that_does_not_list_says_so(small_office: Office, failure: Exception, code: str) -> None:
    class Closed:
        async def find(self, ticket_no: str) -> None:
            raise failure

        async def recent(self, *_: object) -> list[Any]:
            raise failure

    board = TicketBoard(Closed(), load_organisation(ROOT), small_office.world.talk.clock)
    with pytest.raises(BadRequest) as refused:
        await board.search("", TicketFilter())
    assert refused.value.code == code
    assert await board.kept_promises("", "", 0.0, 1.0) is None
