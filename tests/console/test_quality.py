"""The quality review over HTTP: who sees which rows, re-scoring, appeals, queue, plan, calibration, alerts, figures."""

from __future__ import annotations

from typing import Any

import pytest

from console.endpoints import UNSAFE
from console.roles import permissions_of
from console.staff import NewStaff
from eval.quality.alerts import Alerts
from eval.quality.import_file import ImportedTranscript
from eval.quality.imported_source import ImportedSource
from eval.quality.plan import PlanBook
from eval.quality.samples import Samples
from eval.quality.store import QualityStore
from eval.quality.values import Score
from tests.console.conftest import PASSWORD, Browser, Office
from tests.eval.quality.review_world import EVERYWHERE, RUBRIC, judged

ROLES = {"anna": "agent", "sue": "supervisor", "adam": "admin", "audrey": "auditor", "edith": "editor"}
ROLES |= {"april": "approver", "theo": "trainer", "pia": "privacy"}


async def fill(office: Office, anna: int) -> dict[str, Score]:
    """Scored conversations: two of Anna's, the bot's in two provinces and nowhere."""
    store = QualityStore(office.world.desk.room.store.database)
    await store.prepare()
    at = office.world.desk.room.clock().timestamp()
    conversations = [
        judged("own", scope="山东/青岛市", agent=anna, at=at - 60, i10=0.0),
        judged("nowhere", agent=anna, at=at - 60, i10=0.5),
        judged("other", scope="山东", agent=999, at=at - 60, i10=0.0),
        judged("bot-sd", scope="山东", at=at - 60, i13=0.0, intents=("query_bill",)),
        judged("bot-js", scope="江苏/南京市", at=at - 60, i3=0.0),
        judged("bot", at=at - 60),
    ]
    await store.save(conversations, RUBRIC, "rules.1", at)
    found, _ = await store.page(EVERYWHERE, (), 1, 100)
    return {one.conversation_id: one for one in found}


async def staff_id(office: Office, name: str) -> int:
    found = await office.console.book.by_name(name)
    assert found is not None
    return found[0].id


async def shown(browser: Browser, query: str = "") -> set[str]:
    status, answer = await browser.get(f"/quality/conversations{query}")
    assert status == 200, answer
    return {one["conversation_id"] for one in answer["items"]}


async def test_everybody_sees_the_conversations_of_his_place_and_an_agent_his_own(office: Office) -> None:
    scores = await fill(office, await staff_id(office, "anna"))
    for name, scope in (("sd", "山东"), ("js", "江苏/南京市")):
        await office.console.book.add(NewStaff(name, name, "supervisor", scope, must_change_password=False), PASSWORD)
    expected = {
        "sue": set(scores),
        "audrey": set(scores),
        "anna": {"own", "nowhere"},
        "bert": set(),
        "sd": {"own", "other", "bot-sd"},
        "js": {"bot-js"},
    }
    for name, wanted in expected.items():
        browser = await office.browser(name)
        assert await shown(browser) == wanted, name
        for conversation, score in scores.items():
            status, answer = await browser.get(f"/quality/conversations/{score.id}")
            assert status == (200 if conversation in wanted else 404), (name, conversation, answer)


