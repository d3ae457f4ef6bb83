"""Dialogue acts: the rule for the labels, which training sets have them, and a model that tells them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nlu.acts import ACTS, choose_acts, derive_act
from nlu.errors import TrainingFileError
from nlu.examples import Example, TrainingSet, load_training_set
from nlu.noise import Noise
from nlu.options import TrainingOptions
from nlu.pipeline import Pipeline
from nlu.sentence import build_sentence
from nlu.train import train_model
from nlu.understanding import NO_CONTEXT, Act, Context, Intent, Understanding, render_understanding

BILLING = Context(active_flow="query_bill", last_intent="query_bill", requested_slot="month")
QUIET = Noise(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
BY_HEART = TrainingOptions(least_steps=40, most_steps=40, held_out=0.0, noise=QUIET, quantise=False, dropout=0.0)
TALK = (
    Example("我上个月电费多少", ("query_bill",)),
    Example("那九月的呢", ("query_bill",), context=Context(last_intent="query_bill")),
    Example("上个月的", ("query_bill",), context=BILLING),
    Example("对，是的", ("affirm",), context=BILLING),
    Example("不对，是三号楼", ("correct",)),
    Example("算了不办了", ("cancel",)),
    Example("没听清再说一遍", ("repeat",)),
    Example("谢谢你啊", ("thank",)),
    Example("给我接人工", ("request_agent",)),
)


@pytest.mark.parametrize(
    ("intents", "context", "act"),
    [
        (("query_bill",), NO_CONTEXT, "new_request"),
        (("query_bill",), Context(last_intent="query_bill"), "follow_up"),
        (("query_bill",), BILLING, "answer"),
        (("query_bill",), replace(BILLING, requested_slot=None), "follow_up"),
        (("query_outage",), BILLING, "new_request"),
        (("affirm",), BILLING, "confirmation"),
        (("deny",), NO_CONTEXT, "confirmation"),
        (("correct",), BILLING, "correction"),
        (("wait",), BILLING, "repair"),
        (("goodbye",), NO_CONTEXT, "social"),
        (("submit_complaint",), NO_CONTEXT, "new_request"),
        (("complain_bot",), NO_CONTEXT, "complaint"),
        (("greet", "query_bill"), NO_CONTEXT, "new_request"),
        (("cancel", "query_bill"), BILLING, "cancel"),
    ],
)
def test_the_act_follows_from_intent_and_context(intents: tuple[str, ...], context: Context, act: str) -> None:
    assert derive_act(intents, context) == act
    assert act in ACTS


def test_a_stated_act_counts_before_the_rule() -> None:
    assert build_sentence(Example("到底是几月", ("query_bill",), act="repair")).act == "repair"


def test_acts_are_those_that_occur_in_the_order_of_the_list() -> None:
    chosen = choose_acts(TALK)
    assert set(chosen) == set(ACTS) - {"complaint"}
    assert list(chosen) == [act for act in ACTS if act in chosen]


def test_a_set_of_other_intents_has_no_acts() -> None:
    assert choose_acts([Example("play a song", ("play_music",)), Example("yes", ("affirm",))]) == ()


def test_the_training_file_may_state_an_act(tmp_path: Path) -> None:
    file = tmp_path / "nlu.yml"
    lines = ["nlu:", "- intent: a", "  examples:", "  - text: 几月", "    metadata: {act: repair}", "  - text: 好"]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert [example.act for example in load_training_set(file).examples] == ["repair", None]


def test_an_unknown_act_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "nlu.yml"
    file.write_text("nlu:\n- intent: a\n  metadata: {act: shout}\n  examples: |\n    - 好\n", encoding="utf-8")
    with pytest.raises(TrainingFileError, match=r":3: unknown dialogue act 'shout'"):
        load_training_set(file)


def test_acts_that_were_learnt_by_heart_are_told_after_loading(tmp_path: Path) -> None:
    train_model(TrainingSet(TALK), tmp_path, BY_HEART, lambda line: None)
    pipeline = Pipeline.load(tmp_path, lambda: datetime(2026, 11, 21, 10, tzinfo=UTC))
    for example in TALK:
        act = pipeline.parse(example.text, example.context).act
        assert act is not None
        assert act.name == derive_act(example.intents, example.context)
        assert act.confidence > 0.3


def test_the_act_is_shown_or_null() -> None:
    intent = Intent("cancel", 0.9)
    known = Understanding("算了", intent, (intent,), (intent,), (), Act("cancel", 0.98765))
    assert render_understanding(known)["act"] == {"name": "cancel", "confidence": 0.9877}
    assert render_understanding(replace(known, act=None))["act"] is None
