"""What is said reaches whom it is meant for, through every door, and nobody else."""

from __future__ import annotations

import pytest

from connectors.desk.couriers import OutboxCourier
from connectors.desk.errors import DeskConflict, NotInSight
from connectors.desk.tickets import NewTicket
from connectors.desk.values import Words
from connectors.errors import BadRequest
from tests.connectors.desk.world import AGENT, CHIEF, OTHER, World, desk_over

WINDOW = "web:a1b2c3"


class Broken(OutboxCourier):
    """A door whose worker dies."""

    def __init__(self) -> None:
        pass

    async def say(self, conversation_id: str, key: str, words: Words) -> None:
        raise ConnectionError


async def test_a_whisper_and_a_note_never_reach_the_customer(world: World) -> None:
    for sender, door in ((WINDOW, "webchat"), ("wechat:openid-1", "wechat"), ("customer-1", "rest")):
        session = await world.taken(AGENT, sender, door)
        await world.desk.talk.whisper(CHIEF, session.id, "先核对户号", "w1")
        await world.desk.talk.note(AGENT, session.id, "老客户", "n1")
        await world.desk.talk.say(AGENT, session.id, "请报一下户号", "c1")
        await world.desk.look_after()
        assert ("whisper", "先核对户号") in await world.lines(session)
    reached = [text for _, text in [*await world.shown(WINDOW), *await world.letters()]]
    reached += await world.say("好", "customer-1")
    assert reached.count("请报一下户号") == 3
    assert not {"先核对户号", "老客户"} & set(reached)


async def test_the_agent_reads_a_whisper_at_once(world: World) -> None:
    session = await world.taken()
    cursor = (await world.desk.transcript.read(session)).cursor
    await world.desk.talk.whisper(CHIEF, session.id, "可以减免", "w1")
    page = await world.desk.transcript.read(session, cursor)
    assert [(line["from"], line["agent"]["display_name"]) for line in page.entries] == [("whisper", "赵芳")]


async def test_the_chat_window_shows_both_sides_in_order_and_each_line_once(world: World) -> None:
    session = await world.taken(AGENT, WINDOW, "webchat")
    await world.say("在吗", WINDOW, "m1", "webchat")
    await world.say("在吗", WINDOW, "m1", "webchat")
    await world.desk.talk.say(AGENT, session.id, "您好", "c1")
    second = desk_over(world.talk, world.machine, [])
    second.couriers["webchat"] = world.desk.couriers["webchat"]
    await second.delivery.deliver_session(session.id)
    shown = await world.shown(WINDOW)
    assert shown[2:] == [("notice", "人工客服王敏为您服务。"), ("customer", "在吗"), ("agent", "您好")]


async def test_a_line_that_a_dead_worker_left_is_delivered_by_another_and_once(world: World) -> None:
    session = await world.taken(AGENT, "wechat:openid-1", "wechat")
    delivery, couriers = world.desk.delivery, dict(world.desk.couriers)
    world.desk.couriers["wechat"] = Broken()
    entry = await world.desk.talk.say(AGENT, session.id, "您好", "c1")
    assert entry.delivery == "pending"
    world.desk.couriers.update(couriers)
    world.machine.now += 6
    await world.desk.room.roster.hear(AGENT)
    await delivery.deliver_left_behind()
    await delivery.deliver_left_behind()
    assert await world.letters() == [("wechat", "人工客服王敏为您服务。"), ("wechat", "您好")]


async def test_a_clients_poll_gets_what_was_said_and_then_only_what_is_new(world: World) -> None:
    session = await world.taken()
    first = await world.desk.mail.read("customer-1", 0)
    assert [one["text"] for one in first] == ["人工客服王敏为您服务。"]
    await world.desk.talk.say(AGENT, session.id, "您好", "c1")
    second = await world.desk.mail.read("customer-1", first[-1]["id"])
    assert [(one["text"], one["custom"]["from"], one["custom"]["agent"]) for one in second] == [
        ("您好", "agent", "王敏")
    ]
    assert await world.say("嗯") == ["您好"]


async def test_posts_of_the_callback_door_wait_in_the_outbox(world: World) -> None:
    session = await world.taken(AGENT, "customer-7", "callback")
    await world.desk.talk.say(AGENT, session.id, "您好", "c1")
    assert await world.letters() == [("callback", "人工客服王敏为您服务。"), ("callback", "您好")]


async def test_only_who_has_the_session_speaks_in_it(world: World) -> None:
    session = await world.taken()
    await world.come(OTHER)
    for viewer, refusal in ((OTHER, DeskConflict), (CHIEF, DeskConflict)):
        with pytest.raises(refusal):
            await world.desk.talk.say(viewer, session.id, "插一句", "c1")
    with pytest.raises(NotInSight):
        await world.desk.talk.note(OTHER, session.id, "看看")
    with pytest.raises(BadRequest, match="no words"):
        await world.desk.talk.say(AGENT, session.id, " \n ", "c2")


async def test_a_call_can_be_read_and_not_written_to(world: World) -> None:
    session = await world.taken(AGENT, "phone:call-1", "phone")
    assert not session.can_write
    with pytest.raises(DeskConflict, match="spoken"):
        await world.desk.talk.say(AGENT, session.id, "您好", "c1")


async def test_line_breaks_are_kept_and_control_characters_are_not(world: World) -> None:
    session = await world.taken()
    entry = await world.desk.talk.say(AGENT, session.id, "第一行\n第二\x00行", "c1")
    assert (entry.body["text"], entry.delivery) == ("第一行\n第二行", "sent")


async def test_unread_counts_the_customers_messages_until_the_agent_has_read_them(world: World) -> None:
    session = await world.taken()
    for words in ("一", "二"):
        await world.say(words)
    assert (await world.desk.overview.session(AGENT, session.id)).unread == 2
    await world.desk.talk.read(CHIEF, session.id)
    assert (await world.desk.overview.session(AGENT, session.id)).unread == 2
    await world.desk.talk.read(AGENT, session.id)
    assert (await world.desk.overview.session(AGENT, session.id)).unread == 0


async def test_a_work_order_is_made_once_and_its_number_told(world: World) -> None:
    session = await world.taken()
    await world.say("在")
    ticket = NewTicket("故障报修", {"summary": "三楼没电"}, "t1")
    for _ in range(2):
        number, _ = await world.desk.tickets.create(AGENT, session.id, ticket)
        assert number == "261120000001"
    assert len({key for _, _, key in world.tickets}) == 1
    assert await world.say("好") == ["已为您建立工单261120000001（故障报修），您可以凭工单号查询进度。"]
