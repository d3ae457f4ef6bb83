"""The spoken calls: every service of the bot has one, and what is missing of a goal is told."""

from __future__ import annotations

from pathlib import Path

import yaml

from bench.spoken import character_errors, plain, whole_share
from bench.spoken_call import CallOutcome, Line
from bench.spoken_plan import Goal, fill, load_dialogues, missing_of

ROOT = Path(__file__).parents[2]
ACCOUNT = {"account_no": "3201045678", "bills": [{"month": "2026-10", "total": "88.50"}]}


def test_there_are_twenty_calls_with_names_of_their_own() -> None:
    dialogues = load_dialogues()
    assert len({dialogue.name for dialogue in dialogues}) == len(dialogues) == 20


def test_what_a_caller_is_asked_for_are_slots_of_the_bot() -> None:
    files = [ROOT / "domain.yml", *(ROOT / "domain").glob("*.yml")]
    slots = {name for file in files for name in yaml.safe_load(file.read_text("utf-8")).get("slots", {})}
    asked = {slot for dialogue in load_dialogues() for slot in dialogue.answers}
    assert asked <= slots


def test_what_is_missing_of_a_goal_is_told() -> None:
    goal = Goal(
        events=("flow_completed:query_bill",), values={"account_no": "{account_no}"}, says=("{bill.2026-10.total}",)
    )
    events = [
        {"event": "flow_completed", "flow": "query_bill"},
        {"event": "slot", "name": "account_no", "value": "3201045678"},
        {"event": "bot", "text": "电费88.50元"},
    ]
    assert missing_of(goal, events, ACCOUNT) == []
    assert missing_of(goal, [], ACCOUNT) == [
        "no flow_completed:query_bill",
        "account_no was never 3201045678",
        "did not say 88.50",
    ]
    assert fill("验证码{code}", ACCOUNT, "123456") == "验证码123456"


def test_errors_are_counted_in_written_form() -> None:
    outcome = CallOutcome(load_dialogues()[0], "call-1", [Line("三百度，多少钱", "300度多少前", 0.9, "")], [])
    assert plain("三百度，多少钱") == "300度多少钱"
    assert character_errors([outcome]) == 1 / 7
    assert whole_share([outcome]) == 1.0
