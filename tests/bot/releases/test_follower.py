"""A worker at the book: who answers whom, what happens to a broken release, and that no customer notices."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.errors import StoreUnavailable
from bot.releases.alerts import ReleaseAlerts, WorkerBoard
from bot.releases.figures import FigureBook
from bot.releases.judge import judge_canary
from bot.releases.manifest import BASE
from bot.releases.router import ReleaseRouter, bucket_of
from bot.releases.settings import CanarySettings, Probe, Probes
from bot.releases.shadow_book import ShadowBook
from bot.releases.values import WATCH, WorkerState
from tests.bot.releases.world import HELLO, BrokenNlu, DeafNlu, World
from tests.bot.talk import ScriptedNlu

REASON = "试用"
IN_FIVE = next(f"c{n}" for n in range(1000) if bucket_of(f"c{n}") < 5)
IN_FIFTY = next(f"c{n}" for n in range(1000) if 25 <= bucket_of(f"c{n}") < 50)
IN_NONE = next(f"c{n}" for n in range(1000) if bucket_of(f"c{n}") >= 50)


async def move(world: World, act: str, *more: object) -> None:
    """Make a move and let the worker follow."""
    await getattr(world.book, act)(*more, by="li", reason=REASON)
    await world.settle()


async def last_move(world: World, name: str) -> tuple[str, str, str]:
    """Return (by, state after, reason) of what was done last with a release."""
    moves, _ = await world.book.moves(name)
    return moves[0].by, moves[0].after, moves[0].reason


async def test_the_share_grows_and_who_was_in_stays_in(world: World) -> None:
    await world.enter("r1")
    answered = {}
    for percent in (5, 25, 50, 100):
        await move(world, "canary", "r1", percent)
        for sender in (IN_FIVE, IN_FIFTY, IN_NONE):
            await world.say(sender)
        answered[percent] = [await world.released_by(sender) for sender in (IN_FIVE, IN_FIFTY, IN_NONE)]
    assert answered == {
        5: ["r1", BASE, BASE],
        25: ["r1", BASE, BASE],
        50: ["r1", "r1", BASE],
        100: ["r1", "r1", "r1"],
    }


async def test_nobody_waits_while_a_candidate_is_loaded(world: World) -> None:
    await world.enter("r1")
    gate = asyncio.Event()
    ready, load = world.releases["r1"], world.follower.load

    async def slow(name: str) -> object:
        await gate.wait()
        return ready

    world.follower.load = slow  # type: ignore[assignment]
    await move(world, "canary", "r1", 100)
    await world.say("anybody")
    assert await world.released_by("anybody") == BASE
    assert "r1" in (await WorkerBoard(world.database).read())[0].problem
    gate.set()
    await world.settle()
    await world.say("anybody")
    assert await world.released_by("anybody") == "r1"
    world.follower.load = load


async def test_promotion_keeps_the_release_before_loaded_and_going_back_loads_nothing(world: World) -> None:
    await world.enter("r1")
    await move(world, "canary", "r1", 100)
    await move(world, "promote", "r1")
    assert (world.router.stable.id, world.router.candidate) == ("r1", None)
    assert {release.id for release in world.router.loaded()} == {"r1", BASE}
    loads = list(world.loads)
    await move(world, "roll_back")
    assert world.router.stable.id == BASE
    assert world.loads == loads
    await world.say("anybody")
    assert await world.released_by("anybody") == BASE


async def test_a_release_that_cannot_be_loaded_is_rolled_back_with_an_alert(world: World) -> None:
    await world.enter("r1")
    world.broken["r1"] = OSError("models/nlu/model.onnx is not there")
    await move(world, "canary", "r1", 100)
    assert (await world.book.serving()).candidate is None
    by, state, reason = await last_move(world, "r1")
    assert (by, state) == (WATCH, "rolled_back")
    assert "models/nlu/model.onnx" in reason
    alerts, total = await ReleaseAlerts(world.database, world.clock).page(is_open=True)
    assert (total, alerts[0].kind, alerts[0].release) == (1, "load", "r1")
    assert await world.say("anybody")
    assert await world.released_by("anybody") == BASE


async def test_an_exception_in_a_turn_rolls_back_and_the_stable_release_answers_that_turn(world: World) -> None:
    await world.enter("r1", nlu=BrokenNlu())
    await move(world, "canary", "r1", 100)
    said = await world.say("anybody", message_id="m1")
    assert said == await world.say("anybody", message_id="m1"), "the same message again gives the same replies"
    assert said
    assert len(await world.router.turns("anybody")) == 1
    assert world.router.candidate is None, "this worker asks it no more, before the book knows"
    await world.settle()
    by, state, reason = await last_move(world, "r1")
    assert (by, state) == (WATCH, "rolled_back")
    assert "KeyError" in reason
    assert HELLO not in reason, "an exception's words may be a customer's"


async def test_other_workers_leave_a_release_that_failed_in_one(world: World) -> None:
    await world.enter("r1", nlu=BrokenNlu())
    other = ReleaseRouter(world.releases[BASE])
    second = world.worker(other)
    second.worker = "second"
    await move(world, "canary", "r1", 100)
    await world.settle(second)
    assert other.candidate is not None
    await world.say("anybody")
    await world.settle()
    await world.settle(second)
    assert other.candidate is None


async def test_a_model_that_understands_nothing_is_rolled_back_by_the_watch(world: World) -> None:
    await world.enter("r1", nlu=DeafNlu())
    await move(world, "canary", "r1", 50)
    for number in range(120):
        assert await world.say(f"c{number}"), "every customer is answered"
        await world.follower.look()
    by, state, reason = await last_move(world, "r1")
    assert (by, state) == (WATCH, "rolled_back")
    assert "没听懂" in reason
    counted = await FigureBook(world.database).read("r1", since_minute=0)
    assert 8 <= counted.turns <= 12, "it did not answer long"


async def test_a_model_that_understands_nothing_is_not_even_asked_where_there_are_probes(world: World) -> None:
    probes = Probes(least_right=0.5, sentences=(Probe(text=HELLO, intents=("chitchat",)),))
    world.follower.settings = CanarySettings(probes=probes)
    await world.enter("deaf", nlu=DeafNlu())
    await world.enter("good")
    await move(world, "canary", "deaf", 100)
    assert (await last_move(world, "deaf"))[1] == "rolled_back"
    await move(world, "canary", "good", 100)
    assert world.router.candidate is world.releases["good"]


async def test_a_release_as_good_as_the_stable_one_stays(world: World) -> None:
    await world.enter("r1")
    await move(world, "canary", "r1", 50)
    for number in range(150):
        await world.say(f"c{number}")
    await world.settle()
    serving = await world.book.serving()
    assert serving.candidate == "r1"
    figures = await FigureBook(world.database).compare(serving, world.settings, world.clock().timestamp())
    assert sum(one.turns for one in figures) == 150
    assert not [one for one in judge_canary(*figures, world.settings) if one.breached]


async def test_the_shadow_hears_everything_and_answers_nobody(world: World) -> None:
    other = ScriptedNlu()
    other.teach(f"ask_bot: {HELLO}")
    other.teach("chitchat: 我的户号是3702000000001")
    world.nlu.teach("ask_bot: 我的户号是[3702000000001](account_no)")
    await world.enter("r1", nlu=other)
    await move(world, "shadow", "r1")
    for number in range(5):
        await world.say(f"c{number}")
        assert await world.released_by(f"c{number}") == BASE
    await world.say("c9", "我的户号是3702000000001")
    await heard(world, "r1", 6)
    counts = await ShadowBook(world.database).counts("r1")
    assert (counts["intent"], counts["failed"]) == (6, 0)
    found, _ = await ShadowBook(world.database).page("r1", "intent")
    assert found[0].text == "我的户号是〔户号〕"
    assert (found[-1].text, found[-1].stable, found[-1].candidate) == (HELLO, "chitchat", "ask_bot")


async def test_a_candidate_that_raises_in_the_shadow_is_rolled_back(world: World) -> None:
    await world.enter("r1", nlu=BrokenNlu())
    await move(world, "shadow", "r1")
    assert await world.say("anybody")
    await heard(world, "r1", 1)
    await world.settle()
    assert (await last_move(world, "r1"))[:2] == (WATCH, "rolled_back")


async def heard(world: World, name: str, number: int) -> None:
    """Wait until the shadow has heard so many messages."""
    for _ in range(200):
        await world.follower.look()
        if (await ShadowBook(world.database).counts(name))["seen"] == number:
            return
        await asyncio.sleep(0.01)
    pytest.fail("the shadow did not hear")


async def test_nothing_watches_while_no_release_is_on_trial(world: World) -> None:
    assert world.router.stable.assistant.watch is None
    await world.enter("r1")
    await move(world, "canary", "r1", 5)
    assert world.router.stable.assistant.watch is not None
    await move(world, "stop", "r1")
    assert world.router.stable.assistant.watch is None
    assert world.router.loaded() == (world.router.stable,)


async def test_a_second_try_begins_with_fresh_figures(world: World) -> None:
    await world.enter("r1", nlu=DeafNlu())
    await move(world, "canary", "r1", 100)
    for number in range(12):
        await world.say(f"c{number}")
    await world.settle()
    assert (await last_move(world, "r1"))[1] == "rolled_back"
    world.releases["r1"] = replace(world.releases[BASE], id="r1")
    await move(world, "shadow", "r1")
    await move(world, "canary", "r1", 100)
    await world.say("anybody")
    await world.settle()
    assert (await world.book.serving()).candidate == "r1"


async def test_a_candidate_that_takes_processes_with_it_is_not_loaded_for_ever(world: World) -> None:
    await world.enter("r1")
    await world.book.canary("r1", 5, by="li", reason=REASON)
    host, board = world.follower.worker.rpartition(":")[0], WorkerBoard(world.database)
    for process in (3_999_998, 3_999_999):  # above any process's number
        state = WorkerState(f"{host}:{process}", world.clock().timestamp(), 2, BASE, None, "装载中：r1", 1.0)
        await board.write(state)
    await world.settle(world.worker(ReleaseRouter(world.releases[BASE])))
    assert (await last_move(world, "r1"))[:2] == (WATCH, "rolled_back")
    assert "r1" not in world.loads


async def test_what_is_loaded_goes_on_while_the_book_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.enter("r1")
    await move(world, "canary", "r1", 100)

    async def away(_: object) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr("bot.releases.book.ReleaseBook.serving", away)
    running = asyncio.create_task(world.follower.run())
    await asyncio.sleep(0.05)
    assert await world.say("anybody")
    assert await world.released_by("anybody") == "r1"
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