async def test_no_endpoint_reaches_a_row_outside_the_scope(small_office: Office) -> None:
    """A supervisor of 江苏 tries every address with the rows of 山东."""
    office = small_office
    anna = await staff_id(office, "anna")
    scores = await fill(office, anna)
    store, at = QualityStore(office.world.desk.room.store.database), office.world.desk.room.clock().timestamp()
    browser = await office.browser("anna")
    assert (await browser.post(f"/quality/conversations/{scores['own'].id}/appeals", {"item": 10, "reason": "不"}))[
        0
    ] == 200
    await Samples(store).draw(at)
    await Alerts(store, PlanBook(store)).note(at)
    sue = await office.browser("sue")
    made = await sue.post("/quality/calibrations", {"title": "全省", "conversations": [scores["own"].id]})
    assert made[0] == 200
    await office.console.book.add(NewStaff("js", "苏", "supervisor", "江苏", must_change_password=False), PASSWORD)
    js = await office.browser("js")
    verdict = {"accepted": False, "reason": "x"}
    bodies: dict[str, dict[str, Any]] = {
        "review": {"corrections": []},
        "judge": verdict,
        "close": verdict,
        "assign": {"reviewer_id": await staff_id(office, "js")},
        "scores": {"conversation": scores["own"].id, "items": [{"item": 10, "score": 1.0}]},
        "acknowledge": {"note": "x"},
    }
    rows = {"conversations": scores["own"].id, "appeals": 1, "queue": 1, "calibrations": 1, "alerts": 1, "jobs": 1}
    alerts = (await sue.get("/quality/alerts?kind=fatal"))[1]["items"]
    rows["alerts"] = next(one["id"] for one in alerts if one["scope"] == "山东")
    queue = (await sue.get("/quality/queue?view=all"))[1]["items"]
    rows["queue"] = next(one["id"] for one in queue if one["score"]["scope"].startswith("山东"))
    tried = 0
    for one in office.console.endpoints:
        parts = one.path.split("/")
        if not one.path.startswith("/quality/") or "{id" not in one.path or one.permission == "quality.appeal":
            continue
        path = one.path.replace(r"{id:\d+}", str(rows[parts[2]]))
        status, answer = await js.call(one.method, path, bodies[parts[-1]] if one.method in UNSAFE else None)
        assert (status, answer["error"]["code"]) == (404, "not_found"), (path, answer)
        tried += 1
    assert tried == 10
    for path in ("conversations", "appeals", "queue?view=all", "calibrations", "alerts", "dashboard", "jobs"):
        text = str((await js.get(f"/quality/{path}"))[1])
        assert "山东" not in text, path
        assert "own" not in text.replace("unknown", ""), path


async def test_each_role_reaches_its_part_of_the_review(small_office: Office) -> None:
    for name, role in ROLES.items():
        browser = await small_office.browser(name)
        for one in small_office.console.endpoints:
            if not one.path.startswith("/quality/"):
                continue
            path = one.path.replace(r"{id:\d+}", "999")
            status, answer = await browser.call(one.method, path, {} if one.method in UNSAFE else None)
            may = one.permission in permissions_of(role)
            assert (answer.get("error", {}).get("code") == "forbidden") is not may, (role, path, answer)
            assert status in ((200, 400, 404) if may else (403,)), (role, path, answer)


async def test_a_supervisor_corrects_an_item_with_a_reason_and_the_audit_says_so(office: Office) -> None:
    scores = await fill(office, await staff_id(office, "anna"))
    sue, audrey = await office.browser("sue"), await office.browser("audrey")
    path = f"/quality/conversations/{scores['bot-sd'].id}"
    correction = {"item": 13, "score": 1.0, "reason": "客户自己说过"}
    assert (await sue.post(f"{path}/review", {"corrections": [{**correction, "reason": ""}]}))[0] == 400
    assert (await sue.post(f"{path}/review", {"corrections": [{**correction, "item": 77}]}))[1]["error"]["code"] == (
        "unknown_item"
    )
    status, page = await sue.post(f"{path}/review", {"corrections": [correction]})
    assert (status, page["score"]["automatic"], page["score"]["final"]) == (200, 0.0, 100.0)
    item = next(one for one in page["items"] if one["item"] == 13)
    assert (item["automatic"], item["reviewed"], item["final"], item["evidence"]) == (
        0.0,
        1.0,
        1.0,
        [{"turn": 2, "text": "原话", "seconds": None}],
    )
    acts = [(row["actor"], row["action"]) for row in (await audrey.get("/audit"))[1]["items"]]
    assert ("sue", "quality.review") in acts
    assert (await office.console.audit.verify()).ok


async def test_an_appeal_by_its_agent_is_judged_by_two_people(office: Office) -> None:
    scores = await fill(office, await staff_id(office, "anna"))
    await office.console.book.add(NewStaff("tim", "田", "supervisor", must_change_password=False), PASSWORD)
    anna, sue, tim = [await office.browser(name) for name in ("anna", "sue", "tim")]
    page = (await anna.get(f"/quality/conversations/{scores['own'].id}"))[1]
    assert [one["item"] for one in page["items"] if one["can_appeal"]] == [10]
    filed = {"item": 10, "reason": "客户先骂人"}
    assert (await anna.post(f"/quality/conversations/{scores['other'].id}/appeals", filed))[0] == 404
    status, answer = await anna.post(f"/quality/conversations/{scores['own'].id}/appeals", filed)
    assert (status, answer["appeal"]["state"], answer["appeal"]["is_overdue"]) == (200, "filed", False)
    appeal, verdict = f"/quality/appeals/{answer['appeal']['id']}", {"accepted": True, "reason": "属实"}
    assert (await anna.post(f"{appeal}/judge", verdict))[0] == 403
    assert (await sue.post(f"{appeal}/judge", verdict))[1]["appeal"]["state"] == "judged"
    assert (await sue.post(f"{appeal}/close", verdict))[1]["error"]["code"] == "same_judge"
    assert (await tim.post(f"{appeal}/close", verdict))[1]["appeal"]["final"]["by"]["name"] == "田"
    assert (await tim.post(f"{appeal}/close", verdict))[1]["error"]["code"] == "not_judged"
    listed = (await anna.get("/quality/appeals?state=closed"))[1]
    assert (listed["total"], listed["items"][0]["conversation_id"]) == (1, "own")
    assert (await anna.get(f"/quality/conversations/{scores['own'].id}"))[1]["score"]["final"] == 100.0


