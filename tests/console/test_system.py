"""Health, keys and their rotation: told by fingerprint and age, never themselves."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select, type_coerce

from actions.backends.circuit import Circuit
from actions.backends.values import TicketFields
from actions.backends.written_tables import tickets
from bot.errors import StoreUnavailable
from bot.store import TURNS
from connectors.loop_lag import LoopLag
from connectors.service_api import is_token, tokens_of
from console.staff import NewStaff
from console.system.health import WORKERS, Worker
from storage.home import home_folder
from storage.key_ring import add_key, read_keys
from storage.secret import load_cipher
from tests.console.conftest import PASSWORD, Office

REASON = {"reason": "按年度轮换"}


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An installation of its own, its key in a file."""
    monkeypatch.delenv("GRIDTALK_SECRET", raising=False)
    monkeypatch.setenv("GRIDTALK_HOME", str(tmp_path / "home"))
    return home_folder()


async def test_health_tells_of_every_part_and_the_worst_is_the_wholes(office: Office) -> None:
    database = office.console.book.database
    await Worker(lambda: "r1", lambda: 3.0, lambda: "open", name="other").tell(database)
    adam = await office.browser("adam")
    status, answer = await adam.get("/system/health")
    assert status == 200
    assert {"database", "disk", "workers", "outbox", "inbox", "desk", "back_ends", "upkeep"} <= set(answer)
    assert (answer["database"]["state"], answer["back_ends"]) == ("good", {"state": "bad", "circuits": ["open"]})
    assert answer["state"] == "bad"
    assert "r1" in {one["release"] for one in answer["workers"]["items"]}


async def test_a_worker_that_is_silent_for_a_minute_is_gone(small_office: Office) -> None:
    database = small_office.console.book.database
    silent = time.time() - 120.0
    await Worker(lambda: "r0", lambda: 0.0, lambda: "", now=lambda: silent, name="late").tell(database)
    adam = await small_office.browser("adam")
    items = (await adam.get("/system/health"))[1]["workers"]["items"]
    assert {one["worker"]: one["is_gone"] for one in items}["late"] is True
    in_a_week = time.time() + 7 * 24 * 3600.0
    await Worker(lambda: "r1", lambda: 0.0, lambda: "", now=lambda: in_a_week, name="new").tell(database)
    kept = await database.read(lambda link: list(link.scalars(select(WORKERS.c.worker))))
    assert "late" not in kept


async def test_after_a_rotation_everything_is_sealed_anew_and_still_read(office: Office) -> None:
    await office.world.say("goodbye@0.95: 再见", "customer-1")
    ticket = await office.tickets.create("故障报修", TicketFields("停电", phone="13812345678"), "k1")
    upload = home_folder() / "uploads" / "a"
    upload.parent.mkdir()
    upload.write_bytes(load_cipher().seal("picture"))
    adam = await office.browser("adam")
    before = (await adam.get("/system/keys"))[1]["keys"]
    status, answer = await adam.post("/system/keys/rotate", REASON)
    assert (status, len(answer["keys"]), [one["seals"] for one in answer["keys"]]) == (200, 2, [False, True])
    assert answer["keys"][0]["fingerprint"] == before[0]["fingerprint"]
    assert (await adam.post("/system/keys/reseal", REASON))[0] == 200
    for _ in range(300):
        state = (await adam.get("/system/keys"))[1]["reseal"]
        if state["state"] != "running":
            break
        await asyncio.sleep(0.02)
    assert state["state"] == "done"
    assert state["renewed"] >= 3
    cipher, database = load_cipher(), office.console.book.database
    raw = select(type_coerce(TURNS.c.events, LargeBinary))
    sealed = await database.read(lambda link: list(link.scalars(raw)))
    assert all(cipher.is_newest(bytes(one)) for one in sealed)
    assert cipher.is_newest(upload.read_bytes())
    async with office.tickets._engine.connect() as link:
        assert cipher.is_newest(
            bytes((await link.execute(select(type_coerce(tickets.c.phone, LargeBinary)))).scalar_one())
        )
    assert len(await office.world.talk.assistant.turns("customer-1")) == 1
    assert (await office.tickets.find(ticket.ticket_no)) == ticket
    assert (await (await office.browser("audrey")).get("/audit/verify"))[1]["ok"] is True


async def test_no_secret_leaves_the_server(small_office: Office) -> None:
    adam = await small_office.browser("adam")
    await adam.post("/system/keys/rotate", REASON)
    shown = str((await adam.get("/system/keys"))[1])
    text = (home_folder() / "secret.key").read_text()
    assert not any(line.split()[0] in shown for line in text.splitlines())
    assert "machine-token" not in shown
    tokens = (await adam.get("/system/keys"))[1]["tokens"]
    assert (len(tokens), len(tokens[0]["fingerprint"])) == (1, 12)
    assert tokens[0]["first_seen_at"] == (await adam.get("/system/keys"))[1]["tokens"][0]["first_seen_at"]


async def test_who_works_in_one_place_changes_nothing_for_all(small_office: Office) -> None:
    await small_office.console.book.add(
        NewStaff("local", "地方", "admin", "江苏", must_change_password=False), PASSWORD
    )
    local = await small_office.browser("local")
    keys = read_keys()
    for path in ("/system/keys/rotate", "/system/keys/reseal", "/system/retention/sweep"):
        status, answer = await local.post(path, REASON)
        assert (status, answer["error"]["code"]) == (403, "forbidden_scope")
        assert (await local.post(path, {"reason": ""}))[0] == 400
    assert read_keys() == keys


async def test_a_sweep_from_the_page_says_why(small_office: Office) -> None:
    adam = await small_office.browser("adam")
    assert (await adam.post("/system/retention/sweep", REASON))[0] == 200
    acts = (await (await small_office.browser("audrey")).get("/audit?action=retention.sweep"))[1]["items"]
    assert [(row["actor"], row["detail"]["reason"]) for row in acts] == [("adam", REASON["reason"])]


async def test_health_of_a_database_that_is_away_is_told_and_no_error(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise StoreUnavailable("away")

    adam = await small_office.browser("adam")
    monkeypatch.setattr("console.system.health.guarded_read", away)
    status, answer = await adam.get("/system/health")
    assert (status, answer["state"], answer["database"]["state"]) == (200, "bad", "bad")


def test_during_a_rotation_two_tokens_are_good() -> None:
    assert tokens_of(" new , old ") == ("new", "old")
    assert [is_token(given, "new,old") for given in ("new", "old", "new,old", "")] == [True, True, False, False]
    assert tokens_of(None) == ()


def test_a_circuit_tells_its_state() -> None:
    circuit = Circuit(failures_to_open=1, open_seconds=10.0)
    assert circuit.state(0.0) == "closed"
    circuit.failed(0.0)
    assert [circuit.state(moment) for moment in (1.0, 10.0)] == ["open", "half-open"]


def test_the_worst_lag_fades() -> None:
    lag = LoopLag()
    lag.note(1.0)
    lag.note(-0.1)
    assert lag.worst_seconds == 0.9


def test_a_second_key_is_added_and_the_first_stays(home: Path) -> None:
    first = read_keys()
    add_key()
    assert read_keys()[:1] == first
