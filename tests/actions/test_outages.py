"""Reporting and asking about outages on the demo utility, at 2026-11-21 09:30."""

from datetime import timedelta
from typing import Any

import pytest

from actions.backends.values import Account, Outage
from actions.located import coming_days
from actions.outage_news import read_window
from actions.outages import response_for
from tests.actions.service_desk import NOW, ServiceDesk

ADDRESS = "市南区某路1号不存在小区3号楼2单元"


async def case(desk: ServiceDesk, name: str) -> Account:
    account = await desk.services.profile.find_account(desk.cases[name][0])
    assert account is not None
    return account


async def fault(desk: ServiceDesk, account: Account) -> Outage:
    return (await desk.services.outage.outages_for_account(account.account_no, NOW))[0]


async def test_a_district_alone_is_asked_for_more_once(desk: ServiceDesk) -> None:
    first = await desk.act("action_locate_outage", address="市南区")
    assert first.slots["outage_place"] == "coarse"
    assert first.slots["address"] is None
    second = await desk.act("action_locate_outage", address="某某小区3号楼", outage_address="市南区")
    assert second.slots["outage_place"] == "found"
    assert second.slots["address"] == "市南区某某小区3号楼"
    assert second.slots["region"] == "山东"


async def test_province_and_city_one_after_the_other_are_not_yet_a_place(desk: ServiceDesk) -> None:
    first = await desk.act("action_locate_outage", address="江苏")
    second = await desk.act("action_locate_outage", address="徐州市", outage_address=first.slots["outage_address"])
    assert second.slots["outage_place"] == "coarse"
    again = await desk.act("action_locate_outage", address="徐州市", outage_address=second.slots["outage_address"])
    assert again.slots["outage_place"] == "found"  # who can say no more is not asked for ever


async def test_an_unknown_account_without_address_is_asked_for_the_address(desk: ServiceDesk) -> None:
    done = await desk.act("action_locate_outage", account_no="3702999999999")
    assert done.slots["outage_place"] == "unknown"
    assert not done.replies


async def test_an_account_from_earlier_is_named_by_its_end_when_it_stands_for_the_address(desk: ServiceDesk) -> None:
    account_no = desk.cases["debtor"][0]
    done = await desk.act("action_locate_outage", account_no=account_no)
    assert account_no[-4:] in done.text
    assert account_no not in done.text


async def test_a_stop_for_arrears_is_found_before_anything_else(desk: ServiceDesk) -> None:
    done = await desk.act("action_check_outage", account_no=desk.cases["stopped"][0])
    assert done.slots["outage_situation"] == "arrears"


async def test_a_known_outage_is_told_with_cause_and_news_time_and_without_the_files_places(desk: ServiceDesk) -> None:
    account = await case(desk, "in_fault")
    outage = await fault(desk, account)
    done = await desk.act("action_check_outage", account_no=account.account_no)
    assert done.slots["outage_situation"] == "known"
    assert outage.reason in done.text
    assert "更新" in done.text
    assert account.district not in done.text
    assert outage.area not in done.text


async def test_the_places_are_named_to_who_names_the_address(desk: ServiceDesk) -> None:
    outage = await fault(desk, await case(desk, "in_fault"))
    community = outage.area.removeprefix(outage.district).split("、")[0]
    done = await desk.act("action_check_outage", address=community)
    assert outage.area in done.text


async def test_an_end_that_nobody_knows_is_never_named(desk: ServiceDesk) -> None:
    for account_no in desk.cases["in_fault"]:
        outage = (await desk.services.outage.outages_for_account(account_no, NOW))[0]
        done = await desk.act("action_check_outage", account_no=account_no)
        assert ("预计" in done.text) == (outage.expected_restore is not None)


async def test_another_address_than_the_accounts_is_looked_up_as_itself(desk: ServiceDesk) -> None:
    done = await desk.act("action_check_outage", account_no=desk.cases["stopped"][0], address=ADDRESS)
    assert done.slots["outage_situation"] == "new"


async def test_the_symptom_is_read_from_the_words_of_the_request(desk: ServiceDesk) -> None:
    done = await desk.act("action_check_outage", "是市南区", request="我家没电了", address=ADDRESS)
    assert done.slots["fault_symptom"] == "全停"


async def register(desk: ServiceDesk, **slots: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "address": ADDRESS,
        "region": "山东",
        "fault_symptom": "全停",
        "scope": "一户",
        "phone": "13812345678",
    }
    return (await desk.act("action_create_repair_ticket", key="turn1", **{**facts, **slots})).slots


