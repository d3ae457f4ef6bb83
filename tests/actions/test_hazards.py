"""Safety advice: the right danger, people first, words that fit the phone, and the urgent ticket."""

import re

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.hazards import HAZARDS, UNKNOWN, ActionHazardAdvice, find_hazard
from tests.actions.service_desk import ServiceDesk


@pytest.mark.parametrize(
    ("words", "name", "must"),
    [
        ("有人触电倒在地上了", "触电", "120"),
        ("变压器着火了，有人受伤", "触电", "120"),
        ("表箱烧起来了", "着火", "119"),
        ("电线断了掉在马路上", "断线", "8米"),
        ("高压线断了，砸路中间了", "断线", "双脚并拢"),
        ("大货车把电杆撞断了", "倒杆", "8米"),
        ("配电箱泡在水里，还有人蹚水", "水淹", "蹚"),
        ("变压器砰砰响还漏油", "变压器", "8米"),
        ("摸水龙头麻手", "漏电", "总闸"),
        ("插座冒火花", "冒烟打火", "总闸"),
        ("电线杆底下有人挖土", UNKNOWN.name, "远离"),
    ],
)
def test_the_danger_is_found_in_the_words(words: str, name: str, must: str) -> None:
    hazard = find_hazard(words, [])
    assert hazard.name == name
    assert must in hazard.advice


@pytest.mark.parametrize(("words", "name"), [("没冒烟，就是没电了", UNKNOWN.name), ("没着火，就是冒烟", "冒烟打火")])
def test_what_is_denied_is_no_danger(words: str, name: str) -> None:
    assert find_hazard(words, ["冒烟"] if "就是冒烟" in words else []).name == name


def test_a_recognised_symptom_is_enough() -> None:
    assert find_hazard("快来人啊", ["漏电"]).name == "漏电"


def test_advice_for_the_ear_has_at_most_two_sentences() -> None:
    for hazard in (*HAZARDS, UNKNOWN):
        assert len(re.findall(r"[。！？]", hazard.voice)) <= 2
        assert len(hazard.voice) <= 60


async def advise(desk: ServiceDesk, text: str, **slots: object) -> list[str]:
    latest = {"text": text, "last_request_text": text, "idempotency_key": "k"}
    tracker = Tracker.from_dict({"sender_id": "app:test", "slots": slots, "latest_message": latest})
    dispatcher = CollectingDispatcher()
    await ActionHazardAdvice(desk.services).run(dispatcher, tracker, {})
    return [str(message["text"]) for message in dispatcher.messages]


async def test_advice_is_repeated_only_for_another_danger(desk: ServiceDesk) -> None:
    assert len(await advise(desk, "插座冒火花")) == 1
    assert await advise(desk, "还在冒火花", hazard_kind="冒烟打火") == []
    assert await advise(desk, "快点来啊", hazard_kind="冒烟打火") == []
    assert "120" in (await advise(desk, "有人触电了", hazard_kind="冒烟打火"))[0]


async def test_the_phone_hears_the_short_words(desk: ServiceDesk) -> None:
    assert await advise(desk, "电线断了掉地上", channel="phone") == [find_hazard("断线", []).voice]


async def test_the_ticket_is_urgent_with_or_without_an_address(desk: ServiceDesk) -> None:
    done = await desk.act("action_create_hazard_ticket", "电线掉地上了", hazard_kind="断线", address="泉山区矿山东路")
    ticket = await desk.services.tickets.find(done.slots["new_ticket_no"])
    assert ticket is not None
    assert ticket.is_urgent
    assert ticket.kind == "紧急隐患"
    assert ticket.region == "江苏"
    assert ticket.due_at is not None
    bare = await desk.act("action_create_hazard_ticket", "电线掉地上了", hazard_kind="断线")
    assert bare.slots["new_ticket_no"] != done.slots["new_ticket_no"]
