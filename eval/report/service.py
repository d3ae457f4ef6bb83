"""What the bot's conversations do not tell: how fast answers came, how people served, which promises were kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy.engine import Connection

from bot.guarded import guarded_read
from connectors.answer_times import METADATA as ANSWER_TABLES
from connectors.answer_times import quantile, read_answer_times
from connectors.desk.service_level import ServiceLevel, read_service_level
from connectors.desk.table import METADATA as DESK_TABLES
from eval.quality.dashboard import Part, Window, read_dashboard
from eval.quality.rows import in_place
from eval.quality.store import QualityStore
from eval.quality.values import Sight
from eval.report.tables import Cell, ServiceTable
from storage.database import Database

_AWAY = "the figures of the service do not answer"


async def read_service(
    database: Database, since: float, until: float, now: float, scope: str
) -> tuple[ServiceTable, ...]:
    """Return the tables of `[since, until)`, in seconds, of a place; empty: of all. Raises StoreUnavailable.

    Answers' times are kept without their place: they are always those of the whole installation.
    """
    await database.create_tables(ANSWER_TABLES, DESK_TABLES)
    hours = await read_answer_times(database, since, until)
    counts = list(hours.values())
    read = partial(_read_desk, scope=scope, since=since, until=until, now=now)
    desk = await guarded_read(database, read, _AWAY)
    quality = await read_dashboard(QualityStore(database), Sight(), Window(since, until, scope))
    return (
        ServiceTable(
            "答复用时（全部地区）",
            ("", "秒"),
            (("一半的答复在", quantile(counts, 0.5)), ("95%的答复在", quantile(counts, 0.95))),
        ),
        _people(desk),
        _promises(desk),
        ServiceTable("质检按服务方", ("", "会话", "均分", "致命项"), _agents(quality.by.get("agent", ()))),
    )


def _read_desk(link: Connection, scope: str, since: float, until: float, now: float) -> ServiceLevel:
    return read_service_level(link, lambda column: in_place(column, scope), since, until, now)


def _people(desk: ServiceLevel) -> ServiceTable:
    rows = (
        ("转来的会话", desk.sessions),
        ("接起的会话", desk.accepted),
        ("平均等待（秒）", desk.mean_wait_seconds),
        ("平均处理（秒）", desk.mean_handling_seconds),
        ("满意度", desk.csat),
        ("评价数", desk.rated),
    )
    return ServiceTable("人工服务", ("", "数值"), rows)


def _promises(desk: ServiceLevel) -> ServiceTable:
    promised = desk.callbacks
    rows = (
        ("到期的回呼", promised.due),
        ("按时", promised.kept),
        ("超时", promised.broken),
        ("还没到时间", promised.waiting),
        ("按时率", promised.share),
    )
    return ServiceTable("回呼承诺", ("", "数值"), rows)


def _agents(parts: Sequence[Part]) -> tuple[tuple[Cell, ...], ...]:
    named = {"bot": "机器人", "human": "坐席（未署名）"}
    return tuple(
        (named.get(part.label, part.label), part.conversations, part.mean, part.fatal)
        for part in sorted(parts, key=lambda part: -part.conversations)
    )
