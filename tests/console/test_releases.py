"""Releases over HTTP: what is shown, what may be done by whom, and that every act has its reason."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from bot.releases.alerts import WorkerBoard
from bot.releases.book import ReleaseBook
from bot.releases.counts import TurnCounts
from bot.releases.figures import FigureBook
from bot.releases.make import releases_folder
from bot.releases.manifest import BASE, FlipRow, GateRow, GateVerdict, Manifest
from bot.releases.shadow import Difference
from bot.releases.shadow_book import ShadowBook
from bot.releases.values import WorkerState
from console.staff import NewStaff
from knowledge_base.editing.book import ArticleBook
from storage.database import Database
from storage.home import home_folder
from tests.console.conftest import PASSWORD, Browser, Office

WHY = {"reason": "上线新模型"}
GATES = GateVerdict(
    passed=True,
    gates=(
        GateRow(name="macro_f1", champion=0.91, candidate=0.93, passed=True, limit="at least -0.005"),
        GateRow(name="recall:report_hazard", champion=1.0, candidate=1.0, passed=True, limit="at least +0.000"),
    ),
    flips=(
        FlipRow(text="改对的", wanted="a", champion="b", candidate="a", is_fixed=True),
        FlipRow(text="改错的", wanted="a", champion="a", candidate="b", is_fixed=False),
    ),
    accuracy_difference=0.01,
    interval=(0.001, 0.02),
    flips_fixed=12,
    flips_broken=3,
)


def database_of(office: Office) -> Database:
    """The console's database."""
    return office.world.desk.room.store.database


@pytest.fixture
async def office(small_office: Office) -> Office:
    """On SQLite; tests/bot/releases has the books on PostgreSQL."""
    return small_office


@pytest.fixture
async def book(office: Office) -> ReleaseBook:
    """The book, with a measured draft and one whose gates failed."""
    made = ReleaseBook(database_of(office), office.world.talk.clock)
    await made.prepare()
    failed = GATES.model_copy(update={"passed": False})
    for name, gates in (("r1", GATES), ("bad", failed), ("r2", None)):
        folder = releases_folder(home_folder()) / name
        folder.mkdir(parents=True, exist_ok=True)
        await made.add(folder, Manifest(id=name, made_at=1.0, made_by="li", month="2026-10", gates=gates))
    return made


async def refused(browser: Browser, path: str, body: dict[str, Any]) -> tuple[int, str]:
    """Status and code of a refusal."""
    status, answer = await browser.post(path, body)
    return status, answer["error"]["code"]


async def test_a_release_is_shown_with_its_gates_its_flips_and_what_can_be_done(
    office: Office, book: ReleaseBook
) -> None:
    theo = await office.browser("theo")
    _, listed = await theo.get("/releases")
    assert [one["id"] for one in listed["items"]] == ["r2", "bad", "r1", BASE]
    assert (await theo.get("/releases?state=rejected"))[1]["total"] == 1
    _, shown = await theo.get("/releases/r1")
    assert (shown["fixed"], shown["broken"], shown["interval"]) == (12, 3, [0.001, 0.02])
    assert [gate["name"] for gate in shown["gates"]] == ["macro_f1", "recall:report_hazard"]
    assert shown["allowed"] == ["shadow", "canary"]
    assert (await theo.get("/releases/bad"))[1]["allowed"] == []
    assert (await theo.get("/releases/r2"))[1]["gates"] is None
    _, flips = await theo.get("/releases/r1/flips")
    assert [flip["text"] for flip in flips["items"]] == ["改错的", "改对的"]
    assert (await theo.get("/releases/r1/flips?kind=fixed"))[1]["total"] == 1


async def test_a_trainer_takes_a_release_from_draft_to_stable_and_back(office: Office, book: ReleaseBook) -> None:
    theo = await office.browser("theo")
    for path, body in (("shadow", WHY), ("canary", {"percent": 5, **WHY}), ("canary", {"percent": 100, **WHY})):
        status, answer = await theo.post(f"/releases/r1/{path}", body)
        assert status == 200, answer
    assert (answer["release"]["state"], answer["serving"]["percent"]) == ("canary", 100)
    status, answer = await theo.post("/releases/r1/promote", WHY)
    assert (answer["serving"]["stable"], answer["serving"]["former"]) == ("r1", BASE)
    status, answer = await theo.post("/rollback", WHY)
    assert (status, answer["left"], answer["serving"]["stable"]) == (200, "r1", BASE)
    _, moves = await theo.get("/release-moves")
    assert moves["total"] == 3 + 7  # three were entered
    assert {(move["by"], move["reason"]) for move in moves["items"][:7]} == {("theo", WHY["reason"])}
    exported = await theo.client.get("/console/api/release-moves/export")
    table = (await exported.text()).splitlines()
    assert len(table) == 1 + moves["total"]
    assert table[1].endswith(f"theo,{WHY['reason']}")
    _, audited = await (await office.browser("audrey")).get("/audit?action=release.promote")
    assert audited["items"][0]["object"] == "release:r1"
    assert audited["items"][0]["detail"]["reason"] == WHY["reason"]


