"""The steps of a turn are measured for who asks."""

from __future__ import annotations

from bot.turn_times import timed_turn, turn_step
from tests.bot.talk import Talk


async def test_understanding_and_actions_of_a_turn_are_measured(talk: Talk) -> None:
    with timed_turn() as seconds:
        await talk.say("ask_knowledge: 峰段是几点")
    assert set(seconds) == {"understanding", "action"}
    assert all(0 <= value < 1 for value in seconds.values())


def test_nothing_is_kept_where_nobody_asked() -> None:
    with turn_step("understanding"):
        pass
    with timed_turn() as seconds:
        pass
    assert seconds == {}
