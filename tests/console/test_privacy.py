"""What a person asks about his own data: found by number or conversation, copied, deleted for good, made nobody's."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, inspect, select

from bot.store import TURNS
from connectors.desk.table import SESSIONS
from connectors.desk.values import Viewer
from connectors.webchat.media import Medium
from connectors.webchat.uploads import Uploads
from console.privacy.book import due_at
from console.privacy.keeping import BY_CONVERSATION, TABLES
from console.staff import NewStaff
from eval.report.ledger import FACTS, Ledger
from storage.clock import CHINA
from storage.home import home_folder
from storage.secret import load_cipher
from tests.connectors.desk.world import AGENT
from tests.console.conftest import PASSWORD, Browser, Office

PHONE, NAME = "13812345678", "王小明"
NOTE = "本人持身份证到营业厅申请，已核验"
NOT_BY_CONVERSATION = {"quality_scores", "quality_transcripts", "learning_questions", "report_facts"}
"""Tables that name a session, not a conversation: each is deleted in its own way, and tested so."""


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An installation of its own."""
    monkeypatch.setenv("GRIDTALK_HOME", str(tmp_path / "home"))
    return home_folder()


async def talk(office: Office, sender: str = "customer-1") -> None:
    """Somebody says his number and name, and sends a picture; somebody else says nothing of the kind."""
    world = office.world
    await world.say(f"report_outage@0.95: [山东](region)停电，我叫[{NAME}](person_name)，电话[{PHONE}](phone)", sender)
    await world.say("goodbye@0.95: 再见", "other")
    uploads = Uploads(
        world.talk.assistant.store.database, load_cipher(), world.talk.clock, home_folder() / "uploads", 30
    )
    await uploads.prepare()
    await uploads.keep(sender, "m1", Medium("image", "image/png", b"picture", 0.0))
    await Ledger(world.talk.assistant.store.database, office.console.organisation).catch_up(
        world.talk.clock().timestamp() + 60
    )


async def asked(
    office: Office, kind: str = "delete", by: str = PHONE, subject_kind: str = "phone"
) -> tuple[Browser, int]:
    """Enter a request and wait for the end of its search."""
    pia = await office.browser("pia")
    body = {"kind": kind, "subject_kind": subject_kind, "subject": by, "note": NOTE}
    status, answer = await pia.post("/privacy/requests", body)
    assert status == 200, answer
    number = answer["request"]["id"]
    for _ in range(200):
        if (await pia.get(f"/privacy/requests/{number}"))[1]["request"]["search"] != "running":
            break
        await asyncio.sleep(0.02)
    return pia, number


async def rows_of(office: Office, sender: str) -> dict[str, int]:
    """How many rows name a conversation, by table."""
    database = office.console.book.database
    found = {}
    for column in BY_CONVERSATION:
        query = select(func.count()).select_from(column.table).where(column == sender)
        found[column.table.name] = await database.read(lambda link, asked=query: link.scalar(asked))
    return {name: count for name, count in found.items() if count}


async def test_every_table_that_names_a_conversation_is_deleted_with_it(small_office: Office) -> None:
    """A table that is added must be named in keeping.py, or its rows would outlive the person's request."""
    database = small_office.console.book.database
    tables = await database.read(lambda link: inspect(link).get_table_names())
    known = {column.table.name for column in BY_CONVERSATION} | NOT_BY_CONVERSATION
    for name in tables:
        columns = await database.read(lambda link, of=name: {one["name"] for one in inspect(link).get_columns(of)})
        if columns & {"conversation_id", "sender_id", "conversation"}:
            assert name in known, f"{name} names a conversation and is deleted by nobody"
    assert {table.name for metadata in TABLES for table in metadata.sorted_tables} <= set(tables)


@pytest.mark.parametrize(("kind", "value"), [("phone", PHONE), ("phone", "138 1234 5678"), ("sender", "customer-1")])
async def test_a_person_is_found_by_number_or_conversation(small_office: Office, kind: str, value: str) -> None:
    await talk(small_office)
    pia, number = await asked(small_office, by=value, subject_kind=kind)
    status, answer = await pia.get(f"/privacy/requests/{number}")
    assert (status, answer["request"]["search"]) == (200, "found")
    [found] = answer["conversations"]
    assert (found["sender_id"], found["turns"], found["uploads"]) == ("customer-1", 1, 1)
    assert answer["request"]["subject_masked"] != PHONE
    listed = (await pia.get("/privacy/requests"))[1]["items"]
    assert PHONE not in str(listed)


async def test_the_copy_holds_what_was_said_and_sent_and_says_what_is_kept_elsewhere(small_office: Office) -> None:
    await talk(small_office)
    record = home_folder() / "calls" / "2026-11-20" / "100000-x.json"
    record.parent.mkdir(parents=True)
    record.write_bytes(orjson.dumps({"id": "customer-1"}))
    record.with_suffix(".wav").write_bytes(b"RIFF")
    pia, number = await asked(small_office, "export")
    response = await pia.client.post(
        f"/console/api/privacy/requests/{number}/export",
        json={"conversations": ["customer-1"]},
        headers={"X-CSRF-Token": pia.csrf},
    )
    assert response.status == 200
    bundle = zipfile.ZipFile(io.BytesIO(await response.read()))
    data = json.loads(bundle.read("data.json"))
    assert any(PHONE in line.get("text", "") for line in data["conversations"])
    [upload] = [name for name in bundle.namelist() if name.startswith("uploads/")]
    assert (bundle.read(upload), upload[-4:]) == (b"picture", ".png")
    assert "审计" in bundle.read("说明.txt").decode()
    acts = (await (await small_office.browser("audrey")).get("/audit?action=privacy.export"))[1]["items"]
    assert [(row["actor"], row["object"]) for row in acts] == [("pia", f"privacy:{number}")]
    assert PHONE not in str(acts)


