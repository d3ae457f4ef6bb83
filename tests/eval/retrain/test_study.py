"""The month's study: weak messages are found and masked, unknown topics become groups, ids outlive the month."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest
import yaml

from bot.events import BotSaid, Event, HandedOver, UserSaid
from eval.errors import MonthUnreadable
from eval.history import HeldConversation, HeldTurn
from eval.personal import mask
from eval.retrain.capture import WeakMessage, capture
from eval.retrain.cluster import Embed, cluster
from eval.retrain.page import render_page
from eval.retrain.rank import rank
from eval.retrain.study import KnownSentence, month_window, parse_topics, render_topics, study_messages
from nlu.encoder.named_encoder import open_encoder
from nlu.examples import load_training_set
from nlu.understanding import Entity

PLANTED: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "planted_topics.yml").read_text("utf-8"))
AT = 1_790_000_000.0


@pytest.fixture(scope="module")
def embed() -> Embed:
    return open_encoder("models/encoder", Path()).embed_questions


@pytest.fixture(scope="module")
def trained() -> list[str]:
    """What the bot is trained on."""
    return [example.text for example in load_training_set(Path("data/nlu")).examples]


@pytest.fixture(scope="module")
def strays() -> list[str]:
    """Three hundred sentences of many kinds, one of each."""
    examples = load_training_set(Path("data/nlu/out_of_scope.yml")).examples
    return [example.text for example in examples][::3][:300]


def said(text: str, intent: str = "ask_knowledge", confidence: float = 0.95, **more: object) -> UserSaid:
    fields = {"message_id": text, "channel": "app", **more}
    return UserSaid(timestamp=AT, text=text, intent=intent, confidence=confidence, **fields)  # type: ignore[arg-type]


def held(*turns: Iterable[Event], sender: str = "a", at: float = AT) -> HeldConversation:
    rows = [HeldTurn(n, "app", at, "r1", tuple(events)) for n, events in enumerate(turns, 1)]
    return HeldConversation(sender, tuple(rows))


async def stream(*conversations: HeldConversation) -> AsyncIterator[HeldConversation]:
    for conversation in conversations:
        yield conversation


def weak(text: str, **fields: object) -> WeakMessage:
    row = {"conversation": text, "turn": 1, "at": AT, "channel": "app", "region": None, "text": text}
    more = {"intent": "out_of_scope", "confidence": 0.5, "reasons": ("fallback",), "release": "r1"}
    return WeakMessage(**{**row, **more, **fields})  # type: ignore[arg-type]


async def test_what_went_badly_is_captured_with_its_reasons() -> None:
    found = await capture(
        stream(
            held([said("那个啥玩意", "out_of_scope", understood=False)]),
            held(
                [said("绿证怎么买"), BotSaid(timestamp=AT, text="没有资料", response="utter_no_knowledge")], sender="b"
            ),
            held([said("电费好像不对", "explain_high_bill", 0.4)], [HandedOver(timestamp=AT, reason="x")], sender="c"),
            held([said("查电费", "query_bill")], sender="d"),
        )
    )
    assert [weak.reasons for weak in found] == [("fallback",), ("unanswered",), ("low_confidence", "handoff")]


async def test_who_comes_again_within_a_day_for_the_same_was_not_served() -> None:
    first, again = held([said("查电费", "query_bill")]), held([said("查电费", "query_bill")], at=AT + 3600)
    later = held([said("查电费", "query_bill")], at=AT + 90_000)
    assert [weak.reasons for weak in await capture(stream(first, again))] == [("repeat_24h",)]
    assert await capture(stream(first, later)) == []


async def test_a_bare_answer_and_a_greeting_are_no_lesson() -> None:
    assert await capture(stream(held([said("嗯对", "affirm", 0.3)], [said("/report_outage", "x", 0.1)]))) == []


def test_nothing_personal_is_kept() -> None:
    text = "我叫张建国，电话13812345678，查一下3701234567"
    entities = [Entity("person_name", "张建国", "张建国", 2, 5, 1.0), Entity("phone", "x", "x", 8, 19, 1.0)]
    masked = mask(text, entities)
    assert masked == "我叫〔姓名〕，电话〔电话〕，查一下〔号码〕"


def test_equal_wordings_are_folded_and_the_frequent_and_new_come_first(embed: Embed) -> None:
    known = embed(["查电费", "我家停电了"])
    messages = [weak("绿证怎么买"), weak("请问绿证怎么买呢？"), weak("绿证怎么买！"), weak("查一下电费")]
    ranked = rank(messages, known, embed)
    assert [(question.text, question.volume) for question in ranked] == [("绿证怎么买", 3), ("查一下电费", 1)]
    polite = [weak("师傅，绿证怎么买啊，谢谢"), weak("喂，你好，问一下绿证怎么买")]
    assert [question.volume for question in rank([*messages[:1], *polite], known, embed)] == [3]


def test_twelve_planted_topics_appear_among_three_hundred_strays(
    embed: Embed, strays: list[str], trained: list[str]
) -> None:
    texts = [*strays, *(text for texts in PLANTED.values() for text in texts)]
    topics = cluster(texts, embed, known=trained)
    for name, wordings in PLANTED.items():
        best = max(topics, key=lambda topic: sum(texts[place] in wordings for place in topic.members))
        right = sum(texts[place] in wordings for place in best.members)
        assert right >= 4, name
        assert right / len(best.members) >= 0.6, name


def test_a_topic_keeps_its_id_from_month_to_month(embed: Embed) -> None:
    october = cluster([*PLANTED["噪音"][:4], *PLANTED["积分商城"][:4]], embed)
    november = cluster([*PLANTED["噪音"][3:], *PLANTED["数字人民币"]], embed, earlier=october)
    shared = {topic.id for topic in october} & {topic.id for topic in november}
    assert len(shared) == 1


def test_the_study_proposes_what_to_do_and_comes_back_from_its_file(embed: Embed) -> None:
    known = [KnownSentence("家里停电了怎么办", "intent", "report_outage"), KnownSentence("绿证去哪买", "article", "a1")]
    messages = [weak(text) for text in (*PLANTED["绿电证书"], *PLANTED["噪音"])]
    study = study_messages("2026-11", messages, known, embed)
    assert {topic.first_month for topic in study.topics} == {"2026-11"}
    assert parse_topics(render_topics(study.topics)) == list(study.topics)
    assert "<script" not in render_page(study)
    assert study.topics[0].title in render_page(study)


def test_what_customers_wrote_cannot_break_the_page(embed: Embed) -> None:
    study = study_messages("2026-11", [weak("<script>alert(1)</script>怎么办")] * 3, [], embed)
    assert "<script" not in render_page(study)


@pytest.mark.parametrize("month", ["2026-13", "october", "202610"])
def test_a_month_that_is_none_is_refused(month: str) -> None:
    with pytest.raises(MonthUnreadable, match="like 2026-10"):
        month_window(month)


def test_december_ends_with_the_year() -> None:
    start, end = month_window("2026-12")
    assert (start.isoformat(), end.isoformat()) == ("2026-12-01T00:00:00+08:00", "2027-01-01T00:00:00+08:00")
