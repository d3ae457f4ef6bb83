"""The command line: accounts, the demo's accounts, the check of the audit."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import update
from typer.testing import CliRunner

from bot.open_backends import open_conversations
from bot.project import load_project
from console.cli import audit_app, staff_app
from console.commands import DEMO_FILE, DEMO_STAFF, is_loopback_host, known_action_names, prepare_console
from console.errors import StaffUnusable
from console.passwords import PasswordCheck
from console.staff import StaffBook
from console.table import AUDIT
from storage.clock import system_clock

ROOT = Path(__file__).parents[2]
PROJECT = ["--project", str(ROOT)]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh folder for all state."""
    monkeypatch.setenv("GRIDTALK_HOME", str(tmp_path))
    yield tmp_path
    structlog.reset_defaults()  # commands log to the stream of their runner, which is closed by now


def run(group: object, *words: str, said: str = "") -> tuple[int, str, BaseException | None]:
    """Run a command; return its status, what it printed, and what it raised."""
    result = CliRunner().invoke(group, [*words, *PROJECT], input=said)  # type: ignore[arg-type]
    return result.exit_code, result.stdout, result.exception


def test_the_first_account_is_made_from_the_command_line_and_is_audited(home: Path) -> None:
    code, printed, _ = run(staff_app, "add", "root.li", "--role", "admin", said="a-long-secret-1\n")
    assert (code, json.loads(printed)) == (0, {"id": 1, "name": "root.li", "role": "admin", "scope": ""})
    assert run(staff_app, "password", "root.li", said="a-longer-secret-2\n")[0] == 0
    code, printed, _ = run(audit_app, "verify")
    assert (code, json.loads(printed)) == (0, {"ok": True, "rows": 2, "first_bad": None})
    _, _, taken = run(staff_app, "add", "root.li", "--role", "admin", said="a-long-secret-1\n")
    _, _, nowhere = run(staff_app, "add", "other", "--role", "agent", "--scope", "火星", said="a-long-secret-1\n")
    refused = [taken, nowhere]
    assert [error.code for error in refused if isinstance(error, StaffUnusable)] == ["name_taken", "unknown_scope"]


async def test_the_demos_accounts_have_one_new_password_each_time_that_only_the_owner_reads(home: Path) -> None:
    announced: list[str] = []
    for _ in range(2):
        await prepare_console(ROOT, system_clock, announced.append, has_demo_staff=True)
    path = home / DEMO_FILE
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    password = path.read_text("utf-8").split()[1]
    assert password in announced[1]
    assert password not in announced[0]
    database = open_conversations(load_project(ROOT, actions=known_action_names()).endpoints)
    book = StaffBook(database, system_clock)
    assert await book.count() == len(DEMO_STAFF)
    found = await book.by_name("demo-agent")
    assert found is not None
    assert found[0].is_demo
    assert await PasswordCheck().is_right(found[1], password)
    await database.close()


async def test_without_demo_staff_only_the_tables_are_made(home: Path) -> None:
    announced: list[str] = []
    await prepare_console(ROOT, system_clock, announced.append, has_demo_staff=False)
    assert announced == []
    assert not (home / DEMO_FILE).exists()


def test_a_changed_row_makes_the_check_fail(home: Path) -> None:
    run(staff_app, "add", "root.li", "--role", "admin", said="a-long-secret-1\n")
    database = open_conversations(load_project(ROOT, actions=known_action_names()).endpoints)

    async def change() -> None:
        await database.write(lambda link: link.execute(update(AUDIT).values(actor="somebody else")))
        await database.close()

    asyncio.run(change())
    code, printed, _ = run(audit_app, "verify")
    assert (code, json.loads(printed)) == (1, {"ok": False, "rows": 0, "first_bad": 1})


def test_only_this_machines_own_addresses_get_demo_accounts() -> None:
    assert [is_loopback_host(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "10.1.2.3")] == [
        True,
        True,
        True,
        False,
        False,
    ]
