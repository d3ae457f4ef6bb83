"""The report as one HTML page with plots drawn here; no scripts, nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from eval.report.figures import Figures, Report
from eval.report.tables import Cell, ServiceTable

COLUMNS: tuple[tuple[str, str], ...] = (
    ("conversations", "会话"),
    ("messages", "消息"),
    ("contained", "机器人独立完成"),
    ("handed_over", "转人工"),
    ("resolved_24h", "24小时解决"),
    ("resolved_7d", "7天解决"),
    ("came_again_7d", "7天内再来"),
    ("csat", "满意度"),
    ("rated", "评价数"),
    ("quality", "质检均分"),
    ("fatal", "致命项"),
    ("unanswered", "答不上"),
    ("not_understood", "没听懂"),
    ("failures", "操作失败"),
)
SHARES = frozenset({"contained", "handed_over", "resolved_24h", "resolved_7d", "came_again_7d"})
_STYLE = """
body{font:15px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem}
body{color:#1c2733}
table{border-collapse:collapse;width:100%;margin:.6rem 0 1.6rem;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.3rem .5rem;border-bottom:1px solid #d8dee4}
th:first-child,td:first-child{text-align:left}
.cards{display:flex;flex-wrap:wrap;gap:1rem}.card{border:1px solid #d8dee4;border-radius:8px;padding:.6rem 1rem}
.card b{display:block;font-size:1.5rem}svg{max-width:100%;height:auto}.line{fill:none;stroke:#2f7d6b;stroke-width:2}
.second{stroke:#b5543c}.axis{stroke:#9aa5af;stroke-width:1}text{font-size:11px;fill:#5b6773}
@media(prefers-color-scheme:dark){body{background:#12171c;color:#dbe3ea}th,td,.card{border-color:#2b3640}}
"""
_WIDTH, _HEIGHT, _EDGE = 760, 200, 34


def render_report(report: Report) -> str:
    """Return the page."""
    title = escape(report.title)
    cards = "".join(
        f'<div class="card">{label}<b>{shown(name, getattr(report.whole, name))}</b></div>' for name, label in COLUMNS
    )
    tables = "".join(f"<h2>按{name}</h2>{_table(parts)}" for name, parts in report.by.items() if name != "日期")
    days = report.by["日期"]
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f'<h1>{title}</h1><div class="cards">{cards}</div>'
        f"<h2>每天的会话</h2>{_plot(days, 'conversations', None)}"
        f"<h2>独立完成（绿）与转人工（红）</h2>{_plot(days, 'contained', 'handed_over')}{tables}"
        f"{''.join(map(_service, report.service))}"
        f"<h2>转人工原因</h2>{_counts(report.handoff_reasons)}<h2>失败的操作</h2>{_counts(report.failed_actions)}"
        f"<h2>按日期</h2>{_table(days)}</html>"
    )


def shown(name: str, value: float | None) -> str:
    """A figure as it is read: shares in percent, nothing where nothing was measured."""
    if value is None:
        return "–"
    return f"{100 * value:.1f}%" if name in SHARES else f"{value:g}"


def _table(parts: Mapping[str, Figures]) -> str:
    head = "".join(f"<th>{label}</th>" for _, label in COLUMNS)
    rows = "".join(f"<tr><td>{escape(name)}</td>{''.join(_cells(figures))}</tr>" for name, figures in parts.items())
    return f"<table><tr><th></th>{head}</tr>{rows}</table>"


def _cells(figures: Figures) -> Iterator[str]:
    return (f"<td>{shown(name, getattr(figures, name))}</td>" for name, _ in COLUMNS)


def _service(table: ServiceTable) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in table.head)
    rows = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in table.rows)
    return f"<h2>{escape(table.title)}</h2>" + (f"<table><tr>{head}</tr>{rows}</table>" if rows else "<p>没有。</p>")


def _cell(cell: Cell) -> str:
    return "–" if cell is None else escape(cell) if isinstance(cell, str) else f"{cell:g}"


def _counts(counts: Mapping[str, int]) -> str:
    rows = "".join(f"<tr><td>{escape(name)}</td><td>{count}</td></tr>" for name, count in counts.items())
    return f"<table>{rows}</table>" if rows else "<p>没有。</p>"


def _plot(days: Mapping[str, Figures], name: str, second: str | None) -> str:
    names = [name, second] if second else [name]
    values = [[float(getattr(figures, one) or 0) for figures in days.values()] for one in names]
    top = 1.0 if name in SHARES else max([1.0, *(value for line in values for value in line)])
    label = "100%" if name in SHARES else f"{top:g}"
    lines = "".join(
        f'<polyline class="line{" second" if place else ""}" points="{_points(line, top)}"/>'
        for place, line in enumerate(values)
    )
    edges = list(days)
    dates = (
        f'<text x="{_EDGE}" y="{_HEIGHT - 6}">{edges[0]}</text>'
        f'<text x="{_WIDTH - 4}" y="{_HEIGHT - 6}" text-anchor="end">{edges[-1]}</text>'
        if edges
        else ""
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="每天">'
        f'<path class="axis" d="M{_EDGE} 8V{_HEIGHT - 22}H{_WIDTH}" fill="none"/>'
        f'<text x="2" y="16">{label}</text>{lines}{dates}</svg>'
    )


def _points(line: Sequence[float], top: float) -> str:
    step = (_WIDTH - _EDGE - 8) / max(1, len(line) - 1)
    low = _HEIGHT - 22
    return " ".join(
        f"{_EDGE + 4 + place * step:.1f},{low - value / top * (low - 12):.1f}" for place, value in enumerate(line)
    )