async def test_the_promise_goes_by_region_and_area(desk: ServiceDesk) -> None:
    town = await register(desk)
    assert town["crew_time"] == "45分钟"
    ticket = await desk.services.tickets.find(str(town["new_ticket_no"]))
    assert ticket is not None
    assert ticket.due_at == NOW + timedelta(minutes=45)
    assert ticket.kind == "故障报修"
    assert dict(ticket.details) == {"fault_symptom": "全停", "scope": "一户"}


@pytest.mark.parametrize(
    ("address", "region", "words"),
    [
        ("铜山区郑集镇王庄村6号", "江苏", "90分钟"),
        ("东山馨苑", "山东", "城区45分钟、农村90分钟"),
        ("海勃湾区滨河小区3号楼", "蒙西", None),
        ("某某小区3号楼", None, None),
    ],
)
async def test_no_promise_no_number(desk: ServiceDesk, address: str, region: str | None, words: str | None) -> None:
    slots = await register(desk, address=address, region=region)
    assert slots["crew_time"] == words


async def test_the_same_message_registers_one_ticket(desk: ServiceDesk) -> None:
    assert (await register(desk))["new_ticket_no"] == (await register(desk))["new_ticket_no"]


async def test_an_open_ticket_of_this_conversation_is_named_instead_of_a_second_one(desk: ServiceDesk) -> None:
    first = await register(desk)
    remembered: dict[str, Any] = {name: first[name] for name in ("last_repair_no", "last_repair_address")}
    done = await desk.act("action_check_outage", address=ADDRESS, **remembered)
    assert done.slots["outage_situation"] == "open_ticket"
    assert str(first["new_ticket_no"]) in done.text
    elsewhere = await desk.act("action_check_outage", address="市南区某路2号", **remembered)
    assert elsewhere.slots["outage_situation"] == "new"


async def test_an_open_ticket_of_the_account_is_found(desk: ServiceDesk) -> None:
    account = await case(desk, "debtor")
    await register(desk, address=None, account_no=account.account_no)
    done = await desk.act("action_check_outage", account_no=account.account_no)
    assert done.slots["outage_situation"] == "open_ticket"


async def test_the_only_bound_account_needs_no_question(desk: ServiceDesk) -> None:
    account_no = desk.cases["debtor"][0]
    assert not (await desk.act("action_use_known_place")).slots
    await desk.services.profile.bind("app:test", account_no, "bind")
    assert (await desk.act("action_use_known_place")).slots == {"account_no": account_no}
    assert not (await desk.act("action_use_known_place", address=ADDRESS)).slots


async def test_nothing_known_is_counted_as_nothing(desk: ServiceDesk) -> None:
    done = await desk.act("action_query_outages", address=ADDRESS)
    assert done.slots["outages_found"] == 0
    assert not done.replies


async def test_planned_outages_of_the_coming_week_are_told(desk: ServiceDesk) -> None:
    done = await desk.act("action_query_outages", account_no=desk.cases["planned_soon"][0])
    assert done.slots["outages_found"] >= 1
    assert "计划" in done.text
    assert "区" not in done.text


async def test_who_reported_an_outage_and_asks_when_hears_of_his_report_not_of_plans(desk: ServiceDesk) -> None:
    account_no = desk.cases["planned_soon"][0]
    asked = await desk.act("action_query_outages", account_no=account_no)
    assert asked.slots["outage_is_planned"]
    await register(desk, address=None, account_no=account_no)
    for day in (None, "2026-11-21"):
        done = await desk.act("action_query_outages", account_no=account_no, date=day)
        assert (done.slots["outages_found"], done.slots["outage_is_reported"]) == (0, True)
        assert not done.replies


async def test_a_running_fault_is_told_for_today(desk: ServiceDesk) -> None:
    account = await case(desk, "in_fault")
    done = await desk.act("action_query_outages", account_no=account.account_no, date="2026-11-21")
    assert (await fault(desk, account)).reason in done.text


async def test_an_account_stopped_for_arrears_is_not_told_of_outages(desk: ServiceDesk) -> None:
    done = await desk.act("action_query_outages", account_no=desk.cases["stopped"][0])
    assert done.slots["outages_found"] == -1
    assert not done.replies


async def test_every_outage_has_words_for_its_state(desk: ServiceDesk) -> None:
    week = (NOW - timedelta(days=3), NOW + timedelta(days=14))
    outages = await desk.services.outage.planned(*week, None, None, None)
    assert {"utter_outage_cancelled", "utter_outage_over", "utter_outage_planned"} <= set(map(response_for, outages))


def test_a_day_far_back_is_the_one_that_comes() -> None:
    assert coming_days("2025-12-01", NOW) == "2026-12-01"
    assert coming_days("2026-11-20", NOW) == "2026-11-20"
    window = read_window("2026-11-22/2026-11-23", NOW)
    assert (window.first.day, window.last.day, window.is_day_named) == (22, 23, True)
