"""Every cause for which a message is looked at, from events, ratings and scores; and that nothing personal is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.events import BotSaid, Event, FlowStarted, HandedOver, SlotSet, UserSaid
from connectors.webchat import records
from eval.history import HeldConversation, HeldTurn
from eval.personal import filled, masked
from eval.quality.store import QualityStore
from eval.quality.totals import ItemVerdict
from eval.quality.values import HELD, Judged, Subject
from eval.retrain.capture import NOVEL, REASONS, capture
from eval.retrain.signals import NO_SIGNALS, Signals, read_signals
from nlu.understanding import Entity, Intent
from tests.eval.retrain.learning_world import AT, open_learning


def said(text: str, intent: str = "query_bill", confidence: float = 0.95, **more: object) -> UserSaid:
    fields = {"message_id": text, "channel": "app", **more}
    return UserSaid(timestamp=AT, text=text, intent=intent, confidence=confidence, **fields)  # type: ignore[arg-type]


def answered(response: str = "utter_bill") -> BotSaid:
    return BotSaid(timestamp=AT, text="好的", response=response)


def held(*turns: list[Event], sender: str = "a", at: float = AT) -> HeldConversation:
    rows = [HeldTurn(n, "app", at, "r1", tuple(events)) for n, events in enumerate(turns, 1)]
    return HeldConversation(sender, tuple(rows))


async def stream(*conversations: HeldConversation) -> AsyncIterator[HeldConversation]:
    for conversation in conversations:
        yield conversation


async def reasons_of(*conversations: HeldConversation, signals: Signals = NO_SIGNALS) -> dict[str, tuple[str, ...]]:
    return {weak.text: weak.reasons for weak in await capture(stream(*conversations), signals=signals)}


async def test_every_cause_is_found() -> None:
    doubtful = (Intent("query_bill", 0.8), Intent("query_balance", 0.75))
    found = await reasons_of(
        held([said("那个啥", understood=False)], sender="1"),
        held([said("电费不对劲", confidence=0.4)], sender="2"),
        held([said("账上还有多少", ranking=doubtful)], sender="3"),
        held([said("绿证怎么买"), answered("utter_no_knowledge")], sender="4"),
        held([said("修修电")], [HandedOver(timestamp=AT, reason="x")], sender="5"),
        held([said("查电费")], sender="6", at=AT - 60),
        held([said("电费查一下")], sender="6"),
        held([said("查一下点费", heard=0.4)], sender="7"),
        held([said("给我开票")], [said("谢谢", "thank")], sender="8"),
        held([said("今天停不停电"), answered()], sender="9"),
        signals=Signals(frozenset({"8#1"}), {"9#1": (2,)}),
    )
    assert found == {
        "那个啥": ("fallback",),
        "电费不对劲": ("low_confidence",),
        "账上还有多少": ("small_margin",),
        "绿证怎么买": ("unanswered",),
        "修修电": ("handoff",),
        "电费查一下": ("repeat_24h",),
        "查一下点费": ("heard_badly",),
        "给我开票": ("thumbs_down",),
        "今天停不停电": ("quality",),
    }
    assert {reason for reasons in found.values() for reason in reasons} == set(REASONS) - {NOVEL}


async def test_an_answered_request_is_kept_without_a_cause_and_an_answer_to_a_question_is_not() -> None:
    began = FlowStarted(timestamp=AT, flow="query_bill", frame=1, flow_kind="service")
    called = FlowStarted(timestamp=AT, flow="pattern_verify", frame=2, flow_kind="pattern", called=True)
    found = await capture(
        stream(
            held([said("查电费"), began, called], [said("幸福路12号"), called], sender="1"),
            held([said("查店费", heard=0.4), began], sender="2"),
            held([said("电费查查", confidence=0.4), began], sender="3"),
            held([said("那个啥", understood=False), began], sender="4"),
            held([said("你好", "greet"), began], sender="5"),
        )
    )
    assert {weak.text: (weak.reasons, weak.is_request) for weak in found} == {
        "查电费": ((), True),
        "查店费": (("heard_badly",), False),
        "电费查查": (("low_confidence",), True),
        "那个啥": (("fallback",), False),
    }


async def test_a_deduction_points_at_the_words_it_answers() -> None:
    talk = held([said("停电了"), answered()], [said("怎么交电费"), answered(), answered()])
    assert await reasons_of(talk, signals=Signals(deductions={"a#1": (5,)})) == {"怎么交电费": ("quality",)}
    assert await reasons_of(talk, signals=Signals(deductions={"a#1": (1, 2)})) == {"停电了": ("quality",)}
    assert await reasons_of(talk, signals=Signals(deductions={"other#1": (1,)})) == {}


async def test_a_masked_message_keeps_where_its_entities_are_and_where_the_customer_is() -> None:
    text = "我叫张建国，3701234567上月电费"
    entities = (Entity("person_name", "张建国", "张建国", 2, 5, 1.0), Entity("month", "2026-10", "上月", 16, 18, 1.0))
    place = SlotSet(timestamp=AT, name="region", value="山东")
    weak = (await capture(stream(held([said(text, confidence=0.3, entities=entities), place]))))[0]
    assert weak.text == "我叫〔姓名〕，〔号码〕上月电费"
    assert [(one.entity, weak.text[one.start : one.end]) for one in weak.entities] == [
        ("person_name", "〔姓名〕"),
        ("month", "上月"),
    ]
    assert weak.scope == "山东"


def test_invented_values_take_the_place_of_masked_ones_the_same_every_time() -> None:
    hidden = masked("户号3702118456的电费", [Entity("account_no", "x", "x", 2, 12, 1.0)])
    assert hidden.text == "户号〔户号〕的电费"
    shown = filled(hidden.text)
    start, end = shown.place(*hidden.place(2, 12))
    assert shown.text[start:end].isdigit()
    assert len(shown.text[start:end]) == 10
    assert shown.text != "户号3702118456的电费"
    assert filled(hidden.text) == shown


def test_an_entity_that_a_long_number_cuts_takes_the_number_whole() -> None:
    hidden = masked("大概123456789度", [])
    assert hidden.text == "大概〔号码〕度"
    assert hidden.place(4, 8) == (2, 6)
    assert hidden.place(0, 2) == (0, 2)
    assert hidden.place(11, 12) == (6, 7)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_ratings_and_deductions_are_read_from_the_store(kind: str, tmp_path: Path) -> None:
    async with open_learning(kind, tmp_path) as database:
        assert await read_signals(database, AT - 60, AT + 60, 2, (4, 5)) == Signals()
        rating = {"first_turn": 1, "tags": "[]", "comment": None, "created_at": AT, "changed_at": AT}
        rated = [("bad", 1, None), ("unsolved", 5, False), ("good", 5, True), ("middling", 3, None)]
        rows = [{**rating, "conversation_id": name, "score": score, "resolved": yes} for name, score, yes in rated]
        await database.write(lambda link: link.execute(insert(records.RATINGS), rows))
        items = (
            ItemVerdict(4, "理解", 15.0, False, 0.5, "理由", ((3, "原话"), (1, "原话"))),
            ItemVerdict(10, "用语", 8.0, False, 0.0, "理由", ((2, "原话"),)),
        )
        times = {"started_at": AT, "ended_at": AT + 9, "turns": 3, "is_settled": True}
        subject = Subject("s#1", "s", HELD, "app", "bot", "", **times)  # type: ignore[arg-type]
        await QualityStore(database).save([Judged(subject, items)], "2026.11", "rules.1", AT)
        found = await read_signals(database, AT - 60, AT + 60, 2, (4, 5))
        assert found == Signals(frozenset({"bad#1", "unsolved#1"}), {"s#1": (1, 3)})
        assert (await read_signals(database, AT + 1, AT + 60, 2, (4, 5))).deductions == {}
