"""The door: five seconds, four deliveries, the quota, the error codes, and nothing said twice."""

from __future__ import annotations

import asyncio
import json
import secrets
import time

import pytest

from bot.errors import ConversationBusy, MessageRefused
from bot.message import Button, Reply
from connectors.outbox.letter import Letter
from connectors.wechat import texts
from connectors.wechat.inbox import Inbox, Once, Receipt
from connectors.wechat.render import render_letters
from tests.connectors.wechat.conftest import Build, World
from tests.services import postgres_url


async def test_four_deliveries_of_a_message_make_one_turn_and_the_same_answer(world: World) -> None:
    message = world.wechat.message("o1", "查电费")
    heard = [await world.wechat.deliver(message) for _ in range(2)]
    heard += await asyncio.gather(*(world.wechat.deliver(message) for _ in range(2)))
    assert {answer.text for answer in heard} == {"答：查电费"}
    assert all(answer.fields == heard[0].fields for answer in heard)
    assert len(world.assistant.turns) == 1
    assert world.assistant.turns[0].sender_id == "wechat:o1"


async def test_a_slow_answer_says_success_in_time_and_is_pushed_once(world: World) -> None:
    world.assistant.slow["查停电"] = 4.6
    world.wechat.typing_delay_seconds = 3.0
    message = world.wechat.message("o1", "查停电")
    heard = await asyncio.gather(*(world.wechat.deliver(message) for _ in range(4)))
    assert {answer.raw for answer in heard} == {b"success"}
    assert max(answer.seconds for answer in heard) < 4.2
    await world.until(lambda: bool(world.wechat.sent))
    assert (await world.wechat.deliver(message)).raw == b"success"
    await asyncio.sleep(0.8)
    assert world.wechat.texts("o1") == ["答：查停电"]
    assert world.wechat.sent[0]["aimsgcontext"] == {"is_ai_msg": 1}
    assert "答：查停电".encode() in world.wechat.raw_bodies[0]
    assert len(world.wechat.called("message/custom/typing")) == 1
    assert len(world.assistant.turns) == 1


async def test_a_slow_api_never_delays_an_answer(world: World) -> None:
    world.wechat.send_delay_seconds = world.wechat.token_delay_seconds = 3.0
    world.assistant.replies["长"] = [Reply("一" * 900)]
    first = await world.wechat.say("o1", "长")
    started = time.monotonic()
    assert (await world.wechat.say("o1", "短")).text == "答：短"
    assert first.text == "一" * 682
    assert time.monotonic() - started < 1.0


async def test_a_long_answer_goes_on_in_pushes(world: World) -> None:
    world.assistant.replies["长"] = [Reply("电价分三档。" * 200), Reply("完。")]
    heard = await world.wechat.say("o1", "长")
    await world.until(lambda: len(world.wechat.sent) == 1)
    pushed = world.wechat.texts()
    assert len(heard.text.encode()) <= 2048
    assert heard.text.endswith("。")
    assert heard.text + pushed[0] == "电价分三档。" * 200 + "\n完。"


async def test_an_articles_card_follows_its_text_as_a_news_message(world: World) -> None:
    card = {"title": "居民电价", "description": "分档说明", "url": "https://example.org/p", "picture": ""}
    world.assistant.replies["电价"] = [Reply("第一档每度0.5469元。", custom={"article_card": card})]
    await world.wechat.say("o1", "电价")
    await world.until(lambda: len(world.wechat.sent) == 1)
    sent = world.wechat.sent[0]
    shown = {"title": "居民电价", "description": "分档说明", "url": "https://example.org/p", "picurl": ""}
    assert (sent["msgtype"], sent["news"]["articles"]) == ("news", [shown])


async def test_choices_are_named_in_the_text(world: World) -> None:
    world.assistant.replies["?"] = [Reply("哪一种？", (Button("查电费", "查电费"), Button("报停电", "报停电")))]
    assert (await world.wechat.say("o1", "?")).text == "哪一种？\n您可以回复：\n· 查电费\n· 报停电"


async def test_what_the_window_shows_is_said_in_words_and_a_page_by_its_address(world: World) -> None:
    page = {"outage_map": {"url": "https://www.example.com/map", "title": "停电地图"}, "progress": {"steps": []}}
    world.assistant.replies["停电"] = [Reply("正在抢修。", custom=page)]
    assert (await world.wechat.say("o1", "停电")).text == "正在抢修。\n停电地图：https://www.example.com/map"


