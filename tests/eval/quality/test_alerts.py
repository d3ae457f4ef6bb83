"""Alerts and figures: a fatal item, a fall of the scores, a surge of upset customers, and the dashboard."""

from __future__ import annotations

from dataclasses import asdict
from itertools import chain

from eval.quality.alerts import Alerts, Scored, find_alarms
from eval.quality.dashboard import Window, read_dashboard
from eval.quality.plan import Plan, PlanBook
from eval.quality.store import QualityStore
from eval.quality.values import Person, Sight
from eval.report.facts import ConversationFacts
from tests.eval.quality.review_world import AT, DAY, EVERYWHERE, fill, judged

PLAN = Plan(least_conversations=10)


def scored(days: float, final: float = 90.0, *, upset: bool = False, agent: str = "", **more: str) -> Scored:
    """A conversation of so many days ago."""
    place = {"scope": "山东/青岛市", "release": "r1", **more}
    return Scored(
        id=1,
        conversation_id="c",
        started_at=AT - days * DAY,
        final=final,
        agent_key=agent,
        agent_name="王敏" if agent else "",
        intents=("query_bill",),
        has_fatal=False,
        is_upset=upset,
        **place,
    )


def alarms(*groups: list[Scored]) -> list[tuple[str, str, str]]:
    return [(one.kind, one.subject_kind, one.scope) for one in find_alarms(list(chain(*groups)), PLAN, AT)]


def test_a_fall_of_five_points_in_ten_conversations_is_told_where_it_happened() -> None:
    before = [scored(10) for _ in range(10)]
    found = alarms(before, [scored(2, 84.0) for _ in range(10)])
    assert set(found) == {("drop", kind, place) for kind in ("intent", "release") for place in ("", "山东")}
    assert alarms(before, [scored(2, 84.0) for _ in range(9)]) == [], "nine say nothing"
    assert alarms(before, [scored(2, 86.0) for _ in range(10)]) == []


def test_an_agent_is_compared_with_himself_in_his_own_place() -> None:
    anna = [scored(10, agent="desk:3", release="") for _ in range(10)]
    worse = [scored(1, 70.0, agent="desk:3", release="", scope="山东/济南市") for _ in range(10)]
    found = [one for one in find_alarms([*anna, *worse], PLAN, AT) if one.subject_kind == "agent"]
    assert [(one.subject, one.scope, one.value, one.before) for one in found] == [("王敏", "山东/济南市", 70.0, 90.0)]


def test_a_new_release_is_compared_with_the_one_before() -> None:
    found = alarms([scored(10) for _ in range(10)], [scored(1, 60.0, release="r2") for _ in range(10)])
    assert ("drop", "release", "山东") in found


def test_twice_as_many_upset_customers_as_before_are_a_surge() -> None:
    before = [scored(3, upset=number == 0) for number in range(10)]
    assert alarms(before, [scored(0.5, upset=number < 2) for number in range(10)])[0][0] == "mood"
    assert alarms(before, [scored(0.5, upset=number < 1) for number in range(10)]) == []


async def test_alerts_are_kept_once_shown_by_scope_and_acknowledged(store: QualityStore) -> None:
    await fill(store, judged("a", scope="山东", i13=0.0), judged("b", scope="江苏", i3=0.0))
    alerts = Alerts(store, PlanBook(store))
    assert (await alerts.note(AT), await alerts.note(AT)) == (2, 0)
    rows, total = await alerts.page("山东", (), 1, 10)
    assert (total, rows[0].subject, rows[0].score_id is not None) == (1, "a", True)
    row = await alerts.acknowledge("山东", rows[0].id, Person(1, "苏"), "已辅导", AT)
    assert (row.state, row.staff) == ("acknowledged", "苏")


async def test_the_dashboard_counts_what_is_in_sight(store: QualityStore) -> None:
    fact = ConversationFacts(
        "a", "s", "app", "山东", "r1", AT, AT + 60, 2, ("query_bill",), 1, 0, ("asked_for_a_person",), 0, 0, (), csat=4
    )
    await fill(
        store,
        judged("a", scope="山东", i4=0.0, intents=("query_bill",), facts=asdict(fact)),
        judged("b", scope="山东/青岛市", agent=3, i13=0.0),
        judged("c", scope="江苏"),
        judged("old", scope="山东", at=AT - 8 * DAY),
    )
    window = Window(AT - DAY, AT + DAY)
    found = await read_dashboard(store, Sight("山东"), window)
    assert (found.conversations, found.fatal, found.mean) == (2, 1, 29.8)
    assert {part.name: part.conversations for part in found.by["agent"]} == {"bot": 1, "desk:3": 1}
    assert [(one.item, one.count) for one in found.deductions] == [(4, 1), (13, 1)]
    assert found.service is not None
    assert (found.service.whole.csat, found.service.whole.handed_over) == (4.0, 1.0)
    whole = await read_dashboard(store, EVERYWHERE, Window(AT - DAY, AT + DAY, "江苏"))
    assert (whole.conversations, whole.service, whole.before_mean) == (1, None, None)
