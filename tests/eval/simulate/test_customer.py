"""A simulated customer talks to the real bot: goes along where he is understood, tries again and leaves where not."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.assembly import Bot, build_bot
from eval.simulate.clock import MovedClock
from eval.simulate.customer import Customer, Held, Visit
from eval.simulate.world import Topic, World, load_world
from storage.clock import CHINA

START = datetime(2026, 11, 20, 10, tzinfo=CHINA)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock(START)


@pytest.fixture
async def bot(clock: MovedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setenv("GRIDTALK_HOME", str(tmp_path))
    made = await build_bot(Path(), clock)
    made.ready.set()
    yield made
    await made.close()


def world_of(topic: Topic) -> World:
    world = load_world(Path(), 1)
    calm = world.people.model_copy(update={"opening_share": 0.0, "ending_share": 0.0, "typo_share": 0.0})
    return World((topic,), calm, {topic.id: tuple((1, text) for text in topic.wordings)})


async def hold(bot: Bot, clock: MovedClock, intent: str, wordings: tuple[str, ...], seed: int = 1) -> Held:
    topic = Topic(id="t", title="t", intent=intent, weight=1.0, wordings=wordings)
    customer = Customer(bot, world_of(topic), clock, random.Random(seed))
    return await customer.hold(Visit(f"sim-{intent}-{seed}", topic, 1, "app", "山东", {}))


async def test_he_knows_what_he_wants_and_the_clock_goes_on_while_he_talks(bot: Bot, clock: MovedClock) -> None:
    served = await hold(bot, clock, "ask_knowledge", ("欠费多久会停电", "欠费多久停电呀", "欠电费几天停电"))
    assert (len(served.requests), served.requests[0].is_right, served.handed_over) == (1, True, False)
    assert served.requests[0].at > START.timestamp()
    other = await hold(bot, clock, "out_of_scope", ("帮我订张火车票", "订一张火车票", "我要订火车票"))
    assert other.requests[0].is_right, "to be told that the bot does not do this is right here"


async def test_who_is_not_understood_says_it_again_or_asks_for_a_person(bot: Bot, clock: MovedClock) -> None:
    nonsense = ("咕噜咕噜哒哒", "嗡嗡嗡哗啦啦", "叽里呱啦噗噗")
    held = [await hold(bot, clock, "query_bill", nonsense, seed) for seed in range(8)]
    assert not any(request.is_right for one in held for request in one.requests)
    assert not any(one.served for one in held)
    assert any(len(one.requests) > 1 for one in held)
    assert any(one.handed_over for one in held)
    assert all(len(one.requests) <= 4 for one in held)


def test_the_clock_never_goes_back() -> None:
    clock = MovedClock(START)
    clock.move_to(START.replace(day=25))
    clock.move_to(START.replace(day=21))
    assert clock() == START.replace(day=25)