async def test_events_are_told_apart_by_sender_time_event_and_key(world: World) -> None:
    event = world.wechat.event("o1", "CLICK", EventKey="查电费")
    first, again = await world.wechat.deliver(event), await world.wechat.deliver(event)
    assert first.text == again.text == "答：查电费"
    other = await world.wechat.deliver(event | {"EventKey": "报停电"})
    assert other.text == "答：报停电"
    assert len(world.assistant.turns) == 2


async def test_a_new_follower_is_greeted_and_a_scene_knows_the_region(build: Build) -> None:
    world = await build({"scenes": {"hall-17": {"region": "山东"}, "bill": {"say": "查电费"}}})
    greeted = await world.wechat.deliver(world.wechat.event("o1", "subscribe", EventKey="qrscene_hall-17"))
    assert greeted.text == texts.WELCOME
    await world.wechat.say("o1", "电价")
    assert world.assistant.turns[0].region == "山东"
    scanned = await world.wechat.deliver(world.wechat.event("o2", "SCAN", EventKey="bill"))
    assert scanned.text == "答：查电费"


@pytest.mark.parametrize("event", ["unsubscribe", "VIEW", "TEMPLATESENDJOBFINISH", "LOCATION"])
async def test_other_events_are_taken_in_silence(world: World, event: str) -> None:
    assert (await world.wechat.deliver(world.wechat.event("o1", event, Status="success"))).raw == b"success"
    assert world.assistant.turns == []


@pytest.mark.parametrize(("kind", "said"), [("image", texts.PICTURE), ("video", texts.OTHER_KIND)])
async def test_what_cannot_be_read_gets_an_honest_word(world: World, kind: str, said: str) -> None:
    heard = await world.wechat.deliver(world.wechat.message("o1", "", MsgType=kind, MediaId="m"))
    assert heard.text == said
    assert world.assistant.turns == []


async def test_a_place_is_said_by_its_name(world: World) -> None:
    heard = await world.wechat.deliver(world.wechat.message("o1", "", MsgType="location", Label="济南市历下区"))
    assert heard.text == "答：济南市历下区"


async def test_over_the_five_the_text_waits_and_goes_out_once_with_the_next_answer(world: World) -> None:
    world.assistant.slow["慢"] = 3.9
    world.wechat.answers = [45047]
    assert (await world.wechat.say("o1", "慢")).raw == b"success"
    await world.until(lambda: not world.wechat.answers)
    await asyncio.sleep(0.2)
    message = world.wechat.message("o1", "然后")
    heard = [await world.wechat.deliver(message) for _ in range(2)]
    assert [answer.text for answer in heard] == ["答：慢\n\n答：然后"] * 2
    await asyncio.sleep(0.8)
    assert world.wechat.sent == []


async def test_the_budget_keeps_two_pushes_for_a_person(world: World) -> None:
    world.assistant.replies["很长"] = [Reply("电" * 682 * 6)]
    await world.wechat.say("o1", "很长")
    await world.until(lambda: len(world.wechat.sent) == 3)
    await asyncio.sleep(0.7)
    assert len(world.wechat.sent) == 3
    await world.wechat.say("o1", "继续")
    await world.until(lambda: len(world.wechat.sent) >= 4)
    said = "".join(world.wechat.texts())
    assert said.startswith("电" * 682 * 3)


async def test_a_person_uses_what_the_budget_kept_back(world: World) -> None:
    said = [Reply("我是坐席。"), Reply("请讲。")]
    await world.wechat.say("o2", "你好")
    for number in range(6):
        letters = render_letters(said, "wechat", "wechat:o2", f"desk.{number}", is_generated=False, purpose="agent")
        await world.door.inbox.outbox.put(letters)
    await world.until(lambda: len(world.wechat.texts("o2")) == 5)
    await asyncio.sleep(0.6)
    assert world.wechat.texts("o2") == ["我是坐席。\n请讲。"] * 5
    assert all("aimsgcontext" not in body for body in world.wechat.sent if body["touser"] == "o2")


async def test_a_refused_token_is_renewed_once_and_the_message_goes_out_once(world: World) -> None:
    world.assistant.replies["长"] = [Reply("一" * 700)]
    await world.wechat.say("o1", "长")
    await world.until(lambda: len(world.wechat.sent) == 1)
    world.wechat.end_tokens()
    await world.wechat.say("o2", "长")
    await world.until(lambda: len(world.wechat.sent) == 2)
    assert len(world.wechat.called("stable_token")) == 2
    assert [call["force_refresh"] for call in world.wechat.called("stable_token")] == [False, False]


