"""What goes in and out of the quality review as a file: recordings, the export, conversations from elsewhere."""

from __future__ import annotations

import asyncio
import csv
import io
import wave
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from console.staff import NewStaff
from eval.quality.store import QualityStore
from eval.quality.totals import ItemVerdict
from eval.quality.values import HELD, Judged, Subject
from storage.clock import CHINA
from tests.console.conftest import PASSWORD, Browser, Office
from tests.eval.quality.review_world import EVERYWHERE, RUBRIC

AT = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)
HEADER = "会话编号,角色,内容,时间,坐席,单位\n"
TALK = (
    "{id},坐席,您好，95598为您服务，本次通话将被录音,2026-11-20 09:00:00,anna,{scope}\n"
    "{id},客户,谢谢,2026-11-20 09:00:09,,\n"
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of the test's own."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("GRIDTALK_HOME", str(folder))
    return folder


@pytest.fixture
async def sue(home: Path, small_office: Office) -> Browser:
    """A supervisor of everything."""
    return await small_office.browser("sue")


def phone_call(home: Path, seconds: int = 4) -> bytes:
    """Keep a call's record and recording as the phone does; return the recording."""
    path = home / "calls" / "2026-11-20" / "090000-c1.json"
    path.parent.mkdir(parents=True)
    lines = [
        {"n": 1, "role": "bot", "text": "本次通话将被录音。", "start_seconds": 0.4, "end_seconds": 2.0},
        {"n": 2, "role": "customer", "text": "查电费", "message_id": "m", "start_seconds": 2.5, "end_seconds": 3.5},
    ]
    record = {"id": "phone:c1", "started_at": AT.isoformat(), "recording": "090000-c1.wav", "turns": lines}
    path.write_bytes(orjson.dumps(record))
    with wave.open(str(path.with_suffix(".wav")), "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(range(256)) * (seconds * 125))
    return path.with_suffix(".wav").read_bytes()


async def scored(office: Office, sender: str, scope: str = "山东", channel: str = "phone") -> int:
    """Keep a score of a held conversation; return its id."""
    store = QualityStore(office.world.desk.room.store.database)
    await store.prepare()
    at = AT.timestamp()
    subject = Subject(f"{sender}#1", sender, HELD, channel, "bot", scope, at, at + 60, 2, True, intents=("=cmd()",))
    await store.save([Judged(subject, (ItemVerdict(13, "隐私保护", 0, True, 1.0),))], RUBRIC, "rules.2", at)
    found, _ = await store.page(EVERYWHERE, (), 1, 10)
    return next(one.id for one in found if one.sender_id == sender)


async def send(browser: Browser, query: str, body: bytes) -> tuple[int, dict[str, Any]]:
    headers = {"X-CSRF-Token": browser.csrf}
    response = await browser.client.post(f"/console/api/quality/imports?{query}", data=body, headers=headers)
    return response.status, await response.json()


async def over(browser: Browser, job: dict[str, Any]) -> dict[str, Any]:
    """Wait until a job has ended."""
    for _ in range(300):
        found: dict[str, Any] = (await browser.get(f"/quality/jobs/{job['id']}"))[1]["job"]
        if found["state"] != "running":
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("the job never ended")


async def test_a_call_is_heard_whole_or_from_where_the_evidence_is(
    small_office: Office, home: Path, sue: Browser
) -> None:
    kept, score = phone_call(home), await scored(small_office, "phone:c1")
    page = (await sue.get(f"/quality/conversations/{score}"))[1]
    assert page["recording"] == {
        "url": f"/console/api/quality/conversations/{score}/audio",
        "seconds": 4.0,
        "channels": 2,
    }
    whole = await sue.client.get(page["recording"]["url"])
    assert (whole.status, whole.content_type, await whole.read()) == (200, "audio/wav", kept)
    assert whole.headers["Cache-Control"] == "no-store"
    part = await sue.client.get(page["recording"]["url"], headers={"Range": "bytes=100-199"})
    assert (part.status, await part.read()) == (206, kept[100:200])
    audrey = await small_office.browser("audrey")
    rows = (await audrey.get("/audit?action=quality.listen"))[1]["items"]
    assert {(row["actor"], row["object"]) for row in rows} == {("sue", f"quality:{score}")}


async def test_nobody_hears_a_call_of_another_place_and_a_deleted_one_is_gone(
    small_office: Office, home: Path, sue: Browser
) -> None:
    phone_call(home)
    score = await scored(small_office, "phone:c1")
    await small_office.console.book.add(
        NewStaff("js", "苏", "supervisor", "江苏", must_change_password=False), PASSWORD
    )
    address = f"/quality/conversations/{score}/audio"
    for name in ("js", "anna"):
        assert (await (await small_office.browser(name)).get(address))[0] == 404, name
    next((home / "calls").rglob("*.wav")).unlink()
    status, answer = await sue.get(address)
    assert (status, answer["error"]["code"]) == (404, "no_recording")
    assert (await sue.get(f"/quality/conversations/{score}"))[1]["recording"] is None


async def test_the_export_is_the_filtered_list_without_names_or_formulas(small_office: Office, sue: Browser) -> None:
    await scored(small_office, "wx-openid-oABCDEF", channel="wechat")
    await scored(small_office, "phone:c1", scope="江苏")
    response = await sue.client.get("/console/api/quality/export?channel=wechat")
    text = (await response.read()).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert response.content_type == "text/csv"
    assert [(row["渠道"], row["单位"], row["意图"], row["最终分"]) for row in rows] == [
        ("微信", "山东", "'=cmd()", "100.0")
    ]
    assert "oABCDEF" not in text
    js = await small_office.browser("carl")
    assert "微信" not in await (await js.client.get("/console/api/quality/export")).text()


async def test_a_table_is_looked_at_first_then_kept_and_scored(small_office: Office, home: Path, sue: Browser) -> None:
    file = (HEADER + TALK.format(id="A1", scope="山东/青岛市") + "A2,老板,喂,2026-11-20 09:00:00,,\n").encode()
    status, answer = await send(sue, "name=calls.csv&check=1", file)
    assert (status, answer["conversations"], answer["job"]) == (200, 1, None)
    assert [(one["line"], one["key"]) for one in answer["mistakes"]] == [(4, "role")]
    status, answer = await send(sue, "name=calls.csv", file)
    job = await over(sue, answer["job"])
    assert (job["kind"], job["state"], job["done"], job["begun_by"]) == ("import", "done", 1, "苏")
    found = (await sue.get("/quality/conversations"))[1]["items"]
    assert [(one["customer"], one["source"], one["scope"]) for one in found] == [("A1", "imported", "山东/青岛市")]
    anna = await small_office.browser("anna")
    assert (await anna.get("/quality/conversations"))[1]["total"] == 1, "he sees his own"
    assert list((home / "uploads").iterdir()) == [], "nothing of what was sent stays behind"


async def test_who_works_in_a_place_brings_conversations_of_that_place_alone(
    small_office: Office, sue: Browser
) -> None:
    await small_office.console.book.add(
        NewStaff("sd", "鲁", "supervisor", "山东", must_change_password=False), PASSWORD
    )
    sd = await small_office.browser("sd")
    text = (
        HEADER
        + TALK.format(id="A1", scope="")
        + TALK.format(id="A2", scope="江苏")
        + TALK.format(id="A3", scope="火星")
    )
    status, answer = await send(sd, "name=calls.csv", text.encode())
    assert (status, answer["conversations"]) == (200, 1)
    assert {one["key"]: one["message"] for one in answer["mistakes"]} == {
        "A2": "belongs to another place",
        "A3": "unknown place",
    }
    await over(sd, answer["job"])
    assert [one["scope"] for one in (await sd.get("/quality/conversations"))[1]["items"]] == ["山东"]
    await small_office.console.book.add(
        NewStaff("js", "苏", "supervisor", "江苏", must_change_password=False), PASSWORD
    )
    js = await small_office.browser("js")
    status, answer = await send(js, "name=calls.csv", (HEADER + TALK.format(id="A1", scope="江苏")).encode())
    assert (answer["conversations"], answer["job"]) == (0, None), "nobody overwrites what lies elsewhere"
    assert (await js.get("/quality/jobs"))[1]["total"] == 0


async def test_a_file_of_another_kind_and_one_too_large_are_refused(
    sue: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await send(sue, "name=calls.exe", b"x"))[1]["error"]["code"] == "file_kind"
    monkeypatch.setattr("console.quality_intake_api.MOST_TEXT_BYTES", 10)
    assert await send(sue, "name=calls.csv", b"x" * 11) == (
        413,
        {"error": {"code": "body_too_large", "message": "a file may have 0 MiB"}},
    )
    status, answer = await send(sue, "name=calls.jsonl", b"{]\n")
    assert (status, answer["conversations"], len(answer["mistakes"])) == (200, 0, 1)


async def test_a_recording_needs_a_recognizer_a_time_and_a_place(
    sue: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDTALK_VOSK_MODEL", str(tmp_path))
    told = "name=a.wav&began=2026-11-20T09:00"
    assert (await send(sue, told, b"RIFF"))[1]["error"]["code"] == "no_recognition"
    assert (await send(sue, "name=a.wav", b"RIFF"))[1]["error"]["code"] == "invalid_query"
    assert (await send(sue, f"{told}&scope=火星", b"RIFF"))[1]["error"]["code"] == "unknown_scope"
    assert (await send(sue, f"{told}&customer=up", b"RIFF"))[1]["error"]["code"] == "invalid_query"


async def test_scoring_begun_from_the_page_shows_its_progress_and_only_one_runs(
    small_office: Office, sue: Browser
) -> None:
    status, answer = await sue.post("/quality/jobs", {"since": 0.0, "until": None})
    assert (status, answer["job"]["kind"], answer["job"]["state"]) == (200, "score", "running")
    second = await sue.post("/quality/jobs", {"since": 0.0})
    assert second[0] in (200, 409)
    job = await over(sue, answer["job"])
    assert (job["state"], job["note"]) == ("done", "alerts=0 drawn=0")
    listed = (await sue.get("/quality/jobs"))[1]
    assert listed["items"][-1]["id"] == job["id"]
