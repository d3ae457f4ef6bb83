"""The engine's own actions: answers from knowledge with their source, honest refusals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.builtin_actions import (
    ActionAnswerAside,
    ActionAnswerIfCertain,
    ActionAnswerIfSure,
    ActionAnswerKnowledge,
    ActionAnswerOrSuggest,
    ActionCheckServed,
)
from bot.knowledge_voice import KnowledgeVoice
from bot.project import Project
from knowledge_base.answer import Answer, Finding, RegionNeeded, Suggestions
from knowledge_base.ellipsis import Completed, complete_question
from knowledge_base.vocabulary import NO_VOCABULARY
from tests.bot.talk import NOW

ANSWER = Answer("a1", 2, "峰段是几点", "某文件", "tou", "峰段是8点到22点。", "8点到22点。", 0.8)


class ScriptedAnswers:
    """Finds what it was told to find, and remembers what it was asked."""

    def __init__(self, findings: dict[str, Finding], otherwise: Finding) -> None:
        self.findings, self.otherwise = findings, otherwise
        self.asked: list[tuple[str, str | None]] = []

    def find(self, question: str, *, region: str | None, at: datetime, customer_class: str | None = None) -> Finding:
        self.asked.append((question, region))
        return self.findings.get(question, self.otherwise)

    def complete(self, words: str, topic: str) -> Completed:
        return complete_question(words, topic, NO_VOCABULARY)


async def run(
    action_class: Any, project: Project, finding: Finding, text: str = "峰谷电的峰段到底是从几点开始算", **slots: Any
) -> tuple[list[dict[str, Any]], dict[str, Any], ScriptedAnswers]:
    """Run one action; return its messages, its slots, and what was asked of the knowledge base."""
    answers = ScriptedAnswers({}, finding)
    action = action_class(KnowledgeVoice(answers, project, lambda: NOW))
    dispatcher = CollectingDispatcher()
    state = {"sender_id": "s", "slots": slots, "latest_message": {"text": text}}
    events = await action.run(dispatcher, Tracker.from_dict(state), {})
    return dispatcher.messages, {event["name"]: event["value"] for event in events}, answers


async def test_an_answer_names_article_version_and_document(project: Project) -> None:
    said, slots, _ = await run(ActionAnswerKnowledge, project, ANSWER)
    assert said[0]["text"] == ANSWER.text
    assert said[0]["custom"]["sources"][0] == {
        "id": "a1",
        "version": 2,
        "title": "峰段是几点",
        "document": "某文件",
        "score": 0.8,
    }
    assert slots["last_topic"] == "峰段是几点"


async def test_the_phone_hears_the_short_form(project: Project) -> None:
    said, _, _ = await run(ActionAnswerKnowledge, project, ANSWER, channel="phone")
    assert said[0]["text"] == ANSWER.voice


async def test_a_referral_is_said_without_a_source(project: Project) -> None:
    referral = Answer("a2", 1, "t", "d", "t", "我这里没有核实到。", "没有核实到。", 0.9, is_referral=True)
    said, _, _ = await run(ActionAnswerKnowledge, project, referral)
    assert said[0]["text"] == "我这里没有核实到。"
    assert not said[0]["custom"]


async def test_a_missing_region_is_asked_for_and_not_guessed(project: Project) -> None:
    said, slots, _ = await run(ActionAnswerKnowledge, project, RegionNeeded("t", ("山东", "江苏"), 0.9))
    assert said == []
    assert slots["needs_region"] is True


async def test_below_the_threshold_the_nearest_questions_are_offered(project: Project) -> None:
    said, _, _ = await run(ActionAnswerKnowledge, project, Suggestions(("峰段是几点", "谷段是几点"), 0.3))
    assert said[0]["response"] == "utter_suggestions"
    assert said[0]["nearest"] == ["峰段是几点", "谷段是几点"]
    said, _, _ = await run(ActionAnswerKnowledge, project, Suggestions((), 0.1))
    assert said[0]["response"] == "utter_no_knowledge"


async def test_a_place_that_is_not_served_is_told_without_looking(project: Project) -> None:
    said, _, answers = await run(ActionAnswerKnowledge, project, ANSWER, text="上海的峰段是几点")
    assert said[0]["response"] == "utter_region_not_served"
    assert answers.asked == []


async def test_an_elliptical_question_is_completed_by_the_last_topic(project: Project) -> None:
    _, _, answers = await run(ActionAnswerKnowledge, project, Suggestions((), 0.0), text="要几天", last_topic="过户")
    assert [question for question, _ in answers.asked] == ["过户 要几天", "要几天"]


@pytest.mark.parametrize(
    ("text", "wanted"), [("上海电价多少", "place"), ("明年的电价会涨到多少", "time"), ("青岛电价多少", None)]
)
async def test_a_price_question_without_data_is_told_apart(project: Project, text: str, wanted: str | None) -> None:
    _, slots, _ = await run(ActionCheckServed, project, ANSWER, text=text)
    assert slots["not_served"] == wanted


async def test_an_article_that_is_sure_comes_before_a_table(project: Project) -> None:
    said, slots, _ = await run(ActionAnswerIfSure, project, ANSWER)
    assert (said[0]["text"], slots["aside_answered"]) == (ANSWER.text, True)
    said, slots, _ = await run(ActionAnswerIfSure, project, ANSWER, text="那工商业的呢")
    assert (said, slots["aside_answered"]) == ([], False)


async def test_an_aside_is_answered_only_when_knowledge_is_sure(project: Project) -> None:
    _, slots, _ = await run(ActionAnswerAside, project, Suggestions(("x",), 0.4))
    assert slots["aside_answered"] is False


async def test_a_sentence_that_was_not_understood_is_answered_if_an_article_fits(project: Project) -> None:
    said, _, _ = await run(ActionAnswerOrSuggest, project, ANSWER)
    assert said[0]["text"] == ANSWER.text
    said, _, _ = await run(ActionAnswerOrSuggest, project, Suggestions((), 0.0))
    assert said[0]["response"] == "utter_not_understood_once"


async def test_what_was_understood_otherwise_is_answered_only_when_an_article_is_certain(project: Project) -> None:
    said, slots, _ = await run(ActionAnswerIfCertain, project, ANSWER)
    assert (said[0]["text"], slots["aside_answered"]) == (ANSWER.text, True)
    doubtful = Answer("a3", 1, "t", "d", "t", "也许。", "也许。", 0.6)
    said, slots, _ = await run(ActionAnswerIfCertain, project, doubtful)
    assert (said, slots["aside_answered"]) == ([], False)
