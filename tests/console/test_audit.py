"""The audit shows what was done, and every row that was changed, cut out or cut off."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, insert, select, update

from console.audit import _COLUMNS, Act, Audit
from console.table import AUDIT, AUDIT_HEAD
from storage.secret import Cipher, load_cipher
from tests.console.conftest import PASSWORD, Office


async def fill(office: Office, number: int = 5) -> Audit:
    """Write some acts."""
    audit = office.console.audit
    for place in range(number):
        await audit.write(Act("anna", "agent", "127.0.0.1", "desk.say", f"session:{place}", {"n": place}, 1, "山东"))
    return audit


async def test_a_chain_that_nobody_touched_is_sound(office: Office) -> None:
    audit = await fill(office)
    verdict = await audit.verify()
    assert (verdict.ok, verdict.rows, verdict.first_bad) == (True, 5, None)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", 1.0),
        ("actor", "bert"),
        ("staff_id", 2),
        ("staff_id", None),
        ("role", "admin"),
        ("scope", ""),
        ("address", "10.0.0.1"),
        ("action", "desk.read"),
        ("object", "session:9"),
        ("detail", '{"n":7}'),
        ("hash", "f" * 64),
    ],
)
async def test_any_changed_value_is_found(small_office: Office, column: str, value: object) -> None:
    audit = await fill(small_office)
    changed = update(AUDIT).where(AUDIT.c.id == 3).values({column: value})
    await audit.database.write(lambda link: link.execute(changed))
    verdict = await audit.verify()
    assert (verdict.ok, verdict.first_bad) == (False, 3)


def test_the_chain_covers_every_column() -> None:
    assert {*_COLUMNS, "hash"} == {column.name for column in AUDIT.columns}


async def test_a_row_that_is_missing_anywhere_is_found(office: Office) -> None:
    audit = await fill(office)
    row = (await audit.database.read(lambda link: link.execute(select(AUDIT).where(AUDIT.c.id == 5)).one()))._mapping
    for gone in (5, 2):
        await audit.database.write(lambda link, one=gone: link.execute(delete(AUDIT).where(AUDIT.c.id == one)))
        verdict = await audit.verify()
        assert (verdict.ok, verdict.first_bad) == (False, gone)
        if gone == 5:
            await audit.database.write(lambda link: link.execute(insert(AUDIT), dict(row)))
            assert (await audit.verify()).ok


async def test_a_tail_that_was_cut_off_together_with_its_head_is_found(office: Office) -> None:
    audit = await fill(office)
    last = await audit.database.read(lambda link: link.execute(select(AUDIT).where(AUDIT.c.id == 3)).one())
    await audit.database.write(lambda link: link.execute(delete(AUDIT).where(AUDIT.c.id > 3)))
    forged = update(AUDIT_HEAD).values(rows=3, hash=last.hash)
    await audit.database.write(lambda link: link.execute(forged))
    assert not (await audit.verify()).ok
    await audit.database.write(lambda link: link.execute(delete(AUDIT_HEAD)))
    assert not (await audit.verify()).ok


async def test_without_the_installations_key_no_chain_can_be_made(small_office: Office) -> None:
    audit = await fill(small_office)
    forger = Audit(audit.database, Cipher(b"k" * 32), audit.clock)
    assert not (await forger.verify()).ok
    await forger.write(Act("anna", "agent", "", "desk.say"))
    assert (await audit.verify()).first_bad == 6


async def test_acts_of_many_workers_make_one_chain(office: Office) -> None:
    first, database = office.console.audit, office.console.audit.database
    second = Audit(database, load_cipher(), first.clock)
    await asyncio.gather(*(one.write(Act("a", "agent", "", "x", str(n))) for n in range(10) for one in (first, second)))
    verdict = await first.verify()
    assert (verdict.ok, verdict.rows) == (True, 20)


async def test_the_audit_tells_who_did_what_to_whom_from_where_and_no_secret(office: Office) -> None:
    adam, audrey = await office.browser("adam"), await office.browser("audrey")
    stranger = await office.browser()
    await stranger.log_in("anna", "wrong-password-1")
    made = (await adam.post("/staff", {"name": "dora", "role": "agent", "scope": "山东"}))[1]
    await adam.call("PATCH", f"/staff/{made['staff']['id']}", {"role": "supervisor"})
    assert (await adam.get("/audit"))[0] == 403
    rows = (await audrey.get("/audit"))[1]["items"]
    told = [(row["actor"], row["action"], row["object"], row["detail"]) for row in reversed(rows)]
    assert told == [
        ("adam", "login", "", {}),
        ("audrey", "login", "", {}),
        ("anna", "login", "", {"refused": "bad_login"}),
        ("adam", "staff.add", "staff:dora", {"role": "agent", "scope": "山东"}),
        ("adam", "staff.change", "staff:dora", {"before": {"role": "agent"}, "after": {"role": "supervisor"}}),
        ("adam", "audit.read", "", {"refused": "forbidden"}),
    ]
    assert {row["address"] for row in rows} == {"127.0.0.1"}
    assert made["password"] not in str(rows)
    assert PASSWORD not in str(rows)
    verdict = (await audrey.get("/audit/verify"))[1]
    assert verdict == {"ok": True, "rows": len(rows) + 1, "first_bad": None}
    by_actor = (await audrey.get("/audit?actor=adam&action=staff.add"))[1]["items"]
    assert [row["object"] for row in by_actor] == ["staff:dora"]


async def test_pages_of_the_audit_go_back_in_time(small_office: Office) -> None:
    await fill(small_office, 7)
    audrey = await small_office.browser("audrey")
    first = (await audrey.get("/audit?size=3"))[1]
    assert [row["id"] for row in first["items"]] == [8, 7, 6]
    second = (await audrey.get(f"/audit?size=3&before={first['next_before']}"))[1]
    assert [row["id"] for row in second["items"]] == [5, 4, 3]
