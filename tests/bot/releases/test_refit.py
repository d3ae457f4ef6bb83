"""A conversation that moves from one release to another in the middle of a flow."""

from __future__ import annotations

from dataclasses import replace

from bot.project import Project
from bot.releases.router import ReleaseRouter
from tests.bot.releases.world import World


def without(project: Project, flow: str) -> Project:
    """The project without one of its flows."""
    flows = {name: one for name, one in project.flows.items() if name != flow}
    triggered = {intent: one for intent, one in project.triggered.items() if one.id != flow}
    return replace(project, flows=flows, triggered=triggered)


async def test_a_flow_goes_on_in_another_release_that_has_it(world: World) -> None:
    world.add("r1")
    text = world.nlu.teach("query_bill: 查[上个月](month=2026-10)电费")
    await world.say("c1", text)
    world.router = ReleaseRouter(world.releases["r1"])
    answer = await world.say("c1", world.nlu.teach("query_bill: [3702000000001](account_no)"))
    assert answer == ["请说验证码"]


async def test_a_flow_that_another_release_does_not_have_is_given_up_and_the_customer_is_answered(
    world: World,
) -> None:
    text = world.nlu.teach("query_bill: 查[上个月](month=2026-10)电费")
    await world.say("c1", text)
    engine = world.talk.assistant.engine
    other = world.add("r1", project=without(engine.project, "query_bill"))
    moves = replace(engine.runner.moves, project=other.project)
    runner = replace(engine.runner, project=other.project, moves=moves)
    other.assistant.engine = replace(other.assistant.engine, runner=runner)
    world.router = ReleaseRouter(other)
    assert await world.say("c1")
    state = await world.router.conversation("c1")
    assert state.stack == []
    kinds = [event.kind for turn in await world.router.turns("c1") for event in turn.events]
    assert "flow_cancelled" in kinds