async def test_outside_the_48_hours_a_template_brings_the_answer(build: Build) -> None:
    world = await build({"notice": {"template_id": "T1", "keyword": "thing1", "most_characters": 6}})
    world.wechat.answers = [45015]
    world.assistant.replies["长"] = [Reply("一" * 682 + "二" * 30)]
    await world.wechat.say("o1", "长")
    await world.until(lambda: bool(world.wechat.called("message/template/send")))
    notice = world.wechat.called("message/template/send")[0]
    assert notice == {"touser": "o1", "template_id": "T1", "data": {"thing1": {"value": "二二二二二…"}}}


@pytest.mark.parametrize("code", [40003, 43004, 48002, 45015, 40008])
async def test_what_cannot_be_sent_is_dead_and_counted(world: World, code: int) -> None:
    world.wechat.answers = [code]
    world.assistant.replies["长"] = [Reply("一" * 700)]
    await world.wechat.say("o1", "长")
    await world.until(lambda: not world.wechat.answers)
    await asyncio.sleep(0.2)
    assert (await world.door.inbox.outbox.counts())[("wechat", "dead")] == 1
    contact = await world.door.reception.contacts.find("wechat:o1")
    assert contact is not None
    assert contact.is_reachable == (code in (45015, 40008))


async def test_a_busy_api_is_tried_again(world: World) -> None:
    world.wechat.answers = [-1]
    world.assistant.replies["长"] = [Reply("一" * 700)]
    await world.wechat.say("o1", "长")
    await world.until(lambda: len(world.wechat.sent) == 1)


async def test_too_long_for_wechat_is_sent_in_halves(world: World) -> None:
    world.wechat.answers = [45002]
    world.assistant.replies["长"] = [Reply("一" * 682 + "二" * 600)]
    await world.wechat.say("o1", "长")
    await world.until(lambda: len(world.wechat.sent) == 2)
    assert "".join(world.wechat.texts()) == "二" * 600


async def test_a_decision_that_comes_too_late_is_pushed_and_not_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = type(world.door.inbox).decide_passive

    async def slowly(inbox: Inbox, key: str, *, transfer: bool = False) -> Receipt:
        await asyncio.sleep(1.0)
        return await decide(inbox, key, transfer=transfer)

    monkeypatch.setattr(Inbox, "decide_passive", slowly)
    monkeypatch.setattr("connectors.wechat.door.LATEST_SECONDS", 0.5)
    message = world.wechat.message("o1", "查电费")
    assert (await world.wechat.deliver(message)).raw == b"success"
    await world.until(lambda: bool(world.wechat.sent))
    assert (await world.wechat.deliver(message)).raw == b"success"
    assert world.wechat.texts() == ["答：查电费"]


async def test_a_failed_turn_is_tried_again_and_pushed(world: World) -> None:
    world.assistant.faults = [ConversationBusy("busy")]
    message = world.wechat.message("o1", "查电费")
    assert (await world.wechat.deliver(message)).raw == b"success"
    await world.until(lambda: bool(world.wechat.sent), 8.0)
    assert world.wechat.texts() == ["答：查电费"]


async def test_a_message_that_is_too_long_is_told_so(world: World) -> None:
    world.assistant.faults = [MessageRefused("message_too_long", "too long")]
    assert (await world.wechat.say("o1", "长" * 2500)).text == texts.TOO_LONG


async def test_the_door_works_on_postgresql(build: Build) -> None:
    world = await build(database_url=postgres_url())
    openid = f"o-{secrets.token_hex(8)}"
    world.assistant.replies["长"] = [Reply("一" * 700)]
    message = world.wechat.message(openid, "长")
    heard = await asyncio.gather(*(world.wechat.deliver(message) for _ in range(4)))
    assert {answer.text for answer in heard} == {"一" * 682}
    await world.until(lambda: bool(world.wechat.sent), 10.0)
    assert world.wechat.texts(openid) == ["一" * 18]
    assert len(world.assistant.turns) == 1


async def test_the_menu_goes_out_once(build: Build) -> None:
    menu = [{"name": "查电费", "say": "查电费"}, {"name": "更多", "buttons": [{"name": "官网", "url": "https://a.b"}]}]
    world = await build({"menu": menu})
    await world.until(lambda: bool(world.wechat.called("menu/create")))
    more = {"name": "更多", "sub_button": [{"type": "view", "name": "官网", "url": "https://a.b"}]}
    assert world.wechat.called("menu/create") == [
        {"button": [{"type": "click", "name": "查电费", "key": "查电费"}, more]}
    ]


