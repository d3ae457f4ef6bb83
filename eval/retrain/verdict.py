"""What came of the gates, for the manifest of a release and as a page for the person who decides. No scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType

from bot.releases.manifest import FlipRow, GateRow, GateVerdict, MeasuredSet
from eval.retrain.data_version import DataVersion
from eval.retrain.frozen import FrozenSets
from eval.retrain.gates import Flip, Gate, Measured, Verdict, worst_first
from eval.retrain.measure import HELD_OUT
from eval.retrain.page import STYLE

MOST_FLIPS = 200
NO_TITLES: Mapping[str, str] = MappingProxyType({})
_NAMES = {
    "macro_f1": "意图宏平均 F1",
    "unknown_recall": "超出范围识别",
    "false_alarms": "误判为超出范围",
    "knowledge_right": "知识问答答对",
    "knowledge_refused": "答不了的拒答",
    "knowledge_hit_1": "知识检索首条命中",
    "knowledge_hit_3": "知识检索前三条命中",
    "conversations": "整段对话通过",
    "milliseconds_p50": "一句话中位耗时（毫秒）",
    "megabytes": "模型大小（MB）",
}
_LIMITS = (("at least ", "差值不低于 "), ("at most +", "差值不超过 +"), ("at most ", "不超过 "), (" times", " 倍"))
_PLAIN = frozenset({"milliseconds_p50", "megabytes"})


def render_verdict(
    verdict: Verdict,
    measured: tuple[Measured, Measured],
    version: DataVersion,
    frozen: FrozenSets,
    at: float,
    gates_version: str,
) -> GateVerdict:
    """Return the verdict as a manifest keeps it; `measured`: champion and candidate."""
    champion, candidate = measured
    fixed = sum(flip.is_fixed for flip in verdict.flips)
    sets = [MeasuredSet(name=e.name, kind=e.kind, size=frozen.size(e), sha256=e.sha256) for e in frozen.entries]
    aside = [MeasuredSet(name=HELD_OUT, size=version.held_out)] if version.held_out else []
    return GateVerdict(
        passed=verdict.passed,
        gates=tuple(GateRow(**{name: getattr(gate, name) for name in GateRow.model_fields}) for gate in verdict.gates),
        gates_version=gates_version,
        flips=tuple(
            FlipRow(text=flip.text, wanted=flip.wanted, champion=flip.champion, candidate=flip.candidate,
                    is_fixed=flip.is_fixed)
            for flip in worst_first(verdict.flips)[:MOST_FLIPS]
        ),
        flips_fixed=fixed,
        flips_broken=len(verdict.flips) - fixed,
        accuracy_difference=verdict.accuracy_difference,
        interval=verdict.interval,
        champion=champion.release,
        candidate=candidate.release,
        data_version=version.id,
        sets=(*sets, *aside),
        knowledge=None if champion.knowledge_hit_1 is None else {
            "champion": _knowledge(champion), "candidate": _knowledge(candidate)
        },
        made_at=at,
    )  # fmt: skip


def render_verdict_page(verdict: GateVerdict, version: DataVersion, titles: Mapping[str, str] = NO_TITLES) -> str:
    """Return the page as HTML; texts are masked or of our own sets, and escaped here. `titles`: of the intents."""
    word = "通过全部门槛，可以进入影子和灰度" if verdict.passed else "有门槛未通过，不予发布"
    low, high = verdict.interval
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>候选 {escape(verdict.candidate)}</title>'
        f"<style>{STYLE}</style><h1>候选 {escape(verdict.candidate)}：{word}</h1>"
        f"<p>对照 {escape(verdict.champion)}。准确率之差 {verdict.accuracy_difference:+.2%}，"
        f"95% 区间 {low:+.2%} 到 {high:+.2%}。</p>"
        f"<p>数据版本 {version.id}：出厂 {version.written} 句，新学 {version.learnt} 句，"
        f"留作检验 {version.held_out} 句，弃用 {version.left_out} 句。</p>"
        f"<h2>门槛</h2>{_gates(verdict.gates, titles)}"
        f"<h2>翻转的句子</h2><p>改坏 {verdict.flips_broken}，改好 {verdict.flips_fixed}。盲测集的句子只给编号。</p>"
        f"{_flips(verdict.flips, titles)}<h2>新学的句子</h2>{_balance(version, titles)}</html>"
    )


def gate_name(name: str, titles: Mapping[str, str] = NO_TITLES) -> str:
    """Return a gate's name for people."""
    kind, _, intent = name.partition(":")
    return f"关键意图「{titles.get(intent, intent)}」召回" if kind == "recall" else _NAMES.get(name, name)


def failed_gates(gates: Sequence[Gate | GateRow]) -> str:
    """Return the failed gates in one line; empty where all are passed."""
    return "；".join(
        f"{gate_name(gate.name)} {_figure(gate.name, gate.champion)} → {_figure(gate.name, gate.candidate)}"
        for gate in gates
        if not gate.passed
    )


def _gates(gates: Sequence[GateRow], titles: Mapping[str, str]) -> str:
    rows = "".join(
        f"<tr><td>{escape(gate_name(gate.name, titles))}</td><td>{_figure(gate.name, gate.champion)}</td>"
        f"<td>{_figure(gate.name, gate.candidate)}</td><td>{escape(_limit(gate.limit))}</td>"
        f"<td>{'通过' if gate.passed else '<b>未通过</b>'}</td></tr>"
        for gate in gates
    )
    return f"<table><tr><th>门槛</th><th>现行</th><th>候选</th><th>允许</th><th>结果</th></tr>{rows}</table>"


def _limit(limit: str) -> str:
    """Return a gate's limit in Chinese."""
    for english, chinese in _LIMITS:
        limit = limit.replace(english, chinese)
    return limit


def _figure(name: str, value: float) -> str:
    return f"{value:.1f}" if name in _PLAIN else f"{value:.2%}"


def _flips(flips: Sequence[FlipRow | Flip], titles: Mapping[str, str]) -> str:
    rows = "".join(
        f"<tr><td>{'改好' if flip.is_fixed else '<b>改坏</b>'}</td><td>{escape(flip.text)}</td>"
        f"{''.join(f'<td>{_title(name, titles)}</td>' for name in (flip.wanted, flip.champion, flip.candidate))}</tr>"
        for flip in flips
    )
    head = "<tr><th></th><th>句子</th><th>应为</th><th>现行</th><th>候选</th></tr>"
    return f"<table>{head}{rows}</table>" if rows else "<p>没有。</p>"


def _title(intent: str, titles: Mapping[str, str]) -> str:
    return escape("、".join(titles.get(name, name) for name in intent.split("+")))


def _balance(version: DataVersion, titles: Mapping[str, str]) -> str:
    rows = "".join(
        f"<tr><td>{_title(name, titles)}</td><td>{count}</td></tr>" for name, count in version.intents.items()
    )
    return f"<table><tr><th>意图</th><th>句数</th></tr>{rows}</table>" if rows else "<p>没有。</p>"


def _knowledge(measured: Measured) -> dict[str, float | None]:
    return {
        "right": measured.knowledge_right,
        "refused": measured.knowledge_refused,
        "hit_at_1": measured.knowledge_hit_1,
        "hit_at_3": measured.knowledge_hit_3,
    }
