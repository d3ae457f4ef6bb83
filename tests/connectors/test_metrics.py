"""Figures of all workers add up at one address; every figure that the dashboards ask for is really exported."""

from __future__ import annotations

import json
import re
from pathlib import Path

import orjson
import pytest
import yaml
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

import connectors.phone.metrics
import connectors.serve
import console.operations  # noqa: F401 - with the two above, everything that serving exports is there
from bot.events import ActionFailed, BotSaid, HandedOver, SessionStarted, UserSaid
from bot.turn_metrics import count_turn
from connectors.metrics import SharedMetrics, clear_metrics
from connectors.outbox.outbox import LETTERS

ROOT = Path(__file__).parents[2]
_NAME = re.compile(r"\b(gridtalk_[a-z0-9_]+|process_[a-z_]+)\b")
_LABELS = re.compile(r"\b(gridtalk_[a-z0-9_]+)\{(\w+)=")


def exported() -> set[str]:
    """Names of all samples, and of families that have none yet."""
    names = set()
    for family in text_string_to_metric_families(generate_latest().decode()):
        endings = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}.get(family.type, ("",))
        names |= {f"{family.name.removesuffix('_total')}{ending}" for ending in endings}
    return names


def asked() -> dict[str, set[str]]:
    """Names that the dashboard and the alerts ask for, by file."""
    board = json.loads((ROOT / "deploy" / "grafana" / "gridtalk.json").read_text("utf-8"))
    alerts = yaml.safe_load((ROOT / "deploy" / "prometheus" / "gridtalk-alerts.yml").read_text("utf-8"))
    of_board = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    of_alerts = [rule["expr"] for group in alerts["groups"] for rule in group["rules"]]
    return {
        name: {found for expr in exprs for found in _NAME.findall(expr)}
        for name, exprs in (("grafana", of_board), ("alerts", of_alerts))
    }


@pytest.mark.parametrize("file", ["grafana", "alerts"])
def test_every_figure_that_is_asked_for_is_exported(file: str) -> None:
    wanted = asked()[file]
    assert len(wanted) >= 5
    assert wanted - exported() == set()


def test_panels_have_places_of_their_own_and_the_example_scrapes_our_address() -> None:
    board = json.loads((ROOT / "deploy" / "grafana" / "gridtalk.json").read_text("utf-8"))
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]]
    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in board["panels"]}) == len(places)
    scrape = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text("utf-8"))
    assert scrape["scrape_configs"][0]["metrics_path"] == "/metrics"


def value(text: bytes, name: str, **labels: str) -> float:
    """A sample's value; 0 where there is none."""
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return sample.value
    return 0.0


def test_counters_of_all_workers_add_up_even_of_those_that_are_gone(tmp_path: Path) -> None:
    mine = SharedMetrics(tmp_path, lambda: 100.0, "mine")
    other = SharedMetrics(tmp_path, lambda: 50.0, "other")
    count_turn("test-channel", [SessionStarted(timestamp=1.0)])
    other.leave()
    assert value(mine.render(), "gridtalk_sessions_total", channel="test-channel") == 2
    mine.leave()
    assert value(mine.render(), "gridtalk_sessions_total", channel="test-channel") == 2, "its own file is not added"
    clear_metrics(tmp_path)
    assert value(mine.render(), "gridtalk_sessions_total", channel="test-channel") == 1


def test_of_a_gauge_the_highest_of_the_living_counts(tmp_path: Path) -> None:
    LETTERS.labels("test", "dead").set(3)
    for worker, at, number in (("alive", 99.0, 7), ("gone", 10.0, 50)):
        SharedMetrics(tmp_path, lambda moment=at: moment, worker).leave()  # type: ignore[misc]
        path = tmp_path / f"{worker}.json"
        left = orjson.loads(path.read_bytes())
        for family in left["families"]:
            for sample in family["samples"]:
                if sample[0] == "gridtalk_outbox_letters" and sample[1].get("channel") == "test":
                    sample[2] = number
        path.write_bytes(orjson.dumps(left))
    text = SharedMetrics(tmp_path, lambda: 100.0, "mine").render()
    assert value(text, "gridtalk_outbox_letters", channel="test", state="dead") == 7
    (tmp_path / "broken.json").write_bytes(b"{")
    assert SharedMetrics(tmp_path, lambda: 100.0, "mine").render()


def test_a_turn_is_counted_with_what_happened_in_it() -> None:
    said = UserSaid(
        timestamp=1.0,
        text="x",
        message_id="m",
        channel="phone",
        intent="a",
        confidence=0.9,
        understood=False,
        heard=0.62,
    )
    before = generate_latest()
    count_turn(
        "phone",
        [
            said,
            BotSaid(timestamp=1.0, text="x", response="utter_not_covered"),
            ActionFailed(timestamp=1.0, name="action_x", cause="timeout"),
            HandedOver(timestamp=1.0, reason="asked_for_a_person"),
        ],
    )
    after = generate_latest()
    for name, labels in (
        ("gridtalk_turns_total", {"channel": "phone", "understood": "no"}),
        ("gridtalk_unanswered_total", {"response": "utter_not_covered"}),
        ("gridtalk_failed_actions_total", {"action": "action_x"}),
        ("gridtalk_handoffs_total", {"reason": "asked_for_a_person"}),
        ("gridtalk_heard_confidence_bucket", {"le": "0.7"}),
    ):
        assert value(after, name, **labels) - value(before, name, **labels) == 1, name
    assert connectors.serve.METRICS == "metrics"
    assert connectors.phone.metrics.CALLS is not None