async def test_wechats_own_desk_takes_over_where_it_is_chosen(build: Build) -> None:
    async def was_handed_over(sender_id: str, message_id: str) -> bool:
        return world.assistant.turns[-1].text == "转人工"

    world = await build({"desk": "wechat"}, was_handed_over=was_handed_over)
    assert (await world.wechat.say("o1", "你好")).text == "答：你好"
    heard = await world.wechat.say("o1", "转人工")
    assert heard.fields["MsgType"] == "transfer_customer_service"
    await world.until(lambda: world.wechat.texts() == ["答：转人工"])


async def test_a_picture_of_the_project_is_uploaded(world: World) -> None:
    (world.door.sender.root / "map.png").write_bytes(b"\x89PNG-picture")
    world.assistant.replies["图"] = [Reply("看图", image="map.png")]
    assert (await world.wechat.say("o1", "图")).text == "看图"
    await world.until(lambda: bool(world.wechat.sent))
    assert world.wechat.sent[0]["image"] == {"media_id": "MEDIA"}
    assert world.wechat.called("media/upload") == [b"\x89PNG-picture"]


async def test_no_file_outside_the_project_is_ever_uploaded(world: World) -> None:
    world.assistant.replies["图"] = [Reply("看图", image="../../etc/passwd")]
    await world.wechat.say("o1", "图")
    await asyncio.sleep(0.5)
    assert world.wechat.called("media/upload") == []


async def test_what_is_pushed_is_json_without_escapes(world: World) -> None:
    world.assistant.replies["长"] = [Reply("😀电" * 500)]
    await world.wechat.say("o1", "长")
    await world.until(lambda: bool(world.wechat.sent))
    assert b"\\u" not in world.wechat.raw_bodies[0]
    assert json.loads(world.wechat.raw_bodies[0])["touser"] == "o1"


async def test_a_subscription_notice_brings_the_answer_where_it_is_chosen(build: Build) -> None:
    world = await build({"notice": {"kind": "subscription", "template_id": "S1", "keyword": "thing2"}})
    world.wechat.answers = [45015]
    world.assistant.replies["长"] = [Reply("一" * 682 + "电费已出")]
    await world.wechat.say("o1", "长")
    await world.until(lambda: bool(world.wechat.called("message/subscribe/bizsend")))
    notice = world.wechat.called("message/subscribe/bizsend")[0]
    assert notice == {"touser": "o1", "template_id": "S1", "data": {"thing2": {"value": "电费已出"}}}


@pytest.mark.parametrize("code", [40164, 45009, 48001])
async def test_where_wechat_lets_nobody_send_the_letters_wait(world: World, code: int) -> None:
    world.wechat.answers = [code]
    world.assistant.replies["长"] = [Reply("一" * 700)]
    await world.wechat.say("o1", "长")
    await world.until(lambda: not world.wechat.answers)
    await asyncio.sleep(0.3)
    await world.wechat.say("o2", "长")
    await asyncio.sleep(0.8)
    assert world.wechat.sent == []
    assert (await world.door.inbox.outbox.counts())[("wechat", "pending")] == 2


async def test_a_menu_message_becomes_text_where_the_account_is_not_verified(world: World) -> None:
    await world.wechat.say("o1", "你好")
    world.wechat.answers = [40200]
    choices = [{"id": "1", "title": "满意"}, {"id": "2", "title": "不满意"}]
    body = {"head": "请评价", "choices": choices, "purpose": "csat"}
    await world.door.inbox.outbox.put([Letter("csat-1", "wechat:o1", "wechat", "choices", body)])
    await world.until(lambda: bool(world.wechat.sent))
    assert world.wechat.texts() == ["请评价\n· 满意\n· 不满意"]
    menu = world.wechat.called("send")[0]["msgmenu"]
    assert menu["list"] == [{"id": "1", "content": "满意"}, {"id": "2", "content": "不满意"}]


async def test_what_a_worker_left_behind_after_success_is_answered_by_another(world: World) -> None:
    dead = Inbox(world.door.inbox.outbox, lease_seconds=0.0)
    fields = {"FromUserName": "o9", "MsgType": "text", "Content": "查电费", "MsgId": "77"}
    receipt = Receipt("k9", "wechat", "wechat:o9", fields, time.time())
    world.wechat.quota["o9"] = 5
    await dead.accept(receipt, Once("wx", "n9", "d9", 0.0))
    await dead.decide_push("k9")  # `success` was said, and then the worker died
    await world.until(lambda: world.wechat.texts("o9") == ["答：查电费"])
    assert [turn.message_id for turn in world.assistant.turns] == ["77"]
