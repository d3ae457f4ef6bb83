"""Beside the bot's conversations a report tells answer times, people's service, kept promises, and quality by agent."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert

from connectors.answer_times import METADATA as ANSWER_TABLES
from connectors.answer_times import AnswerTimes
from connectors.desk.table import CALLBACKS, SESSIONS
from connectors.desk.table import METADATA as DESK_TABLES
from eval.report.figures import Report, count
from eval.report.page import render_report
from eval.report.service import read_service
from eval.report.workbook import write_workbook
from storage.database import Database
from tests.eval.quality.review_world import AT, DAY, fill, judged, open_store

WINDOW = (AT - DAY, AT + DAY, AT + 10 * DAY)


async def add_session(database: Database, number: int, scope: str, *, due: float, done: float | None) -> None:
    """A session that waited 30 seconds and got 4 stars, with a promise to call back."""
    session = {
        **dict.fromkeys(("channel", "door", "skill", "reason", "summary", "last_text"), "x"),
        "id": number,
        "handoff_key": f"k{number}",
        "conversation_id": f"c{number}",
        "status": "closed",
        "priority": 1,
        "scope": scope,
        "created_at": AT,
        "queued_at": AT,
        "is_first": True,
        "accepted_at": AT + 30,
        "closed_at": AT + 330,
        "is_held": False,
        "last_at": AT,
        "unread": 0,
        "rating_asked": True,
        "rating": 4,
        "version": 1,
    }
    promise = {
        "session_id": number,
        "conversation_id": f"c{number}",
        "skill": "x",
        "scope": scope,
        "reason": "x",
        "wanted": "x",
        "note": "",
        "created_at": AT,
        "due_at": due,
        "done_at": done,
        "status": "done" if done else "open",
    }
    await database.write(lambda link: link.execute(insert(SESSIONS), session))
    await database.write(lambda link: link.execute(insert(CALLBACKS), promise))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_the_service_is_counted_in_its_place(kind: str, tmp_path: Path) -> None:
    async with open_store(kind, tmp_path) as store:
        database = store.database
        await database.create_tables(ANSWER_TABLES, DESK_TABLES)
        await AnswerTimes({0.05: 90, 1.0: 10}).keep(database, AT)
        await add_session(database, 1, "山东/青岛市", due=AT + 60, done=AT + 30)
        await add_session(database, 2, "江苏", due=AT + 60, done=None)
        await fill(
            store, judged("a", scope="山东"), judged("b", scope="山东", agent=7, i4=0.0), judged("c", scope="江苏")
        )
        every = {one.title: {row[0]: row[1:] for row in one.rows} for one in await read_service(database, *WINDOW, "")}
        there = {
            one.title: {row[0]: row[1:] for row in one.rows} for one in await read_service(database, *WINDOW, "山东")
        }
    p50, p95 = (values[0] for values in every["答复用时（全部地区）"].values())
    assert isinstance(p50, float)
    assert 0.035 < p50 <= 0.05
    assert isinstance(p95, float)
    assert 0.5 < p95 <= 1.0
    assert (every["人工服务"]["转来的会话"], there["人工服务"]["转来的会话"]) == ((2,), (1,))
    assert there["人工服务"]["平均等待（秒）"] == (30.0,)
    assert [every["回呼承诺"][name] for name in ("到期的回呼", "按时", "超时", "按时率")] == [(2,), (1,), (1,), (0.5,)]
    assert there["回呼承诺"]["按时率"] == (1.0,)
    assert set(every["质检按服务方"]) == {"机器人", "坐席7"}
    assert (every["质检按服务方"]["机器人"][0], there["质检按服务方"]["机器人"][0]) == (2, 1)


async def test_the_tables_stand_in_page_and_workbook(tmp_path: Path) -> None:
    async with open_store("sqlite", tmp_path) as store:
        tables = await read_service(store.database, *WINDOW, "")
    report = Report("报告", count([]), {"日期": {}}, {}, {}, tables)
    page = render_report(report)
    assert all(one.title in page for one in tables)
    assert "<td>95%的答复在</td><td>–</td>" in page, "nothing was measured, and nothing is made up"
    write_workbook(report, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    assert [cell.value for cell in book["回呼承诺"]["A"]] == [
        None,
        "到期的回呼",
        "按时",
        "超时",
        "还没到时间",
        "按时率",
    ]
    assert book["回呼承诺"]["B2"].value == 0