async def test_filters_and_pages_of_the_list(small_office: Office) -> None:
    await fill(small_office, await staff_id(small_office, "anna"))
    sue = await small_office.browser("sue")
    for query, wanted in {
        "?agent=human": {"own", "nowhere", "other"},
        "?scope=山东": {"own", "other", "bot-sd"},
        "?fatal=1": {"bot-sd", "bot-js"},
        "?item=10&max=80": {"own", "other"},
        "?intent=query_bill": {"bot-sd"},
        "?query=bot-": {"bot-sd", "bot-js"},
        "?source=imported": set(),
        "?order=worst&size=2": {"bot-sd", "bot-js"},
    }.items():
        assert await shown(sue, query) == wanted, query
    for query in ("?agent=dog", "?min=x", "?min=nan", "?item=1e9", "?query=%00", "?page=0", f"?scope={'x' * 999}"):
        status, answer = await sue.get(f"/quality/conversations{query}")
        assert (status, answer["error"]["code"]) == (400, "invalid_query"), query


async def test_the_queue_is_given_out_reviewed_and_done(office: Office) -> None:
    scores = await fill(office, await staff_id(office, "anna"))
    store, at = QualityStore(office.world.desk.room.store.database), office.world.desk.room.clock().timestamp()
    sue = await office.browser("sue")
    plan = (await sue.get("/quality/plan"))[1]["plan"]
    status, answer = await sue.call("PUT", "/quality/plan", {"plan": {**plan, "random_share": 0.0}, "reason": "试行"})
    assert (status, answer["changed_by"]) == (200, "苏")
    assert await Samples(store).draw(at) == 0, "changing the plan drew already"
    queue = (await sue.get("/quality/queue"))[1]
    assert [one["score"]["conversation_id"] for one in queue["items"]] == ["bot-sd", "bot-js"]
    assert (queue["open"], queue["overdue"], queue["items"][0]["reviewer"]["name"]) == (2, 0, "苏")
    assert (await sue.get("/quality/reviewers"))[1]["items"][0]["open"] == 2
    await sue.post(f"/quality/conversations/{scores['bot-sd'].id}/review", {"corrections": []})
    assert (await sue.get("/quality/queue"))[1]["open"] == 1
    assert (await sue.get("/quality/queue?state=done"))[1]["total"] == 1
    sample = (await sue.get("/quality/queue"))[1]["items"][0]["id"]
    anna = await staff_id(office, "anna")
    refused = await sue.post(f"/quality/queue/{sample}/assign", {"reviewer_id": anna})
    assert refused[1]["error"]["code"] == "unknown_reviewer"
    precision = {one["item"]: one for one in (await sue.get("/quality/precision"))[1]["items"]}
    assert (precision[13]["reviews"], precision[13]["confirmed"], precision[13]["closes_itself"]) == (1, 1, False)


async def test_only_who_works_everywhere_changes_the_plan_and_never_below_proven_precision(
    small_office: Office,
) -> None:
    await small_office.console.book.add(
        NewStaff("sd", "山", "supervisor", "山东", must_change_password=False), PASSWORD
    )
    sd, sue = await small_office.browser("sd"), await small_office.browser("sue")
    plan = (await sd.get("/quality/plan"))[1]["plan"]
    refused = await sd.call("PUT", "/quality/plan", {"plan": plan, "reason": "x"})
    assert (refused[0], refused[1]["error"]["code"]) == (403, "forbidden_scope")
    for change in ({"precision": 0.9}, {"precision_reviews": 10}, {"appeal_days": 31}, {"unknown": 1}):
        assert (await sue.call("PUT", "/quality/plan", {"plan": {**plan, **change}, "reason": "x"}))[0] == 400, change


