"""The command line: what is imported is scored once, mistakes are named, bad options are one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.quality.commands import qa_app

HEADER = "会话编号,渠道,坐席,地区,角色,内容,时间\n"
GOOD = (
    "z1,电话,anna,山东,坐席,您好，95598为您服务,2026-11-19 09:00:00\n"
    "z1,电话,anna,山东,客户,停电了,2026-11-19 09:00:05\n"
)
BAD = "z2,电话,,山东,路人,停电了,2026-11-19 09:00:05\n"


def test_import_and_score_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDTALK_HOME", str(tmp_path / "home"))
    path = tmp_path / "calls.csv"
    path.write_text(HEADER + GOOD + BAD, encoding="utf-8")
    runner = CliRunner()
    imported = runner.invoke(qa_app, ["import", "--file", str(path)])
    assert imported.exit_code == 1
    assert "calls.csv:4: role" in imported.stderr
    assert "1 conversations taken, 1 left out; gridtalk qa score --since 2026-11-19" in imported.stderr
    for conversations in (1, 0):
        scored = runner.invoke(qa_app, ["score", "--since", "2026-11-19", "--workers", "1"])
        assert scored.exit_code == 0, scored.stderr
        assert f"{conversations} conversations" in scored.stderr.splitlines()[-1]
    assert scored.stdout == ""


def test_a_file_or_a_day_is_needed_not_both(tmp_path: Path) -> None:
    for options in ([], ["--since", "2026-11-19", "--file", str(tmp_path)]):
        refused = CliRunner().invoke(qa_app, ["score", *options])
        assert (refused.exit_code, refused.stderr) == (2, "gridtalk: give --file or --since, one of them\n")
