"""The cause `novel`: what was answered confidently but is far from everything known; measured with the shipped models.

Of the blind sets only distances are looked at, never a text. The last test plants twelve topics through the real bot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from bot.assembly import build_bot
from bot.message import UserMessage
from eval.personal import filled, masked
from eval.retrain.capture import NOVEL, CaptureRules, WeakMessage
from eval.retrain.cluster import Embed, Vectors
from eval.retrain.labels.settings import load_label_settings
from eval.retrain.novel import Ground, with_novel
from eval.retrain.rank import rank
from eval.retrain.run_study import known_sentences, study_rules
from eval.retrain.study import KnownSentence, MonthStudy, study_messages, study_month
from eval.simulate.clock import MovedClock
from eval.simulate.world import load_world
from knowledge_base.load_articles import load_articles
from knowledge_base.overlay import Overlay
from nlu.encoder.named_encoder import open_encoder
from nlu.examples import load_training_set
from nlu.understanding import NO_CONTEXT
from storage.clock import CHINA
from tests.eval.retrain import learning_world

HERE = Path(__file__).parent
PLANTED: dict[str, list[str]] = yaml.safe_load((HERE / "planted_topics.yml").read_text("utf-8"))
NEW: dict[str, list[str]] = yaml.safe_load((HERE / "new_topics.yml").read_text("utf-8"))
START = datetime(2026, 11, 20, 9, tzinfo=CHINA)
ORDINARY = 40
"""Customers with ordinary wishes among those who ask for something new."""
FAR = CaptureRules().novel
BILL = ("上个月电费多少", "电费上个月多少", "上个月的电费多少")


def answered(text: str, **fields: Any) -> WeakMessage:
    sure = {"intent": "query_bill", "confidence": 0.97, "margin": 0.95, "reasons": (), "is_request": True}
    return learning_world.weak(text, **{**sure, **fields})


class Encoder:
    """The shipped encoder; a text that was seen before costs nothing."""

    def __init__(self) -> None:
        self._embed = open_encoder("models/encoder", Path()).embed_questions
        self._seen: dict[str, np.ndarray[Any, np.dtype[np.float32]]] = {}

    def __call__(self, texts: Sequence[str]) -> Vectors:
        fresh = list(dict.fromkeys(text for text in texts if text not in self._seen))
        if fresh:
            self._seen.update(zip(fresh, self._embed(fresh), strict=True))
        return np.stack([self._seen[text] for text in texts])


@pytest.fixture(scope="module")
def known() -> list[KnownSentence]:
    return list(known_sentences(Path("data/nlu"), Path("data/knowledge")))


@pytest.fixture(scope="module")
def embed() -> Embed:
    return Encoder()


@pytest.fixture(scope="module")
def ground(known: list[KnownSentence], embed: Embed) -> Ground:
    texts = [sentence.text for sentence in known if "out_of_scope" not in sentence.name]
    return Ground(texts, embed(texts))


def toy_ground() -> Ground:
    texts = [sentence.text for sentence in learning_world.KNOWN]
    return Ground(texts, learning_world.embed(texts))


def novel_texts(messages: Sequence[WeakMessage], far: float = FAR) -> set[str]:
    found = with_novel(messages, toy_ground(), learning_world.embed, far)
    return {message.text for message in found if NOVEL in message.reasons}


def test_what_is_far_from_everything_known_is_novel_and_what_is_near_is_not() -> None:
    messages = [answered("绿电证书在哪买"), *(answered(text) for text in BILL)]
    assert novel_texts(messages) == {"绿电证书在哪买"}
    assert [one.text for one in with_novel(messages, toy_ground(), learning_world.embed, FAR)] == ["绿电证书在哪买"]


def test_only_a_request_that_nothing_else_puts_among_the_topics_is_novel() -> None:
    messages = [
        answered("幸福里三号楼二单元", is_request=False, reasons=("repeat_24h",)),
        answered("绿电证书在哪买", reasons=("unanswered",)),
        answered("虚拟电厂咋参加", reasons=("thumbs_down",)),
    ]
    found = with_novel(messages, toy_ground(), learning_world.embed, FAR)
    assert [one.reasons for one in found] == [("repeat_24h",), ("unanswered",), ("thumbs_down", NOVEL)]


def test_what_is_less_strange_is_novel_in_the_company_of_two_other_customers() -> None:
    doubtful, others = (
        answered("上个月电费用绿证交"),
        [learning_world.weak(text) for text in ("绿证交费", "用绿证交吗")],
    )
    unheard = 1.5
    assert novel_texts([doubtful, *others], unheard) == {doubtful.text}
    assert novel_texts([doubtful, others[0]], unheard) == set()
    same = [learning_world.weak(one.text, conversation=doubtful.conversation) for one in others]
    assert novel_texts([doubtful, *same], unheard) == set(), "his own words are no company"


def test_a_hidden_name_or_number_makes_nothing_novel() -> None:
    assert novel_texts([answered("〔姓名〕上个月电费多少"), answered("〔户号〕上个月电费多少")]) == set()


def test_where_nothing_was_learnt_nothing_is_novel() -> None:
    nothing = Ground([], np.zeros((0, 64), dtype=np.float32))
    assert with_novel([answered("绿电证书在哪买")], nothing, learning_world.embed, FAR) == []


def test_a_novel_message_alone_ranks_below_every_other_cause() -> None:
    novel = answered("绿电证书在哪买", reasons=(NOVEL,))
    unsure = answered("虚拟电厂咋参加", confidence=0.6, reasons=("low_confidence",))
    first, last = rank([novel, unsure], toy_ground().vectors, learning_world.embed)
    assert (first.text, last.text) == (unsure.text, novel.text)
    assert last.score < first.score / 2


def test_five_novel_wordings_make_a_topic_and_four_do_not() -> None:
    texts = ("绿电证书怎么买", "绿电证书在哪里买", "想买绿电证书", "绿电证书购买流程", "绿电证书买法")
    messages = [answered(text) for text in texts]
    for number, topics in ((5, 1), (4, 0)):
        study = study_messages("2026-10", messages[:number], learning_world.KNOWN, learning_world.embed)
        assert (len(study.topics), study.reasons) == (topics, {NOVEL: number})


def test_a_bare_value_is_no_topic() -> None:
    values = [learning_world.weak(text) for text in ("〔地址〕", "〔地址〕〔电话〕", "〔户号〕〔地址〕")]
    assert study_messages("2026-10", values, learning_world.KNOWN, learning_world.embed).topics == ()


def test_what_people_published_is_known_and_what_they_took_out_is_not() -> None:
    articles, nlu = Path("data/knowledge"), Path("data/nlu/plain_short.yml")
    first, second = load_articles(articles)[:2]
    changed = replace(first, similar=("绿证到哪里买",))
    found = list(known_sentences(nlu, articles, Overlay(1, (changed,), frozenset({second.id}))))
    assert [one.text for one in found if one.name == first.id] == list(changed.questions)
    assert "绿证到哪里买" in changed.questions
    assert second.id not in {one.name for one in found}


def test_the_shipped_settings_say_what_the_code_takes() -> None:
    assert study_rules(load_label_settings(Path())).capture.novel == FAR


def strange_share(texts: list[str], ground: Ground, embed: Embed) -> float:
    hidden = [filled(text).text for text in texts]
    return float(np.mean(ground.strangeness(hidden, embed(hidden)) >= FAR))


def blind_share(pattern: str, ground: Ground, embed: Embed) -> float:
    """Return how many sentences of blind sets are far; said without context, within the scope. Shows no text."""
    paths = sorted(Path("data/eval").glob(pattern))
    examples = [one for path in paths for one in load_training_set(path).examples]
    within = [one for one in examples if "out_of_scope" not in one.intents and one.context == NO_CONTEXT]
    return strange_share([masked(one.text, one.spans).text for one in within], ground, embed)


def test_few_sentences_of_known_topics_are_far(ground: Ground, embed: Embed) -> None:
    shares = [round(blind_share(pattern, ground, embed), 3) for pattern in ("nlu_blind.yml", "nlu_blind*.yml")]
    assert max(shares) <= 0.05, shares


def test_half_of_the_sentences_of_new_topics_are_far(ground: Ground, embed: Embed) -> None:
    assert strange_share([text for texts in NEW.values() for text in texts], ground, embed) >= 0.5


async def test_twelve_planted_topics_come_out_of_the_real_bot(
    known: list[KnownSentence], ground: Ground, embed: Embed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del ground  # its sentences are embedded already
    monkeypatch.setenv("GRIDTALK_HOME", str(tmp_path))
    clock = MovedClock(START)
    bot = await build_bot(Path(), clock)
    bot.ready.set()
    try:
        for number, text in enumerate(_said()):
            clock.move(timedelta(seconds=40))
            at = clock().timestamp()
            message = UserMessage(text, f"customer-{number}", "app", region="山东", received_at=at)
            await bot.assistant.answer(message)
        study = await study_month(bot.conversations, "2026-11", known, embed)
    finally:
        await bot.close()
    for name, wordings in PLANTED.items():
        right, size = _best_topic(study, wordings)
        assert right >= 3, name
        assert right / size >= 0.7, name
    assert study.reasons[NOVEL] >= 5, "some are answered confidently: nothing else would catch them"
    planted = {text for texts in PLANTED.values() for text in texts}
    assert all(planted & set(topic.wordings) for topic in study.topics), "ordinary wishes make no topic"


def _said() -> Iterator[str]:
    """Every wording by a customer of its own, the topics mixed, with ordinary customers in between."""
    ordinary = [topic.wordings[0] for topic in load_world(Path(), 1).topics if topic.since == 1]
    ordinary += [topic.wordings[1] for topic in load_world(Path(), 1).topics if topic.since == 1]
    yield from ordinary[:ORDINARY]
    for said in zip(*PLANTED.values(), strict=True):
        yield from said


def _best_topic(study: MonthStudy, wordings: Sequence[str]) -> tuple[int, int]:
    """Return how many of the wordings the topic holds that has most of them, and how large it is."""
    texts = {question.key: question.text for question in study.questions}
    topics = [[texts[key] for key in topic.keys] for topic in study.topics]
    best = max(topics, key=lambda members: sum(text in wordings for text in members))
    return sum(text in wordings for text in best), len(best)
