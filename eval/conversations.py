"""Hold the conversations of a test file with the real bot and check every turn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.demo.listing import demo_accounts
from actions.sms import DemoSms
from bot.assembly import Bot, build_bot, make_demo_data
from bot.conversation import Conversation
from bot.events import Event
from bot.message import Reply, UserMessage
from eval.conversation_file import ConversationTest, Expectation, load_conversations
from storage.clock import system_clock
from storage.home import passing_home

_CODE = re.compile(r"验证码(\d{6})")
_PLACE = re.compile(r"\{([\w.\-]+)\}")
Echo = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """What came of one turn."""

    user: str
    said: str
    wrong: Sequence[str]


@dataclass(frozen=True, slots=True)
class ConversationOutcome:
    """What came of one conversation."""

    test: ConversationTest
    turns: Sequence[TurnOutcome]

    @property
    def is_right(self) -> bool:
        """Say whether every turn was as expected."""
        return not any(turn.wrong for turn in self.turns)


async def run_conversation_tests(path: Path, project: Path, echo: Echo) -> int:
    """Hold all conversations of a file or folder; returns how many failed and prints each failure."""
    outcomes = await hold_conversations(path, project)
    for outcome in outcomes:
        _report(outcome, echo)
    failed = sum(not outcome.is_right for outcome in outcomes)
    echo(f"{len(outcomes) - failed} passed, {failed} failed")
    return failed


async def count_right_conversations(path: Path, project: Path) -> tuple[int, int]:
    """Hold all conversations of a file or folder; returns how many were right, and how many there are."""
    outcomes = await hold_conversations(path, project)
    return sum(outcome.is_right for outcome in outcomes), len(outcomes)


async def hold_conversations(path: Path, project: Path) -> list[ConversationOutcome]:
    """Hold all conversations of a file or folder with the bot of a project, in a home of their own."""
    tests = load_conversations(path)
    with passing_home("gridtalk-test-"):
        bot = await build_bot(project, system_clock)
        try:
            await make_demo_data(bot)
            accounts = list(await demo_accounts(bot.opened.engine, bot.clock))
            return [await _hold(bot, accounts, test, number) for number, test in enumerate(tests)]
        finally:
            await bot.close()


async def _hold(
    bot: Bot, accounts: Sequence[Mapping[str, Any]], test: ConversationTest, number: int
) -> ConversationOutcome:
    entry = test.entry
    account = _choose_account(accounts, test)
    sender = f"test-{number}"
    turns = []
    for turn in entry.turns:
        user = _fill(turn.user, account, await _last_code(bot, account))
        message = UserMessage(user, sender, entry.channel, region=entry.region)
        replies = await bot.assistant.answer(message)
        state = await bot.assistant.conversation(sender)
        events = (await bot.assistant.turns(sender))[-1].events
        said = "\n".join(reply.text for reply in replies)
        wrong = list(check_turn(turn.expect, state, events, replies, lambda text: _fill(text, account, "")))
        turns.append(TurnOutcome(user, said, wrong))
    return ConversationOutcome(test, turns)


def check_turn(
    expect: Expectation,
    state: Conversation,
    events: Sequence[Event],
    replies: Sequence[Reply],
    fill: Callable[[str], str],
) -> Iterator[str]:
    """Yield what is not as expected."""
    said = "\n".join(reply.text for reply in replies)
    latest = state.latest
    intent = latest.intent if latest else None
    if expect.intent is not None and intent not in _listed(expect.intent):
        yield f"intent is {intent}, expected {expect.intent}"
    if expect.intents is not None:
        intents = [item.name for item in latest.intents] if latest else []
        if intents != expect.intents:
            yield f"intents are {intents}, expected {expect.intents}"
    if expect.active_flow is not None and state.active_flow != expect.active_flow:
        yield f"active flow is {state.active_flow}, expected {expect.active_flow}"
    if expect.no_active_flow and state.active_flow is not None:
        yield f"active flow is {state.active_flow}, expected none"
    if expect.requested_slot is not None and state.requested_slot not in _listed(expect.requested_slot):
        yield f"requested slot is {state.requested_slot}, expected {expect.requested_slot}"
    if expect.no_requested_slot and state.requested_slot is not None:
        yield f"requested slot is {state.requested_slot}, expected none"
    if expect.verified_level is not None and state.verified_level != expect.verified_level:
        yield f"verified level is {state.verified_level}, expected {expect.verified_level}"
    for name, value in expect.slots.items():
        wanted = fill(value) if isinstance(value, str) else value
        if state.slots.get(name) != wanted:
            yield f"slot {name} is {state.slots.get(name)!r}, expected {wanted!r}"
    yield from _check_words(expect, said, fill)
    yield from _check_events(expect, events)
    if expect.sources is not None and any(reply.custom.get("sources") for reply in replies) != expect.sources:
        yield "sources are missing" if expect.sources else "sources are given"


def _check_words(expect: Expectation, said: str, fill: Callable[[str], str]) -> Iterator[str]:
    for wanted in expect.says:
        options = [fill(option) for option in _listed(wanted)]
        if not any(option in said for option in options):
            yield f"does not say {' or '.join(options)}"
    for unwanted in map(fill, expect.not_says):
        if unwanted and unwanted in said:
            yield f"says {unwanted}"


def _check_events(expect: Expectation, events: Sequence[Event]) -> Iterator[str]:
    names = {event.kind for event in events} | {f"{event.kind}:{getattr(event, 'flow', '')}" for event in events}
    for wanted in expect.events:
        if wanted not in names:
            yield f"no event {wanted}"
    for unwanted in expect.not_events:
        if unwanted in names:
            yield f"event {unwanted}"


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _choose_account(accounts: Sequence[Mapping[str, Any]], test: ConversationTest) -> Mapping[str, Any]:
    wanted = test.entry.account
    if wanted is None:
        return {}
    fitting = [
        account
        for account in accounts
        if wanted.region in (None, account["region"]) and wanted.category in (None, account["category"])
    ]
    return fitting[wanted.index % len(fitting)] if fitting else {}


async def _last_code(bot: Bot, account: Mapping[str, Any]) -> str:
    if not account or not isinstance(bot.opened.sms, DemoSms):
        return ""
    codes = [_CODE.search(message.text) for message in await bot.opened.sms.outbox(account["phone"])]
    found = [match.group(1) for match in codes if match]
    return found[-1] if found else ""


def _fill(text: str, account: Mapping[str, Any], code: str) -> str:
    """Fill {account_no}, {phone}, {name}, {address}, {balance}, {code}, {wrong_code}, {bill.2026-10.total}."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name == "code":
            return code
        if name == "wrong_code":
            return "000000" if code != "000000" else "111111"
        if name.startswith("bill."):
            _, month, field = name.split(".", 2)
            return next(
                (str(bill[field]) for bill in account.get("bills", []) if bill["month"] == month), match.group()
            )
        return str(account.get(name, match.group()))

    return _PLACE.sub(value, text)


def _report(outcome: ConversationOutcome, echo: Echo) -> None:
    if outcome.is_right:
        return
    echo(f"FAILED {outcome.test.file}: {outcome.test.entry.name}")
    for turn in outcome.turns:
        echo(f"    {'x' if turn.wrong else ' '} 客户：{turn.user}")
        echo(f"      机器人：{turn.said}")
        for wrong in turn.wrong:
            echo(f"      -> {wrong}")
