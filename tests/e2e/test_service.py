"""The running service over HTTP: the main job with real parts, two workers, one database."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.e2e.conftest import ROOT, DemoServer


def household(accounts: list[dict[str, Any]], place: int) -> dict[str, Any]:
    """A household of the demo."""
    return [account for account in accounts if account["category"] == "居民阶梯"][place]


def code_for(server: DemoServer, phone: str) -> str:
    """The code that was sent last to this phone."""
    text = server.get(f"/demo/sms?phone={phone}")[-1]["text"]
    match = re.search(r"验证码(\d{6})", text)
    assert match
    return match.group(1)


def test_a_bill_is_told_after_verification_and_to_the_cent(server: DemoServer, accounts: list[dict[str, Any]]) -> None:
    account = household(accounts, 0)
    bill = next(bill for bill in account["bills"] if bill["month"] == "2026-10")
    assert "户号" in server.say("e1", "我上个月电费多少")
    asked = server.say("e1", account["account_no"])
    assert "验证码" in asked
    assert account["name"] not in asked
    assert str(bill["total"]) in server.say("e1", code_for(server, account["phone"]))
    tracker = server.get("/conversations/e1/tracker")
    assert tracker["verified_level"] == 2


def test_nothing_personal_is_said_before_the_code_is_right(server: DemoServer, accounts: list[dict[str, Any]]) -> None:
    account = household(accounts, 1)
    said = [
        server.say("e2", text) for text in ("查电费", account["account_no"], "000000", "那我叫什么名字", "欠多少钱")
    ]
    for secret in (account["name"], account["phone"], account["address"]):
        assert not any(secret in text for text in said)
    assert server.get("/conversations/e2/tracker")["verified_level"] < 2


def test_an_unknown_account_is_treated_as_any_other(server: DemoServer, accounts: list[dict[str, Any]]) -> None:
    known = household(accounts, 2)["account_no"]
    server.say("e3", "查电费")
    server.say("e4", "查电费")
    assert server.say("e3", known) == server.say("e4", known[:-4] + "9999")


def test_one_message_delivered_to_both_workers_makes_one_turn(server: DemoServer) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: server.say("e5", "你好", message_id="same"), range(16)))
    assert len(set(answers)) == 1
    events = server.get("/conversations/e5/tracker")["events"]
    assert sum(event["event"] == "user" for event in events) == 1


def test_messages_of_one_conversation_keep_their_order_over_two_workers(server: DemoServer) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: server.say("e6", f"你好{number}", message_id=f"m{number}"), range(24)))
    events = server.get("/conversations/e6/tracker")["events"]
    assert sum(event["event"] == "user" for event in events) == 24
    times = [event["timestamp"] for event in events]
    assert times == sorted(times)


@pytest.mark.timeout(240)
def test_a_thousand_random_messages_never_break_a_turn(server: DemoServer) -> None:
    draw = random.Random(95598)
    pieces = [
        *"我你电费停了吗的是不要查户号户一二三四五零幺。，？！ \n\t",
        "3702152605932",
        "😀",
        "\u200b",
        "{}",
        "/query_bill",
        "<script>",
        "'; --",
        "%s",
        "\u202e",
        "𠮷",
    ]

    def message(number: int) -> str:
        return "".join(draw.choice(pieces) for _ in range(draw.randrange(0, 40)))

    texts = [(f"r{number % 40}", message(number)) for number in range(1000)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda item: server.say(*item), texts))
    assert len(answers) == 1000
    for sender in ("r0", "r7", "r39"):
        assert not any(
            event.get("cause") == "unending_flow" for event in server.get(f"/conversations/{sender}/tracker")["events"]
        )


def test_bad_json_is_a_4xx_and_the_server_goes_on(server: DemoServer) -> None:
    import urllib.request

    request = urllib.request.Request(server.url + "/webhooks/rest/webhook", b"{", method="POST")
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(request, timeout=10)
    assert raised.value.code == 400
    assert server.say("e7", "你好")


def test_a_port_in_use_is_one_clear_line(server: DemoServer) -> None:
    port = server.url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "gridtalk", "run", "--port", port]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert result.returncode == 2
    assert "cannot listen" in result.stderr
