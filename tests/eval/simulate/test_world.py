"""The simulated customers: their words are nobody's training data, drift over the year, and labels have errors."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml

from eval.errors import WorldInvalid
from eval.retrain.capture import WeakMessage
from eval.retrain.frozen import load_frozen, plain
from eval.retrain.rank import RankedQuestion
from eval.simulate.annotator import AnnotatorPlan, label_month
from eval.simulate.curve import MonthFigures, render_curve, render_table
from eval.simulate.starting_data import write_starting_data
from eval.simulate.world import LASTS_MONTHS, MONTHS, World, load_world
from eval.simulate.year import moments, month_start
from nlu.examples import load_training_set

INTENTS = ("pay_bill", "query_bill", "report_outage")


@pytest.fixture(scope="module")
def world() -> World:
    return load_world(Path(), 1)


def test_no_word_of_the_customers_stands_in_training_or_in_a_frozen_set(world: World) -> None:
    said = {plain(text) for topic in world.topics for _, text in world.in_use[topic.id]}
    learnt = {plain(example.text) for example in load_training_set(Path("data/nlu")).examples}
    assert not said & learnt
    assert not said & load_frozen(Path()).texts
    assert len(said) >= 500


def test_topics_come_up_in_their_month_with_several_wordings_and_intents_exist(world: World) -> None:
    intents = set(yaml.safe_load(Path("domain.yml").read_text("utf-8"))["intents"])
    new = [topic for topic in world.topics if topic.since > 1]
    assert len(new) == 13
    for topic in world.topics:
        assert topic.intent in intents
        assert topic.volume(topic.since - 1, 1) == 0.0
        assert topic.volume(topic.since, 1) > 0.0
        assert len(world.wordings(topic, topic.since)) >= 3


def test_a_wording_is_in_use_for_a_few_months_only(world: World) -> None:
    topic = next(topic for topic in world.topics if topic.id == "bill")
    months = [set(world.wordings(topic, month)) for month in range(1, MONTHS + 1)]
    assert all(months)
    for text in set.union(*months):
        assert sum(text in month for month in months) <= LASTS_MONTHS + 2
    assert not months[0] & months[-1], "people speak otherwise at the end of the year"


def test_a_season_makes_more_of_a_topic(world: World) -> None:
    outage = next(topic for topic in world.topics if topic.id == "outage")
    assert outage.volume(9, 8) > 2 * outage.volume(9, 4)


def test_customers_come_in_order_by_day_within_their_month() -> None:
    came = moments(2, 50, random.Random(1))
    assert came == sorted(came)
    assert {moment.strftime("%Y-%m") for moment in came} == {"2026-12"}
    assert all(8 <= moment.hour < 22 for moment in came)
    assert month_start(13).strftime("%Y-%m") == "2027-11"


def test_annotators_err_as_often_as_stated_and_skip_what_they_cannot_read() -> None:
    questions = [_question(f"说法{n}", n) for n in range(2000)]
    truth = {("s", float(n)): "pay_bill" for n in range(2000)}
    plan = AnnotatorPlan(sentences=3000, error_rate=0.1, double_share=0.0)
    labels = label_month(questions, truth, INTENTS, lambda _: (), random.Random(2), plan)
    wrong = sum(label.intent != "pay_bill" for label in labels) / len(labels)
    assert 0.06 < wrong < 0.11  # an error may hit the right one by chance
    twice = AnnotatorPlan(sentences=3000, error_rate=0.1, double_share=1.0)
    checked = label_month(questions, truth, INTENTS, lambda _: (), random.Random(2), twice)
    assert sum(label.intent != "pay_bill" for label in checked) / len(checked) < wrong / 2
    hidden = [_question("户号〔户号〕", 1), _question("嗯对", 5000)]
    assert label_month(hidden, truth, INTENTS, lambda _: (), random.Random(2), plan) == []


def test_the_first_bot_learns_a_share_of_each_intent(tmp_path: Path) -> None:
    count = write_starting_data(Path("data/nlu"), tmp_path, 3)
    written = load_training_set(tmp_path)
    whole = load_training_set(Path("data/nlu"))
    assert count == len(written.examples) < len(whole.examples) / 2
    assert {e.intents for e in written.examples} == {e.intents for e in whole.examples}


def test_the_year_is_shown_as_a_table_and_a_picture() -> None:
    row = MonthFigures(
        1, "2026-11", "start", 200, 0.9, 0.8, 0.85, 0.03, 0.05, 0.7, 80, 4, 40, "stopped", "意图 <x>", 3, 0.0
    )
    table, picture = render_table([row]), render_curve([row, row])
    assert "| 2026-11 | 200 | 90.0% | 80.0% | 85.0% | 3.0% | 5.0% | 40 | stopped: 意图 <x> |" in table
    assert picture.startswith("<svg")
    assert "意图 &lt;x&gt;" in picture


def test_a_wrong_file_is_named_with_its_key(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "simulate"
    folder.mkdir(parents=True)
    (folder / "people.yml").write_bytes(Path("data/simulate/people.yml").read_bytes())
    (folder / "topics.yml").write_text(
        "topics: [{id: a, title: b, intent: c, weight: 0, wordings: [x, y, z]}]", "utf-8"
    )
    with pytest.raises(WorldInvalid, match=r"topics\.yml: topics\.0\.weight"):
        load_world(tmp_path, 1)


def _question(text: str, at: float) -> RankedQuestion:
    message = WeakMessage("s#1", 1, float(at), "app", None, text, "query_bill", 0.4, ("low_confidence",), "r")
    return RankedQuestion(text, (message,), 0.5, 1.0)
