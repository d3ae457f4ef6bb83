"""A question that leans on what came before: asked whole, for whom it names, and never beyond what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.builtin_actions import ActionAnswerKnowledge
from bot.knowledge_voice import KnowledgeVoice
from bot.project import Project
from knowledge_base.answer import Answer, Finding, RegionNeeded, Suggestions
from knowledge_base.article import Card
from knowledge_base.ellipsis import Completed, complete_question
from knowledge_base.vocabulary import load_vocabulary
from tests.bot.talk import NOW

WORDS = load_vocabulary(Path(__file__).parents[2] / "data" / "knowledge_synonyms.yml")
NOTHING = Suggestions(("别的问题",), 0.2)
TOPIC = "居民电费违约金怎么算"


def article(name: str, title: str, score: float) -> Answer:
    return Answer(name, 1, title, "某文件", name, f"{title}的答案", title, score)


HOME = article("late-home", TOPIC, 0.9)
SHOP = article("late-shop", "商户电费违约金怎么算", 0.8)


class Scripted:
    """Finds by question, or by question and class."""

    def __init__(self, findings: dict[str, Finding]) -> None:
        self.findings = findings
        self.asked: list[str] = []

    def find(self, question: str, *, region: str | None, at: datetime, customer_class: str | None = None) -> Finding:
        self.asked.append(question)
        return self.findings.get(f"{question}|{customer_class}", self.findings.get(question, NOTHING))

    def complete(self, words: str, topic: str) -> Completed:
        return complete_question(words, topic, WORDS)


async def ask(
    project: Project, text: str, findings: dict[str, Finding], **slots: Any
) -> tuple[list[str], dict[str, Any], list[str]]:
    """Return what is said (the response's name, or the words), the slots, and what the articles were asked."""
    answers = Scripted(findings)
    dispatcher = CollectingDispatcher()
    state = {"sender_id": "s", "slots": slots, "latest_message": {"text": text}}
    action = ActionAnswerKnowledge(KnowledgeVoice(answers, project, lambda: NOW))
    events = await action.run(dispatcher, Tracker.from_dict(state), {})
    said = [message["response"] or message["text"] for message in dispatcher.messages]
    return said, {event["name"]: event["value"] for event in events}, answers.asked


async def test_the_question_before_is_asked_for_the_customers_that_are_named(project: Project) -> None:
    findings: dict[str, Finding] = {"电费违约金怎么算 我开店的呢": SHOP, "我开店的呢": HOME}
    said, slots, _ = await ask(project, "我开店的呢", findings, last_topic=TOPIC)
    assert (said, slots["last_topic"]) == ([SHOP.text], SHOP.title)


async def test_an_article_that_holds_for_them_too_is_said_to_do_so(project: Project) -> None:
    findings: dict[str, Finding] = {f"{TOPIC} 那蒙西呢": HOME}
    said, _, _ = await ask(project, "那蒙西呢", findings, last_topic=TOPIC)
    assert said == ["utter_holds_alike", HOME.text]


async def test_what_is_not_known_for_them_is_not_made_up(project: Project) -> None:
    said, _, _ = await ask(project, "种地抽水的呢", {"种地抽水的呢": HOME}, last_topic=TOPIC)
    assert said == ["utter_not_covered"]


async def test_new_words_must_not_lead_away_from_the_topic(project: Project) -> None:
    price = article("farm-price", "农业电价多少", 0.55)
    findings: dict[str, Finding] = {"电费违约金怎么算 种地抽水的呢": price, "电费违约金怎么算": SHOP}
    said, _, _ = await ask(project, "种地抽水的呢", findings, last_topic=TOPIC)
    assert said == ["utter_not_covered"]


async def test_the_question_that_goes_on_in_another_place_loses_the_old_one(project: Project) -> None:
    findings: dict[str, Finding] = {"居民电价多少 那山东的呢": HOME}
    said, _, _ = await ask(project, "那山东的呢", findings, question="北京居民电价多少")
    assert said == [HOME.text]


async def test_a_region_that_was_asked_for_belongs_to_the_question(project: Project) -> None:
    findings: dict[str, Finding] = {"低保户每个月免多少度电": HOME, "过户要带什么 山东": SHOP}
    slots = {"question": "低保户每个月免多少度电", "last_topic": "过户要带什么", "needs_region": True}
    said, _, _ = await ask(project, "山东", findings, **slots)
    assert said == [HOME.text]


async def test_what_asks_nothing_is_not_completed(project: Project) -> None:
    advice = article("saving", "怎么省电", 0.9)
    text = "那你帮我查一下我叫李建国"
    said, _, _ = await ask(project, text, {f"查电费 {text}": advice}, last_topic="查电费")
    assert said == ["utter_suggestions"]


@pytest.mark.parametrize(("score", "said"), [(0.7, "要不要先拉闸的答案"), (0.8, "先拉闸吗的答案")])
async def test_a_whole_question_wins_only_if_it_is_clearly_likelier(project: Project, score: float, said: str) -> None:
    findings: dict[str, Finding] = {
        "要不要先拉闸": article("a", "要不要先拉闸", 0.65),
        "跳闸怎么办 要不要先拉闸": article("b", "先拉闸吗", score),
    }
    spoken, _, _ = await ask(project, "要不要先拉闸", findings, last_topic="跳闸怎么办")
    assert spoken == [said]


@pytest.mark.parametrize("whole", [article("b", "报修说什么", 0.58), NOTHING])
async def test_within_a_service_few_words_must_be_certain(project: Project, whole: Finding) -> None:
    service = next(flow.name for flow in project.flows.values() if flow.kind == "service")
    findings: dict[str, Finding] = {
        "要不要先拉闸": article("a", "限电怎么安排", 0.57),
        f"{service} 要不要先拉闸": whole,
    }
    said, _, _ = await ask(project, "要不要先拉闸", findings, last_topic=service)
    assert said == ["utter_suggestions"]


async def test_a_known_class_does_not_lead_to_another_matter(project: Project) -> None:
    solar, home = article("pv-time", "光伏并网要多少天", 0.52), article("new-home", "居民新装几天", 0.9)
    shop = article("new-shop", "店铺新装几天", 0.78)
    findings: dict[str, Finding] = {
        "新装一个电表大概要等几天|工商业": solar,
        "新装一个电表大概要等几天": home,
        "新装一个电表大概要等几天 工商业|工商业": shop,
    }
    said, _, _ = await ask(project, "新装一个电表大概要等几天", findings, customer_class="工商业")
    assert said == [shop.text]


async def test_a_missing_region_of_the_whole_question_is_asked_for(project: Project) -> None:
    findings: dict[str, Finding] = {"电费违约金怎么算 我开店的呢": RegionNeeded("t", ("山东",), 0.8)}
    said, slots, _ = await ask(project, "我开店的呢", findings, last_topic=TOPIC)
    assert (said, slots["needs_region"]) == ([], True)


@pytest.mark.parametrize(("channel", "has_card"), [("wechat", True), ("app", False), ("phone", False)])
async def test_an_articles_card_goes_where_there_are_cards(project: Project, channel: str, has_card: bool) -> None:
    card = Card("分档说明", "", "https://example.org/p", "")
    dispatcher = CollectingDispatcher()
    tracker = Tracker.from_dict({"sender_id": "s", "slots": {"channel": channel}, "latest_message": {"text": TOPIC}})
    KnowledgeVoice.say(dispatcher, tracker, replace(HOME, card=card))
    custom = dispatcher.messages[0]["custom"]
    assert ("article_card" in custom) is has_card
    assert custom["sources"][0]["id"] == "late-home"
