"""Unknown topics and labelling over HTTP: who may, whose rows, studies, blind labels, disputes."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from console.staff import NewStaff
from eval.retrain.labels.store import LearningStore
from eval.retrain.labels.studies import Found, Studies
from tests.console.conftest import PASSWORD, Browser, Office
from tests.eval.retrain.learning_world import GREEN, NOISE, bill, study, weak


async def fill(office: Office, *, double_share: float = 0.0) -> None:
    """One month's study: two topics, and a sentence with a masked account number."""
    messages = [weak(text, scope="山东/青岛市") for text in (*GREEN, *GREEN)]
    messages += [*(weak(text, scope="江苏") for text in NOISE), bill(scope="江苏")]
    await study(office.world.desk.room.store.database, "2026-10", messages, double_share=double_share)


async def take(browser: Browser, size: int = 10) -> list[dict[str, Any]]:
    status, answer = await browser.post("/learning/queue", {"size": size})
    assert status == 200, answer
    items: list[dict[str, Any]] = answer["items"]
    return items


def label(task: dict[str, Any], *intents: str, **more: Any) -> dict[str, Any]:
    entities = [{name: one[name] for name in ("entity", "start", "end")} for one in task["entities"]]
    return {"question": task["id"], "verdict": "label", "intents": intents, "entities": entities, **more}


async def test_topics_are_listed_with_volume_trend_and_masked_wordings(office: Office) -> None:
    await fill(office)
    theo = await office.browser("theo")
    page = (await theo.get("/learning/topics"))[1]
    green, noise = page["items"]
    assert (green["volume"], green["trend"]) == (8, [{"month": "2026-10", "volume": 8}])
    assert set(noise["wordings"]) == set(NOISE)
    assert (noise["suggestion"], noise["is_new"], noise["state"]) == ("new_article", True, "open")
    assert (page["months"], page["counts"]["open"]) == (["2026-10"], 2)
    assert (await theo.get("/learning/topics?month=2026-09"))[1]["items"] == []
    for query in ("month=x", "month=2026-13", "state=dog", "suggestion=1", "page=0"):
        assert (await theo.get(f"/learning/topics?{query}"))[0] == 400, query
    audrey = await office.browser("audrey")
    row = (await audrey.get("/audit?action=learning.read"))[1]["items"][0]
    assert (row["actor"], GREEN[0] in str(row)) == ("theo", False)


async def test_an_editor_turns_topics_into_an_article_and_sentences_and_ignores_the_rest(office: Office) -> None:
    await fill(office)
    edith, theo = await office.browser("edith"), await office.browser("theo")
    green, noise = (await edith.get("/learning/topics"))[1]["items"]
    path = f"/learning/topics/{green['id']}"
    assert (await theo.post(f"{path}/article", {"article": "green-power"}))[0] == 403
    made = (await edith.post(f"{path}/article", {"article": "green-power"}))[1]["topic"]
    assert (made["state"], made["decided"]["by"], made["decided"]["target"]) == ("article", "伊迪丝", "green-power")
    assert (await edith.post(f"{path}/ignore", {"reason": "x"}))[1]["error"]["code"] == "topic_decided"
    other = f"/learning/topics/{noise['id']}"
    questions = [one["id"] for one in (await theo.get(other))[1]["questions"]]
    refused = await theo.post(f"{other}/sentences", {"intent": "nothing", "questions": questions})
    assert refused[1]["error"]["code"] == "unknown_intent"
    taken = (await theo.post(f"{other}/sentences", {"intent": "submit_complaint", "questions": questions}))[1]
    assert (taken["accepted"], taken["topic"]["state"]) == (3, "sentences")
    listed = (await theo.get("/learning/sentences?intent=submit_complaint"))[1]
    assert (listed["total"], listed["items"][0]["by"], listed["items"][0]["source"]) == (3, "西奥", "topic")
    assert (await edith.post(f"{other}/reopen", {"reason": "归错了"}))[1]["topic"]["state"] == "open"
    ignored = (await edith.post(f"{other}/ignore", {"reason": "不归我们管"}))[1]["topic"]
    assert ignored["decided"]["reason"] == "不归我们管"


async def test_rows_stay_in_their_place(small_office: Office) -> None:
    office = small_office
    await fill(office)
    await office.console.book.add(NewStaff("sd", "山", "editor", "山东", must_change_password=False), PASSWORD)
    sd, theo = await office.browser("sd"), await office.browser("theo")
    (green,) = (await sd.get("/learning/topics"))[1]["items"]
    every = (await theo.get("/learning/topics"))[1]["items"]
    noise = next(one["id"] for one in every if one["id"] != green["id"])
    assert (await sd.get(f"/learning/topics/{noise}"))[0] == 404
    assert (await sd.post(f"/learning/topics/{noise}/ignore", {"reason": "x"}))[0] == 404
    assert {one["text"] for one in await take(sd)} == set(GREEN)
    other = next(one for one in await take(theo) if one["text"] in NOISE)
    assert (await sd.post("/learning/labels", label(other, "greet")))[0] == 404
    assert (await sd.get("/learning/progress"))[1]["queue"]["open"] == 4


