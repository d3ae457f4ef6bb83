"""When a canary is not good enough, and when that may be chance."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import events as happened
from bot.errors import ReleaseInvalid
from bot.releases.counts import EDGES_MS, Figures, TurnCounts, figures_of, parse_counts, render_counts
from bot.releases.judge import Judged, judge_canary
from bot.releases.settings import CanarySettings, load_canary_settings
from tests.bot.conftest import ROOT

SETTINGS = CanarySettings()


def figures(turns: int, **more: Any) -> Figures:
    """Figures of a release that does well."""
    values: dict[str, Any] = {"exceptions": 0, "not_understood": 0.1, "failed_actions": 0.0, "handoffs": 0.05}
    values |= {"one_intent": 0.2, "sentences": turns, "p95_ms": 30.0}
    return Figures(turns=turns, **values | more)


def breached(stable: Figures, candidate: Figures) -> list[str]:
    """Names of the figures that are too high."""
    return [one.name for one in judge_canary(stable, candidate, SETTINGS) if one.breached]


def judged(stable: Figures, candidate: Figures, name: str) -> Judged:
    """One figure."""
    return next(one for one in judge_canary(stable, candidate, SETTINGS) if one.name == name)


def test_equal_figures_breach_nothing() -> None:
    assert breached(figures(500), figures(500)) == []


@pytest.mark.parametrize("name", ["not_understood", "failed_actions", "handoffs", "one_intent"])
def test_a_share_far_above_the_stable_ones_is_a_breach(name: str) -> None:
    assert breached(figures(500), figures(60, **{name: 0.9})) == [name]


def test_a_few_turns_more_than_the_limit_may_be_chance() -> None:
    assert breached(figures(500), figures(20, not_understood=0.3)) == []
    assert breached(figures(500), figures(2000, not_understood=0.3)) == ["not_understood"]


def test_too_few_turns_say_nothing() -> None:
    one = judged(figures(500), figures(7, not_understood=1.0), "not_understood")
    assert (one.judged, one.breached) == (False, False)


def test_eight_turns_without_a_word_understood_are_enough() -> None:
    assert breached(figures(500), figures(8, not_understood=1.0)) == ["not_understood"]


def test_without_a_stable_release_to_compare_with_the_highest_share_counts() -> None:
    one = judged(figures(3), figures(100, not_understood=0.5), "not_understood")
    assert (one.stable, one.limit, one.breached) == (None, 0.6, False)
    assert breached(figures(3), figures(100, not_understood=0.9)) == ["not_understood"]


def test_customers_who_all_say_the_same_breach_nothing() -> None:
    assert breached(figures(100, one_intent=1.0), figures(100, one_intent=1.0)) == []


def test_one_exception_is_too_many() -> None:
    assert breached(figures(500), figures(1, exceptions=1)) == ["exceptions"]


def test_slowness_counts_beyond_twice_the_stable_time_but_not_below_what_is_spared() -> None:
    assert breached(figures(500), figures(300, p95_ms=59.0)) == []
    assert breached(figures(500), figures(300, p95_ms=61.0)) == ["p95_ms"]
    assert breached(figures(500), figures(199, p95_ms=900.0)) == []
    assert breached(figures(0, p95_ms=None), figures(300, p95_ms=2900.0)) == []


def test_counts_tell_what_happened_in_a_turn() -> None:
    counts = TurnCounts()
    said = happened.UserSaid(
        timestamp=1, text="啊", message_id="m", channel="app", intent="x", confidence=0.1, understood=False
    )
    left = happened.HandedOver(timestamp=1, reason="r")
    failed = happened.ActionFailed(timestamp=1, name="a", cause="c")
    counts.note([said, failed, failed, left], 12.0)
    counts.note([happened.UserSaid(timestamp=1, text="/x", message_id="m", channel="app", intent="x", confidence=1)], 3)
    found = figures_of(counts)
    assert (found.turns, found.sentences) == (2, 1)
    assert (found.not_understood, found.failed_actions, found.handoffs) == (0.5, 0.5, 0.5)
    assert found.p95_ms == pytest.approx(12.0, rel=0.25)


@given(st.lists(st.tuples(st.integers(0, 47), st.integers(1, 50)), max_size=8))
def test_counts_come_back_as_they_were_written_and_add_up(times: list[tuple[int, int]]) -> None:
    counts = TurnCounts(turns=sum(n for _, n in times), exceptions=2, intents=Counter({"greet": 3}))
    for place, number in times:
        counts.times[place] += number
    again = parse_counts(render_counts(counts))
    assert again == counts
    again.add(counts)
    assert figures_of(again).turns == 2 * counts.turns
    assert figures_of(again).p95_ms == figures_of(counts).p95_ms


def test_the_slowest_turn_still_has_a_class() -> None:
    counts = TurnCounts()
    counts.note([], 1e9)
    assert figures_of(counts).p95_ms == EDGES_MS[-1]


def test_the_shipped_limits_can_be_read_and_a_mistake_is_named(tmp_path: Any) -> None:
    shipped = load_canary_settings(ROOT)
    assert shipped.version
    assert len(shipped.probes.sentences) >= 8
    assert load_canary_settings(tmp_path) == CanarySettings()
    (tmp_path / "data" / "retrain").mkdir(parents=True)
    (tmp_path / "data" / "retrain" / "canary.yml").write_text("certainty: 3\n", "utf-8")
    with pytest.raises(ReleaseInvalid, match="certainty"):
        load_canary_settings(tmp_path)
