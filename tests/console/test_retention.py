"""The sweep really deletes what is over its term, whole sessions, once a day, in one worker; the chain stays sound."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from bot.store import TURNS
from connectors.errors import CredentialsInvalid
from connectors.webchat.media import Medium
from connectors.webchat.uploads import Uploads
from console.audit import Act
from console.lease import Leases
from console.notices import NOTICES, NoticeBook
from console.privacy.erasure import Files
from console.privacy.settings import Retention, Term, load_retention
from console.privacy.sweep import RUNS, Sweep
from console.roles import SYSTEM_MANAGE
from console.table import AUDIT, AUDIT_START
from console.upkeep import Chore, Upkeep
from eval.report.ledger import FACTS, Ledger
from storage.home import home_folder
from storage.secret import load_cipher
from tests.connectors.desk.world import ROOT
from tests.console.conftest import Office

LONG = 40 * 24 * 3600.0


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An installation of its own."""
    monkeypatch.setenv("GRIDTALK_HOME", str(tmp_path / "home"))
    return home_folder()


def sweep_of(office: Office, **days: int) -> Sweep:
    """A sweep with these terms."""
    database, clock = office.console.book.database, office.world.talk.clock
    terms = Retention(kinds={kind: Term(days=number) for kind, number in days.items()})
    files = Files(home_folder() / "calls", home_folder() / "uploads")
    ledger = Ledger(database, office.console.organisation)
    return Sweep(database, clock, terms, files, ledger, NoticeBook(database, clock), office.console.audit)


async def count(office: Office, table: Any) -> int:
    """How many rows a table has."""
    return await office.console.book.database.read(lambda link: link.scalar(select(func.count()).select_from(table)))


async def test_old_sessions_go_whole_and_what_goes_on_keeps_its_latest(office: Office) -> None:
    world = office.world
    for words in ("goodbye@0.95: 再见", "goodbye@0.9: 再见了"):
        await world.say(words, "both")
    await world.say("goodbye@0.95: 再见", "old")
    world.talk.clock.move(seconds=LONG)
    await world.say("goodbye@0.95: 再见", "both")
    before = await world.talk.assistant.turns("both")
    done = await sweep_of(office, conversations=30).run("adam")
    assert done["conversations"]["turns"] == 3
    kept = await world.talk.assistant.turns("both")
    assert [turn.number for turn in kept] == [before[-1].number]
    assert await world.talk.assistant.turns("old") == []
    assert await count(office, FACTS) == 1
    assert len(await world.say("goodbye@0.95: 再见", "old")) > 0
    assert len(await world.say("goodbye@0.95: 再见", "both")) > 0


async def test_nothing_goes_before_its_time_and_a_kind_without_a_term_stays(small_office: Office) -> None:
    await small_office.world.say("goodbye@0.95: 再见", "old")
    small_office.world.talk.clock.move(seconds=LONG)
    assert await sweep_of(small_office, conversations=41).run("adam") == {
        "conversations": dict.fromkeys((await sweep_of(small_office, conversations=41).run("adam"))["conversations"], 0)
    }
    assert await sweep_of(small_office).run("adam") == {}
    assert await count(small_office, TURNS) == 1


async def test_recordings_transcripts_and_uploads_have_terms_of_their_own(small_office: Office) -> None:
    calls = home_folder() / "calls"
    for day in ("2026-09-01", "2026-11-19"):
        (calls / day).mkdir(parents=True)
        for ending in (".json", ".wav"):
            (calls / day / f"x{ending}").write_bytes(b"x")
    world = small_office.world
    uploads = Uploads(
        world.talk.assistant.store.database, load_cipher(), world.talk.clock, home_folder() / "uploads", 400
    )
    await uploads.prepare()
    await uploads.keep("customer-1", "m1", Medium("image", "image/png", b"picture", 0.0))
    stray = home_folder() / "uploads" / ("f" * 32)
    stray.write_bytes(b"nobody names it")
    os.utime(stray, (0, 0))
    done = await sweep_of(small_office, recordings=30, transcripts=365, uploads=7).run("adam")
    assert (done["recordings"]["files"], done["transcripts"]["files"], done["uploads"]["files"]) == (1, 0, 1)
    assert sorted(path.name for path in calls.glob("*/*")) == ["x.json", "x.json", "x.wav"]
    assert not stray.exists()
    world.talk.clock.move(days=8)
    assert (await sweep_of(small_office, uploads=7).run("adam"))["uploads"] == {"webchat_uploads": 1, "files": 1}
    assert (await sweep_of(small_office, transcripts=30).run("adam"))["transcripts"]["files"] == 1
    assert not (calls / "2026-09-01").exists()


