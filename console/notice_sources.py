"""Where notices come from: rows of the other parts that somebody should look at, looked for once a minute.

Every source is a unit of work that reads, and gives notices with keys: what was told is not told again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.errors import StoreUnavailable
from bot.guarded import guarded_read
from bot.releases.table import ALERTS as RELEASE_ALERTS
from bot.releases.table import METADATA as RELEASE_TABLES
from bot.releases.table import MOVES as RELEASE_MOVES
from connectors.desk.table import CALLBACKS
from connectors.outbox.letter import DEAD
from connectors.outbox.table import METADATA as OUTBOX_TABLES
from connectors.outbox.table import OUTBOX
from console.article_notices import ending_articles
from console.notices import NOWHERE, NewNotice, NoticeBook
from console.privacy.book import OPEN as ASKED
from console.privacy.book import REQUESTS
from console.roles import (
    DESK_WORK,
    LEARNING_READ,
    PRIVACY_MANAGE,
    QUALITY_OVERSEE,
    QUALITY_REVIEW,
    RELEASE_READ,
    SYSTEM_MANAGE,
)
from eval.quality.alerts import ALERT_OPEN
from eval.quality.jobs import FAILED, LOST
from eval.quality.table import ALERTS, APPEALS, JOBS, SAMPLES, SCORES
from eval.quality.values import OPEN
from eval.retrain.labels.table import METADATA as LABEL_TABLES
from eval.retrain.labels.table import STUDIES
from knowledge_base.editing.office import ArticleOffice
from knowledge_base.errors import BookUnavailable
from storage.clock import CHINA, Clock

_LOG = structlog.get_logger(__name__)
_LOOK_BACK_SECONDS = 7 * 24 * 3600.0
_DUE_SOON_SECONDS = 3 * 24 * 3600.0
_MOST = 500
_ALERTS: Mapping[str, str] = {
    "fatal": "质检发现致命项",
    "drop": "质检均分明显下降",
    "mood": "情绪恶化的会话增多",
}
_MOVES: Mapping[str, str] = {
    "shadow": "开始影子运行",
    "canary": "开始灰度",
    "stable": "已全量上线",
    "rolled_back": "已回滚",
    "rejected": "未通过门禁",
    "retired": "已退役",
}
_AWAY = "the sources of notices do not answer"
Source = Callable[[Connection, float], Iterable[NewNotice]]
TABLES = (RELEASE_TABLES, OUTBOX_TABLES, LABEL_TABLES)


@dataclass(frozen=True, slots=True)
class NoticeSources:
    """Gathers notices."""

    book: NoticeBook
    clock: Clock
    articles: ArticleOffice | None = None
    """Whose articles come to their end."""

    async def prepare(self) -> None:
        """Make the tables that are looked at where they are not there."""
        await self.book.database.create_tables(*TABLES)

    async def gather(self) -> int:
        """Tell what is new; a source that fails keeps no other back. Returns how many notices."""
        at, told = self.clock().timestamp(), 0
        for source in SOURCES:
            try:
                found = await guarded_read(self.book.database, partial(_listed, source=source, at=at), _AWAY)
                told += await self.book.post_new(found)
            except StoreUnavailable:
                _LOG.warning("a source of notices cannot be read", source=source.__name__)
        return told + await self._gather_articles()

    async def _gather_articles(self) -> int:
        if self.articles is None:
            return 0
        try:
            return await self.book.post_new(await ending_articles(self.articles))
        except (BookUnavailable, StoreUnavailable):
            _LOG.warning("a source of notices cannot be read", source="articles")
            return 0


def _listed(link: Connection, source: Source, at: float) -> list[NewNotice]:
    return list(source(link, at))


def quality_alerts(link: Connection, at: float) -> Iterator[NewNotice]:
    """Alerts of the quality review that nobody has taken up."""
    query = select(ALERTS).where(ALERTS.c.state == ALERT_OPEN, ALERTS.c.at >= at - _LOOK_BACK_SECONDS).limit(_MOST)
    for row in link.execute(query):
        whole = "" if row.value is None else f"现为 {row.value:g}" + (f"，此前 {row.before:g}" if row.before else "")
        detail = f"涉及 {row._mapping['count']} 个会话。{whole}"
        title = _ALERTS.get(row.kind, "质检告警")
        yield NewNotice("quality", row.scope or NOWHERE, QUALITY_OVERSEE, title, detail, "/quality", f"alert:{row.id}")


def late_appeals(link: Connection, at: float) -> Iterator[NewNotice]:
    """Appeals whose time limit has passed."""
    columns = (APPEALS.c.id, APPEALS.c.item_name, APPEALS.c.due_at, SCORES.c.scope)
    late = (APPEALS.c.due_at < at) & (APPEALS.c.state != "closed")
    for row in link.execute(select(*columns).join(SCORES, SCORES.c.id == APPEALS.c.score_id).where(late).limit(_MOST)):
        detail = f"评分项“{row.item_name}”的申诉应于 {_moment(row.due_at)} 前处理。"
        yield NewNotice(
            "appeal",
            row.scope or NOWHERE,
            QUALITY_REVIEW,
            "质检申诉已超期",
            detail,
            "/quality",
            f"appeal:{row.id}:late",
        )


def late_samples(link: Connection, at: float) -> Iterator[NewNotice]:
    """Reviews whose time limit has passed, one notice a place and day."""
    late = (SAMPLES.c.due_at < at) & (SAMPLES.c.state == OPEN)
    query = select(SCORES.c.scope, func.count().label("late")).join(SCORES, SCORES.c.id == SAMPLES.c.score_id)
    for row in link.execute(query.where(late).group_by(SCORES.c.scope)):
        key = f"samples:{row.scope}:{_day(at)}"
        detail = f"{row.late} 个会话的复核已超过期限。"
        yield NewNotice("review", row.scope or NOWHERE, QUALITY_REVIEW, "待复核会话已超期", detail, "/quality", key)


def late_callbacks(link: Connection, at: float) -> Iterator[NewNotice]:
    """Promises to call back that are not kept in time."""
    late = (CALLBACKS.c.due_at < at) & (CALLBACKS.c.status != "done")
    columns = (CALLBACKS.c.id, CALLBACKS.c.scope, CALLBACKS.c.due_at)
    for row in link.execute(select(*columns).where(late).order_by(CALLBACKS.c.due_at).limit(_MOST)):
        detail = f"应于 {_moment(row.due_at)} 前回呼客户。"
        yield NewNotice("callback", row.scope, DESK_WORK, "回呼已超时", detail, "/callbacks", f"callback:{row.id}:late")


def due_requests(link: Connection, at: float) -> Iterator[NewNotice]:
    """Personal-data requests that are due within three days, and once more when they are late."""
    due = (REQUESTS.c.state == ASKED) & (REQUESTS.c.due_at < at + _DUE_SOON_SECONDS)
    columns = (REQUESTS.c.id, REQUESTS.c.scope, REQUESTS.c.due_at)
    for row in link.execute(select(*columns).where(due).order_by(REQUESTS.c.due_at).limit(_MOST)):
        stage, title = ("late", "个人信息请求已超期") if row.due_at < at else ("soon", "个人信息请求即将到期")
        detail, key = f"应于 {_moment(row.due_at)} 前答复申请人。", f"privacy:{row.id}:{stage}"
        yield NewNotice("privacy", row.scope or NOWHERE, PRIVACY_MANAGE, title, detail, "/privacy", key)


def dead_letters(link: Connection, at: float) -> Iterator[NewNotice]:
    """Messages that a channel will never take, one notice a channel and day."""
    dead = (OUTBOX.c.state == DEAD) & (OUTBOX.c.settled_at.is_not(None))
    query = select(OUTBOX.c.channel, func.count().label("dead"), func.max(OUTBOX.c.id).label("last")).where(dead)
    for row in link.execute(query.group_by(OUTBOX.c.channel)):
        detail = f"渠道 {row.channel} 有 {row.dead} 条消息发送失败且不再重试。"
        key = f"dead:{row.channel}:{row.last}"
        yield NewNotice("outbox", "", SYSTEM_MANAGE, "有消息未能送达客户", detail, "/health", key)


def release_moves(link: Connection, at: float) -> Iterator[NewNotice]:
    """What happened to releases."""
    query = select(RELEASE_MOVES).where(RELEASE_MOVES.c.at >= at - _LOOK_BACK_SECONDS)
    for row in link.execute(query.order_by(RELEASE_MOVES.c.id.desc()).limit(_MOST)):
        if row.after not in _MOVES:
            continue
        share = f" {row.percent}%" if row.after == "canary" else ""
        title = f"版本 {row.release} {_MOVES[row.after]}{share}"
        yield NewNotice("release", "", RELEASE_READ, title, f"{row.by}：{row.reason}", "/releases", f"move:{row.id}")


def release_alerts(link: Connection, at: float) -> Iterator[NewNotice]:
    """What the watch over a canary told."""
    query = select(RELEASE_ALERTS).where(RELEASE_ALERTS.c.at >= at - _LOOK_BACK_SECONDS).limit(_MOST)
    for row in link.execute(query):
        title = f"版本 {row.release} 触发告警"
        yield NewNotice("release", "", RELEASE_READ, title, row.text, "/releases", f"release-alert:{row.id}")


def failed_jobs(link: Connection, at: float) -> Iterator[NewNotice]:
    """Long work of the quality review and of learning that came to nothing."""
    broken = (JOBS.c.state.in_([FAILED, LOST])) & (JOBS.c.begun_at >= at - _LOOK_BACK_SECONDS)
    for row in link.execute(select(JOBS.c.id, JOBS.c.scope).where(broken).limit(_MOST)):
        scope, detail = row.scope or NOWHERE, "可在质检页查看并重新开始。"
        yield NewNotice("job", scope, QUALITY_OVERSEE, "质检任务失败", detail, "/quality", f"job:{row.id}")
    failed = (STUDIES.c.state == FAILED) & (STUDIES.c.begun_at >= at - _LOOK_BACK_SECONDS)
    for row in link.execute(select(STUDIES.c.id, STUDIES.c.month).where(failed).limit(_MOST)):
        title = f"{row.month} 的未知问题分析失败"
        yield NewNotice("job", "", LEARNING_READ, title, "可在未知问题页重新开始。", "/topics", f"study:{row.id}")


SOURCES: tuple[Source, ...] = (
    quality_alerts,
    late_appeals,
    late_samples,
    late_callbacks,
    due_requests,
    dead_letters,
    release_moves,
    release_alerts,
    failed_jobs,
)


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at, CHINA):%m月%d日 %H:%M}"


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, CHINA):%Y-%m-%d}"
