"""Trainings in the console: who may begin one, one at a time, how far it is."""

from __future__ import annotations

from tests.console.conftest import Office


async def test_a_trainer_begins_a_training_and_sees_how_far_it_is(office: Office) -> None:
    theo = await office.browser("theo")
    status, answer = await theo.post("/learning/trainings", {"month": "2026-10", "reason": "新标了三百句"})
    training = answer["training"]
    assert status == 202
    assert (training["state"], training["trigger"], training["by"]) == ("queued", "person", "theo")
    assert (training["release"], training["verdict"], training["share"]) == (None, None, 0.0)
    status, answer = await theo.post("/learning/trainings", {"month": "2026-09", "reason": "再来一次"})
    assert (status, answer["error"]["code"]) == (409, "training_running")
    status, answer = await theo.get("/learning/trainings?size=5")
    assert (answer["total"], [one["id"] for one in answer["items"]]) == (1, [training["id"]])
    assert (await theo.get(f"/learning/trainings/{training['id']}"))[1]["training"]["month"] == "2026-10"
    assert (await theo.get("/learning/trainings/999"))[0] == 404


async def test_no_training_begins_without_a_month_and_a_reason(small_office: Office) -> None:
    theo = await small_office.browser("theo")
    for body, code in (
        ({"month": "2026-13", "reason": "新标了三百句"}, "month_unreadable"),
        ({"month": "2026-10", "reason": "嗯"}, "invalid_body"),
        ({"month": "2026-10"}, "invalid_body"),
    ):
        status, answer = await theo.post("/learning/trainings", body)
        assert (status, answer["error"]["code"]) == (400, code), answer
    april = await small_office.browser("april")
    assert (await april.get("/learning/trainings"))[0] == 200
    assert (await april.post("/learning/trainings", {"month": "2026-10", "reason": "新标了三百句"}))[0] == 403