async def test_the_audit_is_cut_at_its_beginning_and_the_chain_stays_sound(office: Office) -> None:
    audit, clock = office.console.audit, office.world.talk.clock
    for number in range(3):
        await audit.write(Act("anna", "agent", "", "desk.say", f"session:{number}"))
    clock.move(seconds=LONG)
    for number in range(2):
        await audit.write(Act("anna", "agent", "", "desk.say", f"session:{number}"))
    done = await sweep_of(office, audit=30).run("adam")
    assert done["audit"] == {"console_audit": 3}
    verdict = await audit.verify()
    assert (verdict.ok, verdict.rows) == (True, 5)
    await audit.write(Act("anna", "agent", "", "desk.say"))
    assert (await audit.verify()).ok
    assert (await sweep_of(office, audit=30).run("adam"))["audit"] == {"console_audit": 0}


@pytest.mark.parametrize("forged", [{"rows": 2}, {"hash": "0" * 64}, {"seal": "0" * 64}, None])
async def test_a_beginning_that_was_cut_by_hand_is_found(small_office: Office, forged: dict[str, Any] | None) -> None:
    audit, clock = small_office.console.audit, small_office.world.talk.clock
    for number in range(3):
        await audit.write(Act("anna", "agent", "", "desk.say", f"session:{number}"))
    clock.move(seconds=LONG)
    await audit.write(Act("anna", "agent", "", "desk.say"))
    await audit.cut(clock().timestamp() - 1)
    change = delete(AUDIT_START) if forged is None else update(AUDIT_START).values(forged)
    assert (await audit.verify()).ok
    await audit.database.write(lambda link: link.execute(change))
    assert not (await audit.verify()).ok
    assert await count(small_office, AUDIT) == 1


async def test_what_was_deleted_when_is_noted_and_shown(small_office: Office) -> None:
    book = NoticeBook(small_office.console.book.database, small_office.world.talk.clock)
    await book.post("system", "", SYSTEM_MANAGE, "旧通知")
    small_office.world.talk.clock.move(seconds=LONG)
    await sweep_of(small_office, notices=30).run("adam")
    assert await count(small_office, NOTICES) == 0
    adam = await small_office.browser("adam")
    status, answer = await adam.get("/system/retention")
    assert (status, answer["runs"][0]["kind"], answer["runs"][0]["deleted"]) == (200, "notices", {"console_notices": 1})
    terms = {one["kind"]: one for one in answer["kinds"]}
    assert (terms["audit"]["least_days"], terms["conversations"]["days"]) == (180, 730)


async def test_the_sweep_runs_once_a_day_and_never_before_the_night(office: Office) -> None:
    sweep, clock = sweep_of(office, notices=30), office.world.talk.clock
    clock.move(hours=24 + 1 - clock().hour)
    assert await sweep.daily() is False
    clock.move(hours=3)
    assert [await sweep.daily(), await sweep.daily()] == [True, False]
    clock.move(hours=24)
    assert await sweep.daily() is True
    assert await count(office, RUNS) == 2


async def test_a_kind_that_fails_keeps_no_other_back(small_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> int:
        raise OSError("disk")

    sweep = sweep_of(small_office, notices=30, audit=200)
    monkeypatch.setattr(NoticeBook, "forget", broken)
    done = await sweep.run("adam")
    assert done == {"notices": {}, "audit": {"console_audit": 0}}
    runs, _ = await sweep.runs(1, 10)
    assert {row.kind: row.problem for row in runs} == {"notices": "OSError", "audit": ""}


async def test_one_worker_alone_does_a_chore_and_another_takes_over_when_it_is_gone(office: Office) -> None:
    database = office.console.book.database
    done: list[str] = []
    now = [time.time() + 1000.0]

    def worker(name: str) -> Upkeep:
        async def act() -> None:
            done.append(name)

        return Upkeep(
            Leases(database, lambda: now[0], name), [Chore("x", 1.0, act), Chore("own", 1.0, act, alone=False)]
        )

    first, second = worker("first"), worker("second")
    await first.look()
    await second.look()
    assert done == ["first", "first", "second"]
    now[0] += 61.0
    await second.look()
    await first.look()
    assert done[3:] == ["second", "second", "first"]
    taken = await asyncio.gather(*(Leases(database, lambda: 1.0, str(one)).take("new", 5.0) for one in range(4)))
    assert sorted(taken) == [False, False, False, True]


def test_a_term_shorter_than_the_law_allows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "retention.yml"
    file.write_text("version: 1\nkinds:\n  audit: {days: 30, least_days: 180}\n")
    with pytest.raises(CredentialsInvalid, match="least_days"):
        load_retention(tmp_path)
    assert load_retention(ROOT).kinds["audit"].days >= 180
    assert load_retention(tmp_path / "nowhere").kinds == {}
