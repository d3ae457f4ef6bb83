"""The dashboard as JSON and as an Excel file. Figures and names of places, services and agents; nobody's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from connectors.desk.service_level import Kept, ServiceLevel
from console.dashboard import Picture
from console.spreadsheet import Cell, Sheet, write_sheets
from eval.report.figures import Figures
from eval.report.page import COLUMNS, SHARES

DIVISIONS = {"渠道": "channel", "地区": "region", "业务": "intent", "版本": "release", "日期": "day"}
_QUALITY = {
    "channel": "渠道",
    "agent": "坐席与机器人",
    "intent": "业务",
    "release": "版本",
    "scope": "地区",
    "day": "日期",
}
_SHARES = tuple(place for place, (column, _) in enumerate(COLUMNS, 1) if column in SHARES)


def render_picture(picture: Picture, item_names: Mapping[int, str]) -> dict[str, Any]:
    """Return the figures."""
    quality, service = picture.quality, picture.service
    return {
        "since": picture.period.since,
        "until": picture.period.until,
        "scope": picture.period.scope,
        "at": picture.at,
        "service": asdict(service.whole),
        "service_before": asdict(picture.service_before),
        "by": {DIVISIONS[name]: _parts(parts) for name, parts in service.by.items()},
        "handoff_reasons": service.handoff_reasons,
        "failed_actions": service.failed_actions,
        "desk": _desk(picture.desk),
        "desk_before": _desk(picture.desk_before),
        "tickets": _kept(picture.tickets),
        "tickets_before": _kept(picture.tickets_before),
        "speed": asdict(picture.speed),
        "quality": {
            "conversations": quality.conversations,
            "mean": quality.mean,
            "before_mean": quality.before_mean,
            "fatal": quality.fatal,
            "reviewed": quality.reviewed,
            "by": {name: [asdict(part) for part in parts] for name, parts in quality.by.items()},
            "deductions": [{**asdict(one), "name": item_names.get(one.item, "")} for one in quality.deductions],
        },
    }


def write_workbook(picture: Picture, item_names: Mapping[int, str]) -> bytes:
    """Return the figures as an Excel file, one sheet a table."""
    service, quality, speed = picture.service, picture.quality, picture.speed
    whole = [("本期", service.whole), ("上期", picture.service_before)]
    sheets = [_service_sheet("总览", whole)]
    sheets += [_service_sheet(f"按{name}", list(parts.items())) for name, parts in service.by.items()]
    sheets.append(Sheet("转人工原因", ("原因", "次数"), list(service.handoff_reasons.items())))
    sheets.append(Sheet("失败的操作", ("操作", "次数"), list(service.failed_actions.items())))
    sheets.append(Sheet("人工服务", ("指标", "本期", "上期"), list(_desk_rows(picture))))
    days = [*sorted(speed.by_day.items()), ("全部", speed.p95)]
    sheets.append(Sheet("应答时长", ("日期", "95%在多少秒内"), days))
    for name, label in _QUALITY.items():
        rows = [(part.label or "未知", part.conversations, part.mean, part.fatal) for part in quality.by[name]]
        sheets.append(Sheet(f"质检按{label}", (label, "会话", "均分", "致命项会话"), rows))
    lost = [(item_names.get(one.item, str(one.item)), one.count, one.lost) for one in quality.deductions]
    sheets.append(Sheet("质检扣分", ("评分项", "扣分会话", "平均扣分"), lost))
    return write_sheets(sheets)


def _parts(parts: Mapping[str, Figures]) -> list[dict[str, Any]]:
    return [{"name": part, **asdict(figures)} for part, figures in parts.items()]


def _desk(level: ServiceLevel) -> dict[str, Any]:
    return {**asdict(level), "callbacks": _kept(level.callbacks)}


def _kept(promises: Kept | None) -> dict[str, Any] | None:
    return None if promises is None else {**asdict(promises), "share": promises.share}


def _desk_rows(picture: Picture) -> Iterable[Sequence[Cell]]:
    names = ("sessions", "accepted", "mean_wait_seconds", "mean_handling_seconds", "csat", "rated")
    labels = ("转人工会话", "已接入", "平均等待（秒）", "平均处理（秒）", "满意度", "评价数")
    for name, label in zip(names, labels, strict=True):
        yield label, getattr(picture.desk, name), getattr(picture.desk_before, name)
    for name, label in (("due", "到期回呼"), ("kept", "按时回呼"), ("broken", "超时回呼"), ("share", "回呼履约率")):
        yield label, getattr(picture.desk.callbacks, name), getattr(picture.desk_before.callbacks, name)
    for name, label in (("due", "到期工单"), ("kept", "按时办结"), ("broken", "超时工单"), ("share", "工单按时率")):
        yield label, getattr(picture.tickets, name, None), getattr(picture.tickets_before, name, None)


def _service_sheet(title: str, parts: Sequence[tuple[str, Figures]]) -> Sheet:
    heads = ("", *(label for _, label in COLUMNS))
    rows = [(name, *(getattr(figures, column) for column, _ in COLUMNS)) for name, figures in parts]
    return Sheet(title, heads, rows, _SHARES)
