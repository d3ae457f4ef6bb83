"""Whole conversations as tests: what the file may say, what is checked, and that the blind ones mostly pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversation import Conversation
from bot.events import FlowStarted, UserSaid
from bot.message import Reply
from eval.conversation_file import Expectation, load_conversations
from eval.conversations import check_turn, run_conversation_tests
from eval.errors import EvalError

ROOT = Path(__file__).parents[2]
FLOOR = 0.6
"""Share of the blind conversations that must pass whole; docs/benchmarks.md says how many do."""


def write(folder: Path, text: str) -> Path:
    """Write one file of conversations."""
    path = folder / "a.yml"
    path.write_text(text, "utf-8")
    return path


def test_a_wrong_key_is_told_with_file_and_place(tmp_path: Path) -> None:
    path = write(tmp_path, "conversations: [{name: a, turns: [{user: 你好, expect: {intnt: greet}}]}]")
    with pytest.raises(EvalError, match=r"a\.yml: conversations\.0\.turns\.0\.expect\.intnt"):
        load_conversations(path)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="no conversation file"):
        load_conversations(tmp_path)


def test_every_expectation_can_fail() -> None:
    state = Conversation("s", {"month": None})
    said = UserSaid(timestamp=1, text="查电费", message_id="m", channel="app", intent="query_bill", confidence=0.9)
    events = (said, FlowStarted(timestamp=2, flow="query_bill", frame=1, flow_kind="service"))
    state.apply_all(events)
    wrong = Expectation(
        intent="greet",
        intents=["greet"],
        active_flow="query_usage",
        no_active_flow=True,
        requested_slot="month",
        slots={"month": "2026-10"},
        says=["您好"],
        not_says=["户号"],
        events=["handoff"],
        not_events=["flow_started:query_bill"],
        verified_level=2,
        sources=True,
    )
    told = list(check_turn(wrong, state, events, [Reply("请说户号")], str))
    assert len(told) == 12
    right = Expectation(
        intent=["query_bill", "greet"],
        active_flow="query_bill",
        no_requested_slot=True,
        says=[["户号", "账号"]],
        not_says=["元"],
        events=["flow_started:query_bill"],
        verified_level=0,
    )
    assert list(check_turn(right, state, events, [Reply("请说户号")], str)) == []


@pytest.mark.timeout(240)
async def test_most_blind_conversations_pass_whole() -> None:
    lines: list[str] = []
    failed = await run_conversation_tests(ROOT / "data" / "conversations", ROOT, lines.append)
    tests = load_conversations(ROOT / "data" / "conversations")
    assert len(tests) >= 60
    assert 1 - failed / len(tests) >= FLOOR, "\n".join(lines[-40:])
