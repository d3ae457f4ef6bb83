"""A worse candidate is stopped: overall, in one critical intent, in what it refuses, in speed or size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.errors import GatesInvalid
from eval.retrain.gates import GateLimits, Measured, judge, load_gates, worst_first

WANTED = ("query_bill",) * 40 + ("report_hazard",) * 10 + ("out_of_scope",) * 20 + ("query_usage",) * 30
TEXTS = tuple(f"sentence {number}" for number in range(len(WANTED)))
CHAMPION = Measured(
    "a", TEXTS, WANTED, WANTED, 2.0, 8.0, knowledge_right=0.95, knowledge_refused=0.90, knowledge_hit_1=0.9,
    knowledge_hit_3=0.97, conversations=0.98,
)  # fmt: skip


@pytest.fixture(scope="module")
def limits() -> GateLimits:
    return load_gates(Path("data/retrain/gates.yml"))


def wrong(measured: Measured, intent: str, count: int, given: str = "pay_bill") -> Measured:
    """The same, with `count` sentences of an intent taken for something else."""
    places = [place for place, name in enumerate(measured.wanted) if name == intent][:count]
    answers = tuple(given if place in places else name for place, name in enumerate(measured.given))
    return replace(measured, given=answers, release="b")


def failed(candidate: Measured, limits: GateLimits) -> list[str]:
    return [gate.name for gate in judge(CHAMPION, candidate, limits).gates if not gate.passed]


def test_an_equal_candidate_passes(limits: GateLimits) -> None:
    verdict = judge(CHAMPION, replace(CHAMPION, release="b"), limits)
    assert verdict.passed
    assert (verdict.flips, verdict.accuracy_difference, verdict.interval) == ((), 0.0, (0.0, 0.0))


def test_one_missed_danger_stops_it(limits: GateLimits) -> None:
    assert "recall:report_hazard" in failed(wrong(CHAMPION, "report_hazard", 1), limits)


@pytest.mark.parametrize(
    ("candidate", "gate"),
    [
        (wrong(CHAMPION, "query_usage", 6), "macro_f1"),
        (wrong(CHAMPION, "out_of_scope", 2, "query_bill"), "unknown_recall"),
        (wrong(CHAMPION, "query_bill", 3, "out_of_scope"), "false_alarms"),
        (replace(CHAMPION, knowledge_right=0.93), "knowledge_right"),
        (replace(CHAMPION, knowledge_refused=0.80), "knowledge_refused"),
        (replace(CHAMPION, knowledge_hit_1=0.88), "knowledge_hit_1"),
        (replace(CHAMPION, knowledge_hit_3=0.95), "knowledge_hit_3"),
        (replace(CHAMPION, conversations=0.97), "conversations"),
        (replace(CHAMPION, milliseconds_p50=3.0), "milliseconds_p50"),
        (replace(CHAMPION, megabytes=50.0), "megabytes"),
    ],
)
def test_what_is_worse_is_named(limits: GateLimits, candidate: Measured, gate: str) -> None:
    assert gate in failed(candidate, limits)


def test_flips_show_what_broke_before_what_was_mended(limits: GateLimits) -> None:
    champion = wrong(CHAMPION, "query_usage", 2)
    candidate = wrong(CHAMPION, "query_bill", 1)
    verdict = judge(champion, candidate, limits)
    assert [(flip.wanted, flip.is_fixed) for flip in worst_first(verdict.flips)] == [
        ("query_bill", False),
        ("query_usage", True),
        ("query_usage", True),
    ]
    assert verdict.accuracy_difference == pytest.approx(0.01)
    assert verdict.interval[0] < 0.01 < verdict.interval[1]


def test_releases_measured_on_other_sentences_are_not_compared(limits: GateLimits) -> None:
    with pytest.raises(ValueError, match="same sentences"):
        judge(CHAMPION, replace(CHAMPION, texts=TEXTS[::-1]), limits)


def test_a_limit_on_the_wrong_side_of_zero_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gates.yml"
    text = Path("data/retrain/gates.yml").read_text("utf-8").replace("macro_f1: -0.005", "macro_f1: 0.005")
    file.write_text(text, "utf-8")
    with pytest.raises(GatesInvalid, match=r"gates\.yml: macro_f1"):
        load_gates(file)
