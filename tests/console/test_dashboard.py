"""The dashboard counts what happened, in the caller's place, once a minute; the Excel file says the same."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import load_workbook

from connectors.answer_times import EDGES, AnswerTimes, quantile, read_answer_times
from connectors.desk.service_level import count_kept
from connectors.desk.values import Viewer
from console.spreadsheet import Sheet, safe_cell, write_sheets
from console.staff import NewStaff
from eval.report.ledger import Ledger
from tests.connectors.desk.world import AGENT, WANTS_A_PERSON
from tests.console.conftest import PASSWORD, Office


def ledger_of(office: Office) -> Ledger:
    """The ledger of an office."""
    return Ledger(office.console.book.database, office.console.organisation)


async def hold_conversations(office: Office) -> None:
    """Two customers: one from 山东 gets a person, one from nowhere is answered."""
    world = office.world
    world.talk.nlu.teach(WANTS_A_PERSON)
    await world.say("query_tariff@0.95: [山东](region)居民电价多少")
    await world.taken(Viewer(AGENT.id, "安娜", "山东"))
    await world.say("goodbye@0.95: 再见", sender="customer-2")
    await ledger_of(office).catch_up(world.talk.clock().timestamp() + 60)


async def figures(office: Office, name: str, query: str = "") -> dict[str, Any]:
    """What somebody sees."""
    status, answer = await (await office.browser(name)).get(f"/dashboard{query}")
    assert status == 200, answer
    return answer


async def test_the_dashboard_counts_conversations_and_handoffs_with_their_reasons(office: Office) -> None:
    await hold_conversations(office)
    shown = await figures(office, "sue")
    assert (shown["service"]["conversations"], shown["service"]["handed_over"]) == (2, 0.5)
    assert sum(shown["handoff_reasons"].values()) == 1
    assert (shown["desk"]["sessions"], shown["desk"]["accepted"]) == (1, 1)
    assert {part["name"] for part in shown["by"]["region"]} == {"山东", "未知"}
    assert shown["service_before"]["conversations"] == 0


async def test_figures_of_another_place_are_not_counted(office: Office) -> None:
    await hold_conversations(office)
    await office.console.book.add(NewStaff("jack", "杰克", "supervisor", "江苏", must_change_password=False), PASSWORD)
    await office.console.book.add(NewStaff("shan", "山", "supervisor", "山东", must_change_password=False), PASSWORD)
    jack, shan = await figures(office, "jack"), await figures(office, "shan")
    assert (jack["service"]["conversations"], jack["desk"]["sessions"]) == (0, 0)
    assert (shan["service"]["conversations"], shan["desk"]["sessions"]) == (1, 1)
    browser = await office.browser("jack")
    for scope in ("山东", "山东/青岛市", "火星"):
        status, answer = await browser.get(f"/dashboard?scope={scope}")
        assert (status, answer["error"]["code"]) == (400, "unknown_scope"), scope


async def test_figures_are_kept_for_a_minute(small_office: Office) -> None:
    await hold_conversations(small_office)
    until = int(small_office.world.talk.clock().timestamp()) + 3600
    first = await figures(small_office, "sue", f"?until={until}")
    await small_office.world.say("goodbye@0.95: 再见", sender="customer-3")
    await ledger_of(small_office).catch_up(small_office.world.talk.clock().timestamp() + 60)
    assert await figures(small_office, "audrey", f"?until={until}") == first
    other = await figures(small_office, "audrey", f"?until={until + 1}")
    assert other["service"]["conversations"] == first["service"]["conversations"] + 1


async def test_a_turn_that_is_added_changes_its_sessions_row_and_makes_no_second(office: Office) -> None:
    await hold_conversations(office)
    await office.world.say("goodbye@0.95: 再见", sender="customer-2")
    ledger = ledger_of(office)
    now = office.world.talk.clock().timestamp() + 60
    await ledger.catch_up(now)
    found = await ledger.read("", "", 0, 4e9)
    assert sorted(one.facts.turns for one in found if one.facts.sender_id == "customer-2") == [2]
    assert await ledger.catch_up(now) == 0


async def test_the_excel_file_says_the_same_and_the_audit_who_took_it(small_office: Office) -> None:
    await hold_conversations(small_office)
    sue = await small_office.browser("sue")
    response = await sue.client.get("/console/api/dashboard/export")
    assert response.status == 200
    assert "attachment" in response.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(await response.read()))
    rows = list(book["总览"].iter_rows(values_only=True))
    assert (rows[1][0], rows[1][1]) == ("本期", 2)
    assert {"按渠道", "转人工原因", "人工服务", "应答时长", "质检按坐席与机器人"} <= set(book.sheetnames)
    text = str([list(sheet.values) for sheet in book])
    assert "customer-1" not in text
    acts = await (await small_office.browser("audrey")).get("/audit?action=dashboard.export")
    assert [row["actor"] for row in acts[1]["items"]] == ["sue"]


async def test_a_period_that_is_too_long_or_empty_is_refused(small_office: Office) -> None:
    sue = await small_office.browser("sue")
    for query in ("since=5&until=4", "since=1&until=4000000000", "since=abc", "until=-1", "scope=%00"):
        assert (await sue.get(f"/dashboard?{query}"))[0] == 400, query


async def test_answer_times_of_workers_are_added_up_by_the_hour(office: Office) -> None:
    database = office.console.book.database
    for _ in range(2):
        times = AnswerTimes()
        with times.measured("rest"):
            pass
        times.fresh[EDGES[4]] = 9
        await times.keep(database, 7200.0)
        assert times.fresh == {}
    found = await read_answer_times(database, 7200.0, 7201.0)
    assert found == {2: {EDGES[0]: 2, EDGES[4]: 18}}
    assert await read_answer_times(database, 10_800.0, 20_000.0) == {}


def test_a_quantile_lies_between_the_edges_of_its_bucket() -> None:
    counts = [{EDGES[0]: 50, EDGES[1]: 50}]
    assert quantile(counts, 0.5) == EDGES[0]
    assert quantile(counts, 0.75) == (EDGES[0] + EDGES[1]) / 2
    assert quantile([], 0.95) is None


def test_a_promise_is_kept_when_it_was_done_in_time_and_broken_when_it_is_late_even_undone() -> None:
    kept = count_kept([(10.0, 9.0), (10.0, 11.0), (10.0, None), (30.0, None)], now=20.0)
    assert (kept.kept, kept.broken, kept.waiting) == (1, 2, 1)
    assert kept.share == round(1 / 3, 4)


def test_no_cell_is_run_as_a_formula() -> None:
    assert [safe_cell(one) for one in ("=1+1", "@x", "a=b", 3)] == ["'=1+1", "'@x", "a=b", 3]
    book = load_workbook(io.BytesIO(write_sheets([Sheet("一", ("甲", "乙"), [("=x", 0.5), ("y\x00", None)], (1,))])))
    assert [row[0] for row in book["一"].iter_rows(values_only=True)] == ["甲", "'=x", "y"]
