"""Releases as JSON."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.releases.counts import Figures
from bot.releases.judge import Judged
from bot.releases.manifest import GateVerdict
from bot.releases.shadow import Difference
from bot.releases.values import Alert, Move, Release, Serving, WorkerState
from storage.clock import CHINA

MOVE_HEADER = ("时间", "版本", "原状态", "新状态", "客户百分比", "操作人", "原因")
_STATES = {"draft": "草稿", "rejected": "未过门槛", "shadow": "影子中", "canary": "灰度中", "stable": "正式"}
_STATES |= {"retired": "已下线", "rolled_back": "已退回"}
_SHOWN = ("id", "state", "percent", "made_at", "made_by", "note", "month", "data_version", "parent", "changed_at")


def render_release(release: Release) -> dict[str, Any]:
    """Return a release without its verdict."""
    gates = release.gates
    return {
        **{name: getattr(release, name) for name in _SHOWN},
        "knowledge_revision": release.knowledge_revision,
        "is_measured": gates is not None,
        "gates_passed": gates.passed if gates is not None else None,
    }


def render_verdict(gates: GateVerdict | None) -> dict[str, Any]:
    """Return a verdict without its flips; all null where nothing was measured."""
    if gates is None:
        return {"gates": None, "accuracy_difference": None, "interval": None, "fixed": 0, "broken": 0, "sets": []}
    return {
        "gates": [gate.model_dump() for gate in gates.gates],
        "gates_version": gates.gates_version,
        "champion": gates.champion,
        "accuracy_difference": gates.accuracy_difference,
        "interval": list(gates.interval),
        "fixed": gates.fixed,
        "broken": gates.broken,
        "sets": [one.model_dump() for one in gates.sets],
        "knowledge": gates.knowledge,
        "measured_at": gates.made_at,
    }


def render_serving(serving: Serving) -> dict[str, Any]:
    """Return which release answers whom."""
    return asdict(serving)


def render_worker(state: WorkerState) -> dict[str, Any]:
    """Return what a worker has loaded."""
    return {**asdict(state), "megabytes": round(state.megabytes, 1)}


def render_figures(figures: Figures) -> dict[str, Any]:
    """Return the figures of a release's turns."""
    return asdict(figures)


def render_judged(judged: Judged) -> dict[str, Any]:
    """Return a figure against its limit."""
    return asdict(judged)


def render_move(move: Move) -> dict[str, Any]:
    """Return what was done."""
    shown = asdict(move)
    ends = {"from": shown.pop("before"), "to": shown.pop("after")}
    return {**shown, **ends}


def move_row(move: Move) -> tuple[object, ...]:
    """Return what was done as a line of a table."""
    at = f"{datetime.fromtimestamp(move.at, CHINA):%Y-%m-%d %H:%M:%S}"
    share = move.percent if move.after == "canary" else ""
    return (at, move.release, _STATES[move.before], _STATES[move.after], share, move.by, move.reason)


def render_alert(alert: Alert) -> dict[str, Any]:
    """Return an alert."""
    return asdict(alert)


def render_difference(difference: Difference) -> dict[str, Any]:
    """Return a sentence on which a candidate differed in the shadow."""
    return asdict(difference)