async def test_labelling_settles_sentences_and_can_be_undone(office: Office) -> None:
    await fill(office)
    theo = await office.browser("theo")
    tasks = {one["text"]: one for one in await take(theo)}
    task = tasks["〔户号〕上个月电费"]
    assert task["understood_as"] == {"intents": ["query_bill"], "confidence": 0.6}
    assert task["proposals"][0] == {"intent": "query_bill", "confidence": 0.6, "source": "bot"}
    assert {one["source"] for one in task["proposals"]} == {"bot", "near"}
    assert [(one["entity"], one["start"], one["end"]) for one in task["entities"]] == [
        ("account_no", 0, 4),
        ("month", 4, 7),
    ]
    progress = (await theo.post("/learning/labels", label(task, "query_bill", seconds=2.0)))[1]["progress"]
    assert (progress["queue"]["accepted"], progress["mine"]["today"], progress["mine"]["per_hour"]) == (1, 1, 1800.0)
    assert (await theo.post("/learning/labels", label(task, "greet")))[1]["error"]["code"] == "already_labelled"
    shown = (await theo.get("/learning/sentences"))[1]["items"][0]
    assert (shown["text"], shown["intents"], shown["source"]) == ("〔户号〕上个月电费", ["query_bill"], "labels")
    undone = (await theo.post(f"/learning/labels/{task['id']}/undo"))[1]
    assert (undone["task"]["id"], undone["progress"]["queue"]["accepted"]) == (task["id"], 0)
    for wrong, code in (
        ({"intents": []}, "no_intent"),
        ({"intents": ["unheard_of"]}, "unknown_intent"),
        ({"entities": [{"entity": "unheard_of", "start": 0, "end": 1}]}, "unknown_entity"),
        ({"entities": [{"entity": "month", "start": 0, "end": 99}]}, "bad_span"),
        ({"verdict": "perhaps"}, "invalid_body"),
    ):
        status, answer = await theo.post("/learning/labels", {**label(task, "query_bill"), **wrong})
        assert (status, answer["error"]["code"]) == (400, code)


async def test_double_labels_are_blind_compared_and_settled(office: Office) -> None:
    await fill(office, double_share=1.0)
    theo, edith = await office.browser("theo"), await office.browser("edith")
    tasks = await take(theo)
    for task in tasks:
        await theo.post("/learning/labels", label(task, "ask_knowledge"))
    for task in (seen := await take(edith)):
        assert "西奥" not in str(task)
        await edith.post("/learning/labels", label(task, "out_of_scope" if task == seen[0] else "ask_knowledge"))
    board = (await theo.get("/learning/agreement"))[1]
    assert [(row["both"], row["agreement"]) for row in board["pairs"]] == [(8, 0.875)]
    assert {row["intent"] for row in board["intents"]} == {"ask_knowledge", "out_of_scope"}
    assert (board["overall"]["kappa"], board["floor"]) == (0.0, 0.8)
    assert (await edith.get("/learning/disputes"))[0] == 403
    disputes = (await theo.get("/learning/disputes"))[1]
    assert disputes["total"] == 1
    assert {one["by"] for one in disputes["items"][0]["labels"]} == {"西奥", "伊迪丝"}
    path = f"/learning/disputes/{disputes['items'][0]['task']['id']}/settle"
    assert (await theo.post(path, {}))[1]["error"]["code"] == "no_intent"
    assert (await theo.post(path, {"intents": ["out_of_scope"]}))[1]["left"] == 0
    assert (await theo.post(path, {"drop": True}))[1]["error"]["code"] == "not_disputed"


async def test_intents_are_named_in_chinese(small_office: Office) -> None:
    named = (await (await small_office.browser("edith")).get("/learning/intents"))[1]
    assert {"name": "query_bill", "title": "查账单", "kind": "service", "example": "我上个月电费多少"} in named[
        "intents"
    ]
    assert {"name": "month", "title": "账期月份"} in named["entities"]


async def test_a_study_is_begun_by_the_trainer_one_at_a_time(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def command(_: Path, __: int) -> list[str]:
        return [sys.executable, "-c", "import sys, time; time.sleep(1); sys.exit(3)"]

    monkeypatch.setattr("console.study_jobs.study_command", command)
    theo, edith = await small_office.browser("theo"), await small_office.browser("edith")
    assert (await edith.post("/learning/studies", {"month": "2026-10"}))[0] == 403
    for month, code in (("2026-1x", "month_unreadable"), ("2999-01", "month_to_come")):
        assert (await theo.post("/learning/studies", {"month": month}))[1]["error"]["code"] == code
    status, begun = await theo.post("/learning/studies", {"month": "2026-10"})
    assert (status, begun["study"]["state"], begun["study"]["begun_by"]) == (202, "running", "西奥")
    assert (await theo.post("/learning/studies", {"month": "2026-10"}))[1]["error"]["code"] == "study_running"
    failed = await wait_until_ended(edith)
    assert (failed["state"], failed["error"]) == ("failed", "study_failed")


async def test_a_finished_study_shows_what_it_found(small_office: Office) -> None:
    office = small_office
    await fill(office)
    studies = Studies(LearningStore(office.world.desk.room.store.database))
    begun = await studies.begin("2026-10", "西奥", 1.0)
    await studies.finish(begun.id, Found(12, 8, 2, 2, {"fallback": 11, "low_confidence": 1}), 31.0)
    page = (await (await office.browser("edith")).get("/learning/studies"))[1]
    assert (page["total"], page["running"]) == (1, None)
    assert (page["items"][0]["topics"], page["items"][0]["reasons"]["fallback"]) == (2, 11)
    assert len(page["suggested"]) == 7


async def wait_until_ended(browser: Browser) -> dict[str, Any]:
    for _ in range(100):
        page = (await browser.get("/learning/studies"))[1]
        if page["running"] is None:
            newest: dict[str, Any] = page["items"][0]
            return newest
        await asyncio.sleep(0.1)
    raise AssertionError("the study did not end")
