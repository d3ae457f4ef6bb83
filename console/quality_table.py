"""Scored conversations as a table that spreadsheet programs open as it is meant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.csv_table import render_csv
from console.quality_views import customer_of
from eval.quality.values import Score
from storage.clock import CHINA

HEADER = (
    *(
        "编号",
        "开始时间",
        "渠道",
        "服务方",
        "坐席",
        "客户",
        "单位",
        "意图",
        "版本",
        "轮数",
        "机器分",
        "复核分",
        "最终分",
    ),
    *("致命项", "扣分项", "状态", "评分方案", "规则版本"),
)
_WORDS = {"phone": "电话", "wechat": "微信", "app": "网页/APP", "bot": "机器人", "human": "人工", "open": "未抽检"}
_WORDS |= {"queued": "待复核", "reviewed": "已复核", "closed_by_rule": "规则结案"}


def render_table(scores: Sequence[Score]) -> bytes:
    """Return CSV in UTF-8, one line a conversation."""
    return render_csv(HEADER, map(_row, scores))


def _row(score: Score) -> tuple[object, ...]:
    began = datetime.fromtimestamp(score.started_at, CHINA)
    who = (_WORDS.get(score.channel, score.channel), _WORDS.get(score.agent, score.agent), score.agent_name)
    where = (customer_of(score), score.scope, "、".join(score.intents), score.release, score.turns)
    points = (score.automatic, "" if score.reviewed is None else score.reviewed, score.final)
    items = ("、".join(map(str, score.fatal)), "、".join(map(str, score.deducted)))
    state = (_WORDS.get(score.state, score.state), score.rubric, score.model)
    return (score.id, f"{began:%Y-%m-%d %H:%M:%S}", *who, *where, *points, *items, *state)