async def test_deleting_leaves_no_row_and_no_file_and_spares_others(office: Office) -> None:
    await talk(office)
    others = await rows_of(office, "other")
    pia, number = await asked(office)
    body = {"conversations": ["customer-1"], "mode": "delete", "reason": "本人要求删除"}
    status, answer = await pia.post(f"/privacy/requests/{number}/erase", body)
    assert (status, answer["request"]["state"]) == (200, "done")
    result = answer["request"]["result"]
    assert (result["rows"]["turns"], result["rows"]["files"]) == (1, 1)
    assert "审计" in str(result["kept"])
    assert await rows_of(office, "customer-1") == {}
    assert list((home_folder() / "uploads").iterdir()) == []
    assert await rows_of(office, "other") == others
    assert (await pia.post(f"/privacy/requests/{number}/erase", body))[1]["error"]["code"] == "request_closed"


async def test_a_conversation_in_memory_is_forgotten_too(small_office: Office) -> None:
    await talk(small_office)
    assistant = small_office.world.talk.assistant
    assert (await assistant.conversation("customer-1")).slots.get("phone") or True
    assistant.forget(lambda sender: sender == "customer-1")
    assert "customer-1" not in assistant._cache
    assert "other" in assistant._cache


async def test_an_anonymous_conversation_keeps_its_figures_and_loses_the_person(office: Office) -> None:
    await talk(office)
    pia, number = await asked(office)
    body = {"conversations": ["customer-1"], "mode": "anonymise", "reason": "本人要求匿名化"}
    assert (await pia.post(f"/privacy/requests/{number}/erase", body))[0] == 200
    assert await rows_of(office, "customer-1") == {}
    database = office.console.book.database
    turns = await database.read(lambda link: link.execute(select(TURNS).where(TURNS.c.sender_id != "other")).all())
    facts = await database.read(lambda link: link.execute(select(FACTS).where(FACTS.c.sender_id != "other")).all())
    assert (len(turns), len(facts)) == (1, 1)
    kept = turns[0].events + turns[0].replies + facts[0].facts + turns[0].sender_id + turns[0].message_id
    assert PHONE not in kept
    assert NAME not in kept
    assert "customer-1" not in kept
    assert turns[0].sender_id.startswith("gone:")
    assert orjson.loads(facts[0].facts)["turns"] == 1


async def test_what_an_agent_has_in_hand_is_not_deleted(small_office: Office) -> None:
    await talk(small_office)
    small_office.world.talk.nlu.teach("request_agent@0.95: 转人工")
    await small_office.world.taken(Viewer(AGENT.id, "安娜", "山东"))
    pia, number = await asked(small_office)
    body = {"conversations": ["customer-1"], "mode": "delete", "reason": "本人要求删除"}
    status, answer = await pia.post(f"/privacy/requests/{number}/erase", body)
    assert (status, answer["error"]["code"]) == (409, "conversation_open")
    database = small_office.console.book.database
    assert await database.read(lambda link: link.scalar(select(func.count()).select_from(SESSIONS))) == 1


async def test_only_what_was_found_can_be_deleted(small_office: Office) -> None:
    await talk(small_office)
    pia, number = await asked(small_office)
    body: dict[str, Any] = {"conversations": ["other"], "mode": "delete", "reason": "本人要求删除"}
    status, answer = await pia.post(f"/privacy/requests/{number}/erase", body)
    assert (status, answer["error"]["code"]) == (400, "unknown_conversation")
    for change in ({"reason": "x"}, {"mode": "burn"}, {"conversations": []}):
        assert (await pia.post(f"/privacy/requests/{number}/erase", {**body, **change}))[0] == 400


async def test_an_officer_of_a_place_finds_its_persons_alone_and_sees_his_requests_alone(small_office: Office) -> None:
    await talk(small_office)
    for name, scope in (("shan", "山东"), ("su", "江苏")):
        await small_office.console.book.add(
            NewStaff(name, "专员", "privacy", scope, must_change_password=False), PASSWORD
        )
    found = {}
    for name in ("shan", "su"):
        browser = await small_office.browser(name)
        body = {"kind": "export", "subject_kind": "sender", "subject": "customer-1", "note": NOTE}
        number = (await browser.post("/privacy/requests", body))[1]["request"]["id"]
        await asyncio.sleep(0.1)
        found[name] = (await browser.get(f"/privacy/requests/{number}"))[1]["conversations"]
    assert (len(found["shan"]), found["su"]) == (1, [])
    shan, pia = await small_office.browser("shan"), await small_office.browser("pia")
    assert (await shan.get(f"/privacy/requests/{number}"))[0] == 404
    assert (await shan.get("/privacy/requests"))[1]["total"] == 1
    assert (await pia.get("/privacy/requests"))[1]["total"] == 2


def test_the_limit_is_the_end_of_the_fifteenth_working_day() -> None:
    friday = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)
    assert due_at(friday).isoformat() == "2026-12-11T23:59:59+08:00"