async def test_calibration_over_the_api(small_office: Office) -> None:
    scores = await fill(small_office, 3)
    await small_office.console.book.add(NewStaff("tim", "田", "supervisor", must_change_password=False), PASSWORD)
    sue, tim = await small_office.browser("sue"), await small_office.browser("tim")
    one = scores["bot"].id
    made = (await sue.post("/quality/calibrations", {"title": "十一月", "conversations": [one]}))[1]["calibration"]
    path = f"/quality/calibrations/{made['id']}"
    given = {"conversation": one, "items": [{"item": 4, "score": 0.5}, {"item": 10, "score": None}]}
    assert (await sue.post(f"{path}/scores", given))[1]["differences"] == []
    assert (await tim.get(path))[1]["mine"] == {}
    page = (await tim.post(f"{path}/scores", {**given, "items": [{"item": 4, "score": 1.0}]}))[1]
    assert [(row["item"], row["agreement"]) for row in page["items"] if row["pairs"]] == [(4, 0.0)]
    assert len(page["differences"][0]["scores"]) == 2
    assert (await tim.post(f"{path}/scores", given))[1]["error"]["code"] == "already_scored"
    assert (await sue.get("/quality/calibrations"))[1]["items"][0]["done"] == 1


async def test_figures_alerts_and_rubric(office: Office) -> None:
    await fill(office, 3)
    store, at = QualityStore(office.world.desk.room.store.database), office.world.desk.room.clock().timestamp()
    await Alerts(store, PlanBook(store)).note(at)
    audrey, sue = await office.browser("audrey"), await office.browser("sue")
    figures = (await audrey.get("/quality/dashboard"))[1]
    assert (figures["quality"]["conversations"], figures["quality"]["fatal"]) == (6, 2)
    assert {one["name"]: one["conversations"] for one in figures["by"]["scope"]}["山东"] == 2
    assert (await audrey.get(f"/quality/dashboard?since=0&until={at}"))[0] == 400
    alerts = (await audrey.get("/quality/alerts?state=open"))[1]
    assert {one["subject"] for one in alerts["items"]} == {"bot-sd", "bot-js"}
    path = f"/quality/alerts/{alerts['items'][0]['id']}/acknowledge"
    assert (await audrey.post(path, {"note": "x"}))[0] == 403
    assert (await sue.post(path, {"note": "已联系"}))[1]["alert"]["by"] == "苏"
    assert (await sue.post(path, {"note": "又"}))[1]["error"]["code"] == "acknowledged"
    rubric = (await sue.get("/quality/rubric"))[1]
    assert (rubric["version"][:4], len(rubric["items"])) == ("2026", 15)


async def test_an_imported_conversation_is_shown_with_its_words(small_office: Office) -> None:
    store = QualityStore(small_office.world.desk.room.store.database)
    await store.prepare()
    turn = {"n": 1, "role": "agent", "text": "您好，95598为您服务", "at": "2026-11-19T09:00:00+08:00"}
    given = {"id": "z", "channel": "phone", "agent": "human", "agent_name": "bert", "region": "山东", "turns": [turn]}
    await ImportedSource(store).keep([ImportedTranscript.model_validate(given)], 0.0)
    found = judged("import:z", scope="山东", agent=2)
    await store.save([found], RUBRIC, "rules.1", 0.0)
    await store.database.write(
        lambda link: link.exec_driver_sql("update quality_scores set source='imported', agent_key='named:bert'")
    )
    bert = await small_office.browser("bert")
    items = (await bert.get("/quality/conversations"))[1]["items"]
    page = (await bert.get(f"/quality/conversations/{items[0]['id']}"))[1]
    assert [(line["role"], line["text"]) for line in page["transcript"]] == [("agent", "您好，95598为您服务")]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_huge_numbers_are_refused_and_break_nothing(office: Office, method: str) -> None:
    sue = await office.browser("sue")
    if method == "GET":
        for path in ("conversations/999999999999", "calibrations/2147483648"):
            assert (await sue.get(f"/quality/{path}"))[0] == 404
        return
    huge = 10**12
    assert (await sue.post("/quality/calibrations", {"title": "x", "conversations": [huge]}))[0] == 400
    assert (await sue.post("/quality/queue/1/assign", {"reviewer_id": huge}))[0] == 400
    nul = {"corrections": [{"item": 1, "score": 1.0, "reason": "a\x00b"}]}
    assert (await sue.post("/quality/conversations/1/review", nul))[0] == 400