async def test_what_does_not_fit_is_refused_by_its_code(office: Office, book: ReleaseBook) -> None:
    theo = await office.browser("theo")
    assert await refused(theo, "/releases/bad/canary", {"percent": 5, **WHY}) == (409, "gates_failed")
    assert await refused(theo, "/releases/r1/promote", WHY) == (409, "wrong_state")
    assert await refused(theo, "/releases/nothing/shadow", WHY) == (404, "unknown_release")
    assert await refused(theo, "/releases/%00/shadow", WHY) == (404, "unknown_release")
    assert await refused(theo, "/rollback", WHY) == (409, "nothing_to_roll_back")
    assert await refused(theo, "/releases/r1/canary", {"percent": 7, **WHY}) == (400, "invalid_body")
    await theo.post("/releases/r1/shadow", WHY)
    assert await refused(theo, "/releases/r2/shadow", WHY) == (409, "candidate_busy")


async def test_every_act_needs_a_reason(office: Office, book: ReleaseBook) -> None:
    theo = await office.browser("theo")
    for path, body in (
        ("/releases/r1/shadow", {}),
        ("/releases/r1/canary", {"percent": 5}),
        ("/releases/r1/stop", {"reason": "   "}),
        ("/releases/r1/promote", {"reason": ""}),
        ("/rollback", {}),
    ):
        assert await refused(theo, path, body) == (400, "invalid_body")
    assert (await book.serving()).revision == 1


async def test_who_works_for_one_place_changes_no_release(office: Office, book: ReleaseBook) -> None:
    await office.console.book.add(NewStaff("tina", "蒂娜", "trainer", "山东", must_change_password=False), PASSWORD)
    tina = await office.browser("tina")
    shadowed = ShadowBook(database_of(office))
    found = [Difference(1.0, "intent", "遮过的句子", "a", "b")]
    await shadowed.write("r1", "w", Counter(seen=4, intent=1), found, 10)
    assert await refused(tina, "/releases/r1/shadow", WHY) == (403, "outside_scope")
    assert await refused(tina, "/rollback", WHY) == (403, "outside_scope")
    _, seen = await tina.get("/releases/r1/shadow")
    assert (seen["seen"], seen["intent"], seen["items"]) == (4, 1, [])
    _, seen = await (await office.browser("theo")).get("/releases/r1/shadow?kind=intent")
    assert seen["items"][0]["text"] == "遮过的句子"


async def test_the_canary_is_shown_beside_the_stable_release_with_its_limits(office: Office, book: ReleaseBook) -> None:
    theo = await office.browser("theo")
    assert (await theo.get("/serving"))[1]["figures"] is None
    serving = await book.canary("r1", 50, by="li", reason="试")
    at = office.world.talk.clock().timestamp()
    figures = FigureBook(database_of(office))
    for name, misses in ((BASE, 2), ("r1", 30)):
        counts = TurnCounts(turns=40, not_understood=misses, intents=Counter({"a": 5, "b": 5}), times=Counter({10: 40}))
        await figures.write("w", {(name, serving.revision, int(at // 60)): counts})
    await WorkerBoard(database_of(office)).write(WorkerState("w", at, serving.revision, BASE, "r1", "", 300.04))
    _, page = await theo.get("/serving")
    assert page["workers"][0]["candidate"] == "r1"
    assert (page["figures"]["stable"]["turns"], page["figures"]["candidate"]["not_understood"]) == (40, 0.75)
    judged = {one["name"]: one for one in page["figures"]["limits"]}
    assert judged["not_understood"]["breached"]
    assert not judged["handoffs"]["breached"]


async def test_an_alert_stays_open_until_somebody_takes_care(office: Office, book: ReleaseBook) -> None:
    await book.canary("r1", 5, by="li", reason="试")
    await book.fail("r1", "load", "装不上")
    theo = await office.browser("theo")
    _, found = await theo.get("/release-alerts?open=1")
    number = found["items"][0]["id"]
    assert (found["total"], found["items"][0]["kind"]) == (1, "load")
    status, answer = await theo.post(f"/release-alerts/{number}/acknowledge", {"note": "重新制作"})
    assert (status, answer["alert"]["acknowledged_by"]) == (200, "theo")
    assert (await theo.get("/release-alerts?open=1"))[1]["total"] == 0
    assert (await theo.get("/release-alerts"))[1]["total"] == 1
    assert await refused(theo, "/release-alerts/999/acknowledge", {"note": "重新制作"}) == (404, "unknown_alert")


async def test_going_back_takes_edited_articles_along_where_that_is_wished(
    office: Office, book: ReleaseBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    restored: list[tuple[int, str]] = []

    async def revision(_: ArticleBook) -> int:
        return 9

    async def restore(_: ArticleBook, wanted: int, by: str, reason: str) -> tuple[int, tuple[str, ...]]:
        restored.append((wanted, by))
        return 10, ("late-fee",)

    monkeypatch.setattr(ArticleBook, "revision", revision)
    monkeypatch.setattr(ArticleBook, "restore", restore)
    await book.canary("r1", 5, by="li", reason="试", knowledge_revision=4)
    theo = await office.browser("theo")
    await theo.post("/releases/r1/canary", {"percent": 100, **WHY})
    await theo.post("/releases/r1/promote", WHY)
    _, answer = await theo.post("/rollback", {**WHY, "with_knowledge": True})
    assert (answer["knowledge_revision"], answer["articles"], answer["problem"]) == (10, ["late-fee"], "")
    assert restored == [(4, "theo")], "as they were when the canary began"
