"""`gridtalk report`: figures of a period from the stored conversations, as a page and as an Excel file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.project import load_project
from connectors.phone.archive import open_archive
from connectors.webchat.records import METADATA as CHAT_TABLES
from connectors.webchat.records import RATINGS
from eval.history import HeldConversation, read_conversations
from eval.quality.rubric import Rubric, load_rubric
from eval.quality.store import QualityStore
from eval.report.facts import ConversationFacts, read_facts
from eval.report.figures import Report, build_report
from eval.report.page import render_report
from eval.report.scores import Points, ReportScores, stored_points
from eval.report.service import read_service
from eval.report.tables import ServiceTable
from eval.report.workbook import write_workbook
from eval.terminal import open_store
from storage.clock import system_clock
from storage.database import Database

PAGE, WORKBOOK = "report.html", "report.xlsx"
RUBRIC_FOLDER = Path("data/qa")


def write_report(
    project_folder: Path, actions: frozenset[str], since: datetime, until: datetime, region: str | None, out: Path
) -> Report:
    """Count the conversations that began in `[since, until)`, write page and Excel file to `out`.

    Raises BotError, RubricInvalid, StoreUnavailable, OSError.
    """
    project = load_project(project_folder, actions=actions)
    rubric = load_rubric(project_folder / RUBRIC_FOLDER)

    async def read() -> tuple[list[ConversationFacts], tuple[ServiceTable, ...]]:
        async with open_store(project) as database:
            await database.create_tables(CHAT_TABLES)
            facts = await _facts(database, rubric, since, until)
            window = (since.timestamp(), until.timestamp(), system_clock().timestamp())
            return facts, await read_service(database, *window, region or "")

    every, service = asyncio.run(read())
    facts = [fact for fact in every if region in (None, fact.region)]
    title = f"{since:%Y-%m-%d} 至 {until:%Y-%m-%d} 服务报告" + (f"（{region}）" if region else "")
    report = replace(build_report(title, facts), service=service)
    out.mkdir(parents=True, exist_ok=True)
    (out / PAGE).write_text(render_report(report), "utf-8")
    write_workbook(report, out / WORKBOOK)
    return report


async def _facts(database: Database, rubric: Rubric, since: datetime, until: datetime) -> list[ConversationFacts]:
    ratings = await database.read(_ratings)
    store = QualityStore(database)
    await store.prepare()
    known = await stored_points(store, rubric.version, since, until)
    scores = ReportScores(rubric, open_archive(), known)
    points: dict[str, Points] = {}

    async def scored() -> AsyncIterator[HeldConversation]:
        async for held in read_conversations(database, since, until):
            points[held.id] = await scores.of(held)
            yield held

    facts = await read_facts(scored())
    return [_joined(fact, points[fact.id], ratings) for fact in facts]


def _joined(fact: ConversationFacts, points: Points, ratings: dict[str, int]) -> ConversationFacts:
    return replace(fact, quality=points.total, fatal=points.fatal, csat=ratings.get(fact.id))


def _ratings(connection: Connection) -> dict[str, int]:
    """The last rating of every session, by its id: sender and first turn."""
    columns = (RATINGS.c.conversation_id, RATINGS.c.first_turn, RATINGS.c.score)
    rows = connection.execute(select(*columns).order_by(RATINGS.c.changed_at))
    return {f"{row.conversation_id}#{row.first_turn}": row.score for row in rows}
